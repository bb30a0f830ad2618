"""Names stand where their reader looks them up, the same in Python and in the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from django_countries import countries

from partners.account import choose_language
from partners.models import Organisation, Project, User
from partners.services import add_organisation
from partners.sorting import Alphabetical, in_order, reading_key
from tests.pages import page

NAMES = [
    "Łódź", "Lwów", "Lublin", "ozean", "Österreich", "Oslo", "Ñandu", "Nz", "Na", "żar", "Źdźbło",
    "Zz", "zebra", "Ångström", "abc", "Straße", "Strasser", "Strata", "Œuvre", "Odessa",
]  # fmt: skip
ORDERS = {
    "en-gb": "abc Ångström Łódź Lublin Lwów Na Ñandu Nz Odessa Œuvre Oslo Österreich ozean Straße"
    " Strasser Strata żar Źdźbło zebra Zz",
    "es": "abc Ångström Łódź Lublin Lwów Na Nz Ñandu Odessa Œuvre Oslo Österreich ozean Straße"
    " Strasser Strata żar Źdźbło zebra Zz",
    "pl": "abc Ångström Lublin Lwów Łódź Na Ñandu Nz Odessa Œuvre Oslo Österreich ozean Straße"
    " Strasser Strata zebra Zz Źdźbło żar",
}


@pytest.mark.parametrize("language", ORDERS)
def test_each_language_has_its_order(language: str, elca_empty: Project) -> None:
    elca_empty.organisations.all().delete()
    for name in NAMES:
        add_organisation(project=elca_empty, user=None, name=name)
    with translation.override(language):
        assert sorted(NAMES, key=reading_key) == ORDERS[language].split()
        stored = elca_empty.organisations.by_name().values_list("name", flat=True)
        assert list(stored) == ORDERS[language].split()


def test_every_letter_has_the_same_key_in_the_database(elca: Project) -> None:
    letters = [
        chr(code) for code in (*range(0x30, 0x7F), *range(0xA1, 0x180), *range(0x1E00, 0x1F00))
    ]
    made = Organisation.objects.bulk_create(
        Organisation(project=elca, name=f"a{letter}z", key=f"letter {ord(letter)}")
        for letter in letters
    )
    for language in ("de", "es", "pl"):
        with translation.override(language):
            rows = Organisation.objects.filter(pk__in=[o.pk for o in made])
            keys = dict(rows.annotate(by=Alphabetical("name")).values_list("name", "by"))
            assert keys == {name: reading_key(name) for name in keys}
    assert len(keys) > 550


def names_on(answer: Any) -> list[str]:
    shown = page(answer)
    links = [link.text for link in shown.links if "/elca/organisations/" in link.url]
    return [name for name in links if name in NAMES]


def test_the_list_of_organisations_follows_its_reader(
    elca_empty: Project, as_user: Any, cast: dict[str, User]
) -> None:
    elca_empty.organisations.all().delete()
    for name in NAMES:
        add_organisation(project=elca_empty, user=None, name=name)
    client = as_user("reader")
    for language in ("pl", "es"):
        choose_language(user=cast["reader"], language=language)
        in_their_order = ORDERS[language].split()
        assert names_on(client.get("/elca/organisations/")) == in_their_order
        backwards = names_on(client.get("/elca/organisations/?sort=-name"))
        assert backwards == in_their_order[::-1]


def test_countries_stand_by_their_names_in_the_language_of_the_reader() -> None:
    with translation.override("de"):
        shown = [str(name) for _code, name in in_order(countries)]
        assert shown.index("Ägypten") < shown.index("Albanien")
        assert shown.index("Österreich") < shown.index("Pakistan")
