"""How the tests find what people see: the row of an indicator, and the cell under a heading."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from openpyxl import Workbook
    from playwright.sync_api import Download, Locator, Page


def indicator_row(page: Page, title: str) -> Locator:
    """The line of an indicator on the overview or on a partner's page."""
    return page.locator("#indicators tbody tr").filter(has_text=title)


def cell(row: Locator, heading: str) -> Locator:
    return row.locator(f'[data-label="{heading}"]')


def add_organisation(page: Page, words: str, option: str) -> None:
    """Type into the box of organisations and choose one of the suggestions."""
    page.get_by_role("combobox", name="Organisations").fill(words)
    page.get_by_role("listbox", name="Suggestions").get_by_role("option", name=option).click()


def open_more(page: Page) -> None:
    """Open what stands behind “More” in the form of a record, where it is closed."""
    more = page.locator("details.form-more")
    if more.get_attribute("open") is None:
        more.locator("summary").click()


def downloaded(download: Download, *, figures: bool = False) -> Workbook:
    """The workbook that was downloaded; the browser keeps it under a name of its own.

    With ``figures``, cells of formulas hold what the file says that they give.
    """
    content = BytesIO(download.path().read_bytes())
    return openpyxl.load_workbook(content, data_only=figures)


def tokens(page: Page) -> Locator:
    """The organisations chosen so far."""
    return page.locator(".token > span")
