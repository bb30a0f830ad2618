"""The one place that counts: every figure on a screen, in a file or in a report comes from here.

Which rows count is said by ``verdicts``: figures are the numbers of rows by verdict, and lists of
rows filter by the same.

There are three figures (``Measure``): what is claimed, what of that has the evidence that is asked
for, and what of that the task leader has accepted. The project says which of them leads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from partners.clock import today
from partners.models import Measure, Partner, Project

from .figure import Figure
from .models import FormerTerms, Indicator, PartnerTarget
from .tally import Tally
from .terms import Version, former_terms, in_force, restore_terms, shares_of, versions_of
from .things import things_named
from .verdicts import counted_things


class Pace:
    """How an indicator stands against the straight line of its work package."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"


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
    partners: Iterable[Partner] | None = None,
) -> Progress:
    """Count everything, in a fixed number of queries whatever the number of actions.

    ``as_of`` counts what was achieved by the end of that day, against the terms of the grant that
    were in force on it; None is today. ``since`` counts only what was achieved from that day on:
    figures of periods that follow each other add up to those of the whole. ``number`` asks for one
    indicator only; ``measure`` is which figure leads, if not that of the project. Who has read all
    ``partners`` already hands them in. The partners' figures may add up to more than the
    consortium's, which counts a joint action once.
    """
    measure = measure or project.lead_figure
    day = as_of or today()
    partners = list(project.partners.all() if partners is None else partners)
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
    tally = Tally(project, as_of, since, asked)
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
