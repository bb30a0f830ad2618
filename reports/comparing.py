"""Compares the rows of one table with what the project has, and writes what is new in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from actions.lookup import Lookup
from actions.models import Action, ActionType, Status
from actions.records import RecordType, record_type
from actions.saving import Changes, Draft, Writer, number_in, reference_of
from kpis.models import Indicator
from partners import clock
from partners.models import Project, User
from partners.names import name_key

from .edits import Edits
from .known import MOST_COMPARED, Known, Shelf, place_words
from .reading.cells import Row
from .results import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    ERROR,
    LEFT_OUT,
    NEW,
    PROPOSED,
    UNCHANGED,
    Problem,
    RowResult,
    SheetResult,
)
from .rowreading import TITLE, Cells, RowReader, words_of
from .since import Since
from .understanding.tables import Table
from .wishes import ADD, LEAVE_OUT, TAKE, Wishes, row_key

SOURCE_LENGTH = 120
ROWS_BETWEEN_WORDS = 250  # so often an import says how far it is


@dataclass
class Run:
    """What the tables of one file share."""

    project: Project
    user: User | None
    source: str
    wishes: Wishes = field(default_factory=Wishes)
    previewed_at: datetime | None = None
    exported_at: datetime | None = None
    tell: Callable[[int], None] = lambda _rows: None
    seen: dict[str, str] = field(default_factory=dict)
    organisations: list[int] = field(default_factory=list)
    shelves: dict[int, Shelf] = field(default_factory=dict)
    done: int = 0

    def __post_init__(self) -> None:
        self.source = self.source[:SOURCE_LENGTH]
        self.lookup = Lookup(self.project)
        self.since = Since(self.project, self.exported_at)
        rows = Action.objects.of(self.project).order_by()
        self.known = dict(rows.values_list("reference", "type__table_number"))
        counting = Indicator.objects.filter(
            project=self.project, counts=Indicator.Counts.SECTORS
        ).values_list("action_types", flat=True)
        self.types_counted_by_sector = set(counting)

    def shelf(self, kind: ActionType) -> Shelf:
        """What there is of a type, for all of its tables in the file."""
        if kind.pk not in self.shelves:
            self.shelves[kind.pk] = Shelf(self.project, kind)
        return self.shelves[kind.pk]

    def count_row(self) -> None:
        self.done += 1
        if self.done % ROWS_BETWEEN_WORDS == 0:
            self.tell(self.done)


class TableImport:
    """The rows of one table, compared with those that the project has and then written."""

    def __init__(self, run: Run, table: Table, result: SheetResult) -> None:
        self.run = run
        self.table = table
        self.result = result
        self.type = table.action_type
        self.record: RecordType = record_type(self.type.record)
        self.result.type = self.type.slug
        self.result.table = f"{self.type.table_name}: {self.type.spoken_caption}"
        self.parts = table.parts
        self.headings = {column.name: str(column.heading) for column in self.record.columns}
        self.edits = Edits(self.record, run.lookup, run.since)
        self.reader = RowReader(
            table,
            result.index,
            run.lookup,
            run.wishes,
            counts_sectors=self.type.pk in run.types_counted_by_sector,
        )
        self.guessed: Counter[str] = Counter()
        self.drafts: list[tuple[Draft, RowResult, Row]] = []
        self.shelf = run.shelf(self.type)
        self.shelf.brought |= {table.reference(row) for row in table.rows}
        self.actions = self.shelf.actions
        self.writer = Writer(
            project=run.project,
            action_type=self.type,
            user=run.user,
            lookup=run.lookup,
            source=run.source,
        )

    def compare(self) -> None:
        """Say of every row what becomes of it; nothing is written yet."""
        for row in self.table.rows:
            self.result.rows.append(self._take(row))
            self.run.count_row()
        self.writer.check([draft for draft, _result, _row in self.drafts])

    def reserve_references(self) -> None:
        """Keep the ids that rows bring along from being given to others, before any is written.

        An id that no action of this project ever had stays with its row, so that the export of
        one installation can be carried to another and still be compared with it later.
        """
        brought = (draft.reference for draft, _result, _row in self.drafts if draft.written)
        highest = max((number_in(self.type, reference) for reference in brought), default=0)
        ActionType.objects.filter(pk=self.type.pk, last_number__lt=highest).update(
            last_number=highest
        )

    def write(self) -> None:
        """Write what is new or changed, and say so."""
        self.writer.write([draft for draft, _result, _row in self.drafts])
        self.run.organisations += [organisation.pk for organisation in self.writer.organisations]
        for draft, result, row in self.drafts:
            self._finish(draft, result, row)
        self._tell_guesses()

    def _take(self, row: Row) -> RowResult:
        """What becomes of a row, but for the writing."""
        cells = self.reader.cells(row)
        title = self.reader.title_in(cells)
        result = RowResult(row.number, ERROR, title=title, cells=words_of(cells))
        decision = self.run.wishes.rows.get(row_key(self.result.index, row.number), "")
        if decision == LEAVE_OUT:
            result.verdict = LEFT_OUT
            return result
        reference = self.table.reference(row)
        fault = self._wrong_reference(row, reference)
        if fault:
            return self._refuse(
                result, [Problem(row.number, self.table.row_id_heading, fault, "row_id")]
            )
        action = self.actions.get(reference)
        if action:
            return self._compare(row, result, cells, action, decision)
        if reference in self.run.since.deleted and decision != TAKE:
            words = _("This row was deleted in the application since this file was exported.")
            return self._refuse(result, [Problem(row.number, "", words)], CONFLICT)
        if decision in self.actions:
            said = {column: cell for column, cell in cells.items() if cell is not None}
            return self._compare(row, result, said, self.actions[decision], TAKE)
        same = self._same_row(row, cells, result.title)
        if same:
            self.run.seen[same.reference] = self._place(row.number)
            result.verdict, result.reference, result.action = UNCHANGED, same.reference, same.pk
            return result
        return self._add(row, result, cells, reference, decision)

    # A row that is there

    def _compare(
        self, row: Row, result: RowResult, cells: Cells, action: Action, decision: str
    ) -> RowResult:
        result.reference, result.action = action.reference, action.pk
        result.title = action.title
        before = self.record.values(action)
        edited = self.edits.of(cells, before)
        edited, clashing = self.edits.since_export(edited, action, before)
        read = self.reader.read(row, edited, before)
        for name in self.edits.settled(cells, edited):
            read.values.pop(name, None)
        result.warnings = read.warnings
        if read.errors:
            return self._refuse(result, read.errors)
        if not self.edits.differences(before, read.values):
            result.verdict, result.warnings = UNCHANGED, []
            return result
        fault = "" if decision == TAKE else self._conflict(action, clashing)
        if fault:
            self._refuse(result, [Problem(row.number, "", fault)], CONFLICT)
            result.changes = self._shown(self.edits.differences(before, read.values))
            return result
        here = (self.result.name, row.number)
        first = self.shelf.changed_by.setdefault(action.pk, here)
        if first != here:
            message = _("%(row)s changes %(id)s already: leave one of the two out.")
            said = message % {"row": place_words(first), "id": action.reference}
            return self._refuse(result, [Problem(row.number, "", said[:1].upper() + said[1:])])
        draft = Draft(read.values, action, before=before)
        self.drafts.append((draft, result, row))
        return result

    def _conflict(self, action: Action, clashing: Sequence[str]) -> str:
        """Why a change is not simply written: somebody else has changed the same meanwhile."""
        if clashing:
            message = _("Changed in the application since this file was exported: %(columns)s.")
            return message % {"columns": ", ".join(clashing)}
        previewed = self.run.previewed_at
        if previewed and action.updated_at > previewed:
            return _("This row was changed in the application since the preview.")
        return ""

    def _same_row(self, row: Row, cells: Cells, title: str) -> Action | None:
        """An action that says all that a row without a known id says; of several a fresh one."""
        titled = self.shelf.by_title.get(name_key(title), [])
        for action in titled[:MOST_COMPARED]:
            if action.reference in self.run.seen or action.reference in self.shelf.brought:
                continue  # another row is, or says that it is, that one
            before = self.record.values(action)
            edited = self.edits.of(cells, before)
            read = self.reader.read(row, edited, before)
            for name in self.edits.settled(cells, edited):
                read.values.pop(name, None)
            if not read.errors and not self.edits.differences(before, read.values):
                titled.remove(action)
                return action
        return None

    # A row that is new

    def _add(
        self, row: Row, result: RowResult, cells: Cells, reference: str, decision: str
    ) -> RowResult:
        empty = {column.name: column.empty() for column in self.record.columns}
        read = self.reader.read(row, cells, empty)
        result.warnings = read.warnings
        if TITLE not in self.parts and TITLE not in read.values:
            read.errors.append(
                Problem(row.number, self.table.row_id_heading, _("No row of this id is known."))
            )
        elif "partners" not in read.values and not any(e.field == "partners" for e in read.errors):
            needed = _("At least one responsible partner is needed.")
            heading = self.table.heading_of("partners")
            read.errors.append(Problem(row.number, heading, needed, "partners"))
        if read.errors:
            return self._refuse(result, read.errors)
        values = read.values
        if "status" not in values:
            values["status"] = self._guess_status(values)
            self.guessed[values["status"]] += 1
        again = self._seen_before(row, values, decision)
        if again:
            return self._refuse(result, [again], DUPLICATE)
        new = Known.of_row(values, (self.result.name, row.number))
        like = self.shelf.like(new) if decision != ADD else []
        if like:
            result.like = [known.reference for known in like if known.reference]
            return self._refuse(result, [self._duplicate(row, like)], DUPLICATE)
        self._warn_of_same_title(row, result, values)
        self.shelf.remember(new)
        free = self._free(reference)
        if reference and not free:
            words = _("The id %(id)s is not known here: the row gets a new one.")
            result.warnings.append(
                Problem(row.number, self.table.row_id_heading, words % {"id": reference}, "row_id")
            )
        self.drafts.append((Draft(values, reference=free), result, row))
        return result

    def _seen_before(self, row: Row, values: Mapping[str, Any], decision: str) -> Problem | None:
        """What is wrong with a row that says the very same as one before it in the file."""
        here = (self.result.name, row.number)
        first = self.shelf.first_of(values, here)
        if first == here or decision == ADD:
            return None
        message = _("The row says the same as %(row)s.") % {"row": place_words(first)}
        return Problem(row.number, self.table.heading_of(TITLE), message, TITLE)

    def _duplicate(self, row: Row, like: Sequence[Known]) -> Problem:
        message = _("This is likely the same as %(others)s. Say whether it is, or is another one.")
        others = ", ".join(str(known) for known in like[:3])
        heading = self.table.heading_of(TITLE)
        return Problem(row.number, heading, message % {"others": others}, TITLE)

    def _warn_of_same_title(self, row: Row, result: RowResult, values: Mapping[str, Any]) -> None:
        for known in self.shelf.titled(values[TITLE])[:1]:
            message = _("%(action)s has the same title, but is another one.")
            heading = self.table.heading_of(TITLE)
            result.warnings.append(Problem(row.number, heading, message % {"action": str(known)}))

    def _guess_status(self, values: Mapping[str, Any]) -> str:
        """Where nothing says it: achieved unless a date lies ahead; an agreement is not signed.

        A date alone does not make an agreement signed: only a word does.
        """
        if self.reader.is_signed_by_words:
            return Status.PLANNED
        dates = [occasion.when for occasion in values.get("occasions", ())]
        first = min(dates, key=lambda when: (when.counts_from, when.start), default=None)
        ahead = first is not None and first.start > clock.today()
        return Status.PLANNED if ahead else Status.ACHIEVED

    def _tell_guesses(self) -> None:
        if self.guessed:
            said = ", ".join(
                f"{self.record.status_word(status)}: {number}"
                for status, number in self.guessed.items()
            )
            message = _("There is no column for the status. What the new rows were taken for: %s.")
            problem = Problem(self.table.heading_row, "", message % said)
            self.result.warnings.append(problem)

    # References

    def _wrong_reference(self, row: Row, reference: str) -> str:
        """What is wrong with the id of a row; it is seen from now on."""
        if not reference:
            return ""
        where = self.run.seen.get(reference)
        if where:
            return _("The id %(id)s stands in %(row)s already.") % {"id": reference, "row": where}
        self.run.seen[reference] = self._place(row.number)
        table = self.run.known.get(reference)
        if table is not None and table != self.type.table_number:
            message = _("The id %(id)s belongs to a row of Table %(table)d.")
            return message % {"id": reference, "table": table}
        return ""

    def _place(self, number: int) -> str:
        return place_words((self.result.name, number))

    def _free(self, reference: str) -> str:
        """The id that a new row keeps: one that no action of the project ever had."""
        number = number_in(self.type, reference)
        written = reference_of(self.type, number)
        return reference if number > self.type.last_number and reference == written else ""

    # After the writing

    def _finish(self, draft: Draft, result: RowResult, row: Row) -> None:
        """Say what became of a row that was written, or why it was not."""
        if draft.errors:
            self._refuse(result, list(self._problems_of(draft.errors, row)))
            return
        assert draft.action is not None
        if draft.proposed:
            self._finish_proposal(draft, result)
            return
        result.verdict = NEW if draft.added else CHANGED
        result.action, result.reference = draft.action.pk, draft.action.reference
        result.title = draft.action.title
        result.written_at = draft.action.updated_at
        result.changes = self._shown(draft.changes)
        result.former_at = draft.former_at
        if not draft.added:
            result.before = {
                name: self.record.column(name).dump(draft.before[name]) for name in draft.changes
            }

    def _finish_proposal(self, draft: Draft, result: RowResult) -> None:
        """Say of a row of an accepted action that its change waits, and how to take it back."""
        result.changes = self._shown(draft.changes)
        if draft.proposal is None:
            result.verdict = UNCHANGED
            words = _("This very change waits for the task leader already.")
            result.warnings.append(Problem(result.row, "", words))
            return
        result.verdict, result.written_at = PROPOSED, draft.proposal.at
        result.before = dict(draft.former)

    def _shown(self, changes: Changes) -> list[tuple[str, str, str]]:
        return [(self.headings[name], old, new) for name, (old, new) in changes.items()]

    def _problems_of(self, errors: Mapping[str, Iterable[str]], row: Row) -> Iterable[Problem]:
        for name, messages in errors.items():
            column = next((c for c in self.table.columns if name in c.parts), None)
            for message in messages:
                if column:
                    yield self.reader.problem(row, column, self.table.cell(row, column), message)
                else:
                    heading = self.table.heading_of(name)
                    yield Problem(row.number, heading, message, name if heading else "")

    def _refuse(
        self, result: RowResult, problems: Sequence[Problem], verdict: str = ERROR
    ) -> RowResult:
        result.verdict = verdict
        result.errors += problems
        return result
