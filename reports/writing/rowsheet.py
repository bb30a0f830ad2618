"""A worksheet that writes a row of plain cells in one go and keeps nothing of it.

XlsxWriter takes every cell through six functions, and remembers the height of each row. This goes
around them, in the inside of the version that ``requirements.txt`` names: a test compares what is
written with what XlsxWriter writes by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from types import NoneType
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import _preserve_whitespace, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.layout import LONGEST_PIECE, pieces

PLAIN_TYPES = frozenset({str, int, date, NoneType})
# A text with none of these stands in the file as it is.
_ODD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x|^\s|\s$")

PlainCell = str | int | date | None


class RowSheet(Worksheet):
    """A worksheet of a workbook in constant memory."""

    def write_plain(
        self,
        row: int,
        cells: Sequence[PlainCell],
        looks: Sequence[Format | None],
        height: float | None,
    ) -> None:
        """Write a whole row below those that were written; a cell without a look is left out.

        The cells are of ``PLAIN_TYPES``; ``height`` is in points, None that of a single line.
        """
        if self._check_dimensions(row, len(cells) - 1):
            raise ValueError(f"row {row} of {self.name} does not fit")
        self._write_single_row(row)  # the row before, if it still waits
        written = [
            self._cell(f"{_letters(at)}{row + 1}", cell, look)
            for at, (cell, look) in enumerate(zip(cells, looks, strict=True))
            if look
        ]
        if height:
            self.set_row(row, height)
            del self.row_sizes[row]
        self._write_row(row, None, self.row_info.pop(row, None))
        self.fh.write("".join(written) + "</row>")
        self.previous_row = row + 1

    def _cell(self, place: str, cell: PlainCell, look: Format) -> str:
        start = f'<c r="{place}" s="{look._get_xf_index()}"'
        if isinstance(cell, str):
            return f'{start} t="inlineStr"><is>{self._text(cell)}</is></c>'
        number = self._convert_date_time(cell) if isinstance(cell, date) else cell
        return f"{start}><v>{number:.16G}</v></c>"

    def _text(self, text: str) -> str:
        if len(text) > LONGEST_PIECE and len(pieces(text)) > 1:
            raise ValueError(f"a text of {len(text)} characters does not fit into {self.name}")
        if not _ODD.search(text):
            return f"<t>{text}</t>"
        text = self._escape_control_characters(text)
        space = ' xml:space="preserve"' if _preserve_whitespace(text) else ""
        return f"<t{space}>{self._escape_data(text)}</t>"

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[Any] = ()) -> None:
        """Write a text that looks like XML of rich text as it is: there is no rich text."""
        self._xml_inline_string(string, _preserve_whitespace(string), attributes)


@cache
def _letters(at: int) -> str:
    """What a spreadsheet calls a column."""
    return str(xl_col_to_name(at))
