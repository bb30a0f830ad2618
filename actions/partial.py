"""The date that is known only in part: a day, several days, months or years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from partners.months import last_day_of_month


class Precision(models.TextChoices):
    DAY = "day", gettext_lazy("day")
    MONTH = "month", gettext_lazy("month")
    YEAR = "year", gettext_lazy("year")


class DateError(ValueError):
    """A text that cannot be read as a date; the message is for people."""


_TYPED: dict[str, str] = {
    Precision.DAY: "%d.%m.%Y",
    Precision.MONTH: "%m.%Y",
    Precision.YEAR: "%Y",
}
_LOCALISED: dict[str, str] = {
    Precision.DAY: "DATE_FORMAT",
    Precision.MONTH: "YEAR_MONTH_FORMAT",
    Precision.YEAR: "Y",
}


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day, a month or a year, or a run of them; ``start`` and ``end`` are inclusive."""

    start: date
    end: date
    precision: str = Precision.DAY

    @classmethod
    def day(cls, start: date, end: date | None = None) -> PartialDate:
        return cls(start, end or start, Precision.DAY)

    @classmethod
    def month(cls, year: int, month: int) -> PartialDate:
        first = date(year, month, 1)
        return cls(first, last_day_of_month(first), Precision.MONTH)

    @classmethod
    def year(cls, year: int) -> PartialDate:
        return cls(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)

    @classmethod
    def of(cls, start: date, precision: str) -> PartialDate:
        """The date that a first day and a precision stand for."""
        if precision == Precision.MONTH:
            return cls.month(start.year, start.month)
        if precision == Precision.YEAR:
            return cls.year(start.year)
        return cls.day(start)

    @property
    def counts_from(self) -> date:
        """The last day that the beginning can mean: the rule of as-of counting (design, 3)."""
        return self.start if self.precision == Precision.DAY else self.end

    @property
    def is_single(self) -> bool:
        """Whether it is one day, one month or one year, and no run of them."""
        return self == PartialDate.of(self.start, self.precision)

    @property
    def single(self) -> PartialDate:
        """The one date that stands for a run: its first day, or the year in which its end lies."""
        if self.is_single:
            return self
        first = self.precision == Precision.DAY
        return PartialDate.day(self.start) if first else PartialDate.year(self.end.year)

    def to(self, last: PartialDate) -> PartialDate:
        """The run from this date to another one of the same precision."""
        return PartialDate(self.start, last.end, self.precision)

    def __str__(self) -> str:
        """The date as it is typed: ``04-08.02.2022``, ``07.2021`` or ``2021``."""
        typed = _TYPED[self.precision]
        if self.is_single:
            return format(self.start, typed)
        days = self.precision == Precision.DAY
        if days and (self.start.year, self.start.month) == (self.end.year, self.end.month):
            typed = "%d"
        return f"{self.start:{typed}}-{self.end:{_TYPED[self.precision]}}"

    def localised(self) -> str:
        """The date for reading, in the language of the reader."""
        form = _LOCALISED[self.precision]
        if self.is_single:
            return date_format(self.start, form)
        return f"{date_format(self.start, form)} – {date_format(self.end, form)}"
