"""Holds that what people gave of an organisation is never dropped: merging, changing, deleting."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client

from actions.models import Action
from partners.models import Change, Organisation, OrganisationAlias, Project
from partners.services import add_organisation, merge_organisations
from tests.making import make_action
from tests.pages import filled, form_of, page, quick


@pytest.fixture
def admin(as_user: Any) -> Client:
    return quick(as_user("admin"))


def add(project: Project, name: str, **values: Any) -> Organisation:
    return add_organisation(project=project, user=None, name=name, **values)


def texts(project: Project) -> str:
    """All that the history says."""
    pairs = [pair for change in Change.objects.of(project) for pair in change.fields.values()]
    return " ".join(text for pair in pairs for text in pair)


def test_what_the_kept_one_knows_otherwise_stays_in_the_history(elca: Project) -> None:
    kept = add(elca, "Kept Ltd", kind="sme", country="DE", note="Ours")
    merged = add(elca, "Merged Ltd", kind="agency", country="FR", note="Theirs")
    merge_organisations(kept=kept, merged=merged, user=None)
    kept.refresh_from_db()
    assert (kept.kind, kept.country.code, kept.note) == ("sme", "DE", "Ours\nTheirs")
    said = Change.objects.get(kind="deleted", record="organisation", label="Merged Ltd").fields
    assert said["country"] == ["France", ""]
    assert said["kind"] == ["Agency", ""]
    assert said["note"] == ["Theirs", ""]


def test_every_relation_to_an_organisation_is_moved(elca: Project) -> None:
    """A relation that is added later and is not moved would delete rows with the organisation."""
    kept, merged = add(elca, "Kept Ltd"), add(elca, "Merged Ltd")
    actions = [
        make_action(elca, "sectors", title=f"A{n}", organisations=("Merged Ltd",)) for n in range(3)
    ]
    kept.actions.add(actions[0])
    before = {m._meta.label: m._base_manager.count() for m in related_models()}
    merge_organisations(kept=kept, merged=merged, user=None)
    after = {m._meta.label: m._base_manager.count() for m in related_models()}
    through = Action.organisations.through._meta.label
    assert before[through] - after.pop(through) == 1  # the action that named both
    assert after == {label: before[label] + ("Alias" in label) for label in after}
    assert set(kept.actions.all()) == set(actions)


def related_models() -> set[type[models.Model]]:
    found = {r.related_model for r in Organisation._meta.related_objects if not r.many_to_many}
    found |= {r.through for r in Organisation._meta.related_objects if r.many_to_many}
    return found | {OrganisationAlias}  # type: ignore[return-value]


def test_organisations_of_two_projects_do_not_merge(elca: Project) -> None:
    second = Project.objects.create(
        slug="second", acronym="S", title="S", first_month="2024-01-01", length_months=6
    )
    one, other = add(elca, "Same Ltd"), add(second, "Same Ltd")
    with pytest.raises(ValueError, match="of one project"):
        merge_organisations(kept=one, merged=other, user=None)
    assert Organisation.objects.filter(name="Same Ltd").count() == 2


@pytest.mark.parametrize("into", ["", "x", "0", "99999999999999999999"])
def test_merging_into_nobody_is_refused(admin: Client, elca: Project, into: str) -> None:
    merged = add(elca, "Merged Ltd")
    answer = admin.post(f"{merged.get_absolute_url()}merge/", {"into": into})
    assert answer.status_code == 422
    assert Organisation.objects.filter(pk=merged.pk).exists()


def test_merging_into_itself_is_no_choice(admin: Client, elca: Project) -> None:
    merged = add(elca, "Merged Ltd")
    answer = admin.post(f"{merged.get_absolute_url()}merge/", {"into": str(merged.pk)})
    assert answer.status_code == 422
    assert "Select a valid choice" in page(answer).text


def test_a_spelling_leads_to_one_organisation_only(admin: Client, elca: Project) -> None:
    add(elca, "Known Ltd", aliases=["The Known"])
    other = add(elca, "Other Ltd", aliases=["Mine"])
    url = f"{other.get_absolute_url()}edit/"
    for spelling in ("KNOWN ltd", "the known"):
        answer = admin.post(url, filled(admin.get(url), aliases=f"Mine\n{spelling}"))
        assert answer.status_code == 422
        assert f"“{spelling}” is Known Ltd: merge the two instead." in page(answer).text
        assert form_of(answer)["aliases"] == [f"Mine\n{spelling}"]
    sent = filled(admin.get(url), aliases="Mine\nmine!\nOther Ltd\nNew one")
    assert admin.post(url, sent).status_code == 302
    assert [alias.name for alias in other.aliases.all()] == ["Mine", "New one"]


def test_a_change_tells_old_and_new(admin: Client, elca: Project) -> None:
    found = add(elca, "Before Ltd", country="DE")
    url = f"{found.get_absolute_url()}edit/"
    sent = filled(admin.get(url), name="  After \u2028 Ltd ", country="FR", note="Words")
    assert admin.post(url, sent).status_code == 302
    change = Change.objects.filter(record="organisation", record_id=found.pk).first()
    assert change.user.username == "admin"
    assert change.fields == {
        "name": ["Before Ltd", "After Ltd"],
        "country": ["Germany", "France"],
        "note": ["", "Words"],
        "aliases": ["", "Before Ltd"],
    }
    admin.post(url, filled(admin.get(url)))
    assert Change.objects.filter(record="organisation", record_id=found.pk).first() == change


def test_deleting_keeps_what_it_was(admin: Client, elca: Project) -> None:
    found = add(elca, "Gone Ltd", note="A word", aliases=["Gone"])
    url = f"{found.get_absolute_url()}delete/"
    assert admin.get(url).status_code == 200
    assert Organisation.objects.filter(pk=found.pk).exists()
    assert admin.post(url)["Location"] == "/elca/organisations/"
    assert not Organisation.objects.filter(pk=found.pk).exists()
    for word in ("Gone Ltd", "A word", "Gone"):
        assert word in texts(elca)


def test_the_database_holds_one_organisation_of_a_name(elca: Project) -> None:
    add(elca, "Once Ltd")
    for name in ("once  LTD", "–"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(project=elca, name=name)


@pytest.mark.parametrize(
    ("name", "landing"),
    [
        ("amz", "/elca/partners/AMZ/"),
        ("leader", "/elca/"),
        ("admin", "/elca/"),
        ("reader", "/elca/"),
    ],
)
def test_everyone_lands_where_the_work_is(as_user: Any, name: str, landing: str) -> None:
    assert quick(as_user(name)).get("/")["Location"] == landing


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("kind=nonsense", 0),
        ("country=XX", 0),
        ("sector=x", 0),
        ("q=unicorn", 0),
        ("kind=sme", None),
    ],
)
def test_the_list_of_organisations_is_filtered(
    admin: Client, elca: Project, query: str, number: int | None
) -> None:
    expected = elca.organisations.filter(kind="sme").count() if number is None else number
    text = page(admin.get(f"/elca/organisations/?{query}")).text
    assert f"{expected} organisations" in text
    wrong = query.split("=")[1] in ("nonsense", "XX", "x")
    assert ("Select a valid choice" in text) is wrong
