"""The terms of indicators: what is promised today, and what was before amendments of the grant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from partners.models import Project

from .models import Amendment, FormerTerms, Indicator

TERMS = ("title", "description", "target", "first_month", "last_month")


@dataclass(frozen=True)
class Version:
    """An indicator as it was promised for a while; ``until`` None is what is promised today.

    ``shares`` are the partners' targets in words; those of today only where they were asked for.
    """

    title: str
    description: str
    target: int
    first_month: int
    last_month: int
    since: Amendment | None
    until: Amendment | None
    shares: str = ""


def former_terms(project: Project) -> dict[int, list[FormerTerms]]:
    """The former terms of the indicators that were ever amended, the oldest first: one query."""
    found: dict[int, list[FormerTerms]] = defaultdict(list)
    all_terms = FormerTerms.objects.filter(indicator__project=project)
    for terms in all_terms.select_related("amendment").order_by("amendment__in_force_from"):
        found[terms.indicator_id].append(terms)
    return found


def in_force(former: list[FormerTerms], day: date) -> FormerTerms | None:
    """The former terms that were in force on a day; None where today's were already.

    The earliest of the amendments that came after the day tells what it replaced.
    """
    return next((terms for terms in former if day < terms.amendment.in_force_from), None)


def restore_terms(indicator: Indicator, terms: FormerTerms) -> None:
    """Let an indicator in memory say its former terms; it is for reading, never to be saved."""
    for name in TERMS:
        setattr(indicator, name, getattr(terms, name))


def shares_of(terms: FormerTerms, codes: Mapping[int, str]) -> dict[str, int]:
    """The former shares by the codes that partners have today; ``codes`` by their keys."""
    return {
        codes[int(pk)]: target for pk, target in terms.partner_targets.items() if int(pk) in codes
    }


def versions_of(
    indicator: Indicator,
    former: list[FormerTerms],
    codes: Mapping[int, str],
    shares: Mapping[str, int] | None = None,
) -> list[Version]:
    """What an indicator, which says today's terms, promised from when until when.

    ``codes`` are those of the partners by their keys, ``shares`` their targets of today by code.
    """
    versions, since = [], None
    for terms in former:
        versions.append(_version(terms, shares_of(terms, codes), since, terms.amendment))
        since = terms.amendment
    return [*versions, _version(indicator, shares or {}, since, None)]


def _version(
    terms: Indicator | FormerTerms,
    shares: Mapping[str, int],
    since: Amendment | None,
    until: Amendment | None,
) -> Version:
    return Version(
        terms.title,
        terms.description,
        terms.target,
        terms.first_month,
        terms.last_month,
        since,
        until,
        ", ".join(f"{code} {target}" for code, target in sorted(shares.items())),
    )
