"""The database writes every change of every recorded row, whoever makes it and however."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F

from actions.models import Action, Evidence, Occasion
from agreements.models import Agreement
from kpis.models import Indicator
from partners.door import past_may_go
from partners.models import Change, Organisation, Partner, Project, RowVersion, Sector
from partners.services import add_organisation, merge_organisations
from partners.story import outside_entries, story_of
from partners.versions import current_transaction, record_begins, state_of
from partners.versions.installing import install, take_down
from partners.versions.registry import kept_tables
from tests.making import make_action, on
from tests.pages import filled, member

pytestmark = pytest.mark.django_db


def written_by(job: Callable[[], Any]) -> list[RowVersion]:
    """The versions that a job leaves."""
    last = RowVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    job()
    return list(RowVersion.objects.filter(pk__gt=last))


def told(versions: list[RowVersion], *columns: str) -> set[tuple[Any, ...]]:
    """Of each version its table, row, and the named columns before and after."""

    def some(row: dict[str, Any] | None) -> tuple[Any, ...] | None:
        return None if row is None else tuple(row.get(column) for column in columns)

    return {(v.table, v.row_id, some(v.old), some(v.new)) for v in versions}


def raw(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def action(elca: Project) -> Action:
    return make_action(elca, "sectors", title="Before", occasions=(on(2022, 3, 1),))


def save(action: Action) -> None:
    found = Action.objects.get(pk=action.pk)
    found.title = "After"
    found.save()


def bulk_update(action: Action) -> None:
    found = Action.objects.get(pk=action.pk)
    found.title = "After"
    Action.objects.bulk_update([found], ["title"])


TITLE = 'UPDATE actions_action SET "title" = %s WHERE "id" = %s'
WAYS: dict[str, Callable[[Action], Any]] = {
    "save": save,
    "update": lambda a: Action.objects.filter(pk=a.pk).update(title="After"),
    "base manager": lambda a: Action._base_manager.filter(pk=a.pk).update(title="After"),
    "of a related object": lambda a: a.project.actions.filter(pk=a.pk).update(title="After"),
    "bulk_update": bulk_update,
    "raw SQL": lambda a: raw(TITLE, "After", a.pk),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_change_a_row_goes_unrecorded(way: str, elca: Project, action: Action) -> None:
    versions = written_by(lambda: WAYS[way](action))
    assert told(versions, "title") == {("actions_action", action.pk, ("Before",), ("After",))}
    [version] = versions
    assert (version.record, version.record_id) == ("action", action.pk)
    assert version.project_id == elca.pk
    assert version.transaction == current_transaction()
    assert version.old
    assert set(version.old) == {f.column for f in Action._meta.local_concrete_fields}
    assert version.old["project_start"] == "2020-09-01"
    assert version.old["excluded"] is False


def test_an_update_that_changes_nothing_writes_nothing(action: Action) -> None:
    assert written_by(lambda: Action.objects.filter(pk=action.pk).update(title=F("title"))) == []


def test_an_update_of_many_rows_writes_each(elca: Project) -> None:
    before = dict(elca.actions.filter(status="planned").values_list("pk", "status"))
    versions = written_by(lambda: elca.actions.filter(pk__in=before).update(status="dropped"))
    assert len(before) == 12
    assert told(versions, "status") == {
        ("actions_action", pk, ("planned",), ("dropped",)) for pk in before
    }


def test_rows_that_are_inserted_in_bulk_are_recorded(elca: Project) -> None:
    names = [f"Sector {number}" for number in range(50)]
    sectors = [Sector(project=elca, name=name) for name in names]
    versions = written_by(lambda: Sector.objects.bulk_create(sectors))
    assert sorted(v.new["name"] for v in versions if v.new) == sorted(names)
    assert all(v.old is None and v.project_id == elca.pk for v in versions)


def test_a_conflict_that_becomes_an_update_is_one(elca: Project) -> None:
    sector = elca.sectors.create(name="One", beyond_mobility=True)
    again = Sector(project=elca, name="One", beyond_mobility=False)
    versions = written_by(
        lambda: Sector.objects.bulk_create(
            [again],
            update_conflicts=True,
            unique_fields=["project", "name"],
            update_fields=["beyond_mobility"],
        )
    )
    assert told(versions, "beyond_mobility") == {("partners_sector", sector.pk, (True,), (False,))}


def test_whatever_goes_with_a_deleted_row_is_recorded(elca: Project) -> None:
    agreement = make_action(
        elca, "sme-cooperation", partners="AMZ BIC", occasions=(on(2022, 3, 1), on(2022, 4, 1))
    )
    before = state_of(elca, "action", agreement.pk, last())
    versions = written_by(lambda: Action.objects.filter(pk=agreement.pk).delete())
    assert {v.table for v in versions} == {
        "actions_action",
        "agreements_agreement",
        "actions_occasion",
        "actions_action_partners",
    }
    assert all(v.new is None and v.project_id == elca.pk for v in versions)
    gone: dict[str, list[Any]] = {}
    for version in sorted(versions, key=lambda v: v.row_id):
        gone.setdefault(version.table, []).append(version.old)
    assert gone == before
    assert state_of(elca, "action", agreement.pk, last()) == {}


def test_a_row_whose_record_went_first_still_belongs_to_the_project(
    elca: Project, action: Action
) -> None:
    """Constraints wait for the end of a transaction, so plain SQL may delete in any order."""

    def delete() -> None:
        with transaction.atomic():
            pks = [o.pk for o in action.occasions.all()]
            raw("DELETE FROM actions_action_partners WHERE action_id = %s", action.pk)
            raw("DELETE FROM actions_action WHERE id = %s", action.pk)
            raw(f"DELETE FROM actions_occasion WHERE id IN ({', '.join(map(str, pks))})")

    versions = written_by(delete)
    assert [v.table for v in versions][-1] == "actions_occasion"
    assert {v.project_id for v in versions} == {elca.pk}


def test_links_to_many_are_recorded(elca: Project, action: Action) -> None:
    bic = elca.partners.get(code="BIC")
    amz = action.partners.get()
    versions = written_by(lambda: action.partners.set([bic]))
    links = {(v.old or v.new or {})["partner_id"]: v.new is not None for v in versions}
    assert links == {amz.pk: False, bic.pk: True}
    assert {(v.record, v.record_id) for v in versions} == {("action", action.pk)}
    indicator = elca.indicators.first()
    assert indicator
    versions = written_by(lambda: indicator.action_types.clear())
    assert {(v.record, v.record_id, v.project_id) for v in versions} == {
        ("indicator", indicator.pk, elca.pk)
    }


def test_the_admin_is_recorded(elca: Project) -> None:
    client = member(elca)
    partner = elca.partners.get(code="AMZ")
    url = f"/admin/partners/partner/{partner.pk}/change/"
    versions = written_by(lambda: client.post(url, filled(client.get(url), name="New name")))
    assert told(versions, "name") == {
        ("partners_partner", partner.pk, (partner.name,), ("New name",))
    }


def test_a_merge_is_told_row_by_row_under_one_number(elca: Project) -> None:
    kept = add_organisation(project=elca, user=None, name="Kept")
    merged = add_organisation(project=elca, user=None, name="Merged")
    action = make_action(elca, "sectors", organisations=("Merged",))
    versions = written_by(lambda: merge_organisations(kept=kept, merged=merged, user=None))
    assert {v.table for v in versions} >= {
        "partners_organisation",
        "partners_organisationalias",
        "actions_action_organisations",
    }
    change = Change.objects.filter(kind=Change.Kind.MERGED).first()
    assert change
    assert {v.transaction for v in versions} == {change.transaction}
    assert action.organisations.get() == kept


def test_an_id_that_changes_is_a_row_that_goes_and_one_that_comes(elca: Project) -> None:
    sector = elca.sectors.create(name="Moved")
    sql = 'UPDATE partners_sector SET "id" = %s WHERE "id" = %s'
    versions = written_by(lambda: raw(sql, 10**9, sector.pk))
    assert told(versions, "name") == {
        ("partners_sector", sector.pk, ("Moved",), None),
        ("partners_sector", 10**9, None, ("Moved",)),
    }


def test_a_row_that_is_replaced_is_one_that_goes_and_one_that_comes(elca: Project) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces rows")
    sector = elca.sectors.create(name="Replaced")
    sql = "INSERT OR REPLACE INTO partners_sector VALUES (%s, %s, %s, %s)"
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "partners_sector")
    by_name = {"id": 10**9, "project_id": elca.pk, "name": "Replaced", "beyond_mobility": True}
    versions = written_by(lambda: raw(sql, *[by_name[column.name] for column in found]))
    assert told(versions, "name") == {
        ("partners_sector", sector.pk, ("Replaced",), None),
        ("partners_sector", 10**9, None, ("Replaced",)),
    }


def test_json_is_kept_as_json(elca: Project) -> None:
    action_type = elca.action_types.get(slug="sectors")
    action_type.evidence = ["agenda", 'with "marks"']
    [version] = written_by(action_type.save)
    assert version.old
    assert version.new
    assert (version.old["evidence"], version.new["evidence"]) == (
        [],
        ["agenda", 'with "marks"'],
    )


def test_every_table_of_a_project_is_recorded_or_left_out_on_purpose() -> None:
    ours = ("partners", "actions", "agreements", "events", "kpis", "reports")
    tables = {
        m._meta.db_table
        for m in apps.get_models(include_auto_created=True)
        if m._meta.app_label in ours and not m._meta.proxy
    }
    left_out = {
        "partners_user", "partners_user_groups", "partners_user_user_permissions",
        "partners_change", "partners_rowversion", "partners_savedview", "reports_import",
        "reports_importrow", "reports_knownshape", "reports_export", "reports_sealedreport",
        "reports_sealedfile", "reports_digest",
    }  # fmt: skip
    assert tables - left_out == {kept.table for kept in kept_tables()}


# The beginning, and what went on past the triggers


def last() -> int:
    found = RowVersion.objects.order_by("-pk").first()
    assert found
    return found.pk


def test_what_was_written_past_the_triggers_is_found_when_they_are_made_anew(
    elca: Project,
) -> None:
    """As migrations of SQLite do, which must take the triggers away."""
    changed = make_action(elca, "sectors", title="Changed")
    gone = elca.sectors.create(name="Gone")
    if connection.vendor == "sqlite":
        take_down(using="default", plan=[1])
    else:
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        for kept in kept_tables():
            raw(f"ALTER TABLE {kept.table} DISABLE TRIGGER USER")
    silent = written_by(
        lambda: (
            Action.objects.filter(pk=changed.pk).update(title="Silently"),
            gone.delete(),
            elca.sectors.create(name="Come"),
        )
    )
    assert silent == []
    versions = written_by(lambda: install(using="default", plan=[1]))
    assert {(v.table, v.old and (v.old.get("title") or v.old["name"])) for v in versions} == {
        ("actions_action", "Changed"),
        ("partners_sector", "Gone"),
        ("partners_sector", None),
    }
    assert {v.project_id for v in versions} == {elca.pk}
    assert len(written_by(lambda: Action.objects.filter(pk=changed.pk).update(title="On"))) == 1


def test_an_installation_that_is_there_begins_its_record(elca: Project) -> None:
    with past_may_go():
        RowVersion.objects.all().delete()
    assert record_begins(elca) is None
    versions = written_by(lambda: install(using="default", plan=[]))
    assert len([v for v in versions if v.table == "actions_action"]) == elca.actions.count() == 104
    assert all(v.old is None for v in versions)
    assert record_begins(elca)
    assert written_by(lambda: install(using="default", plan=[])) == []
    assert written_by(lambda: install(using="default", plan=[1])) == []


def test_a_table_that_is_emptied_at_once_is_recorded(elca: Project) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    names = set(elca.deadlines.values_list("activity", flat=True))
    versions = written_by(lambda: raw("TRUNCATE kpis_deadline"))
    assert {v.old["activity"] for v in versions if v.old} == names


# The numbers of transactions


@pytest.mark.django_db(transaction=True)
def test_each_transaction_has_a_number_of_its_own(elca: Project) -> None:
    def in_one() -> None:
        with transaction.atomic():
            elca.sectors.create(name="A")
            with transaction.atomic():
                elca.sectors.create(name="B")
            numbers.append(current_transaction())

    def taken_back() -> None:
        with transaction.atomic():
            elca.sectors.create(name="C")
            numbers.append(current_transaction())
            transaction.set_rollback(True)

    numbers: list[int] = []
    first, _nothing = written_by(in_one), written_by(taken_back)
    second = written_by(lambda: elca.sectors.create(name="D"))
    assert {v.transaction for v in first} == {numbers[0]}
    assert len(first) == 2
    assert len({numbers[0], numbers[1], second[0].transaction}) == 3
    assert min(numbers) > 0


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_leaves_triggers_that_work(elca: Project) -> None:
    assert Partner.objects.count() == 6
    assert len(written_by(lambda: elca.sectors.create(name="After a flush"))) == 1
    assert Evidence.objects.count() + Occasion.objects.count() > 0
    assert Agreement.objects.exists()
    assert Indicator.objects.exists()
    assert Organisation.objects.exists()


def test_where_a_record_begins_no_story_tells_of_a_change(elca: Project) -> None:
    action = Action.objects.of(elca).first()
    assert action
    with past_may_go():
        RowVersion.objects.all().delete()
    install(using="default", plan=[])
    begun = RowVersion.objects.filter(record="action", record_id=action.pk)
    assert {(v.transaction, v.old) for v in begun} == {(0, None)}
    assert [entry.kind for entry in story_of(action, elca)] == ["added"]
    assert outside_entries(elca) == []
