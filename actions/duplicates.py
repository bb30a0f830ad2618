"""Marks an action as the same as another one, which is counted instead; and takes that back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import Change, User
from partners.services import record_change

from .models import Action


@transaction.atomic
def mark_duplicate(*, action: Action, of: Action, user: User | None, reason: str = "") -> None:
    """Let an action count no more where another one counts, which is the same and stays.

    Raises ValidationError where that would make a chain or a circle: what stays is no duplicate
    itself, and what goes has none.
    """
    action, of = _locked(action, of)
    if action.pk == of.pk or action.project_id != of.project_id:
        raise ValidationError(_("An action can only be the same as another one of its project."))
    if of.duplicate_of_id is not None:
        message = _("%(of)s is a duplicate itself: choose the one that it is a duplicate of.")
        raise ValidationError(message % {"of": of.reference})
    if action.duplicates.exists():
        message = _("%(row)s has duplicates of its own: let it stay, or free these first.")
        raise ValidationError(message % {"row": action.reference})
    if action.duplicate_of_id != of.pk:
        _write(action, of, user, reason)


@transaction.atomic
def unmark_duplicate(*, action: Action, user: User | None, reason: str = "") -> None:
    """Let an action count by itself again."""
    (action,) = _locked(action)
    if action.duplicate_of_id is not None:
        _write(action, None, user, reason)


def _locked(*actions: Action) -> list[Action]:
    """The actions as they are stored, locked in one order, so that two at once make no circle."""
    rows = Action.objects.select_for_update(no_key=True, of=("self",))
    pks = {action.pk for action in actions}
    found = {row.pk: row for row in rows.filter(pk__in=pks).order_by("pk")}
    if len(found) < len(pks):
        raise ValidationError(_("One of the two was deleted meanwhile."))
    return [found[action.pk] for action in actions]


def _write(action: Action, of: Action | None, user: User | None, reason: str) -> None:
    before = str(action.duplicate_of or "")
    action.duplicate_of = of
    action.save(update_fields=["duplicate_of", "updated_at"])
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=action,
        fields={"duplicate_of": (before, str(of or ""))},
        reason=reason,
    )
