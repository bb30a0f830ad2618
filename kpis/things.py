"""The distinct things that an indicator counts, each with the row that names it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from actions.evidence import lacks_evidence
from actions.models import Review
from partners.models import Measure

from .models import Indicator
from .verdicts import COUNTED, countable, counted_things, flag, last_verdict, rows_of


@dataclass(frozen=True)
class FirstNamed:
    """One of the distinct things that a figure counts, with the row that first names it.

    ``name`` is how things are told apart: of a country, its code.
    """

    name: str
    action_id: int
    reference: str
    day: date | None


def things_named(
    indicator: Indicator, *, as_of: date | None = None, since: date | None = None
) -> dict[str, list[FirstNamed]]:
    """The distinct things that the counted rows name, by each measure: one query.

    With ``since`` those whose first date is that day or a later one. The first row is that of
    the earliest date; undated rows come last.
    """
    things = counted_things(indicator)
    assert things is not None, "only where the indicator counts distinct things"
    claimed = rows_of(indicator, as_of=as_of, measure=Measure.CLAIMED).filter(verdict=COUNTED)
    order = (F("counts_from").asc(nulls_last=True), F("pk").asc())
    firsts = (
        claimed.filter(countable(things))
        .order_by()
        .annotate(
            thing=F(things if things.endswith("country") else f"{things}__name"),
            lacking=flag(lacks_evidence(indicator.action_types.all())),
            accepted=flag(Q(review=Review.ACCEPTED)),
        )
        .annotate(
            at=Window(
                RowNumber(), partition_by=[F("thing"), F("lacking"), F("accepted")], order_by=order
            )
        )
        .filter(at=1)
        .values_list("thing", "pk", "reference", "counts_from", "lacking", "accepted")
    )
    found: dict[str, dict[str, FirstNamed]] = {measure: {} for measure in Measure.values}
    for thing, pk, reference, day, lacking, accepted in firsts:
        first = FirstNamed(str(thing), pk, reference, day)
        for measure, known in found.items():
            counts = last_verdict(
                COUNTED,
                measure,
                unnamed=False,
                lacking=lacking,
                unaccepted=not accepted,
                doubled=False,
            )
            if counts == COUNTED and _comes_before(first, known.get(first.name)):
                known[first.name] = first
    return {
        measure: sorted(
            (t for t in known.values() if since is None or (t.day and t.day >= since)),
            key=lambda t: t.name,
        )
        for measure, known in found.items()
    }


def _comes_before(first: FirstNamed, other: FirstNamed | None) -> bool:
    return other is None or _place(first) < _place(other)


def _place(first: FirstNamed) -> tuple[date, int]:
    return (first.day or date.max, first.action_id)
