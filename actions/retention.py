"""Erases what has been kept long enough, and finds contents that the disk did not give up."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import Project

from .file_services import erase_evidence_file
from .gone_files import gone_files, has_content
from .models import EvidenceFile

ROWS_AT_ONCE = 500


def overdue_files(project: Project | None = None) -> Iterator[EvidenceFile]:
    """The files whose day is over, of one project or of all; also those whose rows are gone."""
    files = EvidenceFile.objects.overdue().select_related("action__project").order_by("pk")
    yield from (files.of(project) if project else files).iterator(chunk_size=ROWS_AT_ONCE)
    for gone in gone_files(project):
        if gone.file.is_overdue:
            yield gone.file


def erase_overdue(file: EvidenceFile, *, source: str) -> bool:
    """Erase a file whose day is over; the history says until when it was kept."""
    assert file.keep_until
    reason = _("Its time is over: it was kept until %(day)s.")
    said = {"day": date_format(file.keep_until)}
    return erase_evidence_file(file=file, user=None, reason=reason % said, source=source)


def leftovers(project: Project | None = None) -> Iterator[str]:
    """Where contents of erased files are still stored, by their names in the storage."""
    erased = EvidenceFile.objects.filter(erased_at__isnull=False).order_by("pk")
    rows = (erased.of(project) if project else erased).iterator(chunk_size=ROWS_AT_ONCE)
    for file in rows:
        if has_content(file):
            yield file.file.name
    for gone in gone_files(project, erased=True):
        if has_content(gone.file):
            yield gone.file.file.name
