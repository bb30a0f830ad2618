"""axe-core finds nothing on the main pages, wide and narrow, and nothing runs off the side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from actions.file_services import add_evidence_file
from kpis.services import set_deviation
from partners.models import Organisation, Project, User
from reports.models import Export
from tests.reports.words import template_of

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
        "/elca/reach/?of=all",
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
    page.get_by_role("button", name="Submit", exact=True).click()
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


def test_pages_of_the_report(visit: Visit, elca: Project, cast: dict[str, User]) -> None:
    for code in ("AMZ", "MAV"):
        set_deviation(
            indicator=elca.indicators.get(number=4),
            partner=elca.partners.get(code=code),
            text="Borders were closed.\n\nTwo companies wait.",
            user=cast["leader"],
        )
    page = visit("leader")
    found = []
    for address in [
        "/elca/report/file/?form=docx&as_of=2022-06-30&since=2022-07-01&partner=AMZ",
        "/elca/report/title-page/",
        "/elca/report/funder/",
        "/accessibility/",
        "/privacy/",
        "/elca/report/templates/report/",
        "/elca/report/templates/business/",
        "/elca/deviations/",
        "/elca/kpis/4/deviations/AMZ/",
    ]:
        page.goto(address)
        found += check(page, address)
    page.goto("/elca/report/templates/cooperation/")
    choose = page.get_by_label("Word template")
    for text in ("{{ project.acronim }}", "{{ project.acronym }}"):
        choose.set_input_files({"name": "own.docx", "mimeType": "", "buffer": template_of(text)})
        page.get_by_role("button", name="Use this template").click()
        found += check(page, f"template {text}")
    for address in ("cooperation/", "cooperation/built-in/"):
        page.goto(f"/elca/report/templates/{address}")
        found += check(page, address)
    page.goto("/elca/report/funder/")
    page.get_by_label("Disclaimer").fill("x" * 1001)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += check(page, "funder with errors")
    page.get_by_label("Disclaimer").fill("x" * 1000)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    found += check(page, "templates with history and a word of 1000 letters")
    assert found == []


def test_pages_of_files_of_evidence(visit: Visit, elca: Project, cast: dict[str, User]) -> None:
    action = elca.actions.filter(type__slug="sme-business")[0]
    file = SimpleUploadedFile(f"{'a long name of a scan ' * 8}.pdf", b"%PDF-1.7 x")
    kept = add_evidence_file(action=action, title="Signed", file=file, user=cast["leader"])
    page = visit("leader")
    page.goto(action.get_absolute_url())
    page.get_by_text("Attach a file").click()
    found = check(page, "agreement with a file and a form")
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += check(page, "file form with errors")
    for address in (f"/elca/actions/{action.pk}/files/", f"/elca/files/{kept.pk}/delete/"):
        page.goto(address)
        found += check(page, address)
    assert found == []


def test_pages_of_a_long_file(visit: Visit, elca: Project, cast: dict[str, User]) -> None:
    export = Export.objects.create(
        project=elca,
        user=cast["leader"],
        subject="report",
        ending="csv",
        name="ELCA-report-as-of-2022-06-30.csv",
        file=ContentFile(b"x", "x.csv"),
        fault="The report has 6000 rows: more than a PDF document can hold.",
    )
    page = visit("leader")
    found = []
    for state in Export.State.values:
        Export.objects.update(state=state, created_at=timezone.now())
        page.goto(export.get_absolute_url())
        found += check(page, f"export: {state}")
    Export.objects.update(state="working", created_at=timezone.now() - timedelta(minutes=5))
    page.goto(export.get_absolute_url())
    expect(page.get_by_text("The work was interrupted")).to_be_visible()
    found += check(page, "export: interrupted")
    page.goto("/elca/report/")
    found += check(page, "report with a long file")
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
