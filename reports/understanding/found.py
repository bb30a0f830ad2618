"""What was found in a file: its tables, each with what it and its columns were taken for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.models import ActionType
from reports.reading.cells import Row

Choice = Mapping[str, Any]


@dataclass
class FoundColumn:
    """A column, and the field that it was taken for; ``field`` is "" for one that is left out.

    ``at`` is its place in the row, from 0. ``how`` the field was found is one of exact, alias,
    similar, cells, continued, remembered, chosen and unknown. ``role`` is what it says of a date
    where date, place and country stand in columns of their own.
    """

    at: int
    heading: str
    samples: list[str]
    field: str = ""
    confidence: float = 0.0
    how: str = "unknown"
    role: str = ""


@dataclass
class FoundTable:
    """A table, and the action type that it was taken for.

    ``key`` stays the same for the same file, ``shape`` for every table of the same headings that
    says of itself the same. ``how`` is one of title, sheet name, headings, cells, option,
    remembered, chosen and unknown. ``heading_row`` is 0 where there is none. ``left`` are the rows
    that are no data (number, text, why), ``remarks`` what is worth a word (row, sentence),
    ``problems`` what stops the table; ``skip`` says that it is left out.
    """

    key: str
    sheet: str
    sheet_index: int
    title: str
    heading_row: int
    columns: list[FoundColumn]
    rows: list[Row]
    type: ActionType | None = None
    confidence: float = 0.0
    how: str = "unknown"
    left: list[tuple[int, str, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    shape: str = ""
    problems: list[tuple[int, str]] = field(default_factory=list)
    skip: bool = False

    def places(self, name: str) -> list[int]:
        """The columns that were taken for a field, from left to right."""
        return [column.at for column in self.columns if column.field == name]


@dataclass
class Found:
    """The tables of a file, and the names of its sheets that hold no actions."""

    tables: list[FoundTable] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
