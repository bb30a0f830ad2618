"""What was promised: indicators, the partners' shares, deadlines; and why a target is missed."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import ActionType
from partners.models import Mission, Partner, Project, User
from partners.months import last_day_of_month
from partners.querysets import OfProjectQuerySet

LONGEST_DEVIATION = 5000  # characters


class Indicator(models.Model):
    """One line of Table 0: a number that was promised, and what is counted towards it."""

    class Counts(models.TextChoices):
        ACTIONS = "actions", _("actions")
        SECTORS = "sectors", _("distinct sectors beyond mobility")
        ORGANISATIONS = "organisations", _("distinct organisations")
        COUNTRIES = "countries", _("distinct countries")

    project = models.ForeignKey(Project, models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    target = models.PositiveIntegerField(_("target"))
    counts = models.CharField(
        _("what it counts"), max_length=15, choices=Counts, default=Counts.ACTIONS
    )
    action_types = models.ManyToManyField(
        ActionType, verbose_name=_("in the actions of"), related_name="indicators"
    )
    first_month = models.PositiveSmallIntegerField(
        _("first month"), help_text=_("The project month in which the work begins: 6 is M6.")
    )
    last_month = models.PositiveSmallIntegerField(
        _("last month"), help_text=_("The project month by whose end the target is due.")
    )

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="indicator_number_once_per_project",
                violation_error_message=_("Another indicator has this number."),
            ),
            models.CheckConstraint(
                condition=Q(target__gte=0),
                name="target_not_negative",
                violation_error_message=_("A target cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(first_month__gte=1) & Q(last_month__gte=F("first_month")),
                name="indicator_ends_after_it_begins",
                violation_error_message=_("The last month cannot come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("indicator", args=[self.project.slug, self.number])

    @property
    def starts_on(self) -> date:
        """The day before which nothing is expected."""
        return self.project.month_start(self.first_month)

    @property
    def ends_on(self) -> date:
        """The day by whose end the whole target is expected."""
        return last_day_of_month(self.project.month_start(self.last_month))

    def expected(self, day: date) -> float:
        """What a straight line from the first day to the last expects by the end of ``day``."""
        days = (self.ends_on - self.starts_on).days + 1
        done = (day - self.starts_on).days + 1
        return self.target * min(max(done / days, 0.0), 1.0)


class PartnerTarget(models.Model):
    """The share of an indicator's target that one partner carries."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="partner_targets")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="targets")
    target = models.PositiveIntegerField(_("target"))

    class Meta:
        ordering = ["indicator", "partner"]
        verbose_name = _("partner target")
        verbose_name_plural = _("partner targets")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "partner"],
                name="one_target_per_partner",
                violation_error_message=_("This partner has a target for the indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(target__gte=0),
                name="partner_target_not_negative",
                violation_error_message=_("A target cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.target}"

    def clean(self) -> None:
        if self.partner_id and self.partner.project_id != self.indicator.project_id:
            raise ValidationError({"partner": _("This partner is not in the project.")})


class Deviation(models.Model):
    """Why an indicator falls short of its target, in the words of one partner.

    The words of the joint partner row are those of the consortium itself.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="deviations")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="deviations")
    text = models.TextField(
        _("why the target is not reached"),
        max_length=LONGEST_DEVIATION,
        validators=[MaxLengthValidator(LONGEST_DEVIATION)],
    )
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["indicator", "partner"]
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "partner"],
                name="one_deviation_per_partner",
                violation_error_message=_("This partner has explained the indicator already."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="deviation_has_words",
                violation_error_message=_("Say why the target is not reached."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.partner}"

    def clean(self) -> None:
        if self.partner_id and self.partner.project_id != self.indicator.project_id:
            raise ValidationError({"partner": _("This partner is not in the project.")})


class Deadline(models.Model):
    """One line of Table 12: what is due by the end of a project month."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        STARTED = "started", _("Conversations started")
        DONE = "done", _("Done")

    project = models.ForeignKey(Project, models.CASCADE, related_name="deadlines")
    month = models.PositiveSmallIntegerField(_("project month"))
    activity = models.CharField(_("activity"), max_length=250)
    mission = models.ForeignKey(
        Mission,
        models.RESTRICT,
        verbose_name=_("mission"),
        null=True,
        blank=True,
        related_name="deadlines",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["month", "position", "pk"]
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month", "activity"],
                name="deadline_once_per_month",
                violation_error_message=_("This activity is due in this month already."),
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1),
                name="deadline_month_from_one",
                violation_error_message=_("Project months begin with 1."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "started", "done"]),
                name="deadline_status_is_known",
                violation_error_message=_("This status is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.month} {self.activity}"

    def clean(self) -> None:
        if self.mission_id and self.mission and self.mission.project_id != self.project_id:
            raise ValidationError({"mission": _("This mission is not in the project.")})

    @property
    def month_start(self) -> date:
        return self.project.month_start(self.month)

    @property
    def due_on(self) -> date:
        return last_day_of_month(self.month_start)

    def is_overdue(self, today: date) -> bool:
        return self.status != self.Status.DONE and self.due_on < today


class Amendment(models.Model):
    """A change of the grant: from a day on other terms are in force for some indicators."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="amendments")
    name = models.CharField(_("amendment"), max_length=80)
    in_force_from = models.DateField(_("in force from"))
    note = models.TextField(_("what it changes"), blank=True, max_length=2000)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["in_force_from", "pk"]
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="amendment_once_per_project",
                violation_error_message=_("The project has an amendment of this name already."),
            ),
            models.UniqueConstraint(
                fields=["project", "in_force_from"],
                name="one_amendment_a_day",
                violation_error_message=_("Another amendment is in force from this day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerTerms(models.Model):
    """An indicator as it was promised until an amendment; the indicator itself has today's terms.

    ``partner_targets`` are the shares of that time by the keys of the partners, whose codes may
    change. ``became`` is what the amendment put in the place of what it changed, by field, and by
    the key of a partner: None is no share.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="former_terms")
    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="former_terms")
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    target = models.PositiveIntegerField(_("target"))
    first_month = models.PositiveSmallIntegerField(_("first month"))
    last_month = models.PositiveSmallIntegerField(_("last month"))
    partner_targets = models.JSONField(default=dict)
    became = models.JSONField(default=dict)

    class Meta:
        ordering = ["indicator", "amendment__in_force_from"]
        verbose_name = _("former terms")
        verbose_name_plural = _("former terms")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "amendment"], name="one_version_per_amendment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} ({self.amendment})"


class CheckAnswer(models.Model):
    """What somebody said to a finding of the checks, so that it is not asked again.

    ``finding`` is its kind, ``key`` names what it is about, such as the ids of two actions.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    project = models.ForeignKey(Project, models.CASCADE, related_name="check_answers")
    finding = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(_("why"), max_length=300, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("answer to a finding")
        verbose_name_plural = _("answers to findings")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "finding", "key"], name="one_answer_per_finding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.get_answer_display()}"
