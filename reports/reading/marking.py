"""Writes a copy of a file as .xlsx in which the cells that need a look are marked."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from .archives import Archive
from .cells import Mark, Sheet
from .gathering import Fault, RefusedError
from .limits import LAST_COLUMN_OF_A_SHEET, LAST_ROW_OF_A_SHEET, MOST_CELLS
from .workbooks import check, worksheets

AUTHOR = "ELCA Tracker"
ERROR = PatternFill("solid", fgColor="FFFFC7CE")
WARNING = PatternFill("solid", fgColor="FFFFE699")
MOST_OF_A_COMMENT = 2000
MOST_OF_A_CELL = 32_767
MOST_OF_A_SHEET_NAME = 31
_COMMENT_WIDTH = 320
_LETTERS_IN_A_LINE = 45
_LINE_HEIGHT = 18
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LEAST_WIDTH, _MOST_WIDTH = 10, 60
_ROWS_MEASURED = 100

Marked = dict[tuple[int, int, int], list[Mark]]


def mark_workbook(path: Path, archive: Archive, marks: Sequence[Mark], out: Path) -> None:
    """Mark cells in the workbook itself; what only macros hold is left out."""
    check(archive, MOST_CELLS)
    names = [part.name for part in worksheets(archive)]
    # A path without an ending would be refused.
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, rich_text=True)
    # A template would be saved as one, whatever the ending of its name.
    book.template = False
    for place, own in _by_place(marks).items():
        if place[0] < len(names):
            _mark_cell(book[names[place[0]]], place[1], place[2], own)
    book.save(out)


def _by_place(marks: Sequence[Mark]) -> Marked:
    found: Marked = {}
    for mark in marks:
        found.setdefault((mark.sheet, mark.row, mark.column or 0), []).append(mark)
    return found


def _mark_cell(worksheet: Any, row: int, column: int, marks: Sequence[Mark]) -> None:
    if not (0 < row <= LAST_ROW_OF_A_SHEET and column < LAST_COLUMN_OF_A_SHEET):
        return
    cell = worksheet.cell(row, column + 1)
    if isinstance(cell, MergedCell):
        for merge in worksheet.merged_cells.ranges:
            if cell.coordinate in merge:
                cell = worksheet.cell(merge.min_row, merge.min_col)
                break
    if any(mark.error for mark in marks):
        cell.fill = ERROR
    elif not (cell.comment and cell.comment.author == AUTHOR and cell.fill == ERROR):
        cell.fill = WARNING
    earlier = [cell.comment.text] if cell.comment else []
    cell.comment = _comment([*earlier, *(mark.message for mark in marks)])


def _comment(texts: Sequence[str]) -> Comment:
    text = ILLEGAL_CHARACTERS_RE.sub("", "\n".join(dict.fromkeys(texts)))
    if len(text) > MOST_OF_A_COMMENT:
        text = text[: MOST_OF_A_COMMENT - 1] + "…"
    lines = sum(1 + len(line) // _LETTERS_IN_A_LINE for line in text.split("\n"))
    height = _LINE_HEIGHT * (min(lines, 30) + 1)
    return Comment(text, AUTHOR, height=height, width=_COMMENT_WIDTH)


def mark_sheets(sheets: Sequence[Sheet], marks: Sequence[Mark], out: Path) -> None:
    """Write the sheets as a workbook, each row at its number, and mark cells in it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet, name in zip(sheets, _sheet_names(sheets), strict=True):
        worksheet = book.create_sheet(name)
        if sheet.hidden:
            worksheet.sheet_state = "hidden"
        _write_rows(worksheet, sheet)
    for place, own in _by_place(marks).items():
        if place[0] < len(sheets):
            _mark_cell(book.worksheets[place[0]], place[1], place[2], own)
    if all(sheet.hidden for sheet in sheets):
        book.worksheets[0].sheet_state = "visible"
    book.save(out)


def _sheet_names(sheets: Sequence[Sheet]) -> Iterator[str]:
    """Names that a workbook allows, each of its own whatever its capitals."""
    taken: set[str] = set()
    for number, sheet in enumerate(sheets, start=1):
        name = ILLEGAL_CHARACTERS_RE.sub("", _NOT_IN_SHEET_NAMES.sub(" ", sheet.name)).strip()
        name = name[:MOST_OF_A_SHEET_NAME] or str(number)
        if name.lower() in taken:
            tail = f" ({number})"
            name = name[: MOST_OF_A_SHEET_NAME - len(tail)] + tail
        taken.add(name.lower())
        yield name


def _write_rows(worksheet: Any, sheet: Sheet) -> None:
    widths: dict[int, int] = {}
    for row in sheet.rows:
        if row.number > LAST_ROW_OF_A_SHEET:
            raise RefusedError("rows", most=LAST_ROW_OF_A_SHEET)
        for at, value in enumerate(row.cells, start=1):
            if value is not None and at - 1 not in row.filled:
                _write(worksheet.cell(row.number, at), value)
                if row.number <= _ROWS_MEASURED:
                    widths[at] = max(widths.get(at, 0), _width(value))
    for at, width in widths.items():
        letter = get_column_letter(at)
        worksheet.column_dimensions[letter].width = min(max(width, _LEAST_WIDTH), _MOST_WIDTH)


def _width(value: Any) -> int:
    return max(map(len, str(value).split("\n"))) + 2


def _write(cell: Any, value: Any) -> None:
    if isinstance(value, Fault):
        value = value.param if value.code == "error" else ""
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "dd.mm.yyyy hh:mm" if isinstance(value, datetime) else "dd.mm.yyyy"
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:MOST_OF_A_CELL]
    # A text that begins like a formula stays a text.
    cell.data_type = "s"
    if "\n" in value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
