"""The report workbook: its sheets, headings as printed, figures, and texts that stay texts."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from actions.records import record_type
from partners.models import Project
from reports.layout import LONGEST_CELL, pieces, sheet_columns
from reports.workbook import write_list
from tests.making import make_action, on
from tests.reports.files import bring, cell_of, counts, opened, report, workbook

pytestmark = pytest.mark.django_db

ROWS = {2: 18, 3: 13, 4: 11, 5: 20, 6: 10, 7: 10, 8: 9, 9: 7, 10: 5, 11: 1}
FIGURES = {1: 18, 2: 4, 3: 7, 4: 6, 5: 2, 6: 10, 7: 9, 8: 7, 9: 5, 10: 3}


def test_it_has_a_sheet_for_each_table(elca: Project) -> None:
    book = opened(report(elca))
    assert book.sheetnames == [f"Table {number}" for number in (0, *range(2, 13))]
    assert {number: book[f"Table {number}"].max_row - 1 for number in ROWS} == ROWS


def test_headings_are_those_of_the_report(elca: Project) -> None:
    book = opened(report(elca))
    for action_type in elca.action_types.all():
        headings = [cell.value for cell in book[action_type.table_name][1]]
        printed = [column["heading"] for column in action_type.columns]
        assert headings[: len(printed)] == printed
        assert headings[-1] == "Row id"


def test_every_value_of_a_record_is_in_its_sheet(elca: Project) -> None:
    for action_type in elca.action_types.all():
        held = {part for column in sheet_columns(action_type) for part in column.parts}
        names = {column.name for column in record_type(action_type.record).columns}
        assert names == held


def test_table_0_shows_the_figures_of_everyone(elca: Project) -> None:
    sheet = opened(report(elca))["Table 0"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=11)]
    assert rows[0][:6] == ["#", "Title", "Description", "Total", "Achieved", "Rows"]
    assert rows[0][-6:] == ["AMZ", "MAV", "POL", "BIC", "MECH", "ELCA"]
    assert {row[0]: row[4] for row in rows[1:]} == FIGURES
    assert rows[4][-6:] == [3, 2, 0, 0, 1, "–"]
    assert "add up to more" in str(sheet.cell(14, 1).value)


def test_table_0_counts_as_of_a_day(elca: Project) -> None:
    sheet = opened(report(elca, as_of=date(2021, 6, 30)))["Table 0"]
    achieved: list[Any] = [sheet.cell(row, 5).value for row in range(2, 12)]
    assert sum(achieved) < sum(FIGURES.values())
    assert "30.06.2021" in str(sheet.cell(13, 1).value)


def test_the_report_of_a_partner_has_its_rows_and_figures(elca: Project) -> None:
    book = opened(report(elca, partner=elca.partners.get(code="POL")))
    sheet = book["Table 0"]
    assert [cell.value for cell in sheet[1]][-1] == "Planned"
    assert [sheet.cell(5, column).value for column in (4, 5, 6)] == [4, 0, 4]
    responsible = {str(row[1].value) for row in book["Table 4"].iter_rows(min_row=2)}
    assert all("POL" in codes for codes in responsible)
    assert book["Table 2"].max_row == 2


def test_deadlines_are_written_as_in_the_report(elca: Project) -> None:
    rows = list(opened(report(elca))["Table 12"].iter_rows(values_only=True))
    assert rows[0] == ("Deadline", "Activity", "Status", "Mission")
    assert len(rows) == 22
    assert rows[1][0] == "M11 - Jul 2021"
    assert "Dec 2020" not in {row[0] for row in rows}


def test_it_takes_as_many_queries_for_many_rows(elca: Project) -> None:
    with CaptureQueriesContext(connection) as few:
        report(elca)
    for number in range(30):
        make_action(elca, "matchmaking", title=f"More {number}", occasions=(on(2022, 1, 1),))
        make_action(elca, "sme-business", title=f"More {number}")
    with CaptureQueriesContext(connection) as many:
        report(elca)
    assert len(few) == len(many)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@cmd",
        "+49 351",
        "-",
        "<b>bold</b> & co",
        "Żnin, Łódź, café, España, Köln",
        "🚆 railways",
        "line\n\n  line",
        "http://example.org/",
        "0012",
        "_x0041_",
        "bell \x07 and tab\tand \x0b break",
        "'quoted",
    ],
)
def test_a_text_survives_out_and_in(elca: Project, text: str) -> None:
    action = make_action(
        elca, "national-workshops", title=f"T {text}", description=text, results=text
    )
    out = report(elca)
    sheet = opened(out)["Table 7"]
    assert cell_of(sheet, "Description", 12).data_type == "s"
    assert counts(bring(elca, out)) == (0, 0, 105, 0)
    action.delete()
    assert counts(bring(elca, out)) == (1, 0, 104, 0)
    again = Action.objects.of(elca).get(title_key=action.title_key)
    plain = text.replace("\x07", "").replace("\x0b", "\n").strip()
    assert (again.description, again.results) == (plain, plain)


def test_a_text_longer_than_a_cell_goes_on_in_another_column(elca: Project) -> None:
    expected, reached = "e" * 19_999, "🚆" * 19_999
    action = make_action(elca, "sectors", title="Long", expectations=expected, results=reached)
    out = report(elca)
    headings = [cell.value for cell in opened(out)["Table 11"][1]]
    assert "Expectations & Results (continued 1)" in headings
    assert counts(bring(elca, out)) == (0, 0, 105, 0)
    action.delete()
    bring(elca, out)
    again = Action.objects.of(elca).get(title="Long")
    assert (again.expectations, again.results) == (expected, reached)


def test_pieces_fit_into_a_cell_as_it_is_measured() -> None:
    assert pieces("a" * LONGEST_CELL) == ["a" * LONGEST_CELL]
    found = pieces("🚆" * 20_000)
    assert "".join(found) == "🚆" * 20_000
    assert all(len(piece.encode("utf-16-le")) // 2 <= LONGEST_CELL for piece in found)


def test_a_list_holds_every_value_of_its_records(elca: Project) -> None:
    record = record_type("matchmaking")
    rows = Action.objects.of(elca).filter(type__record="matchmaking", partners__code="AMZ")
    out = BytesIO()
    write_list(elca, record, rows, out)
    sheet = opened(out).active
    assert sheet.title == "Matchmaking meetings"
    assert [cell.value for cell in sheet[1]] == [
        "Row id",
        "Table",
        *(column.cell_heading for column in record.columns),
    ]
    assert sheet.max_row == 1 + rows.count()
    assert sheet.cell(2, 2).value == "Table 10"


def test_a_project_may_count_its_tables_otherwise(elca: Project) -> None:
    elca.action_types.filter(table_number=11).update(table_number=12)
    names = opened(report(elca)).sheetnames
    assert names[-2:] == ["Table 12", "Table 12 (plan)"]
    assert counts(bring(elca, report(elca)))[3] == 0


def test_an_empty_project_has_empty_tables(elca_empty: Project) -> None:
    book = opened(report(elca_empty))
    assert {sheet.max_row for sheet in book if sheet.title not in ("Table 0", "Table 12")} == {1}
    assert book["Table 0"].cell(2, 5).value == "–"


def test_a_workbook_of_tests_is_what_it_seems() -> None:
    rows: list[list[Any]] = [["a", "b"], [1, "=1+1"]]
    assert opened(workbook(Table_7=rows))["Table 7"]["B2"].data_type == "s"
