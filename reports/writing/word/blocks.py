"""Makes the blocks of a document out of plain data: headings, texts, tables, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu
from lxml import etree

from .styles import EMBLEM, REPORT_TABLE, ROW_ID, TABLE_HEAD, TABLE_NUMBER, TABLE_TEXT, style_id

LONGEST_UNBROKEN = 900  # characters of a row that is not torn between two pages
SMALL = (20, 1200)  # rows and characters of a table that stays on one page
NARROWEST, WIDEST_WORD = 4, 14  # characters that a column has room for at least
TWIPS_OF_A_CHARACTER = 115  # in a table, of a wide one
BOLDER = 1.15  # a heading beside plain text
CELL_MARGIN = 190  # twips
EMUS_OF_A_TWIP = 635
TWIPS_OF_A_MILLIMETRE = 1440 / 25.4
FIRST_PICTURE = 9000  # of the numbers of pictures: beyond those of a template

Element = Any
Item = Mapping[str, Any]


def _add(parent: Element, tag: str, **values: str) -> Element:
    child = etree.SubElement(parent, qn(f"w:{tag}"))
    for name, value in values.items():
        child.set(qn(f"w:{name}"), value)
    return child


class Maker:
    """Makes the elements of one document, in its own styles."""

    def __init__(self, document: Document, folder: Path) -> None:
        self.document = document
        self.folder = folder
        self._ids: dict[str, str] = {}
        self._pictures = 0

    def elements(self, items: Iterable[Item], width: int) -> Iterator[Element]:
        """The elements of a block; ``width`` is what the page has room for, in twips."""
        makers = {
            "heading": self._heading,
            "text": self._text,
            "labelled": self._labelled,
            "quote": self._quote,
            "bullets": self._bullets,
            "table": self._table,
            "chart": self._chart,
            "image": self._image,
        }
        for item in items:
            yield from makers[item["kind"]](item, width)

    def paragraph(self, style: str, text: str = "", *, bold: bool = False) -> Element:
        element = OxmlElement("w:p")
        self._fill(element, style, text, bold=bold)
        return element

    def _style(self, name: str) -> str:
        if name not in self._ids:
            self._ids[name] = style_id(self.document, name)
        return self._ids[name]

    def _fill(self, element: Element, style: str, text: str, *, bold: bool = False) -> None:
        properties = _add(element, "pPr")
        if style != "Normal":
            _add(properties, "pStyle", val=self._style(style))
        if text:
            _run(element, text, bold=bold)

    def _heading(self, item: Item, _width: int) -> Iterator[Element]:
        element = self.paragraph(f"Heading {item['level']}", item["words"])
        if not item["is_numbered"]:
            leave_unnumbered(element)
        yield element

    def _text(self, item: Item, _width: int) -> Iterator[Element]:
        element = self.paragraph("Normal", item["words"])
        if item["leads"]:
            _add(element.find(qn("w:pPr")), "keepNext")
        yield element

    def _labelled(self, item: Item, _width: int) -> Iterator[Element]:
        yield self._with_lead(item["label"], item["words"], TABLE_TEXT)

    def _quote(self, item: Item, _width: int) -> Iterator[Element]:
        yield self._with_lead(f"{item['who']}:", item["words"])

    def _with_lead(self, lead: str, words: str, style: str = "Normal") -> Element:
        element = self.paragraph(style, f"{lead} ", bold=True)
        _run(element, words)
        return element

    def _bullets(self, item: Item, _width: int) -> Iterator[Element]:
        for text in item["items"]:
            yield self.paragraph("List Bullet", text)

    def _table(self, item: Item, width: int) -> Iterator[Element]:
        yield self.paragraph("Caption", item["caption"])
        if not item["rows"]:
            yield self.paragraph("Normal", item["empty"])
            return
        yield self._grid(item, width)
        # Without a paragraph between them, Word would make one table of two.
        yield self.paragraph("Normal")

    def _grid(self, item: Item, width: int) -> Element:
        columns = item["columns"]
        widths = column_widths(columns, item["rows"], width)
        table = OxmlElement("w:tbl")
        self._table_properties(table, item, sum(widths))
        grid = _add(table, "tblGrid")
        for each in widths:
            _add(grid, "gridCol", w=str(each))
        self._row(table, [c["heading"] for c in columns], columns, widths, head=True)
        for row in item["rows"]:
            self._row(table, row, columns, widths)
        if _is_small(item["rows"]):
            _keep_together(table)
        return table

    def _table_properties(self, table: Element, item: Item, width: int) -> None:
        properties = _add(table, "tblPr")
        _add(properties, "tblStyle", val=self._style(REPORT_TABLE))
        _add(properties, "tblW", w=str(width), type="dxa")
        _add(properties, "tblLayout", type="fixed")
        _add(properties, "tblLook", val="0020", firstRow="1", lastRow="0", firstColumn="0",
             lastColumn="0", noHBand="1", noVBand="1")  # fmt: skip
        _add(properties, "tblCaption", val=item["caption"])

    def _row(
        self,
        table: Element,
        cells: Sequence[Any],
        columns: Sequence[Item],
        widths: Sequence[int],
        *,
        head: bool = False,
    ) -> None:
        row = _add(table, "tr")
        if head or sum(map(_length, cells)) < LONGEST_UNBROKEN:
            _add(_properties_of(row), "cantSplit")
        if head:
            _add(_properties_of(row), "tblHeader")
        for cell, column, width in zip(cells, columns, widths, strict=True):
            element = _add(row, "tc")
            _add(_add(element, "tcPr"), "tcW", w=str(width), type="dxa")
            self._cell(element, cell, column, head=head)

    def _cell(self, element: Element, cell: Any, column: Item, *, head: bool) -> None:
        style = TABLE_HEAD if head else TABLE_NUMBER if column["is_number"] else TABLE_TEXT
        paragraph = _add(element, "p")
        strong = isinstance(cell, dict) and cell["is_strong"]
        self._fill(paragraph, style, _words(cell), bold=strong)
        if head and column["is_number"]:
            _add(paragraph.find(qn("w:pPr")), "jc", val="right")
        for name, style_below in (("note", TABLE_TEXT), ("reference", ROW_ID)):
            if isinstance(cell, dict) and cell[name]:
                self._fill(_add(element, "p"), style_below, cell[name])

    def _chart(self, item: Item, width: int) -> Iterator[Element]:
        yield self.paragraph("Caption", item["caption"])
        yield self._picture(item, width, "Normal", item["caption"])

    def _image(self, item: Item, width: int) -> Iterator[Element]:
        wide = min(width, round(item["width"] * TWIPS_OF_A_MILLIMETRE))
        yield self._picture(item, wide, EMBLEM, item["name"])

    def _picture(self, item: Item, width: int, style: str, name: str) -> Element:
        """A paragraph with a picture, at most so many twips wide."""
        part, file = self.document.part, str(self.folder / item["name"])
        _key, image = part.get_or_add_image(file)
        wide = min(Emu(width * EMUS_OF_A_TWIP), image.width)
        inline = part.new_pic_inline(file, wide, int(image.height * wide / image.width))
        self._pictures += 1
        properties = inline.docPr
        properties.set("id", str(FIRST_PICTURE + self._pictures))
        properties.set("name", name)
        properties.set("descr", item["alt"])
        paragraph = self.paragraph(style)
        _add(_add(paragraph, "r"), "drawing").append(inline)
        return paragraph


def _is_small(rows: Sequence[Any]) -> bool:
    most_rows, most_characters = SMALL
    return len(rows) <= most_rows and sum(_length(c) for row in rows for c in row) < most_characters


def _keep_together(table: Element) -> None:
    """Keep each row on the page of the next one."""
    for row in table.findall(qn("w:tr"))[:-1]:
        for properties in row.iter(qn("w:pPr")):
            keep = etree.Element(qn("w:keepNext"))
            properties.insert(int(properties.find(qn("w:pStyle")) is not None), keep)


def _properties_of(row: Element) -> Element:
    found = row.find(qn("w:trPr"))
    return _add(row, "trPr") if found is None else found


def _words(cell: Any) -> str:
    """The first words of a cell, without what stands below them."""
    return str(cell["words"] if isinstance(cell, dict) else cell)


def _all_words(cell: Any) -> str:
    below = f" {cell['note']}{cell['reference']}" if isinstance(cell, dict) else ""
    return _words(cell) + below


def _length(cell: Any) -> int:
    return len(_all_words(cell))


def _run(paragraph: Element, text: str, *, bold: bool = False) -> None:
    """Add a text; its line breaks and tabs become those of Word."""
    run = _add(paragraph, "r")
    if bold:
        _add(_add(run, "rPr"), "b")
    for number, line in enumerate(text.split("\n")):
        if number:
            _add(run, "br")
        for at, piece in enumerate(line.split("\t")):
            if at:
                _add(run, "tab")
            if piece:
                element = _add(run, "t")
                element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                element.text = piece


def column_widths(columns: Sequence[Item], rows: Sequence[Any], width: int) -> list[int]:
    """The width of each column in twips: room for its longest word, then a share by its text."""
    texts = [[_all_words(row[at]) for row in rows] for at in range(len(columns))]
    least = [_least(column, found) for column, found in zip(columns, texts, strict=True)]
    spare = width - sum(least)
    if spare <= 0:
        return [each * width // sum(least) for each in least]
    wishes = [_wish(column, found) for column, found in zip(columns, texts, strict=True)]
    whole = sum(wishes) or 1
    return [int(a + spare * wish / whole) for a, wish in zip(least, wishes, strict=True)]


def _wish(column: Item, texts: Sequence[str]) -> float:
    """How much of the spare room a column asks for; one of numbers or of single words for none."""
    mean = sum(map(len, texts)) / len(texts)
    if column["is_number"] or not any(" " in text for text in texts):
        return 0
    # The power keeps one long column from starving the others.
    return float(mean**0.8)


def _least(column: Item, texts: Sequence[str]) -> int:
    # A space that does not break holds a number and its unit together.
    words = [word for text in texts for word in re.split(r"[ \n\t]", text)]
    heads = [len(word) * BOLDER for word in column["heading"].split()]
    longest = max([*map(len, words), *heads], default=NARROWEST)
    characters = min(max(longest, NARROWEST), WIDEST_WORD)
    return int(characters * TWIPS_OF_A_CHARACTER + CELL_MARGIN)


def leave_unnumbered(heading: Element) -> None:
    """Take a heading out of the list that numbers its style."""
    properties = heading.get_or_add_pPr()
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = 0
    number.get_or_add_numId().val = 0
    indent = properties.get_or_add_ind()
    indent.left, indent.firstLine = 0, 0


def bookmark(paragraph: Element, number: int, name: str) -> None:
    """Make a paragraph a place that a link can lead to."""
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>')
    end = parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')
    properties = paragraph.find(qn("w:pPr"))
    paragraph.insert(0 if properties is None else 1, start)
    paragraph.append(end)
