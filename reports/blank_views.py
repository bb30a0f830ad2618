"""The empty workbook of one table, to hand to a partner who sends rows in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, override

from actions.models import ActionType
from partners import clock
from partners.access import ProjectView
from partners.roles import Capability

from .blanks import write_blank
from .export_views import language_asked, written
from .exporting import LANGUAGE, file_name
from .writing.workbook import MEDIA_TYPE


class ImportTemplate(ProjectView):
    """An empty workbook with the headings of a table, drop-downs and help, in a language."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        action_type: ActionType = get_object_or_404(self.project.action_types, slug=slug)
        day = clock.today().isoformat()
        name = file_name(self.project, "template", slug, day, ending="xlsx")
        with override(language_asked(request).get(LANGUAGE) or get_language() or ""):
            return written(
                name, MEDIA_TYPE, lambda out: write_blank(self.project, action_type, out)
            )
