"""Light and dark in a browser without scripts: by the system, by choice, and never on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from partners.models import Project

from .conftest import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LIGHT, DARK, PAPER = "rgb(245, 247, 249)", "rgb(15, 21, 29)", "rgb(255, 255, 255)"


def ground(page: Page) -> str:
    """The colour behind a page; without scripts a page still answers what it looks like."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_choice_goes_before_what_the_system_wishes(visit: Visit) -> None:
    page = visit("reader", scripts=False)
    page.goto("/elca/timeline/")
    for wish, colour in (("light", LIGHT), ("dark", DARK)):
        page.emulate_media(color_scheme=wish)  # type: ignore[arg-type]
        assert ground(page) == colour
    for choice, colour in (("Light", LIGHT), ("Dark", DARK), ("System", DARK)):
        page.locator(".menu--user > summary").click()
        page.locator(".menu--user").get_by_role("button", name=choice).click()
        page.wait_for_url("**/elca/timeline/")
        assert ground(page) == colour


def test_paper_is_white_and_holds_nothing_to_press(visit: Visit, elca: Project) -> None:
    page = visit("leader")
    page.emulate_media(color_scheme="dark")
    for url in ("/elca/", "/elca/kpis/4/", elca.actions.all()[0].get_absolute_url()):
        page.goto(url)
        page.emulate_media(media="screen")
        assert ground(page) == DARK
        page.emulate_media(media="print")
        assert ground(page) == PAPER
        assert page.locator("main").get_by_role("button").count() == 0
        for pressed in (".topbar", ".tabs", ".page-actions", ".btn"):
            assert [each for each in page.locator(pressed).all() if each.is_visible()] == []
        heads = page.locator(".data-table thead").all()
        shown = [head.evaluate("e => getComputedStyle(e).display") for head in heads]
        assert set(shown) <= {"table-header-group"}


def test_the_queue_takes_a_title_without_a_space(visit: Visit, elca: Project) -> None:
    elca.actions.update(review="draft")
    elca.actions.filter(pk=elca.actions.all()[0].pk).update(title="x" * 200, review="submitted")
    page = visit("leader", width=1280)
    page.goto("/elca/review/")
    table = page.locator(".data-table")
    box, panel = table.bounding_box(), page.locator("section.panel").bounding_box()
    assert box
    assert panel
    assert box["width"] <= panel["width"]
