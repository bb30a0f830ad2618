"""A reader sees everything, takes it out, and can change nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from kpis.models import Deadline
from partners.models import Organisation, Project

from .conftest import Visit
from .looking import downloaded

pytestmark = pytest.mark.browser

# Addresses that change something, as they end.
CHANGES = ("/new/", "/edit/", "/delete/", "/merge/", "/exclude/", "/targets/", "/import/")


def addresses(project: Project) -> list[str]:
    """A page of every kind that a reader may open."""
    actions = [
        project.actions.filter(type__slug=slug).order_by("pk")[0].get_absolute_url()
        for slug in ("cluster-networks", "sme-cooperation", "national-workshops", "matchmaking")
    ]
    lists = ["actions", "agreements", "events", "matchmaking", "organisations"]
    organisation = Organisation.objects.filter(project=project)[0]
    return [
        "/elca/",
        "/elca/kpis/4/",
        "/elca/partners/AMZ/",
        "/elca/timeline/",
        "/elca/report/",
        *(f"/elca/{name}/" for name in lists),
        *actions,
        organisation.get_absolute_url(),
    ]


def post(page: Page, address: str, fields: dict[str, str]) -> tuple[int, str]:
    """Send a form that the page does not offer, with everything that a real one would carry."""
    (token,) = [c["value"] for c in page.context.cookies() if c["name"] == "csrftoken"]
    answer = page.request.post(address, form={**fields, "csrfmiddlewaretoken": token})
    return answer.status, answer.text()


def test_reader_sees_everything_and_can_change_nothing(visit: Visit, elca: Project) -> None:
    page = visit("reader")
    expect(page.get_by_role("navigation", name="Main")).not_to_contain_text("Import")
    for address in addresses(elca):
        answer = page.goto(address)
        assert answer
        assert answer.status == 200, address
        expect(page.get_by_role("heading", level=1)).not_to_be_empty()
        links = page.locator("a[href]:not(svg a)").evaluate_all(
            "links => links.map(a => a.pathname)"
        )
        assert [link for link in links if link.endswith(CHANGES)] == [], address
        # A reader may sign out, choose a language, between light and dark, and keep a view.
        forms = page.locator("form[method=post]").evaluate_all(
            "forms => forms.map(form => new URL(form.action).pathname)"
        )
        own = {"/sign-out/", "/theme/", "/language/", "/elca/views/new/"}
        assert set(forms) <= own, address
        assert page.locator("main select[data-autosubmit]").count() == 0, address

    action = elca.actions.filter(type__slug="national-workshops")[0]
    organisation = Organisation.objects.filter(project=elca)[0]
    deadline = Deadline.objects.filter(project=elca, status="open")[0]
    for address, fields in [
        (f"{action.get_absolute_url()}edit/", {"title": "Changed"}),
        (f"{action.get_absolute_url()}delete/", {}),
        (f"{action.get_absolute_url()}exclude/", {"reason": "No"}),
        ("/elca/events/new/national-workshops/", {"title": "Added"}),
        (f"{organisation.get_absolute_url()}edit/", {"name": "Changed"}),
        (f"{organisation.get_absolute_url()}delete/", {}),
        (f"{organisation.get_absolute_url()}merge/", {"into": "1"}),
        (f"/elca/timeline/{deadline.pk}/", {"status": "done"}),
        ("/elca/kpis/4/targets/", {"AMZ": "9"}),
        ("/elca/import/", {}),
    ]:
        status, text = post(page, address, fields)
        assert status == 403, address
        assert "Your role in this project does not allow this" in text, address
    action.refresh_from_db()
    deadline.refresh_from_db()
    assert (action.title, action.excluded, deadline.status) != ("Changed", True, "done")
    assert elca.actions.count() == 104


def test_reader_exports_and_signs_out(visit: Visit) -> None:
    page = visit("reader")
    page.goto("/elca/report/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    book = downloaded(download.value, figures=True)
    assert [row[4] for row in book["Table 0"].values][1:11] == [18, 4, 7, 6, 2, 10, 9, 7, 5, 3]
    page.goto("/elca/agreements/?status=achieved")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Excel").click()
    (sheet,) = downloaded(download.value).worksheets
    assert sheet.max_row == 1 + 4 + 7 + 6 + 2

    page.locator(".menu--user > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/elca/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
