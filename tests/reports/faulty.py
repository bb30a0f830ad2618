"""Files with one fault each, as partners send them, and the place where the fault stands."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter

from tests.reports.files import HEADINGS, WORKSHOPS

SHEET = "Table 7"
ROW = 3  # of the fault; row 2 is always without one
DATES = "Dates & Location"
GOOD = ["A good row", "AMZ", "About it", "03.03.2022, Dresden", "Fine"]
BOMB_BYTES = 250_000_000
MARKUP = "<script>alert(1)</script>"
LONG_CELL = 40_000


@dataclass(frozen=True)
class Place:
    """Where a fault stands; the heading is empty where it is the whole row."""

    row: int
    heading: str = ""
    sheet: str = SHEET


@dataclass(frozen=True)
class Faulty:
    """A file with a fault; without a place where it is the file as a whole, or no error at all."""

    name: str
    content: bytes
    place: Place | None = None


def _row(**changes: Any) -> list[Any]:
    """A row in which some cells are otherwise: by title, partner, about, dates, results."""
    names = ("title", "partner", "about", "dates", "results")
    usual = dict(zip(names, ["Another row", *GOOD[1:]], strict=True))
    return list({**usual, **changes}.values())


def _book(*rows: Sequence[Any], more: Sequence[str] = ()) -> Any:
    """A workbook of Table 7 with a good row, then the rows that are given."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    for row in ([*HEADINGS, *more], GOOD, *rows):
        sheet.append(row)
    return book


def _saved(book: Any) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _written(row: Sequence[Any], formula_at: int | None = None, result: object = "") -> bytes:
    """The same by another writer, which keeps the result of a formula and control characters."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet(SHEET)
    for number, cells in enumerate((HEADINGS, GOOD, row)):
        sheet.write_row(number, 0, cells)
    if formula_at is not None:
        sheet.write_formula(ROW - 1, formula_at, row[formula_at], None, result)
    book.close()
    return out.getvalue()


# One cell, or row, that cannot be right


def unknown_partner() -> Faulty:
    content = _saved(_book(_row(partner="XYZ")))
    return Faulty("unknown-partner.xlsx", content, Place(ROW, "Responsible"))


def no_title() -> Faulty:
    return Faulty("no-title.xlsx", _saved(_book(_row(title=None))), Place(ROW, WORKSHOPS))


def only_a_partner() -> Faulty:
    return Faulty("only-a-partner.xlsx", _saved(_book([None, "AMZ"])), Place(ROW, WORKSHOPS))


def no_such_day() -> Faulty:
    return Faulty("no-such-day.xlsx", _saved(_book(_row(dates="31.02.2022"))), Place(ROW, DATES))


def reversed_range() -> Faulty:
    content = _saved(_book(_row(dates="08-04.02.2022")))
    return Faulty("reversed-range.xlsx", content, Place(ROW, DATES))


def overlong_title() -> Faulty:
    return Faulty("overlong.xlsx", _saved(_book(_row(title="x" * 301))), Place(ROW, WORKSHOPS))


def overlong_cell() -> Faulty:
    """A cell that holds more than any spreadsheet program lets one type."""
    book = _book(_row())
    book[SHEET].cell(ROW, 3)._value = "x" * LONG_CELL
    return Faulty("overlong-cell.xlsx", _saved(book), Place(ROW, "Description"))


def unknown_status() -> Faulty:
    book = _book([*_row(), "Perhaps"], more=["Status"])
    return Faulty("unknown-status.xlsx", _saved(book), Place(ROW, "Status"))


def error_cell() -> Faulty:
    book = _book(_row())
    cell = book[SHEET].cell(ROW, 3)
    cell.value, cell.data_type = "#DIV/0!", "e"
    return Faulty("error-cell.xlsx", _saved(book), Place(ROW, "Description"))


def formula_without_result() -> Faulty:
    content = _saved(_book(_row(about='=CONCATENATE("a","b")')))
    return Faulty("formula-without-result.xlsx", content, Place(ROW, "Description"))


def duplicate_row() -> Faulty:
    return Faulty("duplicate-row.xlsx", _saved(_book(GOOD)), Place(ROW))


# Odd, and yet to be taken as it is


def formula_with_result() -> Faulty:
    content = _written(_row(about='=CONCATENATE("a","b")'), formula_at=2, result="ab")
    return Faulty("formula-with-result.xlsx", content)


def markup() -> Faulty:
    return Faulty("markup.xlsx", _saved(_book(_row(title=MARKUP))))


def number_as_title() -> Faulty:
    return Faulty("number-as-title.xlsx", _saved(_book(_row(title=2022))))


def control_characters() -> Faulty:
    return Faulty("control.xlsx", _written(_row(about="bell \x07, tab \t and \x0b break")))


def hidden_sheet() -> Faulty:
    """A hidden sheet beside one that can be seen."""
    book = _book()
    other = book.create_sheet("Table 8")
    other.append(["7. International meetings 6 in total", *HEADINGS[1:]])
    other.append(_row(title="A hidden row"))
    other.sheet_state = "hidden"
    return Faulty("hidden-sheet.xlsx", _saved(book))


def merged_partner() -> Faulty:
    """The partner of three rows stands in one cell that is merged downwards."""
    rows = [_row(title=f"Merged {n}", partner=None if n else "AMZ") for n in range(3)]
    book = _book(*rows)
    book[SHEET].merge_cells("B3:B5")
    return Faulty("merged-partner.xlsx", _saved(book))


# Files that are none


def empty_file() -> Faulty:
    return Faulty("empty.xlsx", b"")


def text_file() -> Faulty:
    return Faulty("text.xlsx", b"Dear colleagues, here are our actions.\n")


def truncated_file() -> Faulty:
    content = _saved(_book(_row()))
    return Faulty("truncated.xlsx", content[: len(content) // 2])


def zip_bomb() -> Faulty:
    """A workbook that is small and unpacks to far more than any real one."""
    out = BytesIO(_saved(_book()))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w") as file,
    ):
        for _chunk in range(BOMB_BYTES // 1_000_000):
            file.write(b" " * 1_000_000)
    return Faulty("zip-bomb.xlsx", out.getvalue())


def _compound(*streams: str) -> bytes:
    """The opening of a file of the older kind, with the names of the streams that it holds."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return head + names.ljust(4096, b"\0")


def xls_file() -> Faulty:
    return Faulty("old.xls", _compound("Root Entry", "Workbook"))


def password_protected() -> Faulty:
    """What Excel makes of a workbook with a password: another kind of file altogether."""
    return Faulty("locked.xlsx", _compound("Root Entry", "EncryptionInfo", "EncryptedPackage"))


WRONG_CELLS: list[Callable[[], Faulty]] = [
    unknown_partner,
    no_title,
    only_a_partner,
    no_such_day,
    reversed_range,
    overlong_title,
    overlong_cell,
    unknown_status,
    error_cell,
    formula_without_result,
]
ODD_ROWS: list[Callable[[], Faulty]] = [
    duplicate_row,
    formula_with_result,
    markup,
    number_as_title,
    control_characters,
    hidden_sheet,
    merged_partner,
]
NO_WORKBOOKS: list[Callable[[], Faulty]] = [empty_file, text_file, truncated_file, zip_bomb]
