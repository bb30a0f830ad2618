"""Says of each action whether it counts, or the one reason why it does not, as an SQL expression.

The rules are those of the design, section 3. Figures group by the verdict and lists filter by it,
so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from actions.evidence import lacks_evidence
from actions.models import Action, Review, Status
from partners.clock import today
from partners.models import Measure, Partner
from partners.words import Words

from .models import Indicator

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


def first_rules(as_of: date | None, since: date | None) -> list[When]:
    """The rules that come first, alike for every indicator and every measure."""
    rules = [
        When(excluded=True, then=Value(EXCLUDED)),
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
    return rules


def flag(condition: Any) -> Case:
    """1 where a condition holds, else 0: what rows can be grouped by on every database."""
    return Case(When(condition, then=Value(1)), default=Value(0))


def verdict_by(rules: list[When]) -> Case:
    return Case(*rules, default=Value(COUNTED), output_field=CharField())


def last_rules(
    measure: str, *, unnamed: Any, lacking: Any, unaccepted: Any, doubled: Any
) -> Iterator[tuple[Any, str]]:
    """The rules that come last, in their order: when each holds, and the verdict that it gives.

    The conditions are SQL, or what is known of rows already. Duplicates come last of all: gross of
    duplicates is what counts and what would count if it were none.
    """
    yield unnamed, NOTHING_NAMED
    if measure != Measure.CLAIMED:
        yield lacking, NOT_EVIDENCED
    if measure == Measure.VERIFIED:
        yield unaccepted, NOT_ACCEPTED
    yield doubled, DUPLICATE


def last_verdict(first: str, measure: str, **known: bool) -> str:
    """The verdict of ``rules`` on rows of which ``first_rules`` said ``first``."""
    if first != COUNTED:
        return first
    return next((verdict for holds, verdict in last_rules(measure, **known) if holds), COUNTED)


def rules(
    measure: str,
    *,
    things: str | None,
    as_of: date | None = None,
    since: date | None = None,
    lacking: Q,
    doubled: Q | None,
) -> list[When]:
    """All rules in their order. ``lacking`` are the actions without evidence that is asked for.

    ``doubled`` are the duplicates, None where none is left out.
    """
    last = last_rules(
        measure,
        unnamed=~names_any(things) if things else None,
        lacking=lacking,
        unaccepted=~Q(review=Review.ACCEPTED),
        doubled=doubled,
    )
    more = [When(holds, then=Value(verdict)) for holds, verdict in last if holds is not None]
    return [*first_rules(as_of, since), *more]


def counts_events(indicator: Indicator, partner: Any) -> bool:
    """Whether a figure counts actions, of which several may tell of one event.

    Distinct things count once each anyway, so that a duplicate adds none twice.
    """
    return partner is not None or counted_things(indicator) is None


def doubled_in(indicator: Indicator, partner: Partner | None) -> Q | None:
    """The duplicates that a figure leaves out; None where it leaves out none."""
    return is_doubled(partner=partner) if counts_events(indicator, partner) else None


def is_doubled(*, partner: Any = None, row: str = "") -> Q:
    """Which actions are left out since another row tells of the same event.

    That is the row that stays; where it stands for nothing, not achieved or left out itself, the
    first of its duplicates does. In the figure of ``partner`` only rows stand that are the
    partner's too. ``row`` leads to the action from the rows that are asked, such as ``action__``.
    """
    standing: QuerySet[Any] = Action.objects.order_by().filter(
        excluded=False,
        status=Status.ACHIEVED,
        review__in=(Review.SUBMITTED, Review.ACCEPTED),
    )
    if partner is not None:
        standing = standing.filter(partners=partner)
    stays = standing.filter(pk=OuterRef(f"{row}duplicate_of"))
    first = standing.filter(
        duplicate_of=OuterRef(f"{row}duplicate_of"), pk__lt=OuterRef(f"{row}pk")
    )
    told = Q(Exists(stays)) | Q(Exists(first))
    return Q(**{f"{row}duplicate_of__isnull": False}) & told


def names_any(things: str) -> Exists:
    """Whether an action names anything of what is counted distinctly."""
    return Exists(Action.objects.filter(pk=OuterRef("pk")).filter(countable(things)))


def countable(things: str) -> Q:
    if things == "sectors":
        return Q(sectors__beyond_mobility=True)
    if things == "organisations":
        return Q(organisations__isnull=False)
    # Compared and not denied: an organisation without a country hides none of the others'.
    return Q(organisations__country__gt="")


def verdict(
    measure: str,
    *,
    indicator: Indicator,
    as_of: date | None = None,
    since: date | None = None,
    doubled: Q | None,
) -> Case:
    """The SQL expression that gives each action its verdict as of a day (None: today).

    With ``since`` only what was achieved from that day on is counted: the gain of a period.
    """
    things, lacking = counted_things(indicator), lacking_of(indicator, measure)
    return verdict_by(
        rules(measure, things=things, as_of=as_of, since=since, lacking=lacking, doubled=doubled)
    )


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
    actions = _of_types(indicator)
    if partner:
        actions = actions.filter(partners=partner)
    doubled = doubled_in(indicator, partner)
    given = verdict(measure, indicator=indicator, as_of=as_of, since=since, doubled=doubled)
    return actions.annotate(verdict=given)


def counted_links(
    indicator: Indicator, *, as_of: date | None, since: date | None, measure: str
) -> QuerySet[Any]:
    """Each partner with each action that counts in that partner's figure, as rows of the link."""
    own = verdict(measure, indicator=indicator, as_of=as_of, since=since, doubled=None)
    counting = _of_types(indicator).order_by().alias(own=own).filter(own=COUNTED)
    links: QuerySet[Any] = Action.partners.through.objects.filter(action__in=counting.values("pk"))
    return links.filter(~is_doubled(partner=OuterRef("partner"), row="action__"))


def _of_types(indicator: Indicator) -> QuerySet[Any]:
    actions: QuerySet[Any] = Action.objects.of(indicator.project)
    return actions.filter(type__indicators=indicator)


def lacking_of(indicator: Indicator, measure: str) -> Q:
    """Which actions lack evidence that a measure asks for."""
    return lacks_evidence([] if measure == Measure.CLAIMED else indicator.action_types.all())
