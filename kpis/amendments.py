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
from django.db.models import Field
from django.utils.formats import date_format
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
        _keep_former(indicator, amendment, old, new)
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
        said = {"name": last.name, "day": date_format(last.in_force_from)}
        return _("“%(name)s” is in force from %(day)s: another comes after that day.") % said
    return ""


@transaction.atomic
def take_back(*, amendment: Amendment, user: User | None, reason: str) -> None:
    """Delete the last amendment, which was a mistake: what it changed is again as it was before.

    What was changed anew since stays as it is: ``changed_since`` tells it. Raises ValidationError
    for an amendment that another one followed, and for terms that do not go together.
    """
    project = amendment.project
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if amendment != last_amendment(project):
        raise ValidationError(_("Only the last amendment can be taken back."))
    if not reason.strip():
        raise ValidationError(_("Say why the amendment is taken back."))
    for indicator, former in _with_former(amendment):
        now = terms_of(indicator)
        before = _without(former, indicator, now)
        try:
            _write_terms(indicator, now, before, user, amendment.name, reason.strip())
        except ValidationError as error:
            words = _("KPI %(number)d would not be right with what was changed since: %(fault)s")
            fault = " ".join(error.messages)
            raise ValidationError(words % {"number": indicator.number, "fault": fault}) from error
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.DELETED,
        record=amendment,
        fields={"in_force_from": (amendment.in_force_from.isoformat(), "")},
        reason=reason.strip(),
    )
    amendment.delete()


def _keep_former(indicator: Indicator, amendment: Amendment, old: Terms, new: Terms) -> None:
    """Keep the terms before an amendment, and what it made of those that it changed."""
    keys = {p.code: str(p.pk) for p in indicator.project.partners.all()}
    became: dict[str, Any] = {
        name: getattr(new, name) for name in TERMS if getattr(old, name) != getattr(new, name)
    }
    for code, key in keys.items():
        if old.partner_targets.get(code) != new.partner_targets.get(code):
            became[key] = new.partner_targets.get(code)
    FormerTerms.objects.create(
        indicator=indicator,
        amendment=amendment,
        **{name: getattr(old, name) for name in TERMS},
        partner_targets={keys[code]: n for code, n in old.partner_targets.items()},
        became=became,
    )


def _with_former(amendment: Amendment) -> list[tuple[Indicator, FormerTerms]]:
    """The indicators that an amendment changed, as they are today, each with its former terms."""
    indicators = {i.pk: i for i in indicators_with_terms(amendment.project)}
    return [(indicators[f.indicator_id], f) for f in amendment.former_terms.all()]


def _without(former: FormerTerms, indicator: Indicator, now: Terms) -> Terms:
    """The terms of today with the former ones in the place of what the amendment changed.

    What is not any more as the amendment made it was changed since, and stays.
    """
    terms = {name: getattr(now, name) for name in TERMS}
    for name, made in former.became.items():
        if name in terms and terms[name] == made:
            terms[name] = getattr(former, name)
    shares = dict(now.partner_targets)
    for partner in indicator.project.partners.all():
        key, code = str(partner.pk), partner.code
        if key in former.became and shares.get(code) == former.became[key]:
            shares.pop(code, None)
            if key in former.partner_targets:
                shares[code] = former.partner_targets[key]
    return Terms(**terms, partner_targets=shares)


def _label(term: str) -> str:
    found = Indicator._meta.get_field(term)
    assert isinstance(found, Field)
    return str(found.verbose_name)


def changed_since(amendment: Amendment) -> list[tuple[Indicator, str, str]]:
    """What an amendment changed and somebody changed anew: the field in words, and what it says."""
    found = []
    for indicator, former in _with_former(amendment):
        now = terms_of(indicator)
        values: dict[str, tuple[Any, Any]] = {
            name: (_label(name), getattr(now, name)) for name in TERMS
        }
        for partner in amendment.project.partners.all():
            said = _("target of %(code)s") % {"code": partner.code}
            values[str(partner.pk)] = (said, now.partner_targets.get(partner.code))
        for key, made in former.became.items():
            label, value = values.get(key, ("", made))
            if value != made:
                found.append((indicator, str(label), "–" if value in (None, "") else str(value)))
    return found


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
