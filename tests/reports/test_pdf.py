"""The report as PDF: every row, date and figure of the application, and readable by everyone."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from kpis.charts import figure_words
from kpis.progress import project_progress
from kpis.typesetting import TypesettingError
from partners.models import Project
from reports.writing import pdf as package
from reports.writing.content import Report, Scope, TooLongError, month_label, shown
from reports.writing.outline import Column, Table
from reports.writing.pdf.blocks import MOST_LINES, said, table
from tests.making import make_action

pytestmark = pytest.mark.django_db

NASTY = [
    "Żnin, Łódź, café, España, Köln, Ελλάδα, София",
    "🚆 railways 👩‍🔬",
    "=1+1",
    "@cmd",
    "<b>bold</b> & co",
    '#eval("1") #read("/etc/passwd") *x* _y_ $x$ `raw` \\ [ ] // no /* note */ <label> @ref ~ --',
    "日本語 한국어 العربية हिन्दी",
    "one\ntwo\n\n  three",
    "https://example.org/" + "a" * 300,
]


def made(project: Project, **scope: Any) -> PdfReader:
    out = BytesIO()
    package.write_pdf(Report(Scope(project, **scope), "Ana Ł."), out)
    return PdfReader(BytesIO(out.getvalue()))


def squeezed(text: object) -> str:
    """A text without spaces and line breaks, which lines of a page have where they end."""
    return re.sub(r"[\s\u200b\u00ad]+", "", str(text))


def text_of(pdf: PdfReader) -> str:
    """All text of the pages but the lines at their head and foot, which cut tables apart."""
    return "".join(squeezed(page.extract_text()) for page in pdf.pages)


def headings(items: list[Any]) -> list[str]:
    found = []
    for item in items:
        found += headings(item) if isinstance(item, list) else [item.title]
    return found


def tags(pdf: PdfReader) -> set[str]:
    """The kinds of elements in the tree of tags."""
    found: set[str] = set()
    todo: list[Any] = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        item = todo.pop()
        item = item.get_object() if hasattr(item, "get_object") else item
        if isinstance(item, list):
            todo += item
        elif isinstance(item, DictionaryObject):
            found.add(str(item.get("/S", "")))
            todo.append(item.get("/K", []))
    return found


@pytest.fixture
def elca_pdf(elca: Project) -> PdfReader:
    return made(elca)


def test_every_cell_of_every_table_is_in_it(elca: Project, elca_pdf: PdfReader) -> None:
    text = text_of(elca_pdf)
    rows = 0
    for table_ in Report(Scope(elca)).tables:
        assert squeezed(f"{table_.name}. {table_.caption}") in text
        for row in table_.rows():
            rows += 1
            assert squeezed(row.reference) in text
            for cell in [*row.cells[: table_.printed], row.status_word]:
                if cell is not None and not table_.has_status:
                    assert all(squeezed(line) in text for line in str(cell).split("\n")), cell
    assert rows == 104
    for deadline in elca.deadlines.all():
        deadline.project = elca
        assert squeezed(month_label(deadline)) in text
        assert squeezed(deadline.activity) in text


def test_rows_stand_in_order_with_their_cells(elca: Project, elca_pdf: PdfReader) -> None:
    text = text_of(elca_pdf)
    for table_ in Report(Scope(elca)).tables:
        for row in table_.rows():
            cells = [str(cell) for cell in row.cells[: table_.printed] if cell not in (None, "")]
            wanted = squeezed("".join([cells[0], row.reference, *cells[1:]]))
            assert wanted in text, row.reference


@pytest.mark.parametrize("scope", ["", "as_of", "since", "partner"])
def test_figures_are_those_of_the_application(elca: Project, scope: str) -> None:
    day, since = date(2022, 6, 30), date(2022, 1, 1)
    partner = elca.partners.get(code="AMZ") if scope == "partner" else None
    limits: dict[str, Any] = {}
    if scope in ("as_of", "since"):
        limits["as_of"] = day
    if scope == "since":
        limits["since"] = since
    text = text_of(made(elca, **limits, partner=partner))
    for line in project_progress(elca, **limits).lines:
        figure = line.partners["AMZ"] if partner else line.total
        target = "–" if figure.target is None else figure.target
        row = f"{line.indicator.number}{line.indicator.title}{line.indicator.description}"
        assert squeezed(f"{row}{target}{shown(figure)}") in text
        if not partner:
            shares = "".join(figure_words(f.shown, f.target) for f in line.partners.values())
            row = f"{line.indicator.number}{line.indicator.title}{shares}{shown(figure)}"
            assert squeezed(row) in text
    assert squeezed(Report(Scope(elca, **limits, partner=partner)).coverage) in text


def test_the_rows_behind_each_figure_are_named(elca: Project, elca_pdf: PdfReader) -> None:
    text = text_of(elca_pdf)
    for proof in Report(Scope(elca)).proofs:
        assert squeezed(f"Counted ({len(proof.counted)}): {', '.join(proof.counted)}") in text
        for _reference, reason in proof.left_out:
            assert squeezed(reason) in text


def test_a_partners_report_has_its_rows_only(elca: Project) -> None:
    text = text_of(made(elca, partner=elca.partners.get(code="POL")))
    assert "SenSaSensornetwork" not in text
    assert "NetworkingCocktail" in text


def test_deviations_stand_in_the_partners_words(elca: Project) -> None:
    amz = elca.partners.get(code="AMZ")
    elca.indicators.get(number=4).deviations.create(partner=amz, text="Borders\nwere *closed*.")
    text = text_of(made(elca))
    assert squeezed("6 of 20 achieved, 14 missing.") in text
    assert squeezed("AMZ Borders were *closed*.") in text
    assert "6Deviations" in text


def test_it_is_accessible(elca_pdf: PdfReader) -> None:
    root = elca_pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    meta = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", meta)
    assert "Cross-fertilisation results" in str(elca_pdf.metadata.title)
    assert elca_pdf.metadata.author == "Ana Ł."
    assert {"/Table", "/TH", "/TD", "/TR", "/H1", "/H2", "/Figure", "/TOC", "/L"} <= tags(elca_pdf)


def test_chapters_are_bookmarks_and_contents(elca: Project, elca_pdf: PdfReader) -> None:
    marks = headings(elca_pdf.outline)
    wanted = [
        "1 About this report",
        "2 How the figures are counted",
        "3 Performance indicators",
        "4 Actions and results",
        "5 Timeline",
        "6 Deviations",
    ]
    assert [m for m in marks if re.match(r"\d ", m)] == wanted
    assert "Annex: the rows behind each figure" in marks
    contents = squeezed(elca_pdf.pages[1].extract_text())
    for number, section in enumerate(Report(Scope(elca)).sections, start=1):
        assert f"4.{number} {section.heading}" in marks
        assert squeezed(f"4.{number} {section.heading}") in contents


def test_pages_are_numbered_and_headings_of_tables_repeated(elca_pdf: PdfReader) -> None:
    count = len(elca_pdf.pages)
    texts = [page.extract_text() for page in elca_pdf.pages]
    assert count > 10
    assert not re.search(rf"1\s*/\s*{count}", texts[0])
    for number, text in enumerate(texts[1:], start=2):
        assert f"{number}/{count}" in squeezed(text)
    heading = squeezed("1. Clusters and Business Networks from participating countries")
    assert sum(heading in squeezed(text) for text in texts) > 1
    root: Any = elca_pdf.trailer["/Root"]
    assert "/PageLabels" in root


def test_texts_stay_texts(elca: Project) -> None:
    for nasty in NASTY:
        make_action(elca, "national-workshops", title=f"T {nasty}"[:200], results=nasty)
    elca.report_title = NASTY[5]
    elca.disclaimer = "\n".join(NASTY)
    elca.save()
    pdf = made(elca)
    text = text_of(pdf)
    for nasty in NASTY:
        # Arabic is read from its end, and the vowel signs of Hindi move: only the words are asked.
        for word in ["日本語", "한국어"] if "日" in nasty else [nasty]:
            assert text.count(squeezed(word)) >= 2, word
    assert squeezed(NASTY[5]) in squeezed(pdf.metadata.title)


def test_control_characters_are_shown(elca: Project) -> None:
    make_action(
        elca, "national-workshops", title="T", results="bell \x07 no \ufffe \ufeff \x9f end"
    )
    text = text_of(made(elca))
    assert "bell␇no�" in text
    assert "�end" in text


def test_a_cell_of_10000_characters_is_whole(elca: Project) -> None:
    words = " ".join(f"word{number}" for number in range(1300))
    make_action(elca, "national-workshops", title="Long", results=words)
    pages = [page.extract_text().split() for page in made(elca).pages]
    found = {word for page in pages for word in page}
    assert len(words) > 10_000
    assert {f"word{number}" for number in range(1300)} <= found


def test_a_row_breaks_only_when_it_is_tall() -> None:
    columns = [Column("A"), Column("B")]
    short, tall = ["x", "y"], ["x", "line\n" * (MOST_LINES + 1)]
    rows = table(Table("", columns, [short, tall]), is_wide=True)["rows"]
    assert [row["breaks"] for row in rows] == [False, True]


def test_only_words_longer_than_a_line_may_be_broken() -> None:
    assert said("short " * 50, 20) == "short " * 50
    broken = said("x" * 50 + " y", 20)
    assert "\u200b" in broken
    assert broken.replace("\u200b", "") == "x" * 50 + " y"


def test_what_is_too_long_is_told(elca: Project) -> None:
    with patch.object(package.pdf, "MOST_ROWS", 100), pytest.raises(TooLongError, match="100 rows"):
        made(elca)
    refused = patch.object(package.pdf, "typeset", side_effect=TypesettingError("slow"))
    with refused, pytest.raises(TooLongError, match="too long for a PDF"):
        made(elca)


def test_an_empty_project_has_a_report(elca_empty: Project) -> None:
    text = text_of(made(elca_empty))
    assert "Thereisnoaction" in text
    elca_empty.indicators.all().delete()
    elca_empty.deadlines.all().delete()
    elca_empty.action_types.all().delete()
    text = text_of(made(elca_empty))
    assert "Theprojecthasnoindicator." in text
