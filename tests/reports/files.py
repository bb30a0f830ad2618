"""Makes and edits spreadsheets for tests, as a partner would in Excel."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.core.management import call_command
from openpyxl.workbook import Workbook

from partners.models import Project
from reports.importing import run_import
from reports.results import ImportResult
from reports.writing.content import Report, Scope
from reports.writing.workbook import write_workbook

WORKSHOPS = "6. National workshops with SMEs 10 in total (2 per partner)"
HEADINGS = [WORKSHOPS, "Responsible", "Description", "Dates & Location", "Expectations & Results"]


def report(project: Project, **options: Any) -> BytesIO:
    """The report workbook."""
    out = BytesIO()
    write_workbook(Report(Scope(project, **options)), out)
    return out


def opened(out: BytesIO) -> Workbook:
    out.seek(0)
    return openpyxl.load_workbook(out)


def edited(out: BytesIO, edit: Callable[[Workbook], None]) -> BytesIO:
    """The workbook after an edit; its cells keep their texts as texts."""
    book = opened(out)
    edit(book)
    return saved(book)


def saved(book: Workbook) -> BytesIO:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    out = BytesIO()
    book.save(out)
    return out


def workbook(**sheets: list[list[Any]]) -> BytesIO:
    """A workbook of sheets by name (``Table_7`` is ``Table 7``), each a list of rows."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    return saved(book)


def workshops(*rows: list[Any]) -> BytesIO:
    """A sheet of Table 7 with the printed headings."""
    return workbook(Table_7=[HEADINGS, *rows])


def cell_of(sheet: Any, heading: str, row: int) -> Any:
    """The cell below a heading."""
    headings = [cell.value for cell in sheet[1]]
    return sheet.cell(row, headings.index(heading) + 1)


def bring(project: Project, file: BytesIO, name: str = "test.xlsx", **options: Any) -> ImportResult:
    return run_import(project=project, user=None, file=file, name=name, **options)


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    """New, changed, unchanged and wrong rows."""
    new, changed, unchanged, wrong = (
        result.count(verdict) for verdict in ("new", "changed", "unchanged", "error")
    )
    return new, changed, unchanged, wrong


def problems(result: ImportResult) -> list[tuple[int, str]]:
    """The places of the errors."""
    return [(problem.row, problem.column) for problem in result.errors]


def kpi_report(**limits: Any) -> list[dict[str, Any]]:
    """The figures as the command line says them: the reference of every form of the report."""
    options = {name: str(value) for name, value in limits.items() if value}
    out = StringIO()
    call_command("kpi_report", format="json", stdout=out, **options)
    found: list[dict[str, Any]] = json.loads(out.getvalue())["indicators"]
    return found
