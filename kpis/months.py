"""What had been achieved by the end of each month, for the line charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from partners.models import Partner
from partners.months import add_months, last_day_of_month, months_between

from .models import Indicator
from .things import FirstNamed, things_named
from .verdicts import COUNTED, counted_things, is_past, rows_of


@dataclass(frozen=True)
class MonthFigure:
    """What had been achieved by the end of a month, and what the straight line expected."""

    month: date
    number: int
    achieved: int
    expected: float


def by_month(
    indicator: Indicator,
    *,
    as_of: date | None = None,
    partner: Partner | None = None,
    measure: str | None = None,
    named: Iterable[FirstNamed] | None = None,
) -> list[MonthFigure]:
    """The achieved figure at the end of every month, from the project's first on.

    ``named`` are the distinct things of the figure, where somebody has asked for them already;
    else one query asks. Undated ones are in no month. The last month is that of the last
    achievement, of the indicator's end, or of ``as_of``, whichever is last, but none after the
    current one.
    """
    if named is None and partner is None and counted_things(indicator):
        measure = measure or indicator.project.lead_figure
        named = things_named(indicator, as_of=as_of)[measure]
    if named is None:
        rows = rows_of(indicator, as_of=as_of, partner=partner, measure=measure).order_by()
        dated = rows.filter(verdict=COUNTED, counts_from__isnull=False)
        months = dated.annotate(month=TruncMonth("counts_from")).values_list("month")
        firsts = list(months.annotate(n=Count("pk", distinct=True)))
    else:
        firsts = [(thing.day.replace(day=1), 1) for thing in named if thing.day]
    project = indicator.project
    last = max([indicator.ends_on, *(month for month, _n in firsts)])
    last = min(last, as_of) if as_of and is_past(as_of) else last
    gained: dict[int, int] = defaultdict(int)
    for month, number in firsts:
        gained[max(months_between(project.first_month, month), 0)] += number
    figures, achieved = [], 0
    for index in range(max(months_between(project.first_month, last), 0) + 1):
        month = add_months(project.first_month, index)
        achieved += gained[index]
        expected = indicator.expected(last_day_of_month(month))
        figures.append(MonthFigure(month, index + 1, achieved, expected))
    return figures
