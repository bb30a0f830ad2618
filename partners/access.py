"""The door to everything below a project: who is a member, and what that member may do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import View

from .models import Membership, Project
from .roles import Capability


class ProjectView(View):
    """A view of one project, for its members only; ``capability`` says what the view needs.

    A project of which the user is no member is not there (404). A view without a capability is
    closed to everyone. ``write_capability`` is what any method but GET and HEAD needs besides.
    """

    capability: Capability | None = None
    write_capability: Capability | None = None
    project: Project
    membership: Membership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.membership = self.find_membership(kwargs.pop("project"))
        self.project = self.membership.project
        self.kwargs = kwargs
        request.membership = self.membership  # type: ignore[attr-defined]
        needed = [self.capability]
        if request.method not in ("GET", "HEAD", "OPTIONS") and self.write_capability:
            needed.append(self.write_capability)
        if not all(capability and self.membership.may(capability) for capability in needed):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

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
