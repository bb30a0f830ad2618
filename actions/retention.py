"""Erases what has been kept long enough, and sweeps up contents that should be gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from partners import clock
from partners.models import Project, RowVersion

from .file_services import erase_evidence_file
from .forgetting import TABLE
from .models import EvidenceFile

ROWS_AT_ONCE = 500


def overdue_files(project: Project | None = None) -> Iterator[EvidenceFile]:
    """The files whose day is over, of one project or of all."""
    files = EvidenceFile.objects.overdue().select_related("action__project").order_by("pk")
    yield from (files.of(project) if project else files).iterator(chunk_size=ROWS_AT_ONCE)


def erase_overdue(file: EvidenceFile, *, source: str) -> bool:
    """Erase a file whose day is over; the history says until when it was kept."""
    assert file.keep_until
    reason = _("Its time is over: it was kept until %(day)s.")
    said = {"day": file.keep_until.isoformat()}
    return erase_evidence_file(file=file, user=None, reason=reason % said, source=source)


def leftovers(project: Project | None = None) -> Iterator[str]:
    """Where contents are still stored that should be gone, by their names in the storage.

    Those of erased files that the disk did not give up, and those of files with a day that is
    over, whose rows went with their actions.
    """
    for name in (*_of_erased(project), *_of_deleted(project)):
        if name and default_storage.exists(name):
            yield name


def _of_erased(project: Project | None) -> Iterator[str]:
    erased = EvidenceFile.objects.filter(erased_at__isnull=False)
    names = (erased.of(project) if project else erased).values_list("file", flat=True)
    yield from names.iterator(chunk_size=ROWS_AT_ONCE)


def _of_deleted(project: Project | None) -> Iterator[str]:
    deleted = RowVersion.objects.filter(table=TABLE, new__isnull=True, old__isnull=False)
    if project:
        deleted = deleted.filter(project_id=project.pk)
    for row in deleted.values_list("old", flat=True).iterator(chunk_size=ROWS_AT_ONCE):
        assert row  # asked for above
        day = row.get("keep_until")
        over = day and date.fromisoformat(str(day)[:10]) < clock.today()
        # It may have been brought back, with another day.
        if over and not EvidenceFile.objects.filter(file=row.get("file")).exists():
            yield str(row.get("file") or "")
