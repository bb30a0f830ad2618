"""Seals reports for tests, and reads every form of them as text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from typing import Any

import docx
import openpyxl
from django.db import connection
from pypdf import PdfReader

from partners.models import Project, User
from partners.versions.installing import words_of
from reports.models import SealedReport
from reports.sealing.sealing import seal_report
from reports.writing.content import Report
from reports.writing.formats import FORMATS


def seal(
    project: Project, user: User | None = None, as_of: date | None = None, **more: Any
) -> SealedReport:
    day = as_of or date(2022, 12, 31)
    values = {"title": "Final report", "note": "Żółć = “sent”", **more}
    return seal_report(project=project, user=user, as_of=day, **values)


def workbook_text(content: bytes) -> Any:
    """Every cell of every sheet, formulas as such and as their values."""
    found = []
    for data_only in (False, True):
        book = openpyxl.load_workbook(BytesIO(content), data_only=data_only)
        found.append({s.title: [[c.value for c in row] for row in s.iter_rows()] for s in book})
    return found


def word_text(content: bytes) -> Any:
    document = docx.Document(BytesIO(content))
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return [p.text for p in document.paragraphs], cells


def pdf_text(content: bytes) -> Any:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def pack_text(content: bytes) -> Any:
    with zipfile.ZipFile(BytesIO(content)) as pack:
        # The emblem is no text: it is compared as it is.
        return {
            name: content if name.endswith(".png") else content.decode()
            for name in pack.namelist()
            if (content := pack.read(name)) is not None
        }


READERS: dict[str, Callable[[bytes], Any]] = {
    "xlsx": workbook_text,
    "docx": word_text,
    "pdf": pdf_text,
    "zip": pack_text,
    "csv": bytes.decode,
}


def forms_of(report: Report, *endings: str) -> dict[str, Any]:
    """What each form of a report says."""
    found = {}
    for ending in endings or READERS:
        out = BytesIO()
        FORMATS[ending].write(report, out)
        found[ending] = READERS[ending](out.getvalue())
    return found


@contextmanager
def nothing_asked() -> Iterator[None]:
    """Fail at any question to the database but for the Word template in use."""

    def refuse(execute: Any, sql: str, *args: Any) -> Any:
        assert "reports_documenttemplate" in sql, sql
        return execute(sql, *args)

    with connection.execute_wrapper(refuse):
        yield


def tamper(sealed: SealedReport, **values: Any) -> None:
    """Change columns of a sealed report behind the back of all: the triggers are taken away."""
    words = words_of(connection)
    with connection.cursor() as cursor:
        cursor.execute(words.OUR_TRIGGERS)
        for row in cursor.fetchall():
            cursor.execute(words.drop_trigger(*row))
    SealedReport.objects.filter(pk=sealed.pk).update(**values)
