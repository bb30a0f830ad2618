"""Explains figures row by row: what each row adds to which figure, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from actions.evidence import KIND_WORDS, asked_kinds, has_evidence
from actions.links import PartnersColumn
from actions.models import Action, ActionType, EvidenceKind, Status
from actions.records import record_type
from partners.models import Measure, Partner

from .models import Indicator
from .progress import IndicatorProgress
from .verdicts import (
    COUNTED,
    DUPLICATE,
    EXCLUDED,
    NOT_EVIDENCED,
    REASONS,
    counted_links,
    counted_things,
    rows_of,
)

ROWS_AT_ONCE = 2000
PARTNERS = PartnersColumn(name="partners", heading="")


@dataclass(frozen=True)
class Explained:
    """A row beside an indicator; one that names several distinct things has a line for each.

    ``adds`` is what the line adds to the figure of the consortium, or of the partner whose report
    it is; ``partners`` what it adds to each partner's. ``is_first`` is false for the second and
    further lines of the same row: the lines for which it is true are the rows.
    """

    indicator: Indicator
    reference: str
    table: str
    title: str
    responsible: str
    status: str
    achieved_on: str
    counts_from: date | None
    verdict: str
    reason: str
    thing: str
    adds: int
    partners: dict[str, int] = field(default_factory=dict)
    is_first: bool = True


def explained(
    line: IndicatorProgress,
    *,
    as_of: date | None,
    since: date | None,
    partner: Partner | None,
    measure: str | None = None,
) -> Iterator[Explained]:
    """Every row of an indicator, in the order in which they count; undated ones come last.

    ``measure`` is the one by which the line was counted; None is that which leads.
    """
    measure = measure or line.indicator.project.lead_figure
    things = counted_things(line.indicator) if partner is None else None
    rows = rows_of(line.indicator, as_of=as_of, since=since, partner=partner, measure=measure)
    if things:
        rows = rows.prefetch_related(things.split("__")[0])
    rows = with_reasons(rows, line.indicator.action_types.all(), measure)
    rows = rows.select_related("duplicate_of").order_by(F("counts_from").asc(nulls_last=True), "pk")
    found = rows.iterator(chunk_size=ROWS_AT_ONCE)
    doubled = _counting_duplicates(line.indicator, as_of=as_of, since=since, measure=measure)
    explainer = _Explainer(line, things, doubled)
    while chunk := list(islice(found, ROWS_AT_ONCE)):
        for action, partners in zip(chunk, PARTNERS.get_many(chunk), strict=True):
            yield from explainer.lines(action, partners)


def _counting_duplicates(
    indicator: Indicator, *, as_of: date | None, since: date | None, measure: str
) -> dict[int, set[int]]:
    """The duplicates, each with the partners in whose figures it counts.

    One partner's figure may leave out a duplicate that another's counts.
    """
    rows = Action.objects.of(indicator.project).filter(type__indicators=indicator)
    duplicates = rows.filter(duplicate_of__isnull=False)
    found: dict[int, set[int]] = {pk: set() for pk in duplicates.values_list("pk", flat=True)}
    if found:
        links = counted_links(indicator, as_of=as_of, since=since, measure=measure)
        links = links.filter(action__duplicate_of__isnull=False)
        for pk, partner in links.values_list("action_id", "partner_id"):
            found[pk].add(partner)
    return found


class _Explainer:
    """Explains the rows of one indicator, one after the other.

    What counts once each is taken from the figure itself: the first row that names a thing adds
    it, and so the lines add up to the figure.
    """

    def __init__(
        self, line: IndicatorProgress, things: str | None, duplicates: dict[int, set[int]]
    ) -> None:
        self._indicator = line.indicator
        self._things = things
        self._duplicates = duplicates
        self._not_named_yet = set(line.total.things or ())
        self._counted, self._again = _("Counted"), _("Named already by an earlier row")
        self._reasons = {verdict: str(words) for verdict, words in REASONS.items()}
        types = list(self._indicator.action_types.all())
        self._tables = {t.pk: t.table_name for t in types}
        self._statuses = {
            (t.pk, status): record_type(t.record).status_word(status)
            for t in types
            for status in Status.values
        }

    def lines(self, action: Any, partners: Sequence[Partner]) -> Iterator[Explained]:
        counts = action.verdict == COUNTED
        if self._things is None or not counts:
            yield self._line(action, partners, adds=int(counts))
            return
        for number, (key, name) in enumerate(things_of(action, self._things)):
            adds = int(key in self._not_named_yet)
            self._not_named_yet.discard(key)
            yield self._line(action, partners, adds=adds, thing=name, is_first=number == 0)

    def _line(
        self,
        action: Any,
        partners: Sequence[Partner],
        *,
        adds: int,
        thing: str = "",
        is_first: bool = True,
    ) -> Explained:
        counts = [p for p in partners if self._counts_for(p, action)] if is_first else []
        return Explained(
            indicator=self._indicator,
            reference=action.reference,
            table=self._tables[action.type_id],
            title=action.title,
            responsible=", ".join(p.code for p in partners),
            status=self._statuses[action.type_id, action.status],
            achieved_on=str(action.first_date or ""),
            counts_from=action.counts_from,
            verdict=action.verdict,
            reason=self._reason(action, adds),
            thing=thing,
            adds=adds,
            partners={p.code: int(p in counts) for p in partners},
            is_first=is_first,
        )

    def _counts_for(self, partner: Partner, action: Any) -> bool:
        if action.pk in self._duplicates:
            return partner.pk in self._duplicates[action.pk]
        return bool(action.verdict == COUNTED)

    def _reason(self, action: Any, adds: int) -> str:
        """Why a row counts or not; a row left out by hand says what was written of it."""
        if action.verdict == COUNTED:
            return self._counted if adds else self._again
        return reason_of(action, self._reasons[action.verdict])


def with_reasons(rows: QuerySet[Any], types: Iterable[ActionType], measure: str) -> QuerySet[Any]:
    """Rows of some types that know which evidence they lack: ``lacks_agreement`` and so on.

    Nothing is asked by a measure that asks for no evidence.
    """
    types = [] if measure == Measure.CLAIMED else list(types)
    asked = {kind for action_type in types for kind in asked_kinds(action_type)}
    return rows.annotate(
        **{
            f"lacks_{kind.value}": Case(
                When(
                    Q(type__in=[t.pk for t in types if kind in asked_kinds(t)])
                    & ~has_evidence(kind),
                    then=Value(1),
                ),
                default=Value(0),
            )
            for kind in asked
        }
    )


def reason_of(action: Any, words: str) -> str:
    """Why a row is left out: words of the reason, and what there is to say of this very row."""
    more = {
        DUPLICATE: lambda: action.duplicate_of.reference,
        EXCLUDED: lambda: action.exclusion_reason,
        NOT_EVIDENCED: lambda: ", ".join(
            str(KIND_WORDS[kind])
            for kind in EvidenceKind
            if getattr(action, f"lacks_{kind.value}", 0)
        ),
    }
    said = more[action.verdict]() if action.verdict in more else ""
    return f"{words}: {said}" if said else words


def things_of(action: Action, things: str) -> list[tuple[str, str]]:
    """What an action names of what is counted: each as it is told apart, and as it is called."""
    if things == "sectors":
        return [(s.name, s.name) for s in action.sectors.all() if s.beyond_mobility]
    if things == "organisations":
        return [(o.name, o.name) for o in action.organisations.all()]
    countries = {o.country.code: o.country.name for o in action.organisations.all() if o.country}
    return sorted((code, str(name)) for code, name in countries.items())
