"""Tells by the look of cells what a column may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from actions.dates import DateError, read_occasions
from reports.reading.cells import CellFault

from .headings import plain_key
from .vocabulary import STATE_WORDS

MOST_OF_THEM = 0.6
PROSE = 80  # characters
STRONG, WEAK = 0.5, 0.3
_APART = re.compile(r"[/;,&\n]")
_REFERENCE = re.compile(r"\s*T(\d{1,3})-\d+\s*", re.I)
_LINK = re.compile(r"https?://|www\.", re.I)
# Longer cells may begin with a date and are texts all the same.
LONGEST_DATES = 150


def text_of(cell: Any) -> str:
    """A cell as a text; a day is written as people of these projects write it."""
    return f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell)


class Partners:
    """The partners of a project, known by their codes, names and other spellings."""

    def __init__(self, names: Collection[str]) -> None:
        self._keys = {key for name in names if (key := plain_key(name))}
        self._words = {name.strip().casefold() for name in names}

    def is_exactly(self, cell: str) -> bool:
        """Whether a cell is the name of a partner, letter by letter: quickly seen."""
        return cell.strip().casefold() in self._words

    def is_named_in(self, cell: Any) -> bool:
        """Whether a cell names a partner and little else."""
        if not isinstance(cell, str) or len(cell) > LONGEST_DATES or not self._keys:
            return False
        if plain_key(cell) in self._keys:
            return True
        return any(plain_key(name) in self._keys for name in _APART.split(cell) if name.strip())


def is_date(cell: Any) -> bool:
    if isinstance(cell, date):
        return True
    if not isinstance(cell, str) or isinstance(cell, CellFault) or len(cell) > LONGEST_DATES:
        return False
    try:
        return bool(read_occasions(cell).occasions)
    except DateError:
        return True


def is_state(cell: Any) -> bool:
    return isinstance(cell, str) and STATE_WORDS.search(cell) is not None


def is_link(cell: Any) -> bool:
    return isinstance(cell, str) and _LINK.search(cell) is not None


def is_prose(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) >= PROSE


def is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and cell.strip()[:1].isdigit())


def is_reference(cell: Any) -> bool:
    return isinstance(cell, str) and _REFERENCE.fullmatch(cell) is not None


def table_number_of(cell: Any) -> int | None:
    """The number of the table to which the row id in a cell belongs."""
    match = _REFERENCE.fullmatch(cell) if isinstance(cell, str) else None
    return int(match[1]) if match else None


def most(cells: Sequence[Any], test: Callable[[Any], bool]) -> bool:
    """Whether most cells pass a test; of no cells none does."""
    return bool(cells) and sum(map(test, cells)) >= MOST_OF_THEM * len(cells)


# What the look of most cells says, before what it says less surely.
LOOKS: Sequence[tuple[Callable[[Any], bool], tuple[str, ...], float]] = (
    (is_state, ("signature", "status"), STRONG),
    (is_date, ("dates", "occasions"), STRONG),
    (is_link, ("evidence",), WEAK),
    (is_prose, ("description",), WEAK),
)
