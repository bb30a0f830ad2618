"""Writes the report as a PDF: PDF/UA-1, with bookmarks, page numbers and tagged tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kpis.charts import Picture
from kpis.typesetting import FAMILIES, TypesettingError, readable, typeset
from reports.writing.content import Report, TooLongError

from .contents import cover, parts, pictures_of

TEMPLATE = Path(__file__).parent / "report.typ"
MOST_ROWS = 5000


def write_pdf(report: Report, out: BinaryIO) -> None:
    """Write the report; raises TooLongError where it is too long for a document."""
    report.check_length(MOST_ROWS, "PDF")
    pictures = pictures_of(report)
    files = {name: picture.svg for name, picture in pictures.items()}
    files["report.json"] = json.dumps(_data(report, pictures)).encode()
    try:
        out.write(typeset(TEMPLATE, files, "pdf"))
    except TypesettingError as error:
        words = _(
            "The report is too long for a PDF. Ask for one partner or a shorter period, or take"
            " the Excel workbook or the CSV files."
        )
        raise TooLongError(words) from error


def _data(report: Report, pictures: dict[str, Picture]) -> dict[str, Any]:
    written = report.written_at
    language, _sign, region = (get_language() or "en").partition("-")
    return {
        "title": readable(f"{report.title}: {report.name}"),
        "author": readable(report.author),
        "written": [written.year, written.month, written.day],
        "language": language,
        "region": region.upper() or None,
        "families": FAMILIES,
        "running": [readable(part) for part in _running(report)],
        "contents": _("Contents"),
        "cover": cover(report),
        "parts": parts(report, pictures),
    }


def _running(report: Report) -> tuple[str, str]:
    """What stands at the head of each page: which report, and as of when."""
    project, partner = report.project, report.scope.partner
    left = [project.acronym, project.deliverable, report.name, partner.code if partner else ""]
    as_of = _("as of %(day)s") % {"day": f"{report.scope.day:%d.%m.%Y}"}
    return " · ".join(part for part in left if part), as_of
