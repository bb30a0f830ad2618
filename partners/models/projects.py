"""The project, its partners, sectors and missions, and what a user is in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from partners import clock
from partners.door import past_may_go
from partners.months import add_months, last_day_of_month, months_between
from partners.names import name_key
from partners.querysets import OfProjectQuerySet, ProjectQuerySet
from partners.roles import CAPABILITIES, OF_THE_PAST, Capability, Role

from .users import User

LONGEST_PROJECT_MONTHS = 240
LONGEST_DISCLAIMER = 1000  # characters
LONGEST_STATEMENT = 120  # characters; it stands at the foot of printed pages
RESERVED_SLUGS = frozenset(
    {"accessibility", "account", "admin", "calendar", "health", "known", "language", "notices"}
    | {"password", "privacy", "projects", "sign-in", "sign-out", "static", "style-guide", "theme"}
)
CODE = RegexValidator(r"\A[A-Z0-9][A-Z0-9_-]*\Z", _("Use capital letters, digits, - and _ only."))


def not_reserved(slug: str) -> None:
    """Refuse the addresses that the application itself uses at the top level."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("This address is used by the application itself."))


class Measure(models.TextChoices):
    """Which achieved actions a figure counts; each measure counts some of the one before."""

    CLAIMED = "claimed", _("Claimed")
    EVIDENCED = "evidenced", _("Evidenced")
    VERIFIED = "verified", _("Verified")


class Emblem(models.TextChoices):
    """Which picture stands for the funder."""

    NONE = "", _("None")
    EU = "eu", _("Emblem of the European Union")
    OWN = "own", _("A picture of your own")


class Project(models.Model):
    """What a consortium has promised to its funder."""

    slug = models.SlugField(
        _("address"),
        unique=True,
        max_length=40,
        validators=[not_reserved],
        help_text=_("The first part of the address of every page: /elca/"),
    )
    acronym = models.CharField(_("acronym"), max_length=40)
    title = models.CharField(_("title"), max_length=250)
    grant_agreement = models.CharField(_("grant agreement"), max_length=40, blank=True)
    programme = models.CharField(_("programme"), max_length=120, blank=True)
    first_month = models.DateField(
        _("first day of month 1 (M1)"), help_text=_("The first day of a calendar month.")
    )
    length_months = models.PositiveSmallIntegerField(
        _("length in months"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PROJECT_MONTHS)],
    )
    deliverable = models.CharField(
        _("deliverable"), max_length=40, blank=True, help_text=_("Its number, such as D3.2.")
    )
    report_title = models.CharField(_("title of the report"), max_length=200, blank=True)
    work_package = models.CharField(_("work package"), max_length=200, blank=True)
    disclaimer = models.TextField(
        _("disclaimer"),
        max_length=LONGEST_DISCLAIMER,
        blank=True,
        validators=[MaxLengthValidator(LONGEST_DISCLAIMER)],
        help_text=_("Who answers for what is said here. It may have several lines."),
    )
    funder_statement = models.CharField(
        _("statement of funding"),
        max_length=LONGEST_STATEMENT,
        blank=True,
        help_text=_("Usually: Co-funded by the European Union."),
    )
    emblem = models.CharField(_("emblem"), max_length=10, blank=True, choices=Emblem)
    emblem_image = models.CharField(
        _("picture of the emblem"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("Where it is kept; a picture that was in use once stays there."),
    )
    emblem_alt = models.CharField(
        _("emblem in words"),
        max_length=250,
        blank=True,
        help_text=_("For those who do not see it, such as: Emblem of the European Union."),
    )
    lead_figure = models.CharField(
        _("leading figure"),
        max_length=10,
        choices=Measure,
        default=Measure.CLAIMED,
        help_text=_(
            "Which figure dashboards and reports lead with: claimed (achieved, as the partners"
            " say), evidenced (with the evidence that is asked for) or verified (accepted)."
        ),
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["acronym", "pk"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__day=1),
                name="project_starts_with_a_month",
                violation_error_message=_("Month 1 starts on the first day of a calendar month."),
            ),
            models.CheckConstraint(
                condition=Q(lead_figure__in=Measure.values),
                name="lead_figure_is_known",
                violation_error_message=_("This figure is not known."),
            ),
            models.CheckConstraint(
                condition=Q(emblem__in=Emblem.values),
                name="emblem_is_known",
                violation_error_message=_("This emblem is not known."),
            ),
            models.CheckConstraint(
                condition=~Q(emblem=Emblem.OWN) | ~Q(emblem_image=""),
                name="own_emblem_has_a_picture",
                violation_error_message=_("Choose the picture of your emblem."),
            ),
            models.CheckConstraint(
                condition=Q(length_months__gte=1, length_months__lte=LONGEST_PROJECT_MONTHS),
                name="project_length_in_months",
                violation_error_message=_("A project lasts from 1 to 240 months."),
            ),
        ]

    def __str__(self) -> str:
        return self.acronym

    def get_absolute_url(self) -> str:
        return reverse("overview", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the project with all its rows, its history among them; not one that is sealed."""
        with past_may_go():
            return super().delete(*args, **kwargs)

    @property
    def starts_on(self) -> date:
        return self.first_month

    @property
    def ends_on(self) -> date:
        return last_day_of_month(self.month_start(self.length_months))

    def month_start(self, number: int) -> date:
        """The first day of project month ``number``; M1 is the first."""
        return add_months(self.first_month, number - 1)

    def month_number(self, day: date) -> int:
        """The number of the project month in which a day lies: below 1 before the project."""
        return months_between(self.first_month, day) + 1


class Partner(models.Model):
    """A member of the consortium, or the consortium itself acting jointly."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="partners")
    code = models.CharField(_("code"), max_length=20, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"), blank=True)
    is_task_leader = models.BooleanField(_("task leader"), default=False)
    is_joint = models.BooleanField(
        _("the consortium acting jointly"),
        default=False,
        help_text=_("Stands for all partners together; signs in as nobody."),
    )
    position = models.PositiveSmallIntegerField(_("position in tables"), default=0)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code"],
                name="partner_code_once_per_project",
                violation_error_message=_("Another partner of the project has this code."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(is_task_leader=True),
                name="one_task_leader_per_project",
                violation_error_message=_("The project has a task leader already."),
            ),
            models.CheckConstraint(
                condition=~Q(is_task_leader=True, is_joint=True),
                name="joint_row_does_not_lead",
                violation_error_message=_("The consortium as a whole cannot be the task leader."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.project.slug, self.code])


class Alias(models.Model):
    """Another spelling of a name."""

    name = models.CharField(_("other spelling"), max_length=250)
    key = models.CharField(max_length=250, editable=False, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = name_key(self.name)
        super().save(*args, **kwargs)


class PartnerAlias(Alias):
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ["name"]
        verbose_name = _("other spelling of a partner")
        verbose_name_plural = _("other spellings of partners")
        constraints = [
            models.UniqueConstraint(fields=["partner", "key"], name="partner_alias_once"),
        ]


class Membership(models.Model):
    """What a user is in a project; without one, the project does not exist for the user."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    partner = models.ForeignKey(
        Partner, models.RESTRICT, null=True, blank=True, related_name="memberships"
    )

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["project", "user"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                name="one_membership_per_project",
                violation_error_message=_("This user is a member of the project already."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.PARTNER) | Q(partner__isnull=False),
                name="partner_user_has_a_partner",
                violation_error_message=_("A partner user belongs to a partner: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.project} · {self.get_role_display()}"

    def clean(self) -> None:
        if self.partner_id and self.partner and self.partner.project_id != self.project_id:
            raise ValidationError({"partner": _("This partner is not in the project.")})

    def may(self, capability: Capability) -> bool:
        if clock.is_past() and capability not in OF_THE_PAST:
            return False
        return capability in CAPABILITIES.get(self.role, frozenset())


class Sector(models.Model):
    """A branch of industry that an action or an organisation touches."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="sectors")
    name = models.CharField(_("name"), max_length=120)
    beyond_mobility = models.BooleanField(_("beyond mobility"), default=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="sector_once_per_project",
                violation_error_message=_("The project has a sector of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mission(models.Model):
    """A journey to a target market, on which deadlines and actions hang."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="missions")
    slug = models.SlugField(_("short name"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "slug"],
                name="mission_once_per_project",
                violation_error_message=_("The project has a mission of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
