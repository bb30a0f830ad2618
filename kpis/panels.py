"""What counting adds to the page of an action: for which indicators it counts, or why not."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from actions.models import Action
from partners.models import Measure

from .explanation import reason_of, with_reasons
from .measures import IN_SENTENCE
from .models import Indicator
from .verdicts import COUNTED, REASONS, doubled_in, verdict


def counting_panel(action: Action, request: HttpRequest) -> SafeString:
    """The indicators that count actions of this type, each with the verdict on this one.

    Two queries for the indicators and one for the verdicts on it by all three figures.
    """
    lead = action.project.lead_figure
    indicators = list(
        Indicator.objects.of(action.project)
        .filter(action_types=action.type)
        .prefetch_related("action_types")
    )
    row = _judged(action, indicators)
    lines = []
    for indicator in indicators:
        indicator.project = action.project
        given = {m: getattr(row, f"by_{m}_{indicator.pk}") for m in Measure}
        counts_in = [str(IN_SENTENCE[m]) for m in Measure if given[m] == COUNTED]
        row.verdict = given[Measure(lead)]
        counted = row.verdict == COUNTED
        reason = "" if counted else reason_of(row, str(REASONS[row.verdict]))
        lines.append(
            {"indicator": indicator, "counted": counted, "reason": reason, "figures": counts_in}
        )
    if row.duplicate_of:
        row.duplicate_of.project = action.project
    context = {"lines": lines, "original": row.duplicate_of}
    return render_to_string("kpis/counting_panel.html", context, request)


def _judged(action: Action, indicators: list[Indicator]) -> Any:
    """The action with its verdict beside each indicator, by each measure."""
    given = {
        f"by_{measure}_{indicator.pk}": verdict(
            measure, indicator=indicator, doubled=doubled_in(indicator, None)
        )
        for indicator in indicators
        for measure in Measure
    }
    rows = with_reasons(Action.objects.of(action.project), [action.type], Measure.VERIFIED)
    return rows.select_related("duplicate_of__type").annotate(**given).get(pk=action.pk)
