"""Partner and task leader at the review, and two people at one form, each in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from kpis.progress import project_progress
from partners.models import Project

from .conftest import Visit
from .looking import open_more

pytestmark = pytest.mark.browser

TITLE = "Light batteries for light vehicles"
KPI = 6


def verified(project: Project) -> int:
    return project_progress(project).line(KPI).total.verified


def attach(page: Page, folder: Path, title: str, kind: str) -> None:
    """Attach a file of evidence on the page of an action."""
    file = folder / f"{kind}.pdf"
    file.write_bytes(b"%PDF-1.7 " + kind.encode())
    panel = page.locator("#evidence")
    if not panel.locator("input[type=file]").is_visible():
        panel.get_by_text("Attach a file").click()
    panel.get_by_label("What it is").fill(title)
    panel.get_by_label("Kind").select_option(value=kind)
    panel.locator("input[type=file]").set_input_files(file)
    panel.get_by_role("button", name="Attach").click()
    expect(panel.get_by_text(title).first).to_be_visible()


def log_workshop(page: Page, folder: Path) -> None:
    page.goto("/elca/events/new/national-workshops/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Status").select_option(label="Held")
    page.get_by_label("When", exact=True).fill("14.03.2022")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(TITLE)
    attach(page, folder, "Programme", "agenda")
    attach(page, folder, "Signatures", "attendance")


def test_a_workshop_is_submitted_returned_corrected_and_accepted(
    visit: Visit, elca: Project, tmp_path: Path
) -> None:
    before = verified(elca)
    partner, leader = visit("amz"), visit("leader")
    log_workshop(partner, tmp_path)

    leader.goto("/elca/review/?type=national-workshops")
    row = leader.get_by_role("row").filter(has_text=TITLE)
    expect(row).to_contain_text("Lacks: Picture")
    row.get_by_role("checkbox").check()
    leader.get_by_role("button", name="Accept the ticked ones").click()
    expect(leader.get_by_role("alert")).to_contain_text("lacks: Picture")
    row.get_by_text("Return").first.click()
    row.get_by_label("What is to be corrected").fill("A picture of the day is missing.")
    row.get_by_role("button", name="Return").click()
    expect(leader.get_by_role("status")).to_contain_text("Returned")

    partner.goto("/elca/partners/AMZ/")
    back = partner.locator("#returned")
    expect(back).to_contain_text("A picture of the day is missing.")
    back.get_by_role("link", name=TITLE).click()
    attach(partner, tmp_path, "Photo", "picture")
    partner.locator("#review").get_by_role("button", name="Submit").click()
    expect(partner.get_by_role("status")).to_contain_text("Submitted")

    leader.goto("/elca/review/?type=national-workshops")
    row.get_by_role("checkbox").check()
    leader.get_by_role("button", name="Accept the ticked ones").click()
    expect(leader.get_by_role("status")).to_have_text("1 was accepted.")
    assert verified(elca) == before + 1

    # What was accepted stays until the change is accepted, too.
    partner.get_by_role("link", name="Edit", exact=True).first.click()
    expect(partner.get_by_text("This action is accepted")).to_be_visible()
    partner.get_by_label("Title").fill("Another title")
    partner.get_by_role("button", name="Submit the change").click()
    expect(partner.get_by_role("heading", level=1)).to_have_text(TITLE)
    leader.goto(partner.url)
    panel = leader.locator("#review")
    expect(panel.locator("ins")).to_have_text(["Another title"])
    panel.get_by_role("button", name="Accept the change").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Another title")
    assert verified(elca) == before + 1

    # Sealed with it, the report keeps it, whatever becomes of the action.
    page_of_action = leader.url
    leader.goto("/elca/report/")
    leader.get_by_role("link", name="Seal a report").click()
    leader.get_by_label("Title").fill("First period")
    leader.get_by_role("button", name="Seal for good").click()
    expect(leader.get_by_role("heading", level=1)).to_contain_text("First period")
    expect(leader.get_by_text("verifies", exact=True)).to_be_visible()
    sealed = leader.url
    figure = project_progress(elca).line(KPI).total.achieved

    leader.goto(page_of_action)
    leader.get_by_text("Leave out of the count").first.click()
    leader.get_by_label("Why it is left out of the count").fill("It took place elsewhere")
    leader.get_by_role("button", name="Save", exact=True).click()
    assert project_progress(elca).line(KPI).total.achieved == figure - 1

    reader = visit("reader", width=390)
    reader.goto(sealed)
    table = reader.locator("table").first
    row = table.get_by_role("row").filter(has_text="National workshops with SMEs")
    expect(row).to_contain_text(str(figure))
    reader.get_by_role("link", name="What has changed since").first.click()
    changes = reader.locator(f"#kpi-{KPI}")
    expect(changes).to_contain_text(f"reported {figure}, now {figure - 1}: 1 withdrawn")
    gone = changes.get_by_role("row").filter(has_text="Another title")
    expect(gone).to_contain_text("withdrawn")
    expect(gone).to_contain_text("It took place elsewhere")
    expect(gone).to_contain_text("leader")


def test_two_people_edit_one_action_and_nothing_typed_is_lost(visit: Visit, elca: Project) -> None:
    action = Action.objects.of(elca).filter(partners__code="AMZ", type__record="event").first()
    assert action is not None
    first, second = visit("amz"), visit("leader", width=390)
    for page in (first, second):
        page.goto(f"{action.get_absolute_url()}edit/")
        open_more(page)
    first.get_by_label("Description").fill("By the partner")
    first.get_by_label("About the dates").fill("Words of the partner")
    first.get_by_role("button", name="Submit", exact=True).click()
    expect(first.get_by_role("status")).to_contain_text("Saved")

    second.get_by_label("Description").fill("By the leader")
    second.get_by_role("button", name="Add another").first.click()
    second.get_by_label("When", exact=True).last.fill("05.2022")
    second.get_by_role("button", name="Submit", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("it was changed while you were writing")
    row = second.get_by_role("row").filter(has_text="By the partner")
    expect(row).to_contain_text("By the leader")
    expect(row).to_contain_text("amz")
    expect(second.get_by_label("Description")).to_have_value("By the leader")
    expect(second.get_by_label("About the dates")).to_have_value("Words of the partner")
    second.get_by_role("button", name="Submit", exact=True).click()
    expect(second.get_by_role("status")).to_contain_text("Saved")
    expect(second.locator("#occasions")).to_contain_text("May 2022")
    action.refresh_from_db()
    assert action.description == "By the leader"
    assert action.dates_note == "Words of the partner"
