"""The door to everything below a project: who is a member, and what that member may do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from . import clock
from .middleware import in_the_sense_asked
from .models import Membership, Project
from .roles import Capability
from .travel import end_of, known, nothing_recorded_words
from .versions import record_begins


class ProjectView(View):
    """A view of one project, for its members only; ``capability`` says what the view needs.

    A project of which the user is no member is not there (404). A view without a capability is
    closed to everyone. ``write_capability`` is what any method but GET and HEAD needs besides.

    Below ``/known/<day>/`` the view runs in the past of that day; one that does not travel shows
    what is there today, and like all others changes nothing then.
    """

    capability: Capability | None = None
    write_capability: Capability | None = None
    travels = True
    project: Project
    membership: Membership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.membership = self.find_membership(kwargs.pop("project"))
        self.project = self.membership.project
        self.kwargs = kwargs
        request.membership = self.membership  # type: ignore[attr-defined]
        day: date | None = getattr(request, "known", None)
        return self.serve_past(request, day) if day else self.serve(request)

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        """Answer whoever may be answered; in the sense of the past that the address asks for."""
        needed = [self.capability]
        if request.method not in ("GET", "HEAD", "OPTIONS") and self.write_capability:
            needed.append(self.write_capability)
        if not all(capability and self.membership.may(capability) for capability in needed):
            raise PermissionDenied
        elsewhere = in_the_sense_asked(request)
        if elsewhere:
            return HttpResponseRedirect(elsewhere)
        return super().dispatch(request, *self.args, **self.kwargs)

    def serve_past(self, request: HttpRequest, day: date) -> HttpResponseBase:
        """Answer with what was known at the end of a day; what was not recorded is not there."""
        begins = record_begins(self.project)
        moment = end_of(day)
        request.record_begins = self.begin_worth_telling(begins)  # type: ignore[attr-defined]
        if begins is None or begins > moment:
            return nothing_recorded(request, begins)
        if not self.travels:
            with clock.looking_back():
                return self.serve(request)
        with known(self.project, moment) as then:
            self.project = self.membership.project = then
            if self.membership.partner:
                self.membership.partner.project = then
            return self.serve(request)

    def begin_worth_telling(self, begins: datetime | None) -> date | None:
        """When the record begins, where that is later than the project itself."""
        day = timezone.localdate(begins) if begins else None
        return day if day and day > self.project.starts_on else None

    def find_membership(self, slug: str) -> Membership:
        memberships = Membership.objects.select_related("project", "partner", "user")
        try:
            membership = memberships.get(project__slug=slug, user_id=self.request.user.pk)
        except Membership.DoesNotExist:
            raise Http404 from None
        if membership.partner:
            membership.partner.project = membership.project
        return membership

    def may(self, capability: Capability) -> bool:
        return self.membership.may(capability)


def nothing_recorded(request: HttpRequest, begins: datetime | None) -> HttpResponse:
    """A page that says from which day on something is known."""
    context = {
        "title": _("Nothing was known yet"),
        "words": nothing_recorded_words(begins),
        "today": request.address_of_today,  # type: ignore[attr-defined]
    }
    return render(request, "partners/past.html", context, status=404)
