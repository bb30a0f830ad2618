"""Takes the rows of an import back: what it added goes, what it changed is as it was before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from actions.columns import CellError
from actions.lookup import Lookup
from actions.models import Action, ProposedChange
from actions.proposals import take_back
from actions.records import record_type, record_types
from actions.saving import Draft, Writer
from actions.services import delete_actions
from partners.models import Change, Organisation, User
from partners.services import delete_organisation, root_name

from .comparing import SOURCE_LENGTH
from .layout import whole_records
from .models import Import, ImportRow
from .results import NEW


def undo_rows(record: Import, *, user: User | None, source: str) -> Mapping[str, int]:
    """Undo every row that nobody has changed since; gives the numbers by what became of them."""
    source = source[:SOURCE_LENGTH]
    rows = list(ImportRow.objects.of(record).written())
    actions = _actions_of(record)
    for row in rows:
        action = actions.get(row.action)
        if action is None:
            row.undo = ImportRow.Undo.GONE
        elif action.updated_at != row.written_at:
            row.undo = ImportRow.Undo.CHANGED
        else:
            row.undo = ImportRow.Undo.DONE
    mine = [row for row in rows if row.undo == ImportRow.Undo.DONE]
    _bring_back(
        record, [(row, actions[row.action]) for row in mine if row.verdict != NEW], user, source
    )
    added = [actions[row.action] for row in mine if row.verdict == NEW]
    delete_actions(project=record.project, actions=added, user=user, source=source)
    proposed = list(ImportRow.objects.of(record).proposed())
    _take_back(proposed, user, source)
    rows += proposed
    ImportRow.objects.bulk_update(rows, ["undo"], batch_size=200)
    _delete_organisations(record, user, source)
    return Counter(row.undo for row in rows)


def _take_back(rows: list[ImportRow], user: User | None, source: str) -> None:
    """Take back the changes that wait as the import proposed them; the actions stay anyway."""
    pks = [row.action for row in rows]
    waiting = ProposedChange.objects.filter(action__in=pks).select_related(
        "action__type", "action__project"
    )
    changes = {change.action_id: change for change in waiting}
    there = set(Action.objects.filter(pk__in=pks).values_list("pk", flat=True))
    for row in rows:
        change = changes.get(row.action or 0)
        if change and change.at == row.written_at:
            take_back(change, row.before, user=user, source=source)
            row.undo = ImportRow.Undo.DONE
        else:
            kinds = ImportRow.Undo
            row.undo = kinds.CHANGED if row.action in there else kinds.GONE


def _actions_of(record: Import) -> dict[int, Action]:
    """The actions that the import wrote, with all that their columns read, by their ids."""
    written = ImportRow.objects.of(record).written().values("action")
    found: dict[int, Action] = {}
    for kind in record_types():
        for action in whole_records(kind, record.project).filter(pk__in=written):
            action.project = record.project
            found[action.pk] = action
    return found


def _bring_back(
    record: Import, changed: list[tuple[ImportRow, Action]], user: User | None, source: str
) -> None:
    """Give changed actions the values again that they had before the import."""
    lookup = Lookup(record.project)
    by_type: dict[int, list[Draft]] = {}
    types = {action.type_id: action.type for _row, action in changed}
    for row, action in changed:
        columns = record_type(action.type.record)
        try:
            values = {
                name: columns.column(name).load(data, lookup) for name, data in row.before.items()
            }
        except CellError:
            # A partner, sector or mission of that time is no longer there.
            row.undo = ImportRow.Undo.CHANGED
            continue
        draft = Draft(values, action)
        by_type.setdefault(action.type_id, []).append(draft)
    for pk, drafts in by_type.items():
        writer = Writer(
            project=record.project, action_type=types[pk], user=user, lookup=lookup, source=source
        )
        writer.check(drafts)
        writer.write(drafts)
        refused = {draft.action.pk for draft in drafts if draft.errors and draft.action}
        for row, action in changed:
            if action.pk in refused:
                row.undo = ImportRow.Undo.CHANGED
            elif action.type_id == pk:
                _as_before(record, row, action)


def _as_before(record: Import, row: ImportRow, action: Action) -> None:
    """Let an earlier import, which wrote what has come back, be undone as well."""
    earlier = ImportRow.objects.filter(record__project=record.project, action=action.pk)
    earlier.filter(written_at=row.former_at).update(written_at=action.updated_at)


def _delete_organisations(record: Import, user: User | None, source: str) -> None:
    """Delete the organisations that the import added and that nothing has to do with now."""
    undone = Import.objects.of(record.project).filter(state=Import.State.UNDONE)
    summaries = [record.summary, *undone.values_list("summary", flat=True)]
    ids = {pk for summary in summaries for pk in summary.get("organisations", [])}
    touched = Change.objects.of(record.project).filter(record=root_name(Organisation()))
    touched = touched.exclude(kind=Change.Kind.ADDED)
    free = Organisation.objects.of(record.project).filter(pk__in=ids, actions__isnull=True)
    for organisation in free.exclude(pk__in=touched.values("record_id")):
        delete_organisation(organisation=organisation, user=user, source=source)
