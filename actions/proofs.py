"""Knows the kind of a proof from the words that people write of it, in six languages."""

from __future__ import annotations

import re
from functools import cache

from partners.catalogue import in_every_language
from partners.names import name_key

from .models import EvidenceKind
from .vocabulary import EVIDENCE_NAMES, UNSIGNED

# A kind before the title of a proof, in the cell of a spreadsheet: “[Agenda] First day”.
_NAMED_KIND = re.compile(r"\[([^\[\]]+)\]\s+(\S.*)")


@cache
def _kinds_named() -> dict[str, EvidenceKind]:
    """The kinds by what people call them, and by what the application does in any language."""
    named = {
        name_key(word): kind for kind in EvidenceKind for word in in_every_language(kind.label)
    }
    said = {name: EvidenceKind(kind) for kind, names in EVIDENCE_NAMES.items() for name in names}
    return named | said


@cache
def _names_of(kind: str) -> re.Pattern[str]:
    names = sorted(EVIDENCE_NAMES[kind], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def guessed_kind(title: str) -> EvidenceKind:
    """What a proof is by its title; of several kinds that this names, the first.

    But a list of people is one wherever the title says so: it is to be kept from others.
    """
    key = name_key(title)
    if _names_of(EvidenceKind.ATTENDANCE).search(key):
        return EvidenceKind.ATTENDANCE
    kinds = (EvidenceKind.AGREEMENT, EvidenceKind.AGENDA, EvidenceKind.PICTURE)
    found = [(match.start(), kind) for kind in kinds if (match := _names_of(kind).search(key))]
    kind = min(found, default=(0, EvidenceKind.OTHER))[1]
    unsigned = kind == EvidenceKind.AGREEMENT and not UNSIGNED.isdisjoint(key.split())
    return EvidenceKind.OTHER if unsigned else kind


def kind_and_title(words: str) -> tuple[EvidenceKind, str]:
    """What a cell says of a proof: its kind, named in brackets or guessed, and its title."""
    named = _NAMED_KIND.fullmatch(words)
    kind = _kinds_named().get(name_key(named[1])) if named else None
    return (kind, named[2]) if named and kind else (guessed_kind(words), words)


def english(kind: str) -> str:
    """The name of a kind as it is stored."""
    return in_every_language(EvidenceKind(kind).label)[0]


def with_kind(kind: str, title: str, words: str) -> str:
    """A title as a cell says it: with the kind in ``words`` where it would be read as another."""
    return title if kind_and_title(title) == (kind, title) else f"[{words}] {title}"
