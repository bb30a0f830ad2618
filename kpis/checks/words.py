"""Checks of words against dates: a text or a title that says another day than its own action."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actions.dates import DateError
from actions.finding import find_dates
from actions.partial import PartialDate, Precision
from partners.names import folded, name_key

from .dates import on_row, said
from .finding import Check, Found, Severity
from .material import Material
from .rows import Row, overlap
from .signing import tells_of_signing

LONG = timedelta(days=45)  # what is dated more vaguely is no event of a day within it
AROUND = timedelta(days=366)  # before and after the project: what lies further off is background
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])|\n")
_AHEAD = re.compile(
    r"\b(?:will|shall|planned|plans?|intends?|intended|scheduled|next|follow(?:s|ing)?|upcoming|"
    r"expected|future|geplant|wird|werden|previst[oa]s?|prevu[es]*|planowan\w*)\b"
)
_BACKGROUND = re.compile(
    r"\b(?:founded|established|created|launched|since|born|gegrundet|seit|fundad[oa]|desde|"
    r"fonde|depuis|fondat[oa]|dal|zalozon\w*|od)\b"
)
_MET = re.compile(
    r"\b(?:met|meets?|meetings?|held|took place|taken place|workshops?|assembl(?:y|ies)|"
    r"conferences?|fairs?|visit(?:s|ed)?|treffen|reunion|riunione|spotkani\w*)\b"
)
_IN_YEAR = re.compile(r"\b(?:in|of|during|im|en|nel|w)\s+$")
_EVENT = re.compile(
    r"\b(?:matchmaking|workshops?|conferences?|events?|seminars?|webinars?|veranstaltung|"
    r"konferenz|evento|conferencia|evenement|conferenza|konferencj\w*|warsztat\w*)\b"
)
_JOURNEY = r"(?:mission|trip|visit|journey|travel|reise|viaje|voyage|viaggio|misj)"
# What kept the year of its name when it was held a year later.
_NAMED_BY_YEAR = re.compile(r"\b(?:expo|euro|tokyo|olympi\w*)\b")
_DIGIT = re.compile(r"[0-9]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_POSTPONED = {2020}


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def other_day(material: Material) -> Iterator[Found]:
    """Days and months in a text that are none of the dates of the row."""
    for row in material.rows:
        for sentence in [s for text in row.texts if _DIGIT.search(text) for s in sentences(text)]:
            yield from _other_days(material, row, sentence)


def _other_days(material: Material, row: Row, sentence: str) -> Iterator[Found]:
    try:
        dates = _dates_in(material, row, sentence)
    except DateError as error:
        words = _("In the words of %(row)s a date cannot be: %(error)s")
        yield on_row(material, row, words % {"row": row.label, "error": error}, f"{row.pk}-wrong")
        return
    for when in dates:
        if row.covers(when):
            continue
        words = _("The words of %(row)s say %(said)s, it is dated %(dates)s: “%(sentence)s”")
        if row.is_agreement:
            words = _("The words of %(row)s say %(said)s, it is signed %(dates)s: “%(sentence)s”")
        elif not row.dates:
            words = _("%(row)s has no date; its words say %(said)s: “%(sentence)s”")
        dates_said = ", ".join(map(said, row.dates))
        texts = {"row": row.label, "said": said(when), "sentence": sentence, "dates": dates_said}
        yield on_row(material, row, words % texts, f"{row.pk}-{when.start}")


def _dates_in(material: Material, row: Row, sentence: str) -> list[PartialDate]:
    """The dates in a sentence that are said of the action itself."""
    plain = folded(sentence)
    if _AHEAD.search(plain) or _BACKGROUND.search(plain):
        return []
    if row.is_agreement and (row.signed is None or not tells_of_signing(sentence)):
        return []
    first, last = material.project.starts_on - AROUND, material.project.ends_on + AROUND
    return [
        when
        for found in find_dates(sentence)
        for when in found.dates
        if (when.precision != Precision.YEAR or _is_year_held(plain, found.start))
        and first <= when.start <= last
    ]


def _is_year_held(plain: str, start: int) -> bool:
    """Whether a year is that in which something was held, and no mere number."""
    return bool(_MET.search(plain) and _IN_YEAR.search(plain[:start]))


def title_year(material: Material) -> Iterator[Found]:
    for row in material.rows:
        years = {int(year) for year in _YEAR.findall(row.title)}
        if not years or not row.is_event or not row.dates:
            continue
        if years <= _POSTPONED and _NAMED_BY_YEAR.search(folded(row.title)):
            continue
        held = range(min(d.start.year for d in row.dates), max(d.end.year for d in row.dates) + 1)
        # “2021-2027” and “2021/22” name the years between, too.
        named = range(min(years), max(years) + 1 + bool(re.search(r"\d/\d\d\b", row.title)))
        if not set(named) & set(held):
            words = _("The title of %(row)s says %(year)s; it is dated %(dates)s.")
            texts = {"row": row.label, "year": ", ".join(map(str, sorted(years)))}
            dates = ", ".join(map(said, row.dates))
            yield on_row(material, row, words % {**texts, "dates": dates})


def unlogged(material: Material) -> Iterator[Found]:
    """Events that the words of other rows date to a day on which no event is logged."""
    dates = [(row, when) for row in material.rows if row.is_event for when in row.dates]
    of_one_day = {when.start for _event, when in dates if when.start == when.end}
    longer = [(e, w) for e, w in dates if w.start != w.end and w.end - w.start < LONG]
    for row in material.rows:
        if row.is_event:
            continue
        for sentence in [s for t in (*row.texts, row.dates_note) for s in sentences(t)]:
            for when in _days_of_events(sentence):
                akin = any(overlap(w, when) and _are_akin(row, e) for e, w in longer)
                if when.start in of_one_day or akin:
                    continue
                words = _(
                    "The words of %(row)s tell of an event on %(day)s; none of this partner,"
                    " mission or organisation is logged for this day: “%(sentence)s”"
                )
                texts = {"row": row.label, "day": said(when), "sentence": sentence}
                yield on_row(material, row, words % texts, f"{row.pk}-{when.start}")


def _days_of_events(sentence: str) -> list[PartialDate]:
    plain = folded(sentence)
    if not _EVENT.search(plain) or _AHEAD.search(plain):
        return []
    try:
        found = find_dates(sentence)
    except DateError:
        return []
    return [when for one in found for when in one.dates if when.precision == Precision.DAY]


def _are_akin(row: Row, event: Row) -> bool:
    same_mission = row.mission_id is not None and row.mission_id == event.mission_id
    same_partner = any(partner in event.partners for partner in row.partners)
    return same_mission or same_partner or bool(row.named & event.named)


def within(material: Material) -> Iterator[Found]:
    """Rows that took place at an event of the project, on days that are not the event's."""
    titles: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for event in material.rows:
        words = tuple(_YEAR.sub(" ", name_key(event.title)).split())
        if event.is_event and event.dates and len(words) > 1:
            titles[words].append(event)
    longest = max(map(len, titles), default=0)
    for row in material.rows:
        at: dict[int, tuple[Row, list[PartialDate]]] = {}
        for when, place in row.occasions:
            for event in _events_in(place, titles, longest):
                near = any(abs((w.start - when.start).days) < 60 for w in event.dates)
                if event.pk != row.pk and near and not event.covers(when):
                    at.setdefault(event.pk, (event, []))[1].append(when)
        for event, days in at.values():
            words_ = _(
                "%(row)s took place at %(event)s on %(days)s; that is dated %(dates)s itself."
            )
            texts = {
                "row": row.label,
                "days": ", ".join(map(said, days)),
                "event": event.label,
                "dates": ", ".join(map(said, event.dates)),
            }
            yield _both(material, row, event, words_ % texts)


def _events_in(place: str, titles: dict[tuple[str, ...], list[Row]], longest: int) -> Iterator[Row]:
    words = name_key(place).split()
    for size in range(2, min(longest, len(words)) + 1):
        for at in range(len(words) - size + 1):
            yield from titles.get(tuple(words[at : at + size]), ())


def _both(material: Material, row: Row, other: Row, sentence: str) -> Found:
    found = on_row(material, row, sentence, f"{row.pk}-{other.pk}")
    who = material.owners(row, other)
    return Found(found.key, sentence, who, found.way, (row, other))


def other_mission(material: Material) -> Iterator[Found]:
    names = {
        row.mission_name: name_key(row.mission_name) for row in material.rows if row.mission_name
    }
    for row in material.rows:
        own = names.get(row.mission_name or "")
        plain = name_key(" ".join(row.texts))
        if not own or re.search(rf"\b{own}\b", plain):
            continue
        for name, key in names.items():
            to = rf"\b{_JOURNEY}\w*(?: \w+)? (?:to|in|nach|a|en|do) {key}\b|\b{key} {_JOURNEY}"
            if key != own and re.search(to, plain):
                words = _(
                    "%(row)s belongs to the mission %(own)s; its words tell of the one to"
                    " %(other)s."
                )
                texts = {"row": row.label, "own": row.mission_name, "other": name}
                yield on_row(material, row, words % texts)


def parts(material: Material) -> Iterator[Found]:
    for row in material.rows:
        of = row.numbers["participants"]
        known = [n for name, n in row.numbers.items() if name != "participants" and n]
        if of is not None and sum(known) > of:
            words = ngettext(
                "%(row)s had %(all)d participant; those from SMEs, clusters, research and public"
                " bodies are %(sum)d together.",
                "%(row)s had %(all)d participants; those from SMEs, clusters, research and public"
                " bodies are %(sum)d together.",
                of,
            )
            yield on_row(material, row, words % {"row": row.label, "all": of, "sum": sum(known)})


_EITHER = gettext_lazy("Correct the words or the date, or say why both are right.")
CHECKS = (
    Check(
        "parts",
        Severity.SHOULD,
        gettext_lazy("More parts than participants"),
        gettext_lazy("Correct the numbers."),
        parts,
    ),
    Check(
        "other-day", Severity.LOOK, gettext_lazy("Words that say another day"), _EITHER, other_day
    ),
    Check(
        "title-year",
        Severity.LOOK,
        gettext_lazy("A title of another year"),
        gettext_lazy("Correct the title or the date, or say why both are right."),
        title_year,
    ),
    Check(
        "within",
        Severity.LOOK,
        gettext_lazy("At an event, but not on its days"),
        gettext_lazy("Correct the dates of one of them, or say why both are right."),
        within,
    ),
    Check(
        "unlogged",
        Severity.LOOK,
        gettext_lazy("Words about an event that is not logged"),
        gettext_lazy("Log the event, correct the day, or say why it is none of the project's."),
        unlogged,
    ),
    Check(
        "other-mission",
        Severity.LOOK,
        gettext_lazy("Words about another mission"),
        gettext_lazy("Correct the mission or the words, or say why both are right."),
        other_mission,
    ),
)
