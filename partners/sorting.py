"""Sorts names as their reader looks them up: without regard to case, in the order of the language.

In Polish, *Łódź* stands behind *Lwów*, since *ł* is a letter of its own; elsewhere it is an *l*
with a mark. ``reading_key`` says so to Python, ``Alphabetical`` the same to the databases, so that
a list is in one order wherever it is sorted, and whatever collation a database was made with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import get_language

from .names import folded

# Letters of their own, and the letter behind which each stands.
OWN_LETTERS: dict[str, dict[str, str]] = {
    "es": {"ñ": "n"},
    "pl": {
        "ą": "a",
        "ć": "c",
        "ę": "e",
        "ł": "l",
        "ń": "n",
        "ó": "o",
        "ś": "s",
        "ź": "z",
        "ż": "z",
    },
}
# What stands behind all other letters, once and twice: behind z come ź and ż.
BEHIND, LAST = "\ufffd", "\ufffd\ufffd"
JOINED = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "đ": "d", "Đ": "d"}
MARKED = {
    letter: folded(letter)
    for letter in map(chr, (*range(0xC0, 0x180), *range(0x1E00, 0x1F00)))
    if folded(letter) != letter.lower()
}
FUNCTION = "elca_reading_key"
_PLAIN = str.maketrans(MARKED)


def spoken() -> str:
    """The language of the reader, without its country."""
    return (get_language() or "").partition("-")[0]


def _written_out(language: str) -> dict[str, str]:
    """The letters that become several, so that they stand where the language has them."""
    letters = OWN_LETTERS.get(language, {})
    own = {a: b + (LAST if a == "ż" else BEHIND) for a, b in letters.items()}
    return own | {a.upper(): key for a, key in own.items()} | JOINED


_WRITTEN_OUT = {language: _written_out(language) for language in OWN_LETTERS}


def reading_key(text: str, language: str | None = None) -> str:
    """By what to sort a text for people who read a language, by default the one spoken now."""
    if language is None:
        language = spoken()
    for letter, several in _WRITTEN_OUT.get(language, JOINED).items():
        text = text.replace(letter, several)
    return text.translate(_PLAIN).lower()


def in_order(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices by their labels, which may be translations."""
    return sorted(choices, key=lambda choice: reading_key(str(choice[1])))


class Alphabetical(Func):
    """The reading key of a column, for ``order_by``, in the language in which the query runs."""

    arity = 1
    output_field = TextField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{FUNCTION}({sql}, %s)", [*params, spoken()]

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.source_expressions[0])
        values = [*params]
        for letter, several in _WRITTEN_OUT.get(spoken(), JOINED).items():
            sql = f"REPLACE({sql}, %s, %s)"
            values += [letter, several]
        marked, plain = "".join(MARKED), "".join(MARKED.values())
        return f'LOWER(TRANSLATE({sql}, %s, %s)) COLLATE "C"', [*values, marked, plain]


def give_reading_keys(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Let a new connection to SQLite sort as Python does."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 2, _key_of, deterministic=True)


def _key_of(text: str | None, language: str) -> str | None:
    return None if text is None else reading_key(text, language)
