"""Tells which cells of a row were edited: beside the action as it is, and as it was exported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import override

from actions.columns import CellError
from actions.joined import JoinedColumn
from actions.lookup import Lookup
from actions.models import Action
from actions.records import RecordType
from actions.saving import Changes, differences
from partners.catalogue import LANGUAGES, language_now

from .layout import Cell, SheetColumn
from .reading.cells import plain
from .rowreading import Cells
from .since import Since


class Edits:
    """What was edited in the rows of one record type."""

    def __init__(self, record: RecordType, lookup: Lookup, since: Since) -> None:
        self._record = record
        self._lookup = lookup
        self._since = since
        self._languages = [language_now(), *(code for code in LANGUAGES if code != language_now())]

    def of(self, cells: Cells, before: Mapping[str, Any]) -> Cells:
        """The cells that are not what an export would write now.

        A cell that nobody edited is no change, even where its words would be read otherwise.
        """
        return {
            column: cell
            for column, cell in cells.items()
            if not self._is_written(cell, column, before) and not _says_no_status(column, cell)
        }

    def settled(self, cells: Cells, edited: Cells) -> set[str]:
        """The values that a column of their own says unedited, whatever a joined cell says."""
        joined = {part for c in edited if isinstance(c.source, JoinedColumn) for part in c.parts}
        own = {c.source.name for c in cells if not isinstance(c.source, JoinedColumn)}
        return joined & own - {c.source.name for c in edited}

    def since_export(
        self, edited: Cells, action: Action, before: Mapping[str, Any]
    ) -> tuple[Cells, list[str]]:
        """The cells that were edited in the file, and the headings of those edited here as well.

        A cell that still says what the export wrote was edited by nobody there: what the
        application has since become stays.
        """
        changed = self._since.changed.get(action.pk)
        if not changed:
            return edited, []
        then = self._values_then(before, changed)
        kept = {
            column: cell
            for column, cell in edited.items()
            if then is None or not self._is_written(cell, column, then)
        }
        # What was changed here and changed back again stands in nobody's way.
        other = changed if then is None else self.differences(then, before)
        return kept, [c.heading for c in kept if other.keys() & set(c.parts)]

    def _is_written(self, cell: Any, column: SheetColumn, values: Mapping[str, Any]) -> bool:
        """Whether a cell is what an export writes, in whatever language the file was written.

        The language of the last such cell is tried first: mostly all of a file is in one.
        """
        if not column.speaks:
            return _same_cell(cell, column.write(values))
        for at, language in enumerate(self._languages):
            with override(language):
                if _same_cell(cell, column.write(values)):
                    self._languages.insert(0, self._languages.pop(at))
                    return True
        return False

    def differences(self, before: Mapping[str, Any], values: Mapping[str, Any]) -> Changes:
        return differences(self._record, before, values, self._lookup)

    def _values_then(
        self, before: Mapping[str, Any], changed: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """The values of an action at the time of an export, or None where history cannot tell."""
        try:
            then = {
                name: self._record.column(name).read(words, self._lookup)
                for name, words in changed.items()
                if name in before
            }
        except CellError:
            return None
        return {**before, **then}


def _says_no_status(column: SheetColumn, cell: Any) -> bool:
    """Whether a cell for the status is blank: it takes none away, since each row has one."""
    return column.source.name == "status" and plain(cell) is None


def _same_cell(cell: Any, written: Cell) -> bool:
    return _comparable(cell) == _comparable(written)


def _comparable(cell: Any) -> str:
    text = plain(cell)
    return "" if text is None else str(text).strip()
