"""What every page shows of the project: its name, the member, and the main navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import Membership, Partner
from .roles import Capability
from .words import Words

# label, name of the URL, icon, what one must be able to do to be shown it
NAVIGATION: list[tuple[Words, str, str, Capability]] = [
    (_("Overview"), "overview", "speedometer2", Capability.VIEW),
    (_("Actions"), "action-list", "list-check", Capability.VIEW),
    (_("Agreements"), "agreement-list", "file-earmark-check", Capability.VIEW),
    (_("Events"), "event-list", "calendar-event", Capability.VIEW),
    (_("Matchmaking"), "matchmaking-list", "people", Capability.VIEW),
    (_("Organisations"), "organisation-list", "buildings", Capability.VIEW),
    (_("Timeline"), "timeline", "calendar3", Capability.VIEW),
    (_("Deviations"), "deviations", "chat-left-text", Capability.VIEW),
    (_("Report"), "report", "download", Capability.EXPORT),
    (_("Import"), "import", "upload", Capability.IMPORT),
]


def project(request: HttpRequest) -> dict[str, Any]:
    """The project, the membership and the navigation; nothing outside a project."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return {"project": None, "membership": None, "nav": []}
    return {
        "project": membership.project,
        "membership": membership,
        "nav": navigation(membership, request.path),
    }


def navigation(membership: Membership, path: str) -> list[dict[str, Any]]:
    """The pages that the member may open, the one that ``path`` lies under marked as current."""
    slug = membership.project.slug
    items: list[dict[str, Any]] = [
        {"label": label, "url": reverse(name, args=[slug]), "icon": icon, "current": False}
        for label, name, icon, capability in NAVIGATION
        if membership.may(capability)
    ]
    if membership.partner:
        items.insert(1, own_partner(membership.partner, slug))
    home, *rest = items
    under = [item for item in rest if path.startswith(item["url"])]
    current = under[0] if under else home if path == home["url"] else None
    if current:
        current["current"] = True
    return items


def own_partner(partner: Partner, slug: str) -> dict[str, Any]:
    """The entry of the member's own partner, beside the overview of all."""
    url = reverse("partner", args=[slug, partner.code])
    return {"label": partner.code, "url": url, "icon": "person", "current": False}
