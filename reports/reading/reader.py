"""Reads a file that people bring, in a process of its own, or says in a sentence why it cannot."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from partners.childprocess import ChildError, run_child

from . import wire
from .cells import Book, Mark
from .limits import BYTES_WRITTEN, SECONDS, SECONDS_TO_MARK
from .sentences import in_cell, sentence

logger = logging.getLogger(__name__)
CHILD = "reports.reading.child"
_CHUNK = 1_000_000


class FileError(ValueError):
    """A file that cannot be imported; the message is for people."""


def read_file(source: Path | BinaryIO, name: str) -> Book:
    """What a file holds, whatever its kind; raises FileError.

    ``name`` is the file's own, which gives the rows of a text file a name and no more.
    """
    with TemporaryDirectory(prefix="elca-reading-") as room:
        folder = Path(room)
        _ask(folder, source, name, SECONDS)
        return _book(folder / "answer")


def mark_file(source: Path | BinaryIO, name: str, marks: Sequence[Mark]) -> bytes:
    """A copy of a file as .xlsx, with words at the cells that need a look; raises FileError.

    A workbook stays as it is but for the marks and its macros; what was read from a file of
    another kind is written into a new one.
    """
    with TemporaryDirectory(prefix="elca-reading-") as room:
        folder = Path(room)
        _ask(folder, source, name, SECONDS_TO_MARK, [astuple(mark) for mark in marks])
        _answer(folder / "answer")
        return (folder / "marked").read_bytes()


def _ask(
    folder: Path,
    source: Path | BinaryIO,
    name: str,
    seconds: int,
    marks: list[tuple[Any, ...]] | None = None,
) -> None:
    """Have the other process leave its answer in the folder."""
    _copy(source, folder / "file")
    request = {
        "name": name,
        "stem": Path(name).stem or _("Sheet 1"),
        "table": _("Table %(number)d of the document"),
        "seconds": seconds,
        "marks": marks,
    }
    end = monotonic() + seconds
    try:
        _run(folder, request, end)
    except ChildError as error:
        logger.warning("Reading ended badly: %s", error)
        raise FileError(sentence(error.reason)) from error


def _copy(source: Path | BinaryIO, target: Path) -> None:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                _copy_open(file, target)
        else:
            source.seek(0)
            _copy_open(source, target)
    except OSError as error:
        raise FileError(sentence("missing", reason=error.strerror or str(error))) from error


def _copy_open(file: BinaryIO, target: Path) -> None:
    most = settings.MAX_UPLOAD_BYTES
    left = most
    with target.open("wb") as out:
        while chunk := file.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise FileError(sentence("large", most=most // 1_000_000))
            out.write(chunk)


def _run(folder: Path, request: dict[str, Any], end: float) -> None:
    """Read fast, and where that takes too much memory carefully; raises ChildError."""
    try:
        run_child(CHILD, folder, {**request, "careful": False}, end)
    except ChildError as error:
        if not error.ran_out:
            raise
        # The fast reader ends so over a single cell far away from the others.
        run_child(CHILD, folder, {**request, "careful": True}, end)


def _book(path: Path) -> Book:
    book = Book("", [])
    for kind, content in _answer(path):
        if kind == "book":
            book.kind = content["kind"]
            if content["exported"]:
                book.exported_at = datetime.fromisoformat(content["exported"])
            if content["guessed"]:
                book.notes.append(_encoding_note(content["guessed"]))
        elif kind == "sheet":
            book.sheets.append(wire.sheet_of(content))
        elif kind == "rows":
            book.sheets[-1].rows.extend(map(wire.row_of, content))
    return book


def _encoding_note(encoding: str) -> str:
    return _(
        "The file does not say in which encoding it was saved; it was read as %(encoding)s."
        " Check names with accents."
    ) % {"encoding": encoding}


def _answer(path: Path) -> list[tuple[str, Any]]:
    """The messages of the other process; raises FileError where it refused the file."""
    if not path.exists():
        raise FileError(sentence("damaged"))
    if path.stat().st_size > BYTES_WRITTEN:
        raise FileError(sentence("heavy"))
    with path.open("rb") as lines:
        messages = list(wire.messages(lines, in_cell))
    kind, content = messages[-1]
    if kind == "refused":
        code, params = content
        if reason := params.get("reason"):
            logger.info("A file was refused: %s", reason)
        raise FileError(sentence(code, **params))
    return messages
