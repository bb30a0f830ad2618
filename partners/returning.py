"""The way back: a page that was opened from a list leads there again, as it was filtered.

The address of the list travels in the addresses of the pages that it leads to, as ``?back=``.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from .models import Project

BACK = "back"
LONGEST = 2000  # characters of an address


def way_back(request: HttpRequest, project: Project) -> str:
    """The address within the project that the request names; blank for any other."""
    asked = request.GET.get(BACK, "")
    within = reverse("overview", args=[project.slug])
    fits = len(asked) <= LONGEST and asked.startswith(within) and asked.isprintable()
    return asked if fits and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def with_back(url: str, back: str) -> str:
    """An address that knows the way back, where there is one."""
    return f"{url}?{urlencode({BACK: back})}" if back else url


def here(request: HttpRequest, but: str = "") -> str:
    """The way back to a list as it is filtered, ``but`` for one word; blank for the whole list."""
    query = request.GET.copy()
    query.pop(but, None)
    return f"{request.path}?{query.urlencode()}" if query else ""
