"""Does the work on imports: small ones at once, long ones in a process that outlives the page."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Project, User

from . import keeping
from .models import Import

logger = logging.getLogger(__name__)
State = Import.State
SECONDS_BETWEEN_SIGNS = 2
LONGEST_SILENCE = timedelta(seconds=60)
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
_children: list[subprocess.Popen[bytes]] = []


@dataclass
class Progress:
    """How far a job is; ``alive`` is false where nothing was heard of it for a while."""

    done: int = 0
    total: int = 0
    alive: bool = True

    @property
    def percent(self) -> int | None:
        return min(100 * self.done // self.total, 100) if self.total else None


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
    command = [sys.executable, "manage.py", "work_on_import", str(record.pk), job, str(user.pk)]
    _children[:] = [child for child in _children if child.poll() is None]
    _children.append(
        subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Of its own session: it goes on when the server that started it stops.
            start_new_session=True,
        )
    )


def _is_long(record: Import) -> bool:
    try:
        return bool(record.file.size > settings.IMPORT_AT_ONCE_BYTES)
    except OSError:
        return False  # the file is lost, which is told quickly


def work(record: Import, job: str, user: User) -> None:
    """Do a job to its end, and tell how far it is meanwhile."""
    try:
        with signs_of_life(record) as tell:
            WORK[job](record, user=user, tell=tell)
    except keeping.SupersededError:
        logger.info("Import %d: somebody else works on it by now", record.pk)
    except Exception:
        # Whatever it was, it must not leave an import at work for ever, nor a page without words.
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


@contextmanager
def signs_of_life(record: Import) -> Iterator[Callable[[int, int], None]]:
    """Write every few seconds how far the work is: beside the file, since the work's own
    transaction is seen by nobody before it ends."""
    path, progress, stop = _path(record), Progress(), threading.Event()

    def tell(done: int, total: int) -> None:
        progress.done, progress.total = done, total

    def write() -> None:
        while True:
            path.write_text(json.dumps({"done": progress.done, "total": progress.total}))
            if stop.wait(SECONDS_BETWEEN_SIGNS):
                return

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        stop.set()
        thread.join()
        path.unlink(missing_ok=True)


def progress_of(record: Import) -> Progress:
    """How far the work on an import is, and whether it still goes on."""
    path = _path(record)
    heard = [record.worked_at] if record.worked_at else []
    try:
        said = json.loads(path.read_text() or "{}")
        heard.append(
            datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
        )
    except (OSError, ValueError):
        said = {}
    alive = bool(heard) and timezone.now() - max(heard) < LONGEST_SILENCE
    return Progress(said.get("done", 0), said.get("total", 0), alive)


def _path(record: Import) -> Path:
    return Path(f"{record.file.path}.progress")
