"""The administrator brings spreadsheets in, takes the report out, and merges organisations."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from partners.models import Project

from .conftest import Visit
from .looking import cell, downloaded, indicator_row

pytestmark = pytest.mark.browser

SHEETS = [
    "Cover", "Table 0", "Charts", "Partners", *(f"Table {number}" for number in range(2, 13)),
    "Months", "Deviations", "Explain",
]  # fmt: skip
WORKSHOPS = "National workshops with SMEs"
ADDED = "Light batteries for light vehicles"


def export_report(page: Page) -> Workbook:
    """Download the report through its page."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Report").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    assert download.value.suggested_filename.startswith("ELCA-report-")
    return downloaded(download.value)


def column(sheet: Worksheet, heading: str) -> int:
    return next(c.column for c in sheet[1] if c.value == heading)


def upload(page: Page, book: Workbook, name: str) -> None:
    out = BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Import").click()
    page.get_by_label("Spreadsheet or document").set_input_files(
        {"name": name, "mimeType": kind, "buffer": out.getvalue()}
    )
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def expect_counts(page: Page, *, new: int, changed: int, unchanged: int, waiting: int) -> None:
    expect(page.locator(".stat-value")).to_have_text(
        [str(n) for n in (new, changed, unchanged, waiting)]
    )


def test_admin_imports_a_workbook_and_exports_the_report(visit: Visit) -> None:
    page = visit("admin")
    expect(cell(indicator_row(page, WORKSHOPS), "Achieved")).to_have_text("10")
    book = export_report(page)
    assert book.sheetnames == SHEETS
    sheet = book["Table 7"]
    assert sheet.max_row == 11
    before = sheet.cell(3, 1).value
    sheet.append([cell.value for cell in sheet[2]][:-1])  # all but the row id
    sheet.cell(12, 1).value = ADDED
    sheet.cell(12, column(sheet, "Responsible")).value = "XYZ"
    sheet.cell(3, 1).value = "Composite workshop"

    upload(page, book, "wrong.xlsx")
    expect_counts(page, new=0, changed=1, unchanged=103, waiting=1)
    expect(page.get_by_text("1 row waits for an answer: nothing has been written")).to_be_visible()
    wrong = page.get_by_role("region", name="Rows").locator("tbody tr")
    expect(wrong).to_have_count(1)
    expect(cell(wrong, "Title")).to_contain_text("Table 7")
    expect(cell(wrong, "Row")).to_have_text("12")
    expect(wrong).to_contain_text("Responsible: “XYZ” is no partner of this project")

    sheet.cell(12, column(sheet, "Responsible")).value = "AMZ"
    upload(page, book, "right.xlsx")
    expect_counts(page, new=1, changed=1, unchanged=103, waiting=0)
    expect(page.get_by_text("This is a preview: nothing has been written yet")).to_be_visible()
    rows = page.get_by_role("region", name="Rows").locator("tbody tr")
    expect(rows.locator(".main")).to_contain_text(["Composite workshop", ADDED])
    expect(rows.first.locator("del")).to_have_text(str(before))
    expect(rows.first.locator("ins")).to_have_text("Composite workshop")
    effect = page.get_by_role("region", name="Effect on the indicators").locator("tbody tr")
    expect(effect).to_have_count(1)
    expect(effect.locator("td")).to_have_text(["6", "10", "11"])
    page.goto("/elca/")
    expect(cell(indicator_row(page, WORKSHOPS), "Achieved")).to_have_text("10")
    page.go_back()

    page.get_by_role("button", name="Apply all 2 rows").click()
    expect(page.get_by_role("status")).to_have_text("Imported. New: 1, changed: 1.")
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    page.get_by_role("link", name="Overview").click()
    expect(cell(indicator_row(page, WORKSHOPS), "Achieved")).to_have_text("11")
    page.goto("/elca/events/?q=Composite+workshop")
    page.get_by_role("link", name="Composite workshop", exact=True).click()
    expect(page.locator(".history > li").first).to_contain_text("admin")

    upload(page, book, "again.xlsx")
    expect_counts(page, new=0, changed=0, unchanged=105, waiting=0)
    expect(page.get_by_text("Every row is there already")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)

    book = export_report(page)
    assert book.sheetnames == SHEETS
    titles = [row[0] for row in book["Table 7"].values]
    assert titles[1:] == [*(r[0] for r in sheet.values if r[0] in titles[1:])]
    assert {"Composite workshop", ADDED} <= set(titles)
    assert before not in titles


def test_admin_merges_two_organisations(visit: Visit, elca: Project) -> None:
    named = elca.organisations.get
    ends, stays = named(name="IN-MOVE by Railgrup"), named(name="Composites United")
    moved = list(ends.actions.values_list("title", flat=True))
    kept = stays.actions.count()
    assert moved
    page = visit("admin")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Organisations").click()
    page.get_by_label("Search").fill("railgrup")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name=ends.name).click()
    page.get_by_role("link", name="Merge into another").click()
    for title in moved:
        expect(page.get_by_role("main")).to_contain_text(title)
    page.get_by_label("Merge into").select_option(label=stays.name)
    page.get_by_role("button", name="Merge").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(stays.name)
    expect(page.locator(".facts > div").filter(has_text="Other spellings")).to_contain_text(
        ends.name
    )
    expect(page.locator(".panel-title .count").first).to_have_text(str(kept + len(moved)))
    for title in moved:
        expect(page.get_by_role("main").get_by_role("link", name=title, exact=True)).to_be_visible()
    page.goto("/elca/organisations/?q=railgrup")
    expect(page.locator("tbody .main, tbody td:first-child").first).to_have_text(stays.name)
