"""The spelling of words that are searched: without accents and capitals, the same everywhere.

One pattern finds the words in the database and marks them on the page, so SQLite and PostgreSQL
find the same rows: it spells out the accents itself and leaves nothing to a collation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.db.models import Q
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from .names import folded, name_key

MOST_WORDS = 12  # of one search: each costs the database
AROUND = 70  # characters shown before and after the words that were found
_EUROPEAN = range(0xC0, 0x180)
# What may stand between the parts of one word, such as T8-04.
_BETWEEN = "[^0-9A-Za-z]{0,3}"


@lru_cache(maxsize=1)
def _variants() -> dict[str, str]:
    """Each Latin letter with its capital and all its accents, as the inside of a class."""
    found = {letter: letter + letter.upper() for letter in map(chr, range(ord("a"), ord("z") + 1))}
    for char in map(chr, _EUROPEAN):
        base = folded(char)
        if base in found:
            found[base] += char
    return found


def _letter(char: str) -> str:
    variants = _variants().get(char)
    if variants:
        return f"[{variants}]"
    other = char.upper()
    return f"[{char}{other}]" if len(other) == 1 and other != char else char


@lru_cache(maxsize=1000)
def pattern_of(key: str) -> str:
    """A regular expression, the same for both databases and for Python, that finds a key."""
    return _BETWEEN.join(map(_part, key.split()))


def _part(part: str) -> str:
    double = f"(?:{_letter('s')}{_letter('s')}|[ßẞ])"
    return double.join("".join(map(_letter, piece)) for piece in part.split("ss"))


def search_key(text: str) -> str:
    """The key of a text with letters such as ł and ø as they are typed without their strokes."""
    return folded(name_key(text))


@dataclass(frozen=True)
class Asked:
    """The words of a search; ``keys`` are they without accents, capitals and marks."""

    words: str

    @cached_property
    def keys(self) -> tuple[str, ...]:
        found = (search_key(word) for word in self.words.split())
        return tuple(dict.fromkeys(key for key in found if key))[:MOST_WORDS]

    @cached_property
    def phrase(self) -> str:
        return search_key(self.words)

    @cached_property
    def _marks(self) -> re.Pattern[str]:
        longest_first = sorted(self.keys, key=len, reverse=True)
        return re.compile("|".join(map(pattern_of, longest_first)))

    def is_in(self, text: str) -> bool:
        """Whether every word is somewhere in the text."""
        return bool(self.keys) and all(re.search(pattern_of(key), text) for key in self.keys)

    def is_named(self, *names: str) -> bool:
        """Whether exactly one of some names was asked for."""
        return bool(self.phrase) and self.phrase in map(search_key, names)

    def rank(self, name: str, *exact: str) -> int:
        """How well a record of this name fits: 0 what was asked for, 4 only in other words."""
        key = search_key(name)
        tests = (
            self.is_named(*exact),
            key == self.phrase,
            key.startswith(self.phrase),
            self.is_in(name),
        )
        return next((rank for rank, fits in enumerate(tests) if fits), len(tests))

    def marked(self, text: str) -> SafeString:
        """The text with the words marked, and all else of it escaped."""
        done: list[str] = []
        at = 0
        for match in self._marks.finditer(text) if self.keys else ():
            done += [conditional_escape(text[at : match.start()])]
            done += [f"<mark>{conditional_escape(match.group())}</mark>"] if match.group() else []
            at = match.end()
        return mark_safe("".join([*done, conditional_escape(text[at:])]))

    def excerpt(self, text: str) -> SafeString:
        """The piece of a long text around the first of the words, with all of them marked."""
        flat = " ".join(text.split())
        first = self._marks.search(flat) if self.keys else None
        middle = first.start() if first else 0
        start = max(middle - AROUND, 0)
        end = min(middle + 2 * AROUND, len(flat))
        if start and " " in flat[start:middle]:
            start = flat.index(" ", start) + 1
        if end < len(flat) and " " in flat[middle:end]:
            end = flat.rindex(" ", middle, end)
        piece = self.marked(flat[start:end])
        before, after = "… " if start else "", " …" if end < len(flat) else ""
        return mark_safe(f"{before}{piece}{after}")


def spelt(*fields: str, key: str) -> Q:
    """The rows with a word in one of some columns, whatever its case and accents."""
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__regex": pattern_of(key)})
    return found
