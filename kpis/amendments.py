"""Amendments of the grant: what they change from a day on, and taking back one that was a mistake.

The indicators hold today's terms; what was in force before an amendment is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners import clock
from partners.models import Change, Project, User
from partners.services import record_change

from .models import Amendment, FormerTerms, Indicator
from .services import write_partner_targets
from .terms import TERMS


@dataclass(frozen=True)
class Terms:
    """What is promised of an indicator; ``partner_targets`` are the shares by code of partner."""

    title: str
    description: str
    target: int
    first_month: int
    last_month: int
    partner_targets: dict[str, int] = field(default_factory=dict)


def terms_of(indicator: Indicator) -> Terms:
    """The terms of today; the partner targets may be prefetched with their partners."""
    shares = {t.partner.code: t.target for t in indicator.partner_targets.all()}
    return Terms(**{name: getattr(indicator, name) for name in TERMS}, partner_targets=shares)


def indicators_with_terms(project: Project) -> list[Indicator]:
    """The indicators of a project with the shares of their partners."""
    found = list(project.indicators.prefetch_related("partner_targets__partner"))
    for indicator in found:
        indicator.project = project
    return found


def last_amendment(project: Project) -> Amendment | None:
    return Amendment.objects.of(project).order_by("in_force_from").last()


@transaction.atomic
def amend(
    *,
    project: Project,
    name: str,
    in_force_from: date,
    note: str,
    terms: Mapping[int, Terms],
    user: User | None,
) -> Amendment:
    """Record an amendment with the new terms of indicators, by number; those that differ change.

    Raises ValidationError for a day that is not after the last amendment, and where nothing
    differs.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    amendment = Amendment(
        project=project, name=name.strip(), in_force_from=in_force_from, note=note.strip()
    )
    amendment.full_clean()
    if fault := fault_of_day(project, in_force_from):
        raise ValidationError({"in_force_from": fault})
    indicators = {i.number: i for i in indicators_with_terms(project)}
    changed = {n: new for n, new in terms.items() if new != terms_of(indicators[n])}
    if not changed:
        raise ValidationError(_("An amendment changes the terms of one indicator at least."))
    amendment.save()
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.ADDED,
        record=amendment,
        fields={"name": ("", amendment.name), "in_force_from": ("", in_force_from.isoformat())},
        reason=amendment.note,
    )
    for number, new in changed.items():
        indicator, old = indicators[number], terms_of(indicators[number])
        FormerTerms.objects.create(indicator=indicator, amendment=amendment, **vars(old))
        _write_terms(indicator, old, new, user, amendment.name, amendment.note)
    return amendment


def fault_of_day(project: Project, day: date) -> str:
    """Why an amendment cannot be in force from a day, in words; empty where it can."""
    last = last_amendment(project)
    if day > clock.today():
        return _("Record an amendment once it is in force: this day is still to come.")
    if day <= project.starts_on:
        return _("An amendment comes after the first day of the project.")
    if last and day <= last.in_force_from:
        said = {"name": last.name, "day": f"{last.in_force_from:%d.%m.%Y}"}
        return _("“%(name)s” is in force from %(day)s: another comes after that day.") % said
    return ""


@transaction.atomic
def take_back(*, amendment: Amendment, user: User | None, reason: str) -> None:
    """Delete the last amendment, which was a mistake: the terms before it are in force again.

    Raises ValidationError for an amendment that another one followed.
    """
    project = amendment.project
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if amendment != last_amendment(project):
        raise ValidationError(_("Only the last amendment can be taken back."))
    if not reason.strip():
        raise ValidationError(_("Say why the amendment is taken back."))
    indicators = {i.pk: i for i in indicators_with_terms(project)}
    for former in amendment.former_terms.all():
        indicator = indicators[former.indicator_id]
        old = Terms(
            **{name: getattr(former, name) for name in TERMS},
            partner_targets=former.partner_targets,
        )
        _write_terms(indicator, terms_of(indicator), old, user, amendment.name, reason.strip())
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.DELETED,
        record=amendment,
        fields={"in_force_from": (amendment.in_force_from.isoformat(), "")},
        reason=reason.strip(),
    )
    amendment.delete()


def _write_terms(
    indicator: Indicator, old: Terms, new: Terms, user: User | None, source: str, reason: str
) -> None:
    """Write what differs, with one line of history of the indicator."""
    fields: dict[str, tuple[Any, Any]] = {
        name: (str(getattr(old, name)), str(getattr(new, name)))
        for name in TERMS
        if getattr(old, name) != getattr(new, name)
    }
    for name in TERMS:
        setattr(indicator, name, getattr(new, name))
    indicator.full_clean()
    indicator.save(update_fields=TERMS)
    shares = {p: new.partner_targets.get(p.code) for p in indicator.project.partners.all()}
    fields.update(write_partner_targets(indicator, shares))
    if fields:
        record_change(
            project=indicator.project,
            user=user,
            kind=Change.Kind.CHANGED,
            record=indicator,
            fields=fields,
            source=source,
            reason=reason,
        )
