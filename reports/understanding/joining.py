"""A table that was understood, as an import takes it: columns of the report, and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.dates import country_code
from actions.models import ActionType
from actions.records import record_type
from actions.saving import number_in
from reports.layout import SheetColumn
from reports.reading.cells import CellFault, Row

from .cellkinds import text_of
from .columns import MORE
from .vocabulary import COUNTRY, END, TITLE


@dataclass
class Table:
    """The columns of a table by what they hold, and its rows.

    ``roles`` says, by its place, what a column says of a date that several columns say together.
    """

    action_type: ActionType
    heading_row: int
    columns: dict[SheetColumn, list[int]]
    row_id: int | None
    rows: list[Row]
    roles: dict[int, str] = field(default_factory=dict)
    row_id_heading: str = ""

    @property
    def parts(self) -> set[str]:
        """The names of all values that the table can say."""
        return {part for column in self.columns for part in column.parts}

    def cell(self, row: Row, column: SheetColumn) -> Any:
        """The cell of a column, joined with those of the columns that go on with it."""
        places = self.columns[column]
        if len(places) == 1:
            cell = row.cell(places[0])
            return self._split_title(cell)[0] if column.source.name == TITLE else cell
        said = [(at, cell) for at in places if (cell := row.cell(at)) is not None]
        faults = [cell for _at, cell in said if isinstance(cell, CellFault)]
        if len(said) < 2 or faults:
            return faults[0] if faults else said[0][1] if said else None
        return self._joined(said)

    def _joined(self, said: Sequence[tuple[int, Any]]) -> str:
        text = text_of(said[0][1])
        for at, cell in said[1:]:
            role, more = self.roles.get(at, ""), text_of(cell)
            if role == COUNTRY and country_code(more.strip()):
                text = "\n".join(_in_country(line, more.strip()) for line in text.splitlines())
            else:
                text += _joined_to(text, more, role)
        return text

    def reference(self, row: Row) -> str:
        """The id of the action that a row says it is, or ''."""
        if self.row_id is None:
            titles = [at for c, at in self.columns.items() if c.source.name == TITLE]
            return self._split_title(row.cell(titles[0][0]))[1] if titles else ""
        cell = row.cell(self.row_id)
        return "" if cell is None else str(cell).strip().upper()

    def _split_title(self, cell: Any) -> tuple[Any, str]:
        """A title without the row id that our Word documents print below it, and that id."""
        if self.row_id is not None or not isinstance(cell, str):
            return cell, ""
        title, _break, last = cell.rstrip().rpartition("\n")
        is_id = bool(title.strip()) and number_in(self.action_type, last.strip()) > 0
        return (title, last.strip()) if is_id else (cell, "")

    def heading_of(self, part: str) -> str:
        """Where the table says a value: the heading of its column, or the value's own name."""
        for column in self.columns:
            if part in column.parts:
                return column.heading
        record = record_type(self.action_type.record)
        names = {column.name: str(column.heading) for column in record.columns}
        return names.get(part, "")


def _joined_to(text: str, more: str, role: str) -> str:
    """What a cell adds to the text of the cells before it."""
    if role == MORE:
        return more
    more = more.strip()
    if role == END:
        return "" if more == text else f" - {more}"
    return f", {more}"


def _in_country(line: str, country: str) -> str:
    """A line of dates with its country in brackets, where alone it is read, if it has none."""
    return line if "(" in line or not line.strip() else f"{line} ({country})"
