"""The process that opens a file which might do harm: small, limited, and without Django.

It is started with a folder that holds the ``file`` and the ``request``, and leaves its ``answer``
there, and a ``marked`` copy of the file where one was asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from partners.childprocess import OUT_OF_MEMORY, request_in

from . import kinds, limits, wire
from .archives import Archive
from .cells import Mark
from .gathering import Gathering, RefusedError


def main(folder: Path) -> None:
    request = request_in(folder)
    limits.limit_this_process(request["seconds"])
    try:
        lines = [*_lines(folder, request), wire.line("end", None)]
    except RefusedError as refusal:
        lines = [wire.line("refused", [refusal.code, refusal.params])]
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    except Exception as error:
        # Readers raise whatever a broken file leads them to: KeyError, ValueError, ParseError …
        lines = [wire.line("refused", ["damaged", {"reason": repr(error)[:300]}])]
    with (folder / "answer").open("wb") as answer:
        answer.writelines(lines)


def _lines(folder: Path, request: dict[str, Any]) -> Iterator[bytes]:
    path = folder / "file"
    kind = kinds.kind_of(path, request["name"])
    marks = [Mark(*each) for each in request["marks"] or ()]
    if request["marks"] is not None and kind == "xlsx":
        from .marking import mark_workbook

        mark_workbook(path, Archive(path), marks, folder / "marked")
        return
    exported, guessed, gathering = _read(path, kind, request)
    if not any(sheet.rows for sheet in gathering.sheets):
        raise RefusedError("blank")
    if request["marks"] is not None:
        from .marking import mark_sheets

        mark_sheets(gathering.sheets, marks, folder / "marked")
        return
    yield wire.line("book", {"kind": kind, "exported": exported, "guessed": guessed})
    for sheet in gathering.sheets:
        yield from wire.sheet_lines(sheet)


def _read(path: Path, kind: str, request: dict[str, Any]) -> tuple[str, str, Gathering]:
    """When a file was exported, its encoding if that was guessed, and its sheets."""
    moment, guessed = None, ""
    if kind == "csv":
        from .texts import read_text

        gathering, guessed = read_text(path, request["stem"])
    elif kind == "xlsx":
        from . import workbooks

        archive = Archive(path)
        gathering = workbooks.read_workbook(path, archive, careful=request["careful"])
        moment = workbooks.exported_at(archive)
    elif kind == "ods":
        from . import opendocument

        gathering = opendocument.read_open_document(Archive(path))
        moment = opendocument.exported_at(Archive(path))
    else:
        from .documents import read_document

        gathering = read_document(Archive(path), request["table"])
    return moment.isoformat() if moment else "", guessed, gathering


if __name__ == "__main__":
    main(Path(sys.argv[1]))
