"""The map and the network are used by keyboard, and say their names."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Visit

pytestmark = pytest.mark.browser


def test_a_country_and_an_organisation_open_by_keyboard(visit: Visit) -> None:
    page = visit("reader")
    page.goto("/elca/reach/")
    expect(page.get_by_role("group", name="Achieved actions reach 11 countries")).to_have_count(2)
    japan = page.get_by_role("link", name=re.compile("^Japan: 1 action"))
    japan.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 row", exact=True)).to_be_visible()
    expect(page.get_by_label("Country")).to_have_value("JP")
    page.go_back()
    page.get_by_role("link", name=re.compile("^AMZ, ")).focus()
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.querySelector('title').textContent")
    assert name.endswith("with AMZ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name.rpartition(": ")[0])


def test_the_tables_behind_open_by_keyboard(visit: Visit) -> None:
    page = visit("reader", width=390)
    page.goto("/elca/reach/")
    for words, heading in (
        ("The map as a table", "Country"),
        ("The network as a table", "Partner"),
    ):
        page.get_by_text(words).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("columnheader", name=heading, exact=True)).to_be_visible()
