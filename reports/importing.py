"""Brings the rows of a file into a project: all of them, or none.

A preview and the real thing are the same code: the preview applies everything in a transaction
and takes it back, so that its numbers are true and it meets every rule of the database.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Action, ActionType
from kpis.progress import Progress, project_progress
from partners.bulk import count_anew
from partners.models import Project, User

from .comparing import Run, TableImport
from .models import KnownShape
from .reading.cells import Book
from .reading.reader import FileError, read_file
from .results import Effect, ImportResult, Problem, SheetResult
from .understanding.tables import FoundTable, find_tables, to_table
from .wishes import Wishes

MANY_ROWS = 1000  # so many make the database's own counts of its rows wrong
SEVERAL_CELLS = " | "  # a caption stands alone; what holds more might have been meant as a row


def run_import(
    *,
    project: Project,
    user: User | None,
    file: Path | BinaryIO,
    name: str,
    only_type: ActionType | None = None,
    wishes: Wishes | None = None,
    dry_run: bool = False,
    valid_rows: bool = False,
    expected: str = "",
    previewed_at: datetime | None = None,
    keep: Callable[[ImportResult], None] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> ImportResult:
    """Import a file; raises FileError for one that cannot be read or holds no rows.

    With an error in any row nothing is applied, unless ``valid_rows`` asks for the others.
    ``only_type`` is the table of what does not say itself which one it is. ``expected`` is the
    digest of a preview: where the import would now do anything else, nothing is applied.
    ``keep`` is called in the transaction of an import that is applied, ``tell`` now and then
    with the number of rows done and of all rows.
    """
    book = read_file(file, name)
    wishes = wishes or Wishes()
    with without_collecting(), transaction.atomic():
        # Two imports at once would each give out the same references.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        result, found = understand(project, book, only_type, wishes)
        before = project_progress(project)
        rows = sum(len(table.rows) for table, _sheet in found)
        run = Run(
            project,
            user,
            _("Import of %(name)s") % {"name": name},
            wishes,
            previewed_at,
            book.exported_at,
            (lambda done: tell(done, rows)) if tell else lambda _done: None,
        )
        apply_tables(run, found)
        if rows >= MANY_ROWS:
            count_anew(Action, Action.partners.through)
        result.organisations = run.organisations
        result.effects = effects(before, project_progress(project))
        result.outdated = bool(expected) and result.digest() != expected
        stopped = dry_run or result.outdated or (result.stopped and not valid_rows)
        result.applied = not stopped
        if result.applied and keep:
            keep(result)
        transaction.set_rollback(stopped)
    return result


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep the garbage collector from looking through the rows of an import again and again.

    They are all in use until its end; looking takes as long as the work itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def understand(
    project: Project, book: Book, only_type: ActionType | None, wishes: Wishes
) -> tuple[ImportResult, list[tuple[FoundTable, SheetResult]]]:
    """The tables of a file with their places in the result; raises FileError where there is none.

    What is no table, or is one of no known kind, is an error of its place.
    """
    found = find_tables(
        book,
        list(project.action_types.all()),
        partners=names_of_partners(project),
        only_type=only_type,
        chosen=wishes.tables,
        remembered=known_shapes(project),
    )
    if not found.tables:
        raise FileError(_("There is no table of actions in this file."))
    result = ImportResult(
        skipped=list(found.skipped), notes=list(book.notes), exported_at=book.exported_at
    )
    tables = []
    for table in found.tables:
        result.tables.append(described(table))
        if table.skip:
            continue
        sheet = SheetResult(table.sheet, table.sheet_index)
        result.sheets.append(sheet)
        tables.append((table, sheet))
    return result, tables


def apply_tables(run: Run, found: Sequence[tuple[FoundTable, SheetResult]]) -> None:
    """Take the rows of every table that was understood."""
    understood = []
    for table, sheet in found:
        sheet.warnings += [Problem(row, "", words) for row, words in table.remarks]
        sheet.warnings += [
            Problem(row, "", _("“%(text)s” was left out: %(why)s") % {"text": text, "why": why})
            for row, text, why in table.left
            if SEVERAL_CELLS in text
        ]
        sheet.errors += [Problem(row, "", words) for row, words in table.problems]
        if not table.problems:
            understood.append((to_table(table), sheet))
    imports = [TableImport(run, ready, sheet) for ready, sheet in understood]
    for each in imports:
        each.compare()
    for each in imports:
        each.reserve_references()
    for each in imports:
        each.write()


def effects(before: Progress, after: Progress) -> list[Effect]:
    """The indicators whose figures differ."""
    pairs = zip(before.lines, after.lines, strict=True)
    return [
        Effect(old.indicator.number, old.indicator.title, old.total.achieved, new.total.achieved)
        for old, new in pairs
        if old.total.achieved != new.total.achieved
    ]


def names_of_partners(project: Project) -> list[str]:
    """The codes, names and other spellings of a project's partners."""
    partners = project.partners.prefetch_related("aliases")
    return [
        name
        for partner in partners
        for name in (partner.code, partner.name, *(a.name for a in partner.aliases.all()))
    ]


def known_shapes(project: Project) -> dict[str, dict[str, Any]]:
    """The mappings that were confirmed before, by the shape of their tables."""
    shapes = KnownShape.objects.filter(project=project).values_list("shape", "mapping")
    return dict(shapes)


def described(table: FoundTable) -> dict[str, Any]:
    """A table as it was understood, to be kept and shown."""
    return {
        "key": table.key,
        "sheet": table.sheet,
        "sheet_index": table.sheet_index,
        "title": table.title,
        "type": table.type.slug if table.type else "",
        "confidence": table.confidence,
        "how": table.how,
        "heading_row": table.heading_row,
        "rows": len(table.rows),
        "shape": table.shape,
        "skip": table.skip,
        "problems": len(table.problems),
        "columns": [
            {
                "at": column.at,
                "heading": column.heading,
                "samples": column.samples,
                "field": column.field,
                "confidence": column.confidence,
                "how": column.how,
            }
            for column in table.columns
        ],
        "left": table.left,
    }
