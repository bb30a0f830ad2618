"""Django's admin of indicators, targets and deadlines."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.adminsite import InProjectAdmin, managed_projects, within_projects

from .models import Deadline, Indicator, PartnerTarget


class PartnerTargetInline(admin.TabularInline):
    model = PartnerTarget
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return within_projects(
            super().formfield_for_foreignkey(db_field, request, **kwargs), request
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return managed_projects(request.user).exists()

    has_change_permission = has_delete_permission = has_view_permission = has_add_permission


@admin.register(Indicator)
class IndicatorAdmin(InProjectAdmin):
    list_display = ("number", "title", "target", "counts", "first_month", "last_month", "project")
    list_display_links = ("number", "title")
    filter_horizontal = ("action_types",)
    inlines = (PartnerTargetInline,)


@admin.register(Deadline)
class DeadlineAdmin(InProjectAdmin):
    list_display = ("month", "activity", "mission", "status", "project")
    list_display_links = ("activity",)
    list_filter = ("status", "mission")
