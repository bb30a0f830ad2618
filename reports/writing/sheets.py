"""Writes sheets in the look of the report; texts stay texts, whatever they begin with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from math import ceil
from typing import Any, BinaryIO, Self

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.reading.cells import EXPORTED

from .cells import Formula, Link, Styled
from .rowsheet import PLAIN_TYPES, PlainCell, RowSheet
from .spool import Spool

DARK, LINE, QUIET = "#10294A", "#D5DCE4", "#52606F"
FORMULA_SIGNS = ("=", "+", "-", "@")
A4 = 9
POINTS_OF_A_LINE, HIGHEST_ROW = 15, 409
FILLED = 0.9  # of a line, before the next word goes on to another
LONGEST_FOOTER = 255  # characters
HEADER_LENGTH = 90  # characters of a title at the head or foot of a printed page


class Workbook:
    """A workbook that is written row by row: memory stays flat, whatever the number of rows."""

    def __init__(
        self, out: BinaryIO, title: str, *, author: str = "", subject: str = "", foot: str = ""
    ) -> None:
        """``foot`` stands below every printed page, between the title and the number."""
        self._folder = tempfile.TemporaryDirectory(prefix="elca-export-")
        options = {
            "constant_memory": True,
            "tmpdir": self._folder.name,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd.mm.yyyy",
        }
        self.title, self.foot = title, foot
        self.book = xlsxwriter.Workbook(out, options)
        self.book.set_properties({"title": title, "author": author, "subject": subject})
        self._looks: dict[str, Format] = {}
        self._plain = self.look("plain", text_wrap=True, valign="top")
        # The mark that keeps a text a text when someone edits its cell.
        self._marked = self.look("marked", text_wrap=True, valign="top", quote_prefix=True)
        number: dict[str, Any] = {"valign": "top", "align": "right", "indent": 1}
        self._date = self.look("date", valign="top", align="left", num_format="dd.mm.yyyy")
        self._share = self.look("share", **number, num_format="0%")
        self._figure = self.look("figure", **number)
        self._link = self.look("link", valign="top", font_color="#0B5CAD", underline=1)
        header = {"bold": True, "bg_color": DARK, "font_color": "#FFFFFF", "border": 1}
        self.header = self.look("header", text_wrap=True, valign="top", border_color=LINE, **header)
        self._note = self.look("note", italic=True, font_color=QUIET)
        self._lines = self.look("lines", border=1, border_color=LINE)

    def look(self, name: str, **properties: Any) -> Format:
        """A look for cells, made when it is first asked for."""
        if name not in self._looks:
            self._looks[name] = self.book.add_format(properties)
        return self._looks[name]

    def sheet(self, name: str) -> RowSheet:
        """A new sheet; the sheets stand in the order in which they are asked for."""
        sheet = self.book.add_worksheet(name, RowSheet)
        assert isinstance(sheet, RowSheet)
        return sheet

    def fill(
        self,
        sheet: RowSheet,
        headings: list[str],
        rows: Iterable[list[Any]],
        *,
        caption: str = "",
        notes: Iterable[str] = (),
        widths: Mapping[int, float] | None = None,
        frozen: int = 0,
        printed: int = 0,
    ) -> int:
        """Write headings into row 1, rows below, then notes after an empty row.

        Gives the number of rows. ``widths`` are in characters, by the place of the column; the
        others are as wide as their cells need. ``frozen`` columns stay in view beside row 1, and
        the first ``printed`` go to paper (0: all).
        """
        with closing(Spool(headings, rows)) as spool:
            wide = [(widths or {}).get(at, width) for at, width in enumerate(spool.widths)]
            self._row(sheet, 0, spool.headings, wide, self.header)
            for number, row in enumerate(spool.rows(), start=1):
                self._row(sheet, number, row, wide)
        for below, note in enumerate(notes, start=spool.length + 2):
            sheet.write_string(below, 0, note, self._note)
        for at, width in enumerate(wide):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, frozen)
        self._finish(sheet, spool.length, len(spool.headings))
        sheet.print_area(0, 0, spool.length, (printed or len(spool.headings)) - 1)
        self.prepare_for_paper(sheet, caption)
        return spool.length

    def _row(
        self,
        sheet: RowSheet,
        number: int,
        cells: Sequence[Any],
        widths: Sequence[float],
        look: Format | None = None,
    ) -> None:
        """A row as high as its texts need: not every program finds that out by itself."""
        lines = max(
            (lines_in(c, w) for c, w in zip(cells, widths, strict=False) if type(c) is str),
            default=1,
        )
        height = min(lines * POINTS_OF_A_LINE + 1, HIGHEST_ROW) if lines > 1 else None
        if look is None and PLAIN_TYPES.issuperset(map(type, cells)):
            sheet.write_plain(number, cells, [*map(self._look_of, cells)], height)
            return
        if height:
            sheet.set_row(number, height)
        for at, cell in enumerate(cells):
            self.write(sheet, number, at, cell, look)

    def _look_of(self, cell: PlainCell) -> Format | None:
        """The look of a plain cell; a blank one has none."""
        if isinstance(cell, str):
            text = self._marked if cell.startswith(FORMULA_SIGNS) else self._plain
            return text if cell else None
        if cell is None:
            return None
        return self._date if isinstance(cell, date) else self._figure

    def write(
        self, sheet: Worksheet, row: int, at: int, cell: Any, look: Format | None = None
    ) -> None:
        """Write one cell by what it is; a text is cut nowhere and never counts as a formula."""
        if cell is None or cell == "":
            fault = sheet.write_blank(row, at, None, look) if look else 0
        elif isinstance(cell, str):
            fault = sheet.write_string(row, at, cell, look or self._look_of(cell))
        elif isinstance(cell, date):
            fault = sheet.write_datetime(row, at, cell, look or self._date)
        elif isinstance(cell, Formula):
            shape = self._share if isinstance(cell.value, float) else self._figure
            fault = sheet.write_formula(row, at, cell.text, look or shape, cell.value)
        elif isinstance(cell, Styled):
            fault = sheet.write_string(row, at, cell.text, self._looks[cell.look])
        elif isinstance(cell, Link):
            fault = sheet.write_url(row, at, cell.target, look or self._link, cell.text)
        else:
            fault = sheet.write_number(row, at, cell, look or self._figure)
        if fault:
            raise ValueError(f"cell {row}, {at} of {sheet.name} was not written: code {fault}")

    def mark_exported(self, at: datetime | None = None) -> None:
        """Say in the file of when its rows are (None: now), to compare them with later ones."""
        moment = (at or timezone.localtime()).isoformat(timespec="seconds")
        self.book.set_custom_property(EXPORTED, moment, "text")

    def prepare_for_paper(self, sheet: Worksheet, caption: str, *, repeat: bool = True) -> None:
        """Landscape A4 as wide as the page, pages numbered.

        The first row is repeated on every page; a sheet without headings stands on one page.
        """
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0 if repeat else 1)
        if repeat:
            sheet.repeat_rows(0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.set_header(f"&L&B{_escaped(sheet.name)}  {_escaped(caption[:HEADER_LENGTH])}")
        sheet.set_footer(self._footer())

    def _footer(self) -> str:
        """The foot of printed pages; Excel takes so many characters and not one more."""
        end = f"&R{_('Page %(page)s of %(pages)s') % {'page': '&P', 'pages': '&N'}}"
        foot = _fitting(self.foot, LONGEST_FOOTER - len(f"&L&C{end}"))
        end = f"&C{foot}{end}" if foot else end
        title = _fitting(self.title[:HEADER_LENGTH], LONGEST_FOOTER - len(f"&L{end}"))
        return f"&L{title}{end}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_details: object) -> None:
        """Put the file together; after a fault only take away what waited on disk."""
        if failed is None:
            self.book.close()
        else:
            self._drop()
        self._folder.cleanup()

    def _drop(self) -> None:
        self.book.fileclosed = True
        for sheet in self.book.worksheets():
            sheet.row_data_fh.close()

    def _finish(self, sheet: Worksheet, rows: int, columns: int) -> None:
        last = max(rows, 1)
        sheet.autofilter(0, 0, rows, columns - 1)
        # One rule instead of a line around each blank cell: a third fewer cells to write.
        rule = {"type": "formula", "criteria": "=TRUE", "format": self._lines}
        sheet.conditional_format(1, 0, last, columns - 1, rule)


def lines_in(cell: Any, width: float) -> int:
    """How many lines a cell takes in a column of so many characters; words break a little early."""
    if not isinstance(cell, str) or (len(cell) <= width - 2 and "\n" not in cell):
        return 1
    room = max((width - 2) * FILLED, 1)
    return sum(max(ceil(len(line) / room), 1) for line in cell.split("\n"))


def _escaped(text: str) -> str:
    return text.replace("&", "&&")


def _fitting(text: str, most: int) -> str:
    """As much of a text, escaped, as has room; half of an escaped sign would begin a code."""
    cut = _escaped(text)[:most]
    return cut if cut.count("&") % 2 == 0 else cut[:-1]
