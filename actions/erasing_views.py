"""The pages on which files of evidence are erased when their time is over, or when someone asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.roles import Capability

from .file_forms import ErasureForm
from .file_services import erase_evidence_file
from .file_views import FilePage, context_of
from .models import EvidenceFile

MOST_LISTED = 200


class FilesToErase(ProjectView):
    """The files whose day is over, and those that are kept until some day."""

    capability = Capability.ERASE_FILE

    def get(self, request: HttpRequest) -> HttpResponse:
        files = EvidenceFile.objects.of(self.project).filter(keep_until__isnull=False)
        files = files.select_related("action__type", "uploaded_by").order_by("keep_until", "pk")
        overdue = files.overdue()
        kept = files.filter(erased_at__isnull=True).exclude(pk__in=overdue.values("pk"))
        context = {
            "overdue": self.shown(overdue),
            "overdue_count": overdue.count(),
            "kept": self.shown(kept),
            "kept_count": kept.count(),
            "most": MOST_LISTED,
        }
        return render(request, "actions/files_to_erase.html", context)

    def shown(self, files: object) -> list[EvidenceFile]:
        found = list(files[:MOST_LISTED])  # type: ignore[index]
        for file in found:
            file.action.project = self.project
        return found


class FileErase(FilePage):
    """Asks why, then deletes the content of a file for good."""

    capability = Capability.ERASE_FILE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.find_whole(pk), ErasureForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file, form = self.find_whole(pk), ErasureForm(request.POST)
        if not form.is_valid():
            return self.show(request, file, form)
        reason = form.cleaned_data["reason"]
        erase_evidence_file(file=file, user=self.membership.user, reason=reason)
        messages.success(request, _("Erased: %(file)s") % {"file": file})
        return redirect(f"{file.action.get_absolute_url()}#evidence")

    def find_whole(self, pk: int) -> EvidenceFile:
        file = self.find(pk)
        if file.erased_at:
            raise Http404
        return file

    def show(self, request: HttpRequest, file: EvidenceFile, form: ErasureForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        context = {**context_of(file), "form": form}
        return render(request, "actions/file_erase.html", context, status=status)
