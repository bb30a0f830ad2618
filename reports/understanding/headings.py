"""Says which field a heading means, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz, process

from actions.models import ActionType
from actions.records import OUTCOME, record_type
from partners.catalogue import in_every_language
from partners.names import name_key
from reports.layout import CONTINUED, ROW_ID, SheetColumn, own_columns, printed_columns

from .vocabulary import (
    FIELDS_BY_KEY,
    IN_TOTAL,
    INSTEAD,
    PARTS_OF_DATES,
    ROW_ID_FIELD,
    STRANGER_KEYS,
    TITLE,
    TOGETHER,
)

LONGEST_HEADING = 200
EXACT, ALIAS, SECOND, COMPOSED, PARTLY = 1.0, 0.95, 0.85, 0.9, 0.7
CLOSE, CLOSE_AND_SHORT, SHORT = 84, 90, 6  # of 100, and letters
FEWEST_LETTERS = 5  # below which a word is known exactly or not at all
_TAIL = re.compile(rf"\s*\b\d+\s+(?:{IN_TOTAL})\b.*$", re.I | re.S)
_NUMBER = re.compile(r"^\s*\d+\s*[.)]\s*")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BETWEEN = re.compile(
    r"[/|&+\n;,()\[\]]|\s[-–]\s|\s(?:and|or|und|oder|y|o|et|e|i|lub|oraz)\s", re.I
)


@dataclass(frozen=True)
class Reading:
    """What a heading may mean; ``role`` is what it says of a date, where it says only a part."""

    field: str
    confidence: float
    how: str
    role: str = ""


def squeezed(cell: object) -> str:
    """A heading as people see it, without its line breaks."""
    return "" if cell is None else " ".join(str(cell).split())


def is_continued(heading: str) -> bool:
    """Whether a column goes on with another whose cells were too long."""
    return _continued().search(heading) is not None


@cache
def _continued() -> re.Pattern[str]:
    return re.compile(rf"\s*\((?:{continued_words()})(?:\s+\d+)?\)\s*$", re.I)


def continued_words() -> str:
    """A pattern for the word by which a column says that it goes on with another."""
    return "|".join(map(re.escape, in_every_language(CONTINUED)))


def plain_key(text: str) -> str:
    """A heading as it is compared, in letters that every keyboard has."""
    return name_key(text[:LONGEST_HEADING]).replace("ł", "l")


def heading_key(text: str) -> str:
    """The key of a heading without its number and the total that is printed in it."""
    return plain_key(_NUMBER.sub("", _TAIL.sub("", text)))


def without_number(text: str) -> str:
    return _NUMBER.sub("", text)


def title_keys(action_type: ActionType) -> list[str]:
    """The ways in which the first heading of a table may be written."""
    printed = [c["heading"] for c in action_type.columns if c["column"] == TITLE]
    stored = (*printed, action_type.heading, action_type.caption)
    texts = [words for text in stored for words in in_every_language(text)]
    return [key for key in dict.fromkeys(heading_key(text) for text in texts) if key]


def fields(action_type: ActionType) -> dict[str, SheetColumn]:
    """What a column of the table may hold, by name: as printed first, then value by value.

    Of two that hold the same, only the printed one is offered.
    """
    record = record_type(action_type.record)
    found = {column.source.name: column for column in printed_columns(action_type)}
    printed = {part for column in found.values() for part in column.parts}
    own = own_columns(record)
    if OUTCOME in record.joined and not printed & set(OUTCOME.parts):
        names = [column.heading for column in own if column.source.name in OUTCOME.parts]
        found[OUTCOME.name] = SheetColumn(" & ".join(names), OUTCOME)
    for column in own:
        if column.source.name != "occasions" or "dates" not in found:
            found.setdefault(column.source.name, column)
    return found


class Vocabulary:
    """The headings by which the columns of a table, or of any of several, are known."""

    def __init__(self, types: Sequence[ActionType]) -> None:
        self.names: set[str] = {ROW_ID_FIELD}
        self.exact: dict[str, str] = {
            plain_key(words): ROW_ID_FIELD for words in in_every_language(ROW_ID)
        }
        for action_type in types:
            self._learn(action_type)
        if not types:
            self.names |= {name for names in FIELDS_BY_KEY.values() for name in names}
        self._known: dict[str, list[Reading]] = {}
        self._similar: dict[str, list[Reading]] = {}

    def _learn(self, action_type: ActionType) -> None:
        offered = fields(action_type)
        self.names |= offered.keys()
        for printed in action_type.columns:
            for words in in_every_language(printed["heading"]):
                self.exact.setdefault(plain_key(words), printed["column"])
        for key in title_keys(action_type):
            self.exact.setdefault(key, TITLE)
        for column in record_type(action_type.record).columns:
            english, *others = in_every_language(column.heading)
            # In other languages a heading may be what people call another column of the table.
            others = [text for text in others if self._word(plain_key(text)) in ("", column.name)]
            for text in (english, column.name, *others):
                for name in self._meant(column.name)[:1]:
                    self.exact.setdefault(plain_key(text), name)

    def _meant(self, field: str) -> list[str]:
        """The field, or those that stand in for it."""
        known = [name for name in INSTEAD.get(field, ()) if name in self.names]
        return [field] if field in self.names and field not in PARTS_OF_DATES else known

    def known(self, heading: str) -> list[Reading]:
        """What a heading means word by word, the likeliest first."""
        found = self._known.get(heading)
        if found is None:
            found = self._known[heading] = list(self._find(heading))
        return found

    def readings(self, heading: str) -> list[Reading]:
        """What a heading means, or what a heading much like it does."""
        found = self.known(heading)
        if found or not heading:
            return found
        if heading not in self._similar:
            self._similar[heading] = list(self._find_similar(heading))
        return self._similar[heading]

    def _find(self, heading: str) -> Iterator[Reading]:
        text = _continued().sub("", heading)
        keys = dict.fromkeys((plain_key(text), heading_key(text), plain_key(_bare(text))))
        exact = next((self.exact[key] for key in keys if key in self.exact), None)
        if exact:
            yield Reading(exact, EXACT, "exact")
        aliases = [reading for key in keys for reading in self._aliases(key)]
        for at, reading in enumerate(aliases):
            if reading.field != exact:
                yield replace(reading, confidence=SECOND) if at or exact else reading
        if not exact and not aliases:
            yield from self._composed(text, whole=True)

    def _aliases(self, key: str) -> Iterator[Reading]:
        for word in FIELDS_BY_KEY.get(key, ()):
            role = word if word in PARTS_OF_DATES else ""
            for field in self._meant(word):
                # A date of its own may be the day of a signature; one that says so goes first.
                sure = SECOND if role and field not in _DATES else ALIAS
                yield Reading(field, sure, "alias", role if field in _DATES else "")

    def _composed(self, text: str, *, whole: bool) -> Iterator[Reading]:
        """What a heading means that says one thing in two languages, or two things at once.

        Not ``whole``, some of its words may be unknown.
        """
        pieces = [key for piece in _BETWEEN.split(text) if (key := plain_key(piece))]
        known = [word for key in pieces if (word := self._word(key))]
        if len(pieces) < 2 or (whole and len(known) < len(pieces)):
            return
        words = frozenset(known)
        field = TOGETHER.get(words) or (known[0] if len(words) == 1 else "")
        sure = COMPOSED if whole else PARTLY
        role = field if field in PARTS_OF_DATES else ""
        for name in self._meant(field)[:1]:
            yield Reading(name, sure, "alias", role if name in _DATES else "")

    def _word(self, key: str) -> str:
        words = [word for word in FIELDS_BY_KEY.get(key, ()) if self._meant(word)]
        return words[0] if words else self.exact.get(key, "")

    def _find_similar(self, heading: str) -> Iterator[Reading]:
        key = heading_key(_bare(heading))
        if len(key) < FEWEST_LETTERS or key in STRANGER_KEYS:
            return
        least = CLOSE_AND_SHORT if len(key) <= SHORT else CLOSE
        found = process.extractOne(
            key, (*self.exact, *_alias_keys()), scorer=fuzz.ratio, score_cutoff=least
        )
        if not found:
            yield from self._composed(_continued().sub("", heading), whole=False)
            return
        sure = round(COMPOSED * found[1] / 100, 2)
        for reading in self.known(found[0]):
            yield replace(reading, confidence=sure, how="similar")


_DATES = ("dates", "occasions")


@cache
def _alias_keys() -> tuple[str, ...]:
    return tuple(key for key in FIELDS_BY_KEY if len(key) >= FEWEST_LETTERS)


def _bare(text: str) -> str:
    return _BRACKETS.sub(" ", text)
