"""Light, dark or as the system wishes: what a person has chosen, in a cookie of this browser.

The choice needs no script: a form posts it, and each page carries it on ``<html data-bs-theme>``.
Without a choice there is no such attribute, and app.css follows ``prefers-color-scheme``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_POST

from .words import Words

COOKIE = "theme"
COOKIE_AGE = 5 * 365 * 24 * 60 * 60  # seconds
LIGHT, DARK, SYSTEM = "light", "dark", "system"
# name, label, icon
THEMES: list[tuple[str, Words, str]] = [
    (LIGHT, _("Light"), "sun"),
    (DARK, _("Dark"), "moon"),
    (SYSTEM, _("System"), "circle-half"),
]


def theme_of(request: HttpRequest) -> str:
    """What this browser was told; as the system wishes where it was told nothing we know."""
    chosen = request.COOKIES.get(COOKIE, SYSTEM)
    return chosen if chosen in (LIGHT, DARK) else SYSTEM


def theme(request: HttpRequest) -> dict[str, Any]:
    """For every page: the scheme to say on <html>, blank for the system's, and the choices."""
    chosen = theme_of(request)
    choices = [
        {"name": name, "label": label, "icon": icon, "current": name == chosen}
        for name, label, icon in THEMES
    ]
    return {"theme": "" if chosen == SYSTEM else chosen, "themes": choices}


@method_decorator(require_POST, name="dispatch")
class ThemeChoice(View):
    """Keeps the choice, and leads back to the page on which it was made."""

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(self.page_before(request))
        chosen = request.POST.get("theme")
        if chosen in (LIGHT, DARK):
            response.set_cookie(
                COOKIE,
                chosen,
                max_age=COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif chosen == SYSTEM:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response

    def page_before(self, request: HttpRequest) -> str:
        """A page of ours only: the address comes from the form, and could be anyone's."""
        address = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return address if is_ours else reverse("home")
