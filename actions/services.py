"""The few functions that write actions, each with its history in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from partners.models import Change, Project, User
from partners.names import name_key
from partners.services import Recorded, record_change, record_changes

from .lookup import Lookup
from .models import Action, ActionType, Review, Status
from .records import record_of
from .saving import ROWS_AT_ONCE, Changes, Draft, Writer


@dataclass(frozen=True)
class Saved:
    """What a save did: the action, and each changed value as (old, new) texts.

    What is ``proposed`` was not written: the action is accepted, and waits with the new values.
    """

    action: Action
    changes: Changes
    added: bool
    proposed: bool = False


@transaction.atomic
def save_action(
    *,
    project: Project,
    action_type: ActionType,
    user: User | None,
    values: Mapping[str, Any],
    action: Action | None = None,
    lookup: Lookup | None = None,
    reference: str = "",
    source: str = "",
    review: str = Review.SUBMITTED,
    proposing: str | None = None,
    over_accepted: bool = False,
) -> Saved:
    """Add or change an action from values by column name; what is not named stays as it is.

    An accepted action is not changed: the values are proposed, unless ``over_accepted``. The last
    three are explained at ``Writer``.

    Raises ValidationError with messages by column name, and then nothing is written.
    """
    draft = Draft(values, action, reference)
    writer = Writer(
        project=project,
        action_type=action_type,
        user=user,
        lookup=lookup or Lookup(project),
        source=source,
        review=review,
        proposing=proposing,
        over_accepted=over_accepted,
    )
    writer.check([draft])
    writer.write([draft])
    if draft.errors:
        raise ValidationError(draft.errors)
    assert draft.action is not None
    return Saved(draft.action, draft.changes, draft.added, draft.proposed)


def delete_action(*, action: Action, user: User | None) -> None:
    """Delete an action; history keeps every value that it had."""
    delete_actions(project=action.project, actions=[action], user=user)


@transaction.atomic
def delete_actions(
    *, project: Project, actions: Sequence[Action], user: User | None, source: str = ""
) -> None:
    """Delete actions; history keeps every value that they had."""
    record_changes(
        project=project,
        user=user,
        records=[Recorded(Change.Kind.DELETED, a, _values_gone(a)) for a in actions],
        source=source,
    )
    for at in range(0, len(actions), ROWS_AT_ONCE):
        ids = [action.pk for action in actions[at : at + ROWS_AT_ONCE]]
        Action.objects.of(project).filter(pk__in=ids).delete()


def _values_gone(action: Action) -> Changes:
    """Every value of an action that is to be deleted, as texts for people."""
    record = record_of(action)
    values = record.values(action)
    shown = {column.name: column.show(values[column.name]) for column in record.columns}
    # What was stored under these names stays on disk: who deleted by mistake can be helped.
    shown["files"] = ", ".join(map(str, action.files.all()))
    return {name: (text, "") for name, text in shown.items() if text}


@transaction.atomic
def set_excluded(*, action: Action, user: User | None, reason: str) -> None:
    """Leave an action out of the count, with a reason; an empty reason counts it again."""
    before = action.exclusion_reason
    action.excluded = bool(reason.strip())
    action.exclusion_reason = reason.strip()
    action.validate_constraints()
    action.save(update_fields=["excluded", "exclusion_reason", "updated_at"])
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=action,
        fields={"exclusion_reason": (before, action.exclusion_reason)},
    )


def likely_duplicates(
    *, project: Project, action_type: ActionType, title: str, but: Action | None = None
) -> list[Action]:
    """Actions of the same type whose title is the same but for case, accents and punctuation."""
    found = Action.objects.of(project).filter(type=action_type, title_key=name_key(title))
    return list(found.exclude(pk=but.pk if but else None).for_table()[:5])


def achieved_before(project: Project, day: date) -> QuerySet[Action]:
    """The achieved actions that are dated before a day: in their way if the project began then."""
    return Action.objects.of(project).filter(status=Status.ACHIEVED, counts_from__lt=day)


def follow_project_start(project: Project) -> None:
    """Copy the project's first day onto its actions, where the database checks it."""
    moved = Action.objects.of(project).exclude(project_start=project.starts_on)
    moved.update(project_start=project.starts_on)
