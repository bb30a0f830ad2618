"""The report workbook: its sheets, headings as printed, figures, and texts that stay texts."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from itertools import takewhile
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.dates import PartialDate
from actions.models import Action
from actions.records import record_type
from partners.models import Project
from reports.layout import LONGEST_CELL, pieces, sheet_columns
from reports.reading.cells import plain
from reports.writing.content import Report, Scope
from reports.writing.lists import write_list
from reports.writing.workbook import write_workbook
from tests.making import make_action, on
from tests.reports.files import bring, cell_of, counts, kpi_report, opened, report, workbook

pytestmark = pytest.mark.django_db

ROWS = {2: 18, 3: 13, 4: 11, 5: 20, 6: 10, 7: 10, 8: 9, 9: 7, 10: 5, 11: 1}
ELCA_CODES = ("AMZ", "MAV", "POL", "BIC", "MECH", "ELCA")
FIGURES = {1: 18, 2: 4, 3: 7, 4: 6, 5: 2, 6: 10, 7: 9, 8: 7, 9: 5, 10: 3}


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings, up to the first blank one."""
    headings, *rows = sheet.iter_rows(values_only=True)
    filled = takewhile(lambda row: any(cell is not None for cell in row), rows)
    return [dict(zip(headings, row, strict=True)) for row in filled]


def figures(book: Any, name: str = "Table 0") -> dict[int, dict[str, Any]]:
    """Rows of Table 0 by indicator, with its formulas as the workbook has worked them out."""
    return {row["#"]: row for row in rows_of(book[name])}


def worked_out(out: BytesIO) -> Any:
    """The workbook with what its formulas gave when it was written."""
    out.seek(0)
    return openpyxl.load_workbook(out, data_only=True)


def test_it_has_a_sheet_for_each_table(elca: Project) -> None:
    book = opened(report(elca))
    tables = [f"Table {number}" for number in range(2, 13)]
    ends = ["Months", "Deviations", "Explain"]
    assert book.sheetnames == ["Cover", "Table 0", "Charts", "Partners", *tables, *ends]
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


def test_every_cell_of_every_table_is_what_its_record_says(elca: Project) -> None:
    book = opened(report(elca))
    for action_type in elca.action_types.all():
        record = record_type(action_type.record)
        actions = record.model.objects.of(elca).filter(type=action_type).order_by("pk")
        rows = list(book[action_type.table_name].iter_rows(min_row=2, values_only=True))
        assert len(rows) == len(actions)
        for action, row in zip(actions, rows, strict=True):
            values = record.values(action)
            cells = [column.write(values) for column in sheet_columns(action_type)]
            assert [plain(cell) for cell in row] == [*cells, action.reference]


def test_table_0_shows_the_figures_of_everyone(elca: Project) -> None:
    book = worked_out(report(elca))
    found = figures(book)
    assert {number: row["Achieved"] for number, row in found.items()} == FIGURES
    assert [found[4][code] for code in ELCA_CODES] == [3, 2, 0, 0, 1, "–"]
    assert [found[4][h] for h in ("Total", "Rows", "Under way", "%", "Pace")] == [
        20, 20, 14, 0.3, "Missed",
    ]  # fmt: skip
    assert figures(book, "Partners")[4]["MECH target"] == 4
    notes = [row[0] for row in book["Table 0"].iter_rows(min_row=13, values_only=True)]
    assert any("add up to more" in str(note) for note in notes)


def test_the_figures_are_formulas_over_the_rows_that_explain_them(elca: Project) -> None:
    book = opened(report(elca))
    sheet = book["Table 0"]
    headings = [cell.value for cell in sheet[1]]
    for heading in ("Achieved", "%", "Rows", "Under way", "AMZ", "ELCA"):
        for number in range(2, 12):
            assert sheet.cell(number, headings.index(heading) + 1).data_type == "f", heading
    lines = rows_of(book["Explain"])
    assert len(lines) == 106  # 104 rows, one of which names three sectors
    for number, achieved in FIGURES.items():
        assert sum(line["Adds"] for line in lines if line["Indicator"] == number) == achieved
    reasons = {line["Why"] for line in lines if not line["Adds"]}
    assert reasons == {"Not achieved: planned", "Not achieved: under way"}
    signed = next(line for line in lines if line["Row id"] == "T4-01")
    assert signed["Counts from"].date().isoformat()[:4] == "2022"


@pytest.mark.parametrize("code", [None, "POL", "ELCA"])
@pytest.mark.parametrize(
    ("as_of", "since"),
    [
        (None, None),
        (date(2021, 6, 30), None),
        (date(2022, 6, 30), None),
        (date(2022, 6, 30), date(2022, 1, 1)),
        (None, date(2022, 1, 1)),
    ],
)
def test_table_0_is_what_kpi_report_says_with_the_same_limits(
    elca: Project, code: str | None, as_of: date | None, since: date | None
) -> None:
    partner = elca.partners.get(code=code) if code else None
    out = report(elca, as_of=as_of, since=since, partner=partner)
    asked = kpi_report(as_of=as_of, since=since, partner=code)
    found = figures(worked_out(out))
    assert len(asked) == 10
    for line in asked:
        row = found[line["number"]]
        assert row["Achieved"] == (line["achieved"] if line["rows"] else "–")
        assert row["Rows"] == line["rows"]
        assert row["Total"] == ("–" if line["target"] is None else line["target"])
        for other, figure in ({} if partner else line["partners"]).items():
            assert row[other] == (figure["achieved"] if figure["rows"] else "–")


def test_the_report_of_a_partner_has_its_rows_and_figures(elca: Project) -> None:
    book = worked_out(report(elca, partner=elca.partners.get(code="POL")))
    assert "Partners" not in book.sheetnames
    found = figures(book)[4]
    assert list(found)[-1] == "Planned"
    assert [found[heading] for heading in ("Total", "Achieved", "Rows")] == [4, 0, 4]
    responsible = {str(row[1].value) for row in book["Table 4"].iter_rows(min_row=2)}
    assert all("POL" in codes for codes in responsible)
    assert book["Table 2"].max_row == 2


def test_the_report_of_a_period_has_the_rows_dated_in_it(elca: Project) -> None:
    since, until = date(2022, 1, 1), date(2022, 6, 30)
    book = worked_out(report(elca, since=since, as_of=until))
    inside = elca.actions.filter(counts_from__range=(since, until))
    assert 0 < inside.count() < 104
    references = {row["Row id"] for number in ROWS for row in rows_of(book[f"Table {number}"])}
    assert references == set(inside.values_list("reference", flat=True))
    cover = [row[1] for row in book["Cover"].iter_rows(values_only=True)]
    assert "What was achieved from 01.01.2022 to 30.06.2022." in cover


def test_the_cover_says_what_it_is_and_leads_to_the_sheets(elca: Project) -> None:
    out = BytesIO()
    write_workbook(Report(Scope(elca, date(2022, 6, 30)), author="Ada"), out)
    sheet = opened(out)["Cover"]
    facts = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert facts["Grant agreement"] == "951158"
    assert facts["As of"] == "30.06.2022"
    assert facts["By"] == "Ada"
    links = [cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink]
    assert "'Table 7'!A1" in links
    assert len(links) == 17


def test_deadlines_are_written_as_in_the_report(elca: Project) -> None:
    rows = rows_of(opened(report(elca))["Table 12"])
    assert list(rows[0]) == ["Deadline", "Activity", "Status", "Mission", "Due"]
    assert len(rows) == 21
    assert rows[0]["Deadline"] == "M11 - Jul 2021"
    assert rows[0]["Due"].date() == date(2021, 7, 31)
    assert "Dec 2020" not in {row["Deadline"] for row in rows}


def test_the_months_show_each_deadline_in_its_month_and_colour(elca: Project) -> None:
    sheet = opened(report(elca))["Months"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[2:4] == ["M11 Jul 2021", "M12 Aug 2021"]
    assert headings[-1] == "M20 Apr 2022"
    looks: dict[str, set[str]] = {}
    for deadline, row in zip(elca.deadlines.all(), sheet.iter_rows(min_row=2), strict=True):
        [(at, cell)] = [(n, c) for n, c in enumerate(row) if n > 1 and c.value]
        assert headings[at].startswith(f"M{deadline.month} ")
        assert cell.value == ("Done" if deadline.status == "done" else "Overdue")
        looks.setdefault(str(cell.value), set()).add(cell.fill.start_color.rgb)
    assert all(len(colours) == 1 for colours in looks.values())
    assert looks["Done"] != looks["Overdue"]


def test_days_are_dates_and_months_are_words(elca: Project) -> None:
    make_action(elca, "sme-business", title="Day", signed_on=PartialDate.day(date(2022, 5, 4)))
    make_action(elca, "sme-business", title="Month", signed_on=PartialDate.month(2022, 5))
    out = report(elca)
    rows = rows_of(opened(out)["Table 6"])
    assert rows[-2]["Signed on"].date() == date(2022, 5, 4)
    assert rows[-1]["Signed on"] == "05.2022"
    assert counts(bring(elca, out)) == (0, 0, 106, 0)


def test_the_charts_draw_the_figures_of_table_0(elca: Project) -> None:
    charts = opened(report(elca))["Charts"]._charts
    assert len(charts) == 2
    assert [s.val.numRef.f for s in charts[0].series] == [
        "'Table 0'!$E$2:$E$11",
        "'Table 0'!$D$2:$D$11",
    ]
    kept = [int(point.v) for point in charts[0].series[0].val.numRef.numCache.pt]
    assert kept == list(FIGURES.values())
    assert len(charts[1].series) == 6


def test_it_prints_well(elca: Project) -> None:
    sheet = opened(report(elca))["Table 7"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:R11")
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area == "'Table 7'!$A$1:$E$11"
    assert sheet.oddFooter.right.text == "Page &P of &N"


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
        *(str(column.heading) for column in record.columns),
    ]
    assert sheet.max_row == 1 + rows.count()
    assert sheet.cell(2, 2).value == "Table 10"


def test_a_project_may_count_its_tables_otherwise(elca: Project) -> None:
    elca.action_types.filter(table_number=11).update(table_number=12)
    names = opened(report(elca)).sheetnames
    assert names[-5:-3] == ["Table 12", "Table 12 (plan)"]
    assert counts(bring(elca, report(elca)))[3] == 0


def test_an_empty_project_has_empty_tables(elca_empty: Project) -> None:
    book = worked_out(report(elca_empty))
    assert {book[f"Table {number}"].max_row for number in ROWS} == {1}
    assert book["Explain"].max_row == 1
    assert {row["Achieved"] for row in figures(book).values()} == {"–"}


def test_a_workbook_of_tests_is_what_it_seems() -> None:
    rows: list[list[Any]] = [["a", "b"], [1, "=1+1"]]
    assert opened(workbook(Table_7=rows))["Table 7"]["B2"].data_type == "s"
