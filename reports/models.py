"""Imports: the file that someone brought, what was understood of it, what it did, row by row."""

from __future__ import annotations

from pathlib import PurePath
from uuid import uuid4

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import ActionType
from partners.models import Project, User
from partners.querysets import OfProjectQuerySet

from .querysets import ExportQuerySet, ImportRowQuerySet

LONGEST_ENDING = 6


def private_path(record: Import, filename: str) -> str:
    """Where an uploaded file is kept: under a name that cannot be guessed, below its project."""
    ending = PurePath(filename).suffix.lower()
    kept = ending if ending[1:].isalnum() and len(ending) <= LONGEST_ENDING else ""
    return f"imports/{record.project_id}/{uuid4().hex}{kept}"


class Import(models.Model):
    """A file brought in by a user: first a preview, applied at most once, then perhaps undone."""

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        READY = "ready", _("Preview")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Not readable")

    WORKING = (State.READING, State.APPLYING, State.UNDOING)

    project = models.ForeignKey(Project, models.CASCADE, related_name="imports")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="imports")
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to=private_path, max_length=200)
    only_type = models.ForeignKey(
        ActionType, models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    fault = models.TextField(blank=True, help_text="Why the file could not be read.")
    wishes = models.JSONField(default=dict, help_text="What wishes.Wishes holds.")
    exported_at = models.DateTimeField(
        null=True, blank=True, help_text="When this application wrote the file, if it did."
    )
    valid_rows = models.BooleanField(default=False)
    summary = models.JSONField(default=dict, help_text="What results.ImportResult.summary gives.")
    created_at = models.DateTimeField(auto_now_add=True)
    previewed_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True, help_text="When work on it began.")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="applied_imports"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="undone_imports"
    )

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import-detail", args=[self.project.slug, self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING


class ImportRow(models.Model):
    """One row of an imported file: what it would become or became, and what an undo brings back."""

    class Undo(models.TextChoices):
        DONE = "done", _("undone")
        CHANGED = "changed", _("changed since: left as it is")
        GONE = "gone", _("deleted since")

    record = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    table = models.PositiveSmallIntegerField(help_text="Its place in the summary's sheets.")
    sheet = models.PositiveSmallIntegerField(help_text="The place of its sheet in the file.")
    number = models.PositiveIntegerField(help_text="The row as the file numbers it.")
    verdict = models.CharField(max_length=10)
    has_warnings = models.BooleanField(default=False)
    reference = models.CharField(max_length=20, blank=True)
    title = models.TextField(blank=True)
    action = models.BigIntegerField(null=True, blank=True, help_text="The id of an action.")
    data = models.JSONField(
        default=dict, help_text="Changes, cells as written, errors, warnings, likely duplicates."
    )
    before = models.JSONField(default=dict, help_text="The values that an undo brings back.")
    written_at = models.DateTimeField(null=True, blank=True)
    former_at = models.DateTimeField(
        null=True, blank=True, help_text="When the action had been changed before."
    )
    undo = models.CharField(max_length=10, choices=Undo, blank=True)

    objects = ImportRowQuerySet.as_manager()
    decision = ""  # what the user said of it, put here by a page that shows it

    class Meta:
        ordering = ["table", "number", "pk"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [models.Index(fields=["record", "verdict"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class KnownShape(models.Model):
    """A mapping that somebody confirmed: how a table with such headings is to be read."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="known_shapes")
    shape = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("known table")
        verbose_name_plural = _("known tables")
        constraints = [
            models.UniqueConstraint(fields=["project", "shape"], name="shape_once_per_project"),
        ]

    def __str__(self) -> str:
        return self.shape


def template_path(record: DocumentTemplate, _filename: str) -> str:
    """Where a template is kept: under a name that cannot be guessed, below its project."""
    return f"templates/{record.project_id}/{uuid4().hex}.docx"


class DocumentTemplate(models.Model):
    """A Word template of a project's own; one that was replaced stays, with when that was."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        COOPERATION = "cooperation", _("Cooperation agreement")
        BUSINESS = "business", _("Business agreement")

    project = models.ForeignKey(Project, models.CASCADE, related_name="document_templates")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    file = models.FileField(upload_to=template_path, max_length=200)
    name = models.CharField(_("file"), max_length=200)
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("Word template")
        verbose_name_plural = _("Word templates")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_template_in_use_per_kind",
                violation_error_message=_("The project has a template of this kind already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Export(models.Model):
    """A long file that somebody asked for: written by a process of its own, kept for some days."""

    class State(models.TextChoices):
        WORKING = "working", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not written")

    EVIDENCE = "evidence"  # the subject of a zip with files of evidence

    project = models.ForeignKey(Project, models.CASCADE, related_name="exports")
    user = models.ForeignKey(User, models.CASCADE, related_name="exports")
    subject = models.CharField(max_length=20, help_text="The report, a list, the organisations.")
    ending = models.CharField(max_length=5)
    wishes = models.JSONField(default=dict, help_text="What exporting.Asked holds.")
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WORKING)
    fault = models.TextField(blank=True, help_text="Why the file was not written.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("export-detail", args=[self.project.slug, self.pk])

    @property
    def is_working(self) -> bool:
        return self.state == self.State.WORKING


class SealedReport(models.Model):
    """A report as it was submitted: figures, rules, targets, rows and files of that time, frozen.

    ``content`` is canonical JSON as text, ``checksum`` the SHA-256 of its UTF-8; the database
    refuses to change or delete either. A project that has one is not deleted.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="sealed_reports")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    since = models.DateField(_("since"), null=True, blank=True)
    as_of = models.DateField(_("as of"))
    note = models.TextField(_("note"), blank=True, max_length=2000)
    content = models.TextField()
    checksum = models.CharField(_("checksum"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))
    sealed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="sealed_reports"
    )

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("sealed report")
        verbose_name_plural = _("sealed reports")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="sealed_number_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("sealed", args=[self.project.slug, self.number])


class SealedFile(models.Model):
    """A file of evidence that a sealed report holds; its content stays while one does.

    The digest is part of what was sealed; the name is not, so that it can be hidden and forgotten.
    Whatever becomes of the evidence itself, ``restricted`` says who may open this, for good.
    """

    report = models.ForeignKey(SealedReport, models.CASCADE, related_name="files")
    evidence_id = models.BigIntegerField()
    action_id = models.BigIntegerField(help_text="Whose partners may open a restricted file.")
    reference = models.CharField(max_length=20)
    file = models.CharField(max_length=200, help_text="Where the content is stored.")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    restricted = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["reference", "pk"]
        verbose_name = _("sealed file")
        verbose_name_plural = _("sealed files")

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


class Digest(models.Model):
    """An e-mail that a user was sent about a project: at most one in a week.

    A run of ``send_notices`` claims the week before it sends, so that another run at the same time
    does not send as well; ``sent_at`` is empty until the mail is handed over.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="digests")
    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    week = models.DateField(help_text="The Monday of the week.")
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-week", "-pk"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "week"], name="one_digest_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.user} {self.week}"
