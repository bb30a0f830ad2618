"""The key “/” leads to the search, and a list that was filtered is saved and opened again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Visit

pytestmark = pytest.mark.browser


def test_the_search_and_the_views_by_keyboard(visit: Visit) -> None:
    page = visit("leader")
    page.goto("/elca/actions/?status=achieved")
    page.keyboard.press("/")
    search = page.locator("#id_search")
    expect(search).to_be_focused()
    page.keyboard.type("t8-04")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    expect(page.locator(".found mark").first).to_have_text("T8-04")
    page.locator("#id_words").press("End")
    page.keyboard.type("/")
    expect(page.locator("#id_words")).to_have_value("t8-04/")

    page.goto("/elca/actions/?status=achieved")
    page.get_by_text("Views", exact=True).press("Enter")
    page.get_by_label("Save this list as").fill("Done by all")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved view: Done by all")).to_be_visible()
    expect(page).to_have_url("/elca/actions/?status=achieved")
    page.goto("/elca/actions/")
    page.get_by_text("Views", exact=False).first.press("Enter")
    page.get_by_role("link", name="Done by all").press("Enter")
    expect(page).to_have_url("/elca/actions/?status=achieved")
