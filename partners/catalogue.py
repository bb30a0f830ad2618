"""The words of the interface in every language at once: what a reader of files has to know.

A file may come back in another language than that of its reader. The words are collected from the
translations when they are first asked for, once in a process.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from .words import Words

ENGLISH = settings.LANGUAGE_CODE
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def spoken(text: str) -> str:
    """A stored text in the reader's language, where it is one that is translated."""
    return gettext(text) if text else ""


def english(words: Words) -> str:
    """Words as they are stored and compared: in the one language that does not hang on a reader."""
    with override(ENGLISH):
        return str(words)


def in_every_language(words: Words) -> tuple[str, ...]:
    """The words in all languages, English first, each spelling once."""
    text = english(words)
    return tuple(dict.fromkeys(translations(text))) if text else ()


@lru_cache(maxsize=10_000)
def translations(text: str) -> tuple[str, ...]:
    """A text in each of ``LANGUAGES``, in their order."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(spoken(text))
    return tuple(found)


def language_now() -> str:
    """The language that is spoken; English where none is, or one that is not offered."""
    return offered(get_language() or "") or ENGLISH


def offered(code: str) -> str:
    """The language that a code names, whatever its region: en is en-gb; blank if it is none."""
    found = {language.partition("-")[0]: language for language in LANGUAGES}
    return found.get(code.partition("-")[0], "")
