"""Reads what somebody answered on the pages of an import: mappings, corrections, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from partners.names import name_key

from .wishes import Wishes

LONGEST_ANSWER = 20_000
UNDECIDED = ""


def answers_in(data: QueryDict, wishes: Wishes) -> Wishes:
    """The wishes with what a form adds to them.

    Each kind of answer comes as two lists of one length: what it is about, and what was said.
    """
    if "forget" in data:
        return Wishes(tables=wishes.tables)
    for place, words in _pairs(data, "cell_at", "cell_is"):
        sheet, row, field = ([*place.split(":", 2), "", ""])[:3]
        was = data.get(f"was:{place}", "")
        if field and words != was:
            wishes.cells.setdefault(f"{sheet}:{row}", {})[field] = words
    for place, decision in _pairs(data, "row_at", "row_is"):
        if decision == UNDECIDED:
            wishes.rows.pop(place, None)
        else:
            wishes.rows[place] = decision
    for said, meant in _pairs(data, "partner_said", "partner_is"):
        if meant:
            wishes.partners[name_key(said)] = meant
    for said, meant in _pairs(data, "organisation_said", "organisation_is"):
        if meant:
            wishes.organisations[name_key(said)] = meant
    return wishes


def _pairs(data: QueryDict, about: str, said: str) -> list[tuple[str, str]]:
    return [
        (place[:LONGEST_ANSWER], words[:LONGEST_ANSWER])
        for place, words in zip(data.getlist(about), data.getlist(said), strict=False)
    ]


def mapping_in(
    data: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """The mapping that a form says for each table, and whether a table became another one.

    Where it did, the columns that were asked for are those of the former one: they are left out.
    """
    chosen: dict[str, Any] = {}
    again = False
    for table in tables:
        key = table["key"]
        slug = data.get(f"type:{key}")
        if slug is None:
            continue
        choice: dict[str, Any] = {"type": slug}
        if slug and slug != table["type"]:
            again = True
        else:
            choice["columns"] = {
                str(column["at"]): data.get(f"column:{key}:{column['at']}", column["field"])
                for column in table["columns"]
            }
        chosen[key] = choice
    return chosen, again
