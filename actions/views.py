"""The pages of every record type: list, detail, deletion. Written once, for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.listing import paged
from partners.models import Change, Project
from partners.restoring import restorable_among
from partners.returning import here, way_back, with_back
from partners.roles import Capability
from partners.story import Entry, story_of

from .evidence_panel import evidence_part
from .filters import ActionFilter
from .forms import ExclusionForm
from .models import Action, Review
from .panels import panels_of
from .querysets import ActionQuerySet
from .records import RecordType, record_of, record_types
from .review_panel import review_part
from .services import delete_action, set_excluded
from .tables import ActionTable

# The filters that stand behind “more filters”: open where one of them is in use.
FOLDED = ("gap", "review", "mission", "since", "until", "reach", "organisation")
TICK = "tick"  # in the address: “all” ticks every row of the page


def records_of(project: Project, record: RecordType) -> ActionQuerySet:
    """The actions of a project that a list of the record type shows: all for the plain action."""
    actions = Action.objects.of(project)
    return actions if record.key == "action" else actions.filter(type__record=record.key)


def list_behind(back: str, project: Project) -> RecordType | None:
    """The record type whose list an address is."""
    path = back.partition("?")[0]
    for record in record_types():
        if path == reverse(f"{record.key}-list", args=[project.slug]):
            return record
    return None


class RecordView(ProjectView):
    """A page of one record type, which the URL conf hands in."""

    capability = Capability.VIEW
    record: RecordType = None  # type: ignore[assignment]

    @cached_property
    def back(self) -> str:
        """The filtered list from which the page was opened; blank where it was none."""
        return way_back(self.request, self.project)

    def list_url(self) -> str:
        return reverse(f"{self.record.key}-list", args=[self.project.slug])

    def url_of(self, action: Action) -> str:
        """The page of an action, which leads back to the same list."""
        return with_back(action.get_absolute_url(), self.back)

    def crumbs(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        behind = list_behind(self.back, self.project)
        words = (behind or self.record).label_plural
        return [(str(words), self.back if behind else self.list_url()), *more]


class RecordList(RecordView):
    """Search, filters, sorting and paging over the records of a type."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = records_of(self.project, self.record).visible_to(request.user).for_table()
        rows = rows.saying_editable_by(request.user)
        filterset = ActionFilter(
            request.GET, queryset=rows, project=self.project, record=self.record
        )
        may_change = self.may(Capability.ADD_ACTION)
        back = here(request, but=TICK)
        table = ActionTable(
            filterset.rows(),
            project=self.project,
            record=self.record,
            back=back,
            changes=may_change,
            ticked=request.GET.get(TICK) == "all",
        )
        paged(request, table)
        return render(
            request,
            "actions/list.html",
            {
                "record": self.record,
                "filterset": filterset,
                "table": table,
                "more_open": any(request.GET.get(name) for name in FOLDED),
                "filtered": any(request.GET.get(name) for name in filterset.filters),
                "add_url": with_back(
                    reverse(f"{self.record.key}-add", args=[self.project.slug]), back
                ),
                "list_url": self.list_url(),
                "may_change": may_change
                and any(row.record.is_editable for row in table.page.object_list),
                "here": back or self.list_url(),
                "export_url": reverse("list-export", args=[self.project.slug, self.record.key]),
                "may_add": self.may(Capability.ADD_ACTION),
                "query": request.GET.urlencode(),
            },
        )


class ActionPage(RecordView):
    """A page of one record: what one may not see is not there."""

    def find(self, pk: int) -> Action:
        records = self.record.model._default_manager.all()
        assert isinstance(records, ActionQuerySet)
        visible = records.of(self.project).visible_to(self.request.user).for_detail()
        visible = visible.select_related("proposed__user", "reviewed_by")
        visible = visible.saying_editable_by(self.request.user)
        # By `id`: a key of a table that extends another is not checked for numbers too large.
        action: Action = get_object_or_404(visible, id=pk, type__record=self.record.key)
        action.project = self.project
        return action

    def find_editable(self, pk: int) -> Action:
        action = self.find(pk)
        if not action.is_editable:  # type: ignore[attr-defined]
            raise PermissionDenied
        return action

    def may_delete(self, action: Action) -> bool:
        """What was accepted is deleted only by who reviews."""
        return action.review != Review.ACCEPTED or self.may(Capability.REVIEW)


class ActionDetail(ActionPage):
    """One record with everything that is known of it, and its history."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            action = self.find(pk)
        except Http404:
            elsewhere = self.find_elsewhere(pk)
            if elsewhere is None:
                raise
            return redirect(self.url_of(elsewhere))
        values = self.record.values(action)
        may_edit = action.is_editable  # type: ignore[attr-defined]
        history = story_of(action, self.project)
        return render(
            request,
            "actions/detail.html",
            {
                "record": self.record,
                "action": action,
                "status_word": self.record.status_word(action.status),
                "facts": [
                    (column.heading, column.display(values[column.name]))
                    for column in self.record.particular_columns
                ],
                "history": history,
                "back_to": f"{self.record.key}-back" if may_edit else "",
                "goes_back": self.ways_back(history) if may_edit else (),
                "restorable": self.restorable(history),
                "panels": panels_of(action, request),
                "crumbs": self.crumbs(),
                "may_edit": may_edit,
                "evidence": evidence_part(action, self.membership, may_edit=may_edit),
                "review": review_part(action, self.membership, may_edit=may_edit),
                "may_delete": may_edit and self.may_delete(action),
                "may_exclude": self.may(Capability.EXCLUDE_ACTION),
                "exclusion_form": ExclusionForm(
                    initial={"reason": action.exclusion_reason}, auto_id="id_exclusion_%s"
                ),
                "back": self.back,
                "urls": {
                    name: with_back(
                        reverse(f"{self.record.key}-{name}", args=[self.project.slug, pk]),
                        self.back,
                    )
                    for name in ("edit", "delete", "exclude")
                },
            },
        )

    def restorable(self, history: Sequence[Entry]) -> set[int]:
        """The changes that took away what can be brought back."""
        changes = [entry.change for entry in history if entry.change]
        return restorable_among(changes) if self.may(Capability.RESTORE) else set()

    def ways_back(self, history: Sequence[Entry]) -> set[int]:
        """The changes of values before which the action can be put back."""
        names = {column.name for column in self.record.columns}
        changes = [entry.change for entry in history if entry.change]
        return {
            change.pk
            for change in changes
            if change.kind == Change.Kind.CHANGED
            and change.transaction
            and names & change.fields.keys()
        }

    def find_elsewhere(self, pk: int) -> Action | None:
        """The record behind /actions/17/ where it is an agreement or an event: it lives there."""
        if self.record.key != "action":
            return None
        others = Action.objects.of(self.project).exclude(type__record=self.record.key)
        return others.visible_to(self.request.user).select_related("type").filter(pk=pk).first()


class ActionDelete(ActionPage):
    """Asks, then deletes; the history keeps what was there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_deletable(pk)
        context = {
            "action": action,
            "record": record_of(action),
            "crumbs": self.crumbs(),
            "back_url": self.url_of(action),
        }
        return render(request, "actions/delete.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_deletable(pk)
        label = str(action)
        delete_action(action=action, user=self.membership.user)
        messages.success(request, _("Deleted: %(action)s") % {"action": label})
        return redirect(self.back or self.list_url())

    def find_deletable(self, pk: int) -> Action:
        action = self.find_editable(pk)
        if not self.may_delete(action):
            raise PermissionDenied
        return action


class ActionExclude(ActionPage):
    """Leaves an action out of the count, with a reason, or counts it again."""

    write_capability = Capability.EXCLUDE_ACTION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(self.url_of(self.find(pk)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        form = ExclusionForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["reason"])))
            return redirect(self.url_of(action))
        reason = form.cleaned_data["reason"]
        if not (reason or action.excluded):
            messages.error(request, _("Say why it is left out of the count."))
            return redirect(self.url_of(action))
        set_excluded(action=action, user=self.membership.user, reason=reason)
        said = _("Left out of the count.") if reason else _("Counted again.")
        messages.success(request, said)
        return redirect(self.url_of(action))
