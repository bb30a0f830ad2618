"""Checks of dates: missing, outside the project, later than they were recorded, or passed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.partial import PartialDate, Precision
from partners.names import name_key
from partners.roles import Capability

from .finding import Check, Found, Link, Severity
from .material import Material
from .rows import Row

SUNDAY = 7  # as date.isoweekday counts
# Words beside a date of signature that speak of something else, as keys of names spell them.
_NOT_SIGNING = re.compile(
    r"(?:co operation |cooperation )?(?:start|begin|began|begun|report|first (?:meeting|contact|"
    r"talk)|kick off|beginn|gestartet|erstes treffen|inicio|primera reunion|debut|"
    r"premiere reunion|inizio|primo incontro|poczatek|pierwsze spotkanie)"
)


def said(when: PartialDate) -> str:
    return when.localised()


def edit(row: Row) -> Link:
    """The form of a row, for those who may edit it."""
    codes = tuple(partner.code for partner in row.partners)
    label = _("Edit %(row)s") % {"row": row.reference}
    return Link(label, row.edit_url, Capability.EDIT_ANY_ACTION, codes)


def on_row(material: Material, row: Row, sentence: str, key: str = "") -> Found:
    """What a responsible partner closes by editing the row."""
    return Found(key or str(row.pk), sentence, material.owners(row), edit(row), (row,))


def undated(material: Material) -> Iterator[Found]:
    for row in material.rows:
        if row.is_achieved and row.counts_from is None and not row.is_agreement:
            words = _("%(row)s is achieved and has no date: it counts today, and on no past day.")
            if row.dates_note:
                words = _(
                    "%(row)s is achieved and has no date, only the words “%(note)s”: it counts"
                    " today, and on no past day."
                )
            yield on_row(material, row, words % {"row": row.label, "note": row.dates_note})


def unsigned(material: Material) -> Iterator[Found]:
    for row in material.rows:
        if row.is_agreement and row.is_achieved and row.signed is None:
            yield on_row(material, row, _unsigned_words(row))


def _unsigned_words(row: Row) -> str:
    if row.first_date:
        words = _(
            "%(row)s is signed and has no date of signature: it counts from %(date)s, the first"
            " of its other dates."
        )
        return words % {"row": row.label, "date": said(row.first_date)}
    words = _("%(row)s is signed and has no date of signature: it counts on no past day.")
    if row.expected:
        words = _(
            "%(row)s is signed and has no date of signature, only the expected one, %(date)s: it"
            " counts on no past day."
        )
    return words % {"row": row.label, "date": said(row.expected) if row.expected else ""}


def outside(material: Material) -> Iterator[Found]:
    for row in material.rows:
        wrong = [when for when in row.dates if row.is_achieved and _lies_outside(material, when)]
        if wrong:
            words = _(
                "%(row)s is dated %(dates)s, outside the project, which runs from %(first)s to"
                " %(last)s."
            )
            yield on_row(material, row, words % _project_days(material, row, wrong))


def expected_outside(material: Material) -> Iterator[Found]:
    for row in material.rows:
        dates = [*row.dates, *([row.expected] if row.expected else [])]
        wrong = [when for when in dates if row.is_open and _lies_outside(material, when)]
        if wrong:
            words = _(
                "%(row)s is expected for %(dates)s, outside the project, which runs from %(first)s"
                " to %(last)s."
            )
            yield on_row(material, row, words % _project_days(material, row, wrong))


def _lies_outside(material: Material, when: PartialDate) -> bool:
    return when.end < material.project.starts_on or when.start > material.project.ends_on


def _project_days(material: Material, row: Row, wrong: list[PartialDate]) -> dict[str, str]:
    return {
        "row": row.label,
        "dates": ", ".join(map(said, wrong)),
        "first": date_format(material.project.starts_on, "DATE_FORMAT"),
        "last": date_format(material.project.ends_on, "DATE_FORMAT"),
    }


def ahead(material: Material) -> Iterator[Found]:
    """Achieved rows that were dated later than the day on which that was written."""
    for row in material.rows:
        written = timezone.localdate(row.dated_at or row.created_at)
        if row.is_achieved and row.first_date and row.first_date.start > written:
            words = _(
                "%(row)s was recorded as achieved on %(date)s already on %(written)s, before that"
                " day."
            )
            texts = {"row": row.label, "date": said(row.first_date)}
            texts["written"] = date_format(written, "DATE_FORMAT")
            yield on_row(material, row, words % texts)


def overdue(material: Material) -> Iterator[Found]:
    for row in material.rows:
        if not row.is_open or row.excluded:
            continue
        last = row.expected or max(row.dates, key=lambda when: when.end, default=None)
        if last and last.end < material.today:
            words = _("%(row)s is still open, and its date, %(date)s, has passed.")
            if row.expected:
                words = _("%(row)s is not signed, and the expected date, %(date)s, has passed.")
            yield on_row(material, row, words % {"row": row.label, "date": said(last)})


def imprecise(material: Material) -> Iterator[Found]:
    """Years, and signatures of which only the month is known: as-of counting takes the last day."""
    for row in material.rows:
        when = row.first_date
        if not when or not row.is_achieved or when.precision == Precision.DAY:
            continue
        if when.precision == Precision.YEAR or row.signed:
            words = _("%(row)s is dated %(date)s, without a day: it counts from %(day)s on.")
            day = date_format(when.counts_from, "DATE_FORMAT")
            texts = {"row": row.label, "date": said(when), "day": day}
            yield on_row(material, row, words % texts, f"{row.pk}-{when.start}")


def other_words(material: Material) -> Iterator[Found]:
    for row in material.rows:
        if row.is_achieved and row.signed and _NOT_SIGNING.match(name_key(row.dates_note)):
            words = _(
                "%(row)s has %(date)s as its date of signature; the words beside it, “%(note)s”,"
                " speak of something else."
            )
            texts = {"row": row.label, "date": said(row.signed), "note": row.dates_note}
            yield on_row(material, row, words % texts, f"{row.pk}-{row.signed.start}")


def early(material: Material) -> Iterator[Found]:
    for indicator in material.indicators:
        for row in material.counted_rows(indicator):
            if row.first_date and row.first_date.counts_from < indicator.starts_on:
                words = _(
                    "%(row)s is dated %(date)s, before M%(month)d, the first month of KPI"
                    " %(number)d, which counts it."
                )
                texts = {"row": row.label, "date": said(row.first_date)}
                numbers = {"month": indicator.first_month, "number": indicator.number}
                yield on_row(material, row, words % {**texts, **numbers})


def late(material: Material) -> Iterator[Found]:
    """One finding for all indicators: whoever lets one of them run on lets the others, too."""
    told: list[str] = []
    numbers: list[str] = []
    for indicator in material.indicators:
        counted = material.counted_rows(indicator)
        dates = [row.first_date for row in counted if row.first_date]
        number = sum(date.start > indicator.ends_on for date in dates)
        if number:
            texts = {"number": indicator.number, "late": number, "all": len(counted)}
            told.append(_("KPI %(number)d: %(late)d of %(all)d") % texts)
            numbers.append(str(indicator.number))
    if told:
        words = _("Rows that are counted, but dated after the last month of their indicator: %s.")
        url = reverse("overview", args=[material.project.slug])
        way = Link(_("Open the indicators"), f"{url}#indicators")
        yield Found(".".join(numbers), words % "; ".join(told), material.leader, way)


def sundays(material: Material) -> Iterator[Found]:
    """Events of one day, and signatures: of fairs that last longer a Sunday may be a part."""
    for row in material.rows:
        dates = [row.signed] if row.signed else row.dates if row.is_event else []
        for when in dates:
            one_day = when.precision == Precision.DAY and when.start == when.end
            if row.is_achieved and one_day and when.start.isoweekday() == SUNDAY:
                words = _("%(row)s is dated %(date)s, which was a Sunday.")
                texts = {"row": row.label, "date": said(when)}
                yield on_row(material, row, words % texts, f"{row.pk}-{when.start}")


_ADD_DATE = gettext_lazy("Edit the row and add the date.")
_LOOK_AT_DATE = gettext_lazy("Correct the date, or say why it is right.")
CHECKS = (
    Check("undated", Severity.MUST, gettext_lazy("Achieved without a date"), _ADD_DATE, undated),
    Check(
        "unsigned",
        Severity.MUST,
        gettext_lazy("Signed without a date of signature"),
        gettext_lazy("Edit the agreement and fill in “Signed on”."),
        unsigned,
    ),
    Check(
        "outside",
        Severity.MUST,
        gettext_lazy("Achieved outside the project"),
        gettext_lazy("Correct the date; what was not achieved within the project does not count."),
        outside,
    ),
    Check(
        "ahead",
        Severity.MUST,
        gettext_lazy("Recorded as achieved before its own day"),
        gettext_lazy("Correct the date or the status, now that the day is known."),
        ahead,
    ),
    Check(
        "overdue",
        Severity.SHOULD,
        gettext_lazy("Open although its date has passed"),
        gettext_lazy("Say what came of it: achieved, dropped, or another date."),
        overdue,
    ),
    Check(
        "expected-outside",
        Severity.SHOULD,
        gettext_lazy("Planned outside the project"),
        gettext_lazy("Bring the date forward, or drop the action."),
        expected_outside,
    ),
    Check(
        "imprecise",
        Severity.LOOK,
        gettext_lazy("Dated without a day"),
        gettext_lazy("Find the day and fill it in, or say that it is not known."),
        imprecise,
    ),
    Check(
        "other-words",
        Severity.LOOK,
        gettext_lazy("A date of signature whose words speak of something else"),
        gettext_lazy("Fill in the day of the signature, or say that this is the day."),
        other_words,
    ),
    Check(
        "early",
        Severity.LOOK,
        gettext_lazy("Dated before the indicator's first month"),
        _LOOK_AT_DATE,
        early,
    ),
    Check(
        "late",
        Severity.LOOK,
        gettext_lazy("Counted after the last month of indicators"),
        gettext_lazy("Say why they count, or let an amendment move the last month."),
        late,
    ),
    Check("sunday", Severity.LOOK, gettext_lazy("On a Sunday"), _LOOK_AT_DATE, sundays),
)
