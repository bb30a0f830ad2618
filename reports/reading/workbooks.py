"""Reads .xlsx files: fast where that is safe, thoroughly where a sheet asks for it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .archives import BROKEN, Archive, local, parse
from .cells import EXPORTED, cell_name
from .gathering import Fault, Gathering, Merge, RefusedError
from .limits import (
    LAST_COLUMN_OF_A_SHEET,
    LAST_ROW_OF_A_SHEET,
    MOST_CELLS,
    MOST_CELLS_OF_THE_FAST_READER,
)

# What the fast reader does not tell: formulas, errors and merged cells.
_DETAILS = (
    *(b"<f>", b"<f ", b"<f/", b"<mergeCell ", b't="e"', b"t='e'"),
    *(b":f>", b":f ", b":f/", b":mergeCell "),  # behind the prefix of a namespace
)
_CELLS = (b"<c ", b"<c>")
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_NO_WORKSHEETS = ("chartsheets", "dialogsheets", "macrosheets")


@dataclass(frozen=True)
class Part:
    """A sheet of the workbook and the part of the file that it is in."""

    name: str
    hidden: bool
    part: str


@dataclass
class Details:
    """The faults and merged cells of a sheet."""

    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)


def read_workbook(path: Path, archive: Archive, *, careful: bool) -> Gathering:
    """Every worksheet, in its order; what is not careful breaks down over cells far apart."""
    detailed = check(archive, MOST_CELLS_OF_THE_FAST_READER)
    parts = worksheets(archive)
    gathering = None
    if not careful and not any(archive.is_wide(part.part) for part in parts):
        gathering = _read_fast(path, parts)
    if not gathering:
        check(archive, MOST_CELLS)
        gathering = _read_slowly(path, parts)
    for sheet, part in zip(gathering.sheets, parts, strict=True):
        if part.part.lower() in detailed:
            details = read_details(archive, part.part)
            gathering.put_faults(sheet, details.faults)
            gathering.fill_merges(sheet, details.merges)
    return gathering


def check(archive: Archive, most: int) -> set[str]:
    """The parts that need a closer look; raises RefusedError for more cells, blank or not."""
    detailed, cells = archive.scan(_DETAILS, _CELLS)
    if cells > most:
        raise RefusedError("cells", most=MOST_CELLS)
    return detailed


def worksheets(archive: Archive) -> list[Part]:
    """The worksheets, without charts and macros, in the order in which they are shown."""
    main = archive.main_part()
    targets = archive.targets(main)
    parts = []
    for element in archive.tree(main).iter():
        if local(element.tag) == "sheet":
            attributes = {local(name): value for name, value in element.attrib.items()}
            part = targets.get(attributes.get("id", ""), "")
            if part.lower() in archive.names and not any(kind in part for kind in _NO_WORKSHEETS):
                hidden = attributes.get("state", "visible") != "visible"
                parts.append(Part(attributes.get("name", ""), hidden, part))
    return parts


def column_of(letters: str) -> int:
    """The place of a column, from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _read_fast(path: Path, parts: list[Part]) -> Gathering | None:
    """The cells by the fast reader, or nothing where it fails."""
    import python_calamine

    gathering = Gathering()
    try:
        with python_calamine.load_workbook(path) as book:
            for part in parts:
                sheet = gathering.add_sheet(part.name, hidden=part.hidden)
                cells = book.get_sheet_by_name(part.name)
                if cells.total_height > LAST_ROW_OF_A_SHEET:
                    raise RefusedError("damaged", reason="more rows than a sheet has")
                if cells.total_height * cells.total_width > MOST_CELLS_OF_THE_FAST_READER:
                    return None
                rows = cells.to_python(skip_empty_area=False)
                for number, values in enumerate(rows, start=1):
                    gathering.add_row(sheet, number, values)
    except (RefusedError, MemoryError):
        raise
    except BaseException:  # a panic of the reader is no Exception
        return None
    return gathering


def _read_slowly(path: Path, parts: list[Part]) -> Gathering:
    """The cells by the thorough reader, which does not mind how far apart they are."""
    import openpyxl

    gathering = Gathering()
    # A path without an ending would be refused.
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for part in parts:
            sheet = gathering.add_sheet(part.name, hidden=part.hidden)
            worksheet: Any = book[part.name]
            # The size that a sheet says of itself may be wrong; its rows are not.
            worksheet.reset_dimensions()
            for number, cells in enumerate(worksheet.iter_rows(), start=1):
                if number > LAST_ROW_OF_A_SHEET:
                    raise RefusedError("damaged", reason="more rows than a sheet has")
                gathering.add_row(sheet, number, _values(cells))
    return gathering


def _values(cells: Any) -> Iterator[Any]:
    for cell in cells:
        yield None if getattr(cell, "data_type", "") == "e" else cell.value


class _DetailReader:
    """Follows the cells of a sheet, most of which need no more than a glance."""

    def __init__(self) -> None:
        self.details = Details()
        self._row = 0
        self._column = -1
        self._type = ""
        self._formula = False
        self._value: list[str] = []
        self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        starter = self._STARTERS.get(local(tag))
        if starter:
            starter(self, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        if place:
            self._column, self._row = column_of(place[1]), int(place[2])
        else:
            self._column += 1
        self._type = attributes.get("t", "")
        self._formula = False
        self._value = []

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _start_value(self, _attributes: dict[str, str]) -> None:
        self._in_value = True

    def _start_merge(self, attributes: dict[str, str]) -> None:
        places = [_PLACE.fullmatch(text) for text in attributes.get("ref", "").split(":")]
        if len(places) == 2 and places[0] and places[1]:
            (first, first_row), (last, last_row) = places[0].groups(), places[1].groups()
            merge = Merge(int(first_row), column_of(first), int(last_row), column_of(last))
            self.details.merges.append(merge)

    _STARTERS: dict[str, Callable[[_DetailReader, dict[str, str]], None]] = {
        "row": _start_row,
        "c": _start_cell,
        "f": _start_formula,
        "v": _start_value,
        "mergeCell": _start_merge,
    }

    def text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        value = "".join(self._value)
        if self._type == "e":
            self._put(Fault("error", value))
        elif self._formula and not value and self._type != "str":
            self._put(Fault("formula", cell_name(self._row, self._column)))

    def _put(self, fault: Fault) -> None:
        if self._row <= LAST_ROW_OF_A_SHEET and self._column < LAST_COLUMN_OF_A_SHEET:
            self.details.faults[self._row, self._column] = fault


def read_details(archive: Archive, part: str) -> Details:
    """The faults and merged cells of a sheet, from its XML."""
    reader = _DetailReader()
    parse(
        archive,
        part,
        StartElementHandler=reader.start,
        EndElementHandler=reader.end,
        CharacterDataHandler=reader.text,
    )
    return reader.details


def exported_at(archive: Archive) -> datetime | None:
    """When this application wrote the workbook, where the workbook says so."""
    try:
        for element in archive.tree("docProps/custom.xml"):
            if element.get("name") == EXPORTED:
                return moment("".join(element.itertext()))
    except (KeyError, RefusedError, *BROKEN):
        return None
    return None


def moment(text: str) -> datetime | None:
    """A moment with its offset, or nothing."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else None
