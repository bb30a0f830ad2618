"""Where a user lands, and the pages of organisations: list, detail, form, merging, suggestions."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import slug_re
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.defaults import page_not_found

from .access import ProjectView
from .filters import OrganisationFilter
from .forms import MergeForm, OrganisationForm
from .listing import paged
from .models import Membership, Organisation, User
from .roles import Capability, Role
from .services import (
    add_organisation,
    change_organisation,
    delete_organisation,
    merge_organisations,
)
from .states import facts_of
from .story import story_of
from .tables import OrganisationTable

MOST_SUGGESTIONS = 8


@login_not_required
def health(_request: HttpRequest) -> HttpResponse:
    """Say that the application and its database answer, for a monitor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def landing_url(membership: Membership) -> str:
    """The page where a member's work is: for a partner user, the partner's own dashboard."""
    slug = membership.project.slug
    if membership.role == Role.PARTNER and membership.partner:
        return reverse("partner", args=[slug, membership.partner.code])
    return reverse("overview", args=[slug])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page that says 404, with the navigation of the project below which nothing was found."""
    slug = request.path_info.lstrip("/").partition("/")[0]
    user = getattr(request, "user", None)
    known = hasattr(request, "membership")
    # What is no slug is no project, and may be what a database refuses to look for.
    if user and user.is_authenticated and not known and slug_re.match(slug):
        found = Membership.objects.filter(user=user, project__slug=slug)
        request.membership = found.select_related("project", "partner").first()  # type: ignore[attr-defined]
    return page_not_found(request, exception)


class Home(View):
    """Leads to the user's project; offers the choice where there are several."""

    def get(self, request: HttpRequest) -> HttpResponse:
        memberships = list(
            Membership.objects.filter(user=cast(User, request.user))
            .select_related("project", "partner")
            .order_by("project__acronym")
        )
        if len(memberships) == 1:
            return redirect(landing_url(memberships[0]))
        facts = facts_of(memberships)
        choices = [(m, landing_url(m), facts[m.project_id]) for m in memberships]
        return render(request, "partners/home.html", {"choices": choices})


class OrganisationList(ProjectView):
    """Search, filters, sorting and paging over the organisations."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Organisation.objects.of(self.project).visible_to(request.user).for_table()
        filterset = OrganisationFilter(request.GET, queryset=rows, project=self.project)
        table = paged(request, OrganisationTable(filterset.rows()))
        return render(
            request,
            "partners/organisation_list.html",
            {
                "filterset": filterset,
                "table": table,
                "filtered": any(request.GET.get(name) for name in filterset.filters),
                "more_open": any(request.GET.get(name) for name in ("sector", "reach")),
                "query": request.GET.urlencode(),
                "may_add": self.may(Capability.ADD_ORGANISATION),
            },
        )


class OrganisationPage(ProjectView):
    """A page of one organisation: what one may not see is not there."""

    capability = Capability.VIEW

    def find(self, pk: int) -> Organisation:
        visible = Organisation.objects.of(self.project).visible_to(self.request.user)
        found = visible.prefetch_related("aliases", "sectors")
        organisation: Organisation = get_object_or_404(found, pk=pk)
        organisation.project = self.project
        return organisation


class OrganisationDetail(OrganisationPage):
    """One organisation with everything that touches it, across all tables."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = self.find(pk)
        actions = organisation.actions.select_related("type", "project")
        return render(
            request,
            "partners/organisation_detail.html",
            {
                "organisation": organisation,
                "actions": actions.prefetch_related("partners").order_by("type__table_number"),
                "history": story_of(organisation, self.project),
                "may_edit": self.may(Capability.EDIT_ORGANISATION),
                "may_merge": self.may(Capability.MERGE_ORGANISATIONS),
            },
        )


class OrganisationForms(OrganisationPage):
    """The form of an organisation, new or there already."""

    def show(
        self, request: HttpRequest, form: OrganisationForm, organisation: Organisation | None
    ) -> HttpResponse:
        context = {"form": form, "organisation": organisation}
        status = 422 if form.is_bound else 200
        return render(request, "partners/organisation_form.html", context, status=status)


class OrganisationAdd(OrganisationForms):
    """Adds an organisation."""

    capability = Capability.ADD_ORGANISATION

    def get(self, request: HttpRequest) -> HttpResponse:
        form = OrganisationForm(project=self.project, initial={"name": request.GET.get("name", "")})
        return self.show(request, form, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OrganisationForm(request.POST, project=self.project)
        if form.is_valid():
            try:
                added = add_organisation(
                    project=self.project, user=self.membership.user, **form.values()
                )
            except ValidationError as error:
                form.take_errors(error)
            else:
                messages.success(request, _("Saved: %(name)s") % {"name": added.name})
                return redirect(added)
        return self.show(request, form, None)


class OrganisationEdit(OrganisationForms):
    """Changes an organisation."""

    capability = Capability.VIEW

    def editable(self, pk: int) -> Organisation:
        organisation = self.find(pk)
        if not self.may(Capability.EDIT_ORGANISATION):
            raise PermissionDenied
        return organisation

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = self.editable(pk)
        form = OrganisationForm(project=self.project, organisation=organisation)
        return self.show(request, form, organisation)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = self.editable(pk)
        form = OrganisationForm(request.POST, project=self.project, organisation=organisation)
        if form.is_valid():
            try:
                change_organisation(
                    organisation=organisation, user=self.membership.user, **form.changes()
                )
            except ValidationError as error:
                form.take_errors(error)
            else:
                messages.success(request, _("Saved: %(name)s") % {"name": organisation.name})
                return redirect(organisation)
        return self.show(request, form, organisation)


class OrganisationDelete(OrganisationEdit):
    """Asks, then deletes an organisation that no action touches."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = self.editable(pk)
        context = {"organisation": organisation, "in_use": organisation.actions.count()}
        return render(request, "partners/organisation_delete.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = self.editable(pk)
        if organisation.actions.exists():
            said = _("%(name)s stands in actions: merge it into another instead.")
            messages.error(request, said % {"name": organisation.name})
            return redirect(organisation)
        delete_organisation(organisation=organisation, user=self.membership.user)
        messages.success(request, _("Deleted: %(name)s") % {"name": organisation.name})
        return redirect("organisation-list", self.project.slug)


class OrganisationMerge(OrganisationPage):
    """Merges an organisation into another: shows what moves, asks, then does it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        merged = self.mergeable(pk)
        form = MergeForm(request.GET if "into" in request.GET else None, merged=merged)
        return self.show(request, form, merged)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        merged = self.mergeable(pk)
        form = MergeForm(request.POST, merged=merged)
        if not form.is_valid():
            return self.show(request, form, merged)
        kept = self.merge(form.cleaned_data["into"].pk, merged.pk)
        said = _("%(merged)s is now a spelling of %(kept)s.")
        messages.success(request, said % {"merged": merged.name, "kept": kept.name})
        return redirect(kept)

    @transaction.atomic
    def merge(self, kept_pk: int, merged_pk: int) -> Organisation:
        """Lock both, in the order of their keys, so that two merges at once wait for each other."""
        both = Organisation.objects.of(self.project).select_for_update().order_by("pk")
        found = both.in_bulk([kept_pk, merged_pk])
        if len(found) != 2:
            raise PermissionDenied
        return merge_organisations(
            kept=found[kept_pk], merged=found[merged_pk], user=self.membership.user
        )

    def mergeable(self, pk: int) -> Organisation:
        organisation = self.find(pk)
        if not self.may(Capability.MERGE_ORGANISATIONS):
            raise PermissionDenied
        return organisation

    def show(self, request: HttpRequest, form: MergeForm, merged: Organisation) -> HttpResponse:
        context = {
            "form": form,
            "organisation": merged,
            "actions": merged.actions.select_related("type", "project"),
        }
        status = 422 if request.method == "POST" else 200
        return render(request, "partners/organisation_merge.html", context, status=status)


class OrganisationSuggest(ProjectView):
    """The organisations whose name or other spelling holds what is being typed, as JSON."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> JsonResponse:
        words = request.GET.get("q", "").strip()[:100]
        found = Organisation.objects.of(self.project).visible_to(request.user)
        found = found.containing(words).by_name()[:MOST_SUGGESTIONS] if words else found.none()
        results: list[dict[str, Any]] = [
            {"id": o.pk, "name": o.name, "detail": self.detail(o)} for o in found
        ]
        return JsonResponse({"results": results})

    def detail(self, organisation: Organisation) -> str:
        return ", ".join(
            str(part)
            for part in (organisation.get_kind_display(), organisation.country.name)
            if part
        )
