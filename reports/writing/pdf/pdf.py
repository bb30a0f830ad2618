"""Writes the report as a PDF: PDF/UA-1, with bookmarks, page numbers and tagged tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kpis.typesetting import FAMILIES, TypesettingError, readable, typeset
from reports.writing.content import Report, TooLongError
from reports.writing.document import CONTENTS, MOST_ROWS, Document

from .contents import EMBLEM_FILE, cover, parts

TEMPLATE = Path(__file__).parent / "report.typ"


def write_pdf(report: Report, out: BinaryIO) -> None:
    """Write the report; raises TooLongError where it is too long for a document."""
    report.check_length(MOST_ROWS, "PDF")
    document = Document(report)
    files = {f"{chart.name}.svg": chart.drawn.svg for chart in document.charts}
    emblem = report.funder.emblem
    if emblem:
        files[EMBLEM_FILE] = emblem.png
    files["report.json"] = json.dumps(_data(document)).encode()
    try:
        out.write(typeset(TEMPLATE, files, "pdf"))
    except TypesettingError as error:
        words = _(
            "The report is too long for a PDF. Ask for one partner or a shorter period, or take"
            " the Excel workbook or the CSV files."
        )
        raise TooLongError(words) from error


def _data(document: Document) -> dict[str, Any]:
    report = document.report
    written = report.written_at
    language, _sign, region = (get_language() or "en").partition("-")
    return {
        "title": readable(document.title),
        "author": readable(report.author),
        "written": [written.year, written.month, written.day],
        "language": language,
        "region": region.upper() or None,
        "families": FAMILIES,
        "running": [readable(part) for part in _running(report)],
        "foot": readable(report.funder.statement),
        "contents": str(CONTENTS),
        "cover": cover(document),
        "parts": parts(document),
    }


def _running(report: Report) -> tuple[str, str]:
    """What stands at the head of each page: which report, and as of when."""
    project, partner = report.project, report.scope.partner
    left = [project.acronym, project.deliverable, report.name, partner.code if partner else ""]
    as_of = _("as of %(day)s") % {"day": f"{report.scope.day:%d.%m.%Y}"}
    return " · ".join(part for part in left if part), as_of
