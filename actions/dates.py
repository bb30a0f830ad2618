"""Reads and writes dates as partners do: a day, several days, a month or a year, with a place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import pairwise

from partners.catalogue import in_every_language

from .finding import Found, find_dates, read_date, says_nothing, take_date
from .partial import DateError, PartialDate, Precision
from .places import LONGEST_PLACE, Beside, Mode, country_code, read_beside

__all__ = [
    "LONGEST_PLACE",
    "DateError",
    "DatesRead",
    "Mode",
    "OccasionData",
    "PartialDate",
    "Precision",
    "country_code",
    "note_lines",
    "read_date",
    "read_occasions",
    "take_date",
]

MOST_WORDS = 500  # characters of an occasion as it was written
REMEMBERED = 400  # characters of a line that is worth remembering
# As a note and a place are written that are not to be interpreted.
_QUOTED_NOTE = re.compile(r'".*"')
_QUOTED = re.compile(
    r'(?P<when>[^"]+), "(?P<place>.+)"(?: \((?P<country>[A-Z]{2})\))?'
    r'(?:, (?P<mode>[^\W\d_][^",]*))?'
)
_STRONG_MARK = re.compile(r"[,;|]|\.\s|\s[&+/–-]\s|\s(?:and|und|y|e|et|i|oraz)\s", re.I)
_EDGES = " \t,;:&·–-"


@dataclass(frozen=True)
class OccasionData:
    """When and where, before it is stored; two are equal whatever the words were."""

    when: PartialDate
    mode: str = ""
    place: str = ""
    country: str = ""
    words: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The line as it is stored: in English."""
        return self.line(in_every_language(Mode(self.mode).label)[0] if self.mode else "")

    @property
    def localised(self) -> str:
        """The line as it is written for a reader, in any language."""
        return self.line(str(Mode(self.mode).label) if self.mode else "")

    def line(self, mode: str) -> str:
        """One line of a *Dates & Location* cell, which ``read_occasions`` reads back.

        A place or a mode that would be read as something else makes the place a quoted one.
        """
        line = self._line(self.place, mode)
        if not self.place or _reads_as(line, self):
            return line
        return self._line(f'"{self.place}"', mode)

    def _line(self, place: str, mode: str) -> str:
        country = f"({self.country})" if self.country else ""
        where = " ".join(part for part in (place, country) if part)
        return ", ".join(part for part in (str(self.when), where, mode) if part)


@dataclass(frozen=True)
class DatesRead:
    """What a *Dates & Location* cell says: occasions, and the words that are none."""

    occasions: tuple[OccasionData, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class _Line:
    """What one line says; ``mode_said`` is false where only a place lets the mode be known."""

    occasions: tuple[OccasionData, ...] = ()
    notes: tuple[str, ...] = ()
    exact: bool = False
    mode_said: bool = False


def read_occasions(cell: object) -> DatesRead:
    """Read a *Dates & Location* cell; raises DateError for a day that does not exist.

    Each date begins an occasion, whose place and mode stand beside it in the same line, or alone
    in the next one. Words that are neither become the note.
    """
    if isinstance(cell, date | datetime):
        return DatesRead((OccasionData(read_date(cell)),))
    occasions: list[OccasionData] = []
    notes: list[str] = []
    for line in _whole_lines(str(cell or "")):
        read = _read_line(line)
        occasions += read.occasions
        notes += read.notes
    return DatesRead(tuple(occasions), "\n".join(notes))


def note_lines(note: str, *, below_dates: bool = False) -> str:
    """A note for a cell, which ``read_occasions`` reads back.

    A line that would be read as something else, such as a date, stands in quotation marks; below
    a date also a line that would be read as its place.
    """
    lines = note.splitlines()
    plain = [_is_plain_note(line) and not (below_dates and _says_where(line)) for line in lines]
    return "\n".join(
        line if is_plain else f'"{line}"' for line, is_plain in zip(lines, plain, strict=True)
    )


def _is_plain_note(line: str) -> bool:
    try:
        return _read_line(line) == _Line(notes=(line,))
    except DateError:
        return False


def _reads_as(line: str, item: OccasionData) -> bool:
    try:
        read = _read_line(line)
    except DateError:
        return False
    return read.occasions == (item,) and not read.notes


def _whole_lines(text: str) -> list[str]:
    """The lines of a cell, each with a place or a mode that stands alone below it."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        if lines and _says_where(line) and _continues(lines[-1], line):
            lines[-1] = f"{lines[-1]} {line.strip()}"
        else:
            lines.append(line)
    return lines


def _says_where(line: str) -> bool:
    """Whether a line holds a place or a mode, and nothing besides."""
    if len(line) > REMEMBERED or _QUOTED_NOTE.fullmatch(line.strip()) or _has_dates(line):
        return False
    found = read_beside([line])
    return bool(found.mode or found.place or found.country) and not found.notes


def _has_dates(line: str) -> bool:
    try:
        return bool(find_dates(line))
    except DateError:
        return True


def _continues(first: str, second: str) -> bool:
    """Whether the second line says where the first one's date was, which it does not say itself."""
    before, after = _read_line(first), read_beside([second])
    if not before.occasions or before.exact:
        return False
    last = before.occasions[-1]
    if (after.place or after.country) and (last.place or last.country):
        return False
    if after.mode and after.mode != Mode.ON_SITE and before.mode_said:
        return False
    both = _read_line(f"{first} {second.strip()}")
    return both.notes == before.notes


def _read_line(line: str) -> _Line:
    return _remembered(line) if len(line) <= REMEMBERED else _read(line)


def _read(line: str) -> _Line:
    line = line.strip()
    quoted = _quoted(line)
    if quoted:
        return quoted
    if _QUOTED_NOTE.fullmatch(line):
        return _Line(notes=(line[1:-1],), exact=True)
    plain = " ".join(unicodedata.normalize("NFC", line).split())
    found = find_dates(plain)
    if not found:
        return _Line(notes=(line,) if line else ())
    occasions: list[OccasionData] = []
    notes: list[str] = []
    said = False
    for group, start, end in _groups(plain, found):
        beside = read_beside((plain[start : group[0].start], plain[group[-1].end : end]))
        words, more = _cut(plain[start:end].strip(_EDGES))
        notes += [*beside.notes, *more]
        said = bool(beside.mode) and not _only_from_place(beside)
        occasions += [
            OccasionData(when, beside.mode, beside.place, beside.country, words)
            for one in group
            for when in one.dates
        ]
    return _Line(tuple(occasions), tuple(notes), mode_said=said)


_remembered = lru_cache(maxsize=8192)(_read)


def _only_from_place(beside: Beside) -> bool:
    return beside.mode == Mode.ON_SITE and bool(beside.places)


def _cut(words: str) -> tuple[str, list[str]]:
    """The words as they fit beside an occasion, and the whole of them where they do not."""
    if len(words) <= MOST_WORDS:
        return words, []
    return words[:MOST_WORDS].rpartition(" ")[0] or words[:MOST_WORDS], [words]


@cache
def _modes() -> dict[str | None, str]:
    """The modes by their words in every language; None is none."""
    found: dict[str | None, str] = {None: ""}
    for mode in Mode:
        found.update(dict.fromkeys(in_every_language(mode.label), mode.value))
    return found


def _quoted(line: str) -> _Line | None:
    """What a line with its place in quotation marks says, exactly as it was written out."""
    match = _QUOTED.fullmatch(line)
    if not match or match["mode"] not in _modes():
        return None
    when = match["when"]
    dates = [
        d for found in find_dates(when) if found.end - found.start == len(when) for d in found.dates
    ]
    if len(dates) != 1:
        return None
    mode, country = _modes()[match["mode"]], match["country"] or ""
    words, more = _cut(line)
    return _Line(
        (OccasionData(dates[0], mode, match["place"], country, words),), tuple(more), exact=True
    )


# Which words belong to which date


def _groups(line: str, found: list[Found]) -> list[tuple[list[Found], int, int]]:
    """The dates that share their words, with the start and the end of these words in the line."""
    groups: list[list[Found]] = [[found[0]]]
    for one in found[1:]:
        between = line[groups[-1][-1].end : one.start]
        if says_nothing(between):
            groups[-1].append(one)
        else:
            groups.append([one])
    bounds = [0]
    opened = not says_nothing(line[: found[0].start])
    closed = not says_nothing(line[found[-1].end :])
    for left, right in pairwise(groups):
        start, end = left[-1].end, right[0].start
        bounds.append(start + _boundary(line[start:end], closed) if opened else end)
    bounds.append(len(line))
    return [(group, bounds[i], bounds[i + 1]) for i, group in enumerate(groups)]


def _boundary(between: str, closed: bool) -> int:
    """Where the words of the next date begin, in a line that opens with words and not a date."""
    marks = list(_STRONG_MARK.finditer(between))
    if marks:
        return marks[-1].end()
    return len(between) if closed else 0
