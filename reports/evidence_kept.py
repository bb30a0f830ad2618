"""What reports keep of files of evidence: in sealed reports, and in zips that wait as exports."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from actions.evidence import Keeper
from actions.models import EvidenceFile

from .models import Export, SealedFile


def holds(file: EvidenceFile) -> bool:
    """Whether a sealed report has the file among its evidence."""
    return SealedFile.objects.filter(evidence_id=file.pk, erased_at__isnull=True).exists()


def erased(file: EvidenceFile) -> None:
    """Say in the sealed reports that the content is gone, and take away zips that may have it."""
    sealed = SealedFile.objects.filter(evidence_id=file.pk, erased_at__isnull=True)
    sealed.update(erased_at=file.erased_at or timezone.now())
    if file.restricted:
        SealedFile.objects.filter(evidence_id=file.pk).update(name="")
    zips = Export.objects.filter(project=file.action.project, subject=Export.EVIDENCE)
    for export in zips:
        content = export.file
        transaction.on_commit(partial(content.storage.delete, content.name), robust=True)
    zips.delete()


KEEPER = Keeper(holds, erased)
