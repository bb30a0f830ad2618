"""The questions asked of the rows of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from .results import STOPPING, WRITING

if TYPE_CHECKING:
    from .models import Import

WARNED, WAITING = "warned", "waiting"


class ImportRowQuerySet(models.QuerySet[Any]):
    def of(self, record: Import) -> Self:
        return self.filter(record=record)

    def shown_as(self, kind: str) -> Self:
        """The rows of a verdict, those with a warning, those that wait for a word, or all ("")."""
        if kind == WARNED:
            return self.filter(has_warnings=True)
        if kind == WAITING:
            return self.filter(verdict__in=STOPPING)
        return self.filter(verdict=kind) if kind else self

    def written(self) -> Self:
        """The rows that changed something, as far as they were not undone."""
        return self.filter(verdict__in=WRITING, action__isnull=False).exclude(undo="done")
