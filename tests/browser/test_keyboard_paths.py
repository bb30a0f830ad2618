"""What each kind of people does, from the sign-in on, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from partners.models import Project
from tests.conftest import PASSWORD

from .conftest import Visit
from .looking import cell, downloaded, indicator_row
from .test_keyboard import skip_to_content, tab_to

pytestmark = pytest.mark.browser

SMES = "Cooperation agreements with SMEs"
# A long page is gone through from its start; people jump by headings or search.
MANY = 250


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Overview").first).to_be_visible()


def press(page: Page, target: Locator) -> None:
    """Go to a link or a button and press it."""
    tab_to(page, target, most=MANY)
    page.keyboard.press("Enter")


def follow(page: Page, target: Locator) -> None:
    """Press what leads to another page, and jump over its head as people do."""
    tab_to(page, target, most=MANY)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if "#" not in page.url:  # else it leads into the middle of a page
        skip_to_content(page)


def in_menu(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)


def test_the_leader_opens_a_figure_and_leaves_a_row_out(visit: Visit) -> None:
    page = visit()
    sign_in(page, "leader")
    skip_to_content(page)
    matrix = page.locator("#partners tbody tr").filter(has_text=SMES)
    follow(page, matrix.locator('a[href*="partner=AMZ"]'))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"4. {SMES} · AMZ")
    follow(page, page.locator("#counted").get_by_role("link", name="NanoSen Chemnitz"))
    expect(page.get_by_role("heading", level=1)).to_have_text("NanoSen Chemnitz")
    press(page, page.locator("summary").filter(has_text="Leave out of the count"))
    tab_to(page, page.get_by_label("Why it is left out of the count"))
    page.keyboard.type("Signed before the project began")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("status")).to_have_text("Left out of the count.")
    follow(page, in_menu(page, "Overview"))
    expect(cell(indicator_row(page, SMES), "Achieved")).to_have_text("5")


def test_the_leader_keeps_a_deadline_and_a_target(visit: Visit) -> None:
    page = visit()
    sign_in(page, "leader")
    follow(page, in_menu(page, "Timeline"))
    deadline = "Cooperation and business agreements signed, Michigan mission"
    status = page.get_by_label(f"Status of {deadline}")
    tab_to(page, status, most=MANY)
    page.keyboard.type("Done")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(deadline)
    expect(status).to_have_value("done")

    page.goto("/elca/kpis/4/")
    skip_to_content(page)
    follow(page, page.get_by_role("link", name="Partners' targets"))
    tab_to(page, page.get_by_label("AMZ – AMZ Saxony"))
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/elca/partners/AMZ/")
    expect(cell(indicator_row(page, SMES), "Own target")).to_have_text("5")


def test_a_partner_corrects_and_deletes_an_action(visit: Visit, elca: Project) -> None:
    action = elca.actions.get(title="NanoSen Chemnitz")
    page = visit()
    sign_in(page, "amz")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("nanosen")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, page.get_by_role("main").get_by_role("link", name=action.title).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(action.title)
    follow(page, page.get_by_role("link", name="Edit", exact=True))
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.press("End")
    page.keyboard.type(" GmbH")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("NanoSen Chemnitz GmbH")
    follow(page, page.get_by_role("link", name="Delete", exact=True))
    follow(page, page.get_by_role("main").get_by_role("button", name="Delete"))
    expect(page.get_by_role("status")).to_be_visible()
    assert not elca.actions.filter(pk=action.pk).exists()


def test_the_administrator_imports_a_workbook(visit: Visit, elca: Project) -> None:
    page = visit()
    # Asked for early: a busy browser would otherwise open the choice before it is told to give it.
    page.on("filechooser", lambda _chooser: None)
    sign_in(page, "admin")
    follow(page, in_menu(page, "Report"))
    with page.expect_download() as download:
        press(page, page.get_by_role("button", name="Download the report"))
    book = downloaded(download.value)
    book["Table 7"].cell(3, 1).value = "Composite workshop"
    changed = download.value.path().with_name("changed.xlsx")
    book.save(changed)

    follow(page, in_menu(page, "Import"))
    tab_to(page, page.get_by_label("Spreadsheet or document"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(changed)
    follow(page, page.get_by_role("button", name="Show what would happen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("changed.xlsx")
    follow(page, page.get_by_role("button", name="Apply"))
    expect(page.get_by_role("status")).to_contain_text("changed: 1")
    assert elca.actions.filter(title="Composite workshop").exists()


def test_the_administrator_merges_organisations(visit: Visit, elca: Project) -> None:
    ends, stays = (
        elca.organisations.get(name=name) for name in ("IN-MOVE by Railgrup", "Composites United")
    )
    page = visit()
    sign_in(page, "admin")
    page.goto(ends.get_absolute_url())
    skip_to_content(page)
    follow(page, page.get_by_role("link", name="Merge into another"))
    tab_to(page, page.get_by_label("Merge into"))
    page.keyboard.type(stays.name)
    follow(page, page.get_by_role("button", name="Merge"))
    expect(page.get_by_role("heading", level=1)).to_have_text(stays.name)
    assert not elca.organisations.filter(pk=ends.pk).exists()


def test_a_reader_proves_a_figure_and_takes_a_list(visit: Visit) -> None:
    page = visit()
    sign_in(page, "reader")
    skip_to_content(page)
    follow(page, cell(indicator_row(page, SMES), "Achieved").get_by_role("link"))
    expect(page.locator("#counted .count")).to_have_text("6")
    follow(page, in_menu(page, "Agreements"))
    tab_to(page, page.get_by_role("main").get_by_label("Status", exact=True))
    page.keyboard.type("Signed")
    follow(page, page.get_by_role("button", name="Filter"))
    with page.expect_download() as download:
        press(page, page.get_by_role("link", name="Download as Excel"))
    (sheet,) = downloaded(download.value).worksheets
    assert sheet.max_row == 1 + 4 + 7 + 6 + 2
    press(page, page.locator(".menu--user > summary"))
    press(page, page.get_by_role("button", name="Sign out"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
