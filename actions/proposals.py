"""Keeps new values of accepted actions as proposed changes, until the task leader accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from partners.models import Change, Project, User
from partners.services import Recorded, record_changes

from .columns import CellError
from .models import Action, ProposedChange, Review, ReviewNote
from .records import RecordType, record_of

if TYPE_CHECKING:
    from .lookup import Lookup
    from .saving import Draft

PROPOSED = "proposed"  # the name under which history tells of a proposed change
ROWS_AT_ONCE = 500


def waiting_for(actions: Iterable[Action]) -> dict[int, ProposedChange]:
    """The changes proposed to accepted ones among some actions, by the ids of the actions."""
    pks = [action.pk for action in actions if action.review == Review.ACCEPTED]
    found: dict[int, ProposedChange] = {}
    for at in range(0, len(pks), ROWS_AT_ONCE):
        some = ProposedChange.objects.filter(action__in=pks[at : at + ROWS_AT_ONCE])
        found |= {change.action_id: change for change in some}
    return found


def change_of(action: Action) -> ProposedChange | None:
    """The change proposed to an action, where there is one."""
    return getattr(action, PROPOSED, None)


def values_of(
    change: ProposedChange, record: RecordType, lookup: Lookup
) -> tuple[dict[str, Any], list[str]]:
    """The values that are proposed, and the headings of those that are about what is gone."""
    values, gone = {}, []
    for column in record.columns:
        if column.name not in change.values:
            continue
        try:
            values[column.name] = column.load(change.values[column.name], lookup)
        except CellError:
            gone.append(str(column.heading))
    return values, gone


def lines_of(record: RecordType, changes: Mapping[str, Sequence[str]]) -> str:
    """What is proposed as a text for people: a line for each value, old and new."""
    headings = {column.name: column.heading for column in record.columns}
    return "\n".join(
        f"{headings.get(name, name)}: {old or '–'} → {new or '–'}"
        for name, (old, new) in changes.items()
    )


def take_up(draft: Draft, record: RecordType, lookup: Lookup) -> None:
    """Lay the values of a draft over those that wait already: both are one change."""
    if draft.waiting:
        waiting, _gone = values_of(draft.waiting, record, lookup)
        draft.values = {**waiting, **draft.values}


def fault_beside(draft: Draft, state: str | None) -> str:
    """Why a draft cannot join the change that waits: its author still works on that one."""
    if draft.waiting is None or state or draft.waiting.state == ProposedChange.State.SUBMITTED:
        return ""
    return _("A change of this action is not submitted yet: submit it or take it back first.")


def dumped(record: RecordType, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Some values as JSON, by the names of their columns."""
    return {name: record.column(name).dump(values[name]) for name in names}


def repeats(draft: Draft, record: RecordType, state: str) -> bool:
    """Whether a draft proposes nothing but what waits already."""
    waiting = draft.waiting
    return (
        waiting is not None
        and waiting.state == state
        and waiting.values == dumped(record, draft.values, draft.changes)
    )


def propose(
    drafts: Sequence[Draft],
    *,
    project: Project,
    record: RecordType,
    user: User | None,
    source: str,
    state: str,
    reason: str = "",
) -> None:
    """Keep checked drafts of accepted actions as proposed changes, each with its history."""
    recorded, notes = [], []
    for draft in drafts:
        assert draft.action is not None
        change = draft.waiting or ProposedChange(action_id=draft.action.pk)
        before = lines_of(record, change.changes)
        draft.former = former_of(change) if draft.waiting else {}
        change.state, change.user, change.source = state, user, source
        change.values = dumped(record, draft.values, draft.changes)
        change.changes = {name: list(pair) for name, pair in draft.changes.items()}
        change.save()
        draft.proposal = change
        fields = {PROPOSED: (before, lines_of(record, change.changes))}
        recorded.append(Recorded(Change.Kind.CHANGED, draft.action, fields, reason))
        if state == ProposedChange.State.SUBMITTED:
            event = ReviewNote.Event.PROPOSED
            said = reason or source
            notes.append(ReviewNote(action_id=draft.action.pk, event=event, text=said, user=user))
    record_changes(project=project, user=user, source=source, records=recorded)
    ReviewNote.objects.bulk_create(notes)


FORMER = ("state", "values", "changes", "source", "user_id")


def former_of(change: ProposedChange) -> dict[str, Any]:
    """What an undo needs of a change that an import adds to."""
    return {name: getattr(change, name) for name in FORMER}


def take_back(
    change: ProposedChange, former: Mapping[str, Any], *, user: User | None, source: str = ""
) -> None:
    """Bring back what waited before, or nothing; call it in a transaction."""
    action, record = change.action, record_of(change.action)
    before = lines_of(record, change.changes)
    if former:
        for name in FORMER:
            setattr(change, name, former[name])
        change.save()
    else:
        change.delete()
    after = lines_of(record, change.changes) if former else ""
    record_changes(
        project=action.project,
        user=user,
        source=source,
        records=[Recorded(Change.Kind.CHANGED, action, {PROPOSED: (before, after)})],
    )
    ReviewNote.objects.create(
        action=action, event=ReviewNote.Event.WITHDRAWN, text=source, user=user
    )
