"""The pages of every record type: list, detail, form, deletion. Written once, for all of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.listing import paged
from partners.models import Project
from partners.roles import Capability
from partners.services import history_of
from partners.story import story

from .filters import ActionFilter
from .forms import ActionForm, EvidenceFileForm, ExclusionForm
from .models import Action, ActionType
from .panels import panels_of
from .querysets import ActionQuerySet
from .records import RecordType, record_of, record_type
from .services import MOST_FILES, delete_action, set_excluded
from .tables import ActionTable

# The filters that stand behind “more filters”: open where one of them is in use.
FOLDED = ("gap", "mission", "since", "until")


def records_of(project: Project, record: RecordType) -> ActionQuerySet:
    """The actions of a project that a list of the record type shows: all for the plain action."""
    actions = Action.objects.of(project)
    return actions if record.key == "action" else actions.filter(type__record=record.key)


class RecordView(ProjectView):
    """A page of one record type, which the URL conf hands in."""

    capability = Capability.VIEW
    record: RecordType = None  # type: ignore[assignment]

    def crumbs(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        url = reverse(f"{self.record.key}-list", args=[self.project.slug])
        return [(str(self.record.label_plural), url), *more]


class RecordList(RecordView):
    """Search, filters, sorting and paging over the records of a type."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = records_of(self.project, self.record).visible_to(request.user).for_table()
        filterset = ActionFilter(
            request.GET, queryset=rows, project=self.project, record=self.record
        )
        table = ActionTable(filterset.rows(), project=self.project, record=self.record)
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
                "add_url": reverse(f"{self.record.key}-add", args=[self.project.slug]),
                "list_url": reverse(f"{self.record.key}-list", args=[self.project.slug]),
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
        # By `id`: a key of a table that extends another is not checked for numbers too large.
        action: Action = get_object_or_404(visible, id=pk, type__record=self.record.key)
        action.project = self.project
        return action

    def find_editable(self, pk: int) -> Action:
        action = self.find(pk)
        if not self.is_editable(action):
            raise PermissionDenied
        return action

    def is_editable(self, action: Action) -> bool:
        return Action.objects.editable_by(self.request.user).filter(pk=action.pk).exists()


class ActionDetail(ActionPage):
    """One record with everything that is known of it, and its history."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        elsewhere = self.find_elsewhere(pk)
        if elsewhere:
            return redirect(elsewhere)
        action = self.find(pk)
        values = self.record.values(action)
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
                "history": story(
                    history_of(action, self.project)[:50],
                    {
                        **{column.name: column.heading for column in self.record.columns},
                        "files": _("File"),
                    },
                ),
                "panels": panels_of(action, request),
                "crumbs": self.crumbs(),
                "may_edit": self.is_editable(action),
                "file_form": EvidenceFileForm(),
                "full": len(action.files.all()) >= MOST_FILES,
                "most": MOST_FILES,
                "may_exclude": self.may(Capability.EXCLUDE_ACTION),
                "exclusion_form": ExclusionForm(initial={"reason": action.exclusion_reason}),
                "urls": {
                    name: reverse(f"{self.record.key}-{name}", args=[self.project.slug, pk])
                    for name in ("edit", "delete", "exclude")
                },
            },
        )

    def find_elsewhere(self, pk: int) -> Action | None:
        """The record behind /actions/17/ where it is an agreement or an event: it lives there."""
        if self.record.key != "action":
            return None
        others = Action.objects.of(self.project).exclude(type__record=self.record.key)
        return others.visible_to(self.request.user).select_related("type").filter(pk=pk).first()


class ActionAdd(RecordView):
    """The empty form of a record; where the record type has several tables, first the choice."""

    capability = Capability.ADD_ACTION

    def get(self, request: HttpRequest, type_slug: str = "") -> HttpResponse:
        if not type_slug:
            return self.choose(request)
        return self.show(request, self.form(type_slug))

    def post(self, request: HttpRequest, type_slug: str = "") -> HttpResponse:
        if not type_slug:
            return self.choose(request)
        form = self.form(type_slug)
        saved = form.save() if form.is_valid() else None
        if saved is None:
            return self.show(request, form)
        messages.success(request, _("Saved: %(action)s") % {"action": saved.action})
        return redirect(saved.action)

    def choose(self, request: HttpRequest) -> HttpResponse:
        types = self.project.action_types.all()
        if self.record.key != "action":
            types = types.filter(record=self.record.key)
        choices = [(action_type, self.add_url(action_type)) for action_type in types]
        if len(choices) == 1:
            return redirect(choices[0][1])
        context = {"record": self.record, "choices": choices, "crumbs": self.crumbs()}
        return render(request, "actions/choose.html", context)

    def add_url(self, action_type: ActionType) -> str:
        name = f"{action_type.record}-add-type"
        return reverse(name, args=[self.project.slug, action_type.slug])

    def form(self, type_slug: str) -> ActionForm:
        types = self.project.action_types.filter(record=self.record.key)
        action_type = get_object_or_404(types, slug=type_slug)
        action_type.project = self.project
        return ActionForm(
            action_type=action_type,
            membership=self.membership,
            user=self.membership.user,
            data=self.request.POST if self.request.method == "POST" else None,
        )

    def show(self, request: HttpRequest, form: ActionForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        context = {
            "record": self.record,
            "form": form,
            "heading": form.action_type.caption,
            "crumbs": self.crumbs(),
            "back_url": reverse(f"{self.record.key}-list", args=[self.project.slug]),
        }
        return render(request, "actions/form.html", context, status=status)


class ActionEdit(ActionPage):
    """The form of a record that is there; what was typed survives an error."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.form(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(pk)
        saved = form.save() if form.is_valid() else None
        if saved is None:
            return self.show(request, form)
        if saved.changes:
            messages.success(request, _("Saved: %(action)s") % {"action": saved.action})
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(saved.action)

    def form(self, pk: int) -> ActionForm:
        action = self.find_editable(pk)
        action.type.project = self.project
        return ActionForm(
            action_type=action.type,
            membership=self.membership,
            user=self.membership.user,
            action=action,
            data=self.request.POST if self.request.method == "POST" else None,
        )

    def show(self, request: HttpRequest, form: ActionForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        assert form.action is not None
        action = form.action
        if form.is_bound:
            # Read anew: the form may have put what was typed on its own.
            action = Action.objects.select_related("type", "project").get(pk=action.pk)
        context = {
            "record": self.record,
            "form": form,
            "action": action,
            "heading": action.title,
            "crumbs": self.crumbs((action.title, action.get_absolute_url())),
            "back_url": action.get_absolute_url(),
        }
        return render(request, "actions/form.html", context, status=status)


class ActionDelete(ActionPage):
    """Asks, then deletes; the history keeps what was there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        context = {"action": action, "record": record_of(action), "crumbs": self.crumbs()}
        return render(request, "actions/delete.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        label = str(action)
        delete_action(action=action, user=self.membership.user)
        messages.success(request, _("Deleted: %(action)s") % {"action": label})
        return redirect(f"{self.record.key}-list", self.project.slug)


class ActionExclude(ActionPage):
    """Leaves an action out of the count, with a reason, or counts it again."""

    write_capability = Capability.EXCLUDE_ACTION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(self.find(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        form = ExclusionForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["reason"])))
            return redirect(action)
        reason = form.cleaned_data["reason"]
        set_excluded(action=action, user=self.membership.user, reason=reason)
        said = _("Left out of the count.") if reason else _("Counted again.")
        messages.success(request, said)
        return redirect(action)


def views_of(key: str) -> dict[str, Any]:
    """The views of a record type, ready for the URL conf."""
    record = record_type(key)
    return {
        "list": RecordList.as_view(record=record),
        "add": ActionAdd.as_view(record=record),
        "detail": ActionDetail.as_view(record=record),
        "edit": ActionEdit.as_view(record=record),
        "delete": ActionDelete.as_view(record=record),
        "exclude": ActionExclude.as_view(record=record),
    }
