"""What counting adds to the page of an action: for which indicators it counts, or why not."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from actions.models import Action

from .models import Indicator
from .progress import COUNTED, REASONS, rows_of


def counting_panel(action: Action, request: HttpRequest) -> SafeString:
    """The indicators that count actions of this type, each with the verdict on this one."""
    lines = []
    for indicator in Indicator.objects.of(action.project).filter(action_types=action.type):
        indicator.project = action.project
        verdict = rows_of(indicator).values_list("verdict", flat=True).get(pk=action.pk)
        reason = "" if verdict == COUNTED else REASONS[verdict]
        lines.append({"indicator": indicator, "counted": verdict == COUNTED, "reason": reason})
    return render_to_string("kpis/counting_panel.html", {"lines": lines}, request)
