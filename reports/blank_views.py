"""The empty workbook of one table, to hand to a partner who sends rows in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from actions.models import ActionType
from partners.access import ProjectView
from partners.roles import Capability

from .blanks import write_blank
from .views import file_name, workbook_response


class ImportTemplate(ProjectView):
    """An empty workbook with the headings of a table, drop-downs and help."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        action_type: ActionType = get_object_or_404(self.project.action_types, slug=slug)
        name = file_name(self.project, "template", slug, day=timezone.localdate())
        return workbook_response(name, lambda out: write_blank(self.project, action_type, out))
