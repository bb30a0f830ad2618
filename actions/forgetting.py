"""Takes the names of restricted files out of what the history tells of them."""

from __future__ import annotations

from partners.models import Change, RowVersion
from partners.services import root_name

from .models import EvidenceFile
from .proofs import english

TABLE = EvidenceFile._meta.db_table


def forget_in_history(file: EvidenceFile, name: str) -> None:
    """Let the readable history tell of a file by its kind, as it does of all restricted ones."""
    told = Change.objects.filter(
        record=root_name(file.action), record_id=file.action_id, fields__has_key="files"
    )
    for change in told:
        texts = [text.replace(name, str(file)) for text in change.fields["files"]]
        if texts != change.fields["files"]:
            fields = {**change.fields, "files": texts}
            Change.objects.filter(pk=change.pk).update(fields=fields)


def forget_in_versions(file: EvidenceFile) -> None:
    """Blank the name and the title in the former versions of the row of an erased file.

    The database refuses to change a version, with good reason. This alone puts others in their
    places, which say all but what the law wants forgotten.
    """
    versions = list(RowVersion.objects.filter(table=TABLE, row_id=file.pk))
    blank = {"name": "", "title": english(file.kind)}
    for version in versions:
        version.old = {**version.old, **blank} if version.old else None
        version.new = {**version.new, **blank} if version.new else None
    RowVersion.objects.filter(pk__in=[version.pk for version in versions]).delete()
    RowVersion.objects.bulk_create(versions)
