"""The pages of amendments: what each one changed, adding one, taking the last one back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Project
from partners.roles import Capability

from .amendment_forms import AmendmentForm, TakeBackForm
from .amendments import (
    amend,
    changed_since,
    indicators_with_terms,
    last_amendment,
    take_back,
    terms_of,
)
from .models import Amendment, Indicator
from .terms import Version, former_terms, versions_of
from .views import Dashboard


class AmendmentsPage(Dashboard):
    """Every amendment with what it changed, for all who see the project."""

    def get(self, request: HttpRequest) -> HttpResponse:
        amendments = list(Amendment.objects.of(self.project).order_by("-in_force_from"))
        changes = changes_by_amendment(self.project)
        context = {
            "amendments": [(a, changes.get(a.pk, [])) for a in amendments],
            "may_amend": self.may(Capability.AMEND),
        }
        return render(request, "kpis/amendments.html", context)


def changes_by_amendment(
    project: Project,
) -> dict[int, list[tuple[Indicator, Version, Version]]]:
    """The indicators that each amendment changed, as they were and as they became."""
    former = former_terms(project)
    codes = {p.pk: p.code for p in project.partners.all()}
    found: dict[int, list[tuple[Indicator, Version, Version]]] = {}
    for indicator in indicators_with_terms(project):
        shares = terms_of(indicator).partner_targets
        versions = versions_of(indicator, former.get(indicator.pk, []), codes, shares)
        for old, new in pairwise(versions):
            assert old.until
            found.setdefault(old.until.pk, []).append((indicator, old, new))
    return found


class AmendmentAdd(Dashboard):
    """Where an amendment is recorded, with the new terms of the indicators."""

    capability = Capability.AMEND

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, AmendmentForm(project=self.project))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AmendmentForm(request.POST, project=self.project)
        if not form.is_valid() or not self.save(form):
            return self.show(request, form)
        messages.success(request, _("The amendment is recorded."))
        return redirect("amendments", self.project.slug)

    def save(self, form: AmendmentForm) -> bool:
        """Record it; false where the rules refuse it, with the words on the form."""
        head = {name: form.cleaned_data[name] for name in ("name", "in_force_from", "note")}
        try:
            amend(project=self.project, terms=form.terms(), user=self.membership.user, **head)
        except ValidationError as error:
            form.take_errors(error)
            return False
        return True

    def show(self, request: HttpRequest, form: AmendmentForm) -> HttpResponse:
        context = {"form": form, "crumbs": crumbs(self.project)}
        status = 422 if form.errors else 200
        return render(request, "kpis/amendment_form.html", context, status=status)


class AmendmentTakeBack(Dashboard):
    """Asks before an amendment is taken back, which was a mistake."""

    capability = Capability.AMEND

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.find(pk), TakeBackForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        amendment, form = self.find(pk), TakeBackForm(request.POST)
        if form.is_valid():
            try:
                take_back(
                    amendment=amendment,
                    user=self.membership.user,
                    reason=form.cleaned_data["reason"],
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The amendment is taken back."))
                return redirect("amendments", self.project.slug)
        return self.show(request, amendment, form)

    def find(self, pk: int) -> Amendment:
        amendment: Amendment = get_object_or_404(Amendment.objects.of(self.project), pk=pk)
        amendment.project = self.project
        return amendment

    def show(self, request: HttpRequest, amendment: Amendment, form: TakeBackForm) -> HttpResponse:
        changes = changes_by_amendment(self.project).get(amendment.pk, [])
        context: dict[str, Any] = {
            "amendment": amendment,
            "form": form,
            # Told as they would become: taken back, the new is what goes.
            "changes": [(indicator, new, old) for indicator, old, new in changes],
            "kept": changed_since(amendment),
            "is_last": amendment == last_amendment(self.project),
            "crumbs": crumbs(self.project),
        }
        status = 422 if form.errors else 200
        return render(request, "kpis/amendment_delete.html", context, status=status)


def crumbs(project: Project) -> list[tuple[str, str]]:
    return [(_("Amendments"), reverse("amendments", args=[project.slug]))]
