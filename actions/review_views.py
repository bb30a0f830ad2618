"""The pages of the review: the queue, and what one does to a single action or proposed change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.access import ProjectView
from partners.listing import PAGE
from partners.roles import Capability
from partners.words import Words

from .models import Action, ProposedChange
from .proposals import change_of
from .records import record_of
from .review_forms import CommentForm, QueueFilter, ReturnForm, ticked
from .reviewing import (
    accept,
    accept_change,
    accept_many,
    comment,
    lacking,
    return_action,
    return_change,
    stamp_of,
    state_of,
    submit,
    submit_change,
    waiting,
    with_partner,
    withdraw_change,
)

OWN, QUEUE = "own", "queue"


class ReviewQueue(ProjectView):
    """What waits for the task leader; for a partner what came back, and what is not sent in yet."""

    capability = Capability.VIEW
    write_capability = Capability.REVIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, [])

    def post(self, request: HttpRequest) -> HttpResponse:
        seen = ticked(request.POST.getlist("ticked"))
        if not seen:
            messages.info(request, _("Tick what you want to accept."))
            return redirect(self.here())
        outcome = accept_many(project=self.project, user=self.membership.user, seen=seen)
        number = len(outcome.accepted)
        if number:
            said = ngettext("%(number)d was accepted.", "%(number)d were accepted.", number)
            messages.success(request, said % {"number": number})
        if not outcome.refused:
            return redirect(self.here())
        return self.show(request, outcome.refused, status=422)

    def here(self) -> str:
        query = self.request.GET.urlencode()
        url = reverse("review", args=[self.project.slug])
        return f"{url}?{query}" if query else url

    def show(
        self, request: HttpRequest, refused: list[tuple[Action, str]], status: int = 200
    ) -> HttpResponse:
        shown = self.shown()
        form = QueueFilter(request.GET, project=self.project)
        partner = self.membership.partner
        rows = waiting(self.project)
        if shown == OWN and partner:
            rows = with_partner(partner)
        page = Paginator(form.rows(rows), PAGE).get_page(request.GET.get("page"))
        why = {action.pk: words for action, words in refused}
        context = {
            "shown": shown,
            "form": form,
            "filtered": any(request.GET.get(name) for name in form.fields),
            "page": page,
            "rows": [self.row(action, why) for action in page],
            "refused": refused,
            "may_review": self.may(Capability.REVIEW) and shown == QUEUE,
            "partner": partner,
            "return_form": ReturnForm(auto_id=False),
            "here": self.here(),
            "tick_all": request.GET.get("tick") == "all",
        }
        return render(request, "actions/review.html", context, status=status)

    def shown(self) -> str:
        """A partner user is shown its own rows first, everyone else the queue."""
        offered = [QUEUE] if self.membership.partner is None else [QUEUE, OWN]
        first = QUEUE if self.may(Capability.REVIEW) else offered[-1]
        asked = self.request.GET.get("show")
        return asked if asked in offered else first

    def row(self, action: Action, refused: dict[int, str]) -> dict[str, Any]:
        action.project = action.type.project = self.project
        state, change = state_of(action), change_of(action)
        return {
            "action": action,
            "change": change,
            "state": state,
            "label": change.get_state_display() if change else action.get_review_display(),
            "missing": [] if change else lacking(action),
            "changes": _told(action, change) if change else [],
            "stamp": stamp_of(action),
            "refused": refused.get(action.pk, ""),
        }


def _told(action: Action, change: ProposedChange) -> list[tuple[Words, str, str]]:
    """What a change proposes, as (heading, old, new)."""
    columns = {column.name: column.heading for column in record_of(action).columns}
    return [(columns.get(name, name), old, new) for name, (old, new) in change.changes.items()]


class ReviewStep(ProjectView):
    """One step of the review of one action; it leads back to the action, or to the queue."""

    capability = Capability.VIEW

    def find(self, pk: int) -> Action:
        rows = Action.objects.of(self.project).visible_to(self.request.user)
        action: Action = get_object_or_404(rows.select_related("type", "proposed"), pk=pk)
        action.project = action.type.project = self.project
        return action

    def find_editable(self, pk: int) -> Action:
        action = self.find(pk)
        if not Action.objects.editable_by(self.request.user).filter(pk=action.pk).exists():
            raise PermissionDenied
        return action

    def back(self, action: Action) -> HttpResponse:
        if self.request.POST.get("next") == "review":
            return redirect("review", self.project.slug)
        return redirect(f"{action.get_absolute_url()}#review")

    def do(self, action: Action, service: Any, said: str, **more: Any) -> HttpResponse:
        """Take the step; where it is refused, say why."""
        try:
            service(action=action, user=self.membership.user, **more)
        except ValidationError as error:
            messages.error(self.request, f"{action}: {' '.join(error.messages)}")
        else:
            messages.success(self.request, said % {"action": action})
        return self.back(action)


class ReviewSubmit(ReviewStep):
    """Sends in a draft, or what was returned, as it stands."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        service = submit_change if change_of(action) else submit
        return self.do(action, service, _("Submitted: %(action)s"))


class ReviewAccept(ReviewStep):
    """Accepts what is submitted."""

    write_capability = Capability.REVIEW

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find(pk)
        service = accept_change if change_of(action) else accept
        seen = request.POST.get("seen", "")
        return self.do(action, service, _("Accepted: %(action)s"), seen=seen)


class ReviewReturn(ReviewStep):
    """Asks why something is returned, and returns it."""

    capability = Capability.REVIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.find(pk), ReturnForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action, form = self.find(pk), ReturnForm(request.POST)
        if not form.is_valid():
            return self.show(request, action, form)
        service = return_change if change_of(action) else return_action
        reason = form.cleaned_data["reason"]
        return self.do(action, service, _("Returned: %(action)s"), reason=reason)

    def show(self, request: HttpRequest, action: Action, form: ReturnForm) -> HttpResponse:
        context = {"action": action, "form": form, "next": request.POST.get("next", "")}
        status = 422 if form.is_bound else 200
        return render(request, "actions/review_return.html", context, status=status)


class ReviewComment(ReviewStep):
    """Adds a word to the conversation."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action, form = self.find_editable(pk), CommentForm(request.POST)
        if not form.is_valid():
            context = {"action": action, "form": form}
            return render(request, "actions/review_comment.html", context, status=422)
        comment(action=action, user=self.membership.user, text=form.cleaned_data["text"])
        messages.success(request, _("Your words were added."))
        return self.back(action)


class ReviewWithdraw(ReviewStep):
    """Asks, then takes a proposed change back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        if change_of(action) is None:
            return redirect(action)
        return render(request, "actions/review_withdraw.html", {"action": action})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        said = _("The change was taken back: %(action)s")
        return self.do(self.find_editable(pk), withdraw_change, said)
