"""What has changed since a report was sealed, with who changed it and when."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override as language

from actions.models import Action, EvidenceFile
from kpis.progress import Progress, project_progress
from partners import clock
from partners.models import Change, Project
from partners.services import root_name
from reports.layout import Cell
from reports.moment import one_moment
from reports.writing.content import Report, Scope
from reports.writing.pack import write_rows

from .comparing import compare
from .freezing import freeze
from .lines import Differences, Line
from .opening import Opened
from .plain import typed

HEADINGS = [
    "What", "Where", "Row id", "Title", "Field", "Then", "Now", "After the day", "Changed by",
    "Changed at",
]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Who changed an action last since the report was sealed, and when, by its history."""

    who: str
    at: str


@dataclass(frozen=True)
class Since:
    """All that differs now, and who changed the actions that it is about."""

    differences: Differences
    told: dict[int, Told]

    def told_of(self, line: Line) -> Told | None:
        return self.told.get(line.pk) if line.pk is not None else None


@contextmanager
def as_then(found: Opened) -> Iterator[Scope]:
    """Let the rules of a sealed report hold for the rows of today.

    The day is that of the sealing, so that a row without a date counts or not as it did then; and
    the figure leads that led then, whatever leads now.
    """
    content = found.content
    with clock.as_if_on(typed(content["today"])):
        project = copy.copy(found.sealed.project)
        project.lead_figure = content["measure"]
        yield Scope(project, typed(content["as_of"]), typed(content["since"]))


def figures_now(found: Opened) -> Progress:
    """The figures of today's rows by the rules of a sealed report."""
    with as_then(found) as scope:
        return project_progress(scope.project, as_of=scope.as_of, since=scope.since)


def differences(found: Opened) -> Since:
    """What differs between a sealed report and the same written now: a fixed number of queries."""
    project = found.sealed.project
    with one_moment():
        with as_then(found) as scope:
            now = freeze(Report(scope))
        existing = set(Action.objects.of(project).order_by().values_list("pk", flat=True))
        lead_now = Project.objects.values_list("lead_figure", flat=True).get(pk=project.pk)
        differing = compare(
            found.content, now, lead_now=lead_now, existing=existing, names=_open_names(found)
        )
        return Since(differing, _told(found, differing.pks))


def _open_names(found: Opened) -> dict[int, str]:
    """The names of files that everyone may read, as far as the seal and today know of them."""
    sealed = {file.evidence_id: file for file in found.sealed.files.all()}
    today = {file.pk: file for file in EvidenceFile.objects.of(found.sealed.project)}
    closed = {
        pk
        for files in (sealed, today)
        for pk, file in files.items()
        if file.restricted or file.erased_at
    }
    names = {pk: file.name for files in (sealed, today) for pk, file in files.items()}
    return {pk: name for pk, name in names.items() if pk not in closed}


def _told(found: Opened, pks: set[int]) -> dict[int, Told]:
    """The last change of each of some actions since the sealing: one query."""
    changes: QuerySet[Change] = Change.objects.filter(
        project=found.sealed.project,
        record=root_name(Action()),
        at__gt=found.sealed.sealed_at,
    )
    rows = changes.select_related("user").order_by("at", "pk").iterator()
    return {change.record_id: _said(change) for change in rows if change.record_id in pks}


def _said(change: Change) -> Told:
    user = change.user
    who = (user.get_full_name() or user.get_username()) if user else _("the system")
    source = f" ({change.source})" if change.source else ""
    return Told(f"{who}{source}", date_format(localtime(change.at), "DATETIME_FORMAT"))


def write_differences(since: Since, out: BinaryIO) -> None:
    """Write what differs as one CSV file, a line for each difference."""
    with language("en"):
        write_rows(out, HEADINGS, (_cells(since, line) for line in since.differences.lines))


def _cells(since: Since, line: Line) -> list[Cell]:
    told = since.told_of(line)
    return [
        str(line.words), line.where, line.reference, line.title, line.field, line.old, line.new,
        _("yes") if line.is_later else None, told.who if told else None, told.at if told else None,
    ]  # fmt: skip
