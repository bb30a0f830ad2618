"""Holds that logging is short: dates as they are pasted, what was used last, another like this."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from actions.recent import recent_organisations
from partners.models import Project
from tests.making import make_action, on
from tests.pages import filled, form_of, page, quick

NEW = "/elca/events/new/national-workshops/"


@pytest.fixture
def amz(as_user: Any) -> Client:
    return quick(as_user("amz"))


def logged(client: Client, project: Project, **values: Any) -> Any:
    """The action that the form makes."""
    sent = filled(client.get(NEW), title="Round table", **values)
    answer = client.post(NEW, sent)
    assert answer.status_code == 302, page(answer).text
    return project.actions.get(title="Round table")


@pytest.mark.parametrize(
    ("text", "occasions", "note"),
    [
        ("14.03.2022, Warsaw", ["14.03.2022, Warsaw, on site"], ""),
        ("14-16 March 2022, Paris", ["14-16.03.2022, Paris, on site"], ""),
        ("July 2021 (online)", ["07.2021, online"], ""),
        ("Dresden, 14. März 2022", ["14.03.2022, Dresden, on site"], ""),
        (
            "14.03.2022 Warsaw; 20.04.2022 Paris",
            ["14.03.2022, Warsaw, on site", "20.04.2022, Paris, on site"],
            "",
        ),
        ("14.03.2022", ["14.03.2022"], ""),
        ("14.03.2022, Warsaw postponed", ["14.03.2022"], "Warsaw postponed"),
    ],
)
def test_a_date_is_pasted_as_the_import_reads_it(
    amz: Client, elca: Project, text: str, occasions: list[str], note: str
) -> None:
    made = logged(amz, elca, occasions__0__when=text)
    assert [str(one.data) for one in made.occasions.all()] == occasions
    assert made.dates_note == note
    if len(text) > len("14.03.2022"):
        assert made.occasions.first().words in text


def test_words_that_are_no_date_stay_with_those_that_were_typed(amz: Client, elca: Project) -> None:
    made = logged(
        amz, elca, occasions__0__when="14.03.2022, Warsaw postponed", dates_note="Twice a year"
    )
    assert made.dates_note == "Twice a year\nWarsaw postponed"


def test_the_fields_of_their_own_say_more_than_the_text(amz: Client, elca: Project) -> None:
    made = logged(
        amz, elca, occasions__0__when="14.03.2022, Warsaw",
        occasions__0__country="PL", occasions__0__mode="hybrid",
    )  # fmt: skip
    assert str(made.occasions.get().data) == "14.03.2022, Warsaw (PL), hybrid"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"when": "14.03.2022, Warsaw", "place": "Paris"}, "Beside the date it says “Warsaw”"),
        ({"when": "31.02.2022, Warsaw"}, "“31.02.2022” is not a day in the calendar."),
        ({"when": "x" * 501}, "at most 500 characters"),
        ({"when": "sometime in Warsaw"}, "sometime in Warsaw"),
        ({"when": "\0"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_read_is_said_and_stays(
    amz: Client, elca: Project, values: dict[str, str], message: str
) -> None:
    typed = {f"occasions__0__{name}": value for name, value in values.items()}
    answer = amz.post(NEW, filled(amz.get(NEW), title="Round table", **typed))
    assert answer.status_code == 422
    assert message in page(answer).text
    assert form_of(answer)["occasions-0-when"] == [values["when"]]
    assert not elca.actions.filter(title="Round table").exists()


@pytest.mark.parametrize(
    ("text", "understood", "error"),
    [
        ("14-16 March 2022, Paris", "14 Mar 2022 – 16 Mar 2022 · Paris · on site", ""),
        ("14.03.2022 Warsaw postponed", "As words about the dates: Warsaw postponed", ""),
        ("31.02.2022", "", "“31.02.2022” is not a day in the calendar."),
        ("", "", ""),
        ("<b>", "", "<b>"),
        ("9" * 4000, "", "at most 500 characters"),
    ],
)
def test_what_is_typed_is_read_at_once(amz: Client, text: str, understood: str, error: str) -> None:
    answer = amz.get("/elca/actions/dates/", {"text": text})
    assert answer.status_code == 200
    assert understood in answer.json()["understood"]
    assert error in answer.json()["error"]
    assert bool(answer.json()["error"]) is bool(error)


# What was used last


def test_the_kind_used_last_comes_first(amz: Client, elca: Project) -> None:
    def first() -> str:
        found = page(amz.get("/elca/actions/new/"))
        return next(link.url for link in found.links if "/new/" in link.url)

    assert first().endswith("/new/cluster-networks/")
    assert "used last" not in page(amz.get("/elca/actions/new/")).text
    logged(amz, elca)
    assert first() == NEW
    assert page(amz.get("/elca/actions/new/")).text.count("used last") == 1


def test_the_organisations_of_the_own_partner_come_first(amz: Client, elca: Project) -> None:
    for number in range(10):
        make_action(elca, "sectors", title=f"S{number}", organisations=(f"New {number}",))
    make_action(elca, "sectors", title="Of BIC", partners="BIC", organisations=("Of BIC only",))
    found = recent_organisations(elca, elca.partners.get(code="AMZ"))
    assert found == [f"New {number}" for number in range(9, 1, -1)]
    assert recent_organisations(elca, None)[0] == "Of BIC only"
    tags = [said for tag, said in page(amz.get(NEW)).tags if "data-recent" in said]
    assert json.loads(tags[0]["data-recent"] or "") == found


# What stands behind “More”


def more_is_open(answer: Any) -> bool:
    return any(
        "open" in said for _tag, said in page(answer).tags if said.get("class") == "form-more"
    )


def test_more_opens_where_it_holds_a_value_or_an_error(amz: Client, elca: Project) -> None:
    assert not more_is_open(amz.get(NEW))
    assert not more_is_open(amz.post(NEW, filled(amz.get(NEW), title="")))
    assert more_is_open(amz.post(NEW, filled(amz.get(NEW), title="T", participants="many")))
    assert more_is_open(amz.post(NEW, filled(amz.get(NEW), title="", description="Kept")))
    bare = make_action(elca, "national-workshops", title="Bare", occasions=(on(2022, 3, 1),))
    assert not more_is_open(amz.get(f"{bare.get_absolute_url()}edit/"))
    told = make_action(elca, "national-workshops", title="Told", results="Three leads")
    assert more_is_open(amz.get(f"{told.get_absolute_url()}edit/"))


# Another like this


def test_another_like_this_keeps_what_both_have_in_common(amz: Client, elca: Project) -> None:
    mission = elca.missions.first()
    sent = filled(
        amz.get(NEW), title="Round table", status="achieved", organisations="Composites United",
        mission=str(mission.pk), occasions__0__when="14.03.2022, Warsaw", description="Its own",
        another="1",
    )  # fmt: skip
    sent["partners"] = [str(p.pk) for p in elca.partners.filter(code__in=["AMZ", "BIC"])]
    answer = amz.post(NEW, sent)
    made = elca.actions.get(title="Round table")
    assert answer["Location"] == f"{NEW}?like={made.pk}"
    again = amz.get(answer["Location"])
    fields = form_of(again)
    assert "Saved: T7-11 Round table" in page(again).text
    assert sorted(fields["partners"]) == sorted(sent["partners"])
    assert fields["organisations"] == ["Composites United"]
    assert fields["mission"] == [str(mission.pk)]
    assert fields["status"] == ["achieved"]
    assert fields["occasions-0-place"] == ["Warsaw"]
    for empty in ("title", "description", "occasions-0-when"):
        assert fields[empty] == [""], empty
    url = answer["Location"]
    assert amz.post(url, filled(again, title="Without a date")).status_code == 302
    assert elca.actions.get(title="Without a date").occasions.count() == 0
    amz.post(url, filled(again, title="The next", occasions__0__when="15.03.2022"))
    assert str(elca.actions.get(title="The next").occasions.get().data) == (
        "15.03.2022, Warsaw, on site"
    )


@pytest.mark.parametrize("like", ["0", "-1", "x", "9" * 30, "²", "1 OR 1", ""])
def test_another_like_none_is_an_empty_form(amz: Client, like: str) -> None:
    answer = amz.get(NEW, {"like": like})
    assert answer.status_code == 200
    assert form_of(answer)["organisations"] == [""]


def test_another_like_one_of_another_table_or_project_is_an_empty_form(
    amz: Client, elca: Project
) -> None:
    other = make_action(elca, "sectors", title="Other", organisations=("Hidden Ltd",))
    assert "Hidden Ltd" not in form_of(amz.get(NEW, {"like": other.pk}))["organisations"][0]
