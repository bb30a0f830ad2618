"""Words and tones of imports, for their templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Partner
from partners.words import Words
from reports.answers import has_decision
from reports.models import ImportRow
from reports.results import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    ERROR,
    LEFT_OUT,
    NEW,
    PROPOSED,
    STOPPING,
    UNCHANGED,
)
from reports.wishes import ADD, LEAVE_OUT, TAKE, row_key

register = template.Library()
register.filter(has_decision)

# For each verdict: its word, the look of its tag, the look of its row.
VERDICTS: dict[str, tuple[Words, str, str]] = {
    NEW: (gettext_lazy("New"), "tag--ok", "new"),
    CHANGED: (gettext_lazy("Changed"), "tag--info", "changed"),
    PROPOSED: (gettext_lazy("Proposed"), "tag--info", "changed"),
    UNCHANGED: (gettext_lazy("Unchanged"), "tag--plain", "unchanged"),
    DUPLICATE: (gettext_lazy("Likely there already"), "tag--warn", "warning"),
    CONFLICT: (gettext_lazy("Changed by somebody else"), "tag--warn", "warning"),
    ERROR: (gettext_lazy("Error"), "tag--bad", "error"),
    LEFT_OUT: (gettext_lazy("Left out"), "tag--plain", "muted"),
}
HOW: dict[str, Words] = {
    "exact": gettext_lazy("by its heading"),
    "alias": gettext_lazy("by another word for it"),
    "similar": gettext_lazy("by a similar heading"),
    "cells": gettext_lazy("by what its cells look like"),
    "continued": gettext_lazy("goes on with another column"),
    "remembered": gettext_lazy("as you said before"),
    "chosen": gettext_lazy("as you said"),
    "title": gettext_lazy("by its title"),
    "sheet name": gettext_lazy("by the name of its sheet"),
    "headings": gettext_lazy("by its headings"),
    "option": gettext_lazy("as you said"),
    "unknown": gettext_lazy("not understood"),
}


@register.filter
def verdict_word(verdict: str) -> str:
    return str(VERDICTS[verdict][0])


@register.filter
def verdict_tag(verdict: str) -> str:
    return VERDICTS[verdict][1]


@register.filter
def row_tone(verdict: str) -> str:
    return VERDICTS[verdict][2]


@register.filter
def row_place(row: ImportRow) -> str:
    """The name of a row in its file, under which answers are given."""
    return row_key(row.sheet, row.number)


@register.filter
def decisions(row: ImportRow, decision: str) -> list[tuple[str, str]]:
    """What can be said about a row: the value and its words; first that nothing is said."""
    found = {"": _("Decide later")}
    if row.verdict not in STOPPING:
        found = {"": _("Look at it as before")}
    if row.verdict == DUPLICATE:
        found |= {
            reference: _("It is %(action)s: take its new values") % {"action": reference}
            for reference in row.data["like"]
        }
        found[ADD] = _("It is another one: add it")
    if row.verdict == CONFLICT:
        found[TAKE] = _("Take what the file says")
    found[LEAVE_OUT] = _("Leave this row out")
    # What was said before can be read, and taken back.
    said = {ADD: _("It is another one: add it"), TAKE: _("Take what the file says")}
    found.setdefault(decision, said.get(decision, _("It is %(action)s") % {"action": decision}))
    return list(found.items())


@register.filter
def partner_groups(
    partners: Iterable[Partner], suggestions: Sequence[str] | None
) -> list[tuple[bool, list[Partner]]]:
    """The partners to choose from: those that are likely meant, then the others."""
    likely = [partner for partner in partners if partner.code in (suggestions or ())]
    others = [partner for partner in partners if partner not in likely]
    return [(True, likely), (False, others)] if likely else [(False, others)]


@register.filter
def only_if(address: str, number: int) -> str:
    """An address, where it leads to anything."""
    return address if number else ""


@register.filter
def count_of(counts: Mapping[str, int] | None, verdict: str) -> int | None:
    """How many rows are of a verdict, or wait; None where nothing was counted yet."""
    if not counts:
        return None
    return to_decide(counts) if verdict == "waiting" else counts.get(verdict, 0)


@register.filter
def to_decide(counts: Mapping[str, int]) -> int:
    return sum(counts.get(verdict, 0) for verdict in STOPPING)


@register.filter
def guess_words(guess: Mapping[str, Any]) -> str:
    """How a table or a column was recognised, and how sure that is."""
    if guess.get("skip"):
        return _("left out")
    if guess["how"] in ("option", "chosen", "remembered"):
        said = HOW[guess["how"]]
        return str(said) if guess.get("field", True) else _("left out, %(how)s") % {"how": said}
    if guess["how"] == "unknown" or ("field" in guess and not guess["field"]):
        return str(HOW["unknown"])
    words = {"how": HOW.get(guess["how"], guess["how"]), "sure": round(100 * guess["confidence"])}
    return _("%(how)s (%(sure)d %% sure)") % words
