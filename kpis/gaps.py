"""What is missing before a report: rows without a date or evidence, and partners without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.evidence import lacks_evidence
from actions.models import Action
from actions.querysets import gap_rule
from partners import clock
from partners.models import Partner, Project
from partners.words import Words

SILENT_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class Gap:
    """One kind of gap: how many rows have it, and the list that shows them."""

    key: str
    label: Words
    count: int
    url: str


@dataclass(frozen=True)
class Silence:
    """A partner of whom nothing was recorded or changed for a while; ``since`` None: never."""

    partner: Partner
    since: date | None


LABELS: dict[str, Words] = {
    "undated": _("Achieved without a date: counted today, on no past day"),
    "no_evidence": _("Achieved without evidence"),
    "lacks_evidence": _("Achieved, but lacking evidence that is asked for"),
    "overdue": _("Open although their date has passed"),
}


def gaps(project: Project, *, partner: Partner | None = None) -> list[Gap]:
    """The gaps of a project or of one partner: one query.

    Distinct, since an action stands in it once for each of its proofs and files together.
    """
    actions = Action.objects.of(project)
    if partner:
        actions = actions.filter(partners=partner)
    lacking = lacks_evidence()
    numbers = actions.aggregate(
        **{key: Count("pk", filter=gap_rule(key, lacking), distinct=True) for key in LABELS}
    )
    code = {"partner": partner.code} if partner else {}
    base = reverse("action-list", args=[project.slug])
    return [
        Gap(key, LABELS[key], number, f"{base}?{urlencode({'gap': key, **code})}")
        for key, number in numbers.items()
        if number
    ]


def silent_partners(project: Project) -> list[Silence]:
    """The partners of whom nothing was recorded for 90 days: one query."""
    partners = list(project.partners.annotate(heard=Max("actions__updated_at")))
    return silences(partners, {partner.pk: partner.heard for partner in partners})


def silences(partners: Iterable[Partner], heard: Mapping[int, datetime | None]) -> list[Silence]:
    """Those of some partners that are silent; ``heard`` says by their keys when each last spoke."""
    limit = clock.today() - SILENT_AFTER
    found = []
    for partner in partners:
        moment = heard[partner.pk]
        since = timezone.localdate(moment) if moment else None
        if not partner.is_joint and (since is None or since < limit):
            found.append(Silence(partner, since))
    return found
