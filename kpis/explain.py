"""Explains one figure on a page: its rule in words, why rows are left out, who is credited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actions.credit import WHOLE, credit_lost, own_share, plain
from actions.evidence import KIND_WORDS, asked_kinds
from actions.models import Action, Status
from actions.records import record_type
from partners.models import Measure, Partner

from .figure import Figure
from .models import Indicator
from .progress import IndicatorProgress, Progress
from .verdicts import COUNTED, REASONS, counted_links, counts_events, is_past


def rule_of(progress: Progress, line: IndicatorProgress, partner: Partner | None) -> list[str]:
    """How the figure of an indicator is counted, a sentence each, from what is set up."""
    indicator = line.indicator
    return [
        *_of_rows(indicator),
        _("Drafts, returned rows and rows left out by hand do not count."),
        _of_duplicates(indicator, partner),
        *_of_measure(indicator, progress.measure),
        *_of_dates(progress),
        *_of_things(indicator, partner),
        *([] if partner else [_of_joint_actions()]),
        *_of_terms(line),
    ]


def _of_rows(indicator: Indicator) -> Iterator[str]:
    said = _("Counted are the rows of %(table)s whose status is “%(status)s”.")
    for action_type in indicator.action_types.all():
        word = record_type(action_type.record).status_word(Status.ACHIEVED)
        table = f"{action_type.table_name} ({action_type.caption})"
        yield said % {"table": table, "status": word}


def _of_duplicates(indicator: Indicator, partner: Partner | None) -> str:
    if not counts_events(indicator, partner):
        return _("A confirmed duplicate adds nothing twice, since each thing counts once.")
    if partner:
        return _(
            "A confirmed duplicate is left out where the partner answers for the row that stays"
            " too; the event counts with that row, by its date and its evidence."
        )
    return _(
        "A confirmed duplicate is left out; the event counts with the row that stays, by its date"
        " and its evidence."
    )


def _of_measure(indicator: Indicator, measure: str) -> Iterator[str]:
    if measure == Measure.CLAIMED:
        yield _("The partners who answer for a row say so: no evidence is asked for.")
        return
    said = _("A row of %(table)s needs as evidence: %(kinds)s.")
    none = _("A row of %(table)s needs no evidence.")
    for action_type in indicator.action_types.all():
        kinds = ", ".join(str(KIND_WORDS[kind]) for kind in asked_kinds(action_type))
        words = {"table": action_type.table_name, "kinds": kinds}
        yield (said if kinds else none) % words
    if measure == Measure.VERIFIED:
        yield _("The task leader has accepted it.")


def _of_dates(progress: Progress) -> Iterator[str]:
    if not is_past(progress.as_of):
        yield _("Rows without a date count today, on no past day.")
        return
    yield _(
        "Counted is what was achieved by the end of %(day)s: by the signature, the first day held"
        " or the first contact; of a month or a year, by its last day."
    ) % {"day": date_format(progress.as_of)}


def _of_things(indicator: Indicator, partner: Partner | None) -> Iterator[str]:
    if indicator.counts == Indicator.Counts.ACTIONS:
        return
    if partner:
        yield _("For one partner the actions themselves are counted.")
        return
    yield _(
        "The figure is the number of %(things)s that they name, each once, from the first row"
        " that names it."
    ) % {"things": indicator.get_counts_display()}


def _of_joint_actions() -> str:
    return _(
        "A joint action counts once here and in full for each of its partners, so the partners"
        " can add up to more."
    )


def _of_terms(line: IndicatorProgress) -> Iterator[str]:
    indicator = line.indicator
    yield _("The target is due from M%(first)d to M%(last)d (%(end)s).") % {
        "first": indicator.first_month,
        "last": indicator.last_month,
        "end": date_format(indicator.ends_on),
    }
    if line.former:
        amendment = line.former.amendment
        yield _("These terms were in force until %(name)s changed them on %(day)s.") % {
            "name": amendment.name,
            "day": date_format(amendment.in_force_from),
        }


@dataclass(frozen=True)
class LeftOut:
    """How many rows are not counted for one reason."""

    verdict: str
    words: str
    number: int


def left_out(figure: Figure) -> list[LeftOut]:
    """Why rows are not counted, the most frequent reason first."""
    found = [
        LeftOut(verdict, str(REASONS[verdict]), number)
        for verdict, number in figure.verdicts.items()
        if verdict != COUNTED and number
    ]
    return sorted(found, key=lambda left: (-left.number, left.words))


@dataclass
class CreditLine:
    """What a partner is credited with of one figure, in actions."""

    partner: Partner
    rows: int = 0
    jointly: int = 0
    split: int = 0
    credit: Decimal = Decimal(0)
    beside: list[tuple[str, int]] = field(default_factory=list)

    @property
    def alone(self) -> int:
        return self.rows - self.jointly


def credit_lines(
    progress: Progress, indicator: Indicator, *, as_of: date | None
) -> dict[str, CreditLine]:
    """Of each partner by code what it did alone, jointly and with whom, and its credit: one query.

    ``split`` is how many of the joint actions have agreed shares; the others count in full.
    """
    lines = {p.pk: CreditLine(p) for p in progress.partners}
    codes = {p.pk: p.code for p in progress.partners}
    links = counted_links(indicator, as_of=as_of, since=progress.since, measure=progress.measure)
    others = Action.partners.through.objects.filter(action=OuterRef("action")).exclude(
        partner=OuterRef("partner")
    )
    pairs = links.values("partner_id", other=F("action__partners")).annotate(
        n=Count("pk"),
        joint=Count("pk", filter=Q(Exists(others))),
        split=Count("pk", filter=Q(Exists(own_share("action", "partner")))),
        lost=Sum(credit_lost("action", "partner")),
    )
    for pair in pairs:
        line = lines[pair["partner_id"]]
        if pair["other"] == pair["partner_id"]:
            line.rows, line.jointly, line.split = pair["n"], pair["joint"], pair["split"]
            line.credit = plain(pair["n"] - Decimal(pair["lost"]) / WHOLE)
        else:
            line.beside.append((codes[pair["other"]], pair["n"]))
    for line in lines.values():
        line.beside.sort(key=lambda pair: (-pair[1], pair[0]))
    return {line.partner.code: line for line in lines.values()}
