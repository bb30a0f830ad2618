"""Checks of what the words of several rows say about one signature: where and when it was."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Status
from actions.partial import Precision
from agreements.signing import find_state
from partners.names import folded, name_key

from .dates import on_row, said
from .finding import Check, Found, Severity
from .material import Material
from .rows import Row, overlap

_CLAUSE = re.compile(r"[.;,!?]\s+|\n")
_CONCLUDED = re.compile(r"\b(?:conclud\w+|signing ceremony|geschlossen|conclus\w*|zawart\w*)\b")
_AGREED = re.compile(r"\b(?:agree(?:d|ment)s?|memorandum|vereinbar\w*|acuerdo|accord\w*|umow\w*)\b")
_NOT_YET = re.compile(r"\b(?:later|afterwards|soon|no|not|prepar\w+ to|spater|despues|apres|poi)\b")
MOST_ROWS = 50  # of an organisation: with more, its signatures are no longer one story


def tells_of_signing(text: str) -> bool:
    """Whether a text says that something was signed, then and there."""
    plain = folded(text)
    if _NOT_YET.search(plain):
        return False
    state = find_state(text)
    return bool(_CONCLUDED.search(plain)) or (state is not None and state.status == Status.ACHIEVED)


@dataclass(frozen=True)
class _Told:
    """A row, and the places that it names where it tells of a signature."""

    row: Row
    places: frozenset[str]


def places(material: Material) -> Iterator[Found]:
    """One signature with an organisation, which two rows place differently."""
    known = _known_places(material)
    told: dict[int, list[_Told]] = defaultdict(list)
    for row in (row for row in material.rows if row.organisations):
        named = _places_of_signing(row, known)
        for organisation in row.organisations if named else ():
            told[organisation.pk].append(_Told(row, named))
    seen: set[tuple[int, int]] = set()
    for group in told.values():
        for at, one in enumerate(group[:MOST_ROWS]):
            for other in group[at + 1 : MOST_ROWS]:
                if _contradict(one, other) and (one.row.pk, other.row.pk) not in seen:
                    seen.add((one.row.pk, other.row.pk))
                    yield _placed(material, one, other, known)


def _known_places(material: Material) -> dict[str, str]:
    """The places of all occasions, each as it is written, by its key."""
    written = (place for row in material.rows for _when, place in row.occasions if place)
    parts = (part.strip() for place in written for part in re.split(r"[,;/]", place))
    return {name_key(part): part for part in parts if len(name_key(part)) > 3}


def _places_of_signing(row: Row, known: dict[str, str]) -> frozenset[str]:
    if row.is_agreement and not row.is_achieved:
        return frozenset()
    found: set[str] = set()
    for text in (*row.texts, row.dates_note if row.is_agreement else ""):
        for clause in _CLAUSE.split(text):
            plain = folded(clause)
            agreed = row.is_agreement and _AGREED.search(plain) and not _NOT_YET.search(plain)
            if agreed or tells_of_signing(clause):
                found |= _places_in(clause, known)
    return frozenset(found)


def _places_in(clause: str, known: dict[str, str]) -> set[str]:
    words = name_key(clause).split()
    runs = (
        " ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)
    )
    return {run for run in runs if run in known}


def _contradict(one: _Told, other: _Told) -> bool:
    if one.places & other.places or not (one.row.is_agreement or other.row.is_agreement):
        return False
    if one.row.signed and other.row.signed:
        return overlap(one.row.signed, other.row.signed)
    return True


def _placed(material: Material, one: _Told, other: _Told, known: dict[str, str]) -> Found:
    words = _(
        "%(one)s tells of a signature at %(places)s, %(other)s of one at %(others)s, with the same"
        " organisation."
    )
    texts = {
        "one": one.row.label,
        "places": ", ".join(sorted(known[key] for key in one.places)),
        "other": other.row.label,
        "others": ", ".join(sorted(known[key] for key in other.places)),
    }
    found = on_row(material, one.row, words % texts, f"{one.row.pk}-{other.row.pk}")
    who = material.owners(one.row, other.row)
    return Found(found.key, found.sentence, who, found.way, (one.row, other.row))


def days(material: Material) -> Iterator[Found]:
    """Meetings that tell of a signature, on days when no agreement with these was signed."""
    signed: dict[int, list[Row]] = defaultdict(list)
    for row in material.rows:
        if row.is_achieved and row.signed and row.signed_precision == Precision.DAY:
            for organisation in row.organisations:
                signed[organisation.pk].append(row)
    for row in material.rows:
        to_the_day = [when for when in row.dates if when.precision == Precision.DAY]
        if row.is_agreement or not to_the_day or len(to_the_day) < len(row.dates):
            continue
        if not any(tells_of_signing(c) for text in row.texts for c in _CLAUSE.split(text)):
            continue
        agreements = list({a.pk: a for o in row.organisations for a in signed[o.pk]}.values())
        if agreements and not any(a.signed and row.covers(a.signed) for a in agreements):
            yield _dated(material, row, agreements)


def _dated(material: Material, row: Row, agreements: list[Row]) -> Found:
    words = _(
        "%(row)s, dated %(dates)s, tells of a signature; the agreements with the same organisations"
        " were signed on other days: %(agreements)s."
    )
    signed = [f"{a.reference} ({said(a.signed)})" for a in agreements if a.signed]
    dates = ", ".join(map(said, row.dates))
    texts = {"row": row.label, "dates": dates, "agreements": ", ".join(signed)}
    found = on_row(material, row, words % texts)
    who = material.owners(row, *agreements)
    return Found(found.key, found.sentence, who, found.way, (row, *agreements))


_CLOSING = gettext_lazy("Correct the words or the dates, or say why all of them are right.")
CHECKS = (
    Check(
        "signing-place",
        Severity.LOOK,
        gettext_lazy("One signature at two places"),
        _CLOSING,
        places,
    ),
    Check("signing-day", Severity.LOOK, gettext_lazy("A signature on another day"), _CLOSING, days),
)
