"""Seals a report: freezes it, keeps it with its checksum and files, and tells the history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.models import Action, EvidenceFile
from kpis.verdicts import COUNTED
from partners.models import Change, Project, User
from partners.services import record_change
from reports.models import SealedFile, SealedReport
from reports.moment import one_moment
from reports.writing.content import NotWrittenError, Report, Scope

from .freezing import freeze
from .opening import seal_of, sealings, told_of
from .plain import Plain, canonical, checksum

# Freezing holds all rows in memory while a page waits: 5,000 take three seconds and 30 MB.
MOST_ROWS = 30_000


class SealingError(NotWrittenError):
    """A report that cannot be sealed; the message is for people."""


def next_number(project: Project) -> int:
    """The number after all that were ever given, also to a report that is gone."""
    return max(_given(project), default=0) + 1


def _given(project: Project) -> set[int]:
    told = (sealing.number for sealing in sealings(project).values())
    return {*project.sealed_reports.values_list("number", flat=True), *told}


def overlapping(project: Project, since: date | None, as_of: date) -> list[SealedReport]:
    """The sealed reports that cover some of the same days; without their contents."""
    begins = since or project.starts_on
    earlier = project.sealed_reports.defer("content").order_by("number")
    return [
        sealed
        for sealed in earlier
        if (sealed.since or project.starts_on) <= as_of and begins <= sealed.as_of
    ]


def seal_report(
    *,
    project: Project,
    user: User | None,
    title: str,
    as_of: date,
    since: date | None = None,
    note: str = "",
    number: int | None = None,
) -> SealedReport:
    """Seal a report of all partners; raises SealingError.

    ``number`` is the one that it is to have, as its page said: two that are sealed at once, or a
    button pressed twice, do not both get it.
    """
    rows = Action.objects.of(project).count()
    if rows > MOST_ROWS:
        message = _("A project of more than %(most)d rows cannot be sealed; this one has %(rows)d.")
        raise SealingError(message % {"most": MOST_ROWS, "rows": rows})
    try:
        with one_moment(to_write=True):
            given = _given(project)
            if number in given:
                raise SealingError(_already())
            number = number or max(given, default=0) + 1
            return _seal(project, user, number, title, since, as_of, note)
    except IntegrityError as error:
        raise SealingError(_already()) from error


def _already() -> str:
    return _("A report of this number has been sealed meanwhile. Look at it first.")


def _seal(
    project: Project,
    user: User | None,
    number: int,
    title: str,
    since: date | None,
    as_of: date,
    note: str,
) -> SealedReport:
    now = timezone.localtime()
    project = Project.objects.get(pk=project.pk)  # as it is at this moment
    author = (user.get_full_name() or user.get_username()) if user else ""
    sealed = SealedReport(
        project=project,
        number=number,
        title=title,
        since=since,
        as_of=as_of,
        note=note,
        sealed_at=now,
        sealed_by=user,
    )
    report = Report(Scope(project, as_of, since), author=author, written_at=now)
    content = {**freeze(report), "seal": seal_of(sealed)}
    sealed.content = canonical(content)
    sealed.checksum = checksum(sealed.content)
    with transaction.atomic():
        sealed.save(force_insert=True)
    SealedFile.objects.bulk_create(_files(sealed, content))
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.ADDED,
        record=sealed,
        fields=told_of(sealed),
    )
    return sealed


def counted_references(content: Plain) -> set[str]:
    """The rows that some figure of the report counts."""
    return {
        row["reference"]
        for indicator in content["indicators"]
        for row in indicator["rows"]
        if row["verdict"] == COUNTED
    }


def _files(sealed: SealedReport, content: Plain) -> Iterator[SealedFile]:
    """The files of evidence of the counted rows."""
    named = {
        file["id"]: (reference, content["actions"][reference]["id"])
        for reference in counted_references(content)
        for file in content["actions"][reference]["files"]
    }
    for file in EvidenceFile.objects.of(sealed.project).order_by("pk"):
        if file.pk in named:
            reference, action_id = named[file.pk]
            yield SealedFile(
                report=sealed,
                evidence_id=file.pk,
                action_id=action_id,
                reference=reference,
                file=file.file.name,
                name=file.name,
                media_type=file.media_type,
                sha256=file.sha256,
                size=file.size,
                restricted=file.restricted,
                erased_at=file.erased_at,
            )
