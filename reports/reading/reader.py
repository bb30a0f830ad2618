"""Reads an .xlsx file into plain tables, within bounds, and says in a sentence why it cannot."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
from defusedxml.common import DefusedXmlException
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from openpyxl.utils import get_column_letter

from .cells import CellFault, Row, Sheet, plain

MOST_BYTES_UNPACKED = 200_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SHEETS = 100
DAMAGED = gettext_noop("The file is damaged or is no spreadsheet: it cannot be read.")
LAST_ROW_OF_A_SHEET = 1_048_576
# Older Excel files, and newer ones behind a password, are such containers.
OLE_CONTAINER = bytes.fromhex("D0CF11E0A1B11AE1")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


class FileError(ValueError):
    """A file that cannot be imported; the message is for people."""


def read_workbook(source: Path | BinaryIO) -> list[Sheet]:
    """Every sheet of an .xlsx file; raises FileError."""
    content = _content(source)
    _check_archive(content)
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl reads without defusedxml: a hostile file would get through")
    try:
        with warnings.catch_warnings():
            # What the reader says of drop-downs and other extras means nothing to who imports.
            warnings.simplefilter("ignore")
            sheets = list(_sheets(content))
            if _has_formulas(content):
                _mark_formulas(content, sheets)
    except FileError:
        raise
    except Exception as error:
        # The reader raises whatever a broken file leads it to: KeyError, ValueError, ParseError …
        if any(isinstance(fault, DefusedXmlException) for fault in (error, error.__cause__)):
            raise FileError(_("The file holds what a spreadsheet must not hold.")) from error
        raise FileError(_(DAMAGED)) from error
    return sheets


def _content(source: Path | BinaryIO) -> bytes:
    """The bytes of the file, one more than allowed at most."""
    most = settings.MAX_UPLOAD_BYTES
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                content = file.read(most + 1)
        else:
            source.seek(0)
            content = source.read(most + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(_("The file cannot be opened: %(reason)s.") % {"reason": reason}) from error
    if len(content) > most:
        raise FileError(_("The file is larger than %(most)d MB.") % {"most": most // 1_000_000})
    return content


def _check_archive(content: bytes) -> None:
    if not content:
        raise FileError(_("The file is empty."))
    if content.startswith(OLE_CONTAINER):
        raise FileError(
            _(
                "The file is protected by a password, or is an old Excel file (.xls)."
                " Save it in Excel as .xlsx without a password."
            )
        )
    if not content.startswith(b"PK"):
        raise FileError(_("The file is not a spreadsheet in the form .xlsx."))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileError(_("The file is damaged: it was perhaps not copied whole.")) from error
    if sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED:
        raise FileError(_("Unpacked, the file is far too large for a spreadsheet of actions."))
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise FileError(_("The file is not a spreadsheet in the form .xlsx."))


def _has_formulas(content: bytes) -> bool:
    """Whether any sheet holds a formula: only then is the file worth a second reading."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        for name in names:
            with archive.open(name) as file:
                tail = b""
                while chunk := file.read(1_000_000):
                    if _FORMULA.search(tail + chunk):
                        return True
                    tail = chunk[-40:]
    return False


def _sheets(content: bytes) -> Iterator[Sheet]:
    for worksheet in _worksheets(content, data_only=True):
        sheet = Sheet(worksheet.title, hidden=worksheet.sheet_state != "visible")
        for number, cells in _rows(worksheet):
            values = [_value(cell) for cell in cells]
            if any(value is not None for value in values):
                sheet.rows.append(Row(number, values))
                _check_bounds(sheet)
        yield sheet


def _worksheets(content: bytes, *, data_only: bool) -> Iterator[Any]:
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=data_only)
    try:
        if len(book.worksheets) > MOST_SHEETS:
            message = _("The file has more than %(most)d sheets.")
            raise FileError(message % {"most": MOST_SHEETS})
        for worksheet in book.worksheets:
            # The size that a sheet says of itself may be wrong; its rows are not.
            worksheet.reset_dimensions()
            yield worksheet
    finally:
        book.close()


def _rows(worksheet: Any) -> Iterator[tuple[int, Any]]:
    for number, cells in enumerate(worksheet.iter_rows(), start=1):
        if number > LAST_ROW_OF_A_SHEET:
            raise FileError(_(DAMAGED))
        yield number, cells


def _value(cell: Any) -> Any:
    if getattr(cell, "data_type", "") == "e":
        return CellFault(_("The cell holds an error of the spreadsheet: %s.") % cell.value)
    return plain(cell.value)


def _check_bounds(sheet: Sheet) -> None:
    row = sheet.rows[-1]
    while row.cells and row.cells[-1] is None:
        row.cells.pop()
    if len(row.cells) > MOST_COLUMNS:
        message = _("Sheet “%(sheet)s” has more than %(most)d columns.")
        raise FileError(message % {"sheet": sheet.name, "most": MOST_COLUMNS})
    if len(sheet.rows) > MOST_ROWS:
        message = _("Sheet “%(sheet)s” has more than %(most)d rows.")
        raise FileError(message % {"sheet": sheet.name, "most": MOST_ROWS})


def _mark_formulas(content: bytes, sheets: list[Sheet]) -> None:
    """Put a fault where a formula has no stored result, which would otherwise read as blank."""
    for sheet, worksheet in zip(sheets, _worksheets(content, data_only=False), strict=True):
        rows = {row.number: row for row in sheet.rows}
        for number, cells in _rows(worksheet):
            for at, cell in enumerate(cells[:MOST_COLUMNS]):
                if getattr(cell, "data_type", "") == "f":
                    row = rows.setdefault(number, Row(number, []))
                    _mark(row, at)
        sheet.rows = [rows[number] for number in sorted(rows)]


def _mark(row: Row, at: int) -> None:
    row.cells.extend([None] * (at + 1 - len(row.cells)))
    if row.cells[at] is None:
        where = f"{get_column_letter(at + 1)}{row.number}"
        message = _("The formula in %(cell)s has no stored result. Write its result as a value.")
        row.cells[at] = CellFault(message % {"cell": where})
