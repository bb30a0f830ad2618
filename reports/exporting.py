"""Writes the files that people ask for: short ones at once, long ones in a process of their own."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import override as language

from actions.filters import ActionFilter
from actions.records import RecordType, record_type
from actions.views import records_of
from partners import clock
from partners.filters import OrganisationFilter
from partners.models import Membership, Organisation, Partner, Project, User
from partners.travel import end_of, known

from . import background
from .models import Export, SealedReport
from .moment import one_moment
from .sealing.freezing import LANGUAGE as SEALED_IN
from .sealing.opening import opened
from .writing.content import NotWrittenError, Report, Tell
from .writing.evidence import EvidenceBundle
from .writing.formats import FORMATS, Format
from .writing.lists import write_list, write_organisations
from .writing.rows import Scope

logger = logging.getLogger(__name__)
REPORT, LIST, ORGANISATIONS, EVIDENCE = "report", "list", "organisations", Export.EVIDENCE
SEALED = "sealed"
REPORTS = (REPORT, SEALED)
KEPT_FOR = timedelta(days=7)
SPREADSHEET = "xlsx"
EVIDENCE_AT_ONCE = 20_000_000  # bytes of files that are put together while a page waits
# Among the wishes of an export.
LANGUAGE, KNOWN, ROLE, OF_PARTNER = "language", "known", "role", "of_partner"


@dataclass(frozen=True)
class Asked:
    """A file that a user asks for; ``wishes`` are plain values, so that a process can be told.

    Of a report and of its evidence they are ``as_of`` and ``since`` as ISO dates and the code of a
    ``partner``; of a list the ``key`` of its record type and the ``query`` of its page.
    """

    project: Project
    user: User
    subject: str
    ending: str = SPREADSHEET
    wishes: dict[str, str] = field(default_factory=dict)

    @property
    def format(self) -> Format:
        return FORMATS[self.ending]

    @property
    def language(self) -> str:
        """The language in which it is written; what is sealed stays in the one it was sealed in."""
        if self.subject == SEALED:
            return SEALED_IN
        return self.wishes.get(LANGUAGE) or get_language() or settings.LANGUAGE_CODE

    @cached_property
    def rows(self) -> int:
        """How many rows it has: by them a file is long or short."""
        if self.subject == EVIDENCE:
            return len(self._evidence.actions)
        return self._report.row_count if self.subject in REPORTS else self._found.count()

    @property
    def is_long(self) -> bool:
        large = self.subject == EVIDENCE and self._evidence.size > EVIDENCE_AT_ONCE
        return large or self.rows > self.format.at_once

    def check(self) -> None:
        """Raise TooLongError for more rows than the form can hold."""
        if self.subject in REPORTS and self.format.most:
            self._report.check_length(self.format.most, str(self.format.label))

    @property
    def name(self) -> str:
        """A name that says which file it is: of what, of whom, of which days."""
        if self.subject == SEALED:
            words = [SEALED, self.wishes["number"], self._report.scope.day.isoformat()]
        elif self.subject in (REPORT, EVIDENCE):
            words = [self.subject, self.wishes.get("partner", ""), *days_of(self.wishes)]
        else:
            words = [self._record.path if self.subject == LIST else "organisations", *days_of({})]
        return file_name(self.project, *words, ending=self.ending)

    def write(self, out: BinaryIO, tell: Tell | None = None) -> None:
        with one_moment(), language(self.language):
            self._write(out, tell)

    def _write(self, out: BinaryIO, tell: Tell | None) -> None:
        if self.subject in REPORTS:
            self._report.tell = tell
            self.format.write(self._report, out)
        elif self.subject == EVIDENCE:
            self._evidence.write(out, tell)
        elif self.subject == LIST:
            write_list(self.project, self._record, self._found, out, self.ending, tell)
        else:
            write_organisations(self.project, self._found, out, self.ending)

    @property
    def _scope(self) -> Scope:
        partner = None
        if self.wishes.get("partner"):
            partner = Partner.objects.get(project=self.project, code=self.wishes["partner"])
        return Scope(self.project, self._day("as_of"), self._day("since"), partner)

    @cached_property
    def _evidence(self) -> EvidenceBundle:
        return EvidenceBundle(self._scope, self.user)

    @cached_property
    def _report(self) -> Report:
        if self.subject == SEALED:
            sealed = SealedReport.objects.of(self.project).get(number=self.wishes["number"])
            return opened(sealed).report
        return Report(self._scope, author=self.user.get_full_name() or self.user.get_username())

    def _day(self, name: str) -> date | None:
        return date.fromisoformat(self.wishes[name]) if self.wishes.get(name) else None

    @property
    def _record(self) -> RecordType:
        return record_type(self.wishes["key"])

    @property
    def _found(self) -> QuerySet[Any]:
        """The rows of a list, filtered as on its page, of those that the user may see."""
        query = QueryDict(self.wishes.get("query", ""))
        if self.subject == ORGANISATIONS:
            organisations = Organisation.objects.of(self.project).visible_to(self.user).for_table()
            chosen = OrganisationFilter(query, queryset=organisations, project=self.project)
            return chosen.rows().prefetch_related("sectors")
        rows = records_of(self.project, self._record).visible_to(self.user)
        return ActionFilter(query, queryset=rows, project=self.project, record=self._record).rows()


def days_of(wishes: Mapping[str, str]) -> Iterator[str]:
    """Which days a file covers, and of when its rows are, in the words of its name.

    ``ELCA-report-2026-11-22``, ``ELCA-report-AMZ-as-of-2022-06-30`` (of today's rows),
    ``ELCA-report-2022-01-01-to-2022-06-30``, and ``-known-2022-07-15`` for the rows of that day.
    """
    today = clock.today().isoformat()
    since, as_of = wishes.get("since"), wishes.get("as_of", today)
    if since:
        yield f"{since}-to-{as_of}"
    elif as_of != today:
        yield f"as-of-{as_of}"
    if clock.is_past():
        yield f"known-{today}"
    elif not since and as_of == today:
        yield today


def file_name(project: Project, *words: str, ending: str) -> str:
    """A name of the project and some words, in signs that every system takes; no blank ones."""
    said = "-".join(word for word in (project.acronym, *words) if word)
    return re.sub(r"[^\w.-]+", "-", said) + f".{ending}"


def begin(asked: Asked) -> Export:
    """Start to write a long file; those of last week are taken away.

    Who asks twice, or clicks twice, waits for one file and not for two. The language is kept with
    the wishes: the other process has none of its own.
    """
    remove_old()
    wishes = {**asked.wishes, **_circumstances(asked), **_rights(asked)}
    at_work = _at_work(asked, wishes)
    if at_work:
        return at_work
    export: Export = Export.objects.create(
        project=asked.project,
        user=asked.user,
        subject=asked.subject,
        ending=asked.ending,
        wishes=wishes,
        name=asked.name,
        file=f"exports/{asked.project.pk}/{uuid4().hex}.{asked.ending}",
    )
    background.start("work_on_export", str(export.pk))
    return export


def _at_work(asked: Asked, wishes: dict[str, str]) -> Export | None:
    """The very same file, asked for a moment ago by the same user and still being written."""
    same = Export.objects.of(asked.project).filter(
        user=asked.user,
        state=Export.State.WORKING,
        subject=asked.subject,
        ending=asked.ending,
        name=asked.name,
    )
    alive = (e for e in same if e.wishes == wishes and progress_of(e).alive)
    return next(alive, None)


def _circumstances(asked: Asked) -> dict[str, str]:
    """What the other process has to be told: the language, and the past day that is looked at."""
    day = {KNOWN: clock.today().isoformat()} if clock.is_past() else {}
    return {LANGUAGE: asked.wishes.get(LANGUAGE) or get_language() or settings.LANGUAGE_CODE, **day}


def _rights(asked: Asked) -> dict[str, str]:
    """As who the user asks for evidence: what of it they may open hangs on that."""
    if asked.subject != EVIDENCE:
        return {}
    membership = asked.user.memberships.filter(project=asked.project.pk).first()
    return rights_of(membership) if membership else {}


def rights_of(membership: Membership) -> dict[str, str]:
    return {ROLE: membership.role, OF_PARTNER: str(membership.partner_id or "")}


def may_have(export: Export, membership: Membership) -> bool:
    """Whether who asked for a file may still have it: evidence only in the same role as then."""
    rights = rights_of(membership) if export.subject == EVIDENCE else {}
    return all(export.wishes.get(name) == value for name, value in rights.items())


@contextmanager
def asked_by(export: Export) -> Iterator[Asked]:
    """What an export asks for, within the past day that it was asked for, if it was."""
    day, project = export.wishes.get(KNOWN), export.project
    with ExitStack() as stack:
        if day:
            project = stack.enter_context(known(project, end_of(date.fromisoformat(day))))
        yield Asked(project, export.user, export.subject, export.ending, export.wishes)


def work(export: Export) -> None:
    """Write the file of an export to its end, and tell how far it is meanwhile."""
    path = Path(export.file.path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The signs go on until the state is written: without them it would look interrupted.
    with language(export.wishes[LANGUAGE]), background.signs_of_life(_signs(export)) as tell:
        fault = _write(export, path, tell)
        if fault:
            path.unlink(missing_ok=True)
        state = Export.State.FAILED if fault else Export.State.READY
        if not Export.objects.filter(pk=export.pk).update(state=state, fault=fault):
            # Taken away meanwhile: something in it was erased, or is not for everyone any more.
            path.unlink(missing_ok=True)


def _write(export: Export, path: Path, tell: Tell) -> str:
    """Write a file; gives the sentence on why it could not be written, if it could not."""
    try:
        with path.open("wb") as out:
            path.chmod(0o600)
            with asked_by(export) as asked:
                asked.write(out, tell)
    except NotWrittenError as error:
        return str(error)
    except Exception:
        # Whatever it was, it must not leave an export at work for ever, nor a page without words.
        logger.exception("Export %d failed", export.pk)
        return _("Something went wrong that is not your fault. Ask for the file once more.")
    return ""


def progress_of(export: Export) -> background.Progress:
    return background.progress_in(_signs(export), export.created_at)


def old_exports() -> QuerySet[Export]:
    """The files that were asked for more than a week ago."""
    found: QuerySet[Export] = Export.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return found


def remove_old() -> None:
    """Take away the files of last week."""
    for export in old_exports():
        _signs(export).unlink(missing_ok=True)  # of one that was interrupted
        export.file.delete(save=False)
        export.delete()


def _signs(export: Export) -> Path:
    return Path(f"{export.file.path}.progress")
