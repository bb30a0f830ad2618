"""The pages of the files of evidence: attaching, opening, describing and removing one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.models import Project
from partners.roles import Capability

from .evidence import first_missing, is_held
from .evidence_panel import may_take_back
from .file_forms import EvidenceFileForm, FileDescriptionForm
from .file_services import (
    HeldError,
    add_evidence_file,
    change_evidence_file,
    remove_evidence_file,
)
from .models import MOST_FILES, Action, EvidenceFile


class FileAdd(ProjectView):
    """Attaches a file to an action of any record type."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        kind = first_missing(action.type, action)
        return self.show(request, action, EvidenceFileForm(project=self.project, kind=kind))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = self.find_editable(pk)
        form = EvidenceFileForm(request.POST, request.FILES, project=self.project)
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
        whole = visible.select_related("action__type", "uploaded_by", "erased_by")
        file: EvidenceFile = get_object_or_404(whole, pk=pk)
        file.action.project = self.project
        return file

    def find_editable(self, pk: int) -> EvidenceFile:
        # The right is asked first: a file that goes meanwhile is not there, and not forbidden.
        editable = is_editable(self.project, pk, self.request)
        file = self.find(pk)
        if not editable or not may_take_back(file.action, self.membership):
            raise PermissionDenied
        return file


class FileDownload(FilePage):
    """The file as it was given, to be saved and never to be shown in the browser.

    On pages of the past too it is handed out by the rights, and as it is, of today.
    """

    travels = False

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = self.find(pk)
        if file.erased_at:
            return render(request, "actions/file_erased.html", context_of(file), status=410)
        try:
            content = file.file.open("rb")
        except OSError:
            return self.lost(request, file)
        # Of our own table of endings, whatever type the sender had named.
        return FileResponse(
            content, as_attachment=True, filename=file.name, content_type=file.media_type
        )

    def lost(self, request: HttpRequest, file: EvidenceFile) -> HttpResponse:
        may_edit = is_editable(self.project, file.pk, request)
        context = {**context_of(file), "may_edit": may_edit}
        return render(request, "actions/file_lost.html", context, status=404)


class FileEdit(FilePage):
    """Says anew what a file is, who sees it and how long it is kept."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.find_editable(pk)
        initial = {
            name: getattr(file, name) for name in ("title", "kind", "restricted", "keep_until")
        }
        form = FileDescriptionForm(project=self.project, initial=initial)
        return self.show(request, file, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.find_editable(pk)
        form = FileDescriptionForm(request.POST, project=self.project)
        if not form.is_valid() or not self.change(file, form):
            return self.show(request, self.find_editable(pk), form)
        messages.success(request, _("Saved: %(file)s") % {"file": file})
        return redirect(f"{file.action.get_absolute_url()}#evidence")

    def change(self, file: EvidenceFile, form: FileDescriptionForm) -> bool:
        """Write what was said; whether the rules took it, with the errors on the form if not."""
        try:
            change_evidence_file(file=file, user=self.membership.user, **form.cleaned_data)
        except ValidationError as error:
            form.take_errors(error)
            return False
        except EvidenceFile.DoesNotExist:
            raise Http404 from None
        return True

    def find_editable(self, pk: int) -> EvidenceFile:
        file = super().find_editable(pk)
        if file.erased_at:
            raise Http404  # its record is closed
        return file

    def show(
        self, request: HttpRequest, file: EvidenceFile, form: FileDescriptionForm
    ) -> HttpResponse:
        context = {**context_of(file), "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "actions/file_edit.html", context, status=status)


class FileDelete(FilePage):
    """Asks, then takes back a file that was attached by mistake."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.ask(request, self.find_editable(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.find_editable(pk)
        try:
            remove_evidence_file(file=file, user=self.membership.user)
        except HeldError:
            return self.ask(request, file, status=422)
        messages.success(request, _("Removed: %(file)s") % {"file": file})
        return redirect(f"{file.action.get_absolute_url()}#evidence")

    def ask(self, request: HttpRequest, file: EvidenceFile, status: int = 200) -> HttpResponse:
        context = {**context_of(file), "held": file.restricted and is_held(file)}
        return render(request, "actions/file_delete.html", context, status=status)


def is_editable(project: Project, pk: int, request: HttpRequest) -> bool:
    return EvidenceFile.objects.of(project).editable_by(request.user).filter(pk=pk).exists()


def context_of(file: EvidenceFile) -> dict[str, object]:
    """What every page of a file shows: the file, and the way to its action."""
    return {"file": file, "action": file.action, "crumbs": crumbs_to(file.action)}


def crumbs_to(action: Action) -> list[tuple[str, str]]:
    """The way to the action whose file it is."""
    return [(action.title, action.get_absolute_url())]
