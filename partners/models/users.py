"""Who signs in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.languages import languages


class User(AbstractUser):
    """Someone who signs in; what they may do is said by their memberships."""

    language = models.CharField(
        _("language"),
        max_length=10,
        choices=languages,
        blank=True,
        help_text=_("Blank: as the browser says."),
    )
    notices = models.BooleanField(
        _("weekly e-mail"), null=True, blank=True, help_text=_("Unknown: as the role has it.")
    )
    search_key = models.BooleanField(_("the key / leads to the search"), default=True)
    calendar_token = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar_token"],
                condition=~Q(calendar_token=""),
                name="calendar_address_once",
            ),
        ]

    @property
    def called(self) -> str:
        """The name with the user name in brackets; the user name alone where there is no other."""
        name = self.get_full_name()
        return f"{name} ({self.username})" if name else self.username
