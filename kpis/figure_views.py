"""The page on which a project chooses which of the three figures its dashboards lead with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from partners.models import Measure
from partners.roles import Capability

from .forms import LeadFigureForm
from .measures import MEASURE_WORDS
from .progress import Progress, project_progress
from .services import choose_lead_figure
from .views import Dashboard


class LeadFigurePage(Dashboard):
    """What each figure counts, how the project stands by each, and which of them leads."""

    capability = Capability.CHOOSE_FIGURE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, LeadFigureForm(initial={"figure": self.project.lead_figure}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LeadFigureForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        changed = choose_lead_figure(
            project=self.project,
            measure=form.cleaned_data["figure"],
            user=self.membership.user,
            reason=form.cleaned_data["reason"],
        )
        if changed:
            messages.success(request, _("Another figure leads now."))
        else:
            messages.info(request, _("This figure leads already: nothing was changed."))
        return redirect("overview", self.project.slug)

    def show(self, request: HttpRequest, form: LeadFigureForm) -> HttpResponse:
        progress = project_progress(self.project)
        context = {
            "form": form,
            "chosen": form["figure"].value(),
            "measures": standing_by_measure(progress),
            "progress": progress,
        }
        status = 422 if form.errors else 200
        return render(request, "kpis/lead_figure.html", context, status=status)


def standing_by_measure(progress: Progress) -> list[dict[str, Any]]:
    """How many targets are reached by each of the figures."""
    return [
        {
            "value": measure.value,
            "label": measure.label,
            "words": MEASURE_WORDS[measure],
            "reached": sum(
                line.total.measures[measure] >= line.indicator.target for line in progress.lines
            ),
        }
        for measure in Measure
    ]
