"""The action: one row of a report table, with its occasions, its evidence and its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from partners.models import Mission, Organisation, Partner, Project, Sector, User
from partners.names import name_key
from partners.querysets import OfProjectQuerySet

from .dates import Mode, OccasionData, PartialDate, Precision
from .querysets import ActionQuerySet, EvidenceFileQuerySet

LONG_TEXT = 20_000
NOTE_LENGTH = 2000  # characters of the words about the dates
LONGEST_WORDS = 500  # characters of an occasion as it was written
LONGEST_FILE_NAME = 200
BEFORE_THE_PROJECT = _("An achieved action cannot be dated before the project began.")


class Status(models.TextChoices):
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    ACHIEVED = "achieved", _("Achieved")
    DROPPED = "dropped", _("Dropped")


class ActionType(models.Model):
    """One report table: its heading, the record that its rows are, its columns as printed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="action_types")
    slug = models.SlugField(_("short name"), max_length=40)
    table_number = models.PositiveSmallIntegerField(_("table"))
    number = models.PositiveSmallIntegerField(_("number printed before the heading"))
    heading = models.CharField(_("heading"), max_length=200)
    caption = models.CharField(_("caption"), max_length=200)
    section = models.CharField(_("section of the report"), max_length=120, blank=True)
    record = models.CharField(_("kind of record"), max_length=40)
    kind = models.CharField(_("kind within the record"), max_length=40, blank=True)
    columns = models.JSONField(
        _("columns as printed"),
        help_text=_("A list of objects, each with “column” and “heading”."),
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["table_number"]
        verbose_name = _("action type")
        verbose_name_plural = _("action types")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "slug"],
                name="action_type_once_per_project",
                violation_error_message=_("The project has an action type of this name already."),
            ),
            models.UniqueConstraint(
                fields=["project", "table_number"],
                name="table_number_once_per_project",
                violation_error_message=_("Another action type has this table number."),
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def table_name(self) -> str:
        return f"Table {self.table_number}"


class Action(models.Model):
    """One row of a report table; agreements and events add their own fields to it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="actions")
    type = models.ForeignKey(
        ActionType, models.RESTRICT, verbose_name=_("table"), related_name="actions"
    )
    reference = models.CharField(_("reference"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=300)
    title_key = models.CharField(max_length=300, editable=False, db_index=True)
    partners = models.ManyToManyField(
        Partner, verbose_name=_("responsible"), related_name="actions"
    )
    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("organisations"), blank=True, related_name="actions"
    )
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("sectors"), blank=True, related_name="actions"
    )
    mission = models.ForeignKey(
        Mission,
        models.RESTRICT,
        verbose_name=_("mission"),
        null=True,
        blank=True,
        related_name="actions",
    )
    description = models.TextField(_("description"), blank=True, max_length=LONG_TEXT)
    expectations = models.TextField(_("expectations"), blank=True, max_length=LONG_TEXT)
    results = models.TextField(_("results"), blank=True, max_length=LONG_TEXT)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    dates_note = models.CharField(_("about the dates"), blank=True, max_length=NOTE_LENGTH)

    first_on = models.DateField(_("first date"), null=True, blank=True, editable=False)
    first_precision = models.CharField(max_length=5, choices=Precision, blank=True, editable=False)
    counts_from = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="The last day that the first date can mean: as-of counting starts there.",
    )
    project_start = models.DateField(
        editable=False,
        help_text="The project's first day, copied so that the database can hold the rule on it.",
    )

    excluded = models.BooleanField(_("left out of the count"), default=False, editable=False)
    exclusion_reason = models.CharField(
        _("why it is left out"), max_length=300, blank=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["type__table_number", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [
            models.Index(fields=["project", "type", "status"]),
            models.Index(fields=["project", "counts_from"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "reference"],
                name="reference_once_per_project",
                violation_error_message=_("Another action of the project has this reference."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="action_status_is_known",
                violation_error_message=_("This status is not known."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ACHIEVED)
                | Q(counts_from__isnull=True)
                | Q(counts_from__gte=F("project_start")),
                name="achieved_within_the_project",
                violation_error_message=BEFORE_THE_PROJECT,
            ),
            models.CheckConstraint(
                condition=Q(first_on__isnull=True, counts_from__isnull=True)
                | Q(counts_from__isnull=False, first_on__lte=F("counts_from")),
                name="first_date_is_whole",
                violation_error_message=_("A date starts before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(excluded=False, exclusion_reason="")
                | (Q(excluded=True) & ~Q(exclusion_reason="")),
                name="exclusion_has_a_reason",
                violation_error_message=_("Say why the action is left out of the count."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title_key = name_key(self.title)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse(self.type.record, args=[self.project.slug, self.pk])

    @property
    def first_date(self) -> PartialDate | None:
        if self.first_on is None:
            return None
        return PartialDate.of(self.first_on, self.first_precision)

    def set_first_date(self, when: PartialDate | None) -> None:
        """Take over the date from which the action counts (design, section 3)."""
        self.first_on = when.start if when else None
        self.first_precision = when.precision if when else ""
        self.counts_from = when.counts_from if when else None

    def date_of_achievement(self, occasions: Iterable[OccasionData]) -> PartialDate | None:
        """The first contact or the first day held; a record type may know better."""
        dates = [occasion.when for occasion in occasions]
        return min(dates, key=lambda d: (d.counts_from, d.start), default=None)

    @property
    def lies_ahead(self) -> bool:
        return self.first_on is not None and self.first_on > timezone.localdate()


class Occasion(models.Model):
    """When and where an action took place, with the precision that is known."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="occasions")
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    precision = models.CharField(
        _("precision"), max_length=5, choices=Precision, default=Precision.DAY
    )
    mode = models.CharField(_("on site or online"), max_length=10, choices=Mode, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    country = CountryField(_("country"), blank=True)
    words = models.CharField(_("as it was written"), max_length=LONGEST_WORDS, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "start", "pk"]
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lte=F("end")),
                name="occasion_starts_before_it_ends",
                violation_error_message=_("An occasion ends on or after the day it starts."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.data)

    @property
    def when(self) -> PartialDate:
        return PartialDate(self.start, self.end, self.precision)

    @property
    def data(self) -> OccasionData:
        return OccasionData(
            self.when, self.mode, self.place, str(self.country.code or ""), self.words
        )


class Evidence(models.Model):
    """A proof that can be opened: a signed paper, a list, a picture, wherever it lies."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="evidence")
    title = models.CharField(_("what it is"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return f"{self.title} {self.url}".strip()


def private_path(record: EvidenceFile, filename: str) -> str:
    """Where a file of evidence is kept: under a name that cannot be guessed, below its project."""
    ending = PurePath(filename).suffix.lower()
    return f"evidence/{record.action.project_id}/{uuid4().hex}{ending}"


class EvidenceFile(models.Model):
    """A proof that is kept here: the scan of a signed paper, a list, a picture.

    Not a kind of Evidence: imports write those rows anew, and a file must outlive that.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="files")
    title = models.CharField(_("what it is"), max_length=200)
    file = models.FileField(_("file"), upload_to=private_path, max_length=200)
    name = models.CharField(_("name of the file"), max_length=LONGEST_FILE_NAME)
    size = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "sha256"],
                name="file_once_per_action",
                violation_error_message=_("This very file is attached to the action already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.name})"
