"""A partner user logs what was done and sees the partner's figure follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from partners.models import Organisation, Project

from .conftest import Visit
from .looking import add_organisation, cell, indicator_row, open_more, tokens

pytestmark = pytest.mark.browser

WORKSHOPS = "National workshops with SMEs"
TITLE = "Light batteries for light vehicles"


def open_workshop_form(page: Page) -> None:
    """From the dashboard to the empty form, by the buttons."""
    page.get_by_role("link", name="Log an action").click()
    page.get_by_role("link", name=WORKSHOPS).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an event")


def save(page: Page) -> None:
    page.get_by_role("button", name="Submit", exact=True).click()


def test_partner_logs_a_workshop_and_the_figure_rises(visit: Visit, elca: Project) -> None:
    page = visit("amz")
    expect(page.get_by_role("heading", level=1)).to_have_text("AMZ Saxony")
    row = indicator_row(page, WORKSHOPS)
    expect(cell(row, "Achieved")).to_have_text("2")
    expect(cell(row, "Own target")).to_have_text("2")

    open_workshop_form(page)
    expect(page.get_by_label("AMZ – AMZ Saxony")).to_be_checked()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Status").select_option(label="Held")
    add_organisation(page, "composites", "Composites United")
    add_organisation(page, "Battery House", "as a new organisation")
    expect(tokens(page)).to_have_text(["Composites United", "Battery House"])
    page.get_by_label("When", exact=True).fill("14.03.2022")
    page.get_by_label("Place").fill("Dresden")
    page.get_by_role("button", name="Add another").first.click()
    when = page.get_by_label("When", exact=True)
    expect(when).to_have_count(2)
    when.nth(1).fill("28.03.2022")
    page.get_by_label("On site or online").nth(1).select_option(label="online")
    open_more(page)
    page.get_by_label("Participants").fill("34")
    page.get_by_label("SMEs").fill("21")
    save(page)

    expect(page.get_by_text(f"Saved: T7-11 {TITLE}")).to_be_visible()
    expect(page.locator("#occasions .item-main")).to_have_text(
        ["14 Mar 2022 · Dresden", "28 Mar 2022"]
    )
    expect(page.locator(".facts")).to_contain_text("Battery House")
    expect(page.locator(".facts > div").filter(has_text="SMEs")).to_contain_text("21")
    expect(page.locator(".history > li")).to_have_count(1)
    expect(page.locator(".history-head b")).to_have_text("amz")
    assert Organisation.objects.filter(project=elca, name="Battery House").count() == 1
    assert Organisation.objects.filter(project=elca, name="Composites United").count() == 1

    page.get_by_role("navigation", name="Main").get_by_role("link", name="AMZ").click()
    expect(cell(row, "Achieved")).to_have_text("3")
    cell(row, "Achieved").get_by_role("link").click()
    expect(page.locator("#counted .count")).to_have_text("3")
    expect(page.locator("#counted tbody")).to_contain_text(TITLE)


def test_what_was_typed_survives_an_error(visit: Visit) -> None:
    page = visit("amz")
    open_workshop_form(page)
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Status").select_option(label="Held")
    page.get_by_role("combobox", name="Organisations").fill("Battery House")
    open_more(page)
    page.get_by_label("Description").fill("Cells, housings, cooling.")
    page.get_by_label("When", exact=True).fill("31.02.2022")
    page.get_by_label("Place").fill("Dresden")
    page.get_by_role("button", name="Add another").first.click()
    page.get_by_label("When", exact=True).nth(1).fill("28.03.2022")
    save(page)

    message = "“31.02.2022” is not a day in the calendar."
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(message)
    wrong = page.get_by_label("When", exact=True).first
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field--error")).to_have_count(1)
    expect(page.locator(".field--error")).to_contain_text(message)
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    expect(page.get_by_label("Status").locator("option:checked")).to_have_text("Held")
    expect(page.get_by_label("Description")).to_have_value("Cells, housings, cooling.")
    expect(page.get_by_label("Place").first).to_have_value("Dresden")
    expect(page.get_by_label("When", exact=True).nth(1)).to_have_value("28.03.2022")
    expect(tokens(page)).to_have_text(["Battery House"])

    summary.get_by_role("link", name="When").click()
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("31.02.2022")
    wrong.fill("28.02.2022")
    save(page)
    expect(page.get_by_text(f"Saved: T7-11 {TITLE}")).to_be_visible()
    expect(page.locator("#occasions")).to_contain_text("28 Feb 2022 · Dresden")


def test_leaving_with_unsaved_words_is_asked_about(visit: Visit) -> None:
    page = visit("amz")
    open_workshop_form(page)
    page.get_by_label("Title").fill(TITLE)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    assert asked == ["beforeunload"]


def test_another_partners_action_is_only_read(visit: Visit, elca: Project) -> None:
    page = visit("amz")
    own, other = (
        elca.actions.filter(type__slug="national-workshops", partners__code=code).first()
        for code in ("AMZ", "POL")
    )
    assert own
    assert other
    page.goto(own.get_absolute_url())
    expect(page.get_by_role("link", name="Edit")).to_be_visible()
    page.goto(other.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text(other.title)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
    for job in ("edit", "delete"):
        answer = page.goto(f"{other.get_absolute_url()}{job}/")
        assert answer
        assert answer.status == 403
        expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
