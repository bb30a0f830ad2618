"""Cuts a sheet into its tables: where headings stand, and what stands between tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from reports.reading.cells import CellFault, Row, Sheet

from .cellkinds import Partners
from .headings import (
    EXACT,
    LONGEST_HEADING,
    Vocabulary,
    continued_words,
    heading_key,
    plain_key,
    squeezed,
)
from .naming import UNSURE, Named, Namer, is_caption
from .vocabulary import FIELDS_BY_KEY, IN_TOTAL, NOTE_WORDS, TITLE, TOTAL_WORDS

FEWEST_HEADINGS = 2
# So many rows are searched for headings that are misspelt or stand among many strangers.
ROWS_READ_CLOSELY = 30
LONGEST_BESIDE = 60  # characters of a heading that is not known, beside a title
SHORT_HEADING = 30  # characters of one that is known by its look
LONGEST_TOTAL = 80
# How much longer than its words a heading may be, by a number, brackets or a printed total.
ROOM, ROOM_FOR_A_TOTAL = 12, 50
LONGEST_BESIDE_A_TOTAL = 20
_TOTAL = re.compile(
    rf"\s*(?:(?:{TOTAL_WORDS})\b.*|\d+\s+(?:{IN_TOTAL})\b.*|[\d\s.,]+)\s*", re.I | re.S
)
_TOTAL_WORD = re.compile(rf"\s*(?:(?:{TOTAL_WORDS})\b|\d+\s+(?:{IN_TOTAL})\b)", re.I)
_JUST_TOTAL = re.compile(rf"\s*(?:{TOTAL_WORDS})\s*:?\s*", re.I)
_NOTE = re.compile(rf"\s*(?:\*|(?:{NOTE_WORDS})\s*[:.])", re.I)
_DIGIT = re.compile(r"\d")
_SENTENCE = re.compile(r"[.!?]\s*$")
_FIRST_WORD = re.compile(r"[\W\d_]*([^\W\d_]+)")


@cache
def _numbered() -> re.Pattern[str]:
    """The numbers that a heading may hold: its own, a total, that of a column that goes on."""
    return re.compile(rf"^\s*\d+\s*[.)]|\b\d+\s+(?:{IN_TOTAL})\b|\((?:{continued_words()})\b", re.I)


def filled(row: Row) -> list[int]:
    """The places of the cells of a row that say anything."""
    return [at for at, cell in enumerate(row.cells) if cell is not None and cell != ""]


def text_alone(row: Row) -> str:
    """The text of a row that holds nothing else, and holds it in its first cell."""
    places = filled(row)
    cell = row.cells[0] if places == [0] else None
    return cell if isinstance(cell, str) and not isinstance(cell, CellFault) else ""


def is_total(row: Row) -> bool:
    """Whether a row counts or adds up the others instead of being one."""
    cells = [row.cells[at] for at in filled(row)]
    if not all(isinstance(cell, str | int | float) for cell in cells):
        return False
    words = [cell for cell in cells if isinstance(cell, str)]
    if any(map(_JUST_TOTAL.fullmatch, words)):
        return all(len(word) <= LONGEST_BESIDE_A_TOTAL for word in words)
    if any(len(word) > LONGEST_TOTAL or not _TOTAL.fullmatch(word) for word in words):
        return False
    return len(cells) == 1 or any(map(_TOTAL_WORD.match, words))


def is_note(text: str) -> bool:
    return _NOTE.match(text) is not None


@dataclass
class Segment:
    """A row of headings and the rows below it, down to the next table.

    ``before`` are the lines above the headings that belong to no other table, ``tail`` those
    below the last row; whose the lines between two tables are is decided by what they say.
    """

    heading: Row | None
    headings: list[str]
    more_headings: Row | None = None
    before: list[Row] = field(default_factory=list)
    body: list[Row] = field(default_factory=list)
    tail: list[Row] = field(default_factory=list)
    repeated: list[Row] = field(default_factory=list)

    @property
    def row(self) -> int:
        return self.heading.number if self.heading else 0


class Scanner:
    """Looks for rows of headings with what the project's tables may be headed by."""

    def __init__(self, namer: Namer, vocabulary: Vocabulary, partners: Partners) -> None:
        self.namer = namer
        self.vocabulary = vocabulary
        self.partners = partners
        self._lengths: dict[str, int] = defaultdict(int)
        self._longest: dict[str, int] = {}
        for key in (*vocabulary.exact, *FIELDS_BY_KEY):
            self._add_length(key, ROOM)
        for key in namer.keys:
            self._add_length(key, ROOM_FOR_A_TOTAL)

    def _add_length(self, key: str, room: int) -> None:
        word = key.partition(" ")[0]
        self._lengths[word] = max(self._lengths[word], len(key) + room)

    def segments(self, sheet: Sheet) -> list[Segment]:
        """The tables of a sheet from top to bottom; with one at least."""
        current = Segment(None, [])
        found = [current]
        closely = ROWS_READ_CLOSELY
        previous: Row | None = None
        for row in sheet.rows:
            look = closely > 0 and (current.heading is None or _is_apart(previous, row, current))
            closely -= look
            if not self.is_heading(row, closely=look, first=current.heading is None):
                current.body.append(row)
            elif self._goes_on(current, row):
                self._add_headings(current, row)
            elif self._repeats(current, row, previous):
                current.repeated.append(row)
            else:
                current = Segment(row, _headings(row))
                found.append(current)
            previous = row
        if len(found) == 1:
            self._promote(current)
        self._hand_over(found)
        self._drop_forms(found)
        if len(found) > 1 and not self.holds_rows(found[0].body):
            found[1].before = [*found[0].body, *found[0].tail, *found[1].before]
            del found[0]
        return found

    def _promote(self, segment: Segment) -> None:
        """Take the first row for headings where one is known and all of them look like some."""
        at = next((at for at, row in enumerate(segment.body) if len(filled(row)) > 1), None)
        if at is None or not segment.body[at + 1 :]:
            return
        row = segment.body[at]
        texts = [row.cells[place] for place in filled(row)]
        if not all(map(_looks_like_heading, texts)) or len(set(texts)) < len(texts):
            return
        if any(map(self.partners.is_named_in, texts)):
            return
        if any(self._name(text, closely=True) for text in texts):
            segment.heading, segment.headings = row, _headings(row)
            segment.before, segment.body = segment.body[:at], segment.body[at + 1 :]

    def holds_rows(self, rows: Sequence[Row]) -> bool:
        """Whether rows without headings are rows of a table: most of them name a partner."""
        named = sum(
            len(filled(row)) >= 3 and any(map(self.partners.is_named_in, row.cells)) for row in rows
        )
        return named >= 1 and named * 2 >= len(rows)

    def is_heading(self, row: Row, *, closely: bool, first: bool) -> bool:
        """Whether a row holds headings; ``closely`` counts those that are misspelt as well.

        Among rows of a table, half of the cells at least have to be known headings.
        """
        cells = [row.cells[at] for at in filled(row)]
        if len(cells) < FEWEST_HEADINGS or any(self._is_data(cell, first) for cell in cells):
            return False
        most_unknown = len(cells) - FEWEST_HEADINGS if first else len(cells) // 2
        unknown = 0
        known = set()
        for cell in cells:
            name = self._name(cell, closely=closely) if isinstance(cell, str) else ""
            known.add(name)
            unknown += not name
            # A title may do alone.
            if unknown > most_unknown and TITLE not in known:
                return False
        if any(map(self.partners.is_named_in, cells)):
            return False
        enough = len(known - {""}) >= FEWEST_HEADINGS and unknown <= most_unknown
        return enough or self._is_titled(cells)

    def _is_data(self, cell: Any, first: bool) -> bool:
        """Whether a cell is none of a row of headings, as far as that is seen at once."""
        if type(cell) is not str:
            return not (first and isinstance(cell, int))
        return len(cell) > LONGEST_HEADING or self.partners.is_exactly(cell)

    def _name(self, cell: str, *, closely: bool) -> str:
        """The field that a cell would head, or ""."""
        if not closely:
            word = _FIRST_WORD.match(cell)
            if word is None or len(cell) > self._longest_with(word[1]):
                return ""
            if _DIGIT.search(cell) and not _numbered().search(cell):
                return ""
        heading = squeezed(cell)
        read = self.vocabulary.readings if closely else self.vocabulary.known
        found = read(heading)
        if found:
            return found[0].role or found[0].field
        return TITLE if closely and self.namer.by_title(heading) else ""

    def _longest_with(self, word: str) -> int:
        """How long a heading may be that begins with a word; 0 where none does."""
        longest = self._longest.get(word)
        if longest is None:
            longest = self._longest[word] = self._lengths.get(plain_key(word), 0)
        return longest

    def _is_titled(self, cells: Sequence[Any]) -> bool:
        """Whether one cell is the title of a table and the others are short texts."""
        texts = [cell for cell in cells if isinstance(cell, str)]
        titles = [text for text in texts if self.title_in(text)]
        others = [text for text in texts if text not in titles]
        short = all(len(text) <= LONGEST_BESIDE and not _has_digit(text) for text in others)
        return bool(titles and others) and len(texts) == len(cells) and short

    def title_in(self, heading: str) -> Named | None:
        """The table whose title a heading is, if it is more than one word for a title."""
        if heading_key(heading) in FIELDS_BY_KEY:
            return None
        return self.namer.by_title(heading)

    def _hand_over(self, segments: Sequence[Segment]) -> None:
        """Give each table the lines above its headings, and keep those below its rows apart."""
        for at, segment in enumerate(segments):
            following = segments[at + 1] if at + 1 < len(segments) else None
            self._take_tail(segment, last=following is None)
            if following:
                following.before = [row for row in segment.tail if not is_total(row)]
                segment.tail = [row for row in segment.tail if is_total(row)]

    def _drop_forms(self, segments: list[Segment]) -> None:
        """Headings without rows and title, above others, are the lines of a form."""
        for upper, lower in list(pairwise(segments)):
            titled = any(self._name(text, closely=False) == TITLE for text in upper.headings)
            if upper.heading and not (upper.body or upper.more_headings or titled):
                lines = [*upper.before, upper.heading, *upper.repeated, *upper.tail]
                lower.before = [*lines, *lower.before]
                segments.remove(upper)

    def _take_tail(self, segment: Segment, *, last: bool) -> None:
        """Take the lines of text and the totals at the end of a table out of its rows."""
        body = segment.body
        size = len(body)
        while size and self._may_be_line(body[size - 1]):
            size -= 1
        # At the very end, a title that still waits for its other cells is a row.
        waits = last and segment.heading is not None
        while waits and size < len(body) and self._may_be_row(segment, size):
            size += 1
        segment.tail = body[size:]
        del body[size:]

    def _may_be_line(self, row: Row) -> bool:
        if row.after_break or any(map(self.partners.is_named_in, row.cells)):
            return False
        return is_total(row) or bool(text_alone(row))

    def _may_be_row(self, segment: Segment, at: int) -> bool:
        row, text = segment.body[at], text_alone(segment.body[at])
        above = segment.body[at - 1].number if at else segment.row
        plain = bool(text) and not (is_total(row) or self.is_line(text))
        return plain and row.number == above + 1 and not text.rstrip().endswith((".", ":"))

    def is_line(self, text: str) -> bool:
        """Whether a text that stands alone is a caption, the title of a table or a note."""
        if is_note(text) or is_caption(text):
            return True
        named = self.namer.by_title(text)
        return named is not None and named.confidence > UNSURE

    def _goes_on(self, current: Segment, row: Row) -> bool:
        """Whether a row of headings right below another says more about the same columns."""
        if not current.heading or current.body or current.more_headings or current.repeated:
            return False
        if row.number != current.heading.number + 1 or self._title_of(row):
            return False
        return _keys(row) != _keys(current.heading)

    def _add_headings(self, segment: Segment, row: Row) -> None:
        """The headings of two rows: those of the lower one where it says anything known."""
        segment.more_headings = row
        upper, lower = segment.headings, _headings(row)
        width = max(len(upper), len(lower))
        upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
        pairs = zip(upper, lower, strict=True)
        segment.headings = [
            low if low and (not up or self._name(low, closely=False)) else up for up, low in pairs
        ]

    def _repeats(self, current: Segment, row: Row, previous: Row | None) -> bool:
        """Whether headings stand there once more, as at the top of a page."""
        if not current.heading or _keys(row) != _keys(current.heading):
            return False
        if self._title_of(row):
            return True
        return previous is not None and not _is_apart(previous, row, current)

    def _title_of(self, row: Row) -> Named | None:
        texts = (cell for cell in row.cells if isinstance(cell, str))
        return next((named for text in texts if (named := self._exactly(text))), None)

    def _exactly(self, text: str) -> Named | None:
        if len(text) > LONGEST_HEADING or heading_key(text) not in self.namer.keys:
            return None
        named = self.title_in(text)
        return named if named and named.confidence >= EXACT else None


def _is_apart(previous: Row | None, row: Row, current: Segment) -> bool:
    """Whether a gap or a line of text stands between a row and the rows above it."""
    if previous is None or row.number > previous.number + 1:
        return True
    return current.heading is not previous and bool(text_alone(previous))


def _looks_like_heading(cell: Any) -> bool:
    short = type(cell) is str and len(cell) <= SHORT_HEADING
    return short and not _has_digit(cell) and not _SENTENCE.search(cell)


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _headings(row: Row) -> list[str]:
    return [squeezed(cell) for cell in row.cells]


def _keys(row: Row) -> list[str]:
    keys = [plain_key(heading) for heading in _headings(row)]
    while keys and not keys[-1]:
        keys.pop()
    return keys
