"""Status and date of one row, changed from the list; and what a text says of dates and places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.returning import with_back
from partners.roles import Capability

from .conflicts import BASIS, read_basis
from .fields import OccasionsField, told
from .form_views import ActionEdit
from .forms import ActionForm
from .models import Action, Review
from .reviewing import Intent, state_of


class ActionQuick(ActionEdit):
    """A small form of the columns that change most, which leads back to the row of the list.

    It saves as the whole form does, and moves the review on no further: what is a draft, or was
    returned, stays that. ``?part=1`` asks for the form alone, for a script that puts it in the row.
    """

    template = "actions/quick.html"
    travels = False

    def asked(self) -> Sequence[str]:
        return self.record.quick

    def intent_of(self, form: ActionForm) -> Intent:
        assert form.action is not None
        unsent = state_of(form.action) in (Review.DRAFT, Review.RETURNED)
        return Intent.DRAFT if unsent else Intent.SUBMIT

    def done_url(self, action: Action) -> str:
        return f"{self.back or self.list_url()}#row-{action.pk}"

    def cancel_url(self, action: Action) -> str:
        return self.done_url(action)

    def show_form(self, form: ActionForm, status: int, **more: Any) -> HttpResponse:
        if "part" in self.request.GET and not form.is_bound:
            self.template = "actions/quick_form.html"
        url = reverse(f"{self.record.key}-quick", args=[self.project.slug, more["action"].pk])
        return super().show_form(form, status, quick_url=with_back(url, self.back), **more)

    def show_gone(self, pk: int) -> HttpResponse:
        if read_basis(self.request.POST.get(BASIS, ""), pk) is None:
            raise Http404
        messages.error(self.request, _("It has been deleted meanwhile."))
        return redirect(self.back or self.list_url())


class ReadDates(ProjectView):
    """What a text says of when and where, before it is saved: in words, or why nothing."""

    capability = Capability.ADD_ACTION
    travels = False

    def get(self, request: HttpRequest) -> JsonResponse:
        try:
            read = OccasionsField(required=False).clean(request.GET.get("text", ""))
        except ValidationError as error:
            return JsonResponse({"understood": "", "error": " ".join(error.messages)})
        return JsonResponse({"understood": told(read) if read else "", "error": ""})
