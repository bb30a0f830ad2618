"""What the pages of an import ask, and what was answered: mappings, corrections, decisions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from partners.names import name_key

from .models import ImportRow
from .results import ERROR, LEFT_OUT, STOPPING
from .wishes import ADD, LEAVE_OUT, TAKE, Wishes

LONGEST_ANSWER = 20_000
LONGEST_NAME = 300
LONGEST_LINE = 80  # what is longer, or of several lines, is corrected in a larger box
UNDECIDED = ""
ROW = re.compile(r"\d{1,6}:\d{1,8}", re.ASCII)
CELL = re.compile(r"\d{1,6}:\d{1,8}:[a-z_]{1,60}", re.ASCII)
REFERENCE = re.compile(r"T\d{1,3}-\d{1,9}", re.ASCII)
SEVERAL_NAMES = re.compile(r"[,;/\n&+]|\sand\s")
# Answers for which there is no cell of their own in the form.
UNANSWERABLE = ("", "row_id")
PARTNER, PARTNERS, NO_PARTNER, LINE, TEXT, ORGANISATION, ABOVE = (
    "partner",
    "partners",
    "no_partner",
    "line",
    "text",
    "organisation",
    "above",
)


@dataclass
class Asked:
    """A problem of a row, and what is asked about it; "" where nothing can be answered."""

    problem: Mapping[str, Any]
    ask: str = ""


class Questions:
    """Goes through the rows of a page and asks about each name once only."""

    def __init__(self) -> None:
        self._names: set[tuple[str, str]] = set()

    def errors(self, row: ImportRow) -> list[Asked]:
        open_ = row.verdict == ERROR
        return [Asked(said, self._of_error(said) if open_ else "") for said in row.data["errors"]]

    def warnings(self, row: ImportRow) -> list[Asked]:
        return [Asked(said, self._of_warning(said)) for said in row.data["warnings"]]

    def _of_error(self, problem: Mapping[str, Any]) -> str:
        field, said = problem.get("field", ""), problem.get("said", "")
        if field in UNANSWERABLE:
            return ""
        if field != "partners":
            return LINE if len(said) <= LONGEST_LINE and "\n" not in said else TEXT
        if not name_key(said):
            return NO_PARTNER
        several = SEVERAL_NAMES.search(said)
        return self._once(PARTNERS if several else PARTNER, "partner", said)

    def _of_warning(self, problem: Mapping[str, Any]) -> str:
        name = problem.get("name", "")
        if not name or not problem.get("suggestions") or problem.get("field") == "partners":
            return ""
        return self._once(ORGANISATION, ORGANISATION, name)

    def _once(self, ask: str, kind: str, name: str) -> str:
        key = kind, name_key(name)
        if key in self._names:
            return ABOVE
        self._names.add(key)
        return ask


def has_decision(row: ImportRow, decision: str) -> bool:
    """Whether something is to be said, or was said, about what becomes of a row."""
    return bool(decision) or row.verdict in (*STOPPING, LEFT_OUT)


def answers_in(data: QueryDict, wishes: Wishes) -> Wishes:
    """The wishes with what a form adds to them; what no form of ours would say is passed over.

    Each kind of answer comes as two lists of one length: what it is about, and what was said.
    """
    if "forget" in data:
        return Wishes(tables=wishes.tables)
    for place, words in _pairs(data, "cell_at", "cell_is"):
        was = _clean(data.get(f"was:{place}", ""))
        if CELL.fullmatch(place) and words != was:
            sheet, row, field = place.split(":")
            wishes.cells.setdefault(f"{sheet}:{row}", {})[field] = words
    for place, decision in _pairs(data, "row_at", "row_is"):
        if not ROW.fullmatch(place):
            continue
        if decision == UNDECIDED:
            wishes.rows.pop(place, None)
        elif decision in (ADD, TAKE, LEAVE_OUT) or REFERENCE.fullmatch(decision):
            wishes.rows[place] = decision
    wishes.partners |= _names(data, "partner_said", "partner_is")
    wishes.organisations |= _names(data, "organisation_said", "organisation_is")
    return wishes


def _names(data: QueryDict, about: str, said: str) -> dict[str, str]:
    """For each name as it was written, the one that is meant."""
    return {
        name_key(name): meant.strip()
        for name, meant in _pairs(data, about, said)
        if name_key(name) and meant.strip() and len(meant) <= LONGEST_NAME
    }


def _pairs(data: QueryDict, about: str, said: str) -> list[tuple[str, str]]:
    pairs = zip(data.getlist(about), data.getlist(said), strict=False)
    return [(_clean(place), _clean(words)) for place, words in pairs]


def _clean(words: str) -> str:
    """Words with the breaks between lines that cells have, and without what no database takes."""
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")[:LONGEST_ANSWER]


def mapping_in(
    data: Mapping[str, Any],
    tables: Sequence[Mapping[str, Any]],
    offered: Mapping[str, Collection[str]],
) -> tuple[dict[str, Any], bool]:
    """The mapping that a form says for each table, and whether a table became another one.

    ``offered`` are the fields of each table of the report, by its slug: nothing else is taken.
    Where a table became another one, the columns that were asked for are those of the former one:
    they are left out.
    """
    chosen: dict[str, Any] = {}
    again = False
    for table in tables:
        key = table["key"]
        slug = data.get(f"type:{key}")
        if slug is None or (slug and slug not in offered):
            continue
        choice: dict[str, Any] = {"type": slug}
        if slug and slug != table["type"]:
            again = True
        else:
            choice["columns"] = dict(_columns_in(data, table, offered.get(table["type"], ())))
        chosen[key] = choice
    return chosen, again


def _columns_in(
    data: Mapping[str, Any], table: Mapping[str, Any], fields: Collection[str]
) -> Iterable[tuple[str, str]]:
    for column in table["columns"]:
        at, field = column["at"], column["field"]
        said = data.get(f"column:{table['key']}:{at}", field)
        yield str(at), said if said == "" or said in fields else field
