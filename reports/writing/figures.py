"""The figures of Table 0 as formulas over the sheet that explains them, row by row."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from xlsxwriter.utility import xl_col_to_name

from actions.models import Status
from kpis.figure import Figure
from kpis.verdicts import REASONS
from partners.catalogue import spoken
from reports.layout import Cell

from .cells import Formula, Styled
from .content import NO_DATA, PACE_WORDS, FigureLine, Report, or_dash
from .explaining import EXPLAINED

FIGURE = "figure"  # the look of a dash among figures
FIGURES = [
    "#",
    gettext_noop("Title"),
    gettext_noop("Description"),
    gettext_noop("Total"),
    gettext_noop("Achieved"),
    gettext_noop("Claimed"),
    gettext_noop("Evidenced"),
    gettext_noop("Verified"),
    "%",
    gettext_noop("Rows"),
    gettext_noop("Under way"),
    gettext_noop("Planned"),
]
INDICATOR, WHY, ROW, ADDS = (EXPLAINED.index(h) for h in ("Indicator", "Why", "Row", "Adds"))
TOTAL, ACHIEVED = (xl_col_to_name(FIGURES.index(h)) for h in ("Total", "Achieved"))


class Sums:
    """Formulas that count the lines of the sheet of explanations for a row of Table 0."""

    def __init__(self, sheet: str, lines: int) -> None:
        self._sheet = sheet
        self._last = max(lines, 1) + 1

    def rows(self, row: int, figure: Figure) -> Formula:
        return Formula(f"=SUMIFS({self._column(ROW)},{self._mine(row)})", figure.rows)

    def achieved(self, row: int, figure: Figure) -> Formula:
        """The figure, or a dash where there is no row at all."""
        mine = self._mine(row)
        found = f"SUMIFS({self._column(ADDS)},{mine})"
        return _or_dash(f"SUMIFS({self._column(ROW)},{mine})", found, figure)

    def of_partner(self, row: int, at: int, figure: Figure) -> Formula:
        """A partner's figure, whose 1 and 0 stand in column ``at``."""
        mine, column = self._mine(row), self._column(at)
        return _or_dash(f'COUNTIFS({mine},{column},">=0")', f"SUMIFS({column},{mine})", figure)

    def because(self, row: int, status: str, number: int) -> Formula:
        """How many rows are not counted since they have a status."""
        words = str(REASONS[status])
        return Formula(f'=COUNTIFS({self._mine(row)},{self._column(WHY)},"{words}")', number)

    def _mine(self, row: int) -> str:
        return f"{self._column(INDICATOR)},$A{row}"

    def _column(self, at: int) -> str:
        name = xl_col_to_name(at)
        return f"'{self._sheet}'!${name}$2:${name}${self._last}"


def _or_dash(rows: str, found: str, figure: Figure) -> Formula:
    value = NO_DATA if figure.shown is None else figure.shown
    return Formula(f'=IF({rows}=0,"{NO_DATA}",{found})', value)


def figure_headings(report: Report) -> list[str]:
    pace = [_("Expected by now"), _("Pace")] if report.has_pace else []
    return [*map(spoken, FIGURES), *pace, *(partner.code for partner in report.partners)]


def partner_headings(report: Report) -> list[str]:
    """Of the sheet of partners: the target of each beside its figure."""
    codes = [partner.code for partner in report.partners]
    words = (_("%(code)s achieved"), _("%(code)s target"))
    return ["#", _("Title"), *(word % {"code": code} for code in codes for word in words)]


def partner_rows(report: Report, sums: Sums) -> list[list[Any]]:
    return [
        [
            line.indicator.number,
            line.indicator.title,
            *(
                cell
                for n, figure in enumerate(line.partners.values())
                for cell in (
                    sums.of_partner(at, len(EXPLAINED) + n, figure),
                    _dash(or_dash(figure.target)),
                )
            ),
        ]
        for at, line in enumerate(report.figures, start=2)
    ]


def figure_rows(report: Report, sums: Sums) -> list[list[Any]]:
    """Table 0: for each indicator what was promised and achieved, and by whom."""
    return [_row(report, sums, at, line) for at, line in enumerate(report.figures, start=2)]


def _row(report: Report, sums: Sums, at: int, line: FigureLine) -> list[Any]:
    figure, indicator = line.figure, line.indicator
    share = figure.percent / 100 if figure.percent is not None and figure.rows else NO_DATA
    partners = list(line.partners.values())
    return [
        indicator.number,
        indicator.title,
        indicator.description or None,
        _dash(or_dash(figure.target)),
        sums.achieved(at, figure),
        *(_dash(or_dash(number)) for number in figure.three),
        Formula(f'=IFERROR(INT({ACHIEVED}{at}*100/{TOTAL}{at})/100,"{NO_DATA}")', share),
        sums.rows(at, figure),
        *(
            _dash(NO_DATA) if number is None else sums.because(at, status, number)
            for status, number in (
                (Status.UNDER_WAY, figure.under_way), (Status.PLANNED, figure.planned),
            )
        ),
        *(_pace(line) if report.has_pace else []),
        *(sums.of_partner(at, len(EXPLAINED) + n, found) for n, found in enumerate(partners)),
    ]  # fmt: skip


def _pace(line: FigureLine) -> list[Cell]:
    return [round(line.line.expected, 1), str(PACE_WORDS[line.line.pace])]


def _dash(cell: Cell) -> Cell | Styled:
    return Styled(NO_DATA, FIGURE) if cell == NO_DATA else cell
