"""Counts the actions of a project by type, partner and verdict, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Sum, Value

from actions.credit import WHOLE, credit_lost
from actions.evidence import lacks_evidence
from actions.models import Action, Review
from partners.models import Measure, Project

from .figure import Figure
from .models import Indicator
from .verdicts import (
    COUNTED,
    counted_things,
    counts_events,
    first_rules,
    flag,
    is_doubled,
    is_past,
    last_verdict,
    names_any,
    verdict_by,
)


@dataclass(frozen=True)
class _Group:
    """Actions that are alike in all that counting asks: how many, and how they share credit."""

    first: str
    named: tuple[bool, ...]
    lacking: bool
    accepted: bool
    doubled: bool
    number: int
    lost: int

    def verdict_by(self, measure: str, *, thing: int | None, events: bool) -> str:
        """The verdict by a measure; ``thing`` is an index in ``named``."""
        return last_verdict(
            self.first,
            measure,
            unnamed=thing is not None and not self.named[thing],
            lacking=self.lacking,
            unaccepted=not self.accepted,
            doubled=events and self.doubled,
        )


class Tally:
    """Numbers of actions by type, partner (None: the consortium) and verdict, in one query.

    Whether an action names any of a kind of things turns COUNTED into NOTHING_NAMED for the
    indicators that count that kind.
    """

    def __init__(
        self, project: Project, as_of: date | None, since: date | None, asked: list[Indicator]
    ) -> None:
        self._past = is_past(as_of)
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
        )
        names = ["type", "first", *flags, "lacking", "accepted"]
        for row in _counted_together(actions, names):
            type_id, first, *named, lacking, accepted, doubled, partner_id, number, lost = row
            group = _Group(
                first,
                tuple(map(bool, named)),
                bool(lacking),
                bool(accepted),
                bool(doubled),
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
        events = counts_events(indicator, partner_id)
        figure = Figure(target, past=self._past, measures=dict.fromkeys(Measure.values, 0))
        for action_type in indicator.action_types.all():
            for group in self._groups.get((action_type.pk, partner_id), ()):
                for each in Measure.values:
                    key = group.verdict_by(each, thing=thing, events=events)
                    if key == COUNTED:
                        figure.measures[each] += group.number
                    if each == measure:
                        figure.verdicts[key] = figure.verdicts.get(key, 0) + group.number
                        figure.shared += Decimal(group.lost) / WHOLE if key == COUNTED else 0
        return figure


def _counted_together(actions: QuerySet[Any], names: list[str]) -> Iterable[tuple[Any, ...]]:
    """The groups of the consortium, of partner 0, and those of each partner: one query."""
    nobody, nothing = Value(0, IntegerField()), Value(0, IntegerField())
    names = [*names, "doubled"]
    whole = actions.annotate(doubled=flag(is_doubled())).values(*names, whose=nobody)
    whole = whole.annotate(n=Count("pk"), lost=nothing)
    # A partner of None would be an action without one, which the rules do not allow.
    owned = actions.filter(partners__isnull=False)
    owned = owned.annotate(doubled=flag(is_doubled(partner=OuterRef("partners"))))
    parts = owned.values(*names, whose=F("partners"))
    parts = parts.annotate(n=Count("pk"), lost=Sum(credit_lost("pk", "partners")))
    columns = [*names, "whose", "n", "lost"]
    found: Iterable[tuple[Any, ...]] = whole.values_list(*columns).union(
        parts.values_list(*columns), all=True
    )
    return found
