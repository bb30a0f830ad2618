"""An administrator brings a doubtful file in: columns, answers on the spot, applied, taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Project
from reports.models import Import

from .conftest import Visit
from .looking import cell, indicator_row
from .test_accessibility import check

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

WIDE, NARROW = 1280, 390
WORKSHOPS = "National workshops with SMEs"
# Nobody knows the heading of the third column, the partner of two rows, the day of one.
FILE = """6. National workshops with SMEs;Responsible;Zzyx;Dates & Location
Batteries for light vehicles;AMZ;About batteries;03.03.2022, Dresden
Hulls of ships;XYZ;About hulls;31.02.2022
Wings and rotors;XYZ;About wings;05.05.2022
"""


def upload(page: Page, name: str = "doubtful.csv", content: str = FILE) -> None:
    page.goto("/elca/import/")
    page.get_by_label("Spreadsheet or document").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Show what would happen").click()


def choose_column(page: Page) -> None:
    """Say on the page of the mapping what the unknown column holds."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Tables and columns")
    expect(page.get_by_text("Please check")).to_be_visible()
    page.get_by_label("What Zzyx holds").select_option(label="Description")
    page.get_by_role("button", name="Go on to the preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("doubtful.csv")


def effect(page: Page) -> Locator:
    return page.get_by_role("region", name="Effect on the indicators").locator("tbody td")


def figures(page: Page) -> list[str]:
    """The figure of every indicator on the overview."""
    page.goto("/elca/")
    return page.locator('#indicators tbody [data-label="Achieved"]').all_inner_texts()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_doubtful_file_is_answered_applied_and_taken_back(visit: Visit, width: int) -> None:
    page = visit("admin", width=width)
    before = figures(page)
    achieved = int(cell(indicator_row(page, WORKSHOPS), "Achieved").inner_text())

    upload(page)
    choose_column(page)
    expect(page.get_by_text("2 rows wait for an answer: nothing has been written")).to_be_visible()
    expect(effect(page)).to_have_text(["6", str(achieved), str(achieved + 1)])
    asked = page.get_by_label("Wherever it says “XYZ”, read")
    expect(asked).to_have_count(1)
    expect(page.get_by_text("Asked above")).to_have_count(1)
    asked.select_option("MAV")
    page.get_by_label("In row 3, read instead").fill("28.02.2022")
    page.get_by_role("button", name="Save the answers and look again").click()
    expect(page.get_by_text("No row waits any more")).to_be_visible()
    expect(effect(page)).to_have_text(["6", str(achieved), str(achieved + 3)])
    assert figures(page) == before

    page.go_back()
    page.get_by_role("button", name="Apply all 3 rows").click()
    expect(page.get_by_role("status")).to_have_text("Imported. New: 3, changed: 0.")
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    address = page.url
    page.get_by_role("link", name="Hulls of ships").click()
    expect(page.get_by_role("main")).to_contain_text("28 Feb 2022")
    expect(page.get_by_role("main")).to_contain_text("About hulls")
    assert figures(page) != before
    expect(cell(indicator_row(page, WORKSHOPS), "Achieved")).to_have_text(str(achieved + 3))

    page.goto(address)
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("It wrote 3 rows.")).to_be_visible()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("status")).to_have_text("The import was undone.")
    expect(page.get_by_text("3 rows were taken back")).to_be_visible()
    assert figures(page) == before


def tab_to(page: Page, words: str) -> None:
    """Go on with the Tab key until the control of this label or these words has the focus."""
    for _step in range(80):
        page.keyboard.press("Tab")
        said: str = page.evaluate(
            """() => {
                const on = document.activeElement;
                return on.labels && on.labels.length ? on.labels[0].textContent : on.textContent;
            }"""
        )
        if words in said:
            return
    raise AssertionError(f"“{words}” is out of reach by keyboard")


def test_questions_are_answered_by_keyboard(visit: Visit) -> None:
    page = visit("admin", width=WIDE)
    upload(page)
    choose_column(page)
    tab_to(page, "Answer here, without another upload")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*show=waiting*")
    tab_to(page, "Wherever it says “XYZ”")
    page.keyboard.type("BIC")
    tab_to(page, "In row 3, read instead")
    page.keyboard.press("Control+A")
    page.keyboard.type("28.02.2022, Leipzig")
    tab_to(page, "What becomes of row 4")
    page.keyboard.type("Leave")
    tab_to(page, "Save the answers and look again")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No row waits any more")).to_be_visible()
    expect(page.locator(".stat-value")).to_have_text(["2", "0", "0", "0"])
    page.get_by_role("link", name="Left out 1").click()
    page.wait_for_url("**/*show=left_out*")
    expect(page.get_by_label("What becomes of row 4")).to_have_value("leave_out")
    tab_to(page, "Forget all answers")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 rows still wait for one")).to_be_visible()


def test_a_newcomer_without_scripts_gets_through(visit: Visit) -> None:
    page = visit("admin", width=NARROW, scripts=False)
    upload(page)
    choose_column(page)
    page.get_by_label("What becomes of row 3").select_option(label="Leave this row out")
    page.get_by_label("Wherever it says “XYZ”, read").select_option("AMZ")
    page.get_by_role("button", name="Save the answers and look again").click()
    page.get_by_role("button", name="Apply all 2 rows").click()
    expect(page.get_by_role("status")).to_have_text("Imported. New: 2, changed: 0.")


def test_answers_are_not_lost_by_leaving_the_page(visit: Visit) -> None:
    page = visit("admin", width=WIDE)
    upload(page)
    choose_column(page)
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("In row 3, read instead").fill("28.02.2022")
    page.get_by_role("link", name="To be written").click(no_wait_after=True)
    expect(page.get_by_label("In row 3, read instead")).to_have_value("28.02.2022")
    assert asked == ["beforeunload"]


def test_every_page_of_an_import_can_be_used_by_everybody(visit: Visit, elca: Project) -> None:
    page = visit("admin")
    page.goto("/elca/import/")
    page.get_by_text("One for each table").click()
    found = check(page, "upload")
    upload(page)
    found += check(page, "mapping")
    choose_column(page)
    address = page.url
    for words in page.get_by_text("As it was written").all():
        words.click()
    found += check(page, "preview with questions")
    for show in ("to_write", "all"):
        page.goto(f"{address}?show={show}")
        found += check(page, f"preview: {show}")
    page.get_by_role("button", name="Apply only the 1 row that is clear").click()
    found += check(page, "applied")
    page.get_by_role("link", name="Undo this import").click()
    found += check(page, "undo")
    page.get_by_role("button", name="Undo the import").click()
    found += check(page, "undone")
    record = Import.objects.of(elca).latest("pk")
    at_work(record, Import.State.APPLYING)
    page.goto(address)
    found += check(page, "progress")
    at_work(record, Import.State.APPLYING, minutes_ago=5)
    page.goto(address)
    found += check(page, "interrupted")
    record.state, record.fault = Import.State.FAILED, "The file cannot be opened."
    record.save()
    page.goto(address)
    found += check(page, "failed")
    assert found == []


# Long work


def at_work(record: Import, state: str, *, minutes_ago: int = 0) -> None:
    record.state, record.worked_at = state, timezone.now() - timedelta(minutes=minutes_ago)
    record.save()


def tell(record: Import, done: int, total: int) -> Path:
    path = Path(f"{record.file.path}.progress")
    path.write_text(json.dumps({"done": done, "total": total}))
    return path


def test_a_long_import_goes_on_while_the_page_is_closed(visit: Visit, elca: Project) -> None:
    page = visit("admin")
    upload(page, content=FILE.replace("XYZ", "MAV").replace("31.02", "28.02"))
    choose_column(page)
    address = page.url
    record = Import.objects.of(elca).latest("pk")
    at_work(record, Import.State.APPLYING)
    sign = tell(record, 25, 100)

    page.goto(address)
    bar = page.get_by_role("progressbar", name="How far it is")
    expect(bar).to_have_attribute("value", "25")
    expect(page.get_by_text("The work goes on when you close this page")).to_be_visible()
    tell(record, 75, 100)
    expect(bar).to_have_attribute("value", "75")
    expect(page.get_by_text("75 %")).to_be_visible()

    page.goto("/elca/import/")
    expect(page.get_by_text("Being applied")).to_be_visible()
    page.get_by_role("link", name="doubtful.csv").click()
    expect(bar).to_be_visible()
    Import.objects.filter(pk=record.pk).update(state=Import.State.READY)
    sign.unlink()
    expect(page.get_by_role("button", name="Apply all 3 rows")).to_be_visible()


@pytest.fixture
def processes_of_their_own(settings: Any, like_this_process: None) -> None:  # noqa: ARG001
    """Work on every import in a process of its own, on the database and the files of the test."""
    settings.IMPORT_AT_ONCE_BYTES = 0


@pytest.mark.usefixtures("processes_of_their_own")
def test_a_process_of_its_own_does_the_work(visit: Visit, elca: Project) -> None:
    page = visit("admin")
    before = figures(page)
    upload(page, content=FILE.replace("XYZ", "MAV").replace("31.02", "28.02"))
    expect(page.get_by_role("heading", level=1)).to_have_text("doubtful.csv")
    # The page is closed; whoever comes back finds the work done.
    page.goto("/elca/")
    for _look in range(60):
        if Import.objects.of(elca).latest("pk").state == Import.State.READY:
            break
        page.wait_for_timeout(500)
    page.goto("/elca/import/")
    page.get_by_role("link", name="doubtful.csv").click()
    apply = page.get_by_role("button", name="Apply all 3 rows")
    apply.click()
    # The page asks by itself, and shows what was done when it is done.
    expect(page.get_by_text("This is what was done.")).to_be_visible(timeout=30_000)
    assert figures(page) != before


def test_work_that_was_interrupted_is_started_again(visit: Visit, elca: Project) -> None:
    page = visit("admin")
    upload(page)
    choose_column(page)
    record = Import.objects.of(elca).latest("pk")
    at_work(record, Import.State.APPLYING, minutes_ago=5)
    page.reload()
    expect(page.get_by_text("The work was interrupted")).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_text("2 rows wait for an answer")).to_be_visible()
