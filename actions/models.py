"""The action: one row of a report table, with its occasions, its evidence and its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from partners import clock
from partners.catalogue import spoken
from partners.models import Mission, Organisation, Partner, Project, Sector, User
from partners.names import name_key
from partners.querysets import OfProjectQuerySet

from .dates import Mode, OccasionData, PartialDate, Precision
from .querysets import ActionQuerySet, EvidenceFileQuerySet

LONG_TEXT = 20_000
NOTE_LENGTH = 2000  # characters of the words about the dates
LONGEST_WORDS = 500  # characters of an occasion as it was written
MOST_FILES = 50  # of one action
LONGEST_FILE_NAME = 200
BEFORE_THE_PROJECT = _("An achieved action cannot be dated before the project began.")


class Status(models.TextChoices):
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    ACHIEVED = "achieved", _("Achieved")
    DROPPED = "dropped", _("Dropped")


class Review(models.TextChoices):
    """How far an action is between the partner who logs it and the task leader who checks it."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")


class EvidenceKind(models.TextChoices):
    """What a proof is; an action type says which kinds prove its actions."""

    AGREEMENT = "agreement", _("Signed agreement")
    AGENDA = "agenda", _("Agenda")
    ATTENDANCE = "attendance", _("Signed attendance list")
    PICTURE = "picture", _("Picture")
    OTHER = "other", _("Other evidence")


def table_name(number: int) -> str:
    """What a table of the report is called, in the reader's language."""
    return gettext("Table %(number)d") % {"number": number}


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
    evidence = models.JSONField(
        _("evidence that is asked for"),
        default=list,
        blank=True,
        help_text=_("The kinds of evidence that an achieved action of this table needs."),
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
        return table_name(self.table_number)

    @property
    def spoken_caption(self) -> str:
        """The caption in the reader's language, where it is that of the deliverable."""
        return spoken(self.caption)


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
    duplicate_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("the same as"),
        null=True,
        blank=True,
        editable=False,
        related_name="duplicates",
    )
    review = models.CharField(
        _("review"), max_length=10, choices=Review, default=Review.SUBMITTED, editable=False
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
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
            models.Index(fields=["project", "review"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__in=Review.values),
                name="review_is_known",
                violation_error_message=_("This state of the review is not known."),
            ),
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
        return self.first_on is not None and self.first_on > clock.today()


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
    kind = models.CharField(
        _("kind"), max_length=10, choices=EvidenceKind, default=EvidenceKind.OTHER
    )
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
    kind = models.CharField(
        _("kind"), max_length=10, choices=EvidenceKind, default=EvidenceKind.OTHER
    )
    restricted = models.BooleanField(
        _("holds personal data"),
        default=False,
        help_text=_("Only the responsible partners, the task leader and administrators open it."),
    )
    keep_until = models.DateField(
        _("keep until"),
        null=True,
        blank=True,
        help_text=_("The day after which the content is to be deleted."),
    )
    file = models.FileField(_("file"), upload_to=private_path, max_length=200)
    name = models.CharField(_("name of the file"), max_length=LONGEST_FILE_NAME)
    size = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its content was deleted for good."
    )
    erased_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    erased_why = models.CharField(max_length=300, blank=True, editable=False)

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
        """What it is called, also in the history; of a restricted file only its kind."""
        if self.restricted:
            return gettext("%(kind)s (restricted)") % {"kind": self.get_kind_display()}
        return f"{self.title} ({self.name})"

    @property
    def is_overdue(self) -> bool:
        """Whether its content should have been erased."""
        over = self.keep_until is not None and self.keep_until < clock.today()
        return over and self.erased_at is None


class ReviewNote(models.Model):
    """One word in the conversation about an action: sent in, accepted, returned, discussed."""

    class Event(models.TextChoices):
        SUBMITTED = "submitted", _("submitted it")
        ACCEPTED = "accepted", _("accepted it")
        RETURNED = "returned", _("returned it")
        PROPOSED = "proposed", _("submitted a change")
        CHANGE_ACCEPTED = "change_accepted", _("accepted the change")
        CHANGE_RETURNED = "change_returned", _("returned the change")
        WITHDRAWN = "withdrawn", _("took the change back")
        COMMENT = "comment", _("wrote")

    action = models.ForeignKey(Action, models.CASCADE, related_name="review_notes")
    event = models.CharField(max_length=20, choices=Event, default=Event.COMMENT)
    text = models.TextField(_("words"), blank=True, max_length=NOTE_LENGTH)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("word of the review")
        verbose_name_plural = _("words of the review")

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.text}"


class ProposedChange(models.Model):
    """New values for an accepted action, which stays as it was accepted until they are, too.

    There is one at most for each action. ``values`` are those that differ, as ``Column.dump``
    keeps them; ``changes`` the same as texts for people, old and new.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")

    action = models.OneToOneField(Action, models.CASCADE, related_name="proposed")
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict, help_text="{field: [old, new]}")
    source = models.CharField(max_length=120, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")

    def __str__(self) -> str:
        return str(self.action)


class CreditShare(models.Model):
    """How much of a joint action one of its partners is credited with, as they agreed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="credit_shares")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="credit_shares")
    percent = models.DecimalField(_("share in per cent"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["action", "partner"]
        verbose_name = _("share of the credit")
        verbose_name_plural = _("shares of the credit")
        constraints = [
            models.UniqueConstraint(fields=["action", "partner"], name="one_share_per_partner"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="share_is_a_percentage",
                violation_error_message=_("A share is from 0 to 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.percent}"
