"""What was changed, by whom, and every version of every row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.querysets import OfProjectQuerySet

from .projects import Project
from .users import User


class Change(models.Model):
    """One change of one record: who, when, what it was and what it became."""

    class Kind(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        MERGED = "merged", _("merged")
        RESTORED = "restored", _("restored")

    project = models.ForeignKey(Project, models.CASCADE, related_name="changes")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="changes")
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind)
    record = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    label = models.CharField(max_length=300)
    fields = models.JSONField(default=dict, help_text="{field: [old, new]}")
    source = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True, help_text="Why, where a reason was asked for.")
    transaction = models.BigIntegerField(
        default=0, help_text="That of the rows of RowVersion which the change wrote."
    )

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [
            models.Index(fields=["project", "record", "record_id"]),
            models.Index(fields=["project", "transaction"]),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_kind_display()}"


class RowVersion(models.Model):
    """A row of a table as it was before and after one statement; the database itself writes it.

    ``old`` is None for a row that was added, ``new`` for one that was deleted. It names tables and
    ids without pointing to them: it outlives them.
    """

    at = models.DateTimeField()
    transaction = models.BigIntegerField()
    project_id = models.BigIntegerField(null=True)
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    record = models.CharField(max_length=40, help_text="The record that the row belongs to.")
    record_id = models.BigIntegerField(null=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("version of a row")
        verbose_name_plural = _("versions of rows")
        indexes = [
            models.Index(fields=["project_id", "table", "at"], name="version_by_table"),
            models.Index(fields=["record", "record_id"], name="version_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
