"""How much it takes to log a workshop: clicks and fields are counted, with and without a mouse."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from actions.models import Action
from partners.models import Project

from .conftest import Visit
from .looking import tokens
from .test_keyboard import skip_to_content, tab_to

pytestmark = pytest.mark.browser

WORKSHOPS = "National workshops with SMEs"
TITLE = "Light batteries for light vehicles"
MOST_FIELDS = 6
PLACES = ["14.03.2022, Dresden, on site"]


@dataclass
class Counter:
    """Does what a person does, and counts it."""

    page: Page
    clicks: int = 0
    fields: int = 0
    pages: int = 0

    def __post_init__(self) -> None:
        self.page.on("framenavigated", lambda _frame: self._another_page())

    def _another_page(self) -> None:
        self.pages += 1

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=label != "Title").fill(value)
        self.fields += 1

    def select(self, label: str, choice: str) -> None:
        self.page.get_by_label(label).select_option(label=choice)
        self.fields += 1


def logged(project: Project) -> Action:
    """The workshop that was logged, which has all that a workshop needs."""
    found: Action = project.actions.get(title=TITLE)
    assert found.type.slug == "national-workshops"
    assert found.status == "achieved"
    assert [str(one.data) for one in found.occasions.all()] == PLACES
    assert [one.code for one in found.partners.all()] == ["AMZ"]
    assert [one.name for one in found.organisations.all()] == ["Composites United"]
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_logging_a_workshop_takes_three_clicks_one_page_and_few_fields(
    visit: Visit, elca: Project, scripts: bool
) -> None:
    page = visit("amz", scripts=scripts)
    page.goto("/elca/")
    person = Counter(page)
    person.click(page.get_by_role("link", name="Log an action"))
    person.click(page.get_by_role("link", name=WORKSHOPS))
    form = page.url
    person.fill("Title", TITLE)
    person.fill("When", "14.03.2022, Dresden")
    person.fill("Organisations", "Composites United")
    person.select("Status", "Held")
    assert page.url == form
    person.click(page.get_by_role("button", name="Submit", exact=True))
    expect(page.get_by_text(f"Saved: T7-11 {TITLE}")).to_be_visible()
    logged(elca)
    assert person.clicks == 3
    assert person.fields == 4 <= MOST_FIELDS
    assert person.pages == 3  # the kinds, the form, what was logged


def test_logging_a_workshop_by_keyboard_with_a_recent_organisation(
    visit: Visit, elca: Project
) -> None:
    page = visit("amz")
    page.goto("/elca/")
    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name="Log an action"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an action")
    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name=WORKSHOPS))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an event")
    skip_to_content(page)
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type(TITLE)
    tab_to(page, page.get_by_label("When", exact=True))
    page.keyboard.type("14.03.2022, Dresden")
    expect(page.locator("[data-understood]").first).to_have_text(
        "Understood: 14 Mar 2022 · Dresden · on site"
    )
    tab_to(page, page.get_by_role("combobox", name="Organisations"))
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_count(8)
    first = options.first.text_content() or ""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(tokens(page)).to_have_text([first])
    tab_to(page, page.get_by_label("Status"))
    page.keyboard.type("Held")
    tab_to(page, page.get_by_role("button", name="Submit", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Saved: T7-11 {TITLE}")).to_be_visible()
    found = elca.actions.get(title=TITLE)
    assert [one.name for one in found.organisations.all()] == [first]
    assert [str(one.data) for one in found.occasions.all()] == PLACES


def test_another_like_this_and_its_date_that_is_no_day(visit: Visit, elca: Project) -> None:
    page = visit("amz")
    page.goto("/elca/events/new/national-workshops/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("When", exact=True).fill("14.03.2022, Dresden")
    page.get_by_role("combobox", name="Organisations").fill("Composites United")
    page.get_by_label("Status").select_option(label="Held")
    page.get_by_role("button", name="Submit and add another like this").click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("")
    expect(page.get_by_label("When", exact=True)).to_have_value("")
    expect(page.get_by_label("Place")).to_have_value("Dresden")
    expect(tokens(page)).to_have_text(["Composites United"])
    page.get_by_label("When", exact=True).fill("31.02.2022")
    said = page.locator("[data-understood]").first
    expect(said).to_have_text("“31.02.2022” is not a day in the calendar.")
    page.get_by_label("When", exact=True).fill("28.02.2022")
    expect(said).to_have_text("Understood: 28 Feb 2022")
    page.get_by_label("Title").fill("Another")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Saved: T7-12 Another")).to_be_visible()
    logged(elca)
    another = elca.actions.get(title="Another")
    assert [str(one.data) for one in another.occasions.all()] == ["28.02.2022, Dresden, on site"]


@pytest.mark.parametrize("scripts", [True, False])
def test_status_and_date_from_the_list_and_back_to_its_row(
    visit: Visit, elca: Project, scripts: bool
) -> None:
    page = visit("amz", scripts=scripts)
    page.goto("/elca/events/?partner=AMZ&sort=title")
    row = page.locator("tbody tr[id]").nth(1)
    key = (row.get_attribute("id") or "").removeprefix("row-")
    row.locator("a[data-quick]").click()
    if scripts:
        expect(page.locator("form.form--quick").get_by_label("Status")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("[data-quick-row]")).to_have_count(0)
        expect(row.locator("a[data-quick]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-quick-row]")).to_have_count(1)
    form = page.locator("form.form--quick")
    form.get_by_label("Status").select_option(label="Cancelled")
    form.get_by_label("When", exact=True).first.fill("05.2022")
    form.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/elca/events/?partner=AMZ&sort=title#row-{key}")
    expect(page.locator(f"#row-{key}")).to_contain_text("Cancelled")
    expect(page.locator(f"#row-{key}")).to_contain_text("May 2022")
    assert elca.actions.get(pk=key).status == "dropped"


@pytest.mark.parametrize("scripts", [True, False])
def test_several_rows_at_once(visit: Visit, elca: Project, scripts: bool) -> None:
    page = visit("amz", scripts=scripts)
    page.goto("/elca/events/?partner=AMZ")
    page.get_by_text("Tick all on this page").click()
    expect(page.locator("input[name=ticked]:checked")).to_have_count(6)
    expect(page.get_by_text("Tick none")).to_be_visible()
    page.locator("input[name=ticked]").last.uncheck()
    page.get_by_role("button", name="Change the ticked rows").click()
    page.get_by_label("Mission").select_option(label="Dubai")
    page.get_by_label("Why").fill("Part of the journey")
    page.get_by_role("button", name="Show what will change").click()
    expect(page.locator("tr.row--changed")).to_have_count(5)
    page.get_by_role("button", name="Change 5 rows").click()
    expect(page.get_by_role("status").filter(has_text="5 rows were changed.")).to_be_visible()
    assert "partner=AMZ" in page.url
    changed = elca.actions.filter(mission__name="Dubai", type__record="event")
    assert changed.filter(partners__code="AMZ").count() == 5
