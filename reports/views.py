"""The report to download, and lists as Excel files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import BinaryIO

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from actions.filters import ActionFilter
from actions.records import record_type
from actions.views import records_of
from partners.access import ProjectView
from partners.filters import OrganisationFilter
from partners.models import Organisation, Partner, Project
from partners.roles import Capability

from .forms import ReportForm
from .layout import DEADLINES, INDICATORS
from .workbook import MEDIA_TYPE, write_list, write_organisations, write_report

IMPORTS_SHOWN = 50


def workbook_response(name: str, write: Callable[[BinaryIO], None]) -> HttpResponse:
    """A workbook as a file to keep."""
    out = BytesIO()
    write(out)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition or "attachment"}
    return HttpResponse(out.getvalue(), content_type=MEDIA_TYPE, headers=headers)


def file_name(project: Project, *parts: str, day: date) -> str:
    """A name such as ``ELCA-report-AMZ-2026-11-22.xlsx``."""
    words = [project.acronym, *parts, day.isoformat()]
    return re.sub(r"[^\w.-]+", "-", "-".join(word for word in words if word)) + ".xlsx"


class ReportPage(ProjectView):
    """Asks for the day and the partner of the report, and says what the file will hold."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, ReportForm(project=self.project))

    def show(self, request: HttpRequest, form: ReportForm) -> HttpResponse:
        types = list(self.project.action_types.annotate(rows=Count("actions")))
        tables = [(t.table_name, t.caption, t.rows) for t in types]
        context = {
            "form": form,
            "tables": [
                (INDICATORS, _("Performance indicators"), self.project.indicators.count()),
                *tables,
                (DEADLINES, _("Planning"), self.project.deadlines.count()),
            ],
        }
        status = 422 if form.is_bound else 200
        return render(request, "reports/report.html", context, status=status)


class ReportWorkbook(ReportPage):
    """The report itself; what cannot be read of the request is shown in the form."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(request.GET, project=self.project)
        if not form.is_valid():
            return self.show(request, form)
        as_of: date | None = form.cleaned_data["as_of"]
        partner: Partner | None = form.cleaned_data["partner"]
        name = file_name(
            self.project,
            "report",
            partner.code if partner else "",
            day=as_of or timezone.localdate(),
        )

        def write(out: BinaryIO) -> None:
            write_report(self.project, out, as_of=as_of, partner=partner)

        return workbook_response(name, write)


class ListExport(ProjectView):
    """A list of records, filtered as on its page."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            record = record_type(key)
        except KeyError:
            raise Http404 from None
        rows = records_of(self.project, record).visible_to(request.user)
        filterset = ActionFilter(request.GET, queryset=rows, project=self.project, record=record)
        found = filterset.rows()
        name = file_name(self.project, record.path, day=timezone.localdate())
        return workbook_response(name, lambda out: write_list(self.project, record, found, out))


class OrganisationExport(ProjectView):
    """The list of organisations, filtered as on its page."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Organisation.objects.of(self.project).visible_to(request.user).for_table()
        filterset = OrganisationFilter(request.GET, queryset=rows, project=self.project)
        found = filterset.rows().prefetch_related("sectors")
        name = file_name(self.project, "organisations", day=timezone.localdate())
        return workbook_response(name, lambda out: write_organisations(self.project, found, out))
