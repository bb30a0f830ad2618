"""Many drafts at once become what each would have become alone, or say why they cannot."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.dates import PartialDate
from actions.lookup import Lookup
from actions.models import Action, ActionType
from actions.records import record_type
from actions.rows import EvidenceData
from actions.saving import Draft, Writer, differences, number_in, reference_of
from actions.services import delete_action, save_action
from agreements.models import Agreement
from events.models import Event
from events.records import MeetingData
from partners.models import Change, Organisation, Project
from reports.layout import whole_records
from tests.making import make_action, on

pytestmark = pytest.mark.django_db
SLUGS = ["cluster-networks", "sme-business", "national-workshops", "matchmaking", "sectors"]


def kind_of(project: Project, slug: str = "national-workshops") -> ActionType:
    found: ActionType = project.action_types.get(slug=slug)
    return found


def draft(project: Project, title: str, slug: str = "national-workshops", **values: Any) -> Draft:
    """A new one with a partner, and nothing else that is not said."""
    record = record_type(kind_of(project, slug).record)
    usual = {column.name: column.empty() for column in record.columns}
    usual["partners"] = tuple(project.partners.filter(code="AMZ"))
    return Draft({**usual, "title": title, **values})


def write(project: Project, *drafts: Draft, slug: str = "national-workshops") -> Writer:
    writer = Writer(
        project=project,
        action_type=kind_of(project, slug),
        user=None,
        lookup=Lookup(project),
        source="A test",
    )
    with transaction.atomic():
        writer.check(drafts)
        writer.write(drafts)
    return writer


def event(project: Project, title: str) -> Event:
    return Event.objects.get(project=project, title=title)


def numbers(drafts: list[Draft]) -> list[int]:
    return [int(d.action.reference.partition("-")[2]) for d in drafts if d.action]


# References


def test_references_go_on_without_a_gap(elca: Project) -> None:
    drafts = [draft(elca, f"New {n}") for n in range(30)]
    write(elca, *drafts)
    assert numbers(drafts) == list(range(11, 41))
    assert kind_of(elca).last_number == 40
    ids = [d.action.pk for d in drafts]
    assert ids == list(range(ids[0], ids[0] + 30))


def test_a_faulty_draft_takes_no_reference(elca: Project) -> None:
    drafts = [
        draft(elca, f"New {n}", partners=() if n % 2 else None or _amz(elca)) for n in range(6)
    ]
    write(elca, *drafts)
    good, bad = drafts[::2], drafts[1::2]
    assert numbers(good) == [11, 12, 13]
    for faulty in bad:
        assert list(faulty.errors) == ["partners"]
        assert (faulty.action.pk, faulty.action.reference, faulty.written) == (None, "", False)
    assert kind_of(elca).last_number == 13


def _amz(project: Project) -> tuple[Any, ...]:
    return tuple(project.partners.filter(code="AMZ"))


def test_a_reference_that_is_brought_is_kept_and_passed(elca: Project) -> None:
    drafts = [draft(elca, "A"), draft(elca, "B"), draft(elca, "C")]
    drafts[1].reference = "T7-20"
    write(elca, *drafts)
    assert numbers(drafts) == [21, 20, 22]
    write(elca, more := draft(elca, "D"))
    assert more.action.reference == "T7-23"


def test_a_reference_that_was_deleted_is_not_given_again(elca: Project) -> None:
    write(elca, first := draft(elca, "A"))
    delete_action(action=event(elca, "A"), user=None)
    write(elca, second := draft(elca, "B"))
    assert (first.action.reference, second.action.reference) == ("T7-11", "T7-12")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("T7-01", 1), ("T7-7", 0), ("T7-100", 100), ("T7-999999", 999_999),
        ("T7-1000000", 1_000_000),
        ("T8-01", 0), ("T77-01", 0), ("T7-", 0), ("T7-0x", 0), ("T7--1", 0), ("", 0), ("T7-०१", 0),
        ("T7-²²", 0), ("t7-01", 0),
    ],
)  # fmt: skip
def test_the_number_in_a_reference(elca: Project, words: str, number: int) -> None:
    kind = kind_of(elca)
    assert number_in(kind, words) == number
    if number and len(words) > 4:
        assert reference_of(kind, number) == words


# Many at once


def everything(project: Project) -> list[tuple[Any, ...]]:
    actions = Action.objects.of(project).order_by("pk")
    return [*actions.values_list("pk", "reference", "title", "updated_at"), Change.objects.count()]


def test_new_changed_and_faulty_in_one_go(elca: Project) -> None:
    for title in ("Same", "Changed", "Wrong"):
        make_action(
            elca, "national-workshops", title=title, description="As it was", participants=5
        )
    before = dict(Action.objects.of(elca).values_list("title", "updated_at"))
    drafts = [
        draft(elca, "New"),
        Draft({"description": "As it was"}, event(elca, "Same")),
        Draft({"description": "Otherwise", "smes": 3}, event(elca, "Changed")),
        Draft({"description": "Otherwise", "smes": 9}, event(elca, "Wrong")),
        draft(elca, "x" * 301),
        draft(elca, "Newer", organisations=("Fresh Ltd", "FRESH  ltd", "Composites United")),
    ]
    history = Change.objects.count()
    writer = write(elca, *drafts)
    assert [d.written for d in drafts] == [True, False, True, False, False, True]
    assert [d.added for d in drafts] == [True, False, False, False, True, True]
    assert [list(d.errors) for d in drafts] == [[], [], [], ["__all__"], ["title"], []]
    assert drafts[2].changes == {"description": ("As it was", "Otherwise"), "smes": ("", "3")}
    assert [o.name for o in writer.organisations] == ["Fresh Ltd"]
    after = dict(Action.objects.of(elca).values_list("title", "updated_at"))
    assert {t for t in before if before[t] != after[t]} == {"Changed"}
    assert (event(elca, "Wrong").description, event(elca, "Wrong").smes) == ("As it was", None)
    names = {o.name for o in event(elca, "Newer").organisations.all()}
    assert names == {"Fresh Ltd", "Composites United"}
    # One line for each action that was written, and one for the organisation.
    assert Change.objects.count() == history + 4
    kinds = Change.objects.order_by("-pk")[:4].values_list("kind", "record", "source")
    assert set(kinds) == {
        ("added", "action", "A test"), ("changed", "action", "A test"),
        ("added", "organisation", "A test"),
    }  # fmt: skip


def test_a_name_that_no_organisation_can_have_is_a_fault(elca: Project) -> None:
    before = Organisation.objects.count()
    for name in ("?!", "o" * 251, " "):
        write(elca, wrong := draft(elca, "New", organisations=("Fresh Ltd", name)))
        assert list(wrong.errors) == ["organisations"]
    assert Organisation.objects.count() == before
    assert not Action.objects.filter(title="New").exists()


def test_what_is_not_named_stays(elca: Project) -> None:
    made = make_action(
        elca,
        "matchmaking",
        title="Old",
        description="Stays",
        occasions=(on(2022, 3, 3, place="Pune", country="IN", words="am 3."),),
        evidence=(EvidenceData("List", "https://a.example/"),),
        organisations=("Composites United",),
        sectors=tuple(elca.sectors.all()[:2]),
        meetings=(MeetingData("A", "B", "C"),),
    )
    record = record_type("matchmaking")
    [before] = whole_records(record, elca).filter(pk=made.pk)
    old = record.values(before)
    write(elca, Draft({"title": "New"}, before), slug="matchmaking")
    [after] = whole_records(record, elca).filter(pk=made.pk)
    assert record.values(after) == {**old, "title": "New"}
    assert (after.title_key, after.reference) == ("new", made.reference)
    assert list(Change.objects.latest("pk").fields) == ["title"]


@pytest.mark.parametrize("slug", SLUGS)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(number=st.integers(1, 8), days=st.lists(st.integers(0, 400), min_size=8, max_size=8))
def test_many_are_as_each_alone(elca: Project, slug: str, number: int, days: list[int]) -> None:
    record, kind = record_type(kind_of(elca, slug).record), kind_of(elca, slug)
    own = {column.name for column in record.particular_columns}

    def values(n: int) -> dict[str, Any]:
        day = date(2021, 1, 1) + timedelta(days=days[n])
        more = {
            "signed_on": PartialDate.of(day, "month"),
            "participants": n,
            "smes": 0,
            "meetings": (MeetingData("A", f"B {n}"), MeetingData("A", "C", "x")),
        }
        return {
            "description": f"About {n}\n%s",
            "occasions": (on(day.year, day.month, day.day, place="Łódź", country="PL"),) * (n % 3),
            "organisations": tuple(f"Org {m} Ltd" for m in range(n % 3)),
            "evidence": (EvidenceData(f"E {n}", "https://a.example/"),),
            "sectors": tuple(elca.sectors.all()[: n % 3]),
            "mission": elca.missions.first() if n % 2 else None,
            "status": "achieved" if n % 2 else "planned",
        } | {name: value for name, value in more.items() if name in own}

    together = [draft(elca, f"Title {n}", slug, **values(n)) for n in range(number)]
    write(elca, *together, slug=slug)
    assert [d.errors for d in together] == [{}] * number
    for n, many in enumerate(together):
        alone = save_action(
            project=elca,
            action_type=kind,
            user=None,
            values=draft(elca, f"Title {n}", slug, **values(n)).values,
        )
        first, second = (
            whole_records(record, elca).get(pk=pk) for pk in (many.action.pk, alone.action.pk)
        )
        assert record.values(first) == record.values(second)
        assert many.changes == alone.changes
        same = ("first_on", "first_precision", "counts_from", "title_key", "project_start")
        assert [getattr(first, f) for f in same] == [getattr(second, f) for f in same]
        assert differences(record, record.values(first), record.values(second), Lookup(elca)) == {}


def test_it_takes_as_many_queries_for_many(elca: Project) -> None:
    def queries(number: int) -> int:
        drafts = [
            draft(elca, f"Q {number} {n}", organisations=(f"Q {number} {n} Ltd",), results="x",
                  occasions=(on(2022, 3, 3),), evidence=(EvidenceData("E"),))
            for n in range(number)
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            write(elca, *drafts)
        return len(captured)

    assert queries(3) == queries(60)


# Faults


def test_every_fault_of_a_draft_is_named_at_once(elca: Project) -> None:
    ahead = timezone.localdate() + timedelta(days=9)
    wrong = draft(
        elca, "", partners=(), status="achieved", participants=1, smes=2, dates_note="x" * 2001,
        occasions=(on(ahead.year, ahead.month, ahead.day),), organisations=("?",),
    )  # fmt: skip
    write(elca, wrong)
    assert set(wrong.errors) == {
        "title", "partners", "dates_note", "occasions", "organisations", "__all__",
    }  # fmt: skip
    assert "lies in the future" in wrong.errors["occasions"][0]


def test_a_signature_ahead_is_a_fault_of_its_date(elca: Project) -> None:
    ahead = PartialDate.day(timezone.localdate() + timedelta(days=9))
    write(
        elca,
        wrong := draft(elca, "A", "sme-business", status="achieved", signed_on=ahead),
        early := draft(
            elca, "B", "sme-business", status="achieved",
            signed_on=PartialDate.of(date(2019, 1, 1), "year"),
        ),
        slug="sme-business",
    )  # fmt: skip
    assert (list(wrong.errors), list(early.errors)) == (["signed_on"], ["signed_on"])
    assert not Agreement.objects.filter(title__in=["A", "B"]).exists()


def test_what_began_with_today_is_no_future(elca: Project) -> None:
    today = timezone.localdate()
    write(
        elca,
        day := draft(
            elca, "A", status="achieved", occasions=(on(today.year, today.month, today.day),)
        ),
    )
    assert day.errors == {}
    assert day.action.counts_from == today


def test_a_fault_of_one_raises_and_leaves_all(elca: Project) -> None:
    before = everything(elca)
    with pytest.raises(ValidationError) as caught:
        save_action(
            project=elca,
            action_type=kind_of(elca),
            user=None,
            values=draft(elca, "A", partners=(), organisations=("Fresh Ltd",)).values,
        )
    assert list(caught.value.message_dict) == ["partners"]
    assert everything(elca) == before
    assert not Organisation.objects.filter(name="Fresh Ltd").exists()


def test_nothing_to_write_asks_nothing(elca: Project, django_assert_num_queries: Any) -> None:
    [action] = whole_records(record_type("event"), elca).filter(reference="T7-01")
    action.project = elca
    writer = Writer(
        project=elca, action_type=action.type, user=None, lookup=Lookup(elca), source=""
    )
    with django_assert_num_queries(0):
        same = [Draft({"title": action.title}, action)]
        writer.check(same)
        writer.write(same)
        writer.write([])
