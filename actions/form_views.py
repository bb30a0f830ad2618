"""The forms of every record type, for new and known records; and what two people do at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.fields import LONGEST_KEY
from partners.models import Change, Project
from partners.returning import BACK, with_back
from partners.roles import Capability

from .conflicts import BASIS, Conflict, as_new, conflict_of, read_basis
from .forms import ActionForm
from .models import Action, ActionType
from .recent import types_by_use
from .review_panel import returned_why
from .reviewing import Intent, Sent
from .rows import RowsColumn
from .views import ActionPage, RecordView


class FormView(RecordView):
    """What the forms of new and of known records share: what is to become of what is sent."""

    template = "actions/form.html"

    def intent(self) -> Intent:
        """Which button was pressed; who may not review cannot accept."""
        if "accept" in self.request.POST:
            if not self.may(Capability.REVIEW):
                raise PermissionDenied
            return Intent.ACCEPT
        return Intent.DRAFT if "draft" in self.request.POST else Intent.SUBMIT

    def tell(self, sent: Sent, intent: Intent) -> None:
        """Say in a message what became of what was sent."""
        saved = sent.saved
        said = {"action": saved.action}
        if sent.withdrawn:
            words = _("Nothing differs any more from what was accepted: the change is taken back.")
        elif intent == Intent.ACCEPT:
            words = _("Saved and accepted: %(action)s") % said
        elif saved.proposed and saved.changes:
            words = _CHANGE_KEPT[intent] % said
        elif intent == Intent.DRAFT and (saved.added or saved.changes):
            words = _("Saved, not submitted yet: %(action)s") % said
        elif sent.moved:
            words = _("Submitted: %(action)s") % said
        elif saved.added or saved.changes:
            words = _("Saved: %(action)s") % said
        else:
            messages.info(self.request, _("Nothing was changed."))
            return
        messages.success(self.request, words)

    def show_form(self, form: ActionForm, status: int, **more: Any) -> HttpResponse:
        context = {
            "record": self.record,
            "form": form,
            "may_review": self.may(Capability.REVIEW),
            **more,
        }
        return render(self.request, self.template, context, status=status)


_CHANGE_KEPT = {
    Intent.SUBMIT: gettext_lazy(
        "The change is submitted. Until it is accepted, this stays and counts as it is: %(action)s"
    ),
    Intent.DRAFT: gettext_lazy("The change is kept, not submitted yet: %(action)s"),
}


class ActionAdd(FormView):
    """The empty form of a record; where the record type has several tables, first the choice."""

    capability = Capability.ADD_ACTION

    def get(self, request: HttpRequest, type_slug: str = "") -> HttpResponse:
        if not type_slug:
            return self.choose(request)
        return self.show(self.form(type_slug))

    def post(self, request: HttpRequest, type_slug: str = "") -> HttpResponse:
        if not type_slug:
            return self.choose(request)
        form, intent = self.form(type_slug), self.intent()
        sent = form.save(intent) if form.is_valid() else None
        if sent is None:
            return self.show(form)
        self.tell(sent, intent)
        if "another" in request.POST:
            return redirect(self.add_url(form.action_type, like=sent.saved.action))
        return redirect(self.url_of(sent.saved.action))

    def choose(self, request: HttpRequest) -> HttpResponse:
        types = types_by_use(self.project, self.membership.user)
        if self.record.key != "action":
            types = [one for one in types if one.record == self.record.key]
        choices = [(action_type, self.add_url(action_type)) for action_type in types]
        if len(choices) == 1:
            return redirect(choices[0][1])
        context = {"record": self.record, "choices": choices, "crumbs": self.crumbs()}
        return render(request, "actions/choose.html", context)

    def add_url(self, action_type: ActionType, like: Action | None = None) -> str:
        """The address of the empty form of a table, or of one that begins like another action."""
        name = f"{action_type.record}-add-type"
        said = {"like": like.pk if like else None, BACK: self.back}
        query = urlencode({name: value for name, value in said.items() if value})
        url = reverse(name, args=[self.project.slug, action_type.slug])
        return f"{url}?{query}" if query else url

    def form(self, type_slug: str) -> ActionForm:
        types = self.project.action_types.filter(record=self.record.key)
        action_type = get_object_or_404(types, slug=type_slug)
        action_type.project = self.project
        return ActionForm(
            action_type=action_type,
            membership=self.membership,
            user=self.membership.user,
            data=self.request.POST if self.request.method == "POST" else None,
            like=self.like(action_type),
        )

    def like(self, action_type: ActionType) -> Action | None:
        """The action of the same table that the address names as the one to begin with."""
        asked = self.request.GET.get("like", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_KEY):
            return None
        rows = Action.objects.of(self.project).visible_to(self.request.user)
        found: Action | None = rows.filter(type=action_type, pk=asked).for_detail().first()
        return found

    def show(self, form: ActionForm) -> HttpResponse:
        return self.show_form(
            form,
            422 if form.is_bound else 200,
            heading=form.action_type.caption,
            crumbs=self.crumbs(),
            choose_url=with_back(reverse("action-add", args=[self.project.slug]), self.back),
            back_url=self.back or self.list_url(),
        )


class ActionEdit(FormView, ActionPage):
    """The form of a record that is there; what was typed survives an error, and another's edit."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(self.find_editable(pk))
        return self.show(form, 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        with transaction.atomic():
            # Locked, so that nobody changes it between the comparison and the writing.
            locked = Action.objects.of(self.project).select_for_update(no_key=True)
            if not locked.filter(pk=pk).exists():
                return self.show_gone(pk)
            form = self.form(self.find_editable(pk), request.POST)
            intent = self.intent_of(form)
            conflict = conflict_of(form)
            if conflict:
                assert form.action is not None
                return self.show(self.form(form.action, conflict.data), 409, conflict)
            sent = form.save(intent) if form.is_valid() else None
        if sent is None:
            return self.show(form, 422)
        self.tell(sent, intent)
        return redirect(self.done_url(sent.saved.action))

    def intent_of(self, form: ActionForm) -> Intent:
        """What is to become of what is sent of a known action."""
        return self.intent()

    def done_url(self, action: Action) -> str:
        """Where a saved form leads."""
        return self.url_of(action)

    def form(self, action: Action, data: QueryDict | None = None) -> ActionForm:
        action.type.project = self.project
        return ActionForm(
            action_type=action.type,
            membership=self.membership,
            user=self.membership.user,
            action=action,
            data=data,
            only=self.asked(),
        )

    def cancel_url(self, action: Action) -> str:
        """Where the form leads when it is left."""
        return self.url_of(action)

    def asked(self) -> Sequence[str]:
        """The names of the columns that the form asks for; none are all."""
        return ()

    def show(self, form: ActionForm, status: int, conflict: Conflict | None = None) -> HttpResponse:
        assert form.action is not None
        action = form.action
        if form.is_bound:
            # Read anew: the form may have put what was typed on its own.
            rows = Action.objects.select_related("type", "project", "proposed", "reviewed_by")
            action = rows.get(pk=action.pk)
        return self.show_form(
            form,
            status,
            action=action,
            conflict=conflict,
            returned_why=returned_why(action),
            heading=action.title,
            crumbs=self.crumbs((action.title, self.url_of(action))),
            back_url=self.cancel_url(action),
        )

    def show_gone(self, pk: int) -> HttpResponse:
        """What was typed about a record that somebody has deleted, as the form of a new one."""
        basis = read_basis(self.request.POST.get(BASIS, ""), pk)
        types = self.project.action_types.filter(record=self.record.key)
        action_type = types.filter(slug=basis.type).first() if basis else None
        if action_type is None or not self.may(Capability.ADD_ACTION):
            raise Http404
        action_type.project = self.project
        names = [c.name for c in self.record.columns if isinstance(c, RowsColumn)]
        form = ActionForm(
            action_type=action_type,
            membership=self.membership,
            user=self.membership.user,
            data=as_new(self.request.POST, names),
        )
        add_url = reverse(f"{self.record.key}-add-type", args=[self.project.slug, action_type.slug])
        return self.show_form(
            form,
            409,
            gone=deletion_of(self.project, pk),
            send_to=with_back(add_url, self.back),
            heading=action_type.caption,
            crumbs=self.crumbs(),
            back_url=self.back or self.list_url(),
        )


def deletion_of(project: Project, pk: int) -> Change | None:
    """The line of history that tells who deleted an action."""
    gone = project.changes.filter(record="action", record_id=pk, kind=Change.Kind.DELETED)
    return gone.select_related("user").first()
