"""Django's admin of partners, people and reference lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .adminsite import InProjectAdmin, managed_projects, within_projects
from .models import Change, Membership, Mission, Partner, PartnerAlias, Sector, User
from .people import record_person, told_of_person
from .services import record_change

admin.site.unregister(Group)


class PartnerAliasInline(admin.TabularInline):
    model = PartnerAlias
    extra = 1
    fields = ("name",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return managed_projects(request.user).exists()

    has_change_permission = has_delete_permission = has_view_permission = has_add_permission


@admin.register(Partner)
class PartnerAdmin(InProjectAdmin):
    list_display = ("code", "name", "country", "is_task_leader", "is_joint", "project")
    list_filter = ("project",)
    inlines = (PartnerAliasInline,)


@admin.register(Sector)
class SectorAdmin(InProjectAdmin):
    list_display = ("name", "beyond_mobility", "project")
    list_filter = ("beyond_mobility",)


@admin.register(Mission)
class MissionAdmin(InProjectAdmin):
    list_display = ("name", "slug", "position", "project")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Membership)
class MembershipAdmin(InProjectAdmin):
    list_display = ("user", "project", "role", "partner")
    list_filter = ("role", "partner")
    search_fields = ("user__username",)


class MembershipInline(admin.TabularInline):
    """A user's places in projects: at least one, so that nobody is created into nowhere."""

    model = Membership
    extra = 0
    min_num = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(project__in=managed_projects(request.user))

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        return within_projects(
            super().formfield_for_foreignkey(db_field, request, **kwargs), request
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return managed_projects(request.user).exists()

    has_change_permission = has_delete_permission = has_view_permission = has_add_permission


@admin.register(User)
class PeopleAdmin(UserAdmin):
    """Users; an administrator of projects keeps only those who are members of these alone."""

    inlines = (MembershipInline,)
    list_display = ("username", "first_name", "last_name", "email", "is_active")
    list_filter = ("is_active", "memberships__role")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request)
        if request.user.is_superuser:
            return users
        mine = managed_projects(request.user)
        elsewhere = Membership.objects.exclude(project__in=mine)
        own = users.filter(memberships__project__in=mine, is_superuser=False)
        return own.exclude(pk__in=elsewhere.values("user")).distinct()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save a user; the projects of the user tell what changed, but no e-mail address."""
        super().save_model(request, obj, form, change)
        if not change:
            return
        by = request.user if isinstance(request.user, User) else None
        record_person(user=obj, by=by, fields=told_of_person(form))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save memberships, each with its line of history in its own project."""
        super().save_formset(request, form, formset, change)
        changed = [(Change.Kind.ADDED, row) for row in formset.new_objects]
        changed += [(Change.Kind.CHANGED, row) for row, _names in formset.changed_objects]
        changed += [(Change.Kind.DELETED, row) for row in formset.deleted_objects]
        for kind, membership in changed:
            record_change(
                project=membership.project,
                user=request.user if isinstance(request.user, User) else None,
                kind=kind,
                record=membership,
            )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        rights = ("is_active", "is_superuser") if request.user.is_superuser else ("is_active",)
        return (
            (None, {"fields": ("username", "password")}),
            (_("Person"), {"fields": ("first_name", "last_name", "email")}),
            (_("Rights"), {"fields": rights}),
        )

    def allowed(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return managed_projects(request.user).exists() or request.user.is_superuser
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.allowed(request)

    has_view_permission = has_change_permission = has_add_permission = allowed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Users are made inactive: what they did keeps their name."""
        return request.user.is_superuser
