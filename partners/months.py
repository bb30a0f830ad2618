"""Counts in calendar months, which is how projects count time."""

import calendar
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language


def add_months(first: date, months: int) -> date:
    """The first day of the month that lies ``months`` after the month of ``first``."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    """Whole calendar months from the month of ``first`` to the month of ``last``."""
    return (last.year - first.year) * 12 + last.month - first.month


def last_day_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# Languages in which the name of a month is no proper name.
_SMALL_MONTHS = frozenset({"es", "fr", "it", "pl"})


def month_in_words(day: date) -> str:
    """The month and the year of a day, as they stand within a sentence."""
    words = date_format(day, "YEAR_MONTH_FORMAT")
    small = (get_language() or "").partition("-")[0] in _SMALL_MONTHS
    return words[:1].lower() + words[1:] if small else words
