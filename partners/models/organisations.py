"""The organisations that actions touch, under all their spellings."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from partners.names import name_key
from partners.querysets import OrganisationQuerySet

from .projects import Alias, Project, Sector

LONGEST_NAME = 250  # characters in the name of an organisation
NEEDS_A_LETTER = _("The name needs at least one letter or digit.")


class Organisation(models.Model):
    """Anyone outside the consortium, once, however often and however spelt it occurs."""

    class Kind(models.TextChoices):
        CLUSTER = "cluster", _("Cluster")
        NETWORK = "network", _("Business network")
        SME = "sme", _("SME")
        COMPANY = "company", _("Company")
        RESEARCH = "research", _("Research centre")
        AGENCY = "agency", _("Agency")
        CHAMBER = "chamber", _("Chamber")
        GOVERNMENT = "government", _("Government")
        OTHER = "other", _("Other")

    project = models.ForeignKey(Project, models.CASCADE, related_name="organisations")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    key = models.CharField(max_length=LONGEST_NAME, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    country = CountryField(_("country"), blank=True)
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("sectors"), blank=True, related_name="organisations"
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key"],
                name="organisation_once_per_project",
                violation_error_message=_("The project has an organisation of this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(key=""),
                name="organisation_has_a_name",
                violation_error_message=NEEDS_A_LETTER,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = name_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.project.slug, self.pk])

    def clean(self) -> None:
        self.key = name_key(self.name)


class OrganisationAlias(Alias):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ["name"]
        verbose_name = _("other spelling of an organisation")
        verbose_name_plural = _("other spellings of organisations")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="organisation_alias_once"),
        ]
