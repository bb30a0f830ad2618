"""The few functions that write deadlines, targets and deviations, each with its history."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from partners.models import Change, Partner, User
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
    before = {t.partner_id: t.target for t in indicator.partner_targets.all()}
    fields = {}
    for partner, target in targets.items():
        old = before.get(partner.pk)
        if old == target:
            continue
        fields[partner.code] = (_text(old), _text(target))
        if target is None:
            indicator.partner_targets.filter(partner=partner).delete()
        else:
            PartnerTarget.objects.update_or_create(
                indicator=indicator, partner=partner, defaults={"target": target}
            )
    if fields:
        record_change(
            project=indicator.project,
            user=user,
            kind=Change.Kind.CHANGED,
            record=indicator,
            fields=fields,
        )


def _text(target: int | None) -> str:
    return "" if target is None else str(target)


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
