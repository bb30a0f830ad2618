"""Looks for the same thing logged twice: under two indicators, by two partners, in two tables.

Rows are compared only where they share a day or a month and a word, a place or an organisation,
so that the work grows with the rows and not with their pairs. Events are compared with events,
agreements with agreements, and other rows within their table: an organisation that was contacted
in one table and signed in another is not there twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from actions.partial import PartialDate, Precision
from kpis.models import Indicator
from partners.names import name_key

from .dates import said
from .finding import Check, Found, Link, Severity
from .material import Material
from .rows import Row, overlap

MOST_ALIKE = 30  # rows of one day that share a word: with more, the word tells nothing
SIMILAR_TITLES = 80
SIMILAR_TEXTS = 88
SHORTEST_TEXT = 60  # characters of a text that two rows do not share by chance
_NUMBER = re.compile(r"\d+\w*")
# Words that say what kind of thing a row is, and not which.
_COMMON_WORDS = (
    "the and for with of in at on to a an der die das und mit de la le el et y e i di do w z "
    "meeting meetings workshop workshops event events online annual general assembly "
    "international national regional european europe conference session networking mission visit "
    "b2b project presentation members smes sme cluster clusters fair world"
)
_COMMON = frozenset(_COMMON_WORDS.split())
Pair = tuple[Row, Row]


def events(material: Material) -> Iterator[Found]:
    rows = [row for row in material.rows if row.is_event and row.is_single]
    buckets: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for when in {part for date in row.dates for part in _parts(date)}:
            for sign in _signs(row):
                buckets[when, sign].append(row)
    for one, other in _pairs(buckets.values()):
        reasons = _reasons(one, other)
        if reasons:
            yield _found(material, one, other, reasons)
    yield from _same_texts(material, rows)


def _parts(date: PartialDate) -> list[str]:
    """The days, or the months, under which a date is looked up: those of a short run at most."""
    if date.precision != Precision.DAY:
        return [f"{date.start:%Y-%m}"]
    days = min((date.end - date.start).days, 60) + 1
    return [f"{date.start.fromordinal(date.start.toordinal() + n)}" for n in range(days)]


def _signs(row: Row) -> set[str]:
    organisations = {f"#{pk}" for pk in row.named}
    places = {f"@{name_key(place)}" for _when, place in row.occasions if place}
    return organisations | places | _telling(row.title)


def _telling(title: str) -> set[str]:
    """The words of a title that say which thing it is."""
    return {
        word
        for word in name_key(title).split()
        if word not in _COMMON and not _NUMBER.fullmatch(word) and len(word) > 1
    }


def _pairs(buckets: Iterable[list[Row]]) -> Iterator[Pair]:
    """The pairs of rows that stand in one bucket, each once."""
    seen: set[tuple[int, int]] = set()
    for bucket in buckets:
        if len(bucket) > MOST_ALIKE:
            continue
        for one, other in combinations(bucket, 2):
            pair = (min(one.pk, other.pk), max(one.pk, other.pk))
            if one.pk != other.pk and pair not in seen:
                seen.add(pair)
                yield (one, other) if one.pk == pair[0] else (other, one)


def _reasons(one: Row, other: Row) -> list[str]:
    """Why two events may be one, beginning with their dates; nothing where they may not."""
    together = _dates_in_common(one, other)
    if not together:
        return []
    strong: list[str] = []
    weak: list[str] = []
    if _titles_alike(one, other):
        strong.append(_("the titles are alike"))
    if _texts_alike(one, other):
        strong.append(_("the words are nearly the same"))
    place = _place_in_common(one, other)
    if place:
        runs = any(date.start != date.end for date in together)
        (strong if runs and _same_runs(one, other) else weak).append(
            _("both at %(place)s") % {"place": place}
        )
    shared = [o.name for o in one.organisations if o.pk in other.named]
    if shared:
        names = _("both name %(names)s") % {"names": ", ".join(shared)}
        (strong if len(shared) > 1 else weak).append(names)
    if one.mission_id is not None and one.mission_id == other.mission_id:
        weak.append(_("both belong to the mission %(name)s") % {"name": one.mission_name})
    if not strong and len(weak) < 2:
        return []
    days = ", ".join(dict.fromkeys(map(said, together)))
    return [_("both are dated %(days)s") % {"days": days}, *strong, *weak]


def _dates_in_common(one: Row, other: Row) -> list[PartialDate]:
    """The dates of the first row that meet one of the other, where both are equally precise."""
    return [
        a
        for a in one.dates
        if any(a.precision == b.precision and overlap(a, b) for b in other.dates)
    ]


def _same_runs(one: Row, other: Row) -> bool:
    runs = {date for date in one.dates if date.start != date.end}
    return bool(runs & set(other.dates))


def _titles_alike(one: Row, other: Row) -> bool:
    if one.title_key == other.title_key:
        return True
    a, b = _telling(one.title), _telling(other.title)
    if not a & b:
        return False
    return fuzz.token_set_ratio(" ".join(sorted(a)), " ".join(sorted(b))) >= SIMILAR_TITLES


def _texts_alike(one: Row, other: Row) -> bool:
    return any(
        min(len(a), len(b)) >= SHORTEST_TEXT
        and fuzz.token_sort_ratio(a, b, score_cutoff=SIMILAR_TEXTS) > 0
        for a, b in zip(one.texts, other.texts, strict=True)
    )


def _place_in_common(one: Row, other: Row) -> str:
    places = {name_key(place): place for _when, place in one.occasions if place}
    others = {name_key(place) for _when, place in other.occasions if place}
    return next((place for key, place in places.items() if key in others), "")


def _same_texts(material: Material, rows: list[Row]) -> Iterator[Found]:
    """Rows of other days that are described in the very same words."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if len(row.description) >= SHORTEST_TEXT and row.results:
            groups[name_key(row.description) + name_key(row.results)].append(row)
    for one, other in _pairs(groups.values()):
        if not _dates_in_common(one, other):
            reasons = [_("description and results are the same, word by word")]
            yield _found(material, one, other, reasons)


def agreements(material: Material) -> Iterator[Found]:
    """Two rows with the same organisations, in one table or with one date of signature."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in material.rows:
        if row.is_agreement and row.is_single:
            for pk in row.named:
                groups[pk].append(row)
    for one, other in _pairs(groups.values()):
        if not (one.named <= other.named or other.named <= one.named):
            continue
        shared = [o.name for o in one.organisations if o.pk in other.named]
        names = _("both are with %(names)s") % {"names": ", ".join(shared)}
        if one.signed and other.signed and overlap(one.signed, other.signed):
            both = (one.signed, other.signed)
            when = min(both, key=lambda date: (date.end - date.start, date.start))
            dated = _("both are signed on %(date)s") % {"date": said(when)}
            yield _found(material, one, other, [names, dated])
        elif one.type.pk == other.type.pk and not (one.signed and other.signed):
            yield _found(material, one, other, [names, _("both stand in one table")])


def contacts(material: Material) -> Iterator[Found]:
    """Two rows of one table that name exactly the same organisations."""
    groups: dict[tuple[int, frozenset[int]], list[Row]] = defaultdict(list)
    for row in material.rows:
        if row.type.record == "action" and row.is_single and row.named:
            groups[row.type.pk, frozenset(row.named)].append(row)
    for one, other in _pairs(groups.values()):
        names = ", ".join(organisation.name for organisation in one.organisations)
        reasons = [_("both name %(names)s") % {"names": names}, _("both stand in one table")]
        yield _found(material, one, other, reasons)


def _found(material: Material, one: Row, other: Row, reasons: list[str]) -> Found:
    words = _("%(one)s, %(table)s, by %(partners)s")
    sides = [
        words % {"one": r.label, "table": r.type.table_name, "partners": _codes(r)}
        for r in (one, other)
    ]
    sentence = _("%(first)s, and %(second)s, may be one: %(reasons)s. %(effect)s") % {
        "first": sides[0],
        "second": sides[1],
        "reasons": "; ".join(reasons),
        "effect": _effect(material, one, other),
    }
    key = f"{one.pk}-{other.pk}"
    way = Link(_("Confirm or dismiss"), "")  # to the finding's own page
    return Found(key, sentence, material.leader, way, (one, other), pair=(one, other))


def _codes(row: Row) -> str:
    return ", ".join(partner.code for partner in row.partners)


def _effect(material: Material, one: Row, other: Row) -> str:
    """What confirming does to which figures."""
    mine, others = _figures(material, one), _figures(material, other)
    if mine == others:
        return _("Confirmed, they count once in %(figure)s.") % {"figure": mine}
    return _(
        "They count in different figures, %(mine)s and %(others)s. Confirmed, they count once in"
        " each: where one of them should not count at all, leave it out by hand."
    ) % {"mine": mine, "others": others}


def _figures(material: Material, row: Row) -> str:
    counting: list[Indicator] = [
        i for i in material.indicators if row.type.pk in material.terms[i.pk].types
    ]
    return ", ".join(_("KPI %(number)d") % {"number": i.number} for i in counting) or _("no figure")


_CLOSING = gettext_lazy(
    "Confirm which of the two stays, so that a figure that counts it leaves out the other; or"
    " dismiss it with a reason, once."
)
CHECKS = (
    Check("same-event", Severity.LOOK, gettext_lazy("Likely the same event"), _CLOSING, events),
    Check(
        "same-agreement",
        Severity.LOOK,
        gettext_lazy("Likely the same agreement"),
        _CLOSING,
        agreements,
    ),
    Check(
        "same-contact", Severity.LOOK, gettext_lazy("Likely the same contact"), _CLOSING, contacts
    ),
)
