"""Changes several actions at once: first what would become of each, then all of it, or nothing.

Rows that the user may not change, or that a rule refuses, stay as they are, and say why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import Membership, Mission, Partner, Project, Sector
from partners.roles import Capability
from partners.words import Words

from .lookup import Lookup
from .models import Action, ActionType
from .proposals import change_of, values_of
from .querysets import ActionQuerySet
from .records import RecordType, record_of, record_type
from .saving import Draft, Writer

MOST_AT_ONCE = 100  # actions: four pages of a list


class ChangedMeanwhileError(Exception):
    """Somebody else wrote one of the actions; nothing of the change was written."""


@dataclass(frozen=True)
class Wanted:
    """What is to become of each action; None and blank leave a value as it is."""

    status: str = ""
    mission: Mission | None = None
    no_mission: bool = False
    partners: tuple[Partner, ...] = ()
    organisation: str = ""
    sector: Sector | None = None

    def values(self, action: Action, lookup: Lookup) -> dict[str, Any]:
        """The values of one action by the names of columns; lists grow, with what waits in them."""
        values: dict[str, Any] = {}
        if self.status:
            values["status"] = self.status
        if self.mission or self.no_mission:
            values["mission"] = self.mission
        if self.partners:
            values["partners"] = self.partners
        if self.organisation:
            there = _value(action, "organisations", lookup)
            known = {lookup.organisation_name(name) for name in there}
            if lookup.organisation_name(self.organisation) not in known:
                values["organisations"] = (*there, self.organisation)
        if self.sector:
            there = _value(action, "sectors", lookup)
            values["sectors"] = tuple(dict.fromkeys((*there, self.sector)))
        return values


def _value(action: Action, name: str, lookup: Lookup) -> tuple[Any, ...]:
    """A list of an action as it will be once the change that waits for it is accepted."""
    record, change = record_of(action), change_of(action)
    if change and name in change.values:
        waiting, _gone = values_of(change, record, lookup)
        if name in waiting:
            return tuple(waiting[name])
    return tuple(record.column(name).get(action))


@dataclass
class PlannedRow:
    """What would become of one action, or why it stays as it is."""

    action: Action
    draft: Draft
    refused: list[str] = field(default_factory=list)

    @property
    def record(self) -> RecordType:
        return record_of(self.action)

    @property
    def is_changed(self) -> bool:
        return not self.refused and (self.draft.written or self.draft.proposes)

    def changes(self) -> list[tuple[Words, str, str]]:
        """What changes, as (heading, what goes, what comes): of a list not what stays."""
        return [
            (self.record.column(name).heading, _but(old, new), _but(new, old))
            for name, (old, new) in self.draft.changes.items()
        ]


def _but(text: str, other: str) -> str:
    """The lines of a text that do not stand in another one."""
    there = set(other.splitlines())
    return "\n".join(line for line in text.splitlines() if line not in there)


@dataclass
class Plan:
    """What would become of all the actions that were ticked."""

    rows: list[PlannedRow]
    gone: int = 0  # that were ticked and are not there

    @property
    def changed(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.is_changed]

    @property
    def refused(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.refused]

    @property
    def unchanged(self) -> list[PlannedRow]:
        return [row for row in self.rows if not (row.refused or row.is_changed)]

    def stamp(self) -> str:
        """A mark of what was shown: another one where anything would now become otherwise."""
        said = [
            [
                row.action.pk,
                row.action.updated_at.isoformat(),
                row.draft.waiting.at.isoformat() if row.draft.waiting else "",
                row.draft.changes,
                row.refused,
            ]
            for row in self.rows
        ]
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def rows_to_change(project: Project, membership: Membership, keys: Iterable[int]) -> list[Action]:
    """The actions of some keys that the user sees, each as its own record, in a few queries."""
    seen = Action.objects.of(project).visible_to(membership.user).filter(pk__in=list(keys))
    kinds = set(seen.order_by().values_list("type__record", flat=True).distinct())
    found: list[Action] = []
    for kind in sorted(kinds):
        rows = record_type(kind).model._default_manager.all()
        assert isinstance(rows, ActionQuerySet)
        rows = rows.filter(id__in=seen.values("pk"), type__record=kind).for_detail()
        found += rows.select_related("proposed").saying_editable_by(membership.user)
    for action in found:
        action.project = action.type.project = project
    return sorted(found, key=lambda action: (action.type.table_number, action.pk))


def plan(*, membership: Membership, keys: Sequence[int], wanted: Wanted) -> Plan:
    """What would become of actions; nothing is written."""
    return _plan(membership, keys, wanted, "")[0]


def change_many(
    *, membership: Membership, keys: Sequence[int], wanted: Wanted, reason: str, seen: str
) -> Plan:
    """Change actions in one transaction, each with one line of history that gives the reason.

    ``seen`` is the stamp of the plan that the user was shown. Raises ChangedMeanwhileError where
    that is no longer what would be written.
    """
    with transaction.atomic():
        locked = Action.objects.of(membership.project).filter(pk__in=keys).order_by("pk")
        list(locked.select_for_update(no_key=True).values_list("pk"))
        found, writers = _plan(membership, keys, wanted, reason)
        if found.stamp() != seen:
            raise ChangedMeanwhileError
        for writer, rows in writers:
            drafts = [row.draft for row in rows if row.is_changed]
            writer.write(drafts)
            if any(draft.errors for draft in drafts):
                raise ChangedMeanwhileError
    return found


def _plan(
    membership: Membership, keys: Sequence[int], wanted: Wanted, reason: str
) -> tuple[Plan, list[tuple[Writer, list[PlannedRow]]]]:
    project = membership.project
    actions = rows_to_change(project, membership, keys)
    lookup = Lookup(project)
    by_type: dict[int, list[PlannedRow]] = {}
    types: dict[int, ActionType] = {}
    for action in actions:
        draft = Draft(wanted.values(action, lookup), action)
        row = PlannedRow(action, draft, _refusals(action, membership, wanted))
        by_type.setdefault(action.type_id, []).append(row)
        types[action.type_id] = action.type
    writers = []
    for pk, rows in by_type.items():
        writer = Writer(
            project=project,
            action_type=types[pk],
            user=membership.user,
            lookup=lookup,
            reason=reason,
        )
        writer.check([row.draft for row in rows])
        for row in rows:
            row.refused += _words(row)
        writers.append((writer, rows))
    every = [row for rows in by_type.values() for row in rows]
    return Plan(every, gone=len(set(keys)) - len(every)), writers


def _refusals(action: Action, membership: Membership, wanted: Wanted) -> list[str]:
    """Why the user may not change an action in this way."""
    if not action.is_editable:  # type: ignore[attr-defined]
        return [_("Another partner answers for it.")]
    own, any_ = membership.partner, membership.may(Capability.EDIT_ANY_ACTION)
    if wanted.partners and own not in wanted.partners and not any_:
        return [_("%(code)s must stay among those who answer for it.") % {"code": own}]
    if wanted.status and wanted.status not in record_of(action).status_words:
        return [_("It does not know this status.")]
    return []


def _words(row: PlannedRow) -> list[str]:
    """What the rules say against a change, in words that name the value."""
    if not row.draft.changes:
        return []
    headings = {column.name: str(column.heading) for column in row.record.columns}
    return [
        f"{headings[name]}: {message}" if name in headings else message
        for name, messages in row.draft.errors.items()
        for message in messages
    ]
