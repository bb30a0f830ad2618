"""How a table of the report looks as a sheet: its columns in their order, and a row's cells.

The workbook is written from this and an import is compared with it, so that a sheet which nobody
edited is known as such, whatever the words in its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from actions.columns import Column
from actions.joined import JoinedColumn
from actions.models import Action, ActionType
from actions.querysets import ActionQuerySet
from actions.records import RecordType, record_type
from partners.catalogue import in_every_language, spoken
from partners.models import Project

# Names and headings stand here in English, by which they are known; ``spoken`` gives the words.
ROW_ID = gettext_noop("Row id")
# The row id of a row that only shows how to fill in the others.
EXAMPLE = gettext_noop("EXAMPLE")
INDICATORS, DEADLINES = 0, 12
# The sheets of the report that hold no actions, beside these two tables.
OWN_SHEETS = (
    gettext_noop("Cover"),
    gettext_noop("Charts"),
    gettext_noop("Partners"),
    gettext_noop("Months"),
    gettext_noop("Deviations"),
    gettext_noop("Explain"),
)
COVER, CHARTS, PARTNERS, MONTHS, DEVIATIONS, EXPLAIN = OWN_SHEETS
HELP_SHEET = gettext_noop("Help")
LISTS_SHEET = gettext_noop("Lists")
PLAN = gettext_noop("plan")  # behind the name of a sheet that one of the project's tables has
# A cell of a spreadsheet holds so many UTF-16 units and not one more.
LONGEST_CELL = 32_767
LONGEST_PIECE = 16_000  # in characters, of which each takes two units at most
CONTINUED = gettext_noop("continued")

Cell = str | int | float | date | None


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """A column of a sheet: its heading, and the value or the joined values that its cells hold."""

    heading: str
    source: Column | JoinedColumn

    @property
    def speaks(self) -> bool:
        """Whether its cells hold words of a language, beside those that people wrote."""
        return self.source.speaks

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the values that a cell holds."""
        source = self.source
        return source.parts if isinstance(source, JoinedColumn) else (source.name,)

    def write(self, values: Mapping[str, Any]) -> Cell:
        source = self.source
        if isinstance(source, JoinedColumn):
            return source.write(values)
        cell: Cell = source.write(values[source.name])
        return cell

    def write_many(self, values: Mapping[str, Sequence[Any]]) -> list[Cell]:
        """The cells of many records, whose values are given column by column."""
        source, write = self.source, self.source.write
        if isinstance(source, JoinedColumn):
            rows = zip(*(values[part] for part in source.parts), strict=True)
            return [write(dict(zip(source.parts, row, strict=True))) for row in rows]
        return [write(value) for value in values[source.name]]


def printed_columns(action_type: ActionType) -> list[SheetColumn]:
    """The columns that the report's own table has, headed as it heads them."""
    record = record_type(action_type.record)
    return [
        SheetColumn(spoken(c["heading"]), record.printed(c["column"])) for c in action_type.columns
    ]


def own_columns(record: RecordType) -> list[SheetColumn]:
    """Every value of a record in a column of its own."""
    return [SheetColumn(str(column.heading), column) for column in record.columns]


def sheet_columns(action_type: ActionType) -> list[SheetColumn]:
    """The printed columns, then the values of the record that those do not hold."""
    printed = printed_columns(action_type)
    held = {part for column in printed for part in column.parts}
    record = record_type(action_type.record)
    return [*printed, *(c for c in own_columns(record) if c.source.name not in held)]


def whole_records(record: RecordType, project: Project) -> ActionQuerySet:
    """The records of one type with all that their columns read, in a fixed number of queries."""
    records = record.model._default_manager.all()
    assert isinstance(records, ActionQuerySet)
    return with_own_rows(record, records.of(project).filter(type__record=record.key).for_detail())


def with_own_rows(record: RecordType, records: ActionQuerySet) -> ActionQuerySet:
    """The records with the rows that only their own record type has, such as business meetings."""
    relations = [
        relation.get_accessor_name()
        for relation in record.model._meta.related_objects
        if relation.one_to_many and relation.model is not Action
    ]
    return records.prefetch_related(*(name for name in relations if name))


def pieces(text: str) -> list[str]:
    """A text in pieces that each fit into a cell: nearly always one."""
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_CELL:
        return [text]
    return [text[at : at + LONGEST_PIECE] for at in range(0, len(text), LONGEST_PIECE)]


def continued(heading: str, number: int) -> str:
    return f"{heading} ({spoken(CONTINUED)} {number})"


def is_example(text: str) -> bool:
    """Whether a row id says that its row is only an example, in whatever language."""
    return text.strip().casefold() in {word.casefold() for word in in_every_language(EXAMPLE)}
