"""The pages of saved views: all of them, and saving, renaming and deleting one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .access import ProjectView
from .models import SavedView
from .roles import Capability
from .saved_views import (
    PAGES,
    address_of,
    change_view,
    clean_query,
    delete_view,
    may_delete,
    save_view,
)


class ViewForm(forms.Form):
    """The name of a view and who finds it; whoever may not share is not asked."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    shared = forms.BooleanField(
        label=gettext_lazy("Share with the project"),
        help_text=gettext_lazy("Every member of the project finds it in the menu of the list."),
        required=False,
    )

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"name": said["name"], "shared": said.get("shared", False)}


class NewViewForm(ViewForm):
    """A view that is not there yet: of which list, with which filters."""

    page = forms.ChoiceField(label=gettext_lazy("List"), choices=list(PAGES.items()))
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_query(self) -> str:
        return clean_query(self.cleaned_data["query"])


class ViewPage(ProjectView):
    """A page of views: those of others that are not shared are not there."""

    capability = Capability.SAVE_VIEW
    travels = False

    def find(self, pk: int) -> SavedView:
        visible = SavedView.objects.of(self.project).visible_to(self.request.user)
        view: SavedView = get_object_or_404(visible.select_related("user"), pk=pk)
        return view

    def find_own(self, pk: int) -> SavedView:
        view = self.find(pk)
        if view.user_id != self.membership.user_id:
            raise PermissionDenied
        return view

    def crumbs(self) -> list[tuple[str, str]]:
        return [(_("Saved views"), reverse("view-list", args=[self.project.slug]))]

    def show(self, request: HttpRequest, form: ViewForm, view: SavedView | None) -> HttpResponse:
        context = {"form": form, "view": view, "crumbs": self.crumbs()}
        status = 422 if form.errors else 200
        return render(request, "partners/saved_view_form.html", context, status=status)


class SavedViewList(ViewPage):
    """The own views and those that are shared, by list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        visible = SavedView.objects.of(self.project).visible_to(request.user)
        rows = [
            {
                "view": view,
                "label": PAGES[view.page],
                "url": address_of(view, self.project),
                "own": view.user_id == self.membership.user_id,
                "may_delete": may_delete(view, self.membership),
            }
            for view in visible.select_related("user")
            if view.page in PAGES
        ]
        order = list(PAGES)
        rows.sort(key=lambda row: (order.index(row["view"].page), not row["own"]))
        return render(request, "partners/saved_views.html", {"rows": rows})


class SavedViewAdd(ViewPage):
    """Saves the filters of a list under a name, and shows the list again."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page, query = request.GET.get("page", ""), request.GET.get("query", "")
        given = {"page": page, "query": query.replace("\0", "")}
        form = NewViewForm(initial=given, may_share=self.may(Capability.SHARE_VIEW))
        return self.show(request, form, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewViewForm(request.POST, may_share=self.may(Capability.SHARE_VIEW))
        if form.is_valid():
            asked = {name: form.cleaned_data[name] for name in ("page", "query")}
            try:
                view = save_view(
                    project=self.project, user=self.membership.user, **asked, **form.values()
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved view: %(name)s") % {"name": view.name})
                return redirect(address_of(view, self.project))
        return self.show(request, form, None)


class SavedViewEdit(ViewPage):
    """Renames an own view, shares it or keeps it to oneself."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.find_own(pk)
        given = {"name": view.name, "shared": view.shared}
        form = ViewForm(initial=given, may_share=self.may(Capability.SHARE_VIEW))
        return self.show(request, form, view)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.find_own(pk)
        form = ViewForm(request.POST, may_share=self.may(Capability.SHARE_VIEW))
        if form.is_valid():
            try:
                change_view(view=view, **form.values())
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved view: %(name)s") % {"name": view.name})
                return redirect("view-list", self.project.slug)
        return self.show(request, form, view)


class SavedViewDelete(ViewPage):
    """Asks, then deletes a view; nothing of what it shows."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = {"view": self.find_deletable(pk), "crumbs": self.crumbs()}
        return render(request, "partners/saved_view_delete.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.find_deletable(pk)
        messages.success(request, _("Deleted: %(name)s") % {"name": view.name})
        delete_view(view=view)
        return redirect("view-list", self.project.slug)

    def find_deletable(self, pk: int) -> SavedView:
        view = self.find(pk)
        if not may_delete(view, self.membership):
            raise PermissionDenied
        return view
