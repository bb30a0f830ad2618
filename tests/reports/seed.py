"""The ten tables of the deliverable in the forms in which partners keep them, as real files."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.document import Document
from docx.table import _Row
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

DATA = Path(__file__).with_name("seed_tables.json")
DATES = 3  # the place of the column whose pieces are lines of their own
# Under these tables people wrote how many rows there are.
TOTALLED = (2, 5, 7)
# Word broke this row into two rows of one table; the other broken rows begin a new table.
BROKEN_INSIDE = "Lightore GmbH"

Pieces = tuple[str, ...]
Line = list[str]


@dataclass(frozen=True)
class SeedTable:
    """A table as printed; ``broken`` has each cell in the pieces that stand on two pages.

    ``page_starts`` are the places of the rows that begin a page without being broken.
    """

    number: int
    caption: str
    headings: list[str]
    broken: list[list[Pieces]]
    page_starts: list[int]

    @property
    def name(self) -> str:
        return f"Table {self.number}"

    @property
    def printed_caption(self) -> str:
        return f"{self.name}. {self.caption}"

    @property
    def rows(self) -> list[Line]:
        """Each row with its cells in one piece."""
        return [[_joined(at, cell) for at, cell in enumerate(row)] for row in self.broken]


def _joined(at: int, pieces: Pieces) -> str:
    return ("\n" if at == DATES else " ").join(pieces)


def tables() -> list[SeedTable]:
    """Tables 2 to 11."""
    return [
        SeedTable(
            number=table["number"],
            caption=table["caption"],
            headings=table["headings"],
            broken=[[_pieces(cell) for cell in row] for row in table["rows"]],
            page_starts=table["page_starts"],
        )
        for table in json.loads(DATA.read_text(encoding="utf-8"))
    ]


def _pieces(cell: str | list[str]) -> Pieces:
    return (cell,) if isinstance(cell, str) else tuple(cell)


def one_sheet_each() -> BytesIO:
    """A workbook with a sheet for each table."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for table in tables():
        sheet = book.create_sheet(table.name)
        for row in (table.headings, *table.rows):
            sheet.append(row)
    return _saved(book)


def stacked() -> BytesIO:
    """A workbook with one sheet, in which all tables stand under one another."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "WP3"
    for line in _stacked_lines():
        sheet.append(line)
    sheet.merge_cells("A1:E1")
    return _saved(book)


def _stacked_lines() -> Iterator[Line]:
    yield ["WP3 cross-fertilisation – actions of all partners"]
    for table in tables():
        yield []
        yield table.headings
        yield from table.rows
        if table.number in TOTALLED:
            yield [f"Total {len(table.rows)}"]
        yield [table.printed_caption]
        yield []


def _saved(file: Any) -> BytesIO:
    out = BytesIO()
    file.save(out)
    out.seek(0)
    return out


def as_ods() -> BytesIO:
    """An OpenDocument spreadsheet with a sheet for each table; a line of a cell is a paragraph."""
    book = OpenDocumentSpreadsheet()
    for table in tables():
        sheet = Table(name=table.name)
        for row in (table.headings, *table.rows):
            sheet.addElement(_ods_row(row))
        book.spreadsheet.addElement(sheet)
    return _saved(book)


def _ods_row(cells: Line) -> TableRow:
    row = TableRow()
    for text in cells:
        cell = TableCell(valuetype="string")
        for line in text.splitlines():
            cell.addElement(P(text=line))
        row.addElement(cell)
    return row


def as_csv() -> bytes:
    """All tables under one another, as an Excel of Western Europe saves a sheet as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in _stacked_lines():
        writer.writerow(cell.replace("\n", "\r\n") for cell in line)
    return "".join(_western(character) for character in out.getvalue()).encode("cp1252")


def _western(character: str) -> str:
    """The character, without its accent where Windows-1252 does not have it."""
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", character)[0]
    return character


def as_word() -> BytesIO:
    """A document with the tables between paragraphs, in which rows break over pages."""
    document = docx.Document()
    document.add_heading("Cross-fertilisation results", level=1)
    document.add_paragraph("What the partners did, table by table.")
    for table in tables():
        document.add_heading(table.caption.rstrip("."), level=2)
        document.add_paragraph("The rows are those that the partners sent in.")
        _add_table(document, table)
        caption = document.add_paragraph()
        caption.add_run(f"{table.name}.").bold = True
        caption.add_run(f" {table.caption}")
    return _saved(document)


def _add_table(document: Document, table: SeedTable) -> None:
    columns = len(table.headings)
    grid = document.add_table(rows=0, cols=columns)
    _fill(grid.add_row(), table.headings)
    for at, row in enumerate(table.broken):
        if at in table.page_starts:
            document.add_page_break()
            grid = document.add_table(rows=0, cols=columns)
        _fill(grid.add_row(), [pieces[0] for pieces in row])
        rest = ["".join(pieces[1:]) for pieces in row]
        if not any(rest):
            continue
        if row[0][0] != BROKEN_INSIDE:
            document.add_page_break()
            grid = document.add_table(rows=0, cols=columns)
        _fill(grid.add_row(), rest)


def _fill(row: _Row, texts: Line) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        first, *more = text.split("\n")
        cell.text = first
        for line in more:
            cell.add_paragraph(line)


FORMS: dict[str, Callable[[], tuple[str, bytes]]] = {
    "one sheet each": lambda: ("wp3-tables.xlsx", one_sheet_each().getvalue()),
    "stacked": lambda: ("wp3-stacked.xlsx", stacked().getvalue()),
    "ods": lambda: ("wp3-tables.ods", as_ods().getvalue()),
    "csv": lambda: ("wp3-tables.csv", as_csv()),
    "word": lambda: ("cross-fertilisation.docx", as_word().getvalue()),
}
