"""Understands a sheet: which report table it is, where its headings are, what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from actions.models import ActionType
from actions.records import record_type
from partners.names import name_key

from .layout import (
    CONTINUED,
    DEADLINES,
    INDICATORS,
    ROW_ID,
    SheetColumn,
    own_columns,
    printed_columns,
)
from .reading.cells import CellFault, Row, Sheet

ROWS_BEFORE_HEADINGS = 10
FEWEST_HEADINGS = 2
TITLE = "title"
_TAIL = re.compile(r"\s*\b\d+\s+in\s+total\b.*$", re.I | re.S)
_NUMBER = re.compile(r"^\s*\d+\s*[.)]\s*")
_CONTINUED = re.compile(rf"\s*\({CONTINUED}(?:\s+\d+)?\)\s*$", re.I)


class SheetError(ValueError):
    """A sheet that is no table of the report; ``row`` is where that was noticed."""

    def __init__(self, message: str, row: int = 1) -> None:
        super().__init__(message)
        self.row = row


@dataclass
class Table:
    """A sheet that was understood: its action type, and its rows below the headings."""

    action_type: ActionType
    heading_row: int
    columns: dict[SheetColumn, list[int]]
    row_id: int | None
    rows: list[Row]
    warnings: list[str] = field(default_factory=list)

    @property
    def parts(self) -> set[str]:
        """The names of all values that the sheet can say."""
        return {part for column in self.columns for part in column.parts}

    def cell(self, row: Row, column: SheetColumn) -> Any:
        """The cell of a column, with what goes on in columns called *continued*."""
        cells = [row.cell(at) for at in self.columns[column]]
        said = [cell for cell in cells if cell is not None]
        if len(said) < 2 or any(isinstance(cell, CellFault) for cell in said):
            return next((c for c in said if isinstance(c, CellFault)), said[0] if said else None)
        return "".join(str(cell) for cell in said)

    def reference(self, row: Row) -> str:
        """The id of the action that a row says it is, or ''."""
        cell = row.cell(self.row_id) if self.row_id is not None else None
        return "" if cell is None else str(cell).strip().upper()

    def heading_of(self, part: str) -> str:
        """Where the sheet says a value: the heading of its column, or the value's own name."""
        for column in self.columns:
            if part in column.parts:
                return column.heading
        record = record_type(self.action_type.record)
        names = {column.name: column.cell_heading for column in record.columns}
        return names.get(part, "")


def is_skipped(sheet: Sheet, types: Iterable[ActionType]) -> bool:
    """Whether a sheet holds no actions: it is empty, or it is the report's Table 0 or 12."""
    others = {name_key(name) for name in (INDICATORS, DEADLINES)}
    plans = {name_key(f"{name} (plan)") for name in (INDICATORS, DEADLINES)}
    others -= {name_key(action_type.table_name) for action_type in types}
    return not sheet.rows or name_key(sheet.name) in others | plans


def understand(sheet: Sheet, types: Sequence[ActionType], only_type: ActionType | None) -> Table:
    """Match a sheet to a table of the report; raises SheetError."""
    action_type = type_of(sheet, types) or only_type
    if action_type is None:
        raise SheetError(
            _(
                "It is not clear which table of the report this is. Call the sheet “Table 3”, for"
                " instance, keep the heading of the table's first column, or say which table it is."
            )
        )
    known = known_headings(action_type)
    heading_row = find_headings(sheet, known)
    if heading_row is None:
        message = _("No row of headings was found among the first %(rows)d rows.")
        raise SheetError(message % {"rows": ROWS_BEFORE_HEADINGS})
    below = [row for row in sheet.rows if row.number > heading_row.number]
    table = Table(action_type, heading_row.number, {}, None, below)
    _take_headings(table, heading_row, known)
    if sheet.hidden:
        table.warnings.append(_("This sheet is hidden in the file; its rows were read."))
    if TITLE not in table.parts and table.row_id is None:
        heading = printed_columns(action_type)[0].heading
        message = _("There is no column for the title (“%(heading)s”).")
        raise SheetError(message % {"heading": heading}, heading_row.number)
    return table


def type_of(sheet: Sheet, types: Sequence[ActionType]) -> ActionType | None:
    """The table that a sheet says it is, by its name or by a heading; raises SheetError for two."""
    by_name = _type_by_name(sheet.name, types)
    by_heading = _type_by_heading(sheet, types)
    if by_name and by_heading and by_name[0] != by_heading[0]:
        raise SheetError(
            _("The sheet is called “%(sheet)s”, but its heading is that of %(other)s.")
            % {"sheet": sheet.name, "other": by_heading[0].table_name},
            by_heading[1],
        )
    found = by_heading or by_name
    return found[0] if found else None


def _type_by_name(name: str, types: Sequence[ActionType]) -> tuple[ActionType, int] | None:
    key = name_key(name)
    for action_type in types:
        names = {name_key(action_type.table_name), name_key(action_type.slug)}
        if key in names or key in title_keys(action_type):
            return action_type, 1
    return None


def _type_by_heading(sheet: Sheet, types: Sequence[ActionType]) -> tuple[ActionType, int] | None:
    """The table whose first heading stands in the row of headings or above it."""
    keys = {key: action_type for action_type in types for key in title_keys(action_type)}
    known: dict[str, SheetColumn] = {}
    for action_type in types:
        known |= known_headings(action_type)
    last = find_headings(sheet, known)
    for row in sheet.rows[:ROWS_BEFORE_HEADINGS]:
        if last and row.number > last.number:
            break
        for cell in row.cells:
            if isinstance(cell, str) and (key := heading_key(cell)) in keys:
                return keys[key], row.number
    return None


def heading_key(text: str) -> str:
    """A heading as it is compared: without its number and the total that is printed in it."""
    return name_key(_NUMBER.sub("", _TAIL.sub("", text)))


def title_keys(action_type: ActionType) -> set[str]:
    """The ways in which the first heading of a table may be written."""
    printed = [c["heading"] for c in action_type.columns if c["column"] == TITLE]
    return {heading_key(text) for text in (*printed, action_type.heading, action_type.caption)}


def known_headings(action_type: ActionType) -> dict[str, SheetColumn]:
    """Every heading by which a column of the table is known, the printed ones before the others."""
    record = record_type(action_type.record)
    found: dict[str, SheetColumn] = {}
    for column in printed_columns(action_type):
        found.setdefault(name_key(column.heading), column)
        if column.source.name == TITLE:
            found.update(dict.fromkeys(title_keys(action_type), column))
    for column in own_columns(record):
        found.setdefault(name_key(column.heading), column)
        found.setdefault(name_key(column.source.name), column)
    return found


def find_headings(sheet: Sheet, known: dict[str, SheetColumn]) -> Row | None:
    """The first row in which at least two headings are known."""
    for row in sheet.rows[:ROWS_BEFORE_HEADINGS]:
        headings = [cell for cell in row.cells if isinstance(cell, str)]
        if sum(_is_known(heading, known) for heading in headings) >= FEWEST_HEADINGS:
            return row
    return None


def _is_known(heading: str, known: dict[str, SheetColumn]) -> bool:
    return _find(heading, known) is not None or name_key(heading) == name_key(ROW_ID)


def _find(heading: str, known: dict[str, SheetColumn]) -> SheetColumn | None:
    text = _CONTINUED.sub("", heading)
    return known.get(name_key(text)) or known.get(heading_key(text))


def _take_headings(table: Table, heading_row: Row, known: dict[str, SheetColumn]) -> None:
    by_source: dict[str, SheetColumn] = {}
    for at, cell in enumerate(heading_row.cells):
        heading = str(cell) if cell is not None else ""
        if name_key(heading) == name_key(ROW_ID):
            table.row_id = at if table.row_id is None else table.row_id
            continue
        column = _find(heading, known)
        if column is None:
            continue
        again = by_source.get(column.source.name)
        if again and not _CONTINUED.search(heading):
            message = _("Two columns are called “%(heading)s”: which one is meant?")
            raise SheetError(message % {"heading": " ".join(heading.split())}, heading_row.number)
        mine = again or SheetColumn(" ".join(heading.split()), column.source)
        by_source[column.source.name] = mine
        table.columns.setdefault(mine, []).append(at)
    table.warnings += _left_out(table, heading_row)


def _left_out(table: Table, heading_row: Row) -> list[str]:
    """A sentence for each column that is not taken, so that nobody misses its cells."""
    taken = {at for places in table.columns.values() for at in places} | {table.row_id}
    width = max((len(row.cells) for row in (heading_row, *table.rows)), default=0)
    found = []
    for at in range(width):
        if at in taken or not any(row.cell(at) is not None for row in (heading_row, *table.rows)):
            continue
        heading = heading_row.cell(at)
        name = {"name": heading if heading is not None else get_column_letter(at + 1)}
        if heading is None:
            found.append(_("Column %(name)s has no heading and is left out.") % name)
        else:
            found.append(_("Column “%(name)s” is not known and is left out.") % name)
    return found
