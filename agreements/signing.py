"""The words for the state of a signature, in six languages, and how one is found in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.models import Status
from partners.catalogue import ENGLISH, language_now
from partners.names import folded

_SIGNED = (
    r"(?:signed(?! (?:up|off|out)\b)|unterzeichnet(?:e|er|es)?|unterschrieben|firmad[oa]s?|"
    r"signee?s?|firmat[oaie]|podpisan[eayoi])"
)
_BETWEEN = (
    r"(?:yet|been|still|be|so|far|agreement|agreements|contract|noch|wurde|worden|aun|todavia|"
    r"sido|esta|ha|ete|encore|ancora|stato|stata|zostal|zostala|zostalo|zostaly|jeszcze)"
)
_NOT = r"(?:not|never|no|non|pas|nicht|nie|sin|isn't|wasn't|hasn't)"
# Patterns for folded text: at one place in a text the first that fits decides.
_STRONG: dict[str, str] = {
    Status.DROPPED: (
        r"not pursued|no longer pursued|(?:will|shall) (?:not|never) be signed|"
        r"nicht weiterverfolgt|sin continuidad|no continuad[oa]|non poursuivie?|"
        r"non proseguit[oa]|nie ?kontynuowan[eya]"
    ),
    Status.PLANNED: (
        rf"(?:not yet|noch nicht|{_NOT})(?: {_BETWEEN}){{0,3}} {_SIGNED}|unsigned|sin firmar|"
        r"niepodpisan[eayoi]|nicht unterzeichnet|no se ha firmado"
    ),
    Status.UNDER_WAY: (
        rf"(?:to|will|shall|should|must|can|being)(?: soon)?(?: be)? {_SIGNED}|to sign|"
        r"being signed|zu unterzeichnen|zu unterschreiben|por firmar|a firmar|para firmar|"
        r"se firmara|pendiente de firma|a signer|sera signee?|en cours de signature|da firmare|"
        r"sara firmat[oa]|in corso di firma|do podpisania|"
        r"(?:zostanie|bedzie|zostana|beda) podpisan[eayoi]"
    ),
    Status.ACHIEVED: _SIGNED,
}
_LATER = r"(?:wird|werden|soll|sollen)(?: [^\s]{1,30}){0,4} (?:unterzeichnet|unterschrieben)"
# Words about talks decide only where a text says nothing about signing.
_WEAK: dict[str, str] = {
    Status.UNDER_WAY: (
        "(?:under|in) negotiations?|negotiating|pending|in verhandlung(?:en)?|en negociacion|"
        "en negociations?|in trattativa|w negocjacjach|w trakcie negocjacji|under conversation"
    ),
    Status.DROPPED: "nicht (?:weiter )?verfolgt|abandoned|abandonado|abandonne|abbandonato",
}
# As a cell says the state of an agreement: as the report prints it, and so in other languages.
# Each is one of the words above, so that it is read back.
PRINTED: dict[str, dict[str, str]] = {
    language: dict(
        zip(
            (Status.UNDER_WAY, Status.PLANNED, Status.DROPPED, Status.ACHIEVED), words, strict=True
        )
    )
    for language, words in {
        ENGLISH: ("TO BE SIGNED", "NOT SIGNED", "NOT PURSUED", "SIGNED"),
        "de": (
            "ZU UNTERZEICHNEN", "NICHT UNTERZEICHNET", "NICHT WEITERVERFOLGT", "UNTERZEICHNET",
        ),
        "es": ("POR FIRMAR", "NO FIRMADO", "SIN CONTINUIDAD", "FIRMADO"),
        "fr": ("À SIGNER", "NON SIGNÉ", "NON POURSUIVI", "SIGNÉ"),
        "it": ("DA FIRMARE", "NON FIRMATO", "NON PROSEGUITO", "FIRMATO"),
        "pl": ("DO PODPISANIA", "NIEPODPISANE", "NIEKONTYNUOWANE", "PODPISANE"),
    }.items()
}  # fmt: skip
# Without its accent or capitals the first is a noun of French, the second one of English.
_NEED_ACCENT = frozenset({"signe", "signes", "a signer"})


def _compiled(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?P<{status}>\b(?:{p})\b)" for status, p in words.items()))


_FIND_STRONG = re.compile(rf"(?P<later>\b{_LATER}\b)|" + _compiled(_STRONG).pattern)
_FIND_WEAK = _compiled(_WEAK)
_CAUTIOUS = [Status.DROPPED, Status.PLANNED, Status.UNDER_WAY, Status.ACHIEVED]


def printed(status: str) -> str:
    """A state as cells say it in the reader's language."""
    return PRINTED[language_now()][status]


@dataclass(frozen=True)
class State:
    """A state that a text says, and the words that say nothing besides, which may be left out."""

    status: str
    start: int
    end: int
    is_plain: bool = True


def find_state(text: str) -> State | None:
    """The state of a signature in a text: as the report prints it, or as people say it.

    Words in capitals come first; of several others the one that claims less.
    """
    states = [
        _state(match) for match in _FIND_STRONG.finditer(folded(text)) if _is_said(match, text)
    ]
    printed = [s for s in states if text[s.start : s.end].isupper()]
    if printed:
        return printed[0]
    if states:
        return min(states, key=lambda s: (_CAUTIOUS.index(Status(s.status)), s.start))
    weak = _FIND_WEAK.search(folded(text))
    return State(str(weak.lastgroup), weak.start(), weak.end(), is_plain=False) if weak else None


def _state(match: re.Match[str]) -> State:
    kind = str(match.lastgroup)
    if kind == "later":
        return State(Status.UNDER_WAY, match.start(), match.end(), is_plain=False)
    return State(kind, match.start(), match.end())


def _is_said(match: re.Match[str], text: str) -> bool:
    """Whether the words are what they seem to be without their accents."""
    words = text[match.start() : match.end()]
    return match.group() not in _NEED_ACCENT or words.isupper() or words.lower() != match.group()
