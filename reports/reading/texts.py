"""Reads text files of rows, such as .csv: finds their encoding and what separates their cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

from partners.formulas import FORMULA_SIGNS

from .gathering import Gathering, RefusedError
from .kinds import is_text, wide_encoding

DELIMITERS = ",;\t"
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# Letters such as the Polish ł, ą, ż and the Czech ě, which are signs, or never there, in the West.
_CENTRAL_EUROPEAN = re.compile(
    rb"[A-Za-z\xc0-\xff][\x9d\x9f\xa3\xa5\xaf\xb3\xb9\xbc\xbe\xbf\xec][a-z\xe0-\xff]"
    rb"|\x9c[bklmpwz\xe6]|\x8c[lrw]"
)
_SAMPLE = 200_000
_LONGEST_CELL = 20_000_000
_ALONE = 0.4  # of the rows must have as many cells as a neighbour, or there are no cells
# A row that is read alone where every quotation mark before it has its partner.
_END = "\x00end"


def read_text(path: Path, stem: str) -> tuple[Gathering, str]:
    """The rows of a text, as one sheet, and the encoding where it was guessed."""
    text, guessed = _decoded(path.read_bytes())
    told = _SEPARATOR_LINE.match(text)
    if told:
        delimiter, text = told[1], text[told.end() :]
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(_LONGEST_CELL)
    gathering = Gathering()
    sheet = gathering.add_sheet(stem)
    opened = 0
    lines = io.StringIO(f"{text}\n{_END}", newline="")
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
        opened = 0 if cells == [_END] else number
        if opened:
            gathering.add_row(sheet, number, map(armed, cells))
    if opened:
        raise RefusedError("quotation", row=opened)
    return gathering, guessed


def armed(text: str) -> str:
    """A text without the apostrophe by which a file keeps spreadsheets from working it out.

    Only one is taken away: a text that has an apostrophe of its own was given another.
    """
    is_disarmed = text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS)
    return text[1:] if is_disarmed else text


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the encoding where it had to be guessed."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace"), ""
    wide = wide_encoding(content)
    if wide:
        return content.decode(wide, "replace"), ""
    if not is_text(content):
        raise RefusedError("binary")
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        encoding = _guessed(content)
        return content.decode(encoding, "replace"), encoding.replace("cp", "Windows-")


def _guessed(content: bytes) -> str:
    """Windows-1252, unless it would put signs such as ³ or ¿ into the middle of words."""
    return "cp1250" if _CENTRAL_EUROPEAN.search(content) else "cp1252"


def _delimiter(text: str) -> str:
    """What separates the cells: that which gives the most rows as long as a neighbour."""
    sample = text[:_SAMPLE]
    scores = {each: _consistency(sample, each) for each in DELIMITERS}
    best = max(scores, key=lambda each: scores[each])
    # No text holds this character, so that each row stays one cell.
    return best if scores[best][0] >= _ALONE else "\x1f"


def _consistency(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of rows of several cells with as many as a neighbour, and how many those are."""
    try:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0, 0
    if not widths:
        return 1, 0
    if len(widths) == 1:
        return float(widths[0] > 1), widths[0]
    alike = [
        width
        for at, width in enumerate(widths)
        if width > 1 and width in (*widths[max(at - 1, 0) : at], *widths[at + 1 : at + 2])
    ]
    return len(alike) / len(widths), max(alike, default=0)
