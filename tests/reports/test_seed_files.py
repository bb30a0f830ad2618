"""The files made from the tables of the deliverable hold what the tables hold."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import docx
import openpyxl
import pytest
from odf.opendocument import load
from odf.table import Table, TableRow
from odf.teletype import extractText

from tests.reports.seed import (
    FORMS,
    SeedTable,
    as_csv,
    as_ods,
    as_word,
    one_sheet_each,
    stacked,
    tables,
)

ROWS = {2: 18, 3: 13, 4: 11, 5: 20, 6: 10, 7: 10, 8: 9, 9: 7, 10: 5, 11: 1}
CDI = ("CDI Cluster Dekarbonisierung der Industrie", "Started Nov. 2022 TO BE SIGNED JAN.23")


def named(number: int) -> SeedTable:
    return next(table for table in tables() if table.number == number)


def test_there_are_as_many_rows_as_in_the_deliverable() -> None:
    assert {table.number: len(table.rows) for table in tables()} == ROWS
    assert all(len(row) == len(t.headings) for t in tables() for row in t.rows)
    assert [row[0] for row in named(3).rows if row[3] == CDI[1]] == [CDI[0]]


def test_the_signatures_are_those_of_the_deliverable() -> None:
    signed = {
        table.number: sum(row[-1].endswith("SIGNED") for row in table.rows)
        - sum(row[-1].endswith("NOT SIGNED") for row in table.rows)
        for table in tables()
        if table.number in (3, 4, 5, 6)
    }
    assert signed == {3: 4, 4: 7, 5: 6, 6: 2}


def test_rows_are_broken_where_pages_end() -> None:
    broken = {
        table.number: sum(any(len(cell) == 2 for cell in row) for row in table.broken)
        for table in tables()
    }
    assert broken == {2: 3, 3: 0, 4: 0, 5: 1, 6: 2, 7: 2, 8: 3, 9: 2, 10: 3, 11: 1}
    assert named(2).broken[1][3] == (
        "10.03.2021 online 03.06.2021 Online",
        "19.10.2021 TU Chemnitz",
    )
    assert named(2).rows[1][3].endswith("Online\n19.10.2021 TU Chemnitz")
    assert (
        named(2).rows[3][0].startswith("Leichtbau Baden-Württemberg (Leichtbau BW) and European L")
    )
    assert len(named(11).rows[0][0].splitlines()) == 4


def test_one_sheet_each_opens_again() -> None:
    book = openpyxl.load_workbook(one_sheet_each())
    assert book.sheetnames == [f"Table {number}" for number in ROWS]
    assert {number: book[f"Table {number}"].max_row - 1 for number in ROWS} == ROWS
    assert (book["Table 3"]["A5"].value, book["Table 3"]["D5"].value) == CDI


def test_stacked_has_captions_totals_and_a_merged_title() -> None:
    sheet = openpyxl.load_workbook(stacked())["WP3"]
    first = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:E1"]
    assert first[2] == named(2).headings[0]
    at = first.index("Total 18")
    assert first[at + 1 : at + 3] == [f"Table 2. {named(2).caption}", None]
    assert sum(str(cell).startswith("Table ") for cell in first) == 10
    row = first.index(CDI[0]) + 1
    assert sheet.cell(row, 4).value == CDI[1]


def test_ods_opens_again() -> None:
    sheets = load(as_ods()).spreadsheet.getElementsByType(Table)
    rows = {s.getAttribute("name"): s.getElementsByType(TableRow) for s in sheets}
    assert {name: len(found) - 1 for name, found in rows.items()} == {
        f"Table {number}": count for number, count in ROWS.items()
    }
    cells = [extractText(cell) for cell in rows["Table 3"][4].childNodes]
    assert (cells[0], cells[3]) == CDI


def test_csv_is_of_western_europe() -> None:
    content = as_csv()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    text = content.decode("cp1252")
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=";"))
    assert [(row[0], row[3]) for row in rows if row[:1] == [CDI[0]]] == [CDI]
    assert "17.11.2022, Znin (Poland)" in [cell for row in rows for cell in row]
    assert "INNOFORM®" in text
    assert "“Lightweight for sustainability”" in text
    assert sum(len(row) > 1 for row in rows) == sum(ROWS.values()) + len(ROWS)


def test_word_opens_again_with_its_broken_rows() -> None:
    document = docx.Document(as_word())
    found = [[[cell.text for cell in row.cells] for row in t.rows] for t in document.tables]
    pages = sum(len(table.page_starts) for table in tables())
    assert len(found) == 10 + pages + 16
    rows = [row for table in found for row in table]
    assert CDI in [(row[0], row[3]) for row in rows]
    assert ["", "", "", "19.10.2021 TU Chemnitz"] in [row[:4] for row in rows]
    inside = next(table for table in found if any(row[0] == "Lightore GmbH" for row in table))
    at = [row[0] for row in inside].index("Lightore GmbH")
    assert [bool(cell) for cell in inside[at + 1]] == [False, False, True, False]
    captions = [p.text for p in document.paragraphs if p.text.startswith("Table ")]
    assert captions == [f"Table {t.number}. {t.caption}" for t in tables()]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_a_file_with_a_name(form: str) -> None:
    name, content = FORMS[form]()
    assert name.rpartition(".")[2] in ("xlsx", "ods", "csv", "docx")
    zipped = BytesIO(content).read(2) == b"PK"
    assert zipped is not name.endswith(".csv")
