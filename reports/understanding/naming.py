"""Says which table of the report a title, a caption or the name of a sheet means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from actions.models import ActionType
from partners.catalogue import in_every_language, translations
from reports.layout import (
    DEADLINES,
    HELP_SHEET,
    INDICATORS,
    LISTS_SHEET,
    OWN_SHEETS,
    PLAN,
)

from .headings import heading_key, plain_key, title_keys, without_number
from .vocabulary import TABLE_WORDS

CERTAIN, FIRM, DOUBTFUL, UNSURE = 1.0, 0.9, 0.6, 0.5
NEAR, PERHAPS, MARGIN = 90, 80, 6  # of 100
LONGEST_TITLE = 250
FEWEST_LETTERS_OF_A_NAME = 7  # of a single word that stands for a whole title
CUT_NAME = 20  # from this length on a name of a sheet may have been cut by Excel
_CAPTION = re.compile(
    rf"^\s*(?:{TABLE_WORDS})\b[\s.:]*(?:no?\.|nr\.?|n°)?\s*(\d{{1,3}})\b[\s.:)\-–—]*(.*)$",
    re.I | re.S,
)
# “Tabelle3” is what Excel calls a third sheet in German, whatever it holds.
_SHEET_NUMBER = re.compile(rf"^\s*(?!tabelle\d)(?:{TABLE_WORDS}|t)[\s._-]*(\d{{1,3}})\b", re.I)
OTHER_NUMBERS = (INDICATORS, DEADLINES)
_OTHER_SHEET = re.compile(rf"\s*(?:{TABLE_WORDS})\s*(\d{{1,3}})(.*)$", re.I)
# The first headings of the report's sheets, and of its CSV files, that hold no actions.
_OTHER_HEADINGS = (
    ("#", "Title", "Description", "Total"),
    ("Deadline", "Activity", "Status"),
    ("Mission", "Activity"),
    ("Code", "Partner", "Country", "Role"),
    ("Indicator", "Row id", "Table", "Title"),
    ("Indicator", "Short of its target"),
    ("number", "title", "description", "target"),
    ("number", "partner", "target", "achieved"),
    ("number", "title", "target", "achieved", "missing"),
    ("file", "column", "type", "meaning"),
)


@dataclass(frozen=True)
class Named:
    """A table of the report that something names; ``type`` is None for one without actions."""

    type: ActionType | None
    confidence: float


class Namer:
    """Knows the tables of a project by their titles and numbers."""

    def __init__(self, types: Sequence[ActionType]) -> None:
        self.types = types
        self.by_number = {action_type.table_number: action_type for action_type in types}
        self.keys: dict[str, ActionType] = {}
        for action_type in types:
            for key in title_keys(action_type):
                self.keys.setdefault(key, action_type)
        self._near: dict[str, Named | None] = {}

    def by_title(self, text: str) -> Named | None:
        """The table that a title is, or is much like, with a clear margin over any other."""
        key = heading_key(text[:LONGEST_TITLE])
        if key in self.keys:
            return Named(self.keys[key], CERTAIN)
        if key not in self._near:
            self._near[key] = self._nearest(key)
        return self._near[key]

    def _nearest(self, key: str) -> Named | None:
        scores: dict[int, float] = defaultdict(float)
        for known, action_type in self.keys.items():
            score = fuzz.ratio(key, known, score_cutoff=PERHAPS - MARGIN)
            number = action_type.table_number
            scores[number] = max(scores[number], score)
        best, second = [*sorted(scores.items(), key=lambda pair: -pair[1]), (0, 0.0), (0, 0.0)][:2]
        if best[1] < PERHAPS or best[1] - second[1] < MARGIN:
            return None
        if best[1] < NEAR and len(self._with_words(key)) > 1:
            return None
        sure = best[1] / 100 * FIRM if best[1] >= NEAR else UNSURE
        return Named(self.by_number[best[0]], round(sure, 2))

    def by_words(self, text: str) -> Named | None:
        """The only table in whose titles all words of a short name stand."""
        stems = _stems(plain_key(text))
        if not stems or (len(stems) == 1 and len(max(stems)) < FEWEST_LETTERS_OF_A_NAME):
            return None
        found = self._with_words(plain_key(text))
        return Named(self.by_number[found.pop()], UNSURE) if len(found) == 1 else None

    def _with_words(self, key: str) -> set[int]:
        """The numbers of the tables in whose titles all of some words stand."""
        stems = _stems(key)
        return {t.table_number for known, t in self.keys.items() if stems <= _stems(known)}

    def by_caption(self, text: str) -> Named | None:
        """The table that a line says it is: “Table 7. National workshops with SMEs”, or less."""
        caption = _CAPTION.match(text[:LONGEST_TITLE])
        if caption is None:
            return self.by_title(text)
        titled = self.by_title(caption[2])
        if titled and titled.confidence >= NEAR / 100 * FIRM:
            return titled
        numbered = self._by_number(int(caption[1]))
        if numbered and numbered.type and not self._is_about(caption[2], numbered.type):
            return Named(numbered.type, DOUBTFUL)
        return numbered

    def _is_about(self, text: str, action_type: ActionType) -> bool:
        """Whether a caption shares a word with the titles of a table, or says nothing at all.

        Documents of other people count their tables otherwise.
        """
        said = _stems(plain_key(text))
        titles = [_stems(key) for key, kind in self.keys.items() if kind == action_type]
        return not said or any(said & title for title in titles)

    def by_sheet_name(self, name: str) -> Named | None:
        titled = self.by_title(name)
        if titled:
            return titled
        key = plain_key(name)
        for action_type in self.types:
            if key == plain_key(action_type.slug):
                return Named(action_type, CERTAIN)
        number = _SHEET_NUMBER.match(name)
        if number:
            return self._by_number(int(number[1]))
        cut = {t.table_number for k, t in self.keys.items() if k.startswith(key)}
        if len(key) >= CUT_NAME and len(cut) == 1:
            return Named(self.by_number[cut.pop()], FIRM)
        return self.by_words(without_number(name))

    def _by_number(self, number: int) -> Named | None:
        if number in self.by_number:
            return Named(self.by_number[number], FIRM)
        return Named(None, FIRM) if number in OTHER_NUMBERS else None

    def is_other_sheet(self, name: str) -> bool:
        """Whether a name is that of the report's own tables without actions."""
        sheet = _OTHER_SHEET.match(name)
        if sheet is None or int(sheet[1]) not in OTHER_NUMBERS:
            return False
        rest = plain_key(sheet[2])
        return rest in _planned() or (not rest and int(sheet[1]) not in self.by_number)


def is_help(name: str) -> bool:
    """Whether a name is that of a sheet which comes with an empty workbook."""
    return plain_key(name) in _keys_of((HELP_SHEET, LISTS_SHEET))


def is_own_sheet(name: str) -> bool:
    """Whether a name is that of a sheet which only an exported report has."""
    return plain_key(name) in _keys_of(OWN_SHEETS)


@cache
def _keys_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_key(words) for name in names for words in in_every_language(name))


def _planned() -> frozenset[str]:
    return frozenset(plain_key(words) for words in in_every_language(PLAN))


def is_caption(text: str) -> bool:
    return _CAPTION.match(text[:LONGEST_TITLE]) is not None


def are_of_other_table(headings: Sequence[str]) -> bool:
    """Whether headings are those of the report's indicators or of its planning."""
    keys = tuple(plain_key(heading) for heading in headings)
    return any(keys[: len(other)] == other for other in _other_headings())


@cache
def _other_headings() -> frozenset[tuple[str, ...]]:
    """The headings of these sheets in every language."""
    return frozenset(
        tuple(map(plain_key, in_one_language))
        for headings in _OTHER_HEADINGS
        for in_one_language in zip(*map(translations, headings), strict=True)
    )


def _stems(key: str) -> set[str]:
    return {word.rstrip("s") for word in key.split() if len(word) > 2 and not word.isdigit()}
