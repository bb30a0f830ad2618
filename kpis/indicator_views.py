"""The pages of one indicator: its figures down to the rows, and the partners' targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_countries import countries

from partners.listing import paged
from partners.models import Measure, Partner
from partners.roles import Capability
from partners.sorting import reading_key

from .deviations import account, standings
from .drawing import bullet_chart, month_chart, partner_chart
from .explain import credit_lines, left_out, rule_of
from .explanation import with_reasons
from .figure import Figure
from .forms import TargetsForm
from .measures import MEASURE_WORDS, others_of
from .models import Indicator
from .progress import IndicatorProgress, Progress, project_progress
from .services import set_partner_targets
from .tables import CountedTable, NotCountedTable
from .verdicts import COUNTED, REASONS, rows_of
from .views import Dashboard


@dataclass(frozen=True)
class Question:
    """What the address of an indicator's page asks for."""

    progress: Progress
    line: IndicatorProgress
    as_of: date | None
    partner: Partner | None
    reason: str

    @property
    def figure(self) -> Figure:
        return self.line.partners[self.partner.code] if self.partner else self.line.total

    @property
    def indicator(self) -> Indicator:
        return self.line.indicator


class IndicatorPage(Dashboard):
    """One indicator: over the months, by partner, and the rows behind its figure."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        form, as_of = self.as_of(request)
        measure, unknown = self.measure(request)
        progress = project_progress(self.project, as_of=as_of, number=number, measure=measure)
        if not progress.lines:
            raise Http404
        code = request.GET.get("partner", "")
        partner = next((p for p in progress.partners if p.code == code), None)
        reason = request.GET.get("reason", "")
        asked = Question(
            progress, progress.lines[0], as_of, partner, reason if reason in REASONS else ""
        )
        context = {
            "form": form,
            "as_of": as_of,
            "day": progress.as_of,
            "unknown_partner": code if code and not partner else "",
            "unknown_figure": unknown,
            "may_export": self.may(Capability.EXPORT),
            "may_set_targets": self.may(Capability.SET_TARGETS),
            "neighbours": neighbours(progress.indicators, number),
            **self.figures(asked),
            **self.charts(asked),
            **self.explanation(request, asked),
        }
        return render(request, "kpis/indicator.html", context)

    def figures(self, asked: Question) -> dict[str, Any]:
        """The figure asked for, and the addresses of those beside it."""
        partner, measure = asked.partner, asked.progress.measure
        figure = self.asked_figure(measure)
        code = partner.code if partner else ""
        standing = standings(asked.progress, partner=partner)[0]
        shown = [partner] if partner else asked.progress.partners
        return {
            "indicator": asked.indicator,
            "line": asked.line,
            "partner": partner,
            "figure": asked.figure,
            "measure": Measure(measure),
            "measure_words": MEASURE_WORDS[measure],
            "kept_figure": figure,
            "query": self.query(asked.as_of, figure=figure),
            "partner_tabs": [
                (p, self.query(asked.as_of, figure=figure, partner=p.code))
                for p in asked.progress.partners
            ],
            "figure_tabs": [
                {
                    "measure": each,
                    "number": None if asked.figure.shown is None else asked.figure.measures[each],
                    "leads": each == self.project.lead_figure,
                    "query": self.query(asked.as_of, partner=code, figure=self.asked_figure(each))
                    or "?",
                }
                for each in Measure
            ],
            "others": others_of(asked.figure, measure),
            "account": account(standing, shown, self.membership),
        }

    def charts(self, asked: Question) -> dict[str, Any]:
        progress, partner = asked.progress, asked.partner
        figure = self.asked_figure(progress.measure)
        code = partner.code if partner else ""
        query = self.query(asked.as_of, figure=figure)
        return {
            "bullet": bullet_chart(progress, asked.line, partner),
            "chart": month_chart(progress, asked.line, asked.as_of, partner),
            "picture_query": self.query(asked.as_of, partner=code, figure=figure),
            "partner_chart": partner_chart(progress, asked.line, query),
        }

    def explanation(self, request: HttpRequest, asked: Question) -> dict[str, Any]:
        """The rule in words, the rows that count and those that do not, and the credit."""
        progress, indicator, partner = asked.progress, asked.indicator, asked.partner
        credit = credit_lines(progress, indicator, as_of=asked.as_of)
        counted, left = self.tables(request, asked)
        code = partner.code if partner else ""
        kept = {"partner": code, "figure": self.asked_figure(progress.measure)}
        return {
            "rule": rule_of(progress, asked.line, partner),
            "named": named_things(indicator, asked.figure),
            "reasons": [
                (each, self.query(asked.as_of, **kept, reason=each.verdict))
                for each in left_out(asked.figure)
            ],
            "reason": asked.reason,
            "all_query": self.query(asked.as_of, **kept) or "?",
            "counted": counted,
            "left": left,
            "credit": [credit[code]] if partner else list(credit.values()),
            "is_shared": any(line.jointly for line in credit.values()),
        }

    def tables(self, request: HttpRequest, asked: Question) -> tuple[CountedTable, NotCountedTable]:
        """A page of each; the partners of both are asked for together."""
        figure, progress = asked.figure, asked.progress
        rows = rows_of(
            asked.indicator, as_of=asked.as_of, partner=asked.partner, measure=progress.measure
        )
        rows = with_addresses(rows)
        types = asked.indicator.action_types.all()
        left_rows = with_reasons(rows, types, progress.measure).exclude(verdict=COUNTED)
        number = figure.rows - figure.counted_rows
        if asked.reason:
            left_rows = left_rows.filter(verdict=asked.reason)
            number = figure.verdicts.get(asked.reason, 0)
        counted = CountedTable(rows.filter(verdict=COUNTED))
        left = NotCountedTable(left_rows)
        paged(request, counted, total=figure.counted_rows)
        paged(request, left, total=number)
        shown = [row.record for table in (counted, left) for row in table.page.object_list]
        prefetch_related_objects(shown, "partners")
        return counted, left


def with_addresses(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that give their own address, and that of what they double, without more queries."""
    return rows.select_related(
        "type", "project", "duplicate_of", "duplicate_of__type", "duplicate_of__project"
    )


def named_things(indicator: Indicator, figure: Figure) -> list[tuple[str, Any]]:
    """The distinct things of a figure as they are called, each with the row that names it first."""
    named = figure.named or []
    of_countries = indicator.counts == Indicator.Counts.COUNTRIES
    called = [(str(countries.name(t.name)) if of_countries else t.name, t) for t in named]
    return sorted(called, key=lambda pair: reading_key(pair[0]))


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
