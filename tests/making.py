"""Makes records for tests through the same door as the application: ``save_action``."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.dates import OccasionData, PartialDate
from actions.lookup import Lookup
from actions.models import Action
from actions.records import record_type
from actions.services import save_action
from partners.models import Project


def on(year: int, month: int, day: int, **more: str) -> OccasionData:
    """An occasion of one day."""
    return OccasionData(PartialDate.day(date(year, month, day)), **more)


def make_action(
    project: Project,
    slug: str,
    *,
    partners: str = "AMZ",
    title: str = "Made",
    lookup: Lookup | None = None,
    **values: Any,
) -> Action:
    """An action of the named type; ``partners`` are the codes of those who answer: ``AMZ BIC``.

    Who makes many hands in one ``lookup`` for all of them.
    """
    action_type = project.action_types.get(slug=slug)
    record = record_type(action_type.record)
    given = {column.name: column.empty() for column in record.columns}
    given.update(values, title=title)
    given["partners"] = tuple(project.partners.filter(code__in=partners.split()))
    return save_action(
        project=project, action_type=action_type, user=None, values=given, lookup=lookup
    ).action
