"""Django's admin for what has no page of its own, each administrator within their own projects."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelChoiceField, ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .models import Change, Project, User
from .roles import Role
from .services import record_change


def managed_projects(user: User | AnonymousUser) -> models.QuerySet[Project]:
    """The projects that a user administers: all for a superuser, none for most."""
    if not user.is_authenticated or not user.is_active:
        return Project.objects.none()
    if user.is_superuser:
        return Project.objects.all()
    return Project.objects.filter(memberships__user=user, memberships__role=Role.ADMIN)


class TrackerAdminSite(admin.AdminSite):
    """The admin, for superusers and for the administrators of projects."""

    site_header = _("ELCA Tracker: administration")
    site_title = _("Administration")
    index_title = _("What has no page of its own")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return managed_projects(request.user).exists() or (
            request.user.is_active and request.user.is_superuser
        )

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everyone does; who is signed in and may not enter is told so."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"))


class InProjectAdmin(admin.ModelAdmin):
    """Rows of the projects that the user administers, and no others; every save is in the history.

    ``project_path`` leads from a row to its project.
    """

    project_path = "project"

    def allowed(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        if obj is None:
            return managed_projects(request.user).exists()
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allowed(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allowed(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allowed(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allowed(request)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        path = f"{self.project_path}__in" if self.project_path else "pk__in"
        return super().get_queryset(request).filter(**{path: managed_projects(request.user)})

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        return within_projects(
            super().formfield_for_foreignkey(db_field, request, **kwargs), request
        )

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        return within_projects(
            super().formfield_for_manytomany(db_field, request, **kwargs), request
        )

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        fields = {
            name: (str(form.initial.get(name, "")), str(form.cleaned_data.get(name, "")))
            for name in form.changed_data
            if name in form.cleaned_data
        }
        kind = Change.Kind.CHANGED if change else Change.Kind.ADDED
        self.write_history(request, obj, kind, fields)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if not isinstance(obj, Project):
            self.write_history(request, obj, Change.Kind.DELETED, {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete one by one, so that each deletion stands in the history."""
        for obj in queryset:
            self.delete_model(request, obj)

    def write_history(
        self, request: HttpRequest, obj: Any, kind: str, fields: dict[str, tuple[str, str]]
    ) -> None:
        project = obj
        for step in self.project_path.split("__") if self.project_path else []:
            project = getattr(project, step)
        user = request.user if isinstance(request.user, User) else None
        record_change(project=project, user=user, kind=kind, record=obj, fields=fields)


def within_projects(field: Any, request: HttpRequest) -> Any:
    """Offer only choices of the projects that the user administers."""
    if field is None or request.user.is_superuser:
        return field
    model = field.queryset.model
    projects = managed_projects(request.user)
    names = {f.name for f in model._meta.get_fields()}
    if model is Project:
        field.queryset = field.queryset.filter(pk__in=projects)
    elif "project" in names:
        field.queryset = field.queryset.filter(project__in=projects)
    elif model is User:
        field.queryset = field.queryset.filter(memberships__project__in=projects).distinct()
    else:
        field.queryset = field.queryset.none()
    return field
