"""Printed columns that hold several values in one cell, as the report's tables do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.names import folded

from .columns import CellError
from .dates import DateError, note_lines, read_occasions
from .models import LONG_TEXT, NOTE_LENGTH

if TYPE_CHECKING:
    from .lookup import Lookup

# The words before either part of an outcome, in the six languages and without accents.
MARKS: dict[str, str] = {
    "expectations": (
        "expected results?|expectations?|erwartete ergebnisse|erwartung(?:en)?|"
        "resultados esperados|expectativas?|resultats attendus|attentes?|risultati attesi|"
        "aspettativ[ae]|oczekiwane (?:rezultaty|wyniki)|oczekiwani[ae]"
    ),
    "results": (
        "results?|ergebnis(?:se)?|resultados?|resultats?|risultat[oi]|rezultaty?|wyniki?|"
        "results? (?:achieved|reached)"
    ),
}
_MARK = re.compile(
    r"(?P<before>^[ \t]*|[.!?;)][ \t]+)(?:"
    + "|".join(f"(?P<{part}>{words})" for part, words in MARKS.items())
    + r")[ \t]*:",
    re.M,
)


@dataclass(frozen=True)
class JoinedColumn:
    """A printed column that holds several values in one cell, as the report's tables do."""

    speaks: ClassVar[bool] = True
    name: str
    parts: tuple[str, ...]

    def write(self, values: Mapping[str, Any]) -> str | None:
        """One cell from the values of the parts."""
        raise NotImplementedError

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        """The values that the cell says; raises CellError. A part that is not said is left out."""
        raise NotImplementedError


def check_note(note: str) -> None:
    """Raise CellError for words beside dates that are too many to keep."""
    if len(note) > NOTE_LENGTH:
        message = ngettext(
            "Beside the dates at most %(most)d character fits.",
            "Beside the dates at most %(most)d characters fit.",
            NOTE_LENGTH,
        )
        raise CellError(message % {"most": NOTE_LENGTH})


class DatesColumn(JoinedColumn):
    """*Dates & Location*: a line for each occasion, then the words that are no date."""

    def write(self, values: Mapping[str, Any]) -> str | None:
        occasions = [item.localised for item in values["occasions"]]
        note = note_lines(values["dates_note"], below_dates=bool(occasions))
        return "\n".join(line for line in (*occasions, note) if line) or None

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        try:
            found = read_occasions(cell)
        except DateError as error:
            raise CellError(str(error)) from error
        check_note(found.note)
        return {"occasions": found.occasions, "dates_note": found.note}


class OutcomeColumn(JoinedColumn):
    """*Expectations & Results*: both in one cell, each behind its word."""

    def write(self, values: Mapping[str, Any]) -> str | None:
        """The first of the forms that reads back: the plainest one, unless a text holds a mark."""
        said = {name: values[name].strip() for name in ("expectations", "results")}
        expected = f"{_('Expectations')}: {said['expectations']}"
        reached = f"{_('Results')}: {said['results']}"
        marked = [text for text in (expected, reached) if not text.endswith(": ")]
        forms = ["\n".join(marked), f"{expected}\n{reached}", f"{reached}\n{expected}"]
        if not said["expectations"]:
            forms.insert(0, said["results"])
        if not any(":" in text for text in said.values()):
            return forms[0] or None  # without a colon no text can hold a mark
        return next((form for form in forms if split_outcome(form) == said), forms[0]) or None

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        found = split_outcome(str(cell or ""))
        if max(map(len, found.values())) > LONG_TEXT:
            words = ngettext(
                "At most %(most)d character fits.", "At most %(most)d characters fit.", LONG_TEXT
            )
            raise CellError(words % {"most": LONG_TEXT})
        return found


def split_outcome(text: str) -> dict[str, str]:
    """What a text says of expectations and of results, each behind the first mark of its kind.

    Words before the first mark are results, unless “Results:” is the only mark: then they are what
    was expected.
    """
    marks = _first_marks(text)
    bounds = [mark.start(str(mark.lastgroup)) for mark in marks.values()] + [len(text)]
    before = text[: bounds[0]].strip()
    found = {"expectations": "", "results": ""}
    found["expectations" if list(marks) == ["results"] else "results"] = before
    for (part, mark), end in zip(marks.items(), bounds[1:], strict=True):
        said = text[mark.end() : end].strip()
        found[part] = "\n".join(piece for piece in (found[part], said) if piece)
    return found


def _first_marks(text: str) -> dict[str, re.Match[str]]:
    """The first mark of either kind, in the order of the text; one that opens a line comes first.

    Within a line a word is a mark only if it opens a sentence.
    """
    opening: dict[str, re.Match[str]] = {}
    inside: dict[str, re.Match[str]] = {}
    for mark in _MARK.finditer(folded(text)):
        part = str(mark.lastgroup)
        if not mark["before"].strip():
            opening.setdefault(part, mark)
        elif text[mark.start(part)].isupper():
            inside.setdefault(part, mark)
    found = {**inside, **opening}
    return dict(sorted(found.items(), key=lambda item: item[1].start()))
