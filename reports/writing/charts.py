"""Puts native charts of the spreadsheet beside its figures: they follow when a figure changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from .content import Report
from .figures import FIGURES, figure_headings
from .sheets import DARK, Workbook

WIDTH, ROW_HEIGHT, MARGIN = 1100, 46, 120  # pixels
PARTNER_HEIGHT, GAP_ROWS = 480, 3
PIXELS_OF_A_ROW = 20
TARGET_COLOUR = "#C3CEDB"
GRID_LINES = {"visible": True, "line": {"color": "#E3E8EE", "width": 0.75}}
# The columns of Table 0 that the first chart draws: heading, name in the legend, colour.
SERIES = (
    ("Achieved", gettext_lazy("Achieved"), DARK),
    ("Total", gettext_lazy("Target"), TARGET_COLOUR),
)
PARTNER_COLOURS = ["#10294A", "#2F7DC0", "#E08A1E", "#3C8D5A", "#8B5FA8", "#7A8794", "#B3475B"]


def add_charts(book: Workbook, sheet: Worksheet, figures: str, report: Report) -> None:
    """Achieved beside target of each indicator, and below it by partner."""
    count = len(report.figures)
    if not count:
        return
    height = MARGIN + ROW_HEIGHT * count
    first = book.book.add_chart({"type": "bar"})
    for heading, name, colour in SERIES:
        values = [_number(line, heading) for line in report.figures]
        first.add_series(
            _series(figures, str(name), FIGURES.index(heading), values, colour, report)
        )
    _dress(first, _("Achieved beside target, by indicator"), height)
    first.set_y_axis({"reverse": True, "num_font": {"size": 10}})
    first.set_x_axis({"major_gridlines": GRID_LINES, "num_font": {"size": 9}})
    sheet.insert_chart(0, 0, first, {"description": _("Achieved beside target, by indicator")})
    if report.partners:
        below = height // PIXELS_OF_A_ROW + GAP_ROWS
        _add_partners(book, sheet, figures, report, below)
    book.prepare_for_paper(sheet, _("Charts"), repeat=False)


def _add_partners(
    book: Workbook, sheet: Worksheet, figures: str, report: Report, below: int
) -> None:
    chart = book.book.add_chart({"type": "column"})
    headings = figure_headings(report)
    for number, partner in enumerate(report.partners):
        values = [line.partners[partner.code].achieved for line in report.figures]
        colour = PARTNER_COLOURS[number % len(PARTNER_COLOURS)]
        at = headings.index(partner.code)
        chart.add_series(_series(figures, partner.code, at, values, colour, report, short=True))
    title = _("Achieved by partner: a joint action counts for each of its partners")
    chart.set_y_axis({"major_gridlines": GRID_LINES, "num_font": {"size": 9}})
    chart.set_x_axis({"name": _("Indicator"), "num_font": {"size": 10}})
    _dress(chart, title, PARTNER_HEIGHT)
    sheet.insert_chart(below, 0, chart, {"description": title})


def _number(line: Any, heading: str) -> int:
    return line.figure.achieved if heading == "Achieved" else line.figure.target or 0


def _series(
    figures: str,
    name: str,
    at: int,
    values: list[int],
    colour: str,
    report: Report,
    *,
    short: bool = False,
) -> dict[str, Any]:
    """A column of Table 0 as a series; its values are kept in the chart for viewers that do not
    count."""
    last = len(report.figures)
    names = [line.indicator.number if short else line.indicator.title for line in report.figures]
    of = 0 if short else 1
    return {
        "name": name,
        "categories": f"='{figures}'!{xl_range_abs(1, of, last, of)}",
        "categories_data": names,
        "values": f"='{figures}'!{xl_range_abs(1, at, last, at)}",
        "values_data": values,
        "fill": {"color": colour},
        "gap": 60,
        "data_labels": {"value": True, "font": {"size": 9}} if not short else {},
    }


def _dress(chart: Any, title: str, height: int) -> None:
    chart.set_title({"name": title, "name_font": {"size": 13, "color": DARK}, "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": WIDTH, "height": height})
