"""What can be wrong with a translation, said of one catalogue: for the tests of languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polib

from elca_tracker.messages import Key, key_of, plural_forms

# A conversion of Python's %: the sign, and all that would be taken for a part of it.
CONVERSION = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z%]")
BRACES = re.compile(r"\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def places(text: str, *, is_format: bool) -> list[str]:
    """What is filled into a text, and the tags in it, in no order."""
    found = BRACES.findall(text) + TAG.findall(text)
    return sorted(found + (CONVERSION.findall(text) if is_format else []))


def edges(text: str) -> tuple[str, str]:
    """The white space before and behind a text, which holds pieces of a page apart."""
    bare = text.strip()
    start = text.find(bare) if bare else len(text)
    return text[:start], text[start + len(bare) :]


def forms_of(entry: polib.POEntry) -> Iterator[tuple[str, list[str]]]:
    """Each translation of a text, with the texts of which it must have the same places."""
    if not entry.msgid_plural:
        yield entry.msgstr, [entry.msgid]
    for form, words in entry.msgstr_plural.items():
        # One thing may be said without its number, several may not.
        yield words, [entry.msgid_plural] + ([entry.msgid] if form == 0 else [])


def missing(catalogue: polib.POFile) -> list[Key]:
    """What is not translated, or not in every form that a number takes in the language."""
    forms = plural_forms(catalogue)
    return [
        key_of(entry)
        for entry in catalogue
        if entry.obsolete
        or entry.fuzzy
        or not (
            len(entry.msgstr_plural) == forms and all(entry.msgstr_plural.values())
            if entry.msgid_plural
            else entry.msgstr
        )
    ]


def wrong(catalogue: polib.POFile) -> list[tuple[str, str]]:
    """Translations that leave out what is filled in, or a tag, or the space at an edge."""
    found = []
    for entry in catalogue:
        is_format = "python-format" in entry.flags
        for words, originals in forms_of(entry):
            fits = [places(text, is_format=is_format) for text in originals]
            if words and (
                places(words, is_format=is_format) not in fits
                or edges(words) not in map(edges, originals)
            ):
                found.append((originals[0], words))
    return found
