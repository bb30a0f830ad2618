"""Brings the rows of a spreadsheet into a project: all of them, or none.

A preview and the real thing are the same code: the preview applies everything in a transaction
and takes it back, so that its numbers are true and it meets every rule of the database.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.columns import CellError
from actions.joined import JoinedColumn
from actions.lookup import Lookup
from actions.models import Action, ActionType, Status
from actions.records import DATES, RecordType, record_type
from actions.services import Changes, differences, save_action
from agreements.records import state_in
from kpis.progress import Progress, project_progress
from partners.models import Project, User
from partners.names import name_key

from .layout import ROW_ID, Cell, SheetColumn, whole_records
from .matching import TITLE, SheetError, Table, is_skipped, understand
from .reading.cells import CellFault, Row, Sheet, plain
from .reading.reader import FileError, read_workbook
from .results import (
    CHANGED,
    ERROR,
    NEW,
    UNCHANGED,
    Effect,
    ImportResult,
    Problem,
    RowResult,
    SheetResult,
)

SOURCE_LENGTH = 120


def run_import(
    *,
    project: Project,
    user: User | None,
    file: Path | BinaryIO,
    name: str,
    only_type: ActionType | None = None,
    dry_run: bool = False,
    valid_rows: bool = False,
    expected: str = "",
) -> ImportResult:
    """Import an .xlsx file; raises FileError for one that cannot be read or holds no rows.

    With an error in any row nothing is applied, unless ``valid_rows`` asks for the others.
    ``only_type`` is the table of the sheets that do not say which one they are. ``expected`` is
    the digest of a preview: where the import would now do anything else, nothing is applied.
    """
    sheets = read_workbook(file)
    types = list(project.action_types.all())
    result = ImportResult(skipped=[s.name for s in sheets if is_skipped(s, types)])
    if len(result.skipped) == len(sheets):
        raise FileError(_("There is no table of actions in this file."))
    with transaction.atomic():
        # Two imports at once would each give out the same references.
        Project.objects.select_for_update().get(pk=project.pk)
        before = project_progress(project)
        tables = _understood(sheets, types, only_type, result)
        run = _Run(project, user, _("Import of %(name)s") % {"name": name})
        run.reserve_references([table for table, _found in tables])
        for table, found in tables:
            _TableImport(run, table, found).take_all()
        result.effects = effects(before, project_progress(project))
        result.outdated = bool(expected) and result.digest() != expected
        stopped = dry_run or result.outdated or (bool(result.errors) and not valid_rows)
        result.applied = not stopped
        transaction.set_rollback(stopped)
    return result


def _understood(
    sheets: Sequence[Sheet],
    types: Sequence[ActionType],
    only_type: ActionType | None,
    result: ImportResult,
) -> list[tuple[Table, SheetResult]]:
    """The tables of a file, each with its place in the result; what is no table is an error."""
    tables = []
    for sheet in sheets:
        if sheet.name in result.skipped:
            continue
        found = SheetResult(sheet.name)
        result.sheets.append(found)
        try:
            tables.append((understand(sheet, types, only_type), found))
        except SheetError as error:
            found.errors.append(Problem(error.row, "", str(error)))
    return tables


def effects(before: Progress, after: Progress) -> list[Effect]:
    """The indicators whose figures differ."""
    pairs = zip(before.lines, after.lines, strict=True)
    return [
        Effect(old.indicator.number, old.indicator.title, old.total.achieved, new.total.achieved)
        for old, new in pairs
        if old.total.achieved != new.total.achieved
    ]


@dataclass
class _Run:
    """What the sheets of one file share."""

    project: Project
    user: User | None
    source: str
    seen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source = self.source[:SOURCE_LENGTH]
        self.lookup = Lookup(self.project)
        rows = Action.objects.of(self.project).order_by()
        self.known = dict(rows.values_list("reference", "type__table_number"))

    def reserve_references(self, tables: Sequence[Table]) -> None:
        """Keep the ids that rows bring along from being given to others.

        An id that no action of this project ever had stays with its row, so that the export of
        one installation can be carried to another and still be compared with it later.
        """
        for table in tables:
            highest = max((number_of(table, table.reference(row)) for row in table.rows), default=0)
            ActionType.objects.filter(pk=table.action_type.pk, last_number__lt=highest).update(
                last_number=highest
            )

    def forget_what_was_taken_back(self) -> None:
        """Know only the organisations that are there, after a row was taken back."""
        self.lookup = Lookup(self.project)


@dataclass
class _Read:
    """What the cells of a row say, and what is wrong or worth a word about them."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


class _TableImport:
    """The rows of one sheet, compared with those that the project has and then applied."""

    def __init__(self, run: _Run, table: Table, result: SheetResult) -> None:
        self.run = run
        self.table = table
        self.result = result
        self.type = table.action_type
        self.record: RecordType = record_type(self.type.record)
        self.result.type = self.type.slug
        self.result.table = f"{self.type.table_name}: {self.type.caption}"
        self.guessed: Counter[str] = Counter()
        self.actions: dict[str, Action] = {}
        self.by_title: dict[str, list[Action]] = defaultdict(list)
        for action in whole_records(self.record, run.project).filter(type=self.type):
            if action.reference not in run.known:
                continue  # another sheet of this file has just brought it
            action.project = run.project
            self.actions[action.reference] = action
            self.by_title[action.title_key].append(action)

    def take_all(self) -> None:
        for message in self.table.warnings:
            self._warn(self.table.heading_row, "", message)
        for row in self.table.rows:
            self.result.rows.append(self._take(row))
        if self.guessed:
            said = ", ".join(
                f"{self.record.status_word(status)}: {number}"
                for status, number in self.guessed.items()
            )
            message = _("There is no column for the status. What the new rows were taken for: %s.")
            self._warn(self.table.heading_row, "", message % said)

    def _take(self, row: Row) -> RowResult:
        """Compare a row with what is there, and write what is new in it."""
        cells = {column: self.table.cell(row, column) for column in self.table.columns}
        reference = self.table.reference(row)
        title = self._title_in(cells)
        fault = self._wrong_reference(row, reference)
        if fault:
            return self._refuse(row, title, [(ROW_ID, fault)])
        action = self.actions.get(reference)
        if action:
            return self._compare(row, cells, action)
        same = self._same_row(cells, title)
        if same:
            return self._same(row, same)
        return self._add(row, cells, title, reference)

    # A row that is there

    def _compare(self, row: Row, cells: dict[SheetColumn, Any], action: Action) -> RowResult:
        edited, before = self._edited(cells, action)
        read = self._read(edited, before)
        self._warn_all(row, read.warnings)
        if read.errors:
            return self._refuse(row, action.title, read.errors, action.reference)
        if not self._differences(before, read.values):
            return RowResult(row.number, UNCHANGED, action.reference, action.title)
        titled = self.by_title[action.title_key]
        result = self._save(row, read.values, action.title, action=action)
        titled.remove(action)
        return result

    def _edited(
        self, cells: dict[SheetColumn, Any], action: Action
    ) -> tuple[dict[SheetColumn, Any], dict[str, Any]]:
        """The cells that are not what an export would write now, and the values of the action.

        A cell that nobody edited is no change, even where its words would be read otherwise.
        """
        before = self.record.values(action)
        edited = {c: cell for c, cell in cells.items() if not _same_cell(cell, c.write(before))}
        return edited, before

    def _same_row(self, cells: dict[SheetColumn, Any], title: str) -> Action | None:
        """An action that says all that a row without a known id says."""
        for action in self.by_title.get(name_key(title), []):
            edited, before = self._edited(cells, action)
            read = self._read(edited, before)
            if not read.errors and not self._differences(before, read.values):
                return action
        return None

    def _differences(self, before: Mapping[str, Any], values: Mapping[str, Any]) -> Changes:
        return differences(self.record, before, values, self.run.lookup)

    def _same(self, row: Row, action: Action) -> RowResult:
        where = self.run.seen.get(action.reference)
        if where:
            self._warn(row.number, "", _("The row says the same as %(row)s.") % {"row": where})
        self.run.seen.setdefault(action.reference, self._place(row))
        return RowResult(row.number, UNCHANGED, action.reference, action.title)

    # A row that is new

    def _add(
        self, row: Row, cells: dict[SheetColumn, Any], title: str, reference: str
    ) -> RowResult:
        empty = {column.name: column.empty() for column in self.record.columns}
        read = self._read(cells, empty)
        if TITLE not in self.table.parts:
            read.errors.append((ROW_ID, _("No row of this id is known.")))
        self._warn_all(row, read.warnings)
        if read.errors:
            return self._refuse(row, title, read.errors)
        if "status" not in self.table.parts:
            read.values["status"] = self._guess_status(cells, read.values)
        for other in self.by_title.get(name_key(title), [])[:1]:
            message = _("%(action)s has the same title: is it the same?")
            self._warn(row.number, self.table.heading_of(TITLE), message % {"action": other})
        result = self._save(row, read.values, title, reference=self._free(reference))
        if result.verdict == NEW and "status" not in self.table.parts:
            self.guessed[read.values["status"]] += 1
        return result

    def _guess_status(self, cells: dict[SheetColumn, Any], values: Mapping[str, Any]) -> str:
        """Where no column says it: as printed in a text, or achieved unless a date lies ahead.

        An agreement is signed only where a word says so; a date alone does not make it signed.
        """
        if any("status" in joined.parts for joined in self.record.joined):
            states = [state_in(cell) for cell in cells.values() if isinstance(cell, str)]
            return next((state for state in states if state), Status.PLANNED)
        dates = [occasion.when for occasion in values.get("occasions", ())]
        first = min(dates, key=lambda when: (when.counts_from, when.start), default=None)
        ahead = first is not None and first.start > timezone.localdate()
        return Status.PLANNED if ahead else Status.ACHIEVED

    # References

    def _wrong_reference(self, row: Row, reference: str) -> str:
        """What is wrong with the id of a row; it is seen from now on."""
        if not reference:
            return ""
        where = self.run.seen.get(reference)
        if where:
            return _("The id %(id)s stands in %(row)s already.") % {"id": reference, "row": where}
        self.run.seen[reference] = self._place(row)
        table = self.run.known.get(reference)
        if table is not None and table != self.type.table_number:
            message = _("The id %(id)s belongs to a row of Table %(table)d.")
            return message % {"id": reference, "table": table}
        return ""

    def _place(self, row: Row) -> str:
        return _("row %(row)d of “%(sheet)s”") % {"row": row.number, "sheet": self.result.name}

    def _free(self, reference: str) -> str:
        """The id that a new row keeps: one that no action of the project ever had."""
        number = number_of(self.table, reference)
        written = f"T{self.type.table_number}-{number:02d}"
        return reference if number > self.type.last_number and reference == written else ""

    # Cells

    def _title_in(self, cells: dict[SheetColumn, Any]) -> str:
        titles = (cell for column, cell in cells.items() if column.source.name == TITLE)
        return str(next(titles, None) or "").strip()

    def _read(self, cells: dict[SheetColumn, Any], before: Mapping[str, Any]) -> _Read:
        """The values that cells say; a column of its own has the last word over a joined one."""
        read, words = _Read(), ""
        lookup = self.run.lookup
        for column in sorted(cells, key=lambda c: not isinstance(c.source, JoinedColumn)):
            lookup.warnings.clear()
            try:
                found, beside = _read_cell(column, cells[column], lookup)
            except CellError as error:
                read.errors.append((column.heading, str(error)))
                continue
            read.warnings += [(column.heading, message) for message in lookup.warnings]
            words = words or beside
            name = column.source.name
            if name in read.values and cells[column] is None:
                continue
            if name in read.values and read.values[name] != found[name]:
                message = _("Another column says otherwise; this one was taken.")
                read.warnings.append((column.heading, message))
            read.values.update(found)
        order = [column.heading for column in cells]
        read.errors.sort(key=lambda fault: order.index(fault[0]))
        if words:
            note = read.values.get("dates_note", before["dates_note"])
            read.values["dates_note"] = note if words in note else f"{note}\n{words}".strip()
        return read

    # Writing

    def _save(
        self,
        row: Row,
        values: Mapping[str, Any],
        title: str,
        *,
        action: Action | None = None,
        reference: str = "",
    ) -> RowResult:
        try:
            saved = save_action(
                project=self.run.project,
                action_type=self.type,
                user=self.run.user,
                values=values,
                action=action,
                lookup=self.run.lookup,
                reference=reference,
                source=self.run.source,
            )
        except ValidationError as error:
            self.run.forget_what_was_taken_back()
            known = action.reference if action else ""
            return self._refuse(row, title, self._faults_of(error), known)
        verdict = NEW if saved.added else CHANGED
        headings = {column.name: column.cell_heading for column in self.record.columns}
        changes = [(headings[name], old, new) for name, (old, new) in saved.changes.items()]
        return RowResult(row.number, verdict, saved.action.reference, saved.action.title, changes)

    def _faults_of(self, error: ValidationError) -> list[tuple[str, str]]:
        if not hasattr(error, "error_dict"):
            return [("", message) for message in error.messages]
        return [
            (self.table.heading_of(name), message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]

    def _refuse(
        self, row: Row, title: str, faults: Sequence[tuple[str, str]], reference: str = ""
    ) -> RowResult:
        for heading, message in faults:
            self.result.errors.append(Problem(row.number, heading, message))
        return RowResult(row.number, ERROR, reference, title)

    def _warn(self, row: int, heading: str, message: str) -> None:
        self.result.warnings.append(Problem(row, heading, message))

    def _warn_all(self, row: Row, warnings: Sequence[tuple[str, str]]) -> None:
        for heading, message in warnings:
            self._warn(row.number, heading, message)


def number_of(table: Table, reference: str) -> int:
    """The number in an id such as ``T3-07``; 0 for what is no id of the table."""
    prefix = f"T{table.action_type.table_number}-"
    match = re.fullmatch(rf"{prefix}(\d{{2,6}})", reference, re.ASCII)
    return int(match.group(1)) if match else 0


def _same_cell(cell: Any, written: Cell) -> bool:
    return _comparable(cell) == _comparable(written)


def _comparable(cell: Any) -> str:
    text = plain(cell)
    return "" if text is None else str(text).strip()


def _read_cell(column: SheetColumn, cell: Any, lookup: Lookup) -> tuple[dict[str, Any], str]:
    """The values of a cell by name, and words beside dates where the column has no place for them.

    Raises CellError.
    """
    source = column.source
    if isinstance(cell, CellFault):
        raise CellError(str(cell))
    if isinstance(cell, date) and source.name == TITLE:
        raise CellError(_("A date stands here instead of a title."))
    if cell is None and source.name == TITLE:
        raise CellError(_("A title is needed."))
    if isinstance(source, JoinedColumn):
        return source.read(cell, lookup), ""
    if source.name == "occasions":
        # Read as the report's own column of dates is: words that are no date are not lost.
        said = DATES.read(cell, lookup)
        return {"occasions": said["occasions"]}, said["dates_note"]
    return {source.name: source.read(cell, lookup)}, ""
