"""The task leader opens figures down to their rows, keeps the timeline and the targets."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit
from .looking import cell, indicator_row

pytestmark = pytest.mark.browser

SMES = "Cooperation agreements with SMEs"


def test_leader_opens_a_figure_and_leaves_a_row_out(visit: Visit) -> None:
    page = visit("leader")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "European Lightweight Cluster Alliance"
    )
    expect(cell(indicator_row(page, SMES), "Achieved")).to_have_text("6")
    matrix = page.locator("#partners tbody tr").filter(has_text=SMES)
    figure = matrix.locator('a[href*="partner=AMZ"]')
    expect(figure).to_have_text("3 / 4")
    figure.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"4. {SMES} · AMZ")
    counted, left = page.locator("#counted"), page.locator("#left-out")
    expect(counted.locator(".count")).to_have_text("3")
    expect(counted.locator("tbody .main")).to_have_text(
        ["LZS GmbH Dresden", "NanoSen Chemnitz", "Silbaerg GmbH"]
    )
    expect(left).to_contain_text("Not achieved: under way")
    counted.get_by_role("link", name="NanoSen Chemnitz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("NanoSen Chemnitz")
    expect(page.get_by_text("Counted", exact=True)).to_be_visible()

    page.get_by_text("Leave out of the count").click()
    page.get_by_label("Why it is left out of the count").fill("Signed before the project began")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Left out of the count.")
    page.get_by_role("link", name="KPI 4", exact=True).click()
    page.get_by_role("navigation", name="Whose figure").get_by_role("link", name="AMZ").click()
    expect(counted.locator("tbody .main")).to_have_text(["LZS GmbH Dresden", "Silbaerg GmbH"])
    row = left.locator("tbody tr").filter(has_text="NanoSen Chemnitz")
    expect(row).to_contain_text("Left out of the count: Signed before the project began")
    page.get_by_role("link", name="Overview").click()
    expect(figure).to_have_text("2 / 4")
    expect(cell(indicator_row(page, SMES), "Achieved")).to_have_text("5")


def test_leader_changes_a_deadline_in_place(visit: Visit) -> None:
    page = visit("leader")
    page.get_by_role("link", name="Timeline").first.click()
    expect(page.locator(".panel-title").first).to_contain_text("13 of 21 deadlines are done")
    deadline = "Cooperation and business agreements signed, Michigan mission"
    status = page.get_by_label(f"Status of {deadline}")
    expect(status).to_have_value("open")
    status.select_option(label="Done")
    expect(page.get_by_role("status")).to_contain_text(deadline)
    expect(page.locator(".panel-title").first).to_contain_text("14 of 21 deadlines are done")
    page.reload()
    expect(status).to_have_value("done")


def set_target(page: Page, partner: str, target: str) -> None:
    page.goto("/elca/kpis/4/")
    page.get_by_role("link", name="Partners' targets").click()
    page.get_by_label(partner).fill(target)
    page.get_by_role("button", name="Save").click()


def test_leader_sets_a_partners_target(visit: Visit) -> None:
    page = visit("leader")
    set_target(page, "AMZ – AMZ Saxony", "5")
    page.goto("/elca/partners/AMZ/")
    expect(cell(indicator_row(page, SMES), "Own target")).to_have_text("5")
    expect(page.locator("#next")).to_contain_text(f"2 more of 5: {SMES}")
    set_target(page, "AMZ – AMZ Saxony", "")
    page.goto("/elca/partners/AMZ/")
    expect(cell(indicator_row(page, SMES), "Own target")).to_have_text("–")
