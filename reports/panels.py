"""What documents add to the page of an agreement: its text as a Word document."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from actions.models import Action
from partners.roles import Capability

AGREEMENT = "agreement"


def document_panel(action: Action, request: HttpRequest) -> SafeString:
    """The document of an agreement to download; nothing for other records."""
    membership = getattr(request, "membership", None)
    if action.type.record != AGREEMENT or not (membership and membership.may(Capability.EXPORT)):
        return SafeString()
    context = {"action": action, "may_keep": membership.may(Capability.KEEP_TEMPLATES)}
    return render_to_string("reports/parts/document_panel.html", context, request)
