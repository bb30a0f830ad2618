"""Holds the rules of saving: what is refused, what history keeps, which references are given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from actions.dates import OccasionData, PartialDate
from actions.models import Action, Occasion, Status
from actions.records import record_of
from actions.rows import EvidenceData
from actions.services import (
    delete_action,
    follow_project_start,
    likely_duplicates,
    save_action,
    set_excluded,
)
from partners.models import Change, Organisation, Project, User
from tests.making import make_action, on


def change(action: Action, **values: Any) -> Any:
    return save_action(
        project=action.project, action_type=action.type, user=None, values=values, action=action
    )


def refusal(project: Project, slug: str = "sectors", **values: Any) -> dict[str, list[str]]:
    """What is said where an action of such values is refused; nothing may be left of it."""
    before = (Action.objects.count(), Change.objects.count(), Organisation.objects.count())
    with pytest.raises(ValidationError) as raised:
        make_action(project, slug, **values)
    counts = (Action.objects.count(), Change.objects.count(), Organisation.objects.count())
    assert counts == before
    return raised.value.message_dict


# History


def test_an_added_action_tells_all_that_was_given(elca_empty: Project) -> None:
    made = make_action(elca_empty, "sectors", title="First", description="Words")
    told = Change.objects.get(record="action", record_id=made.pk)
    assert (told.kind, told.label) == ("added", "T11-01 First")
    assert told.fields == {
        "title": ["", "First"],
        "partners": ["", "AMZ"],
        "description": ["", "Words"],
    }


def test_a_change_tells_old_and_new_of_what_changed_alone(
    elca: Project, cast: dict[str, User]
) -> None:
    made = make_action(elca, "national-workshops", participants=12, occasions=(on(2022, 3, 1),))
    saved = save_action(
        project=elca,
        action_type=made.type,
        user=cast["amz"],
        action=made,
        values={
            "participants": 13,
            "title": made.title,
            "occasions": (on(2022, 3, 1), on(2022, 4, 2)),
        },
    )
    assert saved.changes == {
        "participants": ("12", "13"),
        "occasions": ("01.03.2022", "01.03.2022\n02.04.2022"),
    }
    told = Change.objects.filter(record_id=made.pk, record="action").first()
    assert (told.user, told.kind) == (cast["amz"], "changed")
    assert told.fields == {name: list(pair) for name, pair in saved.changes.items()}


def test_zero_is_not_nothing(elca: Project) -> None:
    made = make_action(elca, "national-workshops", participants=0)
    assert change(made, participants=None).changes == {"participants": ("0", "")}
    assert change(made, participants=0).changes == {"participants": ("", "0")}
    delete_action(action=made, user=None)
    assert Change.objects.filter(kind="deleted").first().fields["participants"] == ["0", ""]


def test_saving_every_action_of_elca_unchanged_writes_nothing(elca: Project) -> None:
    before = list(Action.objects.order_by("pk").values_list("pk", "updated_at"))
    changes = Change.objects.count()
    for action in elca.actions.select_related("type", "project"):
        record = record_of(action)
        full = record.model._default_manager.get(pk=action.pk)
        values = record.values(full)
        saved = save_action(
            project=elca, action_type=action.type, user=None, values=values, action=full
        )
        assert (saved.changes, saved.added) == ({}, False)
    assert Change.objects.count() == changes
    assert list(Action.objects.order_by("pk").values_list("pk", "updated_at")) == before


@pytest.mark.parametrize(
    "same",
    [
        {"title": "Made"},
        {"organisations": ("COMPOSITES  united!",)},
        {"description": "Words  \n"},
        {"occasions": (on(2022, 3, 1, words="written otherwise"),)},
    ],
)
def test_what_only_looks_different_is_no_change(elca: Project, same: dict[str, Any]) -> None:
    made = make_action(
        elca,
        "sectors",
        description="Words",
        organisations=("Composites United",),
        occasions=(on(2022, 3, 1),),
    )
    assert change(made, **same).changes == {}


def test_what_is_not_named_stays(elca: Project) -> None:
    made = make_action(
        elca,
        "sectors",
        partners="AMZ BIC",
        organisations=("Composites United", "Quite New Ltd"),
        occasions=(on(2022, 3, 1, place="Dresden", words="as told"),),
        evidence=(EvidenceData("List"),),
    )
    change(made, title="Other title")
    kept = Action.objects.get(pk=made.pk)
    assert kept.title == "Other title"
    assert {p.code for p in kept.partners.all()} == {"AMZ", "BIC"}
    assert {o.name for o in kept.organisations.all()} == {"Composites United", "Quite New Ltd"}
    assert kept.occasions.get().words == "as told"
    assert kept.evidence.get().title == "List"


def test_deletion_keeps_every_value_in_the_history(elca: Project) -> None:
    action = elca.actions.get(reference="T10-01")
    record = record_of(action)
    full = record.model._default_manager.get(pk=action.pk)
    values = {c.name: c.show(c.get(full)) for c in record.columns}
    delete_action(action=full, user=None)
    told = Change.objects.filter(kind="deleted", record_id=action.pk).get()
    assert told.label.startswith("T10-01 ")
    assert told.fields == {name: [text, ""] for name, text in values.items() if text}
    assert told.fields["status"] == ["Held", ""]
    assert not Action.objects.filter(pk=action.pk).exists()


# References


def test_references_go_on_and_are_never_given_again(elca: Project) -> None:
    first = make_action(elca, "sectors", title="First")
    second = make_action(elca, "sectors", title="Second")
    assert (first.reference, second.reference) == ("T11-02", "T11-03")
    delete_action(action=second, user=None)
    assert make_action(elca, "sectors", title="Third").reference == "T11-04"
    elca.actions.filter(type__slug="sectors").delete()
    assert make_action(elca, "sectors", title="Fourth").reference == "T11-05"


def test_a_reference_brought_along_is_not_given_again(elca_empty: Project) -> None:
    made = make_action(elca_empty, "sectors")
    values = {**record_of(made).values(made), "title": "Brought"}
    save_action(
        project=elca_empty, action_type=made.type, user=None, values=values, reference="T11-40"
    )
    assert make_action(elca_empty, "sectors", title="Next").reference == "T11-41"


# Rules


def tomorrow() -> OccasionData:
    return OccasionData(PartialDate.day(timezone.localdate() + timedelta(days=1)))


def test_what_lies_ahead_cannot_be_achieved_yet(elca: Project) -> None:
    said = refusal(elca, status=Status.ACHIEVED, occasions=(tomorrow(),))
    assert list(said) == ["occasions"]
    assert "This lies in the future (today is" in said["occasions"][0]
    assert make_action(elca, "sectors", status=Status.PLANNED, occasions=(tomorrow(),)).pk


def test_today_can_be_achieved(elca: Project) -> None:
    today = OccasionData(PartialDate.day(timezone.localdate()))
    made = make_action(elca, "sectors", status=Status.ACHIEVED, occasions=(tomorrow(), today))
    assert made.counts_from == timezone.localdate()


@pytest.mark.parametrize(
    ("when", "fine"),
    [
        (PartialDate.day(date(2020, 8, 31)), False),
        (PartialDate.day(date(2020, 9, 1)), True),
        (PartialDate.day(date(2020, 8, 30), date(2020, 9, 2)), False),
        (PartialDate.month(2020, 8), False),
        (PartialDate.month(2020, 9), True),
        (PartialDate.year(2019), False),
        (PartialDate.year(2020), True),
    ],
)
def test_nothing_is_achieved_before_the_project_began(
    elca: Project, when: PartialDate, fine: bool
) -> None:
    values: dict[str, Any] = {"status": Status.ACHIEVED, "occasions": (OccasionData(when),)}
    if fine:
        assert make_action(elca, "sectors", **values).counts_from == when.counts_from
    else:
        said = refusal(elca, **values)
        assert list(said.values()) == [
            ["An achieved action cannot be dated before the project began."]
        ]
    assert make_action(elca, "sectors", status=Status.UNDER_WAY, occasions=values["occasions"]).pk


def test_somebody_must_be_responsible(elca: Project) -> None:
    said = refusal(elca, partners="")
    assert said == {"partners": ["At least one responsible partner is needed."]}
    made = make_action(elca, "sectors")
    with pytest.raises(ValidationError, match="At least one responsible partner"):
        change(made, partners=())
    assert [p.code for p in Action.objects.get(pk=made.pk).partners.all()] == ["AMZ"]


@pytest.mark.parametrize(
    ("slug", "values", "name", "message"),
    [
        ("sectors", {"title": "x" * 301}, "title", "at most 300 characters (it has 301)"),
        ("sectors", {"title": ""}, "title", "This field cannot be blank."),
        ("sectors", {"status": "nonsense"}, "status", "'nonsense' is not a valid choice."),
        ("sectors", {"dates_note": "x" * 2001}, "dates_note", "at most 2000 characters"),
        (
            "national-workshops",
            {"participants": 5, "smes": 6},
            "__all__",
            "There cannot be more SMEs than participants.",
        ),
        ("sectors", {"organisations": ("?!",)}, "organisations", "at least one letter or digit"),
    ],
)
def test_what_cannot_be_stored_is_said_in_words(
    elca: Project, slug: str, values: dict[str, Any], name: str, message: str
) -> None:
    said = refusal(elca, slug, **values)
    assert message in " ".join(said[name])


def test_all_errors_are_said_at_once(elca: Project) -> None:
    said = refusal(elca, partners="", title="", status=Status.ACHIEVED, occasions=(tomorrow(),))
    assert set(said) >= {"partners", "title", "occasions"}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "nonsense"},
        {"status": "achieved", "first_on": "2019-01-01", "counts_from": "2019-01-01"},
        {"first_on": "2022-02-02", "counts_from": "2022-02-01"},
        {"first_on": "2022-02-02", "counts_from": None},
        {"excluded": True, "exclusion_reason": ""},
        {"excluded": False, "exclusion_reason": "left over"},
        {"reference": "T2-01"},
    ],
)
def test_the_database_holds_the_rules_as_well(elca: Project, fields: dict[str, Any]) -> None:
    made = make_action(elca, "sectors")
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=made.pk).update(**fields)


def test_an_occasion_cannot_end_before_it_starts(elca: Project) -> None:
    made = make_action(elca, "sectors")
    wrong = Occasion(action=made, start=date(2022, 2, 2), end=date(2022, 2, 1))
    with pytest.raises(ValidationError, match="ends on or after the day it starts"):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


# Dates of achievement


@pytest.mark.parametrize(
    ("occasions", "first", "counts_from"),
    [
        ((), None, None),
        ((on(2022, 5, 1), on(2022, 3, 1)), date(2022, 3, 1), date(2022, 3, 1)),
        (
            (OccasionData(PartialDate.year(2021)), on(2021, 6, 1)),
            date(2021, 6, 1),
            date(2021, 6, 1),
        ),
        ((OccasionData(PartialDate.month(2022, 2)),), date(2022, 2, 1), date(2022, 2, 28)),
    ],
)
def test_the_first_date_decides(
    elca: Project, occasions: tuple[OccasionData, ...], first: date, counts_from: date
) -> None:
    made = make_action(elca, "sectors", status=Status.ACHIEVED, occasions=occasions)
    stored = Action.objects.get(pk=made.pk)
    assert (stored.first_on, stored.counts_from) == (first, counts_from)


def test_removing_the_occasions_removes_the_first_date(elca: Project) -> None:
    made = make_action(elca, "sectors", occasions=(on(2022, 3, 1),))
    change(made, occasions=())
    stored = Action.objects.get(pk=made.pk)
    assert (stored.first_on, stored.first_precision, stored.counts_from) == (None, "", None)


def test_a_moved_project_start_is_known_to_its_actions(elca: Project) -> None:
    Project.objects.filter(pk=elca.pk).update(first_month=date(2020, 10, 1))
    elca.refresh_from_db()
    follow_project_start(elca)
    assert set(elca.actions.values_list("project_start", flat=True)) == {date(2020, 10, 1)}


# Leaving out, duplicates, organisations


def test_leaving_out_needs_a_reason_and_is_told(elca: Project) -> None:
    made = make_action(elca, "sectors")
    set_excluded(action=made, user=None, reason="  Twice ")
    assert (made.excluded, made.exclusion_reason) == (True, "Twice")
    set_excluded(action=made, user=None, reason="   ")
    assert (made.excluded, made.exclusion_reason) == (False, "")
    told = Change.objects.filter(record_id=made.pk, record="action")[:2]
    assert [c.fields["exclusion_reason"] for c in told] == [["Twice", ""], ["", "Twice"]]


@pytest.mark.parametrize(
    ("title", "found"),
    [("K fair 2022!", True), ("k  FAIR-2022", True), ("K FAIR 2023", False), ("Fair", False)],
)
def test_duplicates_are_found_whatever_the_spelling(elca: Project, title: str, found: bool) -> None:
    events = elca.action_types.get(slug="international-events")
    there = likely_duplicates(project=elca, action_type=events, title=title)
    assert bool(there) is found
    if found:
        but = there[0]
        assert likely_duplicates(project=elca, action_type=events, title=title, but=but) == []
        other = elca.action_types.get(slug="sectors")
        assert likely_duplicates(project=elca, action_type=other, title=title) == []


def test_new_organisations_are_added_once(elca: Project) -> None:
    number = elca.organisations.count()
    make_action(elca, "sectors", organisations=("New One", "new one!", "Composites united"))
    assert elca.organisations.count() == number + 1
    made = make_action(elca, "sectors", organisations=("NEW ONE",))
    assert [o.name for o in made.organisations.all()] == ["New One"]
    assert elca.organisations.count() == number + 1
