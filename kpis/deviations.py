"""Which indicators fall short of their targets, by how much, whose share, and why in whose words.

The figures are those of a Progress; nothing is counted here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from partners.models import Membership, Partner
from partners.roles import Capability

from .figure import Figure
from .models import Deviation
from .progress import IndicatorProgress, Progress

PartnerFigure = tuple[str, Figure]


@dataclass(frozen=True)
class Shortfall:
    """One indicator against its target: what is missing, who is short, and the words about it.

    ``figure`` is the one measured: the whole indicator's, or one partner's own share where that
    was asked for. ``short`` are the partners that miss their own share, with their figures.
    """

    line: IndicatorProgress
    figure: Figure
    short: list[PartnerFigure]
    words: list[Deviation]

    @property
    def missing(self) -> int:
        """How much of the target is missing; 0 where it is reached or there is none."""
        return self.figure.missing or 0

    @property
    def is_share(self) -> bool:
        """Whether one partner's own share is measured, and not the whole indicator."""
        return self.figure is not self.line.total


def shortfalls(progress: Progress, *, partner: Partner | None = None) -> list[Shortfall]:
    """The indicators short of their targets, with all words about them: one query.

    With a partner, those short of that partner's own share, or of the whole target where the
    partner has no share of its own; and that partner's words only.
    """
    return [standing for standing in standings(progress, partner=partner) if standing.missing]


def standings(progress: Progress, *, partner: Partner | None = None) -> list[Shortfall]:
    """Every indicator as ``shortfalls`` gives those that are short: one query.

    Words about an indicator that is no longer short stand in it as well.
    """
    words = _words(progress, partner)
    return [_standing(line, partner, words[line.indicator.pk]) for line in progress.lines]


def _standing(
    line: IndicatorProgress, partner: Partner | None, words: list[Deviation]
) -> Shortfall:
    own = line.partners[partner.code] if partner else None
    figure = own if own and own.target is not None else line.total
    short = [
        (code, share)
        for code, share in line.partners.items()
        if share.missing and (partner is None or code == partner.code)
    ]
    return Shortfall(line, figure, short, words)


def _words(progress: Progress, partner: Partner | None) -> dict[int, list[Deviation]]:
    """The words about the indicators of a progress by their keys, in the order of partners."""
    told = Deviation.objects.filter(indicator__in=[line.indicator.pk for line in progress.lines])
    if partner:
        told = told.filter(partner=partner)
    found: dict[int, list[Deviation]] = defaultdict(list)
    for deviation in told.select_related("partner", "updated_by").order_by(
        "partner__position", "partner__code"
    ):
        found[deviation.indicator_id].append(deviation)
    return found


def may_explain(membership: Membership, partner: Partner) -> bool:
    """Whether a member may write a partner's words: the own partner's, or anybody's."""
    if membership.may(Capability.EXPLAIN_ANY_DEVIATION):
        return True
    own = membership.partner_id == partner.pk
    return own and membership.may(Capability.EXPLAIN_DEVIATION)


@dataclass(frozen=True)
class Voice:
    """One partner beside a shortfall: its words if there are any, and where one may write them."""

    partner: Partner
    words: Deviation | None
    url: str


@dataclass(frozen=True)
class Account:
    """A shortfall as a member reads it: with a voice for each partner that is shown."""

    standing: Shortfall
    voices: list[Voice]

    @property
    def told(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.words]

    @property
    def untold(self) -> list[Voice]:
        """The partners that have said nothing, as far as the member may write for them."""
        return [voice for voice in self.voices if voice.url and not voice.words]


def account(standing: Shortfall, partners: Iterable[Partner], membership: Membership) -> Account:
    """What each of the partners says, with the addresses that the member may write at."""
    told = {deviation.partner_id: deviation for deviation in standing.words}
    number = standing.line.indicator.number
    return Account(
        standing,
        [
            Voice(partner, told.get(partner.pk), _url(membership, number, partner))
            for partner in partners
        ],
    )


def _url(membership: Membership, number: int, partner: Partner) -> str:
    """Where a member writes a partner's words; empty where the member may not."""
    if not may_explain(membership, partner):
        return ""
    return reverse("deviation", args=[membership.project.slug, number, partner.code])
