"""The dashboards: overview, indicator, partner and timeline. They show; progress.py counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.models import Action
from partners import clock
from partners.access import ProjectView
from partners.listing import paged
from partners.models import Partner, Project
from partners.roles import Capability

from .deviations import Account, account, shortfalls, standings
from .drawing import bullet_of, month_chart, partner_chart, timeline_chart
from .forms import AsOfForm, DeadlineStatusForm, TargetsForm
from .gaps import gaps, silent_partners
from .models import Deadline, Indicator
from .progress import (
    COUNTED,
    Figure,
    Progress,
    is_past,
    project_progress,
    rows_of,
)
from .services import set_deadline_status, set_partner_targets
from .tables import CountedTable, NotCountedTable

DUE_SHOWN = 6


class Dashboard(ProjectView):
    """A page of figures, which can be asked as of a past day."""

    capability = Capability.VIEW

    def as_of(self, request: HttpRequest) -> tuple[AsOfForm, date | None]:
        """The form of the day and the day; None where today is meant or the day is unreadable."""
        form = AsOfForm(request.GET if "as_of" in request.GET else None)
        day = form.cleaned_data["as_of"] if form.is_valid() else None
        return form, day if is_past(day) else None

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
                "lines": [(line, bullet_of(line, line.total)) for line in progress.lines],
                "summary": summary_of(progress),
                "may_export": self.may(Capability.EXPORT),
                "matrix": matrix_of(progress, self.query(as_of)),
                "due": next_due(self.project, deadlines, today),
                "overdue": sum(d.is_overdue(today) for d in with_project(deadlines, self.project)),
                "gaps": gaps(self.project),
                "silent": silent_partners(self.project),
                "may_add": self.may(Capability.ADD_ACTION),
            },
        )


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
        cells = []
        for partner in progress.partners:
            sign = "&" if query else "?"
            cells.append(
                {
                    "partner": partner,
                    "figure": line.partners[partner.code],
                    "url": f"{url}{query}{sign}partner={partner.code}#counted",
                }
            )
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


class IndicatorPage(Dashboard):
    """One indicator: over the months, by partner, and the rows behind its figure."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        form, as_of = self.as_of(request)
        code = request.GET.get("partner", "")
        progress = project_progress(self.project, as_of=as_of, number=number)
        if not progress.lines:
            raise Http404
        line = progress.lines[0]
        indicator = line.indicator
        partner = next((p for p in progress.partners if p.code == code), None)
        figure = line.partners[partner.code] if partner else line.total
        rows = rows_of(indicator, as_of=as_of, partner=partner)
        counted, left = self.tables(request, rows, figure)
        standing = standings(progress, partner=partner)[0]
        shown = [partner] if partner else progress.partners
        return render(
            request,
            "kpis/indicator.html",
            {
                "form": form,
                "as_of": as_of,
                "day": progress.as_of,
                "query": self.query(as_of),
                "indicator": indicator,
                "line": line,
                "partner": partner,
                "unknown_partner": code if code and not partner else "",
                "figure": figure,
                "types": [t.table_name for t in indicator.action_types.all()],
                "things": figure.things or [],
                "partners": [(p, line.partners[p.code]) for p in progress.partners],
                "chart": month_chart(indicator, figure, as_of, partner),
                "picture_query": self.query(
                    as_of, **({"partner": partner.code} if partner else {})
                ),
                "may_export": self.may(Capability.EXPORT),
                "partner_chart": partner_chart(progress, line, self.query(as_of)),
                "account": account(standing, shown, self.membership),
                "counted": counted,
                "left": left,
                "may_set_targets": self.may(Capability.SET_TARGETS),
                "neighbours": neighbours(progress.indicators, number),
            },
        )

    def tables(
        self, request: HttpRequest, rows: QuerySet[Any], figure: Figure
    ) -> tuple[CountedTable, NotCountedTable]:
        rows = with_slug(rows)
        counted = CountedTable(rows.filter(verdict=COUNTED))
        left = NotCountedTable(rows.exclude(verdict=COUNTED))
        paged(request, counted, total=figure.counted_rows)
        paged(request, left, total=figure.rows - figure.counted_rows)
        return counted, left


def with_slug(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that can give their own address without asking for the project one by one."""
    return rows.select_related("type", "project", "duplicate_of").prefetch_related("partners")


def neighbours(
    indicators: list[Indicator], number: int
) -> tuple[Indicator | None, Indicator | None]:
    """The indicators before and after one."""
    at = [i.number for i in indicators].index(number)
    before = indicators[at - 1] if at else None
    after = indicators[at + 1] if at + 1 < len(indicators) else None
    return before, after


class TargetsPage(Dashboard):
    """Where the task leader shares an indicator's target out among the partners."""

    capability = Capability.SET_TARGETS

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.show(request, self.form(number, None))

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        form = self.form(number, request.POST)
        if not form.is_valid():
            return self.show(request, form)
        set_partner_targets(
            indicator=self.indicator, targets=form.targets(), user=self.membership.user
        )
        messages.success(request, _("The partners' targets are saved."))
        return redirect(self.indicator)

    def form(self, number: int, data: Any) -> TargetsForm:
        self.indicator = get_object_or_404(self.project.indicators, number=number)
        self.indicator.project = self.project
        return TargetsForm(data, indicator=self.indicator)

    def show(self, request: HttpRequest, form: TargetsForm) -> HttpResponse:
        context = {"form": form, "indicator": self.indicator}
        return render(request, "kpis/targets.html", context, status=422 if form.errors else 200)


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
                "partner": partner,
                "partners": progress.partners,
                "own": self.membership.partner_id == partner.pk,
                "may_export": self.may(Capability.EXPORT),
                "lines": [(line, figure, bullet_of(line, figure)) for line, figure in lines],
                "missing": self.missing(progress, partner),
                "gaps": gaps(self.project, partner=partner),
                "due": next_due(
                    self.project, self.project.deadlines.select_related("mission"), today
                ),
                "under_way": self.under_way(partner),
                "silent": [s for s in silent_partners(self.project) if s.partner == partner],
                "may_add": self.may(Capability.ADD_ACTION),
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
                "picture_query": self.query(None, mission=mission.slug if mission else ""),
                "may_export": self.may(Capability.EXPORT),
                "today": today,
                "month_now": self.project.month_number(today),
                "done": sum(d.status == Deadline.Status.DONE for d in shown),
                "overdue": sum(d.is_overdue(today) for d in shown),
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
