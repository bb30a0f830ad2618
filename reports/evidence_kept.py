"""What reports keep of files of evidence: in sealed reports, and in zips that wait as exports."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from actions.evidence import Keeper
from actions.models import EvidenceFile
from partners.models import Project

from .models import Export, SealedFile


def holds(file: EvidenceFile) -> bool:
    """Whether a sealed report has the file among its evidence."""
    return SealedFile.objects.filter(evidence_id=file.pk, erased_at__isnull=True).exists()


def erased(file: EvidenceFile) -> None:
    """Say in the sealed reports that the content is gone, and take away zips that may have it."""
    sealed = SealedFile.objects.filter(evidence_id=file.pk)
    sealed.filter(erased_at__isnull=True).update(erased_at=file.erased_at or timezone.now())
    sealed.update(name="")
    _take_zips_away(file)


def restricted(file: EvidenceFile) -> None:
    """Close the file in the sealed reports for good, and take away zips that may have it."""
    SealedFile.objects.filter(evidence_id=file.pk, restricted=False).update(restricted=True)
    _take_zips_away(file)


def _take_zips_away(file: EvidenceFile) -> None:
    # Of a file whose action is gone, only the sealed reports know the project.
    sealed = SealedFile.objects.filter(evidence_id=file.pk).values("report__project")
    known = Q(actions=file.action_id) | Q(pk=file.action.project_id) | Q(pk__in=sealed)
    projects = Project.objects.filter(known)
    zips = Export.objects.filter(project__in=projects, subject=Export.EVIDENCE)
    for export in zips:
        content = export.file
        transaction.on_commit(partial(content.storage.delete, content.name), robust=True)
    zips.delete()


KEEPER = Keeper(holds, erased, restricted)
