"""The forms that the report can have, by their endings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from partners.words import Words

from .content import Report
from .document import MOST_ROWS
from .pack import write_csv, write_pack
from .workbook import MEDIA_TYPE, write_workbook

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Format:
    """One form of the report.

    ``at_once`` is how many rows are written while a page waits, ``most`` how many it takes at all
    (0: as many as there are).
    """

    ending: str
    label: Words
    words: Words
    media_type: str
    at_once: int
    write: Callable[[Report, BinaryIO], None]
    most: int = 0


def _write_word(report: Report, out: BinaryIO) -> None:
    # Word and PDF bring along libraries that nothing else needs: they are loaded when asked for.
    from reports.templates import current_template

    from .word.writer import write_word

    write_word(report, out, template=current_template(report.project, "report"))


def _write_pdf(report: Report, out: BinaryIO) -> None:
    from .pdf import write_pdf

    write_pdf(report, out)


FORMATS = {
    format_.ending: format_
    for format_ in (
        Format(
            "xlsx",
            _("Excel workbook (.xlsx)"),
            _("Every table, figures as formulas, charts; can be edited and imported again."),
            MEDIA_TYPE,
            3000,
            write_workbook,
        ),
        Format(
            "docx",
            _("Word document (.docx)"),
            _("The deliverable, in your own layout if a template was uploaded."),
            WORD_TYPE,
            300,
            _write_word,
            most=MOST_ROWS,
        ),
        Format(
            "pdf",
            _("PDF document (.pdf)"),
            _("The deliverable to read and to submit, accessible, with bookmarks."),
            "application/pdf",
            300,
            _write_pdf,
            most=MOST_ROWS,
        ),
        Format(
            "zip",
            _("CSV files (.zip)"),
            _("One file for each table, with a data dictionary, for other programs."),
            "application/zip",
            5000,
            write_pack,
        ),
        Format(
            "csv",
            _("One CSV file (.csv)"),
            _("All tables below each other in one file of text."),
            "text/csv; charset=utf-8",
            5000,
            write_csv,
        ),
    )
}
