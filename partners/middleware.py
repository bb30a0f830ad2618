"""Serves ``/known/2022-06-30/elca/…``: the page of ``/elca/…`` as it was known at that day's end.

Every address that such a page gives lies below the same prefix, so that one stays in the past until
one leaves it. The page itself is made in the past by ``partners.access.ProjectView``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _

from . import clock
from .fields import DAY_FORMATS
from .models import RESERVED_SLUGS

PREFIX = "known"
ADDRESS = re.compile(rf"\A/{PREFIX}/([^/]*)/+(.*)\Z", re.DOTALL)
SEEN = ("GET", "HEAD")
SENSES = (ACHIEVED, KNOWN) = ("achieved", "known")
# What belongs to who is signed in, and to no day: sent on with all that was typed.
OF_THE_ACCOUNT = ("account", "sign-in", "sign-out", "password", "theme", "language")


def read_day(text: str) -> date | None:
    """A day as addresses write it: 2022-06-30, and no other way."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def address_on(request: HttpRequest, day: date | None, query: str) -> str:
    """The address of the page that is asked for, as it was known on a day; None is today."""
    root = get_script_prefix()
    shown: date | None = getattr(request, "known", None)
    if shown:
        root = root.removesuffix(f"{PREFIX}/{shown}/")
    if day:
        root += f"{PREFIX}/{day}/"
    # Without its first signs a path is never the address of another site.
    path = escape_uri_path(request.path_info.lstrip("/"))
    return f"{root}{path}{'?' if query else ''}{query}"


def in_the_sense_asked(request: HttpRequest) -> str | None:
    """Where a page of a past day is in the sense that its form names; None where it is here.

    ``?as_of=<day>&sense=known`` asks what was known then, ``sense=achieved`` what had been achieved
    by then as we know today. A day that cannot be read leads nowhere: the form says so.
    """
    sense, shown = request.GET.get("sense"), getattr(request, "known", None)
    if sense not in SENSES or (sense == ACHIEVED and not shown):
        return None
    try:
        day = forms.DateField(required=False, input_formats=DAY_FORMATS).clean(
            request.GET.get("as_of", "").strip()
        )
    except ValidationError:
        return None
    query = request.GET.copy()
    del query["sense"]
    query.pop("as_of", None)
    if sense == ACHIEVED and day:
        query["as_of"] = day.isoformat()
    return address_on(request, day if sense == KNOWN else None, query.urlencode())


class KnownThenMiddleware:
    """Takes the day off the address before it is looked up, and puts it before all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = ADDRESS.match(request.path_info)
        if not found:
            return self.get_response(request)
        day, path = read_day(found[1]), found[2].lstrip("/")
        request.path_info = f"/{path}"
        today = address_on(request, None, request.META.get("QUERY_STRING", ""))
        if day is None:
            return no_day(request, today)
        first = path.partition("/")[0]
        if first in OF_THE_ACCOUNT:
            return HttpResponse(status=307, headers={"Location": today})
        if request.method not in SEEN:
            return refusal(request, today)
        if not first or first in RESERVED_SLUGS or day >= clock.today():
            return HttpResponseRedirect(today)
        return self.serve(request, day, today)

    def serve(self, request: HttpRequest, day: date, today: str) -> HttpResponseBase:
        # Static files have one address, which is taken down when first asked for.
        staticfiles_storage.url("")
        root = get_script_prefix()
        request.known = day  # type: ignore[attr-defined]
        request.address_of_today = today  # type: ignore[attr-defined]
        set_script_prefix(f"{root}{PREFIX}/{day}/")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(root)


def no_day(request: HttpRequest, today: str) -> HttpResponse:
    words = _("The address names no day. Write it as year, month and day, such as 2022-06-30.")
    return said(request, _("No such day"), words, today, 404)


def refusal(request: HttpRequest, today: str) -> HttpResponse:
    words = _("You look at the past: go back to today to change something.")
    response = said(request, _("The past stays as it is"), words, today, 405)
    response["Allow"] = ", ".join(SEEN)
    return response


def said(request: HttpRequest, title: str, words: str, today: str, status: int) -> HttpResponse:
    """A page of one sentence, with the way back to today."""
    context = {"title": title, "words": words, "today": today}
    return render(request, "partners/past.html", context, status=status)
