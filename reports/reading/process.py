"""Starts the limited processes that open what might do harm, and stops them in time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings

from .limits import OUT_OF_MEMORY

# Of the environment, the other process gets no more than it needs to start: no keys, no passwords.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
# How a process ends that was refused more memory, in Python and in Rust.
HEAVY = {OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV}
REASONS = {
    **dict.fromkeys(HEAVY, "heavy"),
    -getattr(signal, "SIGKILL", 0): "heavy",
    -getattr(signal, "SIGXCPU", 0): "slow",
}
_LONGEST_COMPLAINT = 2000


def run_child(module: str, folder: Path, request: dict[str, Any], end: float) -> int:
    """The exit code of another process, which finds its request in the folder.

    It is stopped when the clock shows the end; then subprocess.TimeoutExpired is raised.
    """
    (folder / "request").write_text(json.dumps(request), encoding="utf-8")
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    with (folder / "complaint").open("wb") as complaint:
        process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-X", "utf8", "-m", module, str(folder)],
            cwd=settings.BASE_DIR,
            # What it writes on its way stays in the folder, and goes with it when it is stopped.
            env={**environment, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
        )
    try:
        return process.wait(timeout=max(end - monotonic(), 0))
    finally:
        process.kill()
        process.wait()


def complaint(folder: Path) -> str:
    """The last words of a process that did not end well."""
    return (folder / "complaint").read_bytes()[-_LONGEST_COMPLAINT:].decode("utf-8", "replace")
