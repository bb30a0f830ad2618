"""What the versions of rows tell: of one record, up to a moment, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from partners.models import Project, RowVersion

# A moment, or the id of a version, where two versions may have the same moment.
Moment = datetime | int
State = dict[str, list[dict[str, Any]]]


def versions_of(project: Project, record: str, record_id: int) -> QuerySet[RowVersion]:
    """Everything that was written of a record and of the rows that belong to it, oldest first."""
    return RowVersion.objects.filter(project_id=project.pk, record=record, record_id=record_id)


def until(versions: QuerySet[RowVersion], moment: Moment) -> QuerySet[RowVersion]:
    """The versions that were there at a moment."""
    if isinstance(moment, datetime):
        return versions.filter(at__lte=moment)
    return versions.filter(pk__lte=moment)


def state_of(project: Project, record: str, record_id: int, moment: Moment) -> State:
    """The rows of a record by table, as they were at a moment: values by column, as JSON has them.

    A record that was not there, or not recorded yet, has none.
    """
    known = until(versions_of(project, record, record_id), moment)
    last = known.order_by().values("table", "row_id").annotate(last=Max("pk")).values("last")
    state: State = {}
    for version in RowVersion.objects.filter(pk__in=last, new__isnull=False):
        state.setdefault(version.table, []).append(version.new or {})
    return state


def record_begins(project: Project) -> datetime | None:
    """The moment at which the record of a project begins; before it nothing is known."""
    own = RowVersion.objects.filter(project_id=project.pk, table=Project._meta.db_table)
    return own.order_by("at").values_list("at", flat=True).first()
