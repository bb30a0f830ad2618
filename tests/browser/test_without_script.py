"""Everything works where scripts are switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from partners.models import Project

from .conftest import Visit
from .looking import cell, indicator_row, open_more

pytestmark = pytest.mark.browser

TITLE = "Light batteries for light vehicles"


def test_logging_a_workshop(visit: Visit, elca: Project) -> None:
    page = visit("amz", scripts=False)
    page.get_by_role("link", name="Log an action").click()
    page.get_by_role("link", name="National workshops with SMEs").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Status").select_option(label="Held")
    page.get_by_label("Organisations", exact=True).fill("Composites United\nBattery House")
    page.get_by_label("When", exact=True).fill("14.03.2022")
    page.get_by_label("Place").fill("Dresden")
    open_more(page)
    page.get_by_label("Participants").fill("34")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text(f"Saved: T7-11 {TITLE}")).to_be_visible()
    expect(page.locator("#occasions .item-main")).to_have_text(["14 Mar 2022 · Dresden"])
    saved = elca.actions.get(title=TITLE)
    names = saved.organisations.order_by("name").values_list("name", flat=True)
    assert list(names) == ["Battery House", "Composites United"]
    page.goto("/elca/partners/AMZ/")
    expect(cell(indicator_row(page, "National workshops"), "Achieved")).to_have_text("3")


def test_filtering_sorting_and_keeping_the_timeline(visit: Visit) -> None:
    page = visit("leader", scripts=False)
    page.goto("/elca/actions/")
    page.get_by_label("Partner").select_option(label="AMZ")
    page.get_by_role("combobox", name="Table").select_option(label="SMEs Cooperation Agreements")
    page.get_by_label("Status").select_option(label="Achieved")
    page.get_by_role("button", name="Filter").click()
    titles = page.locator("tbody .main")
    expect(titles).to_have_text(["LZS GmbH Dresden", "NanoSen Chemnitz", "Silbaerg GmbH"])
    page.get_by_role("columnheader", name="Title").get_by_role("link").click()
    page.get_by_role("columnheader", name="Title").get_by_role("link").click()
    expect(titles).to_have_text(["Silbaerg GmbH", "NanoSen Chemnitz", "LZS GmbH Dresden"])

    page.goto("/elca/timeline/")
    deadline = page.locator("li").filter(
        has_text="Cooperation and business agreements signed, Michigan mission"
    )
    status = deadline.get_by_role("combobox")
    expect(status).to_have_value("open")
    status.select_option(label="Conversations started")
    deadline.get_by_role("button", name="Save").click()
    expect(status).to_have_value("started")
    expect(page.get_by_role("status")).to_contain_text("Conversations started")


def test_finding_a_row_and_leaving_it_out(visit: Visit) -> None:
    page = visit("leader", scripts=False)
    page.get_by_role("searchbox").fill("nanosen")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="NanoSen Chemnitz").first.click()
    expect(page.get_by_text("Counted", exact=True)).to_be_visible()
    page.get_by_text("Leave out of the count").click()
    page.get_by_label("Why it is left out of the count").fill("Signed before the project began")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Left out of the count.")
    page.get_by_role("link", name="Overview").first.click()
    row = indicator_row(page, "Cooperation agreements with SMEs")
    expect(cell(row, "Achieved")).to_have_text("5")


def test_an_organisation_is_added_renamed_and_deleted(visit: Visit, elca: Project) -> None:
    page = visit("admin", scripts=False)
    page.get_by_role("link", name="Organisations").first.click()
    page.get_by_role("link", name="Add an organisation").click()
    page.locator("input[name=name]").fill("Battery House")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Battery House")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("input[name=name]").fill("Battery Home")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Battery Home")
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert not elca.organisations.filter(name__startswith="Battery").exists()
