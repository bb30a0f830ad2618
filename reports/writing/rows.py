"""The tables of the report and their rows: which actions stand in them, and each cell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from actions.columns import NumberColumn
from actions.models import Action, ActionType, Status
from actions.querysets import ActionQuerySet
from actions.records import RecordType, record_type
from partners import clock
from partners.models import Partner, Project
from reports.layout import Cell, SheetColumn

ROWS_AT_ONCE = 1000  # actions held in memory together


@dataclass(frozen=True)
class Scope:
    """What a report covers: a project, as of a day, since a day, of one partner or of all.

    ``as_of`` None is today. ``since`` makes it the report of a period: only what was achieved
    from that day on is counted, and only actions dated in the period stand in the tables.
    """

    project: Project
    as_of: date | None = None
    since: date | None = None
    partner: Partner | None = None

    @property
    def day(self) -> date:
        return self.as_of or clock.today()


@dataclass(frozen=True)
class TableRow:
    """An action as a row of its table: a cell for each column of the table."""

    reference: str
    status_word: str
    cells: list[Cell]
    pk: int = 0
    status: str = ""


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its heading, the names of the values in its cells, and their kind."""

    heading: str
    parts: tuple[str, ...]
    is_number: bool = False


@dataclass(frozen=True)
class ReportTable:
    """One of Tables 2 to 11: the columns as printed, then the values which those leave out.

    ``read`` gives the rows and ``read_help`` what the cells of each column mean; both are asked
    only when they are needed.
    """

    scope: Scope
    action_type: ActionType
    columns: list[TableColumn]
    printed: int  # how many of the columns, from the first on, the report itself prints
    read: Callable[[], Iterator[TableRow]]
    read_help: Callable[[], list[str]]
    count_row: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        return self.action_type.table_name

    @property
    def caption(self) -> str:
        return self.action_type.spoken_caption

    @property
    def has_status(self) -> bool:
        """Whether a printed column says how far an action is."""
        return any("status" in column.parts for column in self.columns[: self.printed])

    def rows(self) -> Iterator[TableRow]:
        """The rows, the oldest record first; so many are held in memory as are read at once."""
        for row in self.read():
            self.count_row()
            yield row


def table_columns(columns: Sequence[SheetColumn]) -> list[TableColumn]:
    return [
        TableColumn(column.heading, column.parts, isinstance(column.source, NumberColumn))
        for column in columns
    ]


def read_rows(
    scope: Scope, action_type: ActionType, columns: Sequence[SheetColumn]
) -> Iterator[TableRow]:
    """The rows of a table as they are now."""
    record = record_type(action_type.record)
    words = {status: record.status_word(status) for status in Status.values}
    actions = record.model.objects.of(scope.project).filter(type=action_type)
    for action, cells in with_cells(record, columns, covered(scope, actions).order_by("pk")):
        yield TableRow(action.reference, words[action.status], cells, action.pk, action.status)


def with_cells(
    record: RecordType, columns: Sequence[SheetColumn], actions: QuerySet[Any]
) -> Iterator[tuple[Action, list[Cell]]]:
    """Actions with their cells, so many at once as memory should hold."""
    rows = actions.iterator(chunk_size=ROWS_AT_ONCE)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield from _with_cells(record, columns, chunk)


def _with_cells(
    record: RecordType, columns: Sequence[SheetColumn], chunk: Sequence[Action]
) -> Iterator[tuple[Action, list[Cell]]]:
    # A function of its own, so that nothing of these rows is held while the next are read.
    values = record.values_of(chunk)
    written = [column.write_many(values) for column in columns]
    for action, *cells in zip(chunk, *written, strict=True):
        yield action, cells


def covered(scope: Scope, actions: ActionQuerySet) -> ActionQuerySet:
    """Those of some actions that stand in the tables of a report."""
    if scope.partner:
        actions = actions.filter(partners=scope.partner)
    if scope.since:
        actions = actions.filter(counts_from__gte=scope.since, counts_from__lte=scope.day)
    return actions
