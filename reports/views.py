"""The report to download, lists as Excel files, and imports: upload, preview, apply."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import BinaryIO

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.db.models.fields.json import KeyTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
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

from .forms import ReportForm, UploadForm
from .importing import run_import
from .layout import DEADLINES, INDICATORS
from .models import Import
from .reading.reader import FileError
from .results import CHANGED, NEW, ImportResult
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


# Out


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


# In


class ImportList(ProjectView):
    """The imports so far, and the form that takes the next file."""

    capability = Capability.IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, UploadForm(project=self.project))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, project=self.project)
        if form.is_valid():
            try:
                return redirect(self.preview(form))
            except FileError as error:
                form.add_error("file", str(error))
        return self.show(request, form)

    def preview(self, form: UploadForm) -> Import:
        """Keep the file with what an import of it would do; raises FileError."""
        file, only_type = form.cleaned_data["file"], form.cleaned_data["only_type"]
        result = run_import(
            project=self.project,
            user=self.membership.user,
            file=file,
            name=file.name,
            only_type=only_type,
            dry_run=True,
        )
        return Import.objects.create(
            project=self.project,
            user=self.membership.user,
            name=file.name,
            file=file,
            only_type=only_type,
            summary=result.summary(),
        )

    def show(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        imports = Import.objects.of(self.project).visible_to(request.user).select_related("user")
        # The summary holds every row: only its counts are asked for.
        counted = imports.annotate(counts=KeyTransform("counts", "summary")).defer("summary")
        context = {"form": form, "imports": counted[:IMPORTS_SHOWN], "most": IMPORTS_SHOWN}
        status = 422 if form.is_bound else 200
        return render(request, "reports/imports.html", context, status=status)


class ImportPage(ProjectView):
    """A page of one import."""

    capability = Capability.IMPORT

    def find(self, pk: int, *, locked: bool = False) -> Import:
        imports = Import.objects.of(self.project).visible_to(self.request.user)
        imports = imports.select_for_update() if locked else imports.select_related("user")
        found: Import = get_object_or_404(imports, pk=pk)
        found.project = self.project
        return found


class ImportDetail(ImportPage):
    """What an import would do or did: sheet by sheet and row by row, and to the figures."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        counts = record.summary["counts"]
        context = {
            "record": record,
            "summary": record.summary,
            "counts": counts,
            "to_write": counts[NEW] + counts[CHANGED],
        }
        return render(request, "reports/import_detail.html", context)


class ImportApply(ImportPage):
    """Runs an import for good: once, and only where it does what its preview showed."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        with transaction.atomic():
            record = self.find(pk, locked=True)
            if record.applied_at:
                messages.info(request, _("This import was applied already; nothing was done."))
                return redirect(record)
            try:
                result = self.apply(record, valid_rows=request.POST.get("rows") == "valid")
            except FileError as error:
                messages.error(request, str(error))
                return redirect(record)
        self.tell(request, result)
        return redirect(record)

    def apply(self, record: Import, *, valid_rows: bool) -> ImportResult:
        try:
            result = run_import(
                project=self.project,
                user=self.membership.user,
                file=record.file,
                name=record.name,
                only_type=record.only_type,
                valid_rows=valid_rows,
                expected=record.summary["digest"],
            )
        finally:
            record.file.close()
        record.summary = result.summary()
        record.applied_at = timezone.now() if result.applied else None
        record.save(update_fields=["summary", "applied_at"])
        return result

    def tell(self, request: HttpRequest, result: ImportResult) -> None:
        if result.applied:
            said = _("Imported. New: %(new)d, changed: %(changed)d.")
            counts = {"new": result.count(NEW), "changed": result.count(CHANGED)}
            messages.success(request, said % counts)
        elif result.outdated:
            said = _("The project has changed since the preview: look at it again, then apply.")
            messages.warning(request, said)
        else:
            messages.error(request, _("Some rows have errors: nothing was imported."))
