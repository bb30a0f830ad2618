"""Takes the names of restricted files out of what the history tells of them."""

from __future__ import annotations

from partners.door import past_may_go
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
            with past_may_go():
                Change.objects.filter(pk=change.pk).update(fields=fields)


def forget_in_versions(file: EvidenceFile) -> None:
    """Blank the name and the title in the former versions of the row of an erased file.

    The database refuses to change a version, with good reason. This alone does, so that it says all
    but what the law wants forgotten. It may be a row that is gone.
    """
    versions = list(RowVersion.objects.filter(table=TABLE, row_id=file.pk))
    blank = {"name": "", "title": english(file.kind)}
    with past_may_go():
        for version in versions:
            RowVersion.objects.filter(pk=version.pk).update(
                old={**version.old, **blank} if version.old else None,
                new={**version.new, **blank} if version.new else None,
            )


def note_in_last_version(file: EvidenceFile) -> None:
    """Let the version that a row left behind say that the content was erased since.

    From there it comes back, and there is no row that could say so.
    """
    last = RowVersion.objects.filter(table=TABLE, row_id=file.pk, old__isnull=False).last()
    assert last, "a row that is gone was recorded as it went"
    assert last.old is not None
    assert file.erased_at
    erased = {
        "erased_at": file.erased_at.isoformat(),
        "erased_by_id": file.erased_by_id,
        "erased_why": file.erased_why,
    }
    with past_may_go():
        RowVersion.objects.filter(pk=last.pk).update(old={**last.old, **erased})
