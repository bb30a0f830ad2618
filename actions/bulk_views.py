"""The page that changes ticked actions: what is to be set, and what would become of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.access import ProjectView
from partners.returning import way_back
from partners.roles import Capability

from .bulk_forms import BulkForm, ticked_keys
from .changing_many import (
    MOST_AT_ONCE,
    ChangedMeanwhileError,
    Plan,
    change_many,
    plan,
    rows_to_change,
)


class BulkChange(ProjectView):
    """Asks what is to be set in the ticked actions, shows what would become of each, then writes.

    Nothing is written that was not shown: who sends another change than the one on the page, or
    is overtaken by somebody else, is shown what it would be now.
    """

    capability = Capability.ADD_ACTION
    travels = False

    def get(self, request: HttpRequest) -> HttpResponse:
        keys = ticked_keys(request.GET.getlist("ticked"))
        refused = self.refuse(keys)
        return refused or self.show(self.form(keys), keys)

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = ticked_keys(request.POST.getlist("ticked"))
        refused = self.refuse(keys)
        if refused:
            return refused
        form = self.form(keys)
        if not form.is_valid():
            return self.show(form, keys, status=422)
        found = plan(membership=self.membership, keys=keys, wanted=form.wanted())
        seen = request.POST.get("seen", "")
        if not seen or not found.changed:
            status = 200 if found.changed else 422
            return self.show(form, keys, found, status=status)
        try:
            done = change_many(
                membership=self.membership,
                keys=keys,
                wanted=form.wanted(),
                reason=form.cleaned_data["reason"],
                seen=seen,
            )
        except ChangedMeanwhileError:
            found = plan(membership=self.membership, keys=keys, wanted=form.wanted())
            return self.show(form, keys, found, status=409)
        self.tell(done)
        return redirect(self.back())

    def back(self) -> str:
        return way_back(self.request, self.project) or reverse(
            "action-list", args=[self.project.slug]
        )

    def refuse(self, keys: list[int]) -> HttpResponse | None:
        """Lead back where nothing, or too much, is ticked."""
        if not keys:
            messages.info(self.request, _("Tick the rows that you want to change."))
        elif len(keys) > MOST_AT_ONCE:
            words = _("At most %(most)d rows can be changed at once: tick fewer.")
            messages.error(self.request, words % {"most": MOST_AT_ONCE})
        else:
            return None
        return redirect(self.back())

    def form(self, keys: list[int]) -> BulkForm:
        return BulkForm(
            self.request.POST if self.request.method == "POST" else None,
            membership=self.membership,
            actions=rows_to_change(self.project, self.membership, keys),
        )

    def tell(self, done: Plan) -> None:
        """Say how many were changed, and for how many a change was proposed."""
        written = sum(not row.draft.proposed for row in done.changed)
        proposed = len(done.changed) - written
        if written:
            words = ngettext(
                "%(number)d row was changed.", "%(number)d rows were changed.", written
            )
            messages.success(self.request, words % {"number": written})
        if proposed:
            words = ngettext(
                "%(number)d row is accepted: the change of it is submitted.",
                "%(number)d rows are accepted: the changes of them are submitted.",
                proposed,
            )
            messages.success(self.request, words % {"number": proposed})
        if done.refused:
            number = len(done.refused)
            words = ngettext(
                "%(number)d row was left as it is.",
                "%(number)d rows were left as they are.",
                number,
            )
            messages.warning(self.request, words % {"number": number})

    def show(
        self, form: BulkForm, keys: list[int], found: Plan | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "keys": keys,
            "actions": form.actions,
            "plan": found,
            "overtaken": status == 409,
            "back_url": self.back(),
        }
        return render(self.request, "actions/bulk.html", context, status=status)
