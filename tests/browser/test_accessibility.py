"""axe-core finds nothing on the main pages, wide and narrow, and nothing runs off the side."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from partners.models import Organisation, Project

from .conftest import Visit

pytestmark = pytest.mark.browser

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Only what is wrong, quickly.
    "resultTypes": ["violations"],
    "preload": False,
}
WIDE, NARROW, NARROWEST = 1440, 390, 320


def check(page: Page, name: str) -> list[str]:
    """What is wrong with the page at each width, in words."""
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            found.append(f"{name} at {width}: {violation['id']}: {violation['help']} ({where})")
    for width in (NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{name} at {width}: needs {needed}")
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def test_pages_of_the_keepers(visit: Visit, elca: Project) -> None:
    page = visit()
    page.goto("/sign-in/")
    found = check(page, "sign-in")
    page = visit("admin")
    workshop = elca.actions.filter(type__slug="national-workshops")[0].get_absolute_url()
    organisation = Organisation.objects.get(project=elca, name="Composites United")
    for address in [
        "/elca/",
        "/elca/kpis/4/",
        "/elca/kpis/4/targets/",
        "/elca/partners/AMZ/",
        "/elca/timeline/",
        "/elca/actions/",
        "/elca/actions/new/",
        workshop,
        f"{workshop}edit/",
        "/elca/organisations/",
        organisation.get_absolute_url(),
        f"{organisation.get_absolute_url()}merge/",
        "/elca/report/",
        "/elca/import/",
    ]:
        page.goto(address)
        found += check(page, address)
    assert found == []


def test_pages_while_something_happens(visit: Visit, elca: Project) -> None:
    page = visit("amz")
    page.goto("/elca/matchmaking/new/matchmaking/")
    page.get_by_label("When", exact=True).fill("31.02.2022")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    found = check(page, "form with errors")
    box = page.get_by_role("combobox", name="Organisations")
    box.fill("Composites United")
    page.get_by_role("option", name="Composites United").click()
    box.fill("rail")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    found += check(page, "form with suggestions")

    page = visit("amz")
    page.locator(".menu--user > summary").click()
    found += check(page, "open menu")
    other = elca.actions.filter(type__slug="national-workshops", partners__code="POL")[0]
    page.goto(f"{other.get_absolute_url()}edit/")
    found += check(page, "not allowed")
    page.goto("/elca/actions/?q=nothing-is-called-so")
    found += check(page, "empty list")
    assert found == []


def test_the_watch_sees_what_must_not_happen(visit: Visit, watch: object) -> None:
    page = visit()
    page.goto("/sign-in/")
    assert watch.faults == []
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'changed'";
            document.body.append(script);
            setTimeout(() => { throw new Error("on purpose"); });
            fetch("https://example.invalid/").catch(() => {});
        }"""
    )
    page.wait_for_timeout(200)
    assert page.title().startswith("Sign in")
    said = "\n".join(watch.faults)
    assert "Content Security Policy" in said
    assert "on purpose" in said
    assert "example.invalid" in said
    watch.faults.clear()
