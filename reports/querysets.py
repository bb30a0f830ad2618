"""The questions asked of the rows of imports, and of exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from partners.querysets import OfProjectQuerySet

from .results import PROPOSED, STOPPING, WRITING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import User

    from .models import Import

ALL, WARNED, WAITING, TO_WRITE = "all", "warned", "waiting", "to_write"


class ExportQuerySet(OfProjectQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that the user asked for, in projects of which the user still is a member."""
        return super().visible_to(user).filter(user=user) if user.is_authenticated else self.none()


class ImportRowQuerySet(models.QuerySet[Any]):
    def of(self, record: Import) -> Self:
        return self.filter(record=record)

    def shown_as(self, kind: str) -> Self:
        """The rows of a verdict, of several that go together, those with a warning, or all."""
        if kind == ALL:
            return self
        if kind == WARNED:
            return self.filter(has_warnings=True)
        if kind == WAITING:
            return self.filter(verdict__in=STOPPING)
        if kind == TO_WRITE:
            return self.filter(verdict__in=WRITING)
        return self.filter(verdict=kind)

    def written(self) -> Self:
        """The rows that changed something, as far as they were not undone."""
        return self.filter(verdict__in=WRITING, action__isnull=False).exclude(undo="done")

    def proposed(self) -> Self:
        """The rows whose change was given to the task leader, as far as they were not undone."""
        return self.filter(verdict=PROPOSED, action__isnull=False).exclude(undo="done")
