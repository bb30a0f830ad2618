"""The few functions that write actions, each with its history in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Change, Organisation, Project, User
from partners.names import name_key
from partners.services import add_organisation, record_change

from .columns import OrganisationsColumn
from .lookup import Lookup
from .models import BEFORE_THE_PROJECT, Action, ActionType, Status
from .records import RecordType, record_of, record_type

Changes = dict[str, tuple[str, str]]
# Where a rule of the database names a field that no form shows, its message goes to this one.
SHOWN_AS = {"first_on": "occasions", "counts_from": "occasions", "type": "__all__"}


@dataclass(frozen=True)
class Saved:
    """What a save did: the action, and each changed value as (old, new) texts."""

    action: Action
    changes: Changes
    added: bool


def next_reference(action_type: ActionType) -> str:
    """A reference such as ``T7-11`` that no action of the project ever had."""
    locked = ActionType.objects.select_for_update().get(pk=action_type.pk)
    locked.last_number += 1
    locked.save(update_fields=["last_number"])
    return f"T{locked.table_number}-{locked.last_number:02d}"


def _keep_counter(action_type: ActionType, reference: str) -> None:
    """A reference brought along from elsewhere must never be given out again."""
    prefix, _dash, number = reference.partition("-")
    if prefix == f"T{action_type.table_number}" and number.isdigit():
        ActionType.objects.filter(pk=action_type.pk, last_number__lt=int(number)).update(
            last_number=int(number)
        )


def differences(
    record: RecordType, before: Mapping[str, Any], after: Mapping[str, Any], lookup: Lookup
) -> Changes:
    """What differs between two sets of values, as texts for people; only what ``after`` says."""
    found: Changes = {}
    for column in record.columns:
        if column.name not in after:
            continue
        old, new = before[column.name], after[column.name]
        if column.normal(old, lookup) != column.normal(new, lookup):
            found[column.name] = (column.show(old), column.show(new))
    return found


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
) -> Saved:
    """Add or change an action from values by column name; what is not named stays as it is.

    Raises ValidationError with messages by column name, and then nothing is written.
    """
    record = record_type(action_type.record)
    lookup = lookup or Lookup(project)
    added = action is None
    if action is None:
        action = record.model(project=project, type=action_type, created_by=user)
        before = {column.name: column.empty() for column in record.columns}
    else:
        before = record.values(action)
    changes = differences(record, before, values, lookup)
    if not added and not changes:
        return Saved(action, {}, added=False)
    _write(record, action, {**before, **values}, changes, lookup, user, reference)
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.ADDED if added else Change.Kind.CHANGED,
        record=action,
        fields=changes,
        source=source,
    )
    return Saved(action, changes, added)


def _write(
    record: RecordType,
    action: Action,
    values: Mapping[str, Any],
    changes: Changes,
    lookup: Lookup,
    user: User | None,
    reference: str,
) -> None:
    for column in record.columns:
        if not column.after_save:
            column.set(action, values[column.name])
    action.project_start = action.project.starts_on
    action.set_first_date(action.date_of_achievement(values["occasions"]))
    check_action(action, values)
    if not action.reference:
        action.reference = reference or next_reference(action.type)
        _keep_counter(action.type, action.reference)
    action.save()
    for column in record.columns:
        if column.after_save and column.name in changes:
            value = values[column.name]
            if isinstance(column, OrganisationsColumn):
                value = _organisations(value, lookup, user)
            column.set(action, value)


def _organisations(names: tuple[str, ...], lookup: Lookup, user: User | None) -> list[Organisation]:
    """The organisations of those names; what is not known is added."""
    found: list[Organisation] = []
    for name in names:
        organisation = lookup.organisation(name)
        if organisation is None:
            organisation = add_organisation(project=lookup.project, user=user, name=name)
            lookup.add_organisation(organisation)
        found.append(organisation)
    return found


def check_action(action: Action, values: Mapping[str, Any]) -> None:
    """Raise ValidationError, by column name, for values that cannot be stored."""
    errors: dict[str, list[str]] = {}
    if not values["partners"]:
        errors["partners"] = [_("At least one responsible partner is needed.")]
    dated = "signed_on" if values.get("signed_on") else "occasions"
    if action.status == Status.ACHIEVED and action.lies_ahead:
        message = _("This lies in the future (today is %(today)s): it cannot be achieved yet.")
        today = timezone.localdate().strftime("%d.%m.%Y")
        errors[dated] = [message % {"today": today}]
    try:
        action.full_clean(exclude=["reference", "title_key", "created_by"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                # A rule over several columns has no name of its own; this one is about a date.
                shown = dated if message == str(BEFORE_THE_PROJECT) else SHOWN_AS.get(name, name)
                errors.setdefault(shown, []).append(message)
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def delete_action(*, action: Action, user: User | None) -> None:
    """Delete an action; history keeps every value that it had."""
    record = record_of(action)
    values = record.values(action)
    shown = {column.name: column.show(values[column.name]) for column in record.columns}
    fields = {name: (text, "") for name, text in shown.items() if text}
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.DELETED,
        record=action,
        fields=fields,
    )
    action.delete()


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
