"""The faulty files have their fault where they say, and nowhere else."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from tests.reports.faulty import (
    BOMB_BYTES,
    GOOD,
    LONG_CELL,
    MARKUP,
    NO_WORKBOOKS,
    ODD_ROWS,
    SHEET,
    WRONG_CELLS,
    Faulty,
    control_characters,
    error_cell,
    formula_with_result,
    formula_without_result,
    hidden_sheet,
    markup,
    merged_partner,
    overlong_cell,
    zip_bomb,
)


def opened(faulty: Faulty, **options: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(faulty.content), **options)


@pytest.mark.parametrize("make", [*WRONG_CELLS, *ODD_ROWS])
def test_it_opens_and_its_second_row_is_good(make: Callable[[], Faulty]) -> None:
    rows = list(opened(make())[SHEET].iter_rows(values_only=True))
    assert list(rows[1][:5]) == GOOD


@pytest.mark.parametrize("make", WRONG_CELLS)
def test_its_place_is_a_cell_of_the_file(make: Callable[[], Faulty]) -> None:
    place = make().place
    assert place is not None
    sheet = opened(make())[place.sheet]
    assert place.row == sheet.max_row
    assert place.heading in [cell.value for cell in sheet[1]]


def test_names_are_their_own() -> None:
    makers = [*WRONG_CELLS, *ODD_ROWS, *NO_WORKBOOKS]
    names = {make.__name__ for make in makers}
    assert len(names) == len(makers) == 21
    assert len({make().name for make in makers if make is not zip_bomb}) == 20


def test_a_formula_has_a_stored_result_or_none() -> None:
    for make, result in ((formula_with_result, "ab"), (formula_without_result, None)):
        assert opened(make())[SHEET]["C3"].data_type == "f"
        assert opened(make(), data_only=True)[SHEET]["C3"].value == result


def test_odd_cells_are_as_they_say() -> None:
    assert opened(error_cell())[SHEET]["C3"].data_type == "e"
    assert opened(markup())[SHEET]["A3"].value == MARKUP
    assert len(opened(overlong_cell())[SHEET]["C3"].value) == LONG_CELL
    with zipfile.ZipFile(BytesIO(control_characters().content)) as archive:
        assert b"_x0007_" in archive.read("xl/sharedStrings.xml")
    assert opened(hidden_sheet())["Table 8"].sheet_state == "hidden"
    assert [str(area) for area in opened(merged_partner())[SHEET].merged_cells.ranges] == ["B3:B5"]


@pytest.mark.parametrize("make", [make for make in NO_WORKBOOKS if make is not zip_bomb])
def test_what_is_no_workbook_does_not_open(make: Callable[[], Faulty]) -> None:
    with pytest.raises(zipfile.BadZipFile):
        opened(make())


def test_a_bomb_is_small_until_it_is_unpacked() -> None:
    content = zip_bomb().content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    assert len(content) * 50 < BOMB_BYTES <= unpacked
