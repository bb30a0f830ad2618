"""Does the work on imports: small ones at once, long ones in a process that outlives the page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners.models import Project, User

from . import background, keeping
from .models import Import

logger = logging.getLogger(__name__)
State = Import.State
PREVIEW, APPLY, UNDO = "preview", "apply", "undo"
# For each job: the states from which it may begin, the one that it is in while it works, and the
# one to which it falls back when it was interrupted.
JOBS: dict[str, tuple[Sequence[str], str, str]] = {
    PREVIEW: ((State.READY, State.FAILED, State.READING), State.READING, State.READING),
    APPLY: ((State.READY,), State.APPLYING, State.READY),
    UNDO: ((State.APPLIED,), State.UNDOING, State.APPLIED),
}
WORK: dict[str, Callable[..., Any]] = {
    PREVIEW: keeping.preview,
    APPLY: keeping.apply,
    UNDO: keeping.undo,
}


def begin(*, project: Project, user: User, file: File[Any], name: str, **options: Any) -> Import:
    """Keep an uploaded file and start to read it."""
    record = Import.objects.create(
        project=project, user=user, name=name, file=file, worked_at=timezone.now(), **options
    )
    _start(record, PREVIEW, user)
    return record


def ask_for(record: Import, job: str, user: User, **fields: Any) -> bool:
    """Start a job on an import; False where its state does not allow it, or no longer.

    ``fields`` are kept with it by who was first, such as ``valid_rows``.
    """
    allowed, working, _fallback = JOBS[job]
    now = timezone.now()
    free = Import.objects.filter(pk=record.pk, state__in=[s for s in allowed if s != working])
    if not free.update(state=working, worked_at=now, fault="", **fields):
        return False
    record.refresh_from_db()
    _start(record, job, user)
    return True


def start_again(record: Import) -> None:
    """Put an interrupted import back to where it was before; nothing of it has been written."""
    for _allowed, working, fallback in JOBS.values():
        if record.state == working and not progress_of(record).alive:
            state = State.FAILED if fallback == working else fallback
            Import.objects.filter(pk=record.pk, state=working, worked_at=record.worked_at).update(
                state=state, fault="", worked_at=None
            )


def _start(record: Import, job: str, user: User) -> None:
    if not _is_long(record):
        work(record, job, user)
        return
    # The other process has no language of its own, and tells this reader what is wrong.
    told_in = get_language() or settings.LANGUAGE_CODE
    background.start("work_on_import", str(record.pk), job, str(user.pk), "--language", told_in)


def _is_long(record: Import) -> bool:
    try:
        return bool(record.file.size > settings.IMPORT_AT_ONCE_BYTES)
    except OSError:
        return False  # the file is lost, which is told quickly


def work(record: Import, job: str, user: User) -> None:
    """Do a job to its end, and tell how far it is meanwhile."""
    # The signs go on until the state is written: without them it would look interrupted.
    with background.signs_of_life(_path(record)) as tell:
        try:
            WORK[job](record, user=user, tell=tell)
        except keeping.SupersededError:
            logger.info("Import %d: somebody else works on it by now", record.pk)
        except Exception:
            # Whatever it was, it must not leave an import at work for ever, nor without words.
            logger.exception("Import %d: the job “%s” failed", record.pk, job)
            _give_up(record, job)


def _give_up(record: Import, job: str) -> None:
    """Put an import back from a job that failed; it has written nothing."""
    _allowed, working, fallback = JOBS[job]
    mine = Import.objects.filter(pk=record.pk, state=working, worked_at=record.worked_at)
    mine.update(
        state=State.FAILED if fallback == working else fallback,
        fault=_("Something went wrong that is not your fault. Nothing was written."),
    )
    record.refresh_from_db()


def progress_of(record: Import) -> background.Progress:
    """How far the work on an import is, and whether it still goes on."""
    return background.progress_in(_path(record), record.worked_at)


def _path(record: Import) -> Path:
    return Path(f"{record.file.path}.progress")
