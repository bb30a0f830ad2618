"""Gives each chart as a file to keep, as SVG, PNG or CSV, from the same figures as its page."""

from __future__ import annotations

import re
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from partners import clock
from partners.access import ProjectView
from partners.models import Measure, Partner
from partners.roles import Capability

from .charts import Chart, Picture, funded
from .drawing import (
    bullet_chart,
    heat_chart,
    month_chart,
    overview_chart,
    partner_chart,
    said_of,
    timeline_picture,
)
from .forms import AsOfForm
from .progress import IndicatorProgress, Progress, project_progress
from .typesetting import TypesettingError
from .verdicts import is_past

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
CSV_TYPE = "text/csv; charset=utf-8"


class FormatConverter:
    """The endings that a picture may have in an address."""

    regex = "|".join(MEDIA_TYPES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ChartFormatConverter(FormatConverter):
    """The endings that a chart may have, whose numbers are a file as well."""

    regex = "|".join([*MEDIA_TYPES, "csv"])


class ChartFile(ProjectView):
    """A chart as a file; what is asked for and not there is not found."""

    capability = Capability.EXPORT

    def asked(self) -> tuple[date | None, str]:
        """The past day, None for today, and the code of a partner, empty for all."""
        form = AsOfForm(self.request.GET)
        if not form.is_valid():
            raise Http404
        day = form.cleaned_data["as_of"]
        return day if is_past(day) else None, self.request.GET.get("partner", "")

    def measure(self) -> str | None:
        """Which of the three figures; None is the one that leads."""
        asked = self.request.GET.get("figure")
        if asked and asked not in Measure.values:
            raise Http404
        return asked or None

    def partner(self, progress: Progress, code: str) -> Partner | None:
        found = next((p for p in progress.partners if p.code == code), None)
        if code and found is None:
            raise Http404
        return found

    def line(self, progress: Progress) -> IndicatorProgress:
        """The only line of a progress that was asked for one indicator."""
        if not progress.lines:
            raise Http404
        return progress.lines[0]

    def file(self, picture: Picture, form: str, day: date, *words: str) -> HttpResponse:
        """An attachment with a name such as ``ELCA-overview-AMZ-2026-11-22.svg``."""
        picture = funded(picture, self.project.funder_statement)
        try:
            content = picture.svg if form == "svg" else picture.png()
        except TypesettingError:
            messages.error(self.request, _("The picture could not be drawn now. Take the SVG."))
            return redirect(self.project)
        return self.attachment(content, MEDIA_TYPES[form], form, day, *words)

    def chart_file(self, chart: Chart, progress: Progress, form: str, *words: str) -> HttpResponse:
        """A chart as a picture, or the numbers that it draws."""
        if form == "csv":
            content = chart.numbers.csv()
            return self.attachment(content, CSV_TYPE, form, progress.as_of, *words)
        return self.file(chart.picture(said_of(progress)), form, progress.as_of, *words)

    def attachment(
        self, content: bytes, media_type: str, form: str, day: date, *words: str
    ) -> HttpResponse:
        parts = [self.project.acronym, *words, day.isoformat()]
        name = re.sub(r"[^\w.-]+", "-", "-".join(part for part in parts if part))
        disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{form}")
        headers = {"Content-Disposition": disposition or "attachment"}
        return HttpResponse(content, content_type=media_type, headers=headers)


class OverviewFile(ChartFile):
    """Every indicator against its target."""

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        as_of, code = self.asked()
        progress = project_progress(self.project, as_of=as_of, measure=self.measure())
        chart = overview_chart(progress, self.partner(progress, code))
        return self.chart_file(chart, progress, form, "overview", code)


class HeatFile(ChartFile):
    """The partners beside the indicators."""

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        as_of, _code = self.asked()
        progress = project_progress(self.project, as_of=as_of, measure=self.measure())
        return self.chart_file(heat_chart(progress), progress, form, "partners")


class IndicatorFile(ChartFile):
    """A chart of one indicator."""

    name = ""

    def get(self, request: HttpRequest, number: int, form: str) -> HttpResponse:
        as_of, code = self.asked()
        progress = project_progress(
            self.project, as_of=as_of, number=number, measure=self.measure()
        )
        line, partner = self.line(progress), self.partner(progress, code)
        chart = self.chart(progress, line, as_of, partner)
        return self.chart_file(chart, progress, form, f"KPI-{number}", self.name, code)

    def chart(
        self,
        progress: Progress,
        line: IndicatorProgress,
        as_of: date | None,
        partner: Partner | None,
    ) -> Chart:
        raise NotImplementedError


class MonthsFile(IndicatorFile):
    """One indicator over the months."""

    def chart(
        self,
        progress: Progress,
        line: IndicatorProgress,
        as_of: date | None,
        partner: Partner | None,
    ) -> Chart:
        return month_chart(progress, line, as_of, partner)


class BulletFile(IndicatorFile):
    """One indicator against its target."""

    name = "target"

    def chart(
        self,
        progress: Progress,
        line: IndicatorProgress,
        as_of: date | None,
        partner: Partner | None,
    ) -> Chart:
        return bullet_chart(progress, line, partner)


class PartnersFile(IndicatorFile):
    """One indicator by partner."""

    name = "partners"

    def chart(
        self,
        progress: Progress,
        line: IndicatorProgress,
        as_of: date | None,
        partner: Partner | None,
    ) -> Chart:
        return partner_chart(progress, line)


class TimelineFile(ChartFile):
    """What is due in which month, of one mission where one is asked for, as on the page."""

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        today = clock.today()
        deadlines = list(self.project.deadlines.select_related("mission"))
        slug = request.GET.get("mission", "")
        if slug:
            deadlines = [d for d in deadlines if d.mission and d.mission.slug == slug]
            if not deadlines:
                raise Http404
        for deadline in deadlines:
            deadline.project = self.project
        picture = timeline_picture(self.project, deadlines, today)
        return self.file(picture, form, today, "timeline", slug)
