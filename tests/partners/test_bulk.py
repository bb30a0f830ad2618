"""Rows that are inserted many at once are those that Django itself would have inserted."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone as clock

from actions.models import Action, Evidence, Occasion
from agreements.models import Agreement
from events.models import BusinessMeeting, Event, MatchmakingMeeting
from partners.bulk import count_anew, insert_many, insert_values, next_ids
from partners.models import Change, Organisation, Project
from partners.services import CHANGE_FIELDS
from tests.making import make_action

pytestmark = pytest.mark.django_db


def organisation(project: Project, name: str, **more: Any) -> Organisation:
    return Organisation(project=project, name=name, key=name.lower(), **more)


def change_row(project: Project, **more: Any) -> tuple[Any, ...]:
    usual: dict[str, Any] = {
        "project_id": project.pk, "user_id": None, "at": clock.now(), "kind": "added",
        "record": "action", "record_id": 1, "label": "L", "fields": {}, "source": "",
        "reason": "", "transaction": 0,
    }  # fmt: skip
    return tuple({**usual, **more}[name] for name in CHANGE_FIELDS)


def changes(project: Project, *rows: dict[str, Any]) -> list[Change]:
    last = Change.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    insert_values(Change, CHANGE_FIELDS, [change_row(project, **row) for row in rows])
    return list(Change.objects.filter(pk__gt=last).order_by("pk"))


def test_objects_get_ids_and_are_as_saved(elca: Project) -> None:
    rows = [
        organisation(elca, f"New {n}", country=country, note="“ü’%s\n\\")
        for n, country in enumerate(["DE", "", "IN"])
    ]
    insert_many(Organisation, rows)
    assert len({row.pk for row in rows}) == 3
    for row in rows:
        assert (row._state.adding, row._state.db) == (False, "default")
        stored = Organisation.objects.get(pk=row.pk)
        for field in Organisation._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(row, field.attname), field.name
    assert [Organisation.objects.get(pk=r.pk).country.code for r in rows] == ["DE", "", "IN"]


def test_what_comes_after_is_given_other_ids(elca: Project) -> None:
    rows = [organisation(elca, f"New {n}") for n in range(3)]
    insert_many(Organisation, rows[:2])
    after = organisation(elca, "By Django")
    after.save()
    insert_many(Organisation, rows[2:])
    ids = [*(row.pk for row in rows[:2]), after.pk, rows[2].pk]
    assert ids == list(range(ids[0], ids[0] + 4))


def test_an_id_that_was_deleted_is_not_given_again(elca: Project) -> None:
    first = [organisation(elca, "Gone")]
    insert_many(Organisation, first)
    gone = first[0].pk
    Organisation.objects.filter(pk=gone).delete()
    second = [organisation(elca, "Comes")]
    insert_many(Organisation, second)
    assert second[0].pk > gone


def test_ids_are_gapless_and_of_nobody_else(elca: Project) -> None:
    assert elca.pk
    first, second = next_ids(Organisation, 3), next_ids(Organisation, 2)
    assert first == list(range(first[0], first[0] + 3))
    if connection.vendor == "postgresql":
        assert second[0] == first[-1] + 1
    assert next_ids(Organisation, 0) == []


def test_a_thousand_rows_are_a_thousand_rows(elca: Project) -> None:
    number = 1007
    rows = [organisation(elca, f"Many {n}") for n in range(number)]
    insert_many(Organisation, rows)
    stored = dict(Organisation.objects.filter(name__startswith="Many ").values_list("pk", "name"))
    assert stored == {row.pk: row.name for row in rows}
    assert len(stored) == number


def test_nothing_is_nothing(elca: Project, django_assert_num_queries: Any) -> None:
    assert elca.pk
    with django_assert_num_queries(0):
        insert_many(Organisation, [])
        insert_values(Organisation, (), [])


def test_a_model_of_several_tables(elca: Project) -> None:
    kind = elca.action_types.get(slug="matchmaking")
    meetings = [
        MatchmakingMeeting(
            project=elca, type=kind, reference=f"T10-9{n}", title=f"M {n}", title_key=f"m {n}",
            project_start=date(2020, 9, 1), first_on=date(2022, 3, n + 1), first_precision="day",
            counts_from=date(2022, 3, n + 1), participants=n or None, smes=0,
        )
        for n in range(3)
    ]  # fmt: skip
    before = clock.now()
    insert_many(Action, meetings)
    for table, link in ((Event, "action_ptr_id"), (MatchmakingMeeting, "event_ptr_id")):
        for meeting in meetings:
            setattr(meeting, link, meeting.id)
        insert_many(table, meetings)
    for n, meeting in enumerate(meetings):
        stored = MatchmakingMeeting.objects.get(reference=f"T10-9{n}")
        for field in MatchmakingMeeting._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(meeting, field.attname), field.name
        assert (stored.pk, stored.participants, stored.smes) == (meeting.id, n or None, 0)
        assert before <= stored.created_at <= clock.now()
        assert stored.created_by is None
        meeting.title = "Saved by Django"
        meeting.save()
    assert MatchmakingMeeting.objects.filter(title="Saved by Django").count() == 3
    assert not Agreement.objects.filter(pk__in=[m.pk for m in meetings]).exists()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2022, 3, 3, 12, 30, 1, 123_456, tzinfo=UTC),
        datetime(2022, 3, 3, 12, 30, 1, 0, tzinfo=timezone(timedelta(hours=-5))),
        datetime(2022, 7, 3, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_a_moment_is_the_same_wherever_it_was(elca: Project, moment: datetime) -> None:
    [stored] = changes(elca, {"at": moment})
    assert stored.at == moment
    assert Change.objects.filter(
        pk=stored.pk, at=moment, at__gt=moment - timedelta(0, 0, 1)
    ).count()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": ["", "Ü “x” 'y' \\ %s %(a)s {} \n\t"], "n": [None, 5]},
        {"deep": [["a", {"b": [1, 2.5, True, None]}], []]},
        {"emoji": ["", "🎈 \U0001d518"], "": ["", ""]},
    ],
)
def test_json_is_what_it_was(elca: Project, fields: dict[str, Any]) -> None:
    [stored] = changes(elca, {"fields": fields})
    assert stored.fields == fields
    assert Change.objects.filter(pk=stored.pk, fields=fields).exists()


def test_texts_are_never_part_of_the_statement(elca: Project) -> None:
    words = [
        "%s", "%(x)s", "'); DROP TABLE x; --", '"', "\\", "?", ":x", "$1", "🎈", "\\N", "\\.",
        "NULL", "a\tb", "a\nb", "a\r\nb", "\\t", "\\\\", "\x08\x0b\x0c\x7f", " ", "\u2028", "{}",
    ]  # fmt: skip
    stored = changes(elca, *({"label": word, "source": word} for word in words))
    assert [change.label for change in stored] == words
    assert [change.source for change in stored] == words


def test_columns_may_come_in_any_order(elca: Project) -> None:
    action = make_action(elca, "national-workshops")
    names = ("country", "words", "start", "position", "action_id", "mode", "place", "end",
             "precision")  # fmt: skip
    row = ("IN", "am 3.", date(2022, 3, 3), 2, action.pk, "online", "Pune", date(2022, 3, 4), "day")
    insert_values(Occasion, names, [row, row])
    for stored in Occasion.objects.filter(action=action):
        assert stored.country.code == "IN"
        assert (stored.start, stored.end, stored.place) == (row[2], row[7], "Pune")
    assert Occasion.objects.filter(action=action, country="IN", start=date(2022, 3, 3)).count() == 2


def test_rows_beside_an_action(elca: Project) -> None:
    action = make_action(elca, "matchmaking")
    url = "https://a.example/" + "x" * 480
    names: tuple[str, ...] = ("action_id", "title", "url", "kind", "position")
    insert_values(Evidence, names, [(action.pk, "E", url, "other", 0)])
    names = ("matchmaking_id", "first", "second", "outcome", "position")
    insert_values(BusinessMeeting, names, [(action.pk, "A", "B", "", n) for n in range(3)])
    assert action.evidence.get().url == url
    assert [m.position for m in BusinessMeeting.objects.filter(matchmaking=action.pk)] == [0, 1, 2]


def test_a_column_too_few_is_refused(elca: Project) -> None:
    names = tuple(name for name in CHANGE_FIELDS if name != "label")
    row = change_row(elca)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_values(Change, names, [row[: CHANGE_FIELDS.index("label")] + row[7:]])


def test_a_broken_rule_takes_back_all_rows(elca: Project) -> None:
    rows = [organisation(elca, "Good"), organisation(elca, "")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(Organisation, rows)
    assert not Organisation.objects.filter(name="Good").exists()
    insert_many(Organisation, [organisation(elca, "Good again")])
    assert Organisation.objects.filter(name="Good again").count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_at_once_get_different_ids(elca: Project) -> None:
    gate, faults = threading.Barrier(3), []

    def insert(number: int) -> None:
        rows = [organisation(elca, f"Thread {number} row {n}") for n in range(20)]
        gate.wait()
        try:
            with transaction.atomic():
                insert_many(Organisation, rows)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=insert, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Organisation.objects.filter(name__startswith="Thread ").count() == 60


@pytest.mark.usefixtures("elca")
def test_the_database_counts_its_rows_anew_where_it_plans_by_them() -> None:
    with CaptureQueriesContext(connection) as queries:
        count_anew(Action)
    if connection.vendor == "sqlite":
        assert len(queries) == 0
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'actions_action'")
        assert cursor.fetchone() == (Action.objects.count(),)
