"""Says what each column of a table holds, by its heading or by the look of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from actions.columns import ChoiceColumn, NumberColumn
from reports.layout import SheetColumn, is_example
from reports.reading.cells import Row

from .cellkinds import LOOKS, STRONG, Partners, is_number, is_reference, most, text_of
from .found import FoundColumn, FoundTable
from .headings import EXACT, Reading, Vocabulary, is_continued, plain_key
from .vocabulary import COUNTRY, DATE, ROW_ID_FIELD, START, STRANGER_KEYS, TITLE

PARTNERS, STATUS, SIGNATURE = "partners", "status", "signature"
DATE_FIELDS = ("dates", "occasions")
SAMPLES, CELLS_LOOKED_AT, LONGEST_SAMPLE = 3, 20, 80
BY_PLACE = 0.4
MORE = "more"  # the role of a column that goes on with the text of another
SAID = ("chosen", "remembered")


class ColumnReader:
    """Takes the columns of one table for fields, the surest first and each field once."""

    def __init__(
        self, vocabulary: Vocabulary, offered: Mapping[str, SheetColumn], partners: Partners
    ) -> None:
        self.vocabulary = vocabulary
        self.offered = offered
        self.partners = partners
        self.cells: dict[int, list[Any]] = {}
        self.columns: list[FoundColumn] = []

    def read(
        self, headings: Sequence[str], rows: Sequence[Row], *, sure: bool
    ) -> list[FoundColumn]:
        """The columns with their fields; ``sure`` says that it is known which table this is."""
        self.columns = list(self._columns(headings, rows))
        self._take_by_heading()
        self._find_title()
        self._take_by_cells()
        if sure:
            self._take_title_by_place()
        return self.columns

    def _columns(self, headings: Sequence[str], rows: Sequence[Row]) -> Iterator[FoundColumn]:
        width = max((len(headings), *(len(row.cells) for row in rows)))
        for at in range(width):
            heading = headings[at] if at < len(headings) else ""
            cells = (row.cells[at] for row in rows if at < len(row.cells))
            said = (cell for cell in cells if cell is not None and cell != "")
            self.cells[at] = list(islice(said, CELLS_LOOKED_AT))
            if heading or self.cells[at]:
                samples = [text_of(cell)[:LONGEST_SAMPLE] for cell in self.cells[at][:SAMPLES]]
                yield FoundColumn(at, heading, samples)

    def _take_by_heading(self) -> None:
        readings = {column.at: self._readings(column) for column in self.columns}
        if any(found[0].field == STATUS for found in readings.values() if found):
            readings = {at: _without_signature(found) for at, found in readings.items()}
        pairs = [(reading, column) for column in self.columns for reading in readings[column.at]]
        # A country says nothing of a date unless a place or a date stands beside it.
        pairs.sort(key=lambda pair: (pair[0].role == COUNTRY, -pair[0].confidence))
        for reading, column in pairs:
            if not column.field and self._may_take(reading, column):
                _take(column, reading)
        for name in {column.field for column in self.columns if column.field}:
            for column in self._taken(name)[1:]:
                column.how = "continued"

    def _readings(self, column: FoundColumn) -> list[Reading]:
        found = self.vocabulary.readings(column.heading)
        return [reading for reading in found if self._fits(reading, column)]

    def _fits(self, reading: Reading, column: FoundColumn) -> bool:
        """Whether the cells are such as a heading that is not quite the right one promises."""
        cells = self.cells[column.at]
        if reading.confidence == EXACT or not cells:
            return True
        if reading.field == ROW_ID_FIELD:
            return any(is_reference(cell) or is_example(str(cell)) for cell in cells)
        offered = self.offered.get(reading.field)
        if offered and isinstance(offered.source, NumberColumn):
            return any(map(is_number, cells))
        return True

    def _may_take(self, reading: Reading, column: FoundColumn) -> bool:
        taken = self._taken(reading.field)
        if not taken:
            return reading.role != COUNTRY
        if is_continued(column.heading):
            return not reading.role
        roles = {other.role for other in taken}
        if reading.role == COUNTRY:
            return COUNTRY not in roles  # also beside a column that says date and place together
        once = reading.role not in roles and not {reading.role, *roles} >= {DATE, START}
        return bool(reading.role) and all(roles) and once

    def _taken(self, name: str) -> list[FoundColumn]:
        return [column for column in self.columns if column.field == name]

    def _find_title(self) -> None:
        """Without a title, a column that may mean one is it, whatever else it may mean."""
        if self._taken(TITLE) or self._taken(ROW_ID_FIELD):
            return
        for column in self.columns:
            for reading in self.vocabulary.readings(column.heading):
                if reading.field == TITLE:
                    _take(column, reading)
                    return

    def _unknown(self) -> list[FoundColumn]:
        return [
            column
            for column in self.columns
            if not column.field
            and not self.vocabulary.readings(column.heading)
            and (not column.heading or plain_key(column.heading) not in STRANGER_KEYS)
        ]

    def _take_by_cells(self) -> None:
        for column in self._unknown():
            reading = self._look(self.cells[column.at])
            if reading and not self._taken(reading.field):
                _take(column, reading)

    def _look(self, cells: Sequence[Any]) -> Reading | None:
        if most(cells, self.partners.is_named_in):
            return Reading(PARTNERS, STRONG, "cells")
        states = self._states()
        if states and most(cells, lambda cell: plain_key(str(cell)) in states):
            return Reading(STATUS, STRONG, "cells")
        for test, names, sure in LOOKS:
            name = next((name for name in names if name in self.offered), "")
            if name and most(cells, test):
                return Reading(name, sure, "cells")
        return None

    def _states(self) -> set[str]:
        """The words for a status, in a table that has no signature to say it."""
        column = self.offered.get(STATUS)
        if column is None or SIGNATURE in self.offered:
            return set()
        assert isinstance(column.source, ChoiceColumn)
        return {plain_key(word) for word in column.source.meanings}

    def _take_title_by_place(self) -> None:
        """The first texts of a row, before its partners, are likely its title."""
        partners = self._taken(PARTNERS)
        if self._taken(TITLE) or self._taken(ROW_ID_FIELD) or not partners:
            return
        for column in self._unknown():
            cells = self.cells[column.at]
            if column.at < partners[0].at and most(cells, lambda cell: isinstance(cell, str)):
                _take(column, Reading(TITLE, BY_PLACE, "cells"))
                return


def _without_signature(readings: Sequence[Reading]) -> list[Reading]:
    """Beside a column for the status, a date of signature is only that."""
    others = [r for r in readings if r.field != SIGNATURE or r.confidence == EXACT]
    return others or list(readings)


def _take(column: FoundColumn, reading: Reading) -> None:
    column.field, column.confidence, column.how = (
        reading.field,
        reading.confidence,
        reading.how,
    )
    column.role = reading.role or (MORE if is_continued(column.heading) else "")


def apply_mapping(
    found: Sequence[FoundColumn], columns: Mapping[str, str], vocabulary: Vocabulary, how: str
) -> None:
    """Take columns for what somebody said, and no other column for the same."""
    said = {columns[str(column.at)] for column in found if str(column.at) in columns}
    for column in found:
        if str(column.at) in columns:
            column.field = columns[str(column.at)]
            column.confidence, column.how = 1.0, how
            column.role = _role(column, vocabulary) if column.field else ""
        elif column.field in said and column.how not in SAID:
            column.field, column.confidence, column.how, column.role = "", 0.0, "unknown", ""


def _role(column: FoundColumn, vocabulary: Vocabulary) -> str:
    if is_continued(column.heading):
        return MORE
    readings = vocabulary.readings(column.heading)
    return next((r.role for r in readings if r.field == column.field), "")


def duplicates(
    table: FoundTable, vocabulary: Vocabulary, labels: Mapping[str, str]
) -> Iterator[str]:
    """A sentence for each two columns of which only one can be meant."""
    taken = {column.field: column for column in table.columns if column.field}
    for column in table.columns:
        readings = vocabulary.readings(column.heading)
        other = taken.get(readings[0].field) if readings else None
        if column.field or column.how in SAID or other is None or other.how in SAID:
            continue
        same = plain_key(column.heading) == plain_key(other.heading)
        if same or readings[0].confidence == EXACT:
            message = _("Two columns are called “%(heading)s”: which one is meant?")
            yield message % {"heading": column.heading}
    for name in dict.fromkeys(c.field for c in table.columns if c.field not in ("", *DATE_FIELDS)):
        second = [c for c in table.columns if c.field == name][1:]
        if any(column.role != MORE for column in second):
            message = _("Two columns were taken for “%(field)s”: which one is meant?")
            yield message % {"field": labels.get(name, name)}


def left_out(table: FoundTable, vocabulary: Vocabulary) -> Iterator[str]:
    """A sentence for each column that is not taken, so that nobody misses its cells."""
    for column in table.columns:
        if column.field or column.how in SAID:
            continue
        name = {"name": column.heading or get_column_letter(column.at + 1)}
        if not column.heading:
            yield _("Column %(name)s has no heading and is left out.") % name
        elif any(table.places(r.field) for r in vocabulary.readings(column.heading)):
            yield _("Column “%(name)s” says what another column says and is left out.") % name
        else:
            yield _("Column “%(name)s” is not known and is left out.") % name


def guessed(table: FoundTable, labels: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each column that was taken by its cells alone."""
    for column in table.columns:
        if column.how == "cells":
            name = column.heading or get_column_letter(column.at + 1)
            message = _("By its cells, column “%(name)s” was taken for “%(field)s”.")
            yield message % {"name": name, "field": labels.get(column.field, column.field)}
