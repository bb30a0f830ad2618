"""Events with their participants, and matchmaking meetings with who met whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actions.models import Action


class Event(Action):
    """A workshop, an international meeting or a fair; its kind is that of its action type."""

    class Certainty(models.TextChoices):
        EXACT = "exact", _("exactly")
        ABOUT = "about", _("about")
        AT_LEAST = "at_least", _("at least")

    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    participants_certainty = models.CharField(
        _("how sure the number is"), max_length=10, choices=Certainty, blank=True
    )
    smes = models.PositiveIntegerField(_("of which SMEs"), null=True, blank=True)
    clusters = models.PositiveIntegerField(_("of which clusters"), null=True, blank=True)
    research = models.PositiveIntegerField(_("of which research"), null=True, blank=True)
    public = models.PositiveIntegerField(_("of which public bodies"), null=True, blank=True)
    organisations_present = models.PositiveIntegerField(
        _("organisations represented"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{part}__isnull": True})
                | Q(participants__isnull=True)
                | Q(**{f"{part}__lte": F("participants")}),
                name=f"{part}_among_participants",
                violation_error_message=message,
            )
            for part, message in [
                ("smes", _("There cannot be more SMEs than participants.")),
                ("clusters", _("There cannot be more clusters than participants.")),
                ("research", _("There cannot be more from research than participants.")),
                ("public", _("There cannot be more from public bodies than participants.")),
            ]
        ]


class MatchmakingMeeting(Event):
    """An event with business-to-business meetings."""

    class Meta:
        verbose_name = _("matchmaking meeting")
        verbose_name_plural = _("matchmaking meetings")


class BusinessMeeting(models.Model):
    """Who met whom at a matchmaking meeting, and what came of it."""

    matchmaking = models.ForeignKey(
        MatchmakingMeeting, models.CASCADE, related_name="business_meetings"
    )
    first = models.CharField(_("who"), max_length=250)
    second = models.CharField(_("met whom"), max_length=250)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("business meeting")
        verbose_name_plural = _("business meetings")

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
