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
    (_("Review"), "review", "eye", Capability.VIEW),
    (_("Report"), "report", "download", Capability.EXPORT),
    (_("Import"), "import", "upload", Capability.IMPORT),
]
# The pages that belong together under an entry, by the name of its URL: label and name of
# each, and what one must be able to do to be shown it.
SECTIONS: dict[str, list[tuple[Words, str, Capability]]] = {
    "organisation-list": [
        (_("Organisations"), "organisation-list", Capability.VIEW),
        (_("Reach"), "reach", Capability.VIEW),
    ],
    "report": [
        (_("Report"), "report", Capability.VIEW),
        (_("Checks"), "checks", Capability.VIEW),
        (_("Deviations"), "deviations", Capability.VIEW),
        (_("Sealed reports"), "sealed-list", Capability.VIEW),
        (_("History"), "history", Capability.VIEW),
        (_("Files to erase"), "files-to-erase", Capability.ERASE_FILE),
    ],
}
# Pages without an entry of their own that are reached from the overview.
UNDER_THE_OVERVIEW = ("kpis/", "amendments/", "figure/")


def project(request: HttpRequest) -> dict[str, Any]:
    """The project, the membership and the navigation; nothing outside a project."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return {"project": None, "membership": None, "nav": [], "section_nav": []}
    section = section_of(membership.project.slug, request.path)
    return {
        "project": membership.project,
        "membership": membership,
        "nav": navigation(membership, request.path, section),
        "section_nav": pages_of(section, membership, request.path),
    }


def navigation(membership: Membership, path: str, section: str = "") -> list[dict[str, Any]]:
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
    place = reverse(section, args=[slug]) if section else path
    under = [item for item in rest if place.startswith(item["url"])]
    near_home = path.removeprefix(home["url"]).startswith(UNDER_THE_OVERVIEW)
    current = under[0] if under else home if path == home["url"] or near_home else None
    if current:
        current["current"] = True
    return items


def section_of(slug: str, path: str) -> str:
    """The entry under which a page stands that has none of its own; blank for all others."""
    for name, pages in SECTIONS.items():
        if any(path.startswith(reverse(page, args=[slug])) for _label, page, _needed in pages):
            return name
    return ""


def pages_of(section: str, membership: Membership, path: str) -> list[dict[str, Any]]:
    """The pages beside each other in a section, with the one that is shown."""
    slug = membership.project.slug
    found: list[dict[str, Any]] = [
        {"label": label, "url": reverse(name, args=[slug])}
        for label, name, capability in SECTIONS.get(section, ())
        if membership.may(capability)
    ]
    for page in found:
        page["current"] = path.startswith(page["url"])
    return found


def own_partner(partner: Partner, slug: str) -> dict[str, Any]:
    """The entry of the member's own partner, beside the overview of all."""
    url = reverse("partner", args=[slug, partner.code])
    return {"label": partner.code, "url": url, "icon": "person", "current": False}
