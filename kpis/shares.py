"""What share each partner has in each indicator: the cells of the heat map."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.models import Partner

from .charts import HeatCell, HeatRow, Numbers, Value, figure_words, shown
from .figure import Figure
from .progress import IndicatorProgress, Progress

BANDS = ("none", "0", "1", "2", "3")
HALF, WHOLE = 50, 100  # per cent


@dataclass(frozen=True)
class Share:
    """A partner's figure beside what it is held against: ``base`` of ``of_own`` or of all.

    The base is the partner's own target where it has one, else the rows that count for the
    consortium.
    """

    partner: Partner
    figure: Figure
    base: int
    of_own: bool

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down; None where there is no data, or nothing to share."""
        if self.figure.shown is None or not self.base:
            return None
        return self.figure.achieved * 100 // self.base

    @property
    def band(self) -> str:
        """How dark the cell is."""
        if self.figure.shown is None:
            return "none"
        if not self.figure.achieved:
            return "0"
        percent = self.percent or 0
        return "3" if percent >= WHOLE else "2" if percent >= HALF else "1"

    @property
    def words(self) -> str:
        """The share in words, with its base where that is not the target beside the figure."""
        if self.percent is None:
            return ""
        words = {"percent": self.percent, "base": self.base}
        return _("%(percent)d%%") % words if self.of_own else _("%(percent)d%% of %(base)d") % words


def shares_of(progress: Progress, line: IndicatorProgress) -> list[Share]:
    """The cells of one indicator, in the order of the partners."""
    found = []
    for partner in progress.partners:
        figure = line.partners[partner.code]
        base = figure.target or line.total.counted_rows
        found.append(Share(partner, figure, base, bool(figure.target)))
    return found


def heat_rows(progress: Progress) -> list[HeatRow]:
    """The rows of the picture."""
    return [
        HeatRow(
            line.indicator.number,
            line.indicator.title,
            [
                HeatCell(figure_words(s.figure.shown, s.figure.target), s.words, s.band)
                for s in shares_of(progress, line)
            ],
            shown(line.total.shown),
        )
        for line in progress.lines
    ]


def heat_numbers(progress: Progress) -> Numbers:
    """A row for each cell, with what the share is of, and one for the consortium."""
    headings = [
        _("No."), _("Indicator"), _("Partner"), _("Achieved"), _("Own target"),
        _("Rows of the consortium"), _("Per cent"),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for line in progress.lines:
        names = [str(line.indicator.number), line.indicator.title]
        rows += [
            [
                *names,
                share.partner.code,
                share.figure.shown,
                share.figure.target,
                None if share.of_own else share.base,
                share.percent,
            ]
            for share in shares_of(progress, line)
        ]
        total = line.total
        rows.append([*names, _("Consortium"), total.shown, total.target, None, total.percent])
    return Numbers(headings, rows)
