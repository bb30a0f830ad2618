"""Reads .ods files: sheets of an OpenDocument spreadsheet, as their XML tells them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .archives import BROKEN, Archive, local, parse
from .cells import EXPORTED, Sheet, cell_name
from .gathering import Fault, Gathering, Merge, RefusedError
from .limits import LAST_ROW_OF_A_SHEET, MOST_COLUMNS
from .workbooks import moment

_DURATION = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
_LAYOUT = re.compile(r"[\r\n\t]+")
_MOST_SPACES = 1000
# What stands in or beside cells without being their text.
_ASIDE = {"annotation", "frame", "shapes", "tracked-changes", "g", "custom-shape", "note"}


@dataclass
class Cell:
    """A cell as its tag describes it, with its paragraphs."""

    attributes: dict[str, str]
    paragraphs: list[str] = field(default_factory=list)

    def number(self, name: str) -> int:
        """How often or how far; 1 where nothing, or nonsense, is said."""
        text = self.attributes.get(name, "")
        return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1

    def value(self, place: str) -> Any:
        text = "\n".join(self.paragraphs)
        types = [self.attributes.get(name, "") for name in ("calcext:value-type", "value-type")]
        if "error" in types:
            return Fault("error", text)
        kind = types[1]
        if kind in _VALUES:
            return _VALUES[kind](self.attributes, text)
        value = text or self.attributes.get("string-value", "")
        if not value and not kind and self.attributes.get("formula"):
            return Fault("formula", place)
        return value


def _number(attributes: dict[str, str], text: str) -> Any:
    try:
        return float(attributes.get("value", ""))
    except ValueError:
        return text


def _date(attributes: dict[str, str], text: str) -> Any:
    stored = attributes.get("date-value", "")
    try:
        return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
    except ValueError:
        return text


def _time(attributes: dict[str, str], text: str) -> Any:
    found = _DURATION.fullmatch(attributes.get("time-value", ""))
    return f"{int(found[1]):02}:{found[2]:0>2}:{found[3]:0>2}" if found else text


def _truth(attributes: dict[str, str], text: str) -> Any:
    stored = attributes.get("boolean-value", "")
    return stored == "true" if stored in ("true", "false") else text


_VALUES: dict[str, Callable[[dict[str, str], str], Any]] = {
    "float": _number,
    "percentage": _number,
    "currency": _number,
    "date": _date,
    "time": _time,
    "boolean": _truth,
}


class _Reader:
    """Follows the elements of content.xml."""

    def __init__(self) -> None:
        self.gathering = Gathering()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: Sheet | None = None
        self._merges: list[Merge] = []
        self._row = 1
        self._rows = 1
        self._column = 0
        self._cells: list[tuple[int, int, Any]] = []
        self._cell: Cell | None = None
        self._in_paragraph = 0
        self._aside = 0
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if self._aside or name in _ASIDE:
            self._aside += 1
            return
        starter = self._STARTERS.get(name)
        if starter:
            starter(self, attributes)

    def end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
            return
        ender = self._ENDERS.get(local(tag))
        if ender:
            ender(self)

    def text(self, text: str) -> None:
        if self._in_paragraph and self._cell and not self._aside:
            self._cell.paragraphs[-1] += _LAYOUT.sub(" ", text)

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("style:name", "")

    def _start_table_style(self, attributes: dict[str, str]) -> None:
        if attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        hidden = attributes.get("table:style-name", "") in self._hidden_styles
        self._sheet = self.gathering.add_sheet(attributes.get("table:name", ""), hidden=hidden)
        self._merges = []
        self._row = 1

    def _end_table(self) -> None:
        self._depth -= 1
        if self._depth == 0 and self._sheet:
            self.gathering.fill_merges(self._sheet, self._merges)
            self._sheet = None

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            self._rows = Cell(attributes).number("table:number-rows-repeated")
            self._column = 0
            self._cells = []
            if self._row > LAST_ROW_OF_A_SHEET:
                raise RefusedError("damaged", reason="more rows than a sheet has")

    def _end_row(self) -> None:
        if self._depth != 1 or not self._sheet:
            return
        values = self._values()
        for number in range(self._row, self._row + self._rows):
            if not self.gathering.add_row(self._sheet, number, values):
                break
        self._row += self._rows

    def _values(self) -> list[Any]:
        """The cells of the row up to the first one that is too far, for which it is refused."""
        values: list[Any] = []
        for at, repeated, value in self._cells:
            if value is not None and value != "" and at <= MOST_COLUMNS:
                values.extend([None] * (at - len(values)))
                values.extend([value] * min(repeated, MOST_COLUMNS + 1 - at))
        return values

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            self._cell = Cell({_short(name): value for name, value in attributes.items()})

    def _end_cell(self) -> None:
        if self._depth != 1 or not self._cell:
            return
        cell, self._cell = self._cell, None
        repeated = cell.number("number-columns-repeated")
        down, across = cell.number("number-rows-spanned"), cell.number("number-columns-spanned")
        if down > 1 or across > 1:
            last = (self._row + down - 1, self._column + across - 1)
            self._merges.append(Merge(self._row, self._column, *last))
        value = cell.value(cell_name(self._row, self._column))
        self._cells.append((self._column, repeated, value))
        self._column += repeated

    def _start_paragraph(self, _attributes: dict[str, str]) -> None:
        if self._cell and self._depth == 1:
            if not self._in_paragraph:
                self._cell.paragraphs.append("")
            self._in_paragraph += 1

    def _end_paragraph(self) -> None:
        self._in_paragraph = max(self._in_paragraph - 1, 0)

    def _start_break(self, _attributes: dict[str, str]) -> None:
        self._write("\n")

    def _start_tab(self, _attributes: dict[str, str]) -> None:
        self._write(" ")

    def _start_spaces(self, attributes: dict[str, str]) -> None:
        self._write(" " * min(Cell(attributes).number("text:c"), _MOST_SPACES))

    def _write(self, text: str) -> None:
        if self._in_paragraph and self._cell:
            self._cell.paragraphs[-1] += text

    _STARTERS: dict[str, Callable[[_Reader, dict[str, str]], None]] = {
        "style": _start_style,
        "table-properties": _start_table_style,
        "table": _start_table,
        "table-row": _start_row,
        "table-cell": _start_cell,
        "covered-table-cell": _start_cell,
        "p": _start_paragraph,
        "h": _start_paragraph,
        "line-break": _start_break,
        "tab": _start_tab,
        "s": _start_spaces,
    }
    _ENDERS: dict[str, Callable[[_Reader], None]] = {
        "table": _end_table,
        "table-row": _end_row,
        "table-cell": _end_cell,
        "covered-table-cell": _end_cell,
        "p": _end_paragraph,
        "h": _end_paragraph,
    }


def _short(name: str) -> str:
    """A name without its namespace, save the one that says more of a value than the standard."""
    return name if name.startswith("calcext:") else local(name)


def read_open_document(archive: Archive) -> Gathering:
    """Every sheet, in its order."""
    reader = _Reader()
    parse(
        archive,
        "content.xml",
        StartElementHandler=reader.start,
        EndElementHandler=reader.end,
        CharacterDataHandler=reader.text,
    )
    return reader.gathering


def exported_at(archive: Archive) -> datetime | None:
    """When this application wrote the file, where the file says so."""
    try:
        for element in archive.tree("meta.xml").iter():
            if EXPORTED in element.attrib.values():
                return moment("".join(element.itertext()))
    except (KeyError, RefusedError, *BROKEN):
        return None
    return None
