"""An agreement: an action that ends in a signature."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.dates import OccasionData, PartialDate, Precision
from actions.models import Action


class Agreement(Action):
    """A cooperation or a business agreement; its kind is that of its action type."""

    expected_signature = models.DateField(_("expected signature"), null=True, blank=True)
    expected_signature_precision = models.CharField(max_length=5, choices=Precision, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_on_precision = models.CharField(max_length=5, choices=Precision, blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_signature__isnull=True, expected_signature_precision="")
                | (Q(expected_signature__isnull=False) & ~Q(expected_signature_precision="")),
                name="expected_signature_is_whole",
                violation_error_message=_("A date of expected signature needs a precision."),
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True, signed_on_precision="")
                | (Q(signed_on__isnull=False) & ~Q(signed_on_precision="")),
                name="signature_date_is_whole",
                violation_error_message=_("A date of signature needs a precision."),
            ),
        ]

    def date_of_achievement(self, occasions: Iterable[OccasionData]) -> PartialDate | None:
        """The day of the signature; where none is recorded, the first day of its dates."""
        if self.signed_on:
            return PartialDate.of(self.signed_on, self.signed_on_precision)
        return super().date_of_achievement(occasions)
