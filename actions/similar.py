"""Finds names that resemble a name: misspelt partners, and organisations known by another form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from partners.names import core_key, name_key

SHORT = 3  # letters of a key in which one letter makes another name
SIMILAR_ENOUGH = 86.0
LETTERS_FOR_ONE_MISTAKE = 5
SHORTEST_TO_COMPARE = 4
_WORDS_WITHOUT_INITIAL = frozenset(
    ["and", "of", "the", "for", "de", "der", "die", "das", "und", "la", "le", "et", "y", "e", "i"]
)


def closest(key: str, known: Iterable[str], *, wider: bool = False) -> list[str]:
    """The known keys that a misspelt key may mean, all of them equally close to it.

    A short one allows for two letters exchanged or one too many, a longer one for a mistake in
    every five letters. ``wider`` is for a question: one mistake more is allowed for.
    """
    distances: dict[str, int] = {}
    for other in known:
        most = _most_mistakes(other) + wider
        distance = OSA.distance(key, other, score_cutoff=most)
        if distance <= most and (wider or _short_words_agree(key, other)):
            distances[other] = distance
    least = min(distances.values(), default=0)
    near = [other for other, distance in distances.items() if distance == least]
    return near if not wider or least * 2 <= len(key) else []


def _most_mistakes(key: str) -> int:
    return max(1, len(key) // LETTERS_FOR_ONE_MISTAKE)


def _short_words_agree(typed: str, meant: str) -> bool:
    """Whether no short word is another one: “cluster mac” is not a slip for “cluster mav”."""
    pairs = list(zip(typed.split(), meant.split(), strict=False))
    if len(typed.split()) != len(meant.split()):
        return len(meant) > SHORT
    return all(a == b or len(b) > SHORT or _is_slip(a, b) for a, b in pairs)


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two letters changed places, or one letter too many was typed."""
    if len(typed) == len(meant):
        return sorted(typed) == sorted(meant)
    return len(typed) == len(meant) + 1


def initials(name: str) -> str:
    """The first letters of the words of a name, as a key: of three words or more."""
    words = [word for word in name_key(name).split() if word not in _WORDS_WITHOUT_INITIAL]
    return "".join(word[0] for word in words) if len(words) > 2 else ""


class SimilarNames:
    """Known names, and for each new one those that it resembles, looked for once."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names: list[str] = []
        self._keys: list[str] = []
        self._found: dict[str, list[str]] = {}
        for key, name in names.items():
            self.add(key, name)

    def add(self, key: str, name: str) -> None:
        self._names.append(name)
        self._keys.append(core_key(key))

    def names_like(self, name: str, most: int = 3) -> list[str]:
        """The known names closest to a name, without that name itself."""
        key = core_key(name)
        if key not in self._found:
            self._found[key] = self._look_for(key)
        return [other for other in self._found[key] if name_key(other) != name_key(name)][:most]

    def _look_for(self, key: str) -> list[str]:
        if len(re.sub(r"\s", "", key)) < SHORTEST_TO_COMPARE:
            return []
        near = process.extract(
            key, self._keys, scorer=fuzz.ratio, limit=10, score_cutoff=SIMILAR_ENOUGH
        )
        return list(dict.fromkeys(self._names[index] for _key, _score, index in near))
