"""Printed columns that hold several values in one cell, as the report's tables do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from .columns import CellError
from .dates import DateError, note_lines, read_occasions
from .models import LONG_TEXT

if TYPE_CHECKING:
    from .lookup import Lookup

NOTE_LENGTH = 500
_MARKED = re.compile(r"^[ \t]*(expectations?|results?)[ \t]*:", re.I | re.M)


@dataclass(frozen=True)
class JoinedColumn:
    """A printed column that holds several values in one cell, as the report's tables do."""

    name: str
    parts: tuple[str, ...]

    def write(self, values: Mapping[str, Any]) -> str | None:
        """One cell from the values of the parts."""
        raise NotImplementedError

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        """The values that the cell says; raises CellError. A part that is not said is left out."""
        raise NotImplementedError


class DatesColumn(JoinedColumn):
    """*Dates & Location*: a line for each occasion, then the words that are no date."""

    def write(self, values: Mapping[str, Any]) -> str | None:
        lines = [*(str(item) for item in values["occasions"]), note_lines(values["dates_note"])]
        return "\n".join(line for line in lines if line) or None

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        try:
            found = read_occasions(cell)
        except DateError as error:
            raise CellError(str(error)) from error
        if len(found.note) > NOTE_LENGTH:
            message = _("Beside the dates at most %(most)d characters fit.")
            raise CellError(message % {"most": NOTE_LENGTH})
        return {"occasions": found.occasions, "dates_note": found.note}


class OutcomeColumn(JoinedColumn):
    """*Expectations & Results*: both in one cell, each behind its word."""

    def write(self, values: Mapping[str, Any]) -> str | None:
        expected, reached = values["expectations"].strip(), values["results"].strip()
        if not expected and not _MARKED.search(reached):
            return reached or None
        marked = [("Expectations:", expected), ("Results:", reached)]
        return "\n".join(f"{word} {text}" for word, text in marked if text) or None

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        text = str(cell or "").strip()
        found = {"expectations": "", "results": ""}
        pieces = _MARKED.split(text)
        found["results"] = pieces[0].strip()
        for word, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            part = "results" if word.lower().startswith("result") else "expectations"
            found[part] = "\n".join(t for t in (found[part], piece.strip()) if t)
        if max(map(len, found.values())) > LONG_TEXT:
            raise CellError(_("At most %(most)d characters fit.") % {"most": LONG_TEXT})
        return found
