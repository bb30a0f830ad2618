"""Takes the pictures of the documentation: the ELCA project on a fixed day, wide and narrow.

    python -m tests.pictures [NAME ...]

Nothing of an installation is touched: the database is a temporary one. The day is fixed, so that
a picture changes only when the page does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch
from zoneinfo import ZoneInfo

import openpyxl

from tests.browser.chromium import chromium
from tests.browser.looking import open_more

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

    from partners.models import Project

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
NOW = datetime(2023, 1, 16, 10, 0, tzinfo=ZoneInfo("Europe/Madrid"))
PASSWORD = "only-for-pictures"
SIZES = {"wide": 1440, "narrow": 390}
MOST_HEIGHT = 1600  # where a long page is cut
MOST_BYTES = 250_000


def fill_in_workshop(page: Page) -> None:
    """Type a sample workshop with two occasions."""
    page.get_by_label("Title").fill("Light batteries for light vehicles")
    page.get_by_label("Status").select_option(label="Held")
    for name in ("Railgrup", "Composites United"):
        page.get_by_label("Organisations", exact=True).fill(name)
        page.get_by_role("listbox", name="Suggestions").get_by_role("option").first.click()
    open_more(page)
    page.get_by_label("Mission").select_option(label="Dubai")
    page.get_by_label("Description").fill(
        "What the Dubai mission offers to makers of battery housings, and how to take part."
    )
    page.locator("#id_occasions-0-when").fill("24.11.2022")
    page.locator("#id_occasions-0-mode").select_option(label="on site")
    page.locator("#id_occasions-0-place").fill("Dresden")
    page.locator("#id_occasions-0-country").select_option(label="Germany")
    page.locator("[data-prefix=occasions] [data-add-row]").click()
    page.locator("#id_occasions-1-when").fill("01.12.2022")
    page.locator("#id_occasions-1-mode").select_option(label="online")
    page.get_by_label("Participants").fill("34")
    page.get_by_label("SMEs").fill("21")


def upload_edited_report(page: Page) -> None:
    """Bring the report back with one row changed and one row new, as far as the preview."""
    answer = page.request.get("/elca/report/file/")
    book = openpyxl.load_workbook(BytesIO(answer.body()))
    sheet = book["Table 7"]
    titles = 1
    sheet.append([cell.value for cell in sheet[2]][:-1])
    sheet.cell(sheet.max_row, titles).value = "Light batteries for light vehicles"
    sheet.cell(3, titles).value = "Composite workshop"
    out = BytesIO()
    book.save(out)
    page.goto("/elca/import/")
    page.get_by_label("Spreadsheet or document").set_input_files(
        {
            "name": "ELCA-report.xlsx",
            "mimeType": "application/octet-stream",
            "buffer": out.getvalue(),
        }
    )
    page.get_by_role("button", name="Show what would happen").click()


def explain_shortfall(page: Page) -> None:
    """Write why two partners are short of an indicator."""
    words = {
        "POL": "Four Japanese companies were found in 2022; talks go on, none has signed yet.",
        "MECH": "One agreement is signed. Two more wait for the approval of the companies' boards.",
    }
    for code, text in words.items():
        page.goto(f"/elca/kpis/4/deviations/{code}/")
        page.get_by_role("textbox").fill(text)
        page.get_by_role("button", name="Save").click()
    page.goto("/elca/deviations/")


def stay(_page: Page) -> None:
    """Take the page as it opens."""


# name of the picture: who looks, address, what is done there first
PICTURES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "overview": ("leader", "/elca/", stay),
    "indicator": ("leader", "/elca/kpis/4/", stay),
    "partner": ("mav", "/elca/partners/MAV/", stay),
    "timeline": ("leader", "/elca/timeline/", stay),
    "list": ("amz", "/elca/actions/", stay),
    "form": ("amz", "/elca/events/new/national-workshops/", fill_in_workshop),
    "sign-in": ("", "/sign-in/", stay),
    "import": ("admin", "/elca/import/", upload_edited_report),
    "report": ("leader", "/elca/report/", stay),
    "deviations": ("leader", "/elca/deviations/", explain_shortfall),
}


@contextmanager
def application() -> Iterator[str]:
    """Serve the ELCA project from a temporary database, every clock at NOW; gives the address."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.test.runner import DiscoverRunner
    from pytest_django.live_server_helper import LiveServer

    from kpis.loading import load_project

    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    with patch("django.utils.timezone.now", lambda: NOW):
        create_users(load_project(ROOT / "fixtures" / "elca").project)
        server = LiveServer("localhost")
        try:
            yield server.url
        finally:
            server.stop()
            runner.teardown_databases(databases)
            runner.teardown_test_environment()


def create_users(project: Project) -> None:
    """Create everyone who looks at a picture."""
    from partners.models import Membership, User
    from partners.roles import Role

    partners = {partner.code: partner for partner in project.partners.all()}
    roles = {
        "leader": (Role.LEADER, partners["MAV"]),
        "mav": (Role.PARTNER, partners["MAV"]),
        "amz": (Role.PARTNER, partners["AMZ"]),
        "admin": (Role.ADMIN, None),
        "reader": (Role.READER, None),
    }
    for name, (role, partner) in roles.items():
        user = User.objects.create_user(name, password=PASSWORD)
        Membership.objects.create(project=project, user=user, role=role, partner=partner)


def take(browser: Browser, address: str, name: str, size: str) -> int:
    """Take one picture and give its size in bytes."""
    who, path, prepare = PICTURES[name]
    width = SIZES[size]
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, locale="en-GB"
    )
    page = context.new_page()
    if who:
        page.goto("/sign-in/")
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    page.goto(path)
    prepare(page)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")
    # A window as tall as the page: what sticks to its edges lies where it belongs.
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    target = FOLDER / f"{name}-{size}.png"
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, MOST_HEIGHT)}
    page.screenshot(path=target, clip=clip, animations="disabled")
    context.close()
    return target.stat().st_size


def main(names: list[str]) -> int:
    """Take the named pictures, or all; 1 where one is larger than a document should carry."""
    unknown = set(names) - set(PICTURES)
    if unknown:
        sys.exit(f"No such picture: {', '.join(sorted(unknown))}. There are: {', '.join(PICTURES)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    heavy = False
    with application() as address, chromium() as browser:
        for name in names or PICTURES:
            for size in SIZES:
                taken = take(browser, address, name, size)
                heavy = heavy or taken > MOST_BYTES
                sys.stdout.write(f"{name}-{size}.png  {taken // 1000} kB\n")
    return int(heavy)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
