"""Runs a module in a process of its own: with bounds of time and memory, and without secrets.

What people bring, and what takes much memory, is worked on there. Both sides talk by files in a
folder. This module knows nothing of Django: the other process imports it too.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Of the environment, the other process gets no more than it needs to start: no keys, no passwords.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
OUT_OF_MEMORY = 3  # the exit code of a process that was refused more
# How a process ends that was refused more memory, in Python and in Rust.
HEAVY = {OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV}
REASONS = {
    **dict.fromkeys(HEAVY, "heavy"),
    -getattr(signal, "SIGKILL", 0): "heavy",
    -getattr(signal, "SIGXCPU", 0): "slow",
}
_LONGEST_COMPLAINT = 2000


class ChildError(RuntimeError):
    """A process that did not end well.

    ``reason`` is a word that callers make a sentence of: ``slow``, ``heavy``, or ``damaged`` for
    all else. ``ran_out`` says that it was refused more memory, and not stopped from outside.
    """

    def __init__(self, reason: str, complaint: str, *, ran_out: bool = False) -> None:
        super().__init__(f"{reason}: {complaint}" if complaint else reason)
        self.reason = reason
        self.ran_out = ran_out


def run_child(module: str, folder: Path, request: Mapping[str, Any], end: float) -> None:
    """Run a module, which finds its ``request`` in the folder; raises ChildError.

    It is stopped when the clock (``monotonic``) shows the end.
    """
    (folder / "request").write_text(json.dumps(request), encoding="utf-8")
    with (folder / "complaint").open("wb") as complaint:
        process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-X", "utf8", "-m", module, str(folder)],
            cwd=ROOT,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
        )
    try:
        code = process.wait(timeout=max(end - monotonic(), 0))
    except subprocess.TimeoutExpired:
        raise ChildError("slow", "") from None
    finally:
        process.kill()
        process.wait()
    if code:
        reason = REASONS.get(code, "damaged")
        raise ChildError(reason, f"{code} {_complaint(folder)}", ran_out=code in HEAVY)


def _environment(folder: Path) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # What it writes on its way stays in the folder, and goes with it when it is stopped.
    return {**passed_on, "TMPDIR": str(folder)}


def _complaint(folder: Path) -> str:
    """The last words of a process."""
    return (folder / "complaint").read_bytes()[-_LONGEST_COMPLAINT:].decode("utf-8", "replace")


def request_in(folder: Path) -> dict[str, Any]:
    """What the process that was started with this folder is asked for."""
    request: dict[str, Any] = json.loads((folder / "request").read_bytes())
    return request


def limit_process(*, memory: int, processor_seconds: int, written: int | None = None) -> None:
    """Let this process take no more than its share; without effect where that is unknown.

    ``memory`` is in bytes, and so is ``written``: the largest file that it may write.
    """
    try:
        import resource
    except ImportError:
        return
    wished = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: processor_seconds,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wished.items():
        hard = resource.getrlimit(kind)[1]
        if most is not None and (hard == resource.RLIM_INFINITY or most < hard):
            try:
                resource.setrlimit(kind, (most, hard))
            except (OSError, ValueError):
                continue
