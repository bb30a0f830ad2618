"""People take the report out, keep its templates, attach scans and say why a target was missed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.document import Document
from playwright.sync_api import Dialog, Download, Page, expect

from agreements.models import Agreement
from kpis.progress import project_progress
from partners.models import Project
from reports.models import Export
from reports.writing import formats
from tests.reports.words import tables_by_caption, template_of, texts

from .conftest import Visit
from .test_keyboard import skip_to_content, tab_to

pytestmark = pytest.mark.browser

WIDE, NARROW = 1280, 390
DAY = date(2022, 6, 30)
WORD = "Word document (.docx)"
SCAN = "scan of the agreement.pdf"
PDF_TYPE = "application/pdf"
WORDS = "Four companies were found in 2022;\ntwo still wait for their boards: żółć, señor 🏭"


def content(download: Download) -> bytes:
    return download.path().read_bytes()


def figures_in_workbook(data: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    heading, *rows = book["Table 0"].iter_rows(values_only=True)
    return [str(row[heading.index("Achieved")]) for row in rows if isinstance(row[0], int)]


def figures_in_word(data: bytes) -> list[str]:
    tables = tables_by_caption(docx.Document(io.BytesIO(data)))
    heading, *rows = next(rows for name, rows in tables.items() if name.startswith("Table 0"))
    return [row[heading.index("Achieved")] for row in rows if row[0].isdigit()]


def figures_in_csv(data: bytes) -> list[str]:
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    start = next(n for n, line in enumerate(lines) if line[:1] == ["number"])
    column = lines[start].index("achieved")
    found = []
    for line in lines[start + 1 :]:
        if not line or not line[0].isdigit():
            break
        found.append(line[column] or "–")
    return found


def figures_in_zip(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        return figures_in_csv(packed.read("indicators.csv"))


def figures_in_pdf(data: bytes) -> list[str]:
    """Nothing of a page says which column a word is in: the figures that must be there, are."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    said = "".join(page.extract_text() for page in reader.pages)
    assert "As of 30.06.2022" in said
    assert "AMZ Saxony" in said
    assert reader.outline
    return []


FORMS: dict[str, tuple[str, Callable[[bytes], list[str]]]] = {
    "Excel workbook (.xlsx)": ("xlsx", figures_in_workbook),
    WORD: ("docx", figures_in_word),
    "PDF document (.pdf)": ("pdf", figures_in_pdf),
    "CSV files (.zip)": ("zip", figures_in_zip),
    "One CSV file (.csv)": ("csv", figures_in_csv),
}


def download_report(page: Page) -> Download:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    return download.value


def word_report(page: Page) -> Document:
    page.goto("/elca/report/")
    page.get_by_role("radio", name=WORD).check()
    return docx.Document(io.BytesIO(content(download_report(page))))


def expected_figures(elca: Project) -> list[str]:
    lines = project_progress(elca, as_of=DAY).lines
    shown = [line.partners["AMZ"].shown for line in lines]
    return ["–" if figure is None else str(figure) for figure in shown]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_leader_downloads_every_form(visit: Visit, elca: Project, width: int) -> None:
    page = visit("leader", width=width)
    page.goto("/elca/report/")
    page.get_by_label("As of").fill(DAY.isoformat())
    page.get_by_label("Partner").select_option("AMZ")
    for label, (ending, figures) in FORMS.items():
        page.get_by_role("radio", name=label).check()
        file = download_report(page)
        assert file.suggested_filename == f"ELCA-report-AMZ-as-of-2022-06-30.{ending}"
        found = figures(content(file))
        assert found == (expected_figures(elca) if ending != "pdf" else [])
    # What was asked for still stands there, for the next form.
    expect(page.get_by_label("As of")).to_have_value("2022-06-30")
    expect(page.get_by_label("Partner")).to_have_value("AMZ")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_wrong_day_is_told_and_nothing_is_lost(visit: Visit, width: int) -> None:
    page = visit("leader", width=width)
    page.goto("/elca/report/")
    page.get_by_role("radio", name=WORD).check()
    page.get_by_label("As of").fill("2022-06-30")
    page.get_by_label("Since").fill("2022-07-01")
    page.get_by_label("Partner").select_option("MAV")
    page.get_by_role("button", name="Download the report").click()
    message = "The period begins after the day of the report."
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(message)
    expect(page.locator(".field--error")).to_have_count(1)
    expect(page.locator(".field--error")).to_contain_text(message)
    expect(page.get_by_label("Since")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("radio", name=WORD)).to_be_checked()
    expect(page.get_by_label("As of")).to_have_value("2022-06-30")
    expect(page.get_by_label("Since")).to_have_value("2022-07-01")
    expect(page.get_by_label("Partner")).to_have_value("MAV")
    summary.get_by_role("link", name="Since").click()
    expect(page.get_by_label("Since")).to_be_focused()
    page.get_by_label("Since").fill("2022-01-01")
    assert download_report(page).suggested_filename.endswith("-2022-01-01-to-2022-06-30.docx")


# Word templates


def choose(page: Page, label: str, name: str, buffer: bytes, kind: str = "") -> None:
    page.get_by_label(label).set_input_files({"name": name, "mimeType": kind, "buffer": buffer})


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_template_is_tried_used_and_left_again(visit: Visit, width: int) -> None:
    page = visit("leader", width=width)
    page.goto("/elca/report/")
    page.get_by_role("link", name="Title page and Word templates").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Report"))
    row.get_by_role("link", name="Upload or change").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="The built-in template").click()
    built_in = docx.Document(io.BytesIO(content(download.value)))
    assert any("{{p indicators }}" in text for text in texts(built_in))

    use = page.get_by_role("button", name="Use this template")
    use.click()
    expect(page.locator(".field--error")).to_contain_text("This field is required.")
    choose(page, "Word template", "broken.docx", template_of("{{ project.acronim }}"))
    use.click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator(".field--error")).to_contain_text("{{ project.acronim }}")
    expect(page.locator(".field--error")).to_contain_text("“project.acronym” meant")
    expect(page.locator(".lead")).to_contain_text("In use: the built-in template")

    own = template_of("Our own look of {{ project.acronym }}", "{{p indicators }}")
    choose(page, "Word template", "our look.docx", own)
    use.click()
    expect(page.get_by_role("status")).to_contain_text("with this template from now on")
    expect(row).to_contain_text("our look.docx")
    assert texts(word_report(page))[0] == "Our own look of ELCA"

    page.goto("/elca/report/templates/report/")
    with page.expect_download() as download:
        page.get_by_role("link", name="our look.docx").click()
    assert content(download.value) == own
    page.get_by_role("link", name="Go back to the built-in one").click()
    page.get_by_role("button", name="Use the built-in template").click()
    expect(page.get_by_role("status")).to_contain_text("with the built-in template again")
    assert texts(word_report(page))[0] == "Deliverable D3.2"


# Agreements and files of evidence


def scan() -> bytes:
    """A small PDF of one blank page."""
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_document_goes_out_and_its_scan_comes_back(
    visit: Visit, elca: Project, width: int
) -> None:
    agreement = Agreement.objects.get(project=elca, reference="T6-01")
    page = visit("leader", width=width)
    page.goto(agreement.get_absolute_url())
    with page.expect_download() as download:
        page.get_by_role("link", name="Agreement as a Word file").click()
    assert download.value.suggested_filename == "ELCA-agreement-T6-01.docx"
    document = docx.Document(io.BytesIO(content(download.value)))
    assert texts(document)[:2] == ["Business agreement", agreement.title]

    page.get_by_text("Attach a file").click()
    page.get_by_label("What it is").fill("Signed agreement")
    choose(page, "File", SCAN, scan(), PDF_TYPE)
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_role("status")).to_contain_text(f"Attached: Signed agreement ({SCAN})")
    with page.expect_download() as download:
        page.locator("#evidence").get_by_role("link", name="Signed agreement", exact=True).click()
    assert download.value.suggested_filename == SCAN
    assert content(download.value) == scan()

    remove = page.get_by_role("link", name="Remove Signed agreement")
    remove.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove this file?")
    page.get_by_role("link", name="Keep it").click()
    remove.click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("Removed: Signed agreement")
    expect(remove).to_have_count(0)


def test_a_file_that_is_none_is_told_and_its_name_kept(visit: Visit, elca: Project) -> None:
    agreement = Agreement.objects.get(project=elca, reference="T6-01")
    page = visit("leader", width=NARROW)
    page.goto(agreement.get_absolute_url())
    page.get_by_text("Attach a file").click()
    page.get_by_label("What it is").fill("Signed agreement")
    choose(page, "File", "scan.pdf", b"no PDF", PDF_TYPE)
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_role("alert")).to_contain_text("the content is not a PDF document")
    expect(page.get_by_text("please choose it again")).to_be_visible()
    expect(page.get_by_label("What it is")).to_have_value("Signed agreement")


# Deviations


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_partner_says_why_and_the_report_repeats_it(visit: Visit, width: int) -> None:
    page = visit("amz", width=width)
    page.goto("/elca/deviations/")
    panel = page.locator("#kpi-4")
    expect(panel.locator("a.btn")).to_have_count(1)  # of the own partner alone
    panel.get_by_role("link", name="AMZ on KPI 4").click()
    page.get_by_role("textbox").fill(WORDS)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: the words of AMZ on KPI 4.")
    expect(panel.locator(".prose")).to_have_text(WORDS)
    said = "\n".join(p.text for p in paragraphs_of(word_report(page)))
    for line in WORDS.splitlines():
        assert line in said


def paragraphs_of(document: Document) -> list[Any]:
    """The paragraphs of the body and of all its tables."""
    cells = [c for table in document.tables for row in table.rows for c in row.cells]
    return [*document.paragraphs, *(p for c in cells for p in c.paragraphs)]


def test_leaving_with_unsaved_words_is_asked_about(visit: Visit) -> None:
    page = visit("amz")
    page.goto("/elca/kpis/4/deviations/AMZ/")
    page.get_by_role("textbox").fill(WORDS)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("textbox")).to_have_value(WORDS)
    assert asked == ["beforeunload"]


def test_a_reader_is_offered_nothing_to_change(visit: Visit, elca: Project) -> None:
    agreement = Agreement.objects.get(project=elca, reference="T6-01")
    page = visit("reader", width=WIDE)
    page.goto("/elca/deviations/")
    expect(page.locator("main a.btn, main form[method=post]")).to_have_count(0)
    page.goto("/elca/report/")
    expect(page.get_by_role("link", name="Title page and Word templates")).to_have_count(0)
    expect(page.locator("main form[method=post]")).to_have_count(0)
    assert texts(word_report(page))[0] == "Deliverable D3.2"
    page.goto(agreement.get_absolute_url())
    expect(page.get_by_role("link", name="Agreement as a Word file")).to_be_visible()
    expect(page.get_by_role("link", name="Change the template")).to_have_count(0)
    expect(page.get_by_text("Attach a file")).to_have_count(0)
    expect(page.locator("main form[method=post]")).to_have_count(0)
    for path in ("report/templates/", "report/title-page/", "kpis/4/deviations/AMZ/"):
        page.goto(f"/elca/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")


# Pictures


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_links_below_the_charts_give_pictures(visit: Visit, width: int) -> None:
    page = visit("reader", width=width)
    pages = {"/elca/": 2, "/elca/kpis/4/": 3, "/elca/timeline/": 1, "/elca/reach/": 2}
    for address, count in pages.items():
        page.goto(address)
        for ending, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG\r\n")):
            links = page.get_by_role("link", name=ending, exact=True)
            expect(links).to_have_count(count)
            for link in links.all():
                with page.expect_download() as download:
                    link.click()
                assert download.value.suggested_filename.endswith(f".{ending.lower()}")
                assert start in content(download.value)[:200]


# Long work


@pytest.fixture
def long_files(monkeypatch: pytest.MonkeyPatch, like_this_process: None) -> None:  # noqa: ARG001
    """Write every CSV file in a process of its own, on the database and the files of the test."""
    short = formats.FORMATS["csv"]
    monkeypatch.setitem(formats.FORMATS, "csv", replace(short, at_once=1))


@pytest.mark.usefixtures("long_files")
def test_a_long_file_shows_its_progress_and_is_there(visit: Visit, elca: Project) -> None:
    page = visit("leader", width=NARROW)
    page.goto("/elca/report/")
    page.get_by_role("radio", name="One CSV file (.csv)").check()
    page.get_by_label("As of").fill(DAY.isoformat())
    page.get_by_label("Partner").select_option("AMZ")
    ask = page.get_by_role("button", name="Download the report")
    ask.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "ELCA-report-AMZ-as-of-2022-06-30.csv"
    )
    # The page asks by itself, and shows the file when it is there.
    expect(page.get_by_role("progressbar", name="How far it is")).to_be_visible()
    link = page.get_by_role("link", name="Download", exact=True)
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "ELCA-report-AMZ-as-of-2022-06-30.csv"
    assert figures_in_csv(content(download.value)) == expected_figures(elca)

    page.goto("/elca/report/")
    page.get_by_role("link", name="ELCA-report-AMZ-as-of-2022-06-30.csv").click()
    expect(link).to_be_visible()
    assert Export.objects.of(elca).count() == 1


# Without a mouse, without scripts


def test_a_report_by_keyboard(visit: Visit) -> None:
    page = visit("leader", width=WIDE)
    page.goto("/elca/report/")
    skip_to_content(page)
    tab_to(page, page.get_by_role("radio", name="Excel workbook (.xlsx)"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=WORD)).to_be_checked()
    tab_to(page, page.get_by_label("As of"))
    page.keyboard.type("06062022")  # whichever of the two comes first
    expect(page.get_by_label("As of")).to_have_value("2022-06-06")
    tab_to(page, page.get_by_label("Partner"))
    page.keyboard.type("AMZ")
    tab_to(page, page.get_by_role("button", name="Download the report"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "ELCA-report-AMZ-as-of-2022-06-06.docx"


def test_everything_without_scripts(visit: Visit, elca: Project) -> None:
    page = visit("leader", width=NARROW, scripts=False)
    page.goto("/elca/kpis/4/deviations/AMZ/")
    page.get_by_role("textbox").fill(WORDS)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#kpi-4 .prose")).to_have_text(WORDS)
    page.goto("/elca/report/templates/report/")
    own = template_of("Without scripts", "{{p deviations }}")
    choose(page, "Word template", "own.docx", own)
    page.get_by_role("button", name="Use this template").click()
    document = word_report(page)
    assert texts(document)[0] == "Without scripts"
    assert WORDS.splitlines()[0] in "\n".join(p.text for p in paragraphs_of(document))
    agreement = Agreement.objects.get(project=elca, reference="T6-01")
    page.goto(agreement.get_absolute_url())
    page.get_by_text("Attach a file").click()
    page.get_by_label("What it is").fill("Signed agreement")
    choose(page, "File", SCAN, scan(), PDF_TYPE)
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("link", name="Remove Signed agreement").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("Removed: Signed agreement")
