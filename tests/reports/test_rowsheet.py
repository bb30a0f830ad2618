"""Rows written in one go stand in the file as XlsxWriter writes them cell by cell."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reports.layout import LONGEST_CELL
from reports.writing.cells import Styled
from reports.writing.rowsheet import RowSheet
from reports.writing.sheets import Workbook

ROWS: list[tuple[list[Any], float | None]] = [
    (["plain", 7, date(2022, 5, 4), None, "last"], None),
    (["two\nlines", "a & b", "<b>bold</b>", 'say "this"', "it's"], 31.0),
    ([" before", "after ", "\ttab", "line\n", "in  side"], None),
    (["_x0041_", "_x", "bell \x07", "\x0b\x1f", "\ufffe\uffff"], 46.0),
    (["Żnin, Łódź, café", "🚆", "x" * LONGEST_CELL, 0, -12345678901], None),
    ([None, None, "only one", None, None], None),
    (["", "=1+1", "@cmd", "0012", date(1900, 3, 1)], 16.0),
]


def written(sheet_class: type[Worksheet]) -> dict[str, bytes]:
    """The parts of a workbook that say what the rows hold, by their names."""
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(out, options)
    looks = {
        str: book.add_format({"text_wrap": True}),
        int: book.add_format({"align": "right"}),
        date: book.add_format({"num_format": "dd.mm.yyyy"}),
    }
    sheet = book.add_worksheet("Rows", sheet_class)
    for at in range(5):
        sheet.write_string(0, at, f"Heading {at}")
    for number, (cells, height) in enumerate(ROWS, start=1):
        if isinstance(sheet, RowSheet):
            mine = [looks[type(cell)] if cell not in (None, "") else None for cell in cells]
            sheet.write_plain(number, cells, mine, height)
        else:
            by_cell(sheet, number, cells, height, looks)
    sheet.write_string(len(ROWS) + 2, 0, "below")
    book.close()
    with zipfile.ZipFile(out) as parts:
        return {name: parts.read(name) for name in parts.namelist() if "docProps" not in name}


def by_cell(
    sheet: Worksheet, row: int, cells: list[Any], height: float | None, looks: dict[type, Any]
) -> None:
    if height:
        sheet.set_row(row, height)
    for at, cell in enumerate(cells):
        if isinstance(cell, str) and cell:
            sheet.write_string(row, at, cell, looks[str])
        elif isinstance(cell, date):
            sheet.write_datetime(row, at, cell, looks[date])
        elif isinstance(cell, int):
            sheet.write_number(row, at, cell, looks[int])


def test_the_file_is_the_same_to_the_byte() -> None:
    mine, theirs = written(RowSheet), written(Worksheet)
    assert b"bell _x0007_" in mine["xl/worksheets/sheet1.xml"]
    assert mine == theirs


def test_nothing_of_a_row_is_kept() -> None:
    book = xlsxwriter.Workbook(BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet("Rows", RowSheet)
    look = book.add_format()
    for number in range(100):
        sheet.write_plain(number, ["a", 1], [look, look], 31.0)
    assert not sheet.table
    assert not sheet.row_info
    assert not sheet.row_sizes
    book.close()


def test_a_text_that_looks_like_rich_text_stays_a_text() -> None:
    """XlsxWriter puts such a text into the file as it is, which then may not open."""
    text = "<r>one</r> & <r>two</r>"
    out = BytesIO()
    with Workbook(out, "title") as book:
        book.look("note")
        book.fill(book.sheet("Rows"), [text], [[text], [Styled(text, "note")], ["next"]])
    cells = openpyxl.load_workbook(out)["Rows"]["A"]
    assert [cell.value for cell in cells] == [text, text, text, "next"]


def test_rows_with_looks_of_their_own_stand_between_others() -> None:
    out = BytesIO()
    with Workbook(out, "title") as book:
        rows: list[list[Any]] = [["a", 1], [Styled("b", "note"), 2.5], ["c", 3], [True, None]]
        book.look("note")
        assert book.fill(book.sheet("Rows"), ["Text", "Number"], rows) == 4
    found = [*openpyxl.load_workbook(out)["Rows"].iter_rows(values_only=True)]
    assert found == [("Text", "Number"), ("a", 1), ("b", 2.5), ("c", 3), (1, None)]


def test_what_does_not_fit_is_not_cut_silently() -> None:
    book = xlsxwriter.Workbook(BytesIO(), {"constant_memory": True})
    sheet, look = book.add_worksheet("Rows", RowSheet), book.add_format()
    with pytest.raises(ValueError, match="32768 characters does not fit"):
        sheet.write_plain(0, ["x" * (LONGEST_CELL + 1)], [look], None)
    with pytest.raises(ValueError, match="row 1048576 of Rows does not fit"):
        sheet.write_plain(1_048_576, ["x"], [look], None)
    book.close()
