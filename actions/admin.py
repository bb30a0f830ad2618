"""Django's admin of projects and action types; actions themselves are kept on their own pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import ngettext

from partners.adminsite import InProjectAdmin
from partners.models import Project
from partners.services import FUNDER

from .models import Action, ActionType, EvidenceKind
from .services import achieved_before, follow_project_start


class ProjectForm(forms.ModelForm):
    """A project; its start cannot move behind what has been achieved."""

    class Meta:
        model = Project
        fields = (
            "acronym", "title", "slug", "grant_agreement", "programme", "first_month",
            "length_months",
        )  # fmt: skip

    def clean_first_month(self) -> date:
        start: date = self.cleaned_data["first_month"]
        early = achieved_before(self.instance, start).count() if self.instance.pk else 0
        if early:
            message = ngettext(
                "%(early)d achieved action is dated before this day.",
                "%(early)d achieved actions are dated before this day.",
                early,
            )
            raise ValidationError(message % {"early": early})
        return start


@admin.register(Project)
class ProjectAdmin(InProjectAdmin):
    project_path = ""
    form = ProjectForm
    exclude = FUNDER  # kept on a page of their own, with history
    list_display = ("acronym", "title", "grant_agreement", "first_month", "length_months")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        follow_project_start(obj)


class ActionTypeForm(forms.ModelForm):
    """A report table; the evidence that it asks for is ticked."""

    evidence = forms.MultipleChoiceField(
        label=ActionType._meta.get_field("evidence").verbose_name,
        help_text=ActionType._meta.get_field("evidence").help_text,
        choices=EvidenceKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = ActionType
        fields = (
            "project", "slug", "table_number", "number", "heading", "caption", "section", "record",
            "kind", "columns", "evidence",
        )  # fmt: skip


@admin.register(ActionType)
class ActionTypeAdmin(InProjectAdmin):
    form = ActionTypeForm
    list_display = ("table_number", "heading", "record", "kind", "project")
    list_display_links = ("heading",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The kind of record stays once there are rows: they have the fields of that kind."""
        in_use = obj is not None and Action.objects.filter(type=obj).exists()
        return ("record", "project") if in_use else ()
