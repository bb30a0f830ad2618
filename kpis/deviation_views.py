"""The pages of deviations: which indicators fall short and why, and where one says so."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Partner
from partners.roles import Capability

from .deviations import account, may_explain, standings
from .forms import DeviationForm
from .models import Indicator
from .progress import project_progress
from .services import set_deviation
from .views import Dashboard


class DeviationsPage(Dashboard):
    """Every indicator short of its target: by how much, whose share, and why."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form, as_of = self.as_of(request)
        progress = project_progress(self.project, as_of=as_of)
        accounts = [
            account(standing, progress.partners, self.membership)
            for standing in standings(progress)
        ]
        short = [a for a in accounts if a.standing.missing]
        return render(
            request,
            "kpis/deviations.html",
            {
                "form": form,
                "as_of": as_of,
                "day": progress.as_of,
                "query": self.query(as_of),
                "progress": progress,
                "short": short,
                "explained": sum(bool(a.told) for a in short),
                # Words outlive the shortfall that they explain: nothing that was said is lost.
                "reached": [a for a in accounts if a.told and not a.standing.missing],
            },
        )


class DeviationPage(Dashboard):
    """Where one partner's words about an indicator are written."""

    capability = Capability.EXPLAIN_DEVIATION

    def get(self, request: HttpRequest, number: int, code: str) -> HttpResponse:
        return self.show(request, self.form(number, code, None))

    # In one transaction: what was compared still stands when the new words are written.
    @transaction.atomic
    def post(self, request: HttpRequest, number: int, code: str) -> HttpResponse:
        form = self.form(number, code, request.POST)
        if not form.is_valid():
            return self.show(request, form)
        changed = set_deviation(
            indicator=self.indicator,
            partner=self.partner,
            text=form.cleaned_data["text"],
            user=self.membership.user,
        )
        if changed:
            messages.success(request, self.said(form.cleaned_data["text"]))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(f"{reverse('deviations', args=[self.project.slug])}#kpi-{number}")

    def said(self, text: str) -> str:
        words = _("Saved: the words of %(code)s on KPI %(number)d.")
        gone = _("Taken away: the words of %(code)s on KPI %(number)d.")
        return (words if text else gone) % {
            "code": self.partner.code,
            "number": self.indicator.number,
        }

    def form(self, number: int, code: str, data: Any) -> DeviationForm:
        self.indicator, self.partner = self.find_indicator(number), self.find_partner(code)
        told = self.indicator.deviations.filter(partner=self.partner)
        return DeviationForm(data, deviation=told.select_related("updated_by").first())

    def find_indicator(self, number: int) -> Indicator:
        indicators = self.project.indicators.all()
        if self.request.method == "POST":
            # Two who save at once wait for each other, so that the second sees what the first did.
            indicators = indicators.select_for_update(no_key=True)
        indicator: Indicator = get_object_or_404(indicators, number=number)
        indicator.project = self.project
        return indicator

    def find_partner(self, code: str) -> Partner:
        # Compared here and not in the database, which takes some characters of addresses amiss.
        partner = next((p for p in self.project.partners.all() if p.code == code), None)
        if partner is None:
            raise Http404
        if not may_explain(self.membership, partner):
            raise PermissionDenied
        return partner

    def show(self, request: HttpRequest, form: DeviationForm) -> HttpResponse:
        line = project_progress(self.project, number=self.indicator.number).lines[0]
        context = {
            "form": form,
            "indicator": self.indicator,
            "partner": self.partner,
            "line": line,
            "share": line.partners[self.partner.code],
            "crumbs": [(_("Deviations"), reverse("deviations", args=[self.project.slug]))],
        }
        return render(request, "kpis/deviation.html", context, status=422 if form.errors else 200)
