"""The three figures for people: what each of them counts, and the three beside each other."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import Measure
from partners.words import Words

from .figure import Figure

MEASURE_WORDS: dict[str, Words] = {
    Measure.CLAIMED: _("Achieved, as the partner says who answers for the action."),
    Measure.EVIDENCED: _(
        "Claimed, and every kind of evidence that its table asks for is attached or linked."
    ),
    Measure.VERIFIED: _("Evidenced, and accepted by the task leader."),
}

# The figures within a sentence: only a translator knows which words have a capital there.
IN_SENTENCE: dict[str, Words] = {
    Measure.CLAIMED: _("claimed"),
    Measure.EVIDENCED: _("evidenced"),
    Measure.VERIFIED: _("verified"),
}


def beside(lead: str) -> list[str]:
    """What the figures beside the leading one are called."""
    return [str(m.label) for m in Measure if m != lead]


def others_of(figure: Figure, lead: str) -> list[dict[str, Any]]:
    """The figures beside the leading one, each with its word; none where there is no data."""
    if figure.shown is None:
        return []
    return [
        {"value": m.value, "label": m.label, "number": figure.measures[m]}
        for m in Measure
        if m != lead
    ]
