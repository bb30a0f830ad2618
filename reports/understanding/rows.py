"""Sorts the rows of a table: those of data, those that go on with another, those that are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from actions.joined import MARKS
from partners.names import folded
from reports.layout import is_example
from reports.reading.cells import CellFault, Row

from .cellkinds import text_of
from .found import FoundTable
from .headings import squeezed
from .scanning import Scanner, Segment, filled, is_note, is_total, text_alone
from .vocabulary import ROW_ID_FIELD, TITLE

LONGEST_LEFT = 200
SHORT, LONG = 25, 20  # characters of a cell that ends by itself; of one that may be broken off
END_LOOKED_AT = 20
MOST_PIECES = 50  # so many rows may go on with one; more are no page breaks
# Each piece of these stands on a line of its own.
LINE_BY_LINE = ("dates", "occasions", "organisations", "sectors", "evidence", "meetings")
_SENTENCE_END = re.compile(r"[.!?:;…][)\]\"”’»]*\s*$")
_MARKED = re.compile(rf"\s*(?:{'|'.join(MARKS.values())})\s*:", re.I)


class RowSorter:
    """Puts each row of a table into its rows, onto the row before, or aside with the reason."""

    def __init__(self, table: FoundTable, scanner: Scanner) -> None:
        self.table = table
        self.scanner = scanner
        self.fields = {column.at: column.field for column in table.columns}
        self.titles = table.places(TITLE)
        self.partners = table.places("partners")
        self.references = table.places(ROW_ID_FIELD)[:1]
        self.last = 0
        self.pieces = 0

    def sort(self, segment: Segment) -> None:
        for row in segment.before:
            self._leave(row, self._why_above(row))
        if segment.heading and segment.more_headings:
            self._leave(segment.more_headings, _("A second row of headings."))
            upper = [text for text in map(squeezed, segment.heading.cells) if text]
            covered = [text for text in upper if text not in segment.headings]
            self._leave(replace(segment.heading, cells=covered), _("Headings above others."))
        for row in segment.repeated:
            self._leave(row, _("The headings once more."))
        for row in segment.body:
            self._sort(row)
        for row in segment.tail:
            self._leave(row, self._why_line(row))
        self.table.left.sort(key=lambda entry: entry[0])

    def _sort(self, row: Row) -> None:
        why = self._why_none(row)
        if why:
            self._leave(row, why)
        elif self._goes_on(row):
            self._join(row)
        elif filled(row):
            self.table.rows.append(row)
            self.last, self.pieces = row.number, 0
            self._tell_merged(row)

    def _why_none(self, row: Row) -> str:
        """Why a row is no data, or ""."""
        if self.references and is_example(_text(row.cell(self.references[0]))):
            return _("The example of the empty workbook.")
        if not any(char.isalnum() for at in filled(row) for char in _text(row.cells[at])):
            return _("A line without a word.")
        if self._says(row, self.partners) or row.after_break:
            return ""
        if is_total(row):
            return _("A total, no row of the table.")
        text = text_alone(row)
        if text and (self.scanner.is_line(text) or not self.fields.get(0)):
            return self._why_line(row)
        return ""

    def _why_line(self, row: Row) -> str:
        if is_total(row):
            return _("A total, no row of the table.")
        if is_note(text_alone(row)):
            return _("A note, no row of the table.")
        return _("A caption or a title, no row of the table.")

    def _why_above(self, row: Row) -> str:
        return self._why_line(row) if text_alone(row) else _("Stands above the headings.")

    def _leave(self, row: Row, why: str) -> None:
        text = " | ".join(_text(row.cells[at]) for at in filled(row))
        if text:
            self.table.left.append((row.number, text[:LONGEST_LEFT], why))

    def _says(self, row: Row, places: Sequence[int]) -> bool:
        return any(row.cell(at) not in (None, "") for at in places)

    # Rows that were broken in two

    def _goes_on(self, row: Row) -> bool:
        """Whether a row is the rest of the one before it."""
        if not self.table.rows or self._says(row, self.partners) or not filled(row):
            return False
        if self._says(row, self.references) or not (self.titles or self.references):
            return False
        if self.pieces >= MOST_PIECES:
            return False
        titled = self._says(row, self.titles)
        if row.after_break and (self.partners or not titled):
            return True
        if row.number != self.last + 1:
            return False
        return not titled or bool(self.partners and self._ends_a_sentence(row))

    def _ends_a_sentence(self, row: Row) -> bool:
        """Whether a cell goes on in small letters with a text that was broken off above."""
        above = self.table.rows[-1]
        return any(
            _is_broken_off(above.cell(at)) and _text(row.cells[at])[:1].islower()
            for at in filled(row)
        )

    def _join(self, row: Row) -> None:
        above = self.table.rows[-1]
        width = max(len(above.cells), len(row.cells))
        cells = [self._joined(at, above.cell(at), row.cell(at)) for at in range(width)]
        self.table.rows[-1] = replace(above, cells=cells)
        self.last, self.pieces = row.number, self.pieces + 1
        message = _("It was read as the continuation of row %(above)d.")
        self.table.remarks.append(
            (row.number, message % {"row": row.number, "above": above.number})
        )

    def _joined(self, at: int, above: Any, below: Any) -> Any:
        """Two cells as one; what cannot be read in one of them cannot be read in both."""
        if above in (None, "") or below in (None, ""):
            return below if above in (None, "") else above
        if isinstance(above, CellFault) or isinstance(below, CellFault):
            return CellFault(f"{above} {below}")
        first, rest = text_of(above), text_of(below)
        return first + self._seam(at, above, first, rest) + rest

    def _seam(self, at: int, above: Any, first: str, rest: str) -> str:
        field = self.fields.get(at, "")
        if field == TITLE:
            return " "
        if field in LINE_BY_LINE or not isinstance(above, str) or _MARKED.match(folded(rest)):
            return "\n"
        if len(first) > 1 and first.endswith("-") and first[-2].isalpha() and rest[:1].islower():
            return ""
        ended = _SENTENCE_END.search(first[-END_LOOKED_AT:]) or len(first) <= SHORT
        return "\n" if ended and not rest[:1].islower() else " "

    def _tell_merged(self, row: Row) -> None:
        names = list(dict.fromkeys(row.filled.values()))
        if len(names) == 1:
            message = _("The cell %(cell)s is merged over this row: its value was taken here too.")
            self.table.remarks.append((row.number, message % {"cell": names[0]}))
        elif names:
            message = _(
                "The cells %(cells)s are merged over this row: their values were taken here too."
            )
            self.table.remarks.append((row.number, message % {"cells": ", ".join(names)}))


def _text(cell: Any) -> str:
    return "" if cell is None else text_of(cell).strip()


def _is_broken_off(cell: Any) -> bool:
    return (
        isinstance(cell, str)
        and len(cell) >= LONG
        and not _SENTENCE_END.search(cell[-END_LOOKED_AT:])
    )
