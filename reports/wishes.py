"""What somebody said about a file: which table it is, what a cell means, what a row becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from partners.names import name_key

_BETWEEN_NAMES = re.compile(r"([,;/&+\n])")
ADD, TAKE, LEAVE_OUT = "add", "take", "leave_out"
SAME = "same"  # said of all rows at once: each is the action that it is like


@dataclass
class Wishes:
    """The answers of the user to what an import asked; all of it can be kept as JSON.

    ``tables`` holds the mapping of each table by its key, ``cells`` the words to read instead of
    a cell by row and field, ``rows`` the decision for a row: to add it all the same (``add``), to
    take it over a change in the application (``take``), to leave it out, or the reference of the
    action that it is. ``partners`` and ``organisations`` say for a name, as written anywhere in
    the file, which one is meant. Rows are named by ``row_key``.
    """

    tables: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Wishes:
        """The wishes that were kept as JSON."""
        return cls(**{name: dict(data.get(name) or {}) for name in cls.__dataclass_fields__})

    def partner_for(self, words: str) -> str:
        """The words to read instead of those of a partner cell, or of a name among them."""
        if not self.partners or name_key(words) in self.partners:
            return self.partners.get(name_key(words), words)
        names = _BETWEEN_NAMES.split(words)
        return "".join(self.partners.get(name_key(name), name) for name in names)

    def organisation_for(self, name: str) -> str:
        return self.organisations.get(name_key(name), name)


def row_key(sheet: int, row: int) -> str:
    """The name of a row in a file: the place of its sheet and its number there."""
    return f"{sheet}:{row}"
