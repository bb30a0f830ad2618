"""The report and lists as files: the page that asks for them, the download, long work."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO

from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from actions.models import table_name
from actions.records import record_type
from partners.access import ProjectView
from partners.languages import languages
from partners.roles import Capability

from . import exporting
from .exporting import Asked
from .forms import ReportForm
from .layout import DEADLINES, INDICATORS
from .models import Export
from .writing.content import NotWrittenError
from .writing.formats import FORMATS

LIST_ENDINGS = ("xlsx", "csv")
EVIDENCE_ENDING = "zip"


def written(name: str, media_type: str, write: Callable[[BinaryIO], None]) -> HttpResponse:
    """A file to keep, written while the page waits."""
    out = BytesIO()
    write(out)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition or "attachment"}
    return HttpResponse(out.getvalue(), content_type=media_type, headers=headers)


class FileView(ProjectView):
    """Hands out a file: a short one at once, a long one by way of a page of its own."""

    capability = Capability.EXPORT

    def hand_out(self, asked: Asked) -> HttpResponseBase:
        asked.check()
        if asked.is_long:
            return redirect(exporting.begin(asked))
        return written(asked.name, asked.format.media_type, asked.write)


class ReportPage(FileView):
    """Asks for the form, the days and the partner of the report, and says what it will hold."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(request, ReportForm(initial=request.GET.dict(), project=self.project))

    def show(self, request: HttpRequest, form: ReportForm) -> HttpResponse:
        types = list(self.project.action_types.annotate(rows=Count("actions")))
        tables = [(t.table_name, t.spoken_caption, t.rows) for t in types]
        exports = Export.objects.of(self.project).visible_to(request.user)
        context = {
            "form": form,
            "exports": exports[:5],
            "may_keep_templates": self.may(Capability.KEEP_TEMPLATES),
            "may_erase": self.may(Capability.ERASE_FILE),
            "may_seal": self.may(Capability.SEAL),
            "tables": [
                (
                    table_name(INDICATORS),
                    _("Performance indicators"),
                    self.project.indicators.count(),
                ),
                *tables,
                (table_name(DEADLINES), _("Planning"), self.project.deadlines.count()),
            ],
        }
        status = 422 if form.is_bound else 200
        return render(request, "reports/report.html", context, status=status)


class ReportFile(ReportPage):
    """The report itself; what cannot be read of the request is shown in the form."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ReportForm(request.GET, project=self.project)
        if not form.is_valid():
            return self.show(request, form)
        asked = Asked(
            self.project,
            self.membership.user,
            exporting.REPORT,
            form.cleaned_data["form"],
            form.wishes(),
        )
        try:
            return self.hand_out(asked)
        except NotWrittenError as error:
            form.add_error("form", str(error))
            return self.show(request, form)


class ReportEvidence(ReportPage):
    """All evidence of the rows that the report counts, as far as the user may open it."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ReportForm(request.GET, project=self.project)
        if not form.is_valid():
            return self.show(request, form)
        user = self.membership.user
        return self.hand_out(
            Asked(self.project, user, exporting.EVIDENCE, EVIDENCE_ENDING, form.wishes())
        )


class ListExport(FileView):
    """A list of records, filtered as on its page."""

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            record_type(key)
        except KeyError:
            raise Http404 from None
        wishes = {"key": key, "query": request.GET.urlencode(), **language_asked(request)}
        user = self.membership.user
        return self.hand_out(
            Asked(self.project, user, exporting.LIST, list_ending(request), wishes)
        )


class OrganisationExport(FileView):
    """The list of organisations, filtered as on its page."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        wishes = {"query": request.GET.urlencode(), **language_asked(request)}
        user = self.membership.user
        return self.hand_out(
            Asked(self.project, user, exporting.ORGANISATIONS, list_ending(request), wishes)
        )


def list_ending(request: HttpRequest) -> str:
    """The form that is asked for a list; an unknown one is not there."""
    ending = request.GET.get("form", exporting.SPREADSHEET)
    if ending not in LIST_ENDINGS:
        raise Http404
    return ending


def language_asked(request: HttpRequest) -> dict[str, str]:
    """The language that is asked for, if one is; one that is not offered is not there."""
    asked = request.GET.get(exporting.LANGUAGE, "")
    if asked and asked not in dict(languages()):
        raise Http404
    return {exporting.LANGUAGE: asked} if asked else {}


class ExportView(ProjectView):
    """Something about a long file, for who asked for it."""

    capability = Capability.EXPORT

    def find(self, pk: int) -> Export:
        exports = Export.objects.of(self.project).visible_to(self.request.user)
        found: Export = get_object_or_404(exports.select_related("user"), pk=pk)
        found.project = self.project
        return found

    def is_there(self, export: Export) -> bool:
        """Whether there is a file, and one that the user may still have."""
        there: bool = export.file.storage.exists(export.file.name)
        return there and exporting.may_have(export, self.membership)


class ExportDetail(ExportView):
    """How far a long file is, and the file when it is there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        export = self.find(pk)
        context = {
            "export": export,
            "progress": exporting.progress_of(export),
            "is_there": self.is_there(export),
        }
        return render(request, "reports/export_detail.html", context)


class ExportProgress(ExportView):
    """How far a long file is, for the page that shows it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        export = self.find(pk)
        progress = exporting.progress_of(export)
        said: dict[str, Any] = {"alive": progress.alive, "percent": progress.percent}
        return JsonResponse({"working": export.is_working, **said})


class ExportFile(ExportView):
    """The file of a long export."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        export = self.find(pk)
        if export.state != Export.State.READY or not self.is_there(export):
            raise Http404
        return FileResponse(
            export.file.open(),
            as_attachment=True,
            filename=export.name,
            content_type=FORMATS[export.ending].media_type,
        )
