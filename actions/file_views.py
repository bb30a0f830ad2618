"""The pages of the files of evidence: attaching, downloading and removing one, for every record."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.models import Project
from partners.roles import Capability

from .forms import EvidenceFileForm
from .models import Action, EvidenceFile
from .services import MOST_FILES, add_evidence_file, remove_evidence_file


class FileAdd(ProjectView):
    """Attaches a file to an action of any record type."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.find_editable(pk), EvidenceFileForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        form = EvidenceFileForm(request.POST, request.FILES)
        added = self.add(action, form) if form.is_valid() else None
        if added is None:
            return self.show(request, action, form)
        messages.success(request, _("Attached: %(file)s") % {"file": added})
        return redirect(f"{action.get_absolute_url()}#evidence")

    def find_editable(self, pk: int) -> Action:
        actions = Action.objects.of(self.project)
        visible = actions.visible_to(self.request.user).select_related("type")
        action: Action = get_object_or_404(visible, pk=pk)
        if not actions.editable_by(self.request.user).filter(pk=pk).exists():
            raise PermissionDenied
        action.project = self.project
        return action

    def add(self, action: Action, form: EvidenceFileForm) -> EvidenceFile | None:
        """Store the file; None where the rules refuse it, with the errors on the form."""
        try:
            return add_evidence_file(action=action, user=self.membership.user, **form.cleaned_data)
        except ValidationError as error:
            form.take_errors(error)
        except Action.DoesNotExist:
            raise Http404 from None
        return None

    def show(self, request: HttpRequest, action: Action, form: EvidenceFileForm) -> HttpResponse:
        context = {
            "action": action,
            "form": form,
            "crumbs": crumbs_to(action),
            "full": action.files.count() >= MOST_FILES,
            "most": MOST_FILES,
        }
        status = 422 if form.is_bound else 200
        return render(request, "actions/file_form.html", context, status=status)


class FilePage(ProjectView):
    """A page of one file: what one may not see is not there."""

    capability = Capability.VIEW

    def find(self, pk: int) -> EvidenceFile:
        visible = EvidenceFile.objects.of(self.project).visible_to(self.request.user)
        file: EvidenceFile = get_object_or_404(visible.select_related("action__type"), pk=pk)
        file.action.project = self.project
        return file


class FileDownload(FilePage):
    """The file as it was given, to be saved and never to be shown in the browser."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = self.find(pk)
        try:
            content = file.file.open("rb")
        except OSError:
            return self.lost(request, file)
        # Of our own table of endings, whatever type the sender had named.
        return FileResponse(
            content, as_attachment=True, filename=file.name, content_type=file.media_type
        )

    def lost(self, request: HttpRequest, file: EvidenceFile) -> HttpResponse:
        context = {
            "file": file,
            "action": file.action,
            "crumbs": crumbs_to(file.action),
            "may_edit": is_editable(self.project, file.pk, request),
        }
        return render(request, "actions/file_lost.html", context, status=404)


class FileDelete(FilePage):
    """Asks, then removes a file; the history keeps what it was called."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.find_editable(pk)
        context = {"file": file, "action": file.action, "crumbs": crumbs_to(file.action)}
        return render(request, "actions/file_delete.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.find_editable(pk)
        remove_evidence_file(file=file, user=self.membership.user)
        messages.success(request, _("Removed: %(file)s") % {"file": file})
        return redirect(f"{file.action.get_absolute_url()}#evidence")

    def find_editable(self, pk: int) -> EvidenceFile:
        # The right is asked first: a file that goes meanwhile is not there, and not forbidden.
        editable = is_editable(self.project, pk, self.request)
        file = self.find(pk)
        if not editable:
            raise PermissionDenied
        return file


def is_editable(project: Project, pk: int, request: HttpRequest) -> bool:
    return EvidenceFile.objects.of(project).editable_by(request.user).filter(pk=pk).exists()


def crumbs_to(action: Action) -> list[tuple[str, str]]:
    """The way to the action whose file it is."""
    return [(action.title, action.get_absolute_url())]
