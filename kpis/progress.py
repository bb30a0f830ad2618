"""The one place that counts: every figure on a screen, in a file or in a report comes from here.

The rules are those of the design, section 3. An action is given a *verdict*: it counts, or there
is one reason why it does not. Figures and the lists of rows behind them use the same verdict.

There are three figures (``Measure``): what is claimed, what of that has the evidence that is asked
for, and what of that the task leader has accepted. The project says which of them leads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from actions.evidence import lacks_evidence
from actions.models import Action, Review, Status
from partners.clock import today
from partners.models import Measure, Partner, Project
from partners.months import add_months, last_day_of_month, months_between
from partners.words import Words

from .models import Indicator, PartnerTarget

COUNTED = "counted"
LATER = "later"
EARLIER = "earlier"
UNDATED = "undated"
EXCLUDED = "excluded"
DUPLICATE = "duplicate"
NOTHING_NAMED = "nothing_named"
NOT_EVIDENCED = "not_evidenced"
NOT_ACCEPTED = "not_accepted"

# Why a row is not counted, in words; the keys are the verdicts beside COUNTED.
REASONS: dict[str, Words] = {
    Status.PLANNED: _("Not achieved: planned"),
    Status.UNDER_WAY: _("Not achieved: under way"),
    Status.DROPPED: _("Dropped"),
    Review.DRAFT: _("Draft: not submitted yet"),
    Review.RETURNED: _("Returned: not submitted again yet"),
    EXCLUDED: _("Left out of the count"),
    DUPLICATE: _("Duplicate"),
    LATER: _("Achieved after this day"),
    EARLIER: _("Achieved before the period"),
    UNDATED: _("No date: counts today, not on a past day nor in a period"),
    NOTHING_NAMED: _("Names none of what is counted"),
    NOT_EVIDENCED: _("Lacks evidence that its table asks for"),
    NOT_ACCEPTED: _("Not accepted yet"),
}


class Pace:
    """How an indicator stands against the straight line of its work package."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"


@dataclass
class Figure:
    """Rows by verdict, for one indicator, of the consortium or of one partner.

    ``things`` are the distinct things that the counted rows name, where such are counted.
    ``measures`` holds the figure by each measure, of which the leading one is ``achieved``.
    ``shared`` is by how many actions the credit is less than the rows, by agreed splits.
    """

    target: int | None = None
    verdicts: dict[str, int] = field(default_factory=dict)
    things: list[str] | None = None
    past: bool = False
    measures: dict[str, int] = field(default_factory=dict)
    shared: Decimal = Decimal(0)

    @property
    def rows(self) -> int:
        """How many actions there are, counted or not."""
        return sum(self.verdicts.values())

    @property
    def counted_rows(self) -> int:
        return self.verdicts.get(COUNTED, 0)

    @property
    def achieved(self) -> int:
        """The figure: the actions counted, or the distinct things among them."""
        return self.counted_rows if self.things is None else len(self.things)

    @property
    def claimed(self) -> int:
        return self.measures.get(Measure.CLAIMED, 0)

    @property
    def evidenced(self) -> int:
        return self.measures.get(Measure.EVIDENCED, 0)

    @property
    def verified(self) -> int:
        return self.measures.get(Measure.VERIFIED, 0)

    @property
    def gross(self) -> int:
        """The rows counted, and those left out only since they are duplicates."""
        return self.counted_rows + self.verdicts.get(DUPLICATE, 0)

    @property
    def credit(self) -> Decimal:
        """The figure by agreed splits: joint actions in the share that the partner is given."""
        return self.achieved - self.shared

    @property
    def shown(self) -> int | None:
        """The figure for people: None, shown as a dash, where there is no data at all."""
        return self.achieved if self.rows else None

    @property
    def under_way(self) -> int | None:
        return self._open(Status.UNDER_WAY)

    @property
    def planned(self) -> int | None:
        return self._open(Status.PLANNED)

    def _open(self, status: str) -> int | None:
        """Rows not achieved yet; unknown for a past day, on which they may have been otherwise."""
        return None if self.past or not self.rows else self.verdicts.get(status, 0)

    @property
    def missing(self) -> int | None:
        return None if self.target is None else max(self.target - self.achieved, 0)

    @property
    def percent(self) -> int | None:
        """Achieved of the target in whole per cent, rounded down so that 100 means all of it."""
        return self.achieved * 100 // self.target if self.target else None


@dataclass
class IndicatorProgress:
    """One indicator: the consortium's figure, and every partner's by code."""

    indicator: Indicator
    total: Figure
    partners: dict[str, Figure]
    expected: float
    pace: str

    @property
    def reached(self) -> bool:
        return self.total.achieved >= self.indicator.target


@dataclass
class Progress:
    """Indicators of a project as of a day: all are named, ``lines`` are those asked for."""

    project: Project
    as_of: date
    partners: list[Partner]
    indicators: list[Indicator]
    lines: list[IndicatorProgress]
    since: date | None = None
    measure: str = Measure.CLAIMED

    def line(self, number: int) -> IndicatorProgress:
        return next(line for line in self.lines if line.indicator.number == number)

    def of_partner(self, code: str) -> list[tuple[IndicatorProgress, Figure]]:
        return [(line, line.partners[code]) for line in self.lines]


def is_past(as_of: date | None) -> bool:
    """Whether a day lies before today; today itself, and none at all, count what is known now."""
    return as_of is not None and as_of < today()


def counted_things(indicator: Indicator) -> str | None:
    """The path from an action to what is counted distinctly; None where actions are counted."""
    return {
        Indicator.Counts.SECTORS: "sectors",
        Indicator.Counts.ORGANISATIONS: "organisations",
        Indicator.Counts.COUNTRIES: "organisations__country",
    }.get(Indicator.Counts(indicator.counts))


def verdict(
    as_of: date | None,
    things: str | None = None,
    since: date | None = None,
    lacking: Q | None = None,
    *,
    accepted_only: bool = False,
) -> Case:
    """The SQL expression that gives each action its verdict as of a day (None: today).

    With ``since`` only what was achieved from that day on is counted: the gain of a period.
    ``lacking`` are the actions without the evidence that is asked for, where that is asked for.
    """
    rules = [
        When(excluded=True, then=Value(EXCLUDED)),
        When(duplicate_of__isnull=False, then=Value(DUPLICATE)),
        When(status=Status.DROPPED, then=Value(Status.DROPPED.value)),
        *(
            When(review=state, then=Value(str(state.value)))
            for state in (Review.DRAFT, Review.RETURNED)
        ),
        *(
            When(status=status, then=Value(str(status.value)))
            for status in (Status.PLANNED, Status.UNDER_WAY)
        ),
    ]
    if is_past(as_of) or since:
        rules.append(When(counts_from__isnull=True, then=Value(UNDATED)))
    if is_past(as_of):
        rules.append(When(counts_from__gt=as_of, then=Value(LATER)))
    if since:
        rules.append(When(counts_from__lt=since, then=Value(EARLIER)))
    if things:
        rules.append(When(~_names_any(things), then=Value(NOTHING_NAMED)))
    if lacking:
        rules.append(When(lacking, then=Value(NOT_EVIDENCED)))
    if accepted_only:
        rules.append(When(~Q(review=Review.ACCEPTED), then=Value(NOT_ACCEPTED)))
    return Case(*rules, default=Value(COUNTED), output_field=CharField())


def _names_any(things: str) -> Exists:
    """Whether an action names anything of what is counted distinctly."""
    named = Action.objects.filter(pk=OuterRef("pk")).filter(_countable(things))
    return Exists(named)


def _countable(things: str) -> Q:
    if things == "sectors":
        return Q(sectors__beyond_mobility=True)
    if things == "organisations":
        return Q(organisations__isnull=False)
    return Q(organisations__isnull=False) & ~Q(organisations__country="")


def rows_of(
    indicator: Indicator,
    *,
    as_of: date | None = None,
    partner: Partner | None = None,
    since: date | None = None,
    measure: str | None = None,
) -> QuerySet[Any]:
    """Every action of the types that an indicator counts, each with its ``verdict``.

    ``measure`` None is the figure that leads in the project.
    """
    measure = measure or indicator.project.lead_figure
    actions: QuerySet[Any] = Action.objects.of(indicator.project)
    actions = actions.filter(type__indicators=indicator)
    if partner:
        actions = actions.filter(partners=partner)
    claimed = measure == Measure.CLAIMED
    lacking = None if claimed else lacks_evidence(indicator.action_types.all())
    return actions.annotate(
        verdict=verdict(
            as_of,
            counted_things(indicator),
            since,
            lacking,
            accepted_only=measure == Measure.VERIFIED,
        )
    )


def project_progress(
    project: Project,
    *,
    as_of: date | None = None,
    number: int | None = None,
    since: date | None = None,
    measure: str | None = None,
) -> Progress:
    """Count everything, in a fixed number of queries whatever the number of actions.

    ``as_of`` counts what was achieved by the end of that day; None is today. ``since`` counts only
    what was achieved from that day on: figures of periods that follow each other add up to those
    of the whole. ``number`` asks for one indicator only; ``measure`` is which figure leads, if not
    that of the project. The partners' figures may add up to more
    than the consortium's, which counts a joint action once.
    """
    measure = measure or project.lead_figure
    partners = list(project.partners.all())
    indicators = list(project.indicators.prefetch_related("action_types"))
    asked = [i for i in indicators if number is None or i.number == number]
    targets = {
        (t.indicator_id, t.partner_id): t.target
        for t in PartnerTarget.objects.filter(indicator__in=[i.pk for i in asked])
    }
    for indicator in indicators:
        indicator.project = project
    kinds = {things for i in asked if (things := counted_things(i))}
    tally = _Tally(project, as_of, kinds, since, indicators)
    lines = []
    for indicator in asked:
        total = tally.figure(indicator, None, measure, indicator.target)
        if counted_things(indicator):
            _count_things(total, indicator, measure, as_of=as_of, since=since)
        figures = {
            p.code: tally.figure(indicator, p.pk, measure, targets.get((indicator.pk, p.pk)))
            for p in partners
        }
        lines.append(_line(indicator, total, figures, as_of))
    return Progress(project, as_of or today(), partners, indicators, lines, since, measure)


def _count_things(figure: Figure, indicator: Indicator, measure: str, **when: date | None) -> None:
    """Let a figure count distinct things instead of rows, by every measure."""
    things = {m: things_counted(indicator, measure=m, **when) for m in Measure.values}
    figure.things = things[measure]
    figure.measures = {m: len(found) for m, found in things.items()}


@dataclass(frozen=True)
class _Group:
    """Actions that are alike in all that counting asks: how many, and how they share credit."""

    verdict: str
    named: tuple[bool, ...]
    lacking: bool
    accepted: bool
    number: int
    shared: Decimal = Decimal(0)

    def verdict_by(self, measure: str, thing: int | None) -> str:
        """The verdict as ``verdict`` gives it; ``thing`` is an index in ``named``."""
        if self.verdict != COUNTED:
            return self.verdict
        if thing is not None and not self.named[thing]:
            return NOTHING_NAMED
        if measure != Measure.CLAIMED and self.lacking:
            return NOT_EVIDENCED
        if measure == Measure.VERIFIED and not self.accepted:
            return NOT_ACCEPTED
        return COUNTED


class _Tally:
    """Numbers of actions by type, partner (None: the consortium) and verdict, in three queries.

    ``things`` are the kinds of things that some indicator counts: whether an action names any
    of a kind turns COUNTED into NOTHING_NAMED for that indicator, as it does in ``verdict``.
    """

    def __init__(
        self,
        project: Project,
        as_of: date | None,
        things: set[str],
        since: date | None,
        indicators: Iterable[Indicator],
    ) -> None:
        self._past = is_past(as_of)
        self._things = sorted(things)
        self._groups: dict[tuple[int, int | None], list[_Group]] = defaultdict(list)
        types = {t.pk: t for indicator in indicators for t in indicator.action_types.all()}
        flags = {f"names_{index}": _names_any(kind) for index, kind in enumerate(self._things)}
        actions = Action.objects.of(project).order_by()
        actions = actions.annotate(
            verdict=verdict(as_of, since=since),
            lacking=_flag(lacks_evidence(types.values())),
            accepted=_flag(Q(review=Review.ACCEPTED)),
            **flags,
        )
        names = ["verdict", *flags, "lacking", "accepted"]
        number = Count("pk")
        for type_id, *group, n in actions.values_list("type", *names).annotate(n=number):
            self._add(type_id, None, group, n)
        # A partner of None would be an action without one, which the rules do not allow.
        owned = actions.filter(partners__isnull=False).values_list("type", "partners", *names)
        for type_id, partner_id, *group, n in owned.annotate(n=number):
            self._add(type_id, partner_id, group, n)
        split = actions.filter(credit_shares__partner=F("partners"))
        lost = Sum(100 - F("credit_shares__percent"))
        for type_id, partner_id, *group, percent in split.values_list(
            "type", "partners", *names
        ).annotate(lost=lost):
            self._add(type_id, partner_id, group, 0, Decimal(percent) / 100)

    def _add(
        self,
        type_id: int,
        partner_id: int | None,
        group: list[Any],
        number: int,
        shared: Decimal = Decimal(0),
    ) -> None:
        verdict_, *named, lacking, accepted = group
        found = _Group(verdict_, tuple(named), bool(lacking), bool(accepted), number, shared)
        self._groups[type_id, partner_id].append(found)

    def figure(
        self, indicator: Indicator, partner_id: int | None, measure: str, target: int | None
    ) -> Figure:
        """The figure of an indicator, in rows, for the consortium or for a partner."""
        things = counted_things(indicator)
        thing = self._things.index(things) if things else None
        figure = Figure(target, past=self._past, measures=dict.fromkeys(Measure.values, 0))
        for action_type in indicator.action_types.all():
            for group in self._groups.get((action_type.pk, partner_id), ()):
                key = group.verdict_by(measure, thing)
                figure.verdicts[key] = figure.verdicts.get(key, 0) + group.number
                if key == COUNTED:
                    figure.shared += group.shared
                for each in figure.measures:
                    counts = group.verdict_by(each, thing) == COUNTED
                    figure.measures[each] += group.number if counts else 0
        return figure


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0))


def things_counted(
    indicator: Indicator,
    *,
    as_of: date | None = None,
    since: date | None = None,
    measure: str | None = None,
) -> list[str]:
    """The distinct things that the counted actions name: sectors, organisations or countries.

    With ``since`` those whose first date is that day or a later one.
    """
    things = counted_things(indicator)
    assert things is not None, "only where the indicator counts distinct things"
    name = things if things.endswith("country") else f"{things}__name"
    counted = rows_of(indicator, as_of=as_of, measure=measure).filter(verdict=COUNTED)
    named = counted.filter(_countable(things)).order_by()
    first: Any = named.values_list(name).annotate(first=Min("counts_from"))
    return sorted(thing for thing, day in first if since is None or (day and day >= since))


def _line(
    indicator: Indicator, total: Figure, partners: dict[str, Figure], as_of: date | None
) -> IndicatorProgress:
    day = as_of or today()
    expected = indicator.expected(day)
    pace = pace_of(total.achieved, expected, over=day > indicator.ends_on)
    return IndicatorProgress(indicator, total, partners, expected, pace)


def pace_of(achieved: int, expected: float, *, over: bool) -> str:
    """The pace of a figure: ``over`` says that the last month has ended.

    Whole actions are compared with a sloping line, so less than one action short of it is on
    track, and a whole action above it is ahead.
    """
    if over and achieved < expected:
        return Pace.MISSED
    if achieved >= expected + 1:
        return Pace.AHEAD
    if achieved > expected - 1:
        return Pace.ON_TRACK
    return Pace.BEHIND


@dataclass(frozen=True)
class MonthFigure:
    """What had been achieved by the end of a month, and what the straight line expected."""

    month: date
    number: int
    achieved: int
    expected: float


def by_month(
    indicator: Indicator, *, as_of: date | None = None, partner: Partner | None = None
) -> list[MonthFigure]:
    """The achieved figure at the end of every month, from the project's first on: one query.

    Undated actions are in none of them. The last month is that of the last achievement, of the
    indicator's end, or of ``as_of``, whichever is last, but none after the current one.
    """
    firsts = _first_dates(indicator, as_of, partner)
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


def _first_dates(
    indicator: Indicator, as_of: date | None, partner: Partner | None
) -> list[tuple[date, int]]:
    """Months and how many of what is counted came in each; distinct things at their first."""
    counted = rows_of(indicator, as_of=as_of, partner=partner).order_by()
    counted = counted.filter(verdict=COUNTED, counts_from__isnull=False)
    things = counted_things(indicator) if partner is None else None
    if things is None:
        months = counted.annotate(month=TruncMonth("counts_from")).values_list("month")
        return list(months.annotate(n=Count("pk", distinct=True)))
    first: Any = counted.filter(_countable(things)).values_list(things)
    return [(day.replace(day=1), 1) for _thing, day in first.annotate(first=Min("counts_from"))]
