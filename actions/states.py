"""How far the actions of some projects are, in a line for each of their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Membership
from partners.roles import Capability, Role

from .models import Action, Status
from .reviewing import BACK, IN_DRAFT, WAITS


def tell_of_actions(memberships: Sequence[Membership]) -> dict[int, list[str]]:
    """How many actions there are, and what of them waits for the member: two queries."""
    projects = _numbers(Action.objects.filter(project__in=[m.project_id for m in memberships]))
    own = [m.partner_id for m in memberships if m.role == Role.PARTNER]
    partners = _numbers(Action.objects.filter(partners__in=own), by="partners")
    return {
        member.project_id: [
            *_state(projects.get(member.project_id)),
            *_waiting(member, projects.get(member.project_id), partners.get(member.partner_id)),
        ]
        for member in memberships
    }


def _numbers(rows: Any, by: str = "project") -> dict[int | None, dict[str, int]]:
    found = rows.order_by().values(by).annotate(
        all=Count("pk"),
        achieved=Count("pk", filter=Q(status=Status.ACHIEVED)),
        waiting=Count("pk", filter=WAITS),
        returned=Count("pk", filter=BACK),
        draft=Count("pk", filter=IN_DRAFT),
    )  # fmt: skip
    return {row[by]: row for row in found}


def _state(numbers: dict[str, int] | None) -> list[str]:
    if not numbers:
        return [_("No action is logged yet")]
    total, achieved = numbers["all"], numbers["achieved"]
    said = ngettext(
        "%(achieved)d of %(total)d action achieved",
        "%(achieved)d of %(total)d actions achieved",
        total,
    )
    return [said % {"achieved": achieved, "total": total}]


def _waiting(
    member: Membership, all_: dict[str, int] | None, own: dict[str, int] | None
) -> list[str]:
    """What is for the member to do: for who reviews, and for a partner."""
    facts = []
    if all_ and all_["waiting"] and member.may(Capability.REVIEW):
        number = all_["waiting"]
        said = ngettext("%(number)d waits for review", "%(number)d wait for review", number)
        facts.append(said % {"number": number})
    if own and own["returned"]:
        number = own["returned"]
        said = ngettext("%(number)d came back to you", "%(number)d came back to you", number)
        facts.append(said % {"number": number})
    if own and own["draft"]:
        number = own["draft"]
        said = ngettext("%(number)d in draft", "%(number)d in draft", number)
        facts.append(said % {"number": number})
    return facts
