"""The few functions that keep Word templates: one in use of each kind, those before it as rows."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Change, Project, User
from partners.services import record_change
from partners.words import Words

from .models import DocumentTemplate
from .writing.content import NotWrittenError, Report, Scope, TooLongError
from .writing.word import built_in
from .writing.word.agreement_facts import agreement_facts, any_agreement, built_in_agreement
from .writing.word.writer import fill, write_word

Kind = DocumentTemplate.Kind


class LostError(NotWrittenError):
    """The file of a template is no longer there; the message is for people."""


def template_in_use(project: Project, kind: str) -> DocumentTemplate | None:
    """The project's own template of a kind; None where the built-in one is used."""
    return DocumentTemplate.objects.of(project).filter(kind=kind, replaced_at=None).first()


def templates_in_use(project: Project) -> dict[str, DocumentTemplate]:
    """The project's own templates by their kinds."""
    found = DocumentTemplate.objects.of(project).filter(replaced_at=None)
    return {template.kind: template for template in found.select_related("uploaded_by")}


def built_in_template(kind: str) -> bytes:
    return built_in.report_template() if kind == Kind.REPORT else built_in_agreement(kind)


def content_of(template: DocumentTemplate) -> bytes:
    """The file of a template; raises LostError where it is gone."""
    try:
        with template.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        message = _("The template %(name)s is no longer there. Upload it again.")
        raise LostError(message % {"name": template.name}) from error
    return content


def current_template(project: Project, kind: str) -> bytes | None:
    """What documents of a kind are filled into; None for the built-in template."""
    template = template_in_use(project, kind)
    return content_of(template) if template else None


def try_template(*, project: Project, kind: str, content: bytes) -> None:
    """Fill a template with what the project holds now; raises TemplateError."""
    out = BytesIO()
    if kind != Kind.REPORT:
        fill(content, agreement_facts(project, any_agreement(project, kind)), out)
        return
    try:
        write_word(Report(Scope(project)), out, template=content)
    except TooLongError:
        # Too much for Word in any template: the time before the project shows whether it is sound.
        before = project.starts_on - timedelta(days=1)
        write_word(Report(Scope(project, as_of=before, since=before)), out, template=content)


def keep_template(
    *, project: Project, kind: str, content: bytes, name: str, user: User | None
) -> DocumentTemplate:
    """Use a template from now on; what it replaces stays as a row. Raises TemplateError.

    It is tried first with all that the project holds: one that cannot be filled is not kept.
    """
    # Before the transaction, which must not be open for as long as that may take.
    try_template(project=project, kind=kind, content=content)
    template = DocumentTemplate(project=project, kind=kind, name=name, uploaded_by=user)
    template.file.save(name, ContentFile(content), save=False)
    try:
        _replace(template, user)
    except BaseException:
        template.file.delete(save=False)
        raise
    return template


@transaction.atomic
def _replace(template: DocumentTemplate, user: User | None) -> None:
    former = _retire(template.project, template.kind)
    template.save()
    _record(template.project, user, template.kind, former, template.name)


@transaction.atomic
def use_built_in(*, project: Project, kind: str, user: User | None) -> bool:
    """Go back to the built-in template; whether another one was in use."""
    former = _retire(project, kind)
    if former:
        _record(project, user, kind, former, "")
    return former is not None


def _retire(project: Project, kind: str) -> DocumentTemplate | None:
    # Two uploads at once would both find the same template in use.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    former = template_in_use(project, kind)
    if former:
        former.replaced_at = timezone.now()
        former.save(update_fields=["replaced_at"])
    return former


def headings_of_templates() -> dict[str, Words]:
    """What the history calls the templates of a project."""
    return {
        f"template_{kind.value}": format_lazy(gettext_lazy("template: {}"), kind.label)
        for kind in DocumentTemplate.Kind
    }


def _record(
    project: Project, user: User | None, kind: str, former: DocumentTemplate | None, name: str
) -> None:
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=project,
        fields={f"template_{kind}": (former.name if former else "", name)},
    )
