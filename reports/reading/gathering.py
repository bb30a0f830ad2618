"""Takes the rows of a file as they are read, makes them plain and keeps within the bounds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .cells import Row, Sheet, cell_name, plain
from .limits import MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS


class RefusedError(Exception):
    """A file that is not read on; the code and its parameters become a sentence for people."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Fault:
    """A cell without a value of its own; the code becomes a sentence for people."""

    code: str
    param: str


@dataclass(frozen=True)
class Merge:
    """Cells that are merged into one, from the first to the last row and column; columns from 0."""

    first_row: int
    first: int
    last_row: int
    last: int


class Gathering:
    """The sheets of one file; raises RefusedError for what is too much."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._rows = 0
        self._cells = 0
        self._characters = 0

    def add_sheet(self, name: str, *, hidden: bool = False) -> Sheet:
        if len(self.sheets) == MOST_SHEETS:
            raise RefusedError("sheets", most=MOST_SHEETS)
        self.sheets.append(Sheet(name, hidden))
        return self.sheets[-1]

    def add_row(self, sheet: Sheet, number: int, values: Iterable[Any]) -> Row | None:
        """Take a row unless it is blank."""
        cells = [value if isinstance(value, Fault) else plain(value) for value in values]
        trim(cells)
        if not cells:
            return None
        if len(cells) > MOST_COLUMNS:
            where = cell_name(number, len(cells) - 1)
            raise RefusedError("columns", sheet=sheet.name, most=MOST_COLUMNS, cell=where)
        self._count(cells)
        row = Row(number, cells)
        sheet.rows.append(row)
        return row

    def _count(self, cells: Sequence[Any]) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise RefusedError("rows", most=MOST_ROWS)
        self._cells += len(cells)
        if self._cells > MOST_CELLS:
            raise RefusedError("cells", most=MOST_CELLS)
        for value in cells:
            self._count_text(value)

    def _count_text(self, value: Any) -> None:
        if isinstance(value, str):
            self._characters += len(value)
            if self._characters > MOST_CHARACTERS:
                raise RefusedError("characters", most=MOST_CHARACTERS)

    def put_faults(self, sheet: Sheet, faults: dict[tuple[int, int], Fault]) -> None:
        """Put faults at their rows and columns, where there is no value."""
        rows = {row.number: row for row in sheet.rows}
        for (number, at), fault in faults.items():
            if at >= MOST_COLUMNS:
                continue
            if number not in rows:
                rows[number] = Row(number, [])
                self._count([fault])
            cells = rows[number].cells
            cells.extend([None] * (at + 1 - len(cells)))
            if cells[at] is None:
                cells[at] = fault
        sheet.rows = [rows[number] for number in sorted(rows)]

    def fill_merges(self, sheet: Sheet, merges: Sequence[Merge]) -> None:
        """Let the value of a merged cell stand in every row that it covers, in its first column.

        What lies hidden below a merge is not seen in the file either, and is left out.
        """
        for merge in merges:
            for row in _covered(sheet, merge):
                first = merge.first + (row.number == merge.first_row)
                for at in range(first, min(merge.last + 1, len(row.cells))):
                    row.cells[at] = None
        for row in sheet.rows:
            trim(row.cells)
        sheet.rows = [row for row in sheet.rows if row.cells]
        for merge in merges:
            first_row, *others = _covered(sheet, merge) or [Row(0, [])]
            value = first_row.cell(merge.first)
            if first_row.number == merge.first_row and value is not None:
                name = cell_name(merge.first_row, merge.first)
                for row in others:
                    self.fill(row, merge.first, value, name)

    def fill(self, row: Row, at: int, value: Any, name: str) -> None:
        """Put the value of the merged cell of that name into a row below it."""
        row.cells.extend([None] * (at + 1 - len(row.cells)))
        row.cells[at] = value
        row.filled = {**row.filled, at: name}
        self._count_text(value)


def _covered(sheet: Sheet, merge: Merge) -> list[Row]:
    start = bisect_left(sheet.rows, merge.first_row, key=_number)
    return sheet.rows[start : bisect_right(sheet.rows, merge.last_row, key=_number)]


def _number(row: Row) -> int:
    return row.number


def trim(cells: list[Any]) -> None:
    """Take the blank cells at the end away."""
    while cells and cells[-1] is None:
        cells.pop()
