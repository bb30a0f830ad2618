"""What has happened in the application since it wrote a file that now comes back."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from partners.models import Change, Project

from .models import Import, ImportRow
from .results import WRITING


class Since:
    """The history of the actions after an export; empty where the file says of no such moment."""

    def __init__(self, project: Project, exported_at: datetime | None) -> None:
        # By the id of the action and the name of the column: the words that it had at that time.
        self.changed: dict[int, dict[str, str]] = defaultdict(dict)
        self.deleted: set[str] = set()
        if exported_at:
            self._read_history(project, exported_at)

    def _read_history(self, project: Project, exported_at: datetime) -> None:
        brought = _brought_back(project, exported_at)
        changes = Change.objects.of(project).filter(record="action", at__gt=exported_at)
        told = changes.order_by("at", "pk").values_list(
            "record_id", "kind", "at", "label", "source", "fields"
        )
        for pk, kind, at, label, source, fields in told:
            if kind == Change.Kind.DELETED and not source:
                # What an undo deleted has a source: that row may well come back.
                self.deleted.add(label.partition(" ")[0])
            if kind == Change.Kind.CHANGED and (pk not in brought or at > brought[pk]):
                for name, (old, _new) in fields.items():
                    self.changed[pk].setdefault(name, old)


def _brought_back(project: Project, exported_at: datetime) -> dict[int, datetime]:
    """When the same export was last applied, by the actions that it changed.

    Who goes on editing the file has seen what was brought in from it before.
    """
    rows = ImportRow.objects.filter(
        record__project=project,
        record__exported_at=exported_at,
        record__state=Import.State.APPLIED,
        verdict__in=WRITING,
        action__isnull=False,
    )
    return dict(rows.order_by("record__applied_at").values_list("action", "record__applied_at"))
