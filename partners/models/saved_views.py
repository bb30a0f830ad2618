"""Filters of a list that somebody keeps under a name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.querysets import SavedViewQuerySet

from .projects import Project
from .users import User

LONGEST_QUERY = 1500  # characters of the filters of a saved view


class SavedView(models.Model):
    """A list as a member has filtered it, under a name; an address with a query and no more.

    ``page`` is the name of the list's address. It never shows more than who opens it may see.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="saved_views")
    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    page = models.CharField(_("list"), max_length=40)
    query = models.CharField(_("filters"), max_length=LONGEST_QUERY, blank=True)
    shared = models.BooleanField(
        _("shared with the project"),
        default=False,
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "page", "name"],
                name="saved_view_once",
                violation_error_message=_("You have a view of this name on this list already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
