"""Reads the tables of Word documents (.docx), as a reader of the document sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .archives import Archive, local
from .cells import Row, Sheet, cell_name
from .gathering import Gathering, RefusedError, trim

# What only wraps the blocks, rows, cells or words inside it.
_WRAPPERS = {
    "sdt",
    "sdtContent",
    "customXml",
    "smartTag",
    "ins",
    "moveTo",
    "hyperlink",
    "fldSimple",
}
_WRAPPERS |= {"AlternateContent", "Choice", "dir", "bdo"}
_LINE_BREAKS = {"br", "cr"}


@dataclass
class Group:
    """Tables with nothing between them, and the paragraphs around them."""

    tables: list[Element]
    above: str = ""
    below: str = ""


@dataclass
class _Reading:
    """What is known while the tables of a document are read, one after the other."""

    gathering: Gathering
    table_name: str
    # The value and the name of the cell whose merge goes on downwards, by column.
    merged: dict[int, tuple[str, str]] = field(default_factory=dict)


def read_document(archive: Archive, table_name: str) -> Gathering:
    """Every table as a sheet; ``table_name`` holds ``%(number)d`` for its number."""
    reading = _Reading(Gathering(), table_name)
    for element in archive.tree(archive.main_part()):
        if local(element.tag) == "body":
            _read_groups(reading, element, Group([]))
    if not reading.gathering.sheets:
        raise RefusedError("no_tables")
    return reading.gathering


def _read_groups(reading: _Reading, container: Element, around: Group) -> None:
    for group in _groups(container):
        above, below = group.above or around.above, group.below or around.below
        name = reading.table_name % {"number": len(reading.gathering.sheets) + 1}
        sheet = reading.gathering.add_sheet(name)
        sheet.above, sheet.below = above, below
        number = 0
        for at, table in enumerate(group.tables):
            number = _read_table(reading, sheet, table, number, after_break=at > 0)
        for table in group.tables:
            for row in _inside(table, "tr"):
                for cell in _inside(row, "tc"):
                    _read_groups(reading, cell, Group([], above, below))


def _groups(container: Element) -> list[Group]:
    groups: list[Group] = []
    text, between = "", True
    for block in _inside(container, "p", "tbl"):
        if local(block.tag) == "p":
            words = paragraph_text(block).strip()
            if words:
                for group in groups:
                    group.below = group.below or words
                text, between = words, True
        elif not between and _width(block) == _width(groups[-1].tables[-1]):
            groups[-1].tables.append(block)
        else:
            groups.append(Group([block], above=text))
            between = False
    return groups


def _inside(element: Element, *names: str) -> Iterator[Element]:
    """The elements of these names, through all that merely wraps them."""
    for child in element:
        name = local(child.tag)
        if name in names:
            yield child
        elif name in _WRAPPERS:
            yield from _inside(child, *names)


def _width(table: Element) -> int:
    for child in table:
        if local(child.tag) == "tblGrid":
            return len(child)
    return 0


def _read_table(
    reading: _Reading, sheet: Sheet, table: Element, number: int, *, after_break: bool
) -> int:
    """Take the rows of a table and give the number of its last one."""
    reading.merged = {}
    for element in _inside(table, "tr"):
        if _property(element, "trPr", "del") is not None:
            continue
        number += 1
        cells, filled = _read_row(reading, element, number)
        own = [None if at in filled else text for at, text in enumerate(cells)]
        row = reading.gathering.add_row(sheet, number, own)
        if row:
            _fill(reading, row, filled)
            row.after_break = after_break
            after_break = False
    return number


def _fill(reading: _Reading, row: Row, filled: dict[int, tuple[str, str]]) -> None:
    for at, (text, name) in filled.items():
        if text.strip():
            reading.gathering.fill(row, at, text, name)
    trim(row.cells)


def _read_row(
    reading: _Reading, element: Element, number: int
) -> tuple[list[str], dict[int, tuple[str, str]]]:
    """The texts of a row by column, and what goes on from the rows above."""
    before = _number(_property(element, "trPr", "gridBefore"))
    cells: list[str] = [""] * before
    filled = {}
    for cell in _inside(element, "tc"):
        at = len(cells)
        merge = _property(cell, "tcPr", "vMerge")
        if merge is not None and _value(merge) != "restart" and at in reading.merged:
            filled[at] = reading.merged[at]
            text = ""
        else:
            text = cell_text(cell)
            reading.merged.pop(at, None)
            if merge is not None:
                reading.merged[at] = (text, cell_name(number, at))
        span = max(_number(_property(cell, "tcPr", "gridSpan")), 1)
        cells += [text] + [""] * (span - 1)
    return cells, filled


def _property(element: Element, group: str, name: str) -> Element | None:
    for child in element:
        if local(child.tag) == group:
            for each in child:
                if local(each.tag) == name:
                    return each
    return None


def _value(element: Element) -> str:
    return next((text for name, text in element.attrib.items() if local(name) == "val"), "")


def _number(element: Element | None) -> int:
    text = "" if element is None else _value(element)
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def cell_text(cell: Element) -> str:
    """The paragraphs of a cell, below one another, without the tables inside it."""
    texts = []
    joined = ""
    for paragraph in _inside(cell, "p"):
        joined += paragraph_text(paragraph)
        if not _mark_is_deleted(paragraph):
            texts.append(joined)
            joined = ""
    return "\n".join([*texts, joined]).strip()


def _mark_is_deleted(paragraph: Element) -> bool:
    """Whether the end of the paragraph was struck out, so that the next one goes on in it."""
    for child in paragraph:
        if local(child.tag) == "pPr":
            return _property(child, "rPr", "del") is not None
    return False


def paragraph_text(paragraph: Element) -> str:
    """The words of a paragraph; what was struck out or moved away is left out."""
    return "".join(_words(paragraph))


def _words(element: Element) -> Iterator[str]:
    for child in element:
        name = local(child.tag)
        if name == "t":
            yield child.text or ""
        elif name in _LINE_BREAKS:
            yield "\n"
        elif name == "tab":
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "r" or name in _WRAPPERS:
            yield from _words(child)
