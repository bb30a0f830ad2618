"""The history of a whole project: every change of every record, filtered, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from .access import ProjectView
from .filters import HistoryFilter
from .forms import ReasonForm
from .listing import PAGE
from .models import Change
from .restoring import is_restorable, plan_of, restorable_among, restore
from .roles import Capability
from .story import outside_entries, record_model, told, told_all


class HistoryPage(ProjectView):
    """All changes, who made them and how; and what reached the rows past the application."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        visible = Change.objects.of(self.project).visible_to(request.user)
        filterset = HistoryFilter(request.GET, queryset=visible, project=self.project)
        found = filterset.rows().select_related("user")
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        changes = list(page.object_list)
        urls, restorable = addresses_of(changes), self.restorable(changes)
        query = request.GET.copy()
        query.pop("page", None)
        return render(
            request,
            "partners/history.html",
            {
                "filterset": filterset,
                "filtered": any(request.GET.get(name) for name in filterset.filters),
                "page": page,
                "entries": [
                    (
                        entry,
                        urls.get((change.record, change.record_id), ""),
                        change.pk in restorable,
                    )
                    for change, entry in zip(changes, told_all(changes), strict=True)
                ],
                "outside": outside_entries(self.project) if page.number == 1 else [],
                "query": query.urlencode(),
            },
        )

    def restorable(self, changes: Iterable[Change]) -> set[int]:
        return restorable_among(changes) if self.may(Capability.RESTORE) else set()


class RestorePage(ProjectView):
    """Shows what of a deleted record would come back, asks why, and brings it back."""

    capability = Capability.RESTORE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.find(pk), ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = self.find(pk)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(request, change, form)
        try:
            record: Any = restore(
                change=change, user=self.membership.user, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, change, form)
        messages.success(request, _("Brought back: %(record)s") % {"record": record})
        if hasattr(record, "get_absolute_url"):
            return redirect(record.get_absolute_url())
        return redirect("history", self.project.slug)

    def find(self, pk: int) -> Change:
        """A deletion that can be taken back; what is there again already has no such page."""
        changes = Change.objects.of(self.project).visible_to(self.request.user)
        change: Change = get_object_or_404(changes.select_related("project", "user"), pk=pk)
        if not is_restorable(change):
            raise Http404
        return change

    def show(self, request: HttpRequest, change: Change, form: ReasonForm) -> HttpResponse:
        context = {
            "change": change,
            "entry": told(change),
            "plan": plan_of(change),
            "form": form,
            "crumbs": [(_("History"), reverse("history", args=[self.project.slug]))],
        }
        status = 422 if form.is_bound else 200
        return render(request, "partners/restore.html", context, status=status)


def addresses_of(changes: Iterable[Change]) -> dict[tuple[str, int], str]:
    """Where the records of some changes are shown, if they still are: a query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        wanted[change.record].add(change.record_id)
    return {
        (name, pk): record.get_absolute_url()
        for name, pks in wanted.items()
        for pk, record in _found(name, pks).items()
    }


def _found(name: str, pks: set[int]) -> dict[int, Any]:
    model: type[Model] | None = record_model(name)
    if model is None or not hasattr(model, "get_absolute_url"):
        return {}
    rows: Any = model._default_manager.all()
    # What an address is made of comes in the same query.
    needed = [n for n in ("project", "type") if n in {f.name for f in model._meta.fields}]
    return rows.select_related(*needed).in_bulk(pks) if needed else rows.in_bulk(pks)
