"""Long work in a process of its own: how it is started, and how far it is meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

SECONDS_BETWEEN_SIGNS = 2
LONGEST_SILENCE = timedelta(seconds=60)
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


def start(*command: str) -> None:
    """Start a command of ``manage.py`` that outlives the page which asked for it."""
    _children[:] = [child for child in _children if child.poll() is None]
    _children.append(
        subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Of its own session: it goes on when the server that started it stops.
            start_new_session=True,
        )
    )


@contextmanager
def signs_of_life(path: Path) -> Iterator[Callable[[int, int], None]]:
    """Write every few seconds how far the work is: into a file beside what is worked on, since
    the work's own transaction is seen by nobody before it ends."""
    progress, stop = Progress(), threading.Event()

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


def progress_in(path: Path, began: datetime | None) -> Progress:
    """How far the work is that writes its signs into a file, and whether it still goes on."""
    heard = [began] if began else []
    try:
        said = json.loads(path.read_text() or "{}")
        heard.append(
            datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
        )
    except (OSError, ValueError):
        said = {}
    alive = bool(heard) and timezone.now() - max(heard) < LONGEST_SILENCE
    return Progress(said.get("done", 0), said.get("total", 0), alive)
