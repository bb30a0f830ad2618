"""The few functions that write deadlines, targets, deviations, the leading figure; with history."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import Change, Measure, Partner, Project, User
from partners.services import record_change

from .models import Deadline, Deviation, Indicator, PartnerTarget


@transaction.atomic
def set_deadline_status(*, deadline: Deadline, status: str, user: User | None) -> None:
    """Change the status of a deadline; nothing is written where it is the same."""
    before = str(deadline.get_status_display())
    if deadline.status == status:
        return
    deadline.status = status
    deadline.full_clean()
    deadline.save(update_fields=["status"])
    record_change(
        project=deadline.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=deadline,
        fields={"status": (before, str(deadline.get_status_display()))},
    )


@transaction.atomic
def set_partner_targets(
    *, indicator: Indicator, targets: Mapping[Partner, int | None], user: User | None
) -> None:
    """Set the partners' shares of an indicator; None takes a share away."""
    fields = write_partner_targets(indicator, targets)
    if fields:
        record_change(
            project=indicator.project,
            user=user,
            kind=Change.Kind.CHANGED,
            record=indicator,
            fields=fields,
        )


def write_partner_targets(
    indicator: Indicator, targets: Mapping[Partner, int | None]
) -> dict[str, tuple[str, str]]:
    """Write the shares that differ; gives old and new by code, for the history."""
    before = {t.partner_id: t.target for t in PartnerTarget.objects.filter(indicator=indicator)}
    fields = {}
    for partner, target in targets.items():
        old = before.get(partner.pk)
        if old == target:
            continue
        fields[partner.code] = (_text(old), _text(target))
        if target is None:
            PartnerTarget.objects.filter(indicator=indicator, partner=partner).delete()
        else:
            PartnerTarget.objects.update_or_create(
                indicator=indicator, partner=partner, defaults={"target": target}
            )
    return fields


def _text(target: int | None) -> str:
    return "" if target is None else str(target)


@transaction.atomic
def choose_lead_figure(*, project: Project, measure: str, user: User | None, reason: str) -> bool:
    """Choose which figure leads in a project; gives whether another one led before."""
    now = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if now.lead_figure == measure:
        return False
    if not reason.strip():
        raise ValidationError({"reason": _("Say why another figure leads.")})
    before = str(now.get_lead_figure_display())
    now.lead_figure = project.lead_figure = Measure(measure)
    now.save(update_fields=["lead_figure"])
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=project,
        fields={"lead_figure": (before, str(now.get_lead_figure_display()))},
        reason=reason.strip(),
    )
    return True


@transaction.atomic
def set_deviation(*, indicator: Indicator, partner: Partner, text: str, user: User | None) -> bool:
    """Set why an indicator falls short in a partner's words; no text takes the words away.

    Gives whether anything was changed; raises ValidationError for words that are too long.
    """
    text = text.strip()
    deviation = indicator.deviations.filter(partner=partner).first()
    before = deviation.text if deviation else ""
    if text == before:
        return False
    deviation = deviation or Deviation(indicator=indicator, partner=partner)
    if text:
        deviation.text, deviation.updated_by = text, user
        deviation.full_clean()
        deviation.save()
    else:
        deviation.delete()
    record_change(
        project=indicator.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=indicator,
        fields={f"deviation_{partner.code}": (before, text)},
    )
    return True
