"""The Word document of the report brought back: its rows are known by the ids it prints."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from actions.models import Action
from partners.models import Project
from reports.writing.content import Report, Scope
from reports.writing.formats import FORMATS
from tests.reports.files import bring, counts

pytestmark = pytest.mark.django_db


def document(project: Project) -> BytesIO:
    out = BytesIO()
    FORMATS["docx"].write(Report(Scope(project)), out)
    return BytesIO(out.getvalue())


def test_a_document_that_comes_back_changes_nothing(elca: Project) -> None:
    result = bring(elca, document(elca), name="report.docx")
    assert (result.applied, counts(result)) == (True, (0, 0, 104, 0))


def test_an_edited_document_changes_what_was_edited(elca: Project) -> None:
    book = docx.Document(document(elca))
    table = next(t for t in book.tables if "T7-02" in t.cell(2, 0).text)
    table.cell(2, 2).text = "Said anew in Word"
    table.cell(2, 0).paragraphs[0].runs[0].text = "Composite workshop"
    out = BytesIO()
    book.save(out)
    result = bring(elca, BytesIO(out.getvalue()), name="report.docx")
    assert counts(result) == (0, 1, 103, 0)
    action = Action.objects.of(elca).get(reference="T7-02")
    assert (action.title, action.description) == ("Composite workshop", "Said anew in Word")


def test_a_title_that_ends_like_an_id_of_another_table_stays_whole(elca: Project) -> None:
    book = docx.Document(document(elca))
    table = next(t for t in book.tables if "T7-02" in t.cell(2, 0).text)
    row = table.add_row()
    texts = ["Workshop\nT8-01", "AMZ", "About it", "03.03.2022", "Fine", "Held"]
    for cell, text in zip(row.cells, texts, strict=True):
        cell.text = text
    out = BytesIO()
    book.save(out)
    assert counts(bring(elca, BytesIO(out.getvalue()), name="r.docx")) == (1, 0, 104, 0)
    assert Action.objects.of(elca).filter(title__contains="T8-01").exists()
