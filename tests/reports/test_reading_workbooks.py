"""Reading .xlsx files: kinds of cells, merged cells, faults, and the odd ways of writing them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reports.reading.cells import EXPORTED, CellFault, Sheet
from reports.reading.reader import FileError, read_file
from tests.reports.files import workbook
from tests.reports.test_reading import HEAD, MAIN, SHEET, far, of_sheet, read, replaced


def written(write: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook with one sheet that XlsxWriter wrote."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, options)
    write(book, book.add_worksheet("Table 7"))
    book.close()
    return out.getvalue()


def only_sheet(content: bytes) -> Sheet:
    [sheet] = read(content).sheets
    return sheet


def cells(content: bytes) -> dict[int, list[Any]]:
    return {row.number: row.cells for row in only_sheet(content).rows}


def saved(book: Any) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    book = read(workbook(Table_7=[["a", None, "c"], [], [None, " "], ["d"]]).getvalue())
    assert (book.kind, book.exported_at, book.notes) == ("xlsx", None, [])
    [sheet] = book.sheets
    assert sheet.name == "Table 7"
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ["a", None, "c"]), (4, ["d"])]


def test_a_sheet_that_begins_far_down_keeps_its_places() -> None:
    book = openpyxl.Workbook()
    book.active["C5"] = "a"
    assert cells(saved(book)) == {5: [None, None, "a"]}


def test_every_kind_of_cell_comes_as_it_is() -> None:
    def write(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        hour = book.add_format({"num_format": "hh:mm"})
        sheet.write_datetime(0, 0, datetime(2022, 3, 4), day)
        sheet.write_datetime(0, 1, datetime(2022, 3, 4, 10, 30), moment)
        sheet.write_number(0, 2, 0.4375, hour)
        sheet.write_row(1, 0, [5, 5.0, 5.25, -1e300, True, False])
        sheet.write_string(2, 0, "1.0")
        sheet.write_string(2, 1, " a ")
        sheet.write_string(2, 2, "line\nbreak")
        sheet.write_string(2, 3, "bell \x07")
        sheet.write_string(2, 4, "x" * 32_767)
        sheet.write_string(2, 5, "=1+1")
        sheet.write_rich_string(2, 6, "a ", book.add_format({"bold": True}), "b", " c")

    found = cells(written(write, strings_to_formulas=False))
    assert found[1] == [date(2022, 3, 4), datetime(2022, 3, 4, 10, 30), "10:30:00"]
    assert found[2] == [5, 5, 5.25, int(-1e300), True, False]
    assert [type(value) for value in found[2][:5]] == [int, int, float, int, bool]
    assert found[3][:4] == ["1.0", " a ", "line\nbreak", "bell "]
    assert found[3][4:] == ["x" * 32_767, "=1+1", "a b c"]


def test_a_cell_longer_than_excel_allows_is_read() -> None:
    long = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 40_000 + b"</t></is></c></row>"
    assert cells(of_sheet(long)) == {1: ["x" * 40_000]}


def test_escaped_line_ends_are_undone() -> None:
    inline = b'<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_\nb</t></is></c></row>'
    assert cells(of_sheet(inline)) == {1: ["a\nb"]}


def test_dates_that_count_from_1904_are_right() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(2022, 3, 4)
    assert cells(saved(book)) == {1: [date(2022, 3, 4)]}


def test_cells_without_places_are_counted() -> None:
    row = b'<row><c><v>1</v></c><c t="inlineStr"><is><t>b</t></is></c><c><f>1+1</f></c></row>'
    [first, second] = only_sheet(of_sheet(b"<row><c><v>0</v></c></row>", row)).rows
    assert (first.number, first.cells) == (1, [0])
    assert second.cells[:2] == [1, "b"]
    assert "C2" in second.cells[2]


def test_hidden_sheets_are_told_and_charts_are_none() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    for name in ("First", "Hidden", "Last"):
        book.add_worksheet(name).write(0, 0, name)
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=First!$A$1"})
    book.add_chartsheet("Chart").set_chart(chart)
    book.get_worksheet_by_name("Hidden").hide()
    book.close()
    sheets = read(out.getvalue()).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [
        ("First", False),
        ("Hidden", True),
        ("Last", False),
    ]
    assert [sheet.rows[0].cells for sheet in sheets] == [["First"], ["Hidden"], ["Last"]]


def test_a_formula_without_a_result_is_a_fault_of_its_cell() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "=1+1"])
    book.active.append(["=A1"])
    book.active["D9"] = "=A1"
    found = cells(saved(book))
    assert found[1][0] == "a"
    faults = [found[1][1], found[2][0], found[9][3]]
    assert all(isinstance(fault, CellFault) for fault in faults)
    assert all(name in fault for name, fault in zip(("B1", "A2", "D9"), faults, strict=True))


def test_a_formula_with_a_result_is_its_result() -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_formula(0, 1, '="a"', None, "a")
        sheet.write_string(0, 3, "end")

    assert cells(written(write)) == {1: [2, "a", None, "end"]}


def test_a_formula_whose_result_is_an_empty_text_is_blank() -> None:
    blank = (
        b'<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c><c r="B1"><v>1</v></c></row>'
    )
    assert cells(of_sheet(blank)) == {1: [None, 1]}


def test_an_error_is_a_fault_of_its_cell() -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    fault = cells(written(write))[2][1]
    assert isinstance(fault, CellFault)
    assert fault == "The cell holds an error of the spreadsheet: #DIV/0!."


# Merged cells


def merged(*ranges: str, **values: Any) -> list[tuple[int, list[Any], dict[int, str]]]:
    book = openpyxl.Workbook()
    for place, value in values.items():
        book.active[place] = value
    for each in ranges:
        book.active.merge_cells(each)
    rows = only_sheet(saved(book)).rows
    return [(row.number, row.cells, dict(row.filled)) for row in rows]


def test_cells_merged_downwards_stand_in_every_row_and_say_from_where() -> None:
    assert merged("B2:B4", A1="t", B1="p", A2="x", B2="AMZ", A3="y", A4="z", A5="w") == [
        (1, ["t", "p"], {}),
        (2, ["x", "AMZ"], {}),
        (3, ["y", "AMZ"], {1: "B2"}),
        (4, ["z", "AMZ"], {1: "B2"}),
        (5, ["w"], {}),
    ]


def test_a_merge_does_not_make_rows_of_blank_ones() -> None:
    assert merged("A1:A4", "B1:B4", A1="x", B1="y", C3="z") == [
        (1, ["x", "y"], {}),
        (3, ["x", "y", "z"], {0: "A1", 1: "B1"}),
    ]


def test_cells_merged_sideways_are_not_repeated() -> None:
    assert merged("A1:C2", A1="x", D1="y", D2="z") == [
        (1, ["x", None, None, "y"], {}),
        (2, ["x", None, None, "z"], {0: "A1"}),
    ]


def test_a_merge_that_begins_blank_fills_nothing() -> None:
    assert merged("A1:A2", B1="x", B2="y") == [(1, [None, "x"], {}), (2, [None, "y"], {})]


def test_what_a_merge_hides_is_left_out() -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d"><v>9</v></c></row>' % (n, n, n, n)
        for n in (1, 2)
    )
    content = of_sheet(rows)
    merge = b'</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>'
    [first, second] = only_sheet(replaced(content, SHEET, [HEAD, rows, merge])).rows
    assert (first.cells, second.cells, second.filled) == ([1, 9], [1, 9], {0: "A1"})


def test_a_fault_that_is_merged_stands_in_every_row() -> None:
    [_first, (_number, values, _filled)] = merged("A1:A2", A1="=1+1", B1="x", B2="y")
    assert isinstance(values[0], CellFault)


# Odd ways


def test_single_cells_far_away_are_no_harm() -> None:
    for place, number, width in (("A1048576", 1_048_576, 1), ("GA900000", 900_000, 183)):
        [first, last] = only_sheet(far(place)).rows
        assert (first.number, first.cells) == (1, ["z"])
        assert (last.number, len(last.cells), last.cells[-1]) == (number, width, "z")


def test_the_thorough_reader_reads_the_same() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", 5, 5.5, True])
        sheet.write_datetime(1, 0, datetime(2022, 3, 4), book.add_format({"num_format": "d.m.yy"}))
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.merge_range("A4:A5", "m")
        sheet.write(4, 1, "n")

    content = written(write)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        xml = archive.read(SHEET)
    wide = xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert cells(replaced(content, SHEET, [wide])) == cells(content)
    assert cells(content)[5] == ["m", "n"]


def test_names_of_parts_may_have_other_capitals_and_prefixes() -> None:
    content = workbook(A=[["a", "=1+1"]]).getvalue()
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
        '<x:c r="B1"><x:f>1+1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    [row] = only_sheet(replaced(content, SHEET, [sheet.encode()])).rows
    assert row.cells[0] == 1
    assert isinstance(row.cells[1], CellFault)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("sheet1", "Sheet1"), old.read(name))
    assert cells(out.getvalue()) == {1: ["a", "=1+1"]}


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ],
)
def test_workbooks_with_macros_and_templates_are_read(kind: str) -> None:
    content = workbook(A=[["a"]]).getvalue()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    usual = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert usual in types
    changed = replaced(content, "[Content_Types].xml", [types.replace(usual, kind).encode()])
    assert cells(changed) == {1: ["a"]}


# Bounds


def test_there_is_a_most_of_rows_in_all_sheets_together() -> None:
    def sheets(rows: int) -> bytes:
        out = BytesIO()
        book = xlsxwriter.Workbook(out, {"constant_memory": True})
        for count in (30_000, rows):
            sheet = book.add_worksheet()
            for number in range(count):
                sheet.write_number(number, 0, number)
        book.close()
        return out.getvalue()

    assert [len(sheet.rows) for sheet in read(sheets(20_000)).sheets] == [30_000, 20_000]
    with pytest.raises(FileError, match="more than 50000 rows"):
        read(sheets(20_001))


def test_there_is_a_most_of_columns_and_sheets() -> None:
    assert len(cells(workbook(A=[["a"] * 200]).getvalue())[1]) == 200
    with pytest.raises(FileError, match=r"Sheet “A” has more than 200 columns.*GS1"):
        read(workbook(A=[["a"] * 201]).getvalue())
    assert len(read(workbook(**{f"S{n}": [["a"]] for n in range(100)}).getvalue()).sheets) == 100
    with pytest.raises(FileError, match="more than 100 sheets"):
        read(workbook(**{f"S{n}": [["a"]] for n in range(101)}).getvalue())


def test_blank_cells_beyond_the_most_columns_are_no_matter() -> None:
    styled = b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
    assert cells(of_sheet(styled)) == {1: [1]}


# When it was exported


def exported(value: str) -> datetime | None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "a")
        book.set_custom_property("Other", "2020-01-01T00:00:00+00:00", "text")
        book.set_custom_property(EXPORTED, value, "text")

    return read_file(BytesIO(written(write)), "a.xlsx").exported_at


def test_a_file_of_this_application_says_when_it_was_written() -> None:
    assert exported("2022-03-14T10:00:00+00:00") == datetime(2022, 3, 14, 10, tzinfo=UTC)
    assert exported("2022-03-14T12:00:00+02:00") == datetime(2022, 3, 14, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", ["yesterday", "2022-03-14T10:00:00", "2022-03-14", ""])
def test_a_moment_that_is_none_is_ignored(value: str) -> None:
    assert exported(value) is None


@pytest.mark.parametrize("xml", [b"<broken", b"", b"<a/>"])
def test_damaged_properties_are_ignored(xml: bytes) -> None:
    content = replaced(workbook(A=[["a"]]).getvalue(), "docProps/custom.xml", [xml])
    assert read(content).exported_at is None
