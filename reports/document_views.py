"""The documents of agreements to download."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from agreements.models import Agreement
from partners.access import ProjectView
from partners.roles import Capability

from .exporting import file_name
from .templates import current_template
from .writing.content import NotWrittenError
from .writing.formats import WORD_TYPE
from .writing.word.agreement_facts import template_kind, write_agreement


def document_response(name: str, content: bytes) -> FileResponse:
    """A Word document as a file to keep."""
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=WORD_TYPE)


class AgreementDocument(ProjectView):
    """The document of an agreement, filled from its row."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        agreement = self.find(pk)
        author = self.membership.user.get_full_name()
        out = BytesIO()
        try:
            template = current_template(self.project, template_kind(agreement))
            write_agreement(agreement, out, author=author, template=template)
        except NotWrittenError as error:
            messages.error(request, str(error))
            return redirect(agreement)
        name = file_name(self.project, "agreement", agreement.reference, ending="docx")
        return document_response(name, out.getvalue())

    def find(self, pk: int) -> Agreement:
        visible = Agreement.objects.of(self.project).visible_to(self.request.user)
        found = visible.select_related("type").prefetch_related("partners", "organisations")
        # By `id`: a key of a table that extends another is not checked for numbers too large.
        agreement: Agreement = get_object_or_404(found, id=pk)
        agreement.project = self.project
        return agreement
