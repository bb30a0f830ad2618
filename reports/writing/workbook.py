"""Writes the report workbook: cover, figures as formulas, tables, timeline, explanation."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, BinaryIO

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import table_name
from kpis.models import Deadline
from partners.catalogue import spoken
from reports.layout import (
    CHARTS,
    COVER,
    DEADLINES,
    DEVIATIONS,
    EXPLAIN,
    INDICATORS,
    MONTHS,
    PARTNERS,
    PLAN,
    ROW_ID,
)

from .cells import Link, Styled
from .charts import add_charts
from .content import Report, deadline_cells, deadline_headings
from .explaining import explained_cells, explained_headings
from .figures import Sums, figure_headings, figure_rows, partner_headings, partner_rows
from .pack import deviation_rows
from .rowsheet import RowSheet
from .sheets import DARK, POINTS_OF_A_LINE, QUIET, Workbook, lines_in

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OVERDUE = "overdue"
# How a deadline looks in the grid of months: its word, its ground, its letters.
GRID = {
    Deadline.Status.DONE: (gettext_lazy("Done"), "#D3EBDC", "#0F5132"),
    Deadline.Status.STARTED: (gettext_lazy("Started"), "#FDECC8", "#664D03"),
    Deadline.Status.OPEN: (gettext_lazy("Open"), "#E3E9F0", "#31445C"),
    OVERDUE: (gettext_lazy("Overdue"), "#F8D7DA", "#7A1520"),
}
MONTH_WIDTH, ACTIVITY_WIDTH, FIGURE_WIDTH, FACT_WIDTH, WORDS_WIDTH = 9.5, 46, 10, 24, 100
TITLE_HEIGHT = 30  # points
EMBLEM_BOX = (180, 72)  # pixels that the emblem may take


def write_workbook(report: Report, out: BinaryIO) -> None:
    """Write the report as .xlsx. Its figures are formulas over the sheet that explains them."""
    subject, foot = report.project.title, report.funder.statement
    with Workbook(out, report.title, author=report.author, subject=subject, foot=foot) as book:
        book.mark_exported(report.written_at)
        _Writer(report, book).write()


class _Writer:
    """The sheets of one workbook."""

    def __init__(self, report: Report, book: Workbook) -> None:
        self.report, self.book = report, book
        taken = [table.name for table in report.tables]

        def sheets(*names: str | int) -> dict[str | int, RowSheet]:
            return {name: book.sheet(free_name(sheet_name(name), taken)) for name in names}

        front = sheets(COVER, INDICATORS, CHARTS, *([PARTNERS] if report.partners else []))
        self.tables = {name: book.sheet(name) for name in taken}
        self.sheets = {**front, **sheets(DEADLINES, MONTHS, DEVIATIONS, EXPLAIN)}

    def write(self) -> None:
        self.cover()
        self.figures()
        for table in self.report.tables:
            headings = [*(column.heading for column in table.columns), spoken(ROW_ID)]
            rows = ([*row.cells, row.reference] for row in table.rows())
            self.book.fill(
                self.tables[table.name], headings, rows, caption=table.caption,
                printed=table.printed,
            )  # fmt: skip
        self.deadlines()
        self.months()
        headings = [
            _("Indicator"), _("Short of its target"), _("Total"), _("Achieved"), _("Missing"),
            _("Partner"), _("Why"),
        ]  # fmt: skip
        short = deviation_rows(self.report)
        self.book.fill(self.sheets[DEVIATIONS], headings, short, caption=_("Deviations"))

    def figures(self) -> None:
        """Table 0 and its charts, over the sheet that explains each figure."""
        report, explain = self.report, self.sheets[EXPLAIN]
        codes = [partner.code for partner in report.partners]
        rows = (explained_cells(row, codes) for row in report.explained())
        caption = _("Why rows count, or not")
        length = self.book.fill(
            explain, [*explained_headings(), *codes], rows, caption=caption, frozen=2
        )
        sheet, sums = self.sheets[INDICATORS], Sums(explain.name, length)
        headings = figure_headings(report)
        self.book.fill(
            sheet,
            headings,
            figure_rows(report, sums),
            caption=_("Performance indicators"),
            notes=[report.coverage, *report.rules],
            widths={0: 5, 1: 34, 2: 50, **dict.fromkeys(range(3, len(headings)), FIGURE_WIDTH)},
            frozen=2,
        )
        if report.partners:
            headings = partner_headings(report)
            narrow = dict.fromkeys(range(2, len(headings)), FIGURE_WIDTH)
            self.book.fill(
                self.sheets[PARTNERS],
                headings,
                partner_rows(report, sums),
                caption=_("Figures by partner"),
                widths={0: 5, **narrow},
                frozen=2,
            )
        add_charts(self.book, self.sheets[CHARTS], sheet.name, report)

    def deadlines(self) -> None:
        """Table 12: what is due by the end of which month of the project."""
        rows = [deadline_cells(deadline) for deadline in self.report.deadlines]
        sheet = self.sheets[DEADLINES]
        self.book.fill(sheet, deadline_headings(), rows, caption=_("Planning"))

    def months(self) -> None:
        """The timeline as a grid: a row for each activity, a column for each month."""
        for look, (_word, ground, letters) in GRID.items():
            place = {"align": "center", "valign": "top"}
            self.book.look(look, bg_color=ground, font_color=letters, bold=True, **place)
        deadlines = self.report.deadlines
        numbers = [deadline.month for deadline in deadlines] or [1]
        months = range(min(numbers), max(numbers) + 1)
        rows = [
            [
                deadline.mission.name if deadline.mission else _("All missions"),
                deadline.activity,
                *(self.state(deadline) if month == deadline.month else None for month in months),
            ]
            for deadline in deadlines
        ]
        headings = [_("Mission"), _("Activity"), *(month_heading(self.report, n) for n in months)]
        widths = {1: ACTIVITY_WIDTH, **dict.fromkeys(range(2, len(headings)), MONTH_WIDTH)}
        sheet = self.sheets[MONTHS]
        self.book.fill(sheet, headings, rows, caption=_("Timeline"), widths=widths, frozen=2)

    def state(self, deadline: Deadline) -> Styled:
        """How far a deadline was on the day of the report."""
        look = OVERDUE if deadline.is_overdue(self.report.today) else str(deadline.status)
        return Styled(str(GRID[look][0]), look)

    def cover(self) -> None:
        """What the report is, how its figures are counted, and where to find what."""
        book, sheet, report = self.book, self.sheets[COVER], self.report
        title = book.look("title", bold=True, font_size=20, font_color=DARK)
        subtitle = book.look("subtitle", font_size=13, font_color=QUIET)
        strong = book.look("strong", bold=True, valign="top", font_color=DARK)
        sheet.set_column(0, 0, FACT_WIDTH)
        sheet.set_column(1, 1, WORDS_WIDTH)
        sheet.hide_gridlines(2)
        sheet.set_row(0, TITLE_HEIGHT)
        book.write(sheet, 0, 0, f"{report.project.acronym}: {report.name}", title)
        book.write(sheet, 1, 0, report.project.title, subtitle)
        at = 3
        for heading, lines in self._cover_parts():
            book.write(sheet, at, 0, heading, strong)
            for line in lines:
                if isinstance(line, tuple):
                    book.write(sheet, at, 0, line[0], strong)
                words = line[1] if isinstance(line, tuple) else line
                sheet.set_row(at, lines_in(words, WORDS_WIDTH) * POINTS_OF_A_LINE + 1)
                book.write(sheet, at, 1, words)
                at += 1
            at += 1
        self._emblem(at)
        book.prepare_for_paper(sheet, report.name, repeat=False)

    def _emblem(self, row: int) -> None:
        """The emblem of the funder, below the last words of the title sheet."""
        emblem = self.report.funder.emblem
        if emblem is None:
            return
        width, _height = emblem.within(*EMBLEM_BOX)
        scale = width / emblem.size[0]
        options = {
            "image_data": BytesIO(emblem.png),
            "x_scale": scale,
            "y_scale": scale,
            "description": emblem.alt,
        }
        self.sheets[COVER].insert_image(row, 1, "emblem.png", options)

    def _cover_parts(self) -> list[tuple[str, list[Any]]]:
        return [
            (_("About"), list(self.report.facts)),
            (_("How it is counted"), list(self.report.rules)),
            (_("Sheets"), self._contents()),
            *([(_("Funding"), self.report.funder.words)] if self.report.funder.words else []),
        ]

    def _contents(self) -> list[Link]:
        captions: dict[str | int, str] = {
            INDICATORS: _("Performance indicators"),
            CHARTS: _("Achieved beside target, and by partner"),
            **(
                {PARTNERS: _("What each partner achieved of its share")}
                if self.report.partners
                else {}
            ),
            **{table.name: table.caption for table in self.report.tables},
            DEADLINES: _("Planning"),
            MONTHS: _("Timeline"),
            DEVIATIONS: _("Indicators short of their target, and why"),
            EXPLAIN: _("The rows that each figure counts and leaves out, with the reason"),
        }
        sheets: dict[str | int, RowSheet] = {**self.sheets}
        sheets.update(self.tables)
        return [
            Link(f"internal:'{sheets[name].name}'!A1", f"{sheets[name].name}: {caption}")
            for name, caption in captions.items()
        ]


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name of a sheet, beside the tables of a project that counts its tables otherwise."""
    return f"{name} ({spoken(PLAN)})" if name in taken else name


def sheet_name(name: str | int) -> str:
    """What a sheet is called in the language of the report; one of the tables by its number."""
    return table_name(name) if isinstance(name, int) else spoken(name)


def month_heading(report: Report, number: int) -> str:
    """A month over its column: ``M11 Jul 2021``."""
    start = report.project.month_start(number)
    return f"M{number} {date_format(start, 'M Y')}"
