"""Opens a sealed report, after looking whether it is what was sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from actions.files import digest_of
from partners.models import Change, Project
from partners.services import root_name
from reports.models import SealedFile, SealedReport
from reports.writing.content import NotWrittenError

from .freezing import FORMAT
from .plain import Plain, checksum, plain
from .reopening import Reopened


class BrokenSealError(NotWrittenError):
    """What is stored is not what was sealed; the message is for people."""


@dataclass(frozen=True)
class Opened:
    """A sealed report as it was found: ``fault`` says why it is not what was sealed, if so."""

    sealed: SealedReport
    fault: str
    content: Plain

    @property
    def verifies(self) -> bool:
        return not self.fault

    @cached_property
    def report(self) -> Reopened:
        """The report; raises BrokenSealError where it does not verify."""
        if self.fault:
            raise BrokenSealError(self.fault)
        return Reopened(self.content)


def opened(sealed: SealedReport) -> Opened:
    """A sealed report with its content: one query."""
    [found] = opened_all(sealed.project, [sealed])
    return found


def opened_all(project: Project, reports: Iterable[SealedReport]) -> list[Opened]:
    """Sealed reports of a project with their contents: one query for all.

    Whoever changes the text and its checksum still has the history against them, where the
    checksum stands since the report was sealed.
    """
    told = sealings(project)
    return [_opened(sealed, told.get(sealed.pk)) for sealed in reports]


@dataclass(frozen=True)
class Sealing:
    """What the history tells of the sealing of a report."""

    number: int
    checksum: str


def told_of(sealed: SealedReport) -> dict[str, tuple[str, str]]:
    """What the history is to tell of a report that is sealed."""
    names = ("number", "title", "checksum")
    return {name: ("", str(getattr(sealed, name))) for name in names}


def sealings(project: Project) -> dict[int, Sealing]:
    """All sealings of which the history tells, by the ids of their reports: one query."""
    changes = Change.objects.filter(
        project=project, record=root_name(SealedReport()), kind=Change.Kind.ADDED
    )
    return {change.record_id: _sealing(change.fields) for change in changes}


def _sealing(fields: dict[str, list[str]]) -> Sealing:
    _none, number = fields.get("number", ["", ""])
    _none, said = fields.get("checksum", ["", ""])
    return Sealing(int(number) if number.isdecimal() else 0, said)


def _opened(sealed: SealedReport, told: Sealing | None) -> Opened:
    found = checksum(sealed.content)
    if told is None or not found == sealed.checksum == told.checksum:
        return Opened(sealed, _("The content is not the one that was sealed."), {})
    content = json.loads(sealed.content)
    if content["format"] > FORMAT:
        fault = _("It was sealed by a later version of the application.")
        return Opened(sealed, fault, {})
    if content["seal"] != seal_of(sealed):
        return Opened(sealed, _("Its title, number, days or note are not those sealed."), {})
    return Opened(sealed, "", content)


def seal_of(sealed: SealedReport) -> Plain:
    """What stands beside the content in columns of its own, as the content holds it too."""
    names = ("number", "title", "note", "since", "as_of")
    return {name: plain(getattr(sealed, name)) for name in names}


# Files


def files_of(found: Opened) -> list[SealedFile]:
    """The files that the report holds, in the order of their rows: one query."""
    return list(found.sealed.files.order_by("reference", "pk"))


def fault_of_file(file: SealedFile, found: Opened) -> str:
    """Why the stored file is not the one that was sealed; empty for one that is, or was erased."""
    action = found.content["actions"].get(file.reference, {})
    said = {each["id"]: each["sha256"] for each in action.get("files", [])}
    if said.get(file.evidence_id) != file.sha256:
        return _("The report does not name it.")
    if file.erased_at:
        return ""
    try:
        with default_storage.open(file.file) as content:
            same = digest_of(content) == file.sha256
    except OSError:
        return _("Its content is no longer there.")
    return "" if same else _("Its content is not the one that was sealed.")
