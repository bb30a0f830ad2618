"""The dashboards: overview, indicator, partner and timeline. They show; progress.py counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.models import Action
from partners import clock
from partners.access import ProjectView
from partners.models import Measure, Partner, Project
from partners.roles import Capability

from .deviations import Account, account, shortfalls
from .drawing import bullet_of, heat_chart, overview_chart, timeline_chart, timeline_heading
from .figure import Figure
from .first_steps import first_steps, first_steps_of_partner, waiting_of
from .forms import DeadlineStatusForm, PastForm
from .gaps import gaps, silent_partners
from .measures import beside, others_of
from .models import Deadline
from .progress import IndicatorProgress, Progress, project_progress
from .services import set_deadline_status
from .shares import shares_of
from .verdicts import is_past

DUE_SHOWN = 6


class Dashboard(ProjectView):
    """A page of figures, which can be asked as of a past day."""

    capability = Capability.VIEW

    def as_of(self, request: HttpRequest) -> tuple[PastForm, date | None]:
        """The form of the day and the day; None where today is meant or the day is unreadable."""
        form = PastForm(request.GET if "as_of" in request.GET else None)
        day = form.cleaned_data["as_of"] if form.is_valid() else None
        return form, day if is_past(day) else None

    def measure(self, request: HttpRequest) -> tuple[str, str]:
        """The figure that the address asks for, else the one that leads; and an unknown name."""
        asked = request.GET.get("figure", "")
        if asked in Measure.values:
            return asked, ""
        return self.project.lead_figure, asked

    def asked_figure(self, measure: str) -> str:
        """How an address names a figure: not at all where it is the one that leads."""
        return "" if measure == self.project.lead_figure else str(measure)

    def query(self, as_of: date | None, **more: str) -> str:
        """The query string that keeps the day, and what else is not blank, on another page."""
        said = {"as_of": as_of.isoformat() if as_of else "", **more}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"?{query}" if query else ""


class Overview(Dashboard):
    """Every indicator, the partners beside each other, what is due, and what is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form, as_of = self.as_of(request)
        progress = project_progress(self.project, as_of=as_of)
        today = clock.today()
        deadlines = list(self.project.deadlines.select_related("mission"))
        return render(
            request,
            "kpis/overview.html",
            {
                "form": form,
                "as_of": as_of,
                "day": progress.as_of,
                "query": self.query(as_of),
                "progress": progress,
                "measure": Measure(progress.measure),
                "beside": beside(progress.measure),
                "lines": [
                    (line, *drawn_and_others(progress, line, line.total)) for line in progress.lines
                ],
                "summary": summary_of(progress),
                "may_export": self.may(Capability.EXPORT),
                "chart": overview_chart(progress),
                "heat": heat_chart(progress),
                "matrix": matrix_of(progress, self.query(as_of)),
                "due": next_due(self.project, deadlines, today),
                "overdue": sum(d.is_overdue(today) for d in with_project(deadlines, self.project)),
                "gaps": gaps(self.project),
                "silent": silent_partners(self.project),
                "may_add": self.may(Capability.ADD_ACTION),
                "may_choose": self.may(Capability.CHOOSE_FIGURE),
                "first_steps": first_steps(progress, self.membership),
                "waiting": waiting_of(self.membership),
            },
        )


def drawn_and_others(
    progress: Progress, line: IndicatorProgress, figure: Figure
) -> tuple[Any, list[dict[str, Any]]]:
    """The bullet of a figure, and the figures beside the one that leads."""
    return bullet_of(progress, line, figure), others_of(figure, progress.measure)


def summary_of(progress: Progress) -> dict[str, int]:
    """How many indicators there are in each state, for the row of figures at the top."""
    paces = [line.pace for line in progress.lines]
    return {
        "indicators": len(progress.lines),
        "reached": sum(line.reached for line in progress.lines),
        **{pace: paces.count(pace) for pace in ("ahead", "on_track", "behind", "missed")},
    }


def matrix_of(progress: Progress, query: str) -> list[dict[str, Any]]:
    """The partner x indicator matrix: a row for each indicator, a cell for each partner."""
    rows = []
    for line in progress.lines:
        url = line.indicator.get_absolute_url()
        sign = "&" if query else "?"
        cells = [
            {"share": share, "url": f"{url}{query}{sign}partner={share.partner.code}#counted"}
            for share in shares_of(progress, line)
        ]
        rows.append({"line": line, "url": f"{url}{query}", "cells": cells})
    return rows


def with_project(deadlines: Iterable[Deadline], project: Project) -> list[Deadline]:
    """Deadlines that know their project without asking for it one by one."""
    found = list(deadlines)
    for deadline in found:
        deadline.project = project
    return found


def next_due(project: Project, deadlines: Iterable[Deadline], today: date) -> list[Deadline]:
    """The open deadlines, the longest overdue first, then the next to come."""
    found = with_project(deadlines, project)
    open_ = [d for d in found if d.status != Deadline.Status.DONE]
    for deadline in open_:
        deadline.overdue = deadline.is_overdue(today)  # type: ignore[attr-defined]
    return open_[:DUE_SHOWN]


class PartnerPage(Dashboard):
    """What one partner owes and has done, and what to do next."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        form, as_of = self.as_of(request)
        progress = project_progress(self.project, as_of=as_of)
        partner = next((p for p in progress.partners if p.code == code), None)
        if partner is None:
            raise Http404
        partner.project = self.project
        today = clock.today()
        lines = progress.of_partner(partner.code)
        return render(
            request,
            "kpis/partner.html",
            {
                "form": form,
                "as_of": as_of,
                "day": progress.as_of,
                "query": self.query(as_of),
                "picture_query": self.query(as_of, partner=partner.code),
                "chart": overview_chart(progress, partner),
                "partner": partner,
                "partners": progress.partners,
                "own": self.membership.partner_id == partner.pk,
                "may_export": self.may(Capability.EXPORT),
                "measure": Measure(progress.measure),
                "beside": beside(progress.measure),
                "lines": [
                    (line, figure, *drawn_and_others(progress, line, figure))
                    for line, figure in lines
                ],
                "is_shared": any(figure.shared for _line, figure in lines),
                "missing": self.missing(progress, partner),
                "gaps": gaps(self.project, partner=partner),
                "due": next_due(
                    self.project, self.project.deadlines.select_related("mission"), today
                ),
                "under_way": self.under_way(partner),
                "silent": [s for s in silent_partners(self.project) if s.partner == partner],
                "may_add": self.may(Capability.ADD_ACTION),
                "first_steps": first_steps_of_partner(partner, self.membership),
            },
        )

    def missing(self, progress: Progress, partner: Partner) -> list[Account]:
        """The own shares that are not reached, each with the words and where to write them."""
        return [
            account(shortfall, [partner], self.membership)
            for shortfall in shortfalls(progress, partner=partner)
            if shortfall.is_share
        ]

    def under_way(self, partner: Partner) -> list[Action]:
        actions = Action.objects.of(self.project).filter(partners=partner, status="under_way")
        return list(actions.select_related("type", "project").order_by("counts_from", "pk")[:10])


class TimelinePage(Dashboard):
    """Table 12: what is due in which month, as a list and as a chart."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        deadlines = with_project(self.project.deadlines.select_related("mission"), self.project)
        slug = request.GET.get("mission", "")
        missions = list(self.project.missions.all())
        mission = next((m for m in missions if m.slug == slug), None)
        shown = [d for d in deadlines if mission is None or d.mission_id == mission.pk]
        for deadline in shown:
            deadline.overdue = deadline.is_overdue(today)  # type: ignore[attr-defined]
        return render(
            request,
            "kpis/timeline.html",
            {
                "missions": missions,
                "mission": mission,
                "months": by_project_month(shown),
                "deadlines": shown,
                "chart": timeline_chart(self.project, shown, today) if shown else "",
                "chart_heading": timeline_heading(shown, today),
                "picture_query": self.query(None, mission=mission.slug if mission else ""),
                "may_export": self.may(Capability.EXPORT),
                "today": today,
                "month_now": self.project.month_number(today),
                "statuses": Deadline.Status.choices,
                "may_keep": self.may(Capability.KEEP_TIMELINE),
            },
        )


def by_project_month(deadlines: list[Deadline]) -> list[dict[str, Any]]:
    """Deadlines under their month, in order."""
    months: dict[int, list[Deadline]] = {}
    for deadline in deadlines:
        months.setdefault(deadline.month, []).append(deadline)
    return [
        {"number": number, "start": found[0].month_start, "deadlines": found}
        for number, found in months.items()
    ]


class DeadlineStatus(Dashboard):
    """Changes the status of one deadline from the timeline."""

    write_capability = Capability.KEEP_TIMELINE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(self.project.deadlines, pk=pk)
        return redirect("timeline", self.project.slug)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        deadline = get_object_or_404(self.project.deadlines, pk=pk)
        deadline.project = self.project
        form = DeadlineStatusForm(request.POST)
        if form.is_valid():
            set_deadline_status(
                deadline=deadline,
                status=form.cleaned_data["status"],
                user=self.membership.user,
            )
            said = _("%(deadline)s: %(status)s")
            messages.success(
                request,
                said % {"deadline": deadline, "status": deadline.get_status_display()},
            )
        else:
            messages.error(request, _("This status is not known."))
        address = reverse("timeline", args=[self.project.slug])
        return redirect(f"{address}#deadline-{deadline.pk}")
