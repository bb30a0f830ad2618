"""Reads and writes dates as partners do: a day, several days, a month or a year, with a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from partners.months import last_day_of_month

LONGEST_PLACE = 120
MOST_WORDS_OF_A_PLACE = 4
YEARS = range(1990, 2100)


class Precision(models.TextChoices):
    DAY = "day", gettext_lazy("day")
    MONTH = "month", gettext_lazy("month")
    YEAR = "year", gettext_lazy("year")


class Mode(models.TextChoices):
    ON_SITE = "on_site", gettext_lazy("on site")
    ONLINE = "online", gettext_lazy("online")
    HYBRID = "hybrid", gettext_lazy("hybrid")


class DateError(ValueError):
    """A text that cannot be read as a date; the message is for people."""


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day, a run of days, a month or a year; ``start`` and ``end`` are inclusive."""

    start: date
    end: date
    precision: str = Precision.DAY

    @classmethod
    def day(cls, start: date, end: date | None = None) -> PartialDate:
        return cls(start, end or start, Precision.DAY)

    @classmethod
    def month(cls, year: int, month: int) -> PartialDate:
        first = date(year, month, 1)
        return cls(first, last_day_of_month(first), Precision.MONTH)

    @classmethod
    def year(cls, year: int) -> PartialDate:
        return cls(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)

    @classmethod
    def of(cls, start: date, precision: str) -> PartialDate:
        """The date that a first day and a precision stand for."""
        if precision == Precision.MONTH:
            return cls.month(start.year, start.month)
        if precision == Precision.YEAR:
            return cls.year(start.year)
        return cls.day(start)

    @property
    def counts_from(self) -> date:
        """The last day that the beginning can mean: the rule of as-of counting (design, 3)."""
        return self.start if self.precision == Precision.DAY else self.end

    def __str__(self) -> str:
        """The date as it is typed: ``04-08.02.2022``, ``07.2021`` or ``2021``."""
        if self.precision == Precision.YEAR:
            return f"{self.start:%Y}"
        if self.precision == Precision.MONTH:
            return f"{self.start:%m.%Y}"
        if self.start == self.end:
            return f"{self.start:%d.%m.%Y}"
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return f"{self.start:%d}-{self.end:%d.%m.%Y}"
        return f"{self.start:%d.%m.%Y}-{self.end:%d.%m.%Y}"

    def localised(self) -> str:
        """The date for reading, in the language of the reader."""
        if self.precision == Precision.YEAR:
            return f"{self.start:%Y}"
        if self.precision == Precision.MONTH:
            return date_format(self.start, "YEAR_MONTH_FORMAT")
        if self.start == self.end:
            return date_format(self.start, "DATE_FORMAT")
        return f"{date_format(self.start, 'DATE_FORMAT')} – {date_format(self.end, 'DATE_FORMAT')}"


@dataclass(frozen=True)
class OccasionData:
    """When and where, before it is stored; two are equal whatever the words were."""

    when: PartialDate
    mode: str = ""
    place: str = ""
    country: str = ""
    words: str = field(default="", compare=False)

    def __str__(self) -> str:
        """One line of a *Dates & Location* cell, which ``read_occasions`` reads back.

        A place that would be read as something else stands in quotation marks.
        """
        line = self._line(self.place)
        return line if not self.place or _reads_as(line, self) else self._line(f'"{self.place}"')

    def _line(self, place: str) -> str:
        country = f"({self.country})" if self.country else ""
        where = " ".join(part for part in (place, country) if part)
        mode = MODE_WORDS.get(self.mode, "")
        return ", ".join(part for part in (str(self.when), where, mode) if part)


@dataclass(frozen=True)
class DatesRead:
    """What a *Dates & Location* cell says: occasions, and the words that are none."""

    occasions: tuple[OccasionData, ...] = ()
    note: str = ""


MODE_WORDS: dict[str, str] = {Mode.ON_SITE: "on site", Mode.ONLINE: "online", Mode.HYBRID: "hybrid"}
_MODES = [
    (Mode.HYBRID, re.compile(r"\b(hybrid|physical(ly)? and online|online and physical)\b", re.I)),
    (Mode.HYBRID, re.compile(r"\+\s*online\b", re.I)),
    (Mode.ONLINE, re.compile(r"\b(on[- ]?line|virtual(ly)?|remote(ly)?)\b", re.I)),
    (Mode.ON_SITE, re.compile(r"\b(on[- ]?site|f2f|face to face|in person|physical)\b", re.I)),
]
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec des",
        ],
        start=1,
    )
    for name in names.split()
}
# In ASCII only: without regard to case, “s” would also match the long s, and find no month.
_MONTH = r"(?P<{0}>(?a:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r"))"
_SEP = r"\s*[./]\s*"
_TO = r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*"
_YEAR = r"(?P<{0}>\d{{4}}|\d{{2}})(?!\d)"
_FORMS = [
    r"(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})(?!\d)",
    rf"(?P<ad>\d{{1,2}}){_SEP}(?P<am>\d{{1,2}}){_SEP}{_YEAR.format('ay')}"
    rf"{_TO}(?P<bd>\d{{1,2}}){_SEP}(?P<bm>\d{{1,2}}){_SEP}{_YEAR.format('by')}",
    rf"(?P<cd>\d{{1,2}}){_SEP}(?P<cm>\d{{1,2}})\.?{_TO}"
    rf"(?P<ce>\d{{1,2}}){_SEP}(?P<cn>\d{{1,2}}){_SEP}{_YEAR.format('cy')}",
    rf"(?P<dd>\d{{1,2}})\.?{_TO}(?P<de>\d{{1,2}}){_SEP}(?P<dm>\d{{1,2}}){_SEP}{_YEAR.format('dy')}",
    rf"(?P<ed>\d{{1,2}}){_SEP}(?P<em>\d{{1,2}}){_SEP}{_YEAR.format('ey')}",
    rf"(?P<fd>\d{{1,2}})\.?\s+{_MONTH.format('fm')}\b\.?,?\s*(?P<fy>\d{{4}})",
    rf"{_MONTH.format('gm')}\b\.?\s+(?P<gd>\d{{1,2}}),?\s+(?P<gy>\d{{4}})",
    rf"{_MONTH.format('hm')}\b\.?,?\s*{_MONTH.format('hn')}\b\.?\s*(?P<hy>\d{{4}})",
    rf"{_MONTH.format('jm')}\b\.?\s*{_YEAR.format('jy')}",
    rf"(?P<km>\d{{1,2}}){_SEP}(?P<ky>\d{{4}})(?!\d)",
    r"(?P<ly>(?:19|20)\d{2})(?!\d)",
]
_DATE = re.compile(r"(?<![\w.])(?:" + "|".join(_FORMS) + ")", re.I)
_EDGES = " \t,;:&·()–-"
# As a note and a place are written that are not to be interpreted.
_QUOTED_NOTE = re.compile(r'".*"')
_QUOTED = re.compile(
    r'(?P<when>[^"]+), "(?P<place>.+)"(?: \((?P<country>[A-Z]{2})\))?(?:, (?P<mode>[a-z ]+))?'
)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: str, month: str, day: str, words: str) -> date:
    try:
        found = date(_year(year), int(month), int(day))
    except ValueError:
        raise DateError(_("“%(words)s” is not a day in the calendar.") % {"words": words}) from None
    if found.year not in YEARS:
        raise DateError(_("The year of “%(words)s” cannot be right.") % {"words": words})
    return found


def _run(first: date, last: date, words: str) -> PartialDate:
    if last < first:
        raise DateError(_("“%(words)s” ends before it starts.") % {"words": words})
    return PartialDate.day(first, last)


def _whole_month(year: str, month: int, words: str) -> PartialDate:
    if not 1 <= month <= 12 or _year(year) not in YEARS:
        raise DateError(_("“%(words)s” is not a month.") % {"words": words})
    return PartialDate.month(_year(year), month)


def _dates_of(match: re.Match[str]) -> list[PartialDate]:
    """What one matched form means; only “Sept., Oct. 2021” means two."""
    g, words = match.groupdict(), match.group().strip()
    if g["iy"]:
        return [PartialDate.day(_day(g["iy"], g["im"], g["id"], words))]
    if g["ad"]:
        first, last = (_day(g[f"{k}y"], g[f"{k}m"], g[f"{k}d"], words) for k in "ab")
        return [_run(first, last, words)]
    if g["cd"]:
        first = _day(g["cy"], g["cm"], g["cd"], words)
        return [_run(first, _day(g["cy"], g["cn"], g["ce"], words), words)]
    if g["dd"]:
        first = _day(g["dy"], g["dm"], g["dd"], words)
        return [_run(first, _day(g["dy"], g["dm"], g["de"], words), words)]
    if g["ed"]:
        return [PartialDate.day(_day(g["ey"], g["em"], g["ed"], words))]
    for key in "fg":
        if g[f"{key}d"]:
            month = str(_MONTHS[g[f"{key}m"].lower()])
            return [PartialDate.day(_day(g[f"{key}y"], month, g[f"{key}d"], words))]
    if g["hm"]:
        return [_whole_month(g["hy"], _MONTHS[g[k].lower()], words) for k in ("hm", "hn")]
    if g["jm"]:
        return [_whole_month(g["jy"], _MONTHS[g["jm"].lower()], words)]
    if g["km"]:
        return [_whole_month(g["ky"], int(g["km"]), words)]
    return [PartialDate.year(int(g["ly"]))]


def read_date(text: object) -> PartialDate:
    """Read one date and nothing else; raises DateError with a sentence for people."""
    if isinstance(text, datetime):
        return PartialDate.day(text.date())
    if isinstance(text, date):
        return PartialDate.day(text)
    words = str(text).strip()
    match = _DATE.fullmatch(words)
    found = _dates_of(match) if match else []
    if len(found) != 1:
        raise DateError(
            _("“%(words)s” is not a date. Write 14.03.2022, 4-8.02.2022, July 2021 or 2021.")
            % {"words": words}
        )
    return found[0]


def take_date(text: str) -> tuple[PartialDate | None, str]:
    """Take the first date out of a text: a day, a month or a year, and the words that are left.

    Of several days the first is taken, and their words stay. Raises DateError.
    """
    match = _DATE.search(text)
    if match is None:
        return None, text.strip()
    first, *more = _dates_of(match)
    if more or (first.precision == Precision.DAY and first.start != first.end):
        when = first if first.precision != Precision.DAY else PartialDate.day(first.start)
        return when, text.strip()
    left = [text[: match.start()].rstrip(_EDGES), text[match.end() :].lstrip(_EDGES + ".")]
    return first, " ".join(part for part in left if part.strip()).strip()


def read_occasions(cell: object) -> DatesRead:
    """Read a *Dates & Location* cell; raises DateError for a day that does not exist.

    Each date begins an occasion, whose place and mode stand beside it in the same line.
    Words without a date become the note.
    """
    if isinstance(cell, date | datetime):
        return DatesRead((OccasionData(read_date(cell)),))
    occasions: list[OccasionData] = []
    notes: list[str] = []
    for line in str(cell or "").splitlines():
        for item in _read_line(line):
            if isinstance(item, OccasionData):
                occasions.append(item)
            elif item:
                notes.append(item)
    return DatesRead(tuple(occasions), "\n".join(notes))


def note_lines(note: str) -> str:
    """A note for a cell, which ``read_occasions`` reads back.

    A line that would be read as something else, such as a date, stands in quotation marks.
    """
    return "\n".join(line if _reads_as(line, line) else f'"{line}"' for line in note.splitlines())


def _reads_as(line: str, item: OccasionData | str) -> bool:
    try:
        return list(_read_line(line)) == [item]
    except DateError:
        return False


def _quoted(line: str) -> OccasionData | None:
    """What a line with its place in quotation marks says, exactly as it was written out."""
    match = _QUOTED.fullmatch(line.strip())
    when = _DATE.fullmatch(match["when"]) if match else None
    dates = _dates_of(when) if when else []
    modes = {words: mode for mode, words in MODE_WORDS.items()} | {None: ""}
    if not match or len(dates) != 1 or match["mode"] not in modes:
        return None
    return OccasionData(
        dates[0],
        modes[match["mode"]],
        match["place"],
        match["country"] or "",
        line.strip(),
    )


def _read_line(line: str) -> Iterator[OccasionData | str]:
    quoted = _quoted(line)
    if quoted:
        yield quoted
        return
    if _QUOTED_NOTE.fullmatch(line.strip()):
        yield line.strip()[1:-1]
        return
    matches = list(_DATE.finditer(line))
    if not matches:
        yield line.strip()
        return
    for index, match in enumerate(matches):
        start = 0 if index == 0 else match.start()
        end = matches[index + 1].start() if index + 1 < len(matches) else len(line)
        beside = " ".join((line[start : match.start()], line[match.end() : end]))
        mode, rest = _take_mode(beside)
        country, place = _take_country(rest)
        words = line[start:end].strip(_EDGES)
        if len(place) > LONGEST_PLACE or len(place.split()) > MOST_WORDS_OF_A_PLACE:
            yield place
            place = ""
        if place and not mode:
            mode = Mode.ON_SITE
        for when in _dates_of(match):
            yield OccasionData(when, mode, place, country, words)


def _take_mode(text: str) -> tuple[str, str]:
    found = ""
    for mode, pattern in _MODES:
        if pattern.search(text):
            found = found or mode
            text = pattern.sub(" ", text)
    return found, text


def _take_country(text: str) -> tuple[str, str]:
    """Split “Bydgoszcz (Poland)” or “Bydgoszcz (PL)” into a country code and a place."""
    match = re.search(r"\(([^()]+)\)", text)
    name = match.group(1).strip() if match else ""
    code = country_code(name)
    if match and code:
        text = text[: match.start()] + text[match.end() :]
    return code, re.sub(r"\s+", " ", text.replace("()", " ")).strip(_EDGES)


def country_code(name: str) -> str:
    """The ISO 3166 code of a country named by its code or its English name, or ''."""
    if len(name) == 2 and name.upper() in countries:
        return name.upper()
    return str(countries.by_name(name, language="en")) if name else ""
