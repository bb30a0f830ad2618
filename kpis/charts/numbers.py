"""The numbers behind a chart: those that it draws, as a table of the page and as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from partners.formulas import disarmed

# A date stands for its month; None is not known.
Value = str | int | float | date | None


def shown(value: Value) -> str:
    """A value for people: numbers with one decimal at most, a dash where it is not known."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return date_format(value, "YEAR_MONTH_FORMAT")
    value = round(value, 1)
    return number_format(value, 0 if value == int(value) else 1)


def figure_words(achieved: int | None, target: int | None) -> str:
    """A figure beside its target: ``7 of 6``; a dash where there is no data."""
    if target is None:
        return shown(achieved)
    return _("%(achieved)s of %(target)s") % {"achieved": shown(achieved), "target": shown(target)}


def _written(value: Value) -> str | int | float | None:
    """A value for other programs: a point in numbers, months as ISO 8601, formulas disarmed."""
    if isinstance(value, date):
        return f"{value.year:04}-{value.month:02}"
    if isinstance(value, float):
        return round(value, 1)
    return disarmed(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Shown:
    """A cell of the table behind a chart."""

    words: str
    is_number: bool


@dataclass(frozen=True)
class Numbers:
    """What a chart draws, row by row; the first column names the row."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]

    @property
    def columns(self) -> list[Shown]:
        """The headings, each like the cells below it."""
        first = self.rows[0] if self.rows else [""] * len(self.headings)
        kinds = [not isinstance(value, str | date) for value in first]
        return [Shown(*pair) for pair in zip(self.headings, kinds, strict=True)]

    @property
    def cells(self) -> Iterator[list[Shown]]:
        for row in self.rows:
            yield [Shown(shown(value), not isinstance(value, str | date)) for value in row]

    def csv(self) -> bytes:
        """UTF-8 with a byte order mark, by which spreadsheets know it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(self.headings)
        writer.writerows([_written(value) for value in row] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")

    def said(self, row: int = 0) -> str:
        """One row in words, without the names that stand first: what is drawn, and how much."""
        pairs = zip(self.headings, self.rows[row], strict=True)
        return "; ".join(f"{heading}: {shown(v)}" for heading, v in pairs if not isinstance(v, str))
