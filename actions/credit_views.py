"""The page on which the task leader records how partners share the credit of a joint action."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.roles import Capability

from .credit import agree_on_credit, split_of
from .credit_forms import CreditForm
from .models import Action


def credit_panel(action: Action, request: HttpRequest) -> SafeString:
    """How the partners of a joint action share its credit; nothing for an action of one partner."""
    if len(action.partners.all()) < 2:
        return SafeString("")
    membership = request.membership  # type: ignore[attr-defined]
    context = {
        "split": split_of(action),
        "url": reverse("credit", args=[action.project.slug, action.pk]),
        "may_share": membership.may(Capability.SHARE_CREDIT),
    }
    return render_to_string("actions/credit_panel.html", context, request)


class CreditPage(ProjectView):
    """The shares of the partners of one action, of any record type."""

    capability = Capability.SHARE_CREDIT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find(pk)
        return self.show(request, action, CreditForm(action=action))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find(pk)
        form = CreditForm(request.POST, action=action)
        if not form.is_valid() or not self.agree(action, form):
            return self.show(request, action, form)
        return redirect(f"{action.get_absolute_url()}#credit")

    def find(self, pk: int) -> Action:
        """An action that several partners answer for, or one that has a split still."""
        actions = Action.objects.of(self.project).select_related("type")
        action: Action = get_object_or_404(actions.prefetch_related("partners"), pk=pk)
        action.project = self.project
        if len(action.partners.all()) < 2:
            raise Http404
        return action

    def agree(self, action: Action, form: CreditForm) -> bool:
        """Record the shares; false where the rules refuse them, with the words on the form."""
        try:
            changed = agree_on_credit(
                action=action,
                shares=form.shares(),
                user=self.membership.user,
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            form.add_error(None, error)
            return False
        if changed:
            messages.success(self.request, _("The shares of the credit are saved."))
        else:
            messages.info(self.request, _("Nothing was changed."))
        return True

    def show(self, request: HttpRequest, action: Action, form: CreditForm) -> HttpResponse:
        context = {"action": action, "form": form, "split": split_of(action)}
        status = 422 if form.errors else 200
        return render(request, "actions/credit.html", context, status=status)
