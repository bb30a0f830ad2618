"""Reading the tables of .docx files as a reader sees them, and what stands around them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.table import Table

from reports.reading.cells import Sheet
from reports.reading.reader import FileError
from tests.reports.seed import as_word, tables
from tests.reports.test_reading import read

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def sheets(make: Callable[[Document], Any]) -> list[Sheet]:
    document = docx.Document()
    make(document)
    out = BytesIO()
    document.save(out)
    return read(out.getvalue(), "a.docx").sheets


def table(document: Any, *lines: list[str]) -> Table:
    made: Table = document.add_table(rows=0, cols=len(lines[0]))
    for line in lines:
        for cell, text in zip(made.add_row().cells, line, strict=True):
            cell.text = text
    return made


def found(sheet: Sheet) -> list[tuple[int, list[Any]]]:
    return [(row.number, row.cells) for row in sheet.rows]


def words(*runs: str) -> str:
    """What a cell with one paragraph of these runs is read as."""

    def make(document: Document) -> None:
        xml = f"<w:p {W}>{''.join(runs)}</w:p>"
        cell = document.add_table(1, 1).cell(0, 0)
        cell._tc.append(parse_xml(xml))

    [sheet] = sheets(make)
    text: str = sheet.rows[0].cells[0]
    return text


def run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def test_every_table_is_a_sheet_with_the_words_around_it() -> None:
    def make(document: Document) -> None:
        document.add_paragraph("Before")
        table(document, ["a", "b"], ["", ""], ["c", ""])
        document.add_paragraph(" ")
        document.add_paragraph("Table 1. Between")
        table(document, ["d", "e"])
        document.add_paragraph("After")
        document.add_paragraph("Long after")

    first, second = sheets(make)
    assert (first.name, first.above, first.below) == (
        "Table 1 of the document",
        "Before",
        "Table 1. Between",
    )
    assert (second.name, second.above, second.below) == (
        "Table 2 of the document",
        "Table 1. Between",
        "After",
    )
    assert found(first) == [(1, ["a", "b"]), (3, ["c"])]
    assert found(second) == [(1, ["d", "e"])]


def test_a_table_that_goes_on_after_a_page_break_is_one_sheet() -> None:
    def make(document: Document) -> None:
        table(document, ["a", "b"], ["c", "d"])
        document.add_page_break()
        document.add_paragraph("")
        table(document, ["e", "f"], ["g", "h"])
        document.add_paragraph("")
        table(document, ["i", "j", "k"])

    first, second = sheets(make)
    assert found(first) == [(1, ["a", "b"]), (2, ["c", "d"]), (3, ["e", "f"]), (4, ["g", "h"])]
    assert [row.after_break for row in first.rows] == [False, False, True, False]
    assert found(second) == [(1, ["i", "j", "k"])]


def test_paragraphs_breaks_and_lists_of_a_cell_are_lines() -> None:
    def make(document: Document) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "one"
        cell.add_paragraph("two\tthree").add_run().add_break()
        cell.add_paragraph("four", style="List Bullet")
        cell.add_paragraph("")

    assert found(sheets(make)[0]) == [(1, ["one\ntwo three\n\nfour"])]


def test_what_was_struck_out_is_left_out_and_what_was_inserted_stays() -> None:
    assert words(
        run("Kept "),
        f'<w:del w:id="1" w:author="A">{run("deleted", "delText")}</w:del>',
        f'<w:ins w:id="2" w:author="A">{run("inserted")}</w:ins>',
        f'<w:moveFrom w:id="3" w:author="A">{run(" moved away")}</w:moveFrom>',
        f'<w:moveTo w:id="4" w:author="A">{run(" moved here")}</w:moveTo>',
        run(" HYPERLINK ", "instrText"),
    ) == ("Kept inserted moved here")


def test_words_inside_links_and_fields_are_kept() -> None:
    link = f"<w:hyperlink>{run('link')}</w:hyperlink>"
    field = f"<w:sdt><w:sdtContent>{run(' choice')}</w:sdtContent></w:sdt>"
    assert words(link, field, "<w:r><w:noBreakHyphen/><w:t>end</w:t></w:r>") == "link choice-end"


def test_a_paragraph_whose_end_was_struck_out_goes_on_in_the_next() -> None:
    struck = '<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'

    def make(document: Document) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        for xml in (f"<w:p {W}>{struck}{run('one')}</w:p>", f"<w:p {W}>{run(' two')}</w:p>"):
            cell._tc.append(parse_xml(xml))

    assert found(sheets(make)[0]) == [(1, ["one two"])]


def test_a_row_that_was_struck_out_is_none() -> None:
    def make(document: Document) -> None:
        made = table(document, ["a"], ["gone"], ["b"])
        made.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1" w:author="A"/>'))

    assert found(sheets(make)[0]) == [(1, ["a"]), (2, ["b"])]


def test_cells_merged_downwards_stand_in_every_row_and_those_sideways_once() -> None:
    def make(document: Document) -> None:
        made = table(document, ["a", "b", "c"], ["d", "", "e"], ["f", "", "g"], ["", "", ""])
        made.cell(0, 1).merge(made.cell(2, 1))
        made.cell(3, 0).merge(made.cell(3, 1))
        made.cell(3, 0).text = "wide"
        made.cell(3, 2).text = "h"

    [sheet] = sheets(make)
    assert found(sheet) == [
        (1, ["a", "b", "c"]),
        (2, ["d", "b", "e"]),
        (3, ["f", "b", "g"]),
        (4, ["wide", None, "h"]),
    ]
    assert [dict(row.filled) for row in sheet.rows] == [{}, {1: "B1"}, {1: "B1"}, {}]


def test_a_table_inside_a_table_is_a_sheet_of_its_own_after_it() -> None:
    def make(document: Document) -> None:
        document.add_paragraph("Above")
        outer = table(document, ["a", "b"])
        inner = outer.cell(0, 1).add_table(1, 1)
        inner.cell(0, 0).text = "inner"
        document.add_paragraph("Below")
        table(document, ["c"])

    first, second, third = sheets(make)
    assert [found(each) for each in (first, second, third)] == [
        [(1, ["a", "b"])],
        [(1, ["inner"])],
        [(1, ["c"])],
    ]
    assert (second.above, second.below) == ("b", "Below")
    assert third.name == "Table 3 of the document"


def test_a_document_without_tables_is_refused() -> None:
    with pytest.raises(FileError, match="no table in the document"):
        sheets(lambda document: document.add_paragraph("Only words"))


def test_a_document_of_blank_tables_is_refused() -> None:
    with pytest.raises(FileError, match="all of it is blank"):
        sheets(lambda document: table(document, [" "]))


def test_the_tables_of_the_deliverable_are_read() -> None:
    found = read(as_word().getvalue(), "cross-fertilisation.docx").sheets
    assert len(found) == len(tables()) == 10
    for sheet, printed in zip(found, tables(), strict=True):
        assert sheet.below.startswith(printed.name)
        assert sheet.rows[0].cells == printed.headings
        broken = sum(any(len(cell) == 2 for cell in line) for line in printed.broken)
        assert sheet.rows[-1].number == 1 + len(printed.broken) + broken
