"""What a file holds once it is read: sheets of rows of plain cells. Knows nothing of Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

# A cell is None, a str, int, float, bool, date, datetime or time, or a CellFault.
CellValue = Any
EXPORTED = "ELCA Tracker exported"
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c]")
_ODD = re.compile(r"_x00[01]|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")


class CellFault(str):
    """A cell without a value of its own; the text says to people what stands there instead."""


@dataclass
class Row:
    """A row that is not blank, with its number as the file shows it (from 1).

    ``filled`` names, by place, the cell from whose merge downwards a value was taken: a cell
    merged over B2:B4 stands in rows 3 and 4 as well, with ``{1: "B2"}``. ``after_break`` marks
    the first row of a table that goes on after a page break of a document.
    """

    number: int
    cells: list[CellValue]
    filled: Mapping[int, str] = field(default_factory=dict)
    after_break: bool = False

    def cell(self, at: int) -> CellValue:
        return self.cells[at] if at < len(self.cells) else None


@dataclass
class Sheet:
    """A sheet, or a table of a document, by its name, with the rows that hold anything.

    ``above`` and ``below`` are the paragraphs of a document next to its table, often a caption.
    """

    name: str
    hidden: bool = False
    rows: list[Row] = field(default_factory=list)
    above: str = ""
    below: str = ""


@dataclass(frozen=True)
class Mark:
    """Words for people about a cell of a file that was read, to be put into a copy of the file.

    ``sheet`` is a place in ``Book.sheets``, ``row`` the number of a row, ``column`` a place from 0;
    without it the words stand at the row's first cell. What is no error is a warning.
    """

    sheet: int
    row: int
    column: int | None
    message: str
    error: bool = True


@dataclass
class Book:
    """A file that was read: its kind (``xlsx``, ``ods``, ``csv`` or ``docx``) and its sheets.

    ``exported_at`` is when this application wrote it, where the file still says so. ``notes``
    are sentences for people about the file as a whole, such as the encoding that was guessed.
    """

    kind: str
    sheets: list[Sheet]
    exported_at: datetime | None = None
    notes: list[str] = field(default_factory=list)


def cell_name(row: int, column: int) -> str:
    """What a spreadsheet calls a cell, such as ``B2``; the column is a place from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def plain(value: Any) -> Any:
    """A cell without the traces of its file: line breaks, escapes, whole numbers, bare days."""
    if isinstance(value, CellFault):
        return value
    if isinstance(value, str):
        text = _tidy(value) if _ODD.search(value) else value
        return text if text.strip() else None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return str(value)


def _tidy(text: str) -> str:
    text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", text))
