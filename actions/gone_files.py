"""Tells of files of evidence whose rows are gone: removed as mistakes, or with their actions.

Their contents are still kept, and what they were stands in the versions of their rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Project, RowVersion
from partners.restoring import row_of

from .forgetting import TABLE
from .models import MOST_FILES, Action, EvidenceFile


@dataclass(frozen=True)
class Gone:
    """A file as it last was, with its action as that is or last was; its project may be gone."""

    file: EvidenceFile
    project: Project | None
    action_is_there: bool

    @property
    def is_kept(self) -> bool:
        """Whether there is something to erase: the content, or the name of a restricted file."""
        return self.file.restricted or has_content(self.file)


def gone_files(project: Project | None = None, *, erased: bool = False) -> list[Gone]:
    """The files whose rows are gone, of one project or of all: those erased, or the others."""
    deletions = _deletions(project.pk if project else None)
    last = {version.row_id: version for version in deletions.order_by("pk")}
    found = [(v, file) for v in last.values() if isinstance(file := row_of(v), EvidenceFile)]
    return _with_actions((v, f) for v, f in found if (f.erased_at is not None) is erased)


def gone_file(project_id: int, pk: int) -> Gone | None:
    """A file whose row is gone, unless it was erased."""
    version = _deletions(project_id).filter(row_id=pk).order_by("pk").last()
    file = row_of(version) if version else None
    if version is None or not isinstance(file, EvidenceFile) or file.erased_at:
        return None
    return _with_actions([(version, file)])[0]


def _deletions(project_id: int | None) -> QuerySet[RowVersion]:
    there = EvidenceFile.objects.filter(pk=OuterRef("row_id"))
    gone = RowVersion.objects.filter(table=TABLE, new__isnull=True, old__isnull=False)
    own = gone if project_id is None else gone.filter(project_id=project_id)
    return own.filter(~Exists(there))


def _with_actions(files: Iterable[tuple[RowVersion, EvidenceFile]]) -> list[Gone]:
    """The files with their actions and projects, in a few queries."""
    pairs = list(files)
    ids = {version.record_id for version, _file in pairs if version.record_id}
    projects = Project.objects.in_bulk({v.project_id for v, _file in pairs if v.project_id})
    there: dict[int, Action] = Action.objects.select_related("type").in_bulk(ids)
    before = _former_actions(ids - there.keys())
    found = []
    for version, file in pairs:
        pk, project = version.record_id or 0, projects.get(version.project_id or 0)
        action = (
            there.get(pk) or before.get(pk) or Action(pk=pk, project_id=version.project_id or 0)
        )
        if project:
            action.project = project
        file.pk, file.action = version.row_id, action
        found.append(Gone(file, project, pk in there))
    return found


def _former_actions(ids: set[int]) -> dict[int, Action]:
    """Deleted actions as they last were."""
    table = Action._meta.db_table
    versions = RowVersion.objects.filter(
        record="action", record_id__in=ids, table=table, new__isnull=True, old__isnull=False
    )
    rows = [row_of(version) for version in versions.order_by("pk")]
    return {row.pk: row for row in rows if isinstance(row, Action)}


def has_content(file: EvidenceFile) -> bool:
    return bool(file.file) and file.file.storage.exists(file.file.name)


def mend(file: Model) -> str:
    """Let a file that comes back say that its content does not, and say so in words."""
    assert isinstance(file, EvidenceFile)
    if file.erased_at is None and has_content(file):
        return ""
    if file.erased_at is None:
        file.erased_at = timezone.now()
        file.erased_why = _("Its content was no longer there when it was brought back.")
    return _("The content of %(file)s: it is gone for good.") % {"file": file}


def why_not_back(file: Model) -> str:
    """Why a removed file cannot come back to its action, in words; nothing where it can."""
    assert isinstance(file, EvidenceFile)
    said = {"file": file}
    if file.restricted or file.erased_at or not has_content(file):
        return _("%(file)s: its content is gone for good.") % said
    others = EvidenceFile.objects.filter(action=file.action_id)
    if others.filter(sha256=file.sha256).exists():
        return _("%(file)s: this very file is attached to the action again.") % said
    if others.count() >= MOST_FILES:
        full = ngettext(
            "%(file)s: the action has %(most)d file, which is the most.",
            "%(file)s: the action has %(most)d files, which is the most.",
            MOST_FILES,
        )
        return full % {**said, "most": MOST_FILES}
    return ""
