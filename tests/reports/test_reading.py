"""Reading files: what a cell says, and a clear sentence for every file that cannot be read."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports import reading
from reports.reading.cells import CellFault, plain
from reports.reading.reader import FileError, read_workbook
from tests.reports.files import workbook


def packed(**entries: bytes) -> BytesIO:
    """A zip archive; ``xl_workbook`` is the entry ``xl/workbook``."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("_", "/"), content)
    return out


def test_rows_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    [sheet] = read_workbook(workbook(Table_7=[["a", None, "c"], [], [None, " "], ["d"]]))
    assert sheet.name == "Table 7"
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ["a", None, "c"]), (4, ["d"])]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (" a ", " a "),
        ("  ", None),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a_x000D_\nb", "a\nb"),
        ("a\x00b", "ab"),
        (5.0, 5),
        (5.5, 5.5),
        (datetime(2022, 3, 4), date(2022, 3, 4)),
        (None, None),
    ],
)
def test_a_cell_is_read_without_traces_of_its_file(cell: Any, value: Any) -> None:
    assert plain(cell) == value


def test_a_hidden_sheet_is_read_and_told() -> None:
    book = openpyxl.load_workbook(workbook(A=[["a"]], B=[["b"]]))
    book["B"].sheet_state = "hidden"
    out = BytesIO()
    book.save(out)
    assert [sheet.hidden for sheet in read_workbook(out)] == [False, True]


def test_a_formula_without_a_result_is_a_fault_of_its_cell() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "=1+1"])
    book.active.append(["=A1"])
    out = BytesIO()
    book.save(out)
    [sheet] = read_workbook(out)
    fault = sheet.rows[0].cell(1)
    assert isinstance(fault, CellFault)
    assert "B1" in fault
    assert isinstance(sheet.rows[1].cell(0), CellFault)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Title;Responsible\nA;AMZ\n", "not a spreadsheet"),
        (reading.OLE_CONTAINER + b"rest", "password"),
        (b"PK\x03\x04 and nothing after", "damaged"),
        (packed(text=b"hello").getvalue(), "not a spreadsheet"),
        (packed(xl_workbook=b"<a/>").getvalue(), "cannot be read"),
    ],
)
def test_what_is_no_spreadsheet_gives_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        read_workbook(BytesIO(content))


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_truncated_file_gives_a_sentence(part: float) -> None:
    content = workbook(Table_7=[["a", "b"]] * 50).getvalue()
    with pytest.raises(FileError):
        read_workbook(BytesIO(content[: int(len(content) * part)]))


def test_a_file_with_a_hole_gives_a_sentence() -> None:
    content = bytearray(workbook(Table_7=[["a", "b"]] * 200).getvalue())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 100 : start + 140] = b"\x00" * 40
    with pytest.raises(FileError, match="cannot be read"):
        read_workbook(BytesIO(bytes(content)))


def test_a_file_that_hides_its_size_is_read_no_further_than_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = workbook(Table_7=[["a" * 1000]] * 1000).getvalue()
    size = next(
        entry.file_size
        for entry in zipfile.ZipFile(BytesIO(content)).infolist()
        if entry.filename == "xl/worksheets/sheet1.xml"
    )
    small = content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert small != content
    monkeypatch.setattr(reading, "MOST_BYTES_UNPACKED", size)
    with pytest.raises(FileError):
        read_workbook(BytesIO(small))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES_UNPACKED", 20_000_000)
    bomb = packed(xl_workbook=b"\0" * 30_000_000)
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(FileError, match="far too large"):
        read_workbook(bomb)


def test_entities_are_refused() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    content = workbook(A=[["a"]])
    out = BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, evil if name == "xl/workbook.xml" else old.read(name))
    with pytest.raises(FileError, match="must not hold"):
        read_workbook(out)


def test_too_large_a_file_is_refused(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000
    with pytest.raises(FileError, match="larger than 1 MB"):
        read_workbook(BytesIO(b"PK" + b"x" * 1_000_001))


def test_too_many_rows_and_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 5)
    with pytest.raises(FileError, match="more than 5 rows"):
        read_workbook(workbook(Table_7=[["a"]] * 6))
    with pytest.raises(FileError, match="more than 200 columns"):
        read_workbook(workbook(Table_7=[["a"] * 201]))


def test_a_single_cell_at_the_far_corner_is_no_harm() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["A1048576"] = "z"
    out = BytesIO()
    book.save(out)
    [sheet] = read_workbook(out)
    assert [row.number for row in sheet.rows] == [1, 1_048_576]


def test_a_missing_file_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be opened"):
        read_workbook(tmp_path / "none.xlsx")
