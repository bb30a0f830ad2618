"""Reads and makes Word documents as another program would: for tests, without docxtpl."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import docx
from docx.document import Document

from reports.writing.content import Report
from reports.writing.word.writer import write_word


def written(report: Report, template: bytes | None = None) -> Document:
    """The report as Word would open it."""
    out = BytesIO()
    write_word(report, out, template=template)
    return docx.Document(BytesIO(out.getvalue()))


def template_of(*paragraphs: str, header: str = "", rows: Iterable[Iterable[str]] = ()) -> bytes:
    """A template of paragraphs, a header, and a table."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    cells = [list(row) for row in rows]
    if cells:
        table = document.add_table(rows=0, cols=max(map(len, cells)))
        for row in cells:
            for cell, text in zip(table.add_row().cells, row, strict=False):
                cell.text = text
    return saved(document)


def saved(document: Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def texts(document: Document) -> list[str]:
    """The paragraphs of the body that say something."""
    return [p.text for p in document.paragraphs if p.text.strip()]


def tables_by_caption(document: Document) -> dict[str, list[list[str]]]:
    """The rows of each table that has a caption, their cells as text."""
    found: dict[str, list[list[str]]] = {}
    caption = ""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            if caption:
                found[caption] = cells_of(block)
            caption = ""
        elif block.style.name == "Caption":
            caption = block.text
    return found


def cells_of(table: Any) -> list[list[str]]:
    """The text of every cell; tables of thousands of rows are read in one go."""
    return [
        ["\n".join(p.text for p in cell.paragraphs) for cell in row.cells] for row in table.rows
    ]


def chapter(document: Document, heading: str) -> list[str]:
    """The paragraphs from a heading to the next one of its level."""
    lines = iter(document.paragraphs)
    is_heading = re.compile("Heading [123]").fullmatch  # and not its line in the contents
    level = next(p.style.name for p in lines if p.text == heading and is_heading(p.style.name))
    found = []
    for paragraph in lines:
        if paragraph.style.name == level:
            break
        found.append(paragraph.text)
    return found
