"""Everything can be reached and worked without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from partners.models import Project
from tests.conftest import PASSWORD

from .conftest import Visit
from .looking import tokens

pytestmark = pytest.mark.browser

MOST_STEPS = 60


def tab_to(page: Page, target: Locator, *, most: int = MOST_STEPS) -> None:
    """Press Tab until the target has the focus, which must show."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            outline = target.evaluate(
                "e => getComputedStyle(e.closest('.token-input') || e).outlineStyle"
            )
            assert outline != "none", "the focus does not show"
            return
    raise AssertionError(f"{most} steps did not lead to {target}")


def skip_to_content(page: Page) -> None:
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_logging_an_action_by_keyboard(visit: Visit, elca: Project) -> None:
    page = visit()
    page.goto("/sign-in/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("amz")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("AMZ Saxony")

    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name="Log an action"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an action")
    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name="National workshops with SMEs"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an event")

    skip_to_content(page)
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type("By keyboard alone")
    tab_to(page, page.get_by_label("When", exact=True))
    page.keyboard.type("14.03.2022")
    tab_to(page, page.get_by_role("button", name="Add another").first)
    page.keyboard.press("Space")
    expect(page.get_by_label("When", exact=True).nth(1)).to_be_focused()
    page.keyboard.type("28.03.2022")
    choose_organisations(page)
    tab_to(page, page.get_by_label("Status"))
    page.keyboard.type("Held")
    tab_to(page, page.get_by_label("MECH – Clust-ER MECH"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Submit", exact=True))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Saved: T7-11 By keyboard alone")).to_be_visible()
    saved = elca.actions.get(title="By keyboard alone")
    assert saved.status == "achieved"
    assert {p.code for p in saved.partners.all()} == {"AMZ", "MECH"}
    assert [o.name for o in saved.organisations.all()] == ["RIGHTWEIGHT"]
    assert saved.occasions.count() == 2


def choose_organisations(page: Page) -> None:
    """Choose by arrow keys, take one back, and close the suggestions."""
    box = page.get_by_role("combobox", name="Organisations")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    active = page.locator('[role=option][aria-selected="true"]')
    tab_to(page, box)
    page.keyboard.type("composites u")
    expect(options.first).to_be_visible()
    expect(active).to_have_text(options.first.text_content() or "")
    page.keyboard.press("ArrowUp")
    expect(active).to_contain_text("as a new organisation")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(tokens(page)).to_have_text(["Composites United"])
    page.keyboard.press("Backspace")
    expect(tokens(page)).to_have_count(0)
    page.keyboard.type("rightweight")
    expect(options.first).to_contain_text("RIGHTWEIGHT")
    page.keyboard.press("Enter")
    expect(tokens(page)).to_have_text(["RIGHTWEIGHT"])
    page.keyboard.type("rail")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    for _letter in "rail":
        page.keyboard.press("Backspace")


def test_the_menu_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit("reader")
    opener = page.locator(".menu--user > summary")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(opener).to_be_focused()
