"""An import: the file that someone brought, what was understood of it, and when it was applied."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import ActionType
from partners.models import Project, User
from partners.querysets import OfProjectQuerySet


def private_path(record: Import, _filename: str) -> str:
    """Where an uploaded file is kept: under a name that cannot be guessed, below its project."""
    return f"imports/{record.project_id}/{uuid4().hex}.xlsx"


class Import(models.Model):
    """A spreadsheet brought in by a user: first a preview, applied at most once."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="imports")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="imports")
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to=private_path, max_length=200)
    only_type = models.ForeignKey(
        ActionType, models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    summary = models.JSONField(default=dict, help_text="What importing.ImportResult.summary gives.")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import-detail", args=[self.project.slug, self.pk])
