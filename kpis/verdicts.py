"""Says of each action whether it counts, or the one reason why it does not, as an SQL expression.

The rules are those of the design, section 3. Figures group by the verdict and lists filter by it,
so that they cannot differ.
"""

from __future__ import annotations

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


def last_verdict(
    first: str, measure: str, *, names: bool, lacking: bool, accepted: bool, duplicate: bool
) -> str:
    """The verdict of rows on which ``first_rules`` said ``first``, in the order of ``verdict``."""
    if first != COUNTED:
        return first
    if not names:
        return NOTHING_NAMED
    if measure != Measure.CLAIMED and lacking:
        return NOT_EVIDENCED
    if measure == Measure.VERIFIED and not accepted:
        return NOT_ACCEPTED
    return DUPLICATE if duplicate else COUNTED


def verdict(
    measure: str,
    *,
    as_of: date | None = None,
    since: date | None = None,
    things: str | None = None,
    lacking: Q,
) -> Case:
    """The SQL expression that gives each action its verdict as of a day (None: today).

    With ``since`` only what was achieved from that day on is counted: the gain of a period.
    ``lacking`` are the actions without the evidence that is asked for. A duplicate comes last:
    gross of duplicates is what counts and what would count if it were none.
    """
    rules = first_rules(as_of, since)
    if things:
        rules.append(When(~names_any(things), then=Value(NOTHING_NAMED)))
    if measure != Measure.CLAIMED:
        rules.append(When(lacking, then=Value(NOT_EVIDENCED)))
    if measure == Measure.VERIFIED:
        rules.append(When(~Q(review=Review.ACCEPTED), then=Value(NOT_ACCEPTED)))
    rules.append(When(duplicate_of__isnull=False, then=Value(DUPLICATE)))
    return verdict_by(rules)


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
    asked = [] if measure == Measure.CLAIMED else indicator.action_types.all()
    given = verdict(
        measure,
        as_of=as_of,
        since=since,
        things=counted_things(indicator),
        lacking=lacks_evidence(asked),
    )
    return actions.annotate(verdict=given)
