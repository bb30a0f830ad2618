"""Says which rows of an event that several rows tell of a figure leaves out: in SQL and in Python.

Confirmed duplicates and the row that stays tell of one event, which counts once in each figure that
counts actions: by the row that stays where it counts in that very figure on that day, else by the
first of the duplicates that does. No event is lost with the row that stays. The event counts from
the first of the days of its counting rows, so that a figure never falls and periods add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

_NO_DAY = Value(date.max, DateField())  # where rows without a date stand


@dataclass(frozen=True)
class Telling:
    """A row that would count but for its day, and of an event that several rows tell of.

    ``of`` is the row of which it is a duplicate; none of the row that stays.
    """

    pk: int
    of: int | None
    day: date | None


@dataclass(frozen=True)
class LeftOut:
    """The rows that a figure leaves out: duplicates, and those whose duplicate counted earlier."""

    duplicates: frozenset[int]
    earlier: frozenset[int]


def left_out(rows: Iterable[Telling], *, by: date | None, since: date | None) -> LeftOut:
    """What a figure leaves out of rows that would count in it but for their day.

    ``by`` is the last day that counts; None is today, on which rows without a date count too.
    """
    known = {row.pk: row for row in rows}
    tellings: dict[int, list[Telling]] = defaultdict(list)
    for row in sorted(known.values(), key=lambda row: (row.day or date.max, row.pk)):
        if row.of:
            tellings[row.of].append(row)
    duplicates, earlier = set(), set()
    for pk, others in tellings.items():
        stays = known.get(pk)
        counts = stays is not None and _counts(stays, by, since)
        duplicates |= {other.pk for other in (others if counts else others[1:])}
        if stays and since and (others[0].day or date.max) < since:
            earlier.add(pk)
    return LeftOut(frozenset(duplicates), frozenset(earlier))


def _counts(stays: Telling, by: date | None, since: date | None) -> bool:
    """Whether the row that stays counts by a day, in a period or before it."""
    if stays.day is None:
        return by is None and since is None
    return by is None or stays.day <= by


def is_left_out(
    would_count: QuerySet[Any], *, by: date | None, since: date | None, row: str = ""
) -> Q:
    """Which rows are left out as duplicates; ``would_count`` are the rows of the figure.

    ``row`` leads to the action from the rows that are asked, such as ``action__``.
    """
    stays = would_count.filter(pk=OuterRef(f"{row}duplicate_of"))
    if by or since:
        stays = stays.filter(counts_from__isnull=False)
    if by:
        stays = stays.filter(counts_from__lte=by)
    others = would_count.filter(duplicate_of=OuterRef(f"{row}duplicate_of"))
    others = others.alias(day=Coalesce("counts_from", _NO_DAY))
    mine = Coalesce(OuterRef(f"{row}counts_from"), _NO_DAY)
    first = others.filter(Q(day__lt=mine) | Q(day=mine, pk__lt=OuterRef(f"{row}pk")))
    return Q(**{f"{row}duplicate_of__isnull": False}) & (Q(Exists(stays)) | Q(Exists(first)))


def is_told_before(would_count: QuerySet[Any], since: date, *, row: str = "") -> Q:
    """Which rows have a duplicate that would count before a period began."""
    return Q(Exists(would_count.filter(duplicate_of=OuterRef(f"{row}pk"), counts_from__lt=since)))


def first_day(would_count: QuerySet[Any]) -> Func:
    """From which day the event of a counted row counts, by itself or by a duplicate."""
    dated = would_count.filter(duplicate_of=OuterRef("pk"), counts_from__isnull=False)
    first = dated.order_by("counts_from").values("counts_from")[:1]
    return Least(Coalesce("counts_from", _NO_DAY), Coalesce(Subquery(first), _NO_DAY))
