"""Finds dates in a text, in any of six languages, and says what they mean.

A text is cut into tokens, and each token becomes one letter that tells its role: ``m`` is the name
of a month, ``T`` a word such as “to”. The forms of dates are patterns of these letters, so that
they are the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, reduce
from itertools import pairwise

from django.utils.translation import gettext as _

from partners.names import folded

from .partial import DateError, PartialDate
from .vocabulary import (
    ENDINGS_OF_NUMBERS,
    MONTHS,
    ORDINALS,
    ROLES,
    SEASONS,
    TIES,
    UNITS_OF_HOURS,
)

YEARS = range(1990, 2100)
EDGES = " \t,;:&·()–-"
HIDDEN = "\x00"  # stands where an hour stood, which is no date

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+|\s+|.", re.S)
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"[0-9]")
_HOUR = r"[0-9]{1,2}(?:[:.h][0-9]{2})?"
_HOURS = re.compile(
    r"(?<![\w./])(?:"
    rf"{_HOUR}(?:\s?[-–]\s?{_HOUR})?\s?(?:{UNITS_OF_HOURS})\b(?![-\s]?[0-9]{{4}})"
    r"|[0-9]{1,2}h[0-9]{2}\b"
    r"|[0-9]{1,2}:[0-9]{2}(?![0-9])(?::[0-9]{2}(?![0-9]))?(?:\.[0-9]+)?(?:\s?(?:uhr|h|am|pm)\b)?"
    r"|[0-9]{1,2}\.(?:00|15|30|45)(?![0-9.]|/[0-9])"
    r")|(?:(?<=[0-9])|^)t[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?:z\b|[+-][0-9]{2}:[0-9]{2})?"
)

# The letters of the grammar beside those of ``ROLES``: f is 1 to 9, a 01 to 12, b 13 to 31,
# c another number of two digits; Y a year, y another number of four digits, x any other one; t ends
# an ordinal.
_SIGNS = dict.fromkeys("-–—\u2011\u2212", "-") | dict.fromkeys("'’", "'") | dict.fromkeys("&+", "&")
_SIGNS |= {sign: sign for sign in ".,/:%"} | {"°": "t", "€": "p"}
_WORDS = "fabcYyxmTAOqHentwLBp"

_N, _TWO, _DOT = "[fabc]", "[abc]", " ?[./] ?"
_DAY = f"{_N}[t.]?"
_MONTH = r"m\.?"
_OF = " ?(?:O'? ?)?"
_TO, _AND, _COMMA = " ?[-T] ?(?:L ?)?", " ?(?:, ?)?[&A] ?(?:L ?)?", " ?, ?"
_BETWEEN = "(?:B ?(?:L ?)?)?"
_LINK = f"(?:{_TO}|{_AND}|{_COMMA})"
_SHORT_YEAR = f"'?{_TWO}(?! ?[:t%p]|[./-]{_N})"
_YEAR = f",? ?(?:O'? ?)?(?:Y|{_SHORT_YEAR})"
_WHOLE_NUMBERS = f"{_N}{_DOT}{_N}{_DOT}(?:[Yy]|{_TWO})"
_WHOLE_WORDS = f"{_DAY}{_OF}{_MONTH},? ?(?:O'? ?)?(?:[Yy]|{_SHORT_YEAR})"
_WHOLE = f"(?:{_WHOLE_NUMBERS}|{_WHOLE_WORDS})"
_LEADING = (
    f"(?>(?:{_N}{_DOT}{_N}[.]?|{_DAY}){_TO}"
    f"|(?:{_N}{_DOT}[fa][.]?|{_DAY}){_AND}"
    f"|(?:{_N}{_DOT}[fa][.]?|{_N}[t.]){_COMMA}"
    f"|{_N}{_COMMA}(?=(?:{_N}{_COMMA}){{0,30}}{_DAY}{_AND}))"
)
_AMERICAN = f"{_MONTH} ?{_DAY}(?:{_LINK}(?:{_MONTH} ?)?{_DAY}){{0,12}},? ?(?:O ?)?Y"
_HYPHENS = f"{_N}-{_N}-(?:[Yy]|{_TWO})"
_PART_YEAR = " ?[./,-]? ?(?:O'? ?)?Y"
_FORMS: dict[str, str] = {
    "iso": rf"Y-{_N}-{_N}(?: ?[-T/] ?Y-{_N}-{_N})?|Y\.{_N}\.{_N}|Y/{_N}/{_N}",
    "hyphens": f"{_HYPHENS}(?:{_TO}{_HYPHENS})?",
    "numbers": f"{_WHOLE}{_TO}{_WHOLE}|{_BETWEEN}{_LEADING}{{0,31}}{_WHOLE_NUMBERS}",
    "words": f"{_BETWEEN}(?>{_DAY}(?:{_OF}{_MONTH})?{_LINK}){{0,31}}{_WHOLE_WORDS}",
    "american": f"{_AMERICAN}{_TO}{_AMERICAN}|{_AMERICAN}",
    "months": f"{_MONTH}{_YEAR}{_TO}{_MONTH}{_YEAR}"
    f"|(?:{_MONTH}(?:{_LINK}| ?/ ?| )){{0,11}}{_MONTH}{_YEAR}",
    "month_numbers": f"{_N}[./]Y{_TO}{_N}[./]Y|[fa]{_TO}[fa][./]Y|{_N}{_DOT}Y|{_N}-Y",
    "part": f"[qH] ?{_N}{_PART_YEAR}|{_N}[t.]? ?[qH]{_PART_YEAR}|[nA] ?[qH]{_PART_YEAR}"
    f"|Y ?[-/]? ?[qH] ?{_N}",
    "season": f"e{_PART_YEAR}(?:/{_TWO})?",
    "iso_month": f"Y[-/]{_N}(?![-./]?[fabcYy])",
    "years": f"Y{_TO}Y|Y(?! ?p)",
}
_DATE = re.compile(
    rf"(?<![{_WORDS}.])(?:" + "|".join(f"(?P<{k}>{v})" for k, v in _FORMS.items()) + ")"
)


@dataclass(frozen=True)
class Found:
    """A date, or several, at a place in a text."""

    start: int
    end: int
    dates: tuple[PartialDate, ...]


@dataclass(frozen=True)
class _Token:
    role: str
    word: str


@dataclass(frozen=True)
class _Element:
    """One of the dates in a form, of which another one may say the month or the year."""

    day: str = ""
    month: str = ""
    year: str = ""
    ends_run: bool = False


def hide_hours(text: str) -> str:
    """The text with each hour hidden, and every other character in its place."""
    if not _DIGIT.search(text):
        return text
    small = folded(text)
    found = [match.span() for match in _HOURS.finditer(small)]
    for start, end in reversed(found):
        text = text[:start] + HIDDEN * (end - start) + text[end:]
    return text


def find_dates(text: str) -> list[Found]:
    """Every date in a text, in order; raises DateError for one that cannot be."""
    if not _DIGIT.search(text):
        return []
    tokens = list(_TOKEN.finditer(folded(hide_hours(text))))
    roles = _roles_in([token.group() for token in tokens])
    found = []
    for match in _DATE.finditer("".join(roles)):
        first, last = match.span()
        start, end = tokens[first].start(), tokens[last - 1].end()
        inside = [_Token(roles[i], tokens[i].group()) for i in range(first, last)]
        read = _READERS[str(match.lastgroup)]
        found.append(Found(start, end, tuple(read(inside, text[start:end].strip()))))
    return found


def _roles_in(words: list[str]) -> list[str]:
    roles = [_role(word) for word in words]
    for i, word in enumerate(words):
        if word in ENDINGS_OF_NUMBERS and i and roles[i - 1] in "fab":
            roles[i] = "t"
    return roles


@lru_cache(maxsize=4096)
def _role(token: str) -> str:
    first = token[0]
    if "0" <= first <= "9":
        return _role_of_number(token)
    if first.isspace():
        return " "
    if first.isalpha():
        return ROLES.get(token, "w")
    return _SIGNS.get(first, "!")


def _role_of_number(digits: str) -> str:
    if len(digits) == 4:
        return "Y" if int(digits) in YEARS else "y"
    if len(digits) > 2:
        return "x"
    value = int(digits)
    if 0 < value <= 12:
        return "f" if len(digits) == 1 else "a"
    return "b" if 12 < value <= 31 else "c"


# What the forms mean


def _numbers(tokens: Iterable[_Token]) -> list[str]:
    return [token.word for token in tokens if token.role in "fabcYy"]


def _roles(tokens: Iterable[_Token]) -> str:
    return "".join(token.role for token in tokens)


def _elements(tokens: Iterable[_Token], links: str) -> list[list[_Token]]:
    """The tokens, cut at each link; a link that is kept opens what follows it."""
    found: list[list[_Token]] = [[]]
    for token in tokens:
        if token.role in links:
            found.append([token])
        else:
            found[-1].append(token)
    return found


def _element(tokens: list[_Token], american: bool) -> _Element:
    ends_run = tokens[0].role in "-T/"
    names = [i for i, token in enumerate(tokens) if token.role == "m"]
    month = str(MONTHS[tokens[names[0]].word]) if names else ""
    numbers = _numbers(tokens)
    if names and american:
        day, year = [*numbers, ""][:2]
    elif names:
        day, year = (_numbers(tokens[: names[0]]) or [""])[0], ""
        year = (_numbers(tokens[names[0] :]) or [""])[0]
    else:
        day, month, year = [*numbers, "", ""][:3]
    return _Element(day, month, year, ends_run)


def _day_elements(tokens: list[_Token], american: bool) -> list[_Element]:
    found: list[_Element] = []
    for part in _elements(tokens, "-TA&,"):
        numbers = [token for token in part if token.role in "fabcYy"]
        if found and len(numbers) == 1 and numbers[0].role in "Yy" and "m" not in _roles(part):
            found[-1] = replace(found[-1], year=numbers[0].word)
            continue
        element = _element(part, american)
        # Of “3., and 5.” the comma alone opens nothing.
        if element.day or element.month:
            found.append(element)
    return _filled(found, american)


def _filled(elements: list[_Element], american: bool) -> list[_Element]:
    """Each element with the month and the year that its neighbour says for it."""
    if len(elements) == 1:
        return elements
    months = list(elements) if american else list(reversed(elements))
    done: list[_Element] = []
    month = year = ""
    for element in months:
        month = element.month or month
        done.append(replace(element, month=month))
    for i in range(len(done) - 1, -1, -1) if american else range(len(done)):
        year = done[i].year or year
        done[i] = replace(done[i], year=year)
    return done if american else done[::-1]


def _days(tokens: list[_Token], words: str, *, american: bool = False) -> list[PartialDate]:
    found: list[PartialDate] = []
    for element in _day_elements(tokens, american):
        when = PartialDate.day(_day(element.year, element.month, element.day, words))
        found = _joined(found, when, element.ends_run or tokens[0].role == "B", words)
    return found


def _american(tokens: list[_Token], words: str) -> list[PartialDate]:
    return _days(tokens, words, american=True)


def _joined(
    found: list[PartialDate], when: PartialDate, ends_run: bool, words: str
) -> list[PartialDate]:
    """The dates with one more, which ends a run or stands beside the others."""
    if not ends_run or not found:
        return [*found, when]
    if when.end < found[-1].start:
        raise DateError(_("“%(words)s” ends before it starts.") % {"words": words})
    return [*found[:-1], found[-1].to(when)]


def _iso(tokens: list[_Token], words: str) -> list[PartialDate]:
    numbers = _numbers(tokens)
    found: list[PartialDate] = []
    for i in range(0, len(numbers), 3):
        year, month, day = numbers[i : i + 3]
        found = _joined(found, PartialDate.day(_day(year, month, day, words)), i > 0, words)
    return found


def _hyphens(tokens: list[_Token], words: str) -> list[PartialDate]:
    numbers = _numbers(tokens)
    found: list[PartialDate] = []
    for i in range(0, len(numbers), 3):
        day, month, year = numbers[i : i + 3]
        found = _joined(found, PartialDate.day(_day(year, month, day, words)), i > 0, words)
    return found


def _months(tokens: list[_Token], words: str) -> list[PartialDate]:
    found: list[_Element] = []
    for part in _split_months(tokens):
        year = (_numbers(part) or [""])[0]
        months = [str(MONTHS[token.word]) for token in part if token.role == "m"]
        if not months and found:
            found[-1] = replace(found[-1], year=year)
        for month in months:
            found.append(_Element("", month, year, part[0].role in "-T/"))
    read: list[PartialDate] = []
    for element in _filled(found, american=False):
        when = _whole_month(element.year, int(element.month), words)
        read = _joined(read, when, element.ends_run, words)
    return read


def _split_months(tokens: list[_Token]) -> list[list[_Token]]:
    """One part for each month; “Sept. Oct. 2021” has no link between its months."""
    found: list[list[_Token]] = []
    for part in _elements(tokens, "-TA&,/"):
        at = [i for i, token in enumerate(part) if token.role == "m"] or [0]
        bounds = [0, *at[1:], len(part)]
        found += [part[a:b] for a, b in pairwise(bounds)]
    return found


def _month_numbers(tokens: list[_Token], words: str) -> list[PartialDate]:
    numbers = _numbers(tokens)
    year = numbers[-1]
    months = [(numbers[0], numbers[1] if len(numbers) == 4 else year)]
    if len(numbers) > 2:
        months.append((numbers[-2], year))
    found: list[PartialDate] = []
    for month, of in months:
        found = _joined(found, _whole_month(of, int(month), words), bool(found), words)
    return found


def _part(tokens: list[_Token], words: str) -> list[PartialDate]:
    """A quarter or a half of a year."""
    year = int(next(token.word for token in tokens if token.role == "Y"))
    counted = [int(token.word) for token in tokens if token.role in "fabc"]
    named = [ORDINALS[token.word] for token in tokens if token.word in ORDINALS]
    number = (counted + named + [0])[0]
    size = 3 if any(token.role == "q" for token in tokens) else 6
    if not 1 <= number <= 12 // size:
        raise DateError(_("“%(words)s” is no part of a year.") % {"words": words})
    last = PartialDate.month(year, number * size)
    return [PartialDate.month(year, number * size - size + 1).to(last)]


def _season(tokens: list[_Token], _words: str) -> list[PartialDate]:
    year = int(next(token.word for token in tokens if token.role == "Y"))
    first, last = SEASONS[tokens[0].word]
    if any(token.role in "abc" for token in tokens):
        return [PartialDate.year(year).to(PartialDate.year(year + 1))]
    if (first, last) == (1, 12):
        return [PartialDate.year(year)]
    return [PartialDate.month(year, first).to(PartialDate.month(year, last))]


def _iso_month(tokens: list[_Token], words: str) -> list[PartialDate]:
    """“2022-03” is a month, “2021/22” two years."""
    year, number = _numbers(tokens)
    if int(number) > 12 and int(number) == (int(year) + 1) % 100:
        return [PartialDate.year(int(year)).to(PartialDate.year(int(year) + 1))]
    return [_whole_month(year, int(number), words)]


def _years(tokens: list[_Token], words: str) -> list[PartialDate]:
    years = [PartialDate.year(int(number)) for number in _numbers(tokens)]
    nothing: list[PartialDate] = []
    return reduce(lambda found, when: _joined(found, when, bool(found), words), years, nothing)


_READERS: dict[str, Callable[[list[_Token], str], list[PartialDate]]] = {
    "iso": _iso,
    "hyphens": _hyphens,
    "numbers": _days,
    "words": _days,
    "american": _american,
    "months": _months,
    "month_numbers": _month_numbers,
    "part": _part,
    "season": _season,
    "iso_month": _iso_month,
    "years": _years,
}


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: str, month: str, day: str, words: str) -> date:
    try:
        found = date(_year(year), int(month), int(day))
    except ValueError:
        if int(day) <= 12 < int(month) <= 31:
            message = _("“%(words)s” has no such month. Write the day first: 14.05.2022.")
        else:
            message = _("“%(words)s” is not a day in the calendar.")
        raise DateError(message % {"words": words}) from None
    if found.year not in YEARS:
        raise DateError(_("The year of “%(words)s” cannot be right.") % {"words": words})
    return found


def _whole_month(year: str, month: int, words: str) -> PartialDate:
    if not 1 <= month <= 12 or _year(year) not in YEARS:
        raise DateError(_("“%(words)s” is not a month.") % {"words": words})
    return PartialDate.month(_year(year), month)


# One date


def read_date(text: object) -> PartialDate:
    """Read one date and nothing else; raises DateError with a sentence for people.

    An hour, the day of the week or a word such as “on” beside it changes nothing.
    """
    if isinstance(text, datetime):
        return PartialDate.day(text.date())
    if isinstance(text, date):
        return PartialDate.day(text)
    words = str(text).strip()
    found = find_dates(words)
    if len(found) != 1 or len(found[0].dates) != 1 or not _says_nothing_beside(words, found[0]):
        raise DateError(
            _("“%(words)s” is not a date. Write 14.03.2022, 4-8.02.2022, July 2021 or 2021.")
            % {"words": words}
        )
    return found[0].dates[0]


def _says_nothing_beside(text: str, found: Found) -> bool:
    beside = f"{text[: found.start]} {hide_hours(text)[found.end :]}"
    return says_nothing(beside.replace(HIDDEN, " "))


def says_nothing(text: str) -> bool:
    """Whether a text holds nothing but marks and words such as “on”; “DE” may be a country."""
    return all(
        folded(word) in TIES and not (len(word) == 2 and word.isupper())
        for word in _WORD.findall(text)
    )


def take_date(text: str) -> tuple[PartialDate | None, str]:
    """Take the first date out of a text: a day, a month or a year, and the words that are left.

    Of several the one that stands for them is taken, and their words stay. Raises DateError.
    """
    found = next(iter(find_dates(text)), None)
    if found is None:
        return None, text.strip()
    first, *more = found.dates
    if more or not first.is_single:
        return first.single, text.strip()
    left = [text[: found.start].rstrip(EDGES), text[found.end :].lstrip(EDGES + ".")]
    return first, " ".join(part for part in left if part.strip()).strip()
