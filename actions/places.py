"""Reads what stands beside a date: on site or online, a place, its country, and other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy
from django.utils.translation import override as language
from django_countries import countries

from partners.catalogue import LANGUAGES
from partners.names import folded, name_key

from .finding import HIDDEN, hide_hours, says_nothing
from .vocabulary import (
    CODES_AFTER_A_COMMA,
    DOINGS,
    HYBRID,
    JOINING,
    MEETINGS,
    MORE_COUNTRIES,
    NOT_AFTER_A_COMMA,
    ON_SITE,
    ONLINE,
    PLACED,
    PLATFORMS,
    TIES,
)

LONGEST_PLACE = 120
MOST_WORDS_OF_A_PLACE = 4
MOST_PARTS_OF_A_PLACE = 4


class Mode(models.TextChoices):
    ON_SITE = "on_site", gettext_lazy("on site")
    ONLINE = "online", gettext_lazy("online")
    HYBRID = "hybrid", gettext_lazy("hybrid")


@dataclass
class Beside:
    """What the words beside a date say; ``notes`` are those that say none of the rest."""

    mode: str = ""
    country: str = ""
    places: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return ", ".join(self.places)


def _any_of(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases; a space in one may be a hyphen."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(phrase.replace(" ", "[ -]") for phrase in longest_first) + ")"


_ONLINE, _ON_SITE = _any_of([*ONLINE, *PLATFORMS]), _any_of(ON_SITE)
_JOINED = rf"(?:[ ,]+(?:{JOINING})[ ]| ?[&+/] ?)"
_MODE = re.compile(
    rf"\b(?P<hybrid>{_any_of(HYBRID)}|{_ON_SITE}{_JOINED}{_ONLINE}|{_ONLINE}{_JOINED}{_ON_SITE})\b"
    rf"|(?P<added>(?:[+&]|\b(?:{JOINING})) ?{_ONLINE}\b)"
    rf"|\b(?P<platform>{_any_of(PLATFORMS)})\b"
    rf"|\b(?P<online>{_ONLINE})\b"
    rf"|\b(?P<on_site>{_ON_SITE})\b(?! contact)"
)
_CUT = re.compile(rf"(?P<hour>{HIDDEN}+)|(?P<mark>[()\[\],;|·•\n])|\s[-–—]+(?=\s)")
_AT_THE_START = re.compile(r"[\s.:\-–—+&/*]+|[^\W\d_]+(?=[\s'’])")
_AT_THE_END = re.compile(r"(?<=[^\d\s]\s)[^\W\d_]+$")  # but not “10 am”
_SAID_IN = re.compile(
    rf"\b(?:{PLACED}) (?P<place>[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’.-]*(?: [A-ZÀ-ÖØ-ÞĀ-Ž][\w'’.-]*){{0,2}})(?!\w)"
)


def read_beside(texts: Iterable[str]) -> Beside:
    """What the texts around one date say about where it took place."""
    found, modes = Beside(), set[str]()
    for text in texts:
        if not says_nothing(text):
            _read_text(text, found, modes)
    if len(found.place) > LONGEST_PLACE or len(found.places) > MOST_PARTS_OF_A_PLACE:
        found.notes.insert(0, found.place)
        found.places = []
    found.mode = _mode_of(modes)
    if found.places and not found.mode:
        found.mode = Mode.ON_SITE
    return found


def _mode_of(modes: set[str]) -> str:
    if Mode.HYBRID in modes or {Mode.ONLINE, Mode.ON_SITE} <= modes:
        return Mode.HYBRID
    return next(iter(modes), "")


def _read_text(text: str, found: Beside, modes: set[str]) -> None:
    masked = _take_modes(hide_hours(text), modes)
    left: list[tuple[int, int]] = []
    for start, end, bracketed in _pieces(masked):
        piece = masked[start:end]
        said = _words_of(piece)
        if _take_country(piece.strip(" ."), bracketed, found) or _take_place(said, found):
            _note(text, left, found)
        elif said or HIDDEN in piece:
            left.append(_span(text, masked, start, end))
            _take_place_of_a_sentence(text[start:end], found, modes)
    _note(text, left, found)


def _note(text: str, left: list[tuple[int, int]], found: Beside) -> None:
    """Keep as one note, as it was written, what stands between two known pieces."""
    if left:
        note = _untied(text[left[0][0] : left[-1][1]].strip())
        left.clear()
        if note:
            found.notes.append(note)


def _pieces(masked: str) -> Iterator[tuple[int, int, bool]]:
    """The start and the end of each piece between marks, and whether a bracket opens it."""
    start, bracketed = 0, False
    for cut in [*_CUT.finditer(masked), None]:
        end = cut.start() if cut else len(masked)
        if masked[start:end].strip():
            yield start, end, bracketed
        if cut is None:
            return
        if cut["hour"]:
            yield cut.start(), cut.end(), False
        bracketed = cut.group() in "(["
        start = cut.end()


def _words_of(piece: str) -> str:
    """A piece without what only ties it to the rest: “in Barcelona” is “Barcelona”."""
    text = " ".join(piece.replace(HIDDEN, " ").split())
    start = 0
    while match := _AT_THE_START.match(text, start):
        word = match.group()
        if word[0].isalpha() and not (word.islower() and folded(word) in TIES):
            break
        start = match.end()
    text = _untied(text[start:])
    sentence_ends = text.endswith(".") and text.count(".") == 1
    text = text.rstrip(".") if sentence_ends else text
    return "" if says_nothing(text) else text


def _untied(text: str) -> str:
    """The text without the words at its end that only tie it to a date: “contact in”."""
    text = text.rstrip(" :-–—+&/*")
    while (last := _AT_THE_END.search(text)) and last.group() in TIES:
        text = text[: last.start()].rstrip(" :-–—+&/*")
    return text


def _span(text: str, masked: str, start: int, end: int) -> tuple[int, int]:
    """Where a piece that is no place stands: a short one without the words about its mode."""
    if len(text[start:end].split()) > MOST_WORDS_OF_A_PLACE:
        return start, end
    inner = masked[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def _take_modes(text: str, modes: set[str]) -> str:
    """The text with blanks for the words that say online or on site."""
    kinds = {"hybrid": Mode.HYBRID, "added": Mode.HYBRID, "platform": Mode.ONLINE}
    kinds |= {"online": Mode.ONLINE, "on_site": Mode.ON_SITE}
    spans = []
    for match in _MODE.finditer(folded(text)):
        kind = str(match.lastgroup)
        if kind == "platform" and not text[match.start()].isupper():
            continue
        modes.add(kinds[kind])
        spans.append(match.span())
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _take_country(words: str, bracketed: bool, found: Beside) -> bool:
    """Whether the words are the country of the place before them, or a country in brackets."""
    if not words or found.country or not (bracketed or found.places):
        return False
    code = country_code(words)
    known = code and (
        bracketed
        or (
            (words in CODES_AFTER_A_COMMA if len(words) < 4 else True)
            and folded(words) not in NOT_AFTER_A_COMMA
        )
    )
    if known:
        found.country = code
    return bool(known)


def _take_place(words: str, found: Beside) -> bool:
    if not words or not _is_place(words):
        return False
    found.places.append(words)
    return True


def _is_place(words: str) -> bool:
    """Whether words look like a name of a place, and tell of nothing that was done."""
    parts = words.split()
    plain = re.findall(r"\w+", folded(words))
    if len(parts) > MOST_WORDS_OF_A_PLACE or not DOINGS.isdisjoint(plain):
        return False
    first = next((c for c in words if c.isalnum()), "")
    named = first.isupper() or (first.isdigit() and any(p[0].isupper() for p in parts))
    return named or (len(parts) == 1 and len(words) > 3 and words.isalpha())


def _take_place_of_a_sentence(text: str, found: Beside, modes: set[str]) -> None:
    """The place of “meeting in Barcelona with some guests connected on line”."""
    match = _SAID_IN.search(text)
    if found.places or match is None or _is_place(text.strip()):
        return
    before = re.findall(r"\w+", folded(text[: match.start()]))
    named = re.findall(r"\w+", folded(match["place"]))
    if MEETINGS.isdisjoint(before) or not DOINGS.isdisjoint(named):
        return
    found.places.append(match["place"].rstrip(".,"))
    if Mode.ONLINE in modes:
        modes.add(Mode.HYBRID)


def country_code(name: str) -> str:
    """The ISO 3166 code of a country named by its code or its name in six languages, or ''."""
    if len(name) == 2 and name.upper() in countries:
        return name.upper()
    return _codes_of_countries().get(name_key(name), "") if name else ""


@cache
def _codes_of_countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in reversed(LANGUAGES):
        with language(code):
            found.update({name_key(countries.name(c)): c for c in countries.countries})
    return found | MORE_COUNTRIES
