"""The page on which statement, disclaimer and emblem are kept, and the emblem itself."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.models import Emblem, Project
from partners.roles import Capability
from partners.services import change_funder

from .emblems import keep_emblem
from .funder_forms import FunderForm


class FunderPage(ProjectView):
    """The form of what pages and files show of the funder."""

    capability = Capability.KEEP_TEMPLATES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, FunderForm(instance=self.project))

    def post(self, request: HttpRequest) -> HttpResponse:
        # A copy: what was typed wrongly must not stand on the page around the form.
        project = Project.objects.get(pk=self.project.pk)
        form = FunderForm(request.POST, request.FILES, instance=project)
        if not form.is_valid():
            return self.show(request, form)
        values = form.values()
        if form.drawn:
            values["emblem_image"] = keep_emblem(self.project, form.drawn)
        changed = change_funder(project=self.project, user=self.membership.user, values=values)
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("funder", self.project.slug)

    def show(self, request: HttpRequest, form: FunderForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        return render(request, "reports/funder.html", {"form": form}, status=status)


class EmblemImage(ProjectView):
    """The picture of the project's own emblem, for the foot of its pages."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.project.emblem != Emblem.OWN:
            raise Http404
        try:
            file = default_storage.open(self.project.emblem_image)
        except OSError:
            raise Http404 from None
        headers = {"Cache-Control": "private, max-age=3600"}
        return FileResponse(file, content_type="image/png", headers=headers)
