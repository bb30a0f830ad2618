"""The database refuses to change or delete the past and what was sealed, but by the one door."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from partners.door import past_may_go
from partners.models import Change, Project, RowVersion, User
from partners.services import add_organisation
from partners.versions import versions_of
from reports.models import SealedFile, SealedReport
from tests.making import make_action

pytestmark = pytest.mark.django_db


def sealed(project: Project, user: User | None = None) -> SealedReport:
    return SealedReport.objects.create(
        project=project,
        number=1,
        title="First",
        as_of="2022-06-30",
        content="{}",
        checksum="x",
        sealed_at="2022-07-01T10:00:00Z",
        sealed_by=user,
    )


SEALED = {
    "number": 2, "title": "Other", "since": "2022-01-01", "as_of": "2022-05-31", "note": "x",
    "content": "[]", "checksum": "y", "sealed_at": "2022-07-02T10:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize("column", SEALED)
def test_what_was_sealed_is_never_changed(column: str, elca: Project) -> None:
    report = sealed(elca)
    with (
        pytest.raises(IntegrityError, match=r"What was sealed is never changed"),
        transaction.atomic(),
    ):
        SealedReport.objects.filter(pk=report.pk).update(**{column: SEALED[column]})


def test_who_sealed_a_report_can_only_be_forgotten(elca: Project) -> None:
    user = User.objects.create_user("leader")
    report = sealed(elca, user)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        SealedReport.objects.update(sealed_by=User.objects.create_user("other"))
    user.delete()
    report.refresh_from_db()
    assert report.sealed_by is None


def test_the_record_of_the_past_is_never_changed(elca: Project) -> None:
    action = make_action(elca, "sectors", title="Recorded")
    version = versions_of(action.project, "action", action.pk).first()
    assert version
    changes: list[dict[str, Any]] = [{"new": {}}, {"project_id": None}, {"row_id": 1}]
    for values in changes:
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(),
        ):
            RowVersion.objects.filter(pk=version.pk).update(**values)


CHANGED: dict[str, Any] = {
    "project": None, "at": "2022-07-01T10:00:00Z", "kind": "merged", "record": "x",
    "record_id": 0, "label": "x", "fields": {}, "source": "x", "reason": "x", "transaction": 1,
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGED)
def test_a_line_of_history_is_never_changed(column: str, elca: Project) -> None:
    value = CHANGED[column]
    if column == "project":
        value = Project.objects.create(
            slug="other", acronym="O", title="O", first_month="2020-09-01", length_months=12
        )
    change = merged_by(User.objects.create_user("leader"), elca)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(**{column: value})


def merged_by(user: User, project: Project) -> Change:
    organisation = add_organisation(project=project, user=user, name="Recorded")
    return Change.objects.get(record="organisation", record_id=organisation.pk)


def test_who_changed_something_can_only_be_forgotten(elca: Project) -> None:
    user = User.objects.create_user("leader")
    change = merged_by(user, elca)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(user=User.objects.create_user("other"))
    user.delete()
    change.refresh_from_db()
    assert change.user is None


FROZEN = ("partners_rowversion", "partners_change", "reports_sealedreport", "reports_sealedfile")


@pytest.fixture
def full(elca: Project) -> SealedReport:
    """A report with a file, so that each frozen table has rows."""
    report = sealed(elca)
    SealedFile.objects.create(
        report=report, evidence_id=1, action_id=1, reference="T1-01", file="x", name="x",
        media_type="text/plain", sha256="x", size=1,
    )  # fmt: skip
    add_organisation(project=elca, user=None, name="Recorded")
    return report


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("table", FROZEN)
def test_the_past_is_never_deleted(table: str) -> None:
    before = rows_of(table)
    assert before
    statements = [f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        statements.append(f"TRUNCATE {table} CASCADE")
    else:
        statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    for statement in statements:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            run(statement)
    assert rows_of(table) == before


def test_the_door_lets_the_past_go_and_is_closed_again(full: SealedReport) -> None:
    with past_may_go():
        with past_may_go():
            pass
        Change.objects.filter(project=full.project).update(label="x")
        RowVersion.objects.all().delete()
    with pytest.raises(IntegrityError), past_may_go():
        fail_after_deleting()
    assert Change.objects.exists()
    assert not RowVersion.objects.exists()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Change.objects.all().delete()


def fail_after_deleting() -> None:
    Change.objects.all().delete()
    raise IntegrityError


@pytest.mark.usefixtures("full")
def test_what_was_sealed_is_not_even_changed_by_the_door() -> None:
    for rows in (SealedReport.objects.all(), SealedFile.objects.all()):
        name = {"reference": "x"} if rows.model is SealedFile else {"title": "x"}
        with pytest.raises(IntegrityError, match="never changed"), past_may_go():
            rows.update(**name)


@pytest.mark.usefixtures("full")
def test_a_sealed_file_is_closed_erased_and_loses_its_name_for_good() -> None:
    files = SealedFile.objects.all()
    steps: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"restricted": True}, {"restricted": False}),
        ({"erased_at": "2022-07-01T10:00:00Z"}, {"erased_at": None}),
        ({"name": ""}, {"name": "other"}),
    ]
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        files.update(name="other")
    for there, back in steps:
        assert files.update(**there) == 1
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            files.update(**back)


def test_a_project_goes_with_its_history_but_not_with_a_sealed_report(elca: Project) -> None:
    other = Project.objects.create(
        slug="other", acronym="O", title="O", first_month="2020-09-01", length_months=12
    )
    add_organisation(project=other, user=None, name="Recorded")
    Project.objects.filter(pk=other.pk).delete()
    sealed(elca)
    for delete in (elca.delete, Project.objects.all().delete):
        with pytest.raises(ProtectedError), transaction.atomic():
            delete()
