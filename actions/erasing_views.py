"""The pages on which files of evidence are erased when their time is over, or when someone asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.roles import Capability

from .file_forms import ErasureForm
from .file_services import erase_evidence_file
from .file_views import FilePage
from .gone_files import gone_file, gone_files
from .models import Action, EvidenceFile

MOST_LISTED = 200


class FilesToErase(ProjectView):
    """The files whose day is over, those that are kept until some day, those without a row."""

    capability = Capability.ERASE_FILE

    def get(self, request: HttpRequest) -> HttpResponse:
        files = EvidenceFile.objects.of(self.project).filter(keep_until__isnull=False)
        files = files.select_related("action__type", "uploaded_by").order_by("keep_until", "pk")
        overdue = files.overdue()
        kept = files.filter(erased_at__isnull=True).exclude(pk__in=overdue.values("pk"))
        gone = [each for each in gone_files(self.project) if each.is_kept]
        context = {
            "overdue": self.shown(overdue),
            "overdue_count": overdue.count(),
            "kept": self.shown(kept),
            "kept_count": kept.count(),
            "gone": gone[:MOST_LISTED],
            "gone_count": len(gone),
            "most": MOST_LISTED,
        }
        return render(request, "actions/files_to_erase.html", context)

    def shown(self, files: object) -> list[EvidenceFile]:
        found = list(files[:MOST_LISTED])  # type: ignore[index]
        for file in found:
            file.action.project = self.project
        return found


class FileErase(FilePage):
    """Asks why, then deletes the content of a file for good, also of one whose row is gone."""

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
        return redirect(self.way_back(file))

    def find_whole(self, pk: int) -> EvidenceFile:
        gone = gone_file(self.project.pk, pk)
        file = gone.file if gone else self.find(pk)
        if file.erased_at:
            raise Http404
        file.action.project = self.project
        return file

    def way_back(self, file: EvidenceFile) -> str:
        """The action of the file; the list of files where there is none to go to."""
        if Action.objects.filter(pk=file.action_id).exists():
            return f"{file.action.get_absolute_url()}#evidence"
        return reverse("files-to-erase", args=[self.project.slug])

    def show(self, request: HttpRequest, file: EvidenceFile, form: ErasureForm) -> HttpResponse:
        status, back = 422 if form.is_bound else 200, self.way_back(file)
        context = {
            "file": file,
            "action": file.action,
            "crumbs": [(file.action.title, back)],
            "back": back,
            "form": form,
        }
        return render(request, "actions/file_erase.html", context, status=status)
