"""How the partners of a joint action share its credit, as they agreed: reading and writing.

A split counts while its partners are exactly those of the action and its shares add up to 100 per
cent; when the partners change, it no longer does, until they agree anew. Shares are summed up in
hundredths of a per cent, as whole numbers, so that both databases are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Round
from django.utils.translation import gettext as _

from partners.models import Change, Partner, User
from partners.services import record_change

from .models import Action, CreditShare

WHOLE = 10_000  # hundredths of a per cent: all of an action
LONGEST_REASON = 300

HUNDREDTHS = Cast(Round(F("percent") * 100), IntegerField())


def agreed_shares() -> QuerySet[CreditShare]:
    """The shares that count, as rows of CreditShare: those of whole splits."""
    links = Action.partners.through.objects
    shares = CreditShare.objects.filter(action=OuterRef("action"))
    stray = shares.exclude(
        Exists(links.filter(action=OuterRef("action"), partner=OuterRef("partner")))
    )
    without = links.filter(action=OuterRef("action")).exclude(
        Exists(CreditShare.objects.filter(action=OuterRef("action"), partner=OuterRef("partner")))
    )
    total = shares.order_by().values("action").annotate(all=Sum(HUNDREDTHS)).values("all")
    return (
        CreditShare.objects.filter(~Exists(stray), ~Exists(without))
        .annotate(total=Subquery(total))
        .filter(total=WHOLE)
    )


def plain(number: Decimal) -> Decimal:
    """A number as people write it: without zeros at its end, and never as a power of ten."""
    return Decimal(f"{number.normalize():f}")


def own_share(action: str, partner: str) -> QuerySet[CreditShare]:
    """The share of a partner in an action; both are named by columns of the query around it."""
    return agreed_shares().filter(action=OuterRef(action), partner=OuterRef(partner))


def credit_lost(action: str, partner: str) -> Combinable:
    """What an action is worth less than itself to a partner, in hundredths of a per cent.

    Without a split that counts, each partner is credited with all of it.
    """
    own = own_share(action, partner)
    lost = own.order_by().annotate(lost=Value(WHOLE) - HUNDREDTHS).values("lost")[:1]
    return Coalesce(Subquery(lost, output_field=IntegerField()), Value(0))


@dataclass(frozen=True)
class Split:
    """What was agreed about an action; it counts while it is that of the action's partners."""

    shares: dict[str, Decimal]
    counts: bool

    def __bool__(self) -> bool:
        return bool(self.shares)

    def __str__(self) -> str:
        return ", ".join(f"{code} {share:f} %" for code, share in self.shares.items())


def split_of(action: Action) -> Split:
    """The split of one action, whose partners may be prefetched: one query."""
    found = action.credit_shares.select_related("partner")
    shares = {
        share.partner.code: plain(share.percent)
        for share in found.order_by("partner__position", "partner__code")
    }
    partners = {partner.code for partner in action.partners.all()}
    return Split(shares, counts=shares.keys() == partners and sum(shares.values()) == 100)


@transaction.atomic
def agree_on_credit(
    *, action: Action, shares: Mapping[Partner, Decimal], user: User | None, reason: str
) -> bool:
    """Record the shares of all partners of an action, in per cent; none takes the split away.

    Gives whether anything was changed. Raises ValidationError for shares that are not all of the
    action's partners', or do not add up to 100.
    """
    action = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    _check(action, shares)
    if not reason.strip():
        raise ValidationError(_("Say what was agreed, and where."))
    before = split_of(action)
    if {partner.code: share for partner, share in shares.items()} == before.shares:
        return False
    action.credit_shares.all().delete()
    for partner, share in shares.items():
        CreditShare.objects.create(action=action, partner=partner, percent=share)
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=action,
        fields={"credit": (str(before), str(split_of(action)))},
        reason=reason.strip(),
    )
    return True


def _check(action: Action, shares: Mapping[Partner, Decimal]) -> None:
    if not shares:
        return
    if set(shares) != set(action.partners.all()):
        raise ValidationError(_("Give a share to every partner of the action, or to none."))
    for share in shares.values():
        if share < 0 or share != share.quantize(Decimal("0.01")):
            raise ValidationError(_("A share is from 0 to 100, with two decimals at most."))
    if sum(shares.values()) != 100:
        said = {"sum": f"{sum(shares.values()):f}"}
        raise ValidationError(_("The shares add up to %(sum)s and not to 100.") % said)
