"""Marking the cells of a file that need a look, in a copy of it that people can go on with."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font

from reports.reading.cells import Mark
from reports.reading.reader import FileError, mark_file, read_file
from tests.reports.files import workbook
from tests.reports.test_reading import document, far, replaced
from tests.reports.test_reading_open_documents import cell, row, saved

RED, AMBER = "FFFFC7CE", "FFFFE699"


def marked(content: bytes, *marks: Mark, name: str = "a.xlsx") -> Any:
    out = mark_file(BytesIO(content), name, marks)
    # What it looks like to whoever opens it: neither a template nor a workbook with macros.
    with zipfile.ZipFile(BytesIO(out)) as archive:
        assert b"spreadsheetml.sheet.main+xml" in archive.read("[Content_Types].xml")
        assert not any("vba" in name for name in archive.namelist())
    return openpyxl.load_workbook(BytesIO(out), rich_text=True)


def own_workbook() -> bytes:
    """A workbook with all that people put into theirs."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Table 7"
    for line in (["Title", "Partner"], ["A meeting", "AMZ"], ["=1+1", None], [None, "=SUM(1)"]):
        sheet.append(line)
    sheet["A3"].data_type = "s"
    sheet["B2"].font = Font(bold=True)
    sheet["B2"].comment = Comment("Please check", "Somebody")
    sheet.column_dimensions["A"].width = 43
    sheet.merge_cells("C2:D4")
    book.create_sheet("Hidden").sheet_state = "hidden"
    book["Hidden"]["A1"] = "h"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def look(sheet: Any, place: str) -> tuple[str, str]:
    """The words at a cell and the colour behind it."""
    found = sheet[place]
    return found.comment.text if found.comment else "", found.fill.fgColor.rgb


def test_a_cell_is_marked_with_words_and_colour() -> None:
    book = marked(own_workbook(), Mark(0, 2, 0, "No such title"), Mark(1, 1, 0, "Hm", error=False))
    assert look(book["Table 7"], "A2") == ("No such title", RED)
    assert look(book["Hidden"], "A1") == ("Hm", AMBER)
    assert book["Table 7"]["A2"].comment.author == "ELCA Tracker"
    assert look(book["Table 7"], "A1") == ("", "00000000")


def test_words_at_one_cell_stand_below_one_another_and_an_error_wins() -> None:
    marks = [Mark(0, 2, 0, "Odd", error=False), Mark(0, 2, 0, "Wrong"), Mark(0, 2, None, "The row")]
    assert look(marked(own_workbook(), *marks)["Table 7"], "A2") == ("Odd\nWrong\nThe row", RED)


def test_what_people_wrote_stays() -> None:
    sheet = marked(own_workbook(), Mark(0, 2, 1, "Unknown partner"))["Table 7"]
    assert look(sheet, "B2") == ("Please check\nUnknown partner", RED)
    assert (sheet["B2"].value, sheet["B2"].font.bold) == ("AMZ", True)
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=SUM(1)", "f")
    assert sheet.column_dimensions["A"].width == 43
    assert [str(each) for each in sheet.merged_cells.ranges] == ["C2:D4"]
    assert sheet.parent["Hidden"].sheet_state == "hidden"


def test_rich_texts_stay() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_rich_string(0, 0, "a ", book.add_format({"bold": True}), "b", " _x0007_c\x07")
    book.close()
    value = marked(out.getvalue(), Mark(0, 1, 0, "Wrong")).active["A1"].value
    assert [str(part) for part in value][:2] == ["a ", "b"]
    assert value[1].font.b


def test_a_mark_in_a_merged_cell_stands_at_its_first() -> None:
    book = marked(own_workbook(), Mark(0, 3, 3, "One"), Mark(0, 4, 2, "Two", error=False))
    assert look(book["Table 7"], "C2") == ("One\nTwo", RED)


def test_marks_that_are_nowhere_are_left_out() -> None:
    book = marked(own_workbook(), Mark(7, 1, 0, "x"), Mark(0, 0, 0, "x"), Mark(0, 1, 99_999, "x"))
    assert look(book["Table 7"], "A1") == ("", "00000000")


def test_long_and_odd_words_are_bounded_and_the_box_grows_with_them() -> None:
    book = marked(own_workbook(), Mark(0, 1, 0, "x" * 50_000), Mark(0, 2, 0, "a\x07b\x00"))
    assert len(look(book["Table 7"], "A1")[0]) == 2000
    assert look(book["Table 7"], "A1")[0].endswith("x…")
    assert look(book["Table 7"], "A2")[0] == "ab"


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ],
)
def test_macros_and_templates_become_plain_workbooks(kind: str) -> None:
    content = own_workbook()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    usual = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macros = replaced(content, "[Content_Types].xml", [types.replace(usual, kind).encode()])
    macros = replaced(macros, "xl/vbaProject.bin", [b"macro"])
    assert look(marked(macros, Mark(0, 2, 0, "Wrong"))["Table 7"], "A2") == ("Wrong", RED)


def test_rows_of_a_text_are_written_as_texts_at_their_numbers() -> None:
    text = b"Title;Sum\n\n=1+1;007\n@x;a\n"
    sheet = marked(text, Mark(0, 3, 1, "Wrong"), name="a list: [1].csv").active
    assert sheet.title == "a list   1"
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["Title", "Sum"],
        [None, None],
        ["=1+1", "007"],
        ["@x", "a"],
    ]
    assert {each.data_type for each in sheet[3]} == {"s"}
    assert look(sheet, "B3") == ("Wrong", RED)


def test_sheets_of_an_open_document_are_written_with_their_kinds_of_cells() -> None:
    content = saved(
        row(cell("5", valuetype="float", value="5"), cell("AMZ", numberrowsspanned=2)),
        row(cell("04.03.22", valuetype="date", datevalue="2022-03-04")),
        row(cell(formula="of:=1+1"), cell("#N/A")),
    )
    sheet = marked(content, Mark(0, 2, 0, "Late", error=False), name="a.ods")["Table 7"]
    assert [sheet["A1"].value, sheet["B1"].value, sheet["B2"].value] == [5, "AMZ", None]
    assert sheet["A2"].value.date() == date(2022, 3, 4)
    assert (sheet["A3"].value, sheet["B3"].value) == (None, "#N/A")
    assert look(sheet, "A2") == ("Late", AMBER)


def test_tables_of_a_document_are_written_one_sheet_each() -> None:
    book = marked(document(), Mark(0, 1, 0, "Wrong"), name="a.docx")
    assert book.sheetnames == ["Table 1 of the document"]
    assert look(book.active, "A1") == ("Wrong", RED)


def test_a_marked_file_can_be_read_again() -> None:
    content = workbook(A=[["a", "b"], ["c", 5]]).getvalue()
    again = mark_file(BytesIO(content), "a.xlsx", [Mark(0, 2, 1, "Wrong")])
    assert read_file(BytesIO(again), "a.xlsx") == read_file(BytesIO(content), "a.xlsx")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"PK\x03\x04", "not copied whole"), (b"%PDF-1.7", "PDF")],
)
def test_what_cannot_be_marked_gives_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        mark_file(BytesIO(content), "a.xlsx", [Mark(0, 1, 0, "x")])


def test_a_sheet_with_a_cell_far_away_can_be_marked() -> None:
    book = marked(far("A1048576"), Mark(0, 1, 0, "Wrong"))
    assert look(book.active, "A1") == ("Wrong", RED)
