"""Writes many actions of one table at once, each with its history, in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners import clock
from partners.bulk import insert_many
from partners.models import Change, Organisation, Project, User
from partners.names import name_key
from partners.services import Recorded, add_organisations, faults_of_name, record_changes

from .checking import broken_rules, field_faults
from .columns import Column
from .links import OrganisationsColumn
from .lookup import Lookup
from .models import (
    BEFORE_THE_PROJECT,
    Action,
    ActionType,
    ProposedChange,
    Review,
    Status,
)
from .proposals import fault_beside, propose, repeats, take_up, waiting_for
from .records import RecordType, record_type

Changes = dict[str, tuple[str, str]]
# Where a rule of the database names a field that no form shows, its message goes to this one.
SHOWN_AS = {"first_on": "occasions", "counts_from": "occasions", "type": "__all__"}
MOST_DIGITS = 9  # of the number in a reference
ROWS_AT_ONCE = 500  # so many ids at most stand in one condition


@dataclass
class Draft:
    """What is to be written of one action: of a known one only the values that are named.

    ``errors`` holds, by the name of the column, why it cannot be; then it is not written.
    A ``proposed`` one is of an accepted action: it becomes the change that is proposed to it, and
    joins the one that is ``waiting`` already, which the ``former`` values bring back.
    """

    values: Mapping[str, Any]
    action: Action | None = None
    reference: str = ""
    changes: Changes = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    added: bool = False
    former_at: datetime | None = None  # when the action was changed before
    proposed: bool = False
    waiting: ProposedChange | None = None
    proposal: ProposedChange | None = None  # that was written
    former: Mapping[str, Any] = field(default_factory=dict)
    repeats: bool = False  # proposes what waits already

    @property
    def written(self) -> bool:
        return not self.proposed and not self.errors and (self.added or bool(self.changes))

    @property
    def proposes(self) -> bool:
        return self.proposed and not self.errors and bool(self.changes) and not self.repeats


def differences(
    record: RecordType, before: Mapping[str, Any], after: Mapping[str, Any], lookup: Lookup
) -> Changes:
    """What differs between two sets of values, as texts for people; only what ``after`` says."""
    found: Changes = {}
    for column in record.columns:
        if column.name not in after:
            continue
        old, new = before[column.name], after[column.name]
        if old == new:
            continue  # as nearly always, where most values of a new row are empty
        if column.normal(old, lookup) != column.normal(new, lookup):
            found[column.name] = (column.show(old), column.show(new))
    return found


class Writer:
    """Checks and writes drafts of one table; ``source`` and ``reason`` stand in the history.

    New actions begin in the state ``review``. An accepted one is not written: its draft becomes a
    proposed change, in the state ``proposing`` where its author knows what waits already. Only who
    accepts a change writes ``over_accepted``.
    """

    def __init__(
        self,
        *,
        project: Project,
        action_type: ActionType,
        user: User | None,
        lookup: Lookup,
        source: str = "",
        review: str = Review.SUBMITTED,
        proposing: str | None = None,
        over_accepted: bool = False,
        reason: str = "",
    ) -> None:
        self.project = project
        self.type = action_type
        self.user = user
        self.lookup = lookup
        self.source, self.reason = source, reason
        self.review, self.proposing, self.over_accepted = review, proposing, over_accepted
        self.record = record_type(action_type.record)
        self.organisations: list[Organisation] = []  # that were added

    def check(self, drafts: Sequence[Draft]) -> None:
        """Say in each draft what it changes and what is wrong with it."""
        known = [draft.action for draft in drafts if draft.action]
        waiting = {} if self.over_accepted else waiting_for(known)
        for draft in drafts:
            draft.waiting = waiting.get(draft.action.pk) if draft.action else None
            self._prepare(draft)

    def write(self, drafts: Sequence[Draft]) -> None:
        """Write checked drafts that have no error; call it in a transaction."""
        changing = [draft for draft in drafts if draft.written or draft.proposes]
        self._refuse_stale([draft for draft in changing if not draft.added])
        self._propose([draft for draft in changing if draft.proposes])
        written = [draft for draft in drafts if draft.written]
        if not written:
            return
        self._give_references([draft for draft in written if draft.added])
        insert_actions([self._action(draft) for draft in written if draft.added])
        for draft in written:
            if not draft.added:
                self._action(draft).save()
        for column in self.record.columns:
            if column.after_save:
                self._write_beside(column, written)
        self._record(written)

    def _refuse_stale(self, drafts: Sequence[Draft]) -> None:
        """Lock the actions that are to be changed; what somebody else has just written stays."""
        for at in range(0, len(drafts), ROWS_AT_ONCE):
            some = {self._action(draft).pk: draft for draft in drafts[at : at + ROWS_AT_ONCE]}
            locked = (
                Action.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
            )
            now = dict(locked.values_list("pk", "updated_at"))
            waiting = self._waiting_now(list(some.values()))
            for pk, draft in some.items():
                draft.former_at = now.get(pk)
                known = draft.waiting.at if draft.waiting else None
                if (draft.former_at, waiting.get(pk)) != (self._action(draft).updated_at, known):
                    words = _("Somebody else has changed it just now: look at it again.")
                    draft.errors["__all__"] = [words]

    def _waiting_now(self, drafts: Sequence[Draft]) -> dict[int, datetime]:
        """When the changes that wait for drafts were last touched, by the ids of the actions."""
        pks = [self._action(draft).pk for draft in drafts if draft.proposed]
        if not pks:
            return {}
        return dict(ProposedChange.objects.filter(action__in=pks).values_list("action", "at"))

    def _propose(self, drafts: Sequence[Draft]) -> None:
        if drafts:
            propose(
                drafts,
                project=self.project,
                record=self.record,
                user=self.user,
                source=self.source,
                state=self._proposed_state,
                reason=self.reason,
            )

    @property
    def _proposed_state(self) -> str:
        return self.proposing or ProposedChange.State.SUBMITTED

    def _action(self, draft: Draft) -> Action:
        assert draft.action is not None
        return draft.action

    def _prepare(self, draft: Draft) -> None:
        """Put the values on the action and say what is wrong with them."""
        if draft.action is None:
            draft.added = True
            draft.action = self.record.model(
                project=self.project, type=self.type, created_by=self.user, review=self.review
            )
            draft.before = {column.name: column.empty() for column in self.record.columns}
        elif not draft.before:
            draft.before = self.record.values(draft.action)
        if draft.action.review == Review.ACCEPTED and not self.over_accepted:
            draft.proposed = True
            take_up(draft, self.record, self.lookup)
        draft.changes = differences(self.record, draft.before, draft.values, self.lookup)
        if not draft.added and not draft.changes:
            return
        draft.values = {**draft.before, **draft.values}
        self._put(draft.action, draft.values)
        draft.errors = faults_of(draft.action, draft.values)
        self._check_organisations(draft)
        if draft.proposed:
            self._prepare_proposal(draft)

    def _put(self, action: Action, values: Mapping[str, Any]) -> None:
        """Put values on an action, and what follows from them."""
        for column in self.record.columns:
            if not column.after_save:
                column.set(action, values[column.name])
        action.project_start = action.project.starts_on
        action.title_key = name_key(action.title)
        action.set_first_date(action.date_of_achievement(values["occasions"]))

    def _prepare_proposal(self, draft: Draft) -> None:
        """Say whether a change can be proposed; its action goes on saying what was accepted."""
        self._put(self._action(draft), draft.before)
        fault = fault_beside(draft, self.proposing)
        if fault:
            draft.errors.setdefault("__all__", []).append(fault)
        draft.repeats = repeats(draft, self.record, self._proposed_state)

    def _check_organisations(self, draft: Draft) -> None:
        """Refuse names that an organisation which is to be added could not have."""
        for name in draft.values["organisations"]:
            if self.lookup.organisation(name) is None:
                draft.errors.setdefault("organisations", []).extend(faults_of_name(name))
        if not draft.errors.get("organisations", True):
            del draft.errors["organisations"]

    def _give_references(self, drafts: Sequence[Draft]) -> None:
        """Give ids that no action of the project ever had, but for those that bring their own."""
        if not drafts:
            return
        locked = ActionType.objects.select_for_update(no_key=True).get(pk=self.type.pk)
        brought = [number_in(self.type, draft.reference) for draft in drafts]
        number = max(locked.last_number, *brought)
        for draft in drafts:
            if not draft.reference:
                number += 1
                draft.reference = reference_of(self.type, number)
            self._action(draft).reference = draft.reference
        locked.last_number = number
        locked.save(update_fields=["last_number"])

    def _write_beside(self, column: Column, drafts: Sequence[Draft]) -> None:
        """Write what stands in tables of its own, such as partners and occasions."""
        if isinstance(column, OrganisationsColumn):
            self._add_organisations(drafts)
        pairs = []
        for draft in drafts:
            if column.name not in draft.changes:
                continue
            value = draft.values[column.name]
            if isinstance(column, OrganisationsColumn):
                value = [self.lookup.organisation(name) for name in value]
            pairs.append((self._action(draft), value))
        known = [self._action(d).pk for d in drafts if not d.added and column.name in d.changes]
        for at in range(0, len(known), ROWS_AT_ONCE):
            column.clear_many(known[at : at + ROWS_AT_ONCE])
        column.set_many(pairs)

    def _add_organisations(self, drafts: Sequence[Draft]) -> None:
        """Add the organisations that are named and not known, each once."""
        names: dict[str, str] = {}
        for draft in drafts:
            for name in draft.values["organisations"]:
                if self.lookup.organisation(name) is None:
                    names.setdefault(name_key(name), name.strip())
        for organisation in add_organisations(
            project=self.project, user=self.user, names=list(names.values()), source=self.source
        ):
            self.lookup.add_organisation(organisation)
            self.organisations.append(organisation)

    def _record(self, drafts: Sequence[Draft]) -> None:
        record_changes(
            project=self.project,
            user=self.user,
            source=self.source,
            records=[
                Recorded(
                    Change.Kind.ADDED if draft.added else Change.Kind.CHANGED,
                    self._action(draft),
                    draft.changes,
                    self.reason,
                )
                for draft in drafts
            ],
        )


def insert_actions(actions: Sequence[Action]) -> None:
    """Insert new records of one type into their own table and into those that it extends."""
    if not actions:
        return
    model = type(actions[0])
    root, *below = [*model._meta.get_parent_list()[::-1], model]
    insert_many(root, actions)
    for table in below:
        link = table._meta.pk
        assert link is not None
        for action in actions:
            setattr(action, link.attname, action.id)
        insert_many(table, actions)


def reference_of(action_type: ActionType, number: int) -> str:
    return f"T{action_type.table_number}-{number:02d}"


def number_in(action_type: ActionType, reference: str) -> int:
    """The number in an id such as ``T3-07``; 0 for what is no id of the table."""
    prefix, _dash, number = reference.partition("-")
    fits = prefix == f"T{action_type.table_number}" and number.isascii() and number.isdigit()
    return int(number) if fits and 2 <= len(number) <= MOST_DIGITS else 0


def faults_of(action: Action, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with values that are to be stored, by the name of the column."""
    errors: dict[str, list[str]] = {}
    if not values["partners"]:
        errors["partners"] = [_("At least one responsible partner is needed.")]
    dated = "signed_on" if values.get("signed_on") else "occasions"
    if action.status == Status.ACHIEVED and action.lies_ahead:
        message = _("This lies in the future (today is %(today)s): it cannot be achieved yet.")
        today = date_format(clock.today())
        errors[dated] = [message % {"today": today}]
    for name, messages in field_faults(action):
        errors.setdefault(SHOWN_AS.get(name, name), []).extend(messages)
    for message in broken_rules(action):
        # A rule over several columns has no name of its own; this one is about a date.
        shown = dated if message == str(BEFORE_THE_PROJECT) else "__all__"
        errors.setdefault(shown, []).append(message)
    return errors
