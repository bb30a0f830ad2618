"""Reads the cells of a row: what each says by its column, and what it says of other columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from actions.columns import CellError
from actions.joined import JoinedColumn
from actions.lookup import Lookup
from actions.records import DATES, record_type
from agreements.records import state_in

from .layout import SheetColumn, own_columns
from .reading.cells import CellFault, Row
from .results import Problem
from .understanding.tables import Table
from .wishes import Wishes, row_key

TITLE = "title"

Cells = dict[SheetColumn, Any]


@dataclass
class Read:
    """What the cells of a row say, and what is wrong or worth a word about them."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class RowReader:
    """Reads the rows of one table, with what the user said instead of their cells.

    ``index`` is the place of the table in the file, ``counts_sectors`` whether a figure counts
    the sectors of its rows.
    """

    def __init__(
        self, table: Table, index: int, lookup: Lookup, wishes: Wishes, *, counts_sectors: bool
    ) -> None:
        self._table = table
        self._index = index
        self._lookup = lookup
        self._wishes = wishes
        self._counts_sectors = counts_sectors
        self._record = record_type(table.action_type.record)
        self._places = {column: places[0] for column, places in table.columns.items()}

    def cells(self, row: Row) -> Cells:
        """The cells of a row, with what the user said instead of them."""
        cells = {column: self._table.cell(row, column) for column in self._table.columns}
        said = self._wishes.cells.get(row_key(self._index, row.number))
        for name, words in (said or {}).items():
            column = next((c for c in cells if c.source.name == name), None)
            if column is None:
                own = own_columns(self._record)
                column = next((c for c in own if c.source.name == name), None)
            if column:
                cells[column] = words.strip() or None
        return cells

    def title_in(self, cells: Cells) -> str:
        titles = (cell for column, cell in cells.items() if column.source.name == TITLE)
        return str(next(titles, None) or "").strip()

    def read(self, row: Row, cells: Cells, before: Mapping[str, Any]) -> Read:
        """The values that cells say; a column of its own has the last word over a joined one."""
        read, words = Read(), ""
        lookup = self._lookup
        lookup.row_text = "\n".join(c for c in cells.values() if isinstance(c, str))
        lookup.took_part.clear()
        for column in sorted(cells, key=lambda c: not isinstance(c.source, JoinedColumn)):
            lookup.warnings.clear()
            try:
                found, beside = read_cell(column, self._meant(column, cells[column]), lookup)
            except CellError as error:
                read.errors.append(self.problem(row, column, cells[column], error))
                continue
            read.warnings += [
                self.problem(row, column, cells[column], said) for said in lookup.warnings
            ]
            words = words or beside
            self._take_values(row, read, column, cells[column], found)
        order = [column.heading for column in cells]
        read.errors.sort(key=lambda fault: order.index(fault.column))
        if words:
            note = read.values.get("dates_note", before["dates_note"])
            read.values["dates_note"] = note if words in note else f"{note}\n{words}".strip()
        self._read_beyond(row, read, cells, before)
        return read

    def _take_values(
        self, row: Row, read: Read, column: SheetColumn, cell: Any, found: Mapping[str, Any]
    ) -> None:
        name = column.source.name
        if name in read.values and cell is None:
            return
        if name in read.values and read.values[name] != found[name]:
            message = _("Another column says otherwise; this one was taken.")
            read.warnings.append(self.problem(row, column, cell, message))
        read.values.update(found)

    def _meant(self, column: SheetColumn, cell: Any) -> Any:
        """A cell, or what the user said that its names mean."""
        if not isinstance(cell, str):
            return cell
        if column.source.name == "partners":
            return self._wishes.partner_for(cell)
        if column.source.name == "organisations" and self._wishes.organisations:
            return "\n".join(self._wishes.organisation_for(n) for n in cell.splitlines())
        return cell

    def _read_beyond(self, row: Row, read: Read, cells: Cells, before: Mapping[str, Any]) -> None:
        """What cells say of other columns: a state in any text, who took part, which sectors."""
        # The whole row is asked, not only what was edited in it: a state that stands there counts.
        if self.is_signed_by_words and not self._said_by({**self.cells(row), **cells}, "status"):
            texts = [cell for cell in cells.values() if isinstance(cell, str)]
            state = next((found for text in texts if (found := state_in(text))), None)
            if state:
                read.values["status"] = state
        if self._lookup.took_part:
            organisations = read.values.get("organisations", before["organisations"])
            meant = [self._wishes.organisation_for(n) for n in self._lookup.took_part]
            read.values["organisations"] = tuple(dict.fromkeys([*organisations, *meant]))
        counted = self._counts_sectors
        if counted and "sectors" not in read.values and not before["sectors"]:
            self._read_sectors(row, read)

    def _said_by(self, cells: Cells, part: str) -> bool:
        """Whether a cell itself says a state, so that no other cell is asked."""
        return any(
            state_in(str(cell)) or not isinstance(column.source, JoinedColumn)
            for column, cell in cells.items()
            if part in column.parts and cell is not None
        )

    def _read_sectors(self, row: Row, read: Read) -> None:
        """The sectors that a title names, in a table whose figure counts sectors."""
        if TITLE not in read.values:
            return
        sectors = self._lookup.sectors_in(read.values[TITLE])
        if sectors:
            read.values["sectors"] = sectors
            message = _("Read from the title as the sectors: %(sectors)s.")
            words = message % {"sectors": ", ".join(sector.name for sector in sectors)}
        else:
            words = _("The title names no sector of the project: no sector is counted.")
        read.warnings.append(Problem(row.number, self._table.heading_of(TITLE), words, TITLE))

    def problem(self, row: Row, column: SheetColumn, cell: Any, said: object) -> Problem:
        """What is said about a cell, with where it is and what may be meant."""
        return Problem(
            row.number,
            column.heading,
            str(said),
            column.source.name,
            self._places.get(column),
            "" if cell is None else str(cell),
            tuple(getattr(said, "suggestions", ())),
            str(getattr(said, "name", "")),
        )

    @property
    def is_signed_by_words(self) -> bool:
        return any("status" in joined.parts for joined in self._record.joined)


def words_of(cells: Cells) -> list[tuple[str, str]]:
    """The cells of a row as they were written, by their headings."""
    return [(column.heading, str(cell)) for column, cell in cells.items() if cell is not None]


def read_cell(column: SheetColumn, cell: Any, lookup: Lookup) -> tuple[dict[str, Any], str]:
    """The values of a cell by name, and words beside dates where the column has no place for them.

    Raises CellError.
    """
    source = column.source
    if isinstance(cell, CellFault):
        raise CellError(str(cell))
    if isinstance(cell, date) and source.name == TITLE:
        raise CellError(_("A date stands here instead of a title."))
    if source.name == TITLE and not any(sign.isprintable() for sign in str(cell or "").strip()):
        raise CellError(_("A title is needed."))
    if isinstance(source, JoinedColumn):
        return source.read(cell, lookup), ""
    if source.name == "occasions":
        # Read as the report's own column of dates is: words that are no date are not lost.
        said = DATES.read(cell, lookup)
        return {"occasions": said["occasions"]}, said["dates_note"]
    return {source.name: source.read(cell, lookup)}, ""
