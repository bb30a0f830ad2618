"""The one place that counts: every figure on a screen, in a file or in a report comes from here.

Which rows count is said by ``verdicts``: figures are the numbers of rows by verdict, and lists of
rows filter by the same.

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
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from actions.credit import WHOLE, credit_lost, plain
from actions.evidence import lacks_evidence
from actions.models import Action, Review, Status
from partners.clock import today
from partners.models import Measure, Partner, Project

from .duplicates import Telling, left_out
from .models import FormerTerms, Indicator, PartnerTarget
from .terms import Version, former_terms, in_force, restore_terms, shares_of, versions_of
from .things import FirstNamed, things_named
from .verdicts import (
    COUNTED,
    DUPLICATE,
    EARLIER,
    OF_THE_DAY,
    counted_things,
    counts_events,
    first_rules,
    flag,
    is_past,
    last_verdict,
    names_any,
    verdict_by,
)


class Pace:
    """How an indicator stands against the straight line of its work package."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"


@dataclass
class Figure:
    """Rows by verdict, for one indicator, of the consortium or of one partner.

    ``things`` are the distinct things that the counted rows name, where such are counted, and
    ``named`` the same with the row that first names each.
    ``measures`` holds the figure by each measure, of which the leading one is ``achieved``.
    ``shared`` is by how many actions the credit is less than the rows, by agreed splits.
    """

    target: int | None = None
    verdicts: dict[str, int] = field(default_factory=dict)
    things: list[str] | None = None
    past: bool = False
    measures: dict[str, int] = field(default_factory=dict)
    shared: Decimal = Decimal(0)
    named: list[FirstNamed] | None = None

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
    def three(self) -> list[int | None]:
        """Claimed, evidenced and verified; None each where there is no data at all."""
        if self.shown is None:
            return [None, None, None]
        return [self.claimed, self.evidenced, self.verified]

    @property
    def duplicates(self) -> int:
        """The rows left out only since they are duplicates."""
        return self.verdicts.get(DUPLICATE, 0)

    @property
    def gross(self) -> int:
        """The rows that count, duplicates too."""
        return self.counted_rows + self.duplicates

    @property
    def credit(self) -> Decimal:
        """The figure by agreed splits: joint actions in the share that the partner is given."""
        return plain(self.achieved - self.shared)

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
    """One indicator: the consortium's figure, and every partner's by code.

    ``former`` are the terms that were in force on the day, where an amendment has changed them
    since; the indicator says them. ``versions`` are all that it ever had, today's the last.
    """

    indicator: Indicator
    total: Figure
    partners: dict[str, Figure]
    expected: float
    pace: str
    former: FormerTerms | None = None
    versions: list[Version] = field(default_factory=list)

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


def project_progress(
    project: Project,
    *,
    as_of: date | None = None,
    number: int | None = None,
    since: date | None = None,
    measure: str | None = None,
) -> Progress:
    """Count everything, in a fixed number of queries whatever the number of actions.

    ``as_of`` counts what was achieved by the end of that day, against the terms of the grant that
    were in force on it; None is today. ``since`` counts only what was achieved from that day on:
    figures of periods that follow each other add up to those of the whole. ``number`` asks for one
    indicator only; ``measure`` is which figure leads, if not that of the project. The partners'
    figures may add up to more than the consortium's, which counts a joint action once.
    """
    measure = measure or project.lead_figure
    day = as_of or today()
    partners = list(project.partners.all())
    indicators = list(project.indicators.prefetch_related("action_types"))
    all_former = former_terms(project)
    codes = {p.pk: p.code for p in partners}
    versions = {i.pk: versions_of(i, all_former[i.pk], codes) for i in indicators}
    former = {pk: terms for pk, found in all_former.items() if (terms := in_force(found, day))}
    for indicator in indicators:
        indicator.project = project
        if indicator.pk in former:
            restore_terms(indicator, former[indicator.pk])
    asked = [i for i in indicators if number is None or i.number == number]
    targets = _targets(asked, codes, former)
    tally = _Tally(project, as_of, since, asked)
    lines = []
    for indicator in asked:
        total = tally.figure(indicator, None, measure, indicator.target)
        if counted_things(indicator):
            _count_things(total, indicator, measure, as_of=as_of, since=since)
        figures = {
            p.code: tally.figure(indicator, p.pk, measure, targets.get((indicator.pk, p.code)))
            for p in partners
        }
        line = _line(indicator, total, figures, day)
        line.former, line.versions = former.get(indicator.pk), versions[indicator.pk]
        lines.append(line)
    return Progress(project, day, partners, indicators, lines, since, measure)


def _targets(
    indicators: list[Indicator], codes: dict[int, str], former: dict[int, FormerTerms]
) -> dict[tuple[int, str], int]:
    """The shares of the partners by indicator and code, as they were in force."""
    found = {
        (t.indicator_id, codes[t.partner_id]): t.target
        for t in PartnerTarget.objects.filter(indicator__in=[i.pk for i in indicators])
        if t.indicator_id not in former
    }
    for pk, terms in former.items():
        found.update({(pk, code): n for code, n in shares_of(terms, codes).items()})
    return found


def _count_things(figure: Figure, indicator: Indicator, measure: str, **when: date | None) -> None:
    """Let a figure count distinct things instead of rows, by every measure."""
    things = things_named(indicator, **when)
    figure.named = things[measure]
    figure.things = [thing.name for thing in figure.named]
    figure.measures = {each: len(found) for each, found in things.items()}


@dataclass(frozen=True)
class _Group:
    """Actions that are alike in all that counting asks: how many, and how they share credit.

    A row of an event that several rows tell of is a group by itself, and has a ``telling``.
    """

    verdict: str
    named: tuple[bool, ...]
    lacking: bool
    accepted: bool
    telling: Telling | None
    number: int
    lost: int

    def verdict_by(self, measure: str, thing: int | None) -> str:
        """The verdict by a measure; ``thing`` is an index in ``named``."""
        return self._last(self.verdict, measure, thing)

    def would_count(self, measure: str, thing: int | None) -> bool:
        """Whether it counts but for its day and for being a duplicate."""
        first = COUNTED if self.verdict in OF_THE_DAY else self.verdict
        return self._last(first, measure, thing) == COUNTED

    def _last(self, first: str, measure: str, thing: int | None) -> str:
        names = thing is None or self.named[thing]
        return last_verdict(
            first, measure, names=names, lacking=self.lacking, accepted=self.accepted
        )


_TOLD = Q(duplicate_of__isnull=False) | Q(
    Exists(Action.objects.order_by().filter(duplicate_of=OuterRef("pk")))
)
# Rows of one event are told apart, all others stay together.
_TELLING: dict[str, Any] = {
    "telling": Case(When(_TOLD, then=F("pk")), default=None),
    "of": F("duplicate_of_id"),
    "day": Case(When(_TOLD, then=F("counts_from")), default=None),
}


class _Tally:
    """Numbers of actions by type, partner (None: the consortium) and verdict, in one query.

    Whether an action names any of a kind of things turns COUNTED into NOTHING_NAMED for the
    indicators that count that kind.
    """

    def __init__(
        self, project: Project, as_of: date | None, since: date | None, asked: list[Indicator]
    ) -> None:
        self._past = is_past(as_of)
        self._by, self._since = (as_of if self._past else None), since
        self._things = sorted({things for i in asked if (things := counted_things(i))})
        self._groups: dict[tuple[int, int | None], list[_Group]] = defaultdict(list)
        types = {t.pk: t for indicator in asked for t in indicator.action_types.all()}
        flags = {f"names_{index}": flag(names_any(k)) for index, k in enumerate(self._things)}
        actions = Action.objects.of(project).filter(type__in=types).order_by()
        actions = actions.annotate(
            first=verdict_by(first_rules(as_of, since)),
            **flags,
            lacking=flag(lacks_evidence(types.values())),
            accepted=flag(Q(review=Review.ACCEPTED)),
            **_TELLING,
        )
        names = ["type", "first", *flags, "lacking", "accepted", *_TELLING]
        for row in _counted_together(actions, names):
            type_id, first, *named, lacking, accepted, pk, of, day, partner_id, number, lost = row
            group = _Group(
                first,
                tuple(map(bool, named)),
                bool(lacking),
                bool(accepted),
                Telling(pk, of, day) if pk else None,
                number,
                lost,
            )
            self._groups[type_id, partner_id or None].append(group)

    def figure(
        self, indicator: Indicator, partner_id: int | None, measure: str, target: int | None
    ) -> Figure:
        """The figure of an indicator, in rows, for the consortium or for a partner."""
        things = counted_things(indicator)
        thing = self._things.index(things) if things else None
        figure = Figure(target, past=self._past, measures=dict.fromkeys(Measure.values, 0))
        groups = [
            group
            for action_type in indicator.action_types.all()
            for group in self._groups.get((action_type.pk, partner_id), ())
        ]
        for each in Measure.values:
            apart = self._apart(groups, each, thing) if counts_events(indicator, partner_id) else {}
            for group in groups:
                key = group.verdict_by(each, thing)
                if key == COUNTED and group.telling:
                    key = apart.get(group.telling.pk, COUNTED)
                if key == COUNTED:
                    figure.measures[each] += group.number
                if each == measure:
                    figure.verdicts[key] = figure.verdicts.get(key, 0) + group.number
                    figure.shared += Decimal(group.lost) / WHOLE if key == COUNTED else 0
        return figure

    def _apart(self, groups: list[_Group], measure: str, thing: int | None) -> dict[int, str]:
        """The rows that would count, but are left out for another row of their event."""
        tellings = [g.telling for g in groups if g.telling and g.would_count(measure, thing)]
        out = left_out(tellings, by=self._by, since=self._since)
        return {**dict.fromkeys(out.earlier, EARLIER), **dict.fromkeys(out.duplicates, DUPLICATE)}


def _counted_together(actions: QuerySet[Any], names: list[str]) -> Iterable[tuple[Any, ...]]:
    """The groups of the consortium, of partner 0, and those of each partner: one query."""
    nobody, nothing = Value(0, IntegerField()), Value(0, IntegerField())
    whole = actions.values(*names, whose=nobody).annotate(n=Count("pk"), lost=nothing)
    # A partner of None would be an action without one, which the rules do not allow.
    owned = actions.filter(partners__isnull=False).values(*names, whose=F("partners"))
    parts = owned.annotate(n=Count("pk"), lost=Sum(credit_lost("pk", "partners")))
    columns = [*names, "whose", "n", "lost"]
    found: Iterable[tuple[Any, ...]] = whole.values_list(*columns).union(
        parts.values_list(*columns), all=True
    )
    return found


def _line(
    indicator: Indicator, total: Figure, partners: dict[str, Figure], day: date
) -> IndicatorProgress:
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
