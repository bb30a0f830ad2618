"""The few functions that keep imports: preview, answer, apply and undo, each as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from actions.models import ActionType
from partners.bulk import insert_values
from partners.models import Project, User

from .importing import run_import
from .models import Import, ImportRow, KnownShape
from .reading.reader import FileError
from .results import ImportResult
from .undoing import undo_rows
from .wishes import Wishes

Tell = Callable[[int, int], None]
State = Import.State
LONGEST_NAME = 200  # characters in the name of a file
RESULT_FIELDS = ("summary", "exported_at")
ROW_FIELDS = (
    "record_id", "table", "sheet", "number", "verdict", "has_warnings",
    "reference", "title", "action", "data", "before", "written_at",
    "former_at", "undo",
)  # fmt: skip


def preview(record: Import, *, user: User | None, tell: Tell | None = None) -> Import:
    """Read the file and keep what an import of it would do; a file that cannot be read fails."""
    began = timezone.now()
    result = _run(record, user=user, tell=tell, dry_run=True)
    if result:
        # What somebody changes while it is made has not been seen in it.
        record.previewed_at = record.previewed_at or began
        _keep_preview(record, result)
    return record


def _run(record: Import, **options: Any) -> ImportResult | None:
    """Run an import as its record asks; None where the file cannot be read, which is kept."""
    try:
        return run_import(
            project=record.project,
            file=opened(record),
            name=record.name,
            only_type=record.only_type,
            wishes=Wishes.of(record.wishes),
            previewed_at=record.previewed_at,
            **options,
        )
    except FileError as error:
        _fail(record, str(error))
        return None
    finally:
        record.file.close()


@transaction.atomic
def _keep_preview(record: Import, result: ImportResult) -> None:
    _check_mine(record)
    _keep_result(record, result)
    record.state = State.READY
    record.save(update_fields=[*RESULT_FIELDS, "state", "previewed_at"])


class SupersededError(Exception):
    """Somebody else works on the import by now, since this work was thought to be lost."""


def _check_mine(record: Import) -> None:
    """Lock an import and make sure that it still waits for this very work."""
    now = Import.objects.select_for_update().get(pk=record.pk)
    if (now.state, now.worked_at) != (record.state, record.worked_at):
        raise SupersededError(record.name)


@transaction.atomic
def _fail(record: Import, fault: str) -> None:
    _check_mine(record)
    record.state, record.fault = State.FAILED, fault
    record.save(update_fields=["state", "fault"])


def opened(record: Import) -> BinaryIO:
    """The file of an import; raises FileError where it is lost."""
    try:
        return cast(BinaryIO, record.file.open("rb"))
    except OSError as error:
        raise FileError(_("The file cannot be opened: it is no longer there.")) from error


def look_again(record: Import) -> None:
    """Forget when the preview was made: what has changed since becomes part of the next one."""
    record.previewed_at = None
    record.save(update_fields=["previewed_at"])


def apply(record: Import, *, user: User | None, tell: Tell | None = None) -> ImportResult | None:
    """Run a previewed import for good, where it does what its preview showed; None on a fault.

    Where it would do anything else now, the new preview is kept instead and nothing is applied.
    """

    def keep(result: ImportResult) -> None:
        _check_mine(record)
        record.state, record.applied_by, record.applied_at = State.APPLIED, user, timezone.now()
        _keep_result(record, result)
        record.save(update_fields=[*RESULT_FIELDS, "state", "applied_by", "applied_at"])
        remember_shapes(record, user)

    result = _run(
        record,
        user=user,
        tell=tell,
        valid_rows=record.valid_rows,
        expected=record.summary["digest"],
        keep=keep,
    )
    if result and not result.applied:
        _keep_preview(record, result)
    return result


def _keep_result(record: Import, result: ImportResult) -> None:
    """Replace what was kept of an import by a new result."""
    record.summary = result.summary()
    record.exported_at = result.exported_at
    ImportRow.objects.of(record).delete()
    insert_values(ImportRow, ROW_FIELDS, list(_rows(record, result)))


def _rows(record: Import, result: ImportResult) -> Iterable[tuple[Any, ...]]:
    """The rows of a result as they are kept, in the order of ``ROW_FIELDS``."""
    for table, sheet in enumerate(result.sheets):
        for row in sheet.rows:
            data = {
                "changes": row.changes,
                "cells": row.cells,
                "errors": [problem.told() for problem in row.errors],
                "warnings": [problem.told() for problem in row.warnings],
                "like": row.like,
            }
            yield (
                record.pk, table, sheet.index, row.row, row.verdict, bool(row.warnings),
                row.reference, row.title, row.action, data, row.before, row.written_at,
                row.former_at, "",
            )  # fmt: skip


def answer(record: Import, wishes: Wishes) -> None:
    """Keep what the user said about a file; the next preview follows it."""
    record.wishes = asdict(wishes)
    record.save(update_fields=["wishes"])


def remember_shapes(record: Import, user: User | None) -> None:
    """Remember how the tables of an applied file were read, for the next file of such tables."""
    for table in record.summary["tables"]:
        if not (table["type"] and table["shape"]) or table["skip"] or table["problems"]:
            continue
        mapping = {
            "type": table["type"],
            "columns": {str(column["at"]): column["field"] for column in table["columns"]},
        }
        KnownShape.objects.update_or_create(
            project=record.project,
            shape=table["shape"],
            defaults={"mapping": mapping, "user": user},
        )


def import_now(
    *,
    project: Project,
    user: User | None,
    path: Path,
    only_type: ActionType | None = None,
    dry_run: bool = False,
    valid_rows: bool = False,
) -> ImportResult:
    """Import a file without a preview; what is applied is kept, and can be undone."""
    record = Import(
        project=project,
        user=user,
        name=path.name[:LONGEST_NAME],
        only_type=only_type,
        valid_rows=valid_rows,
    )

    def keep(result: ImportResult) -> None:
        record.state, record.applied_by = State.APPLIED, user
        record.previewed_at = record.applied_at = timezone.now()
        with path.open("rb") as file:
            record.file.save(path.name, File(file), save=False)
        record.save()
        _keep_result(record, result)
        record.save(update_fields=RESULT_FIELDS)

    try:
        return run_import(
            project=project,
            user=user,
            file=path,
            name=path.name,
            only_type=only_type,
            dry_run=dry_run,
            valid_rows=valid_rows,
            keep=keep,
        )
    except BaseException:
        if record.file:
            record.file.delete(save=False)
        raise


@transaction.atomic
def undo(record: Import, *, user: User | None, tell: Tell | None = None) -> Mapping[str, int]:
    """Take an applied import back as a whole; rows that were changed since stay as they are.

    Gives how many rows were undone, left because they were changed, and gone already.
    """
    Project.objects.select_for_update(no_key=True).get(pk=record.project_id)
    _check_mine(record)
    with override("en"):  # what is stored must not hang on who undoes
        source = _("Undo of the import of %s") % record.name
    counts = undo_rows(record, user=user, source=source)
    record.state, record.undone_at, record.undone_by = State.UNDONE, timezone.now(), user
    record.save(update_fields=["state", "undone_at", "undone_by"])
    if tell:
        tell(1, 1)
    return counts
