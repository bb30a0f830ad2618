"""The pages on which the Word templates and the title page of a project are kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partners.access import ProjectView
from partners.models import Project
from partners.roles import Capability
from partners.services import TITLE_PAGE, change_title_page
from partners.story import story_of

from .document_views import document_response
from .models import DocumentTemplate
from .template_forms import TemplateForm, TitlePageForm
from .templates import (
    built_in_template,
    content_of,
    keep_template,
    template_in_use,
    templates_in_use,
    use_built_in,
)
from .writing.content import NotWrittenError
from .writing.word.help import help_for
from .writing.word.writer import TemplateError

Kind = DocumentTemplate.Kind


class TemplateView(ProjectView):
    """A page for those who keep the templates."""

    capability = Capability.KEEP_TEMPLATES

    def kind(self, kind: str) -> DocumentTemplate.Kind:
        try:
            return Kind(kind)
        except ValueError:
            raise Http404 from None


class TemplateList(TemplateView):
    """What each kind of document is written with, and what its title page says."""

    def get(self, request: HttpRequest) -> HttpResponse:
        own = templates_in_use(self.project)
        context = {
            "kinds": [(kind, own.get(kind.value)) for kind in Kind],
            "project_facts": title_page_of(self.project),
            "history": story_of(self.project, self.project),
        }
        return render(request, "reports/templates.html", context)


def title_page_of(project: Project) -> list[tuple[str, str]]:
    """What the title page says of a project, each with its name."""
    return [(capfirst(word), getattr(project, name)) for name, word in title_page_words().items()]


def title_page_words() -> dict[str, str]:
    """What each field of the title page is called."""
    fields = {field.name: field for field in Project._meta.fields}
    return {name: str(fields[name].verbose_name) for name in TITLE_PAGE}


class TemplateDetail(TemplateView):
    """One kind: upload a template, with all its placeholders and what each gives now."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        return self.show(request, self.kind(kind), TemplateForm())

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        which = self.kind(kind)
        form = TemplateForm(request.POST, request.FILES)
        if form.is_valid() and self.keep(which, form):
            messages.success(request, _("Documents are written with this template from now on."))
            return redirect("report-templates", self.project.slug)
        return self.show(request, which, form)

    def keep(self, kind: DocumentTemplate.Kind, form: TemplateForm) -> bool:
        """Keep the template; where it cannot be filled, say at the field why."""
        file = form.cleaned_data["file"]
        try:
            keep_template(
                project=self.project,
                kind=kind,
                content=file.read(),
                name=file.name,
                user=self.membership.user,
            )
        except TemplateError as error:
            for message in error.messages:
                form.add_error("file", message)
        return form.is_valid()

    def show(
        self, request: HttpRequest, kind: DocumentTemplate.Kind, form: TemplateForm
    ) -> HttpResponse:
        context = {
            "kind": kind,
            "form": form,
            "template": template_in_use(self.project, kind),
            "help": help_for(self.project, kind),
        }
        status = 422 if form.is_bound else 200
        return render(request, "reports/template_detail.html", context, status=status)


class TemplateFile(TemplateView):
    """The template in use as a file; the built-in one where it is asked for or there is no own."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        which = self.kind(kind)
        template = template_in_use(self.project, which)
        if template is None or "built-in" in request.GET:
            return document_response(
                f"{self.project.acronym}-{which.value}.docx", built_in_template(which)
            )
        try:
            return document_response(template.name, content_of(template))
        except NotWrittenError as error:
            messages.error(request, str(error))
            return redirect("report-template", self.project.slug, which.value)


class TemplateReset(TemplateView):
    """Asks, then goes back to the built-in template; the own one stays in the history."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        which = self.kind(kind)
        template = template_in_use(self.project, which)
        if template is None:
            return redirect("report-template", self.project.slug, which.value)
        context = {"kind": which, "template": template}
        return render(request, "reports/template_reset.html", context)

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        which = self.kind(kind)
        if use_built_in(project=self.project, kind=which, user=self.membership.user):
            messages.success(request, _("Documents are written with the built-in template again."))
        return redirect("report-templates", self.project.slug)


class TitlePage(TemplateView):
    """The form of what the title page of the report says."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, TitlePageForm(instance=self.project))

    def post(self, request: HttpRequest) -> HttpResponse:
        # A copy: what was typed wrongly must not stand on the page around the form.
        project = Project.objects.get(pk=self.project.pk)
        form = TitlePageForm(request.POST, instance=project)
        if not form.is_valid():
            return self.show(request, form)
        changed = change_title_page(
            project=self.project, user=self.membership.user, values=form.cleaned_data
        )
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("report-templates", self.project.slug)

    def show(self, request: HttpRequest, form: TitlePageForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        return render(request, "reports/title_page.html", {"form": form}, status=status)
