"""Fills Word templates in a process of its own, or says in sentences why one cannot be filled."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, BinaryIO

from partners.childprocess import ChildError, run_child
from reports.writing.content import NotWrittenError, Report
from reports.writing.document import MOST_ROWS

from . import built_in
from .facts import Facts
from .report_facts import report_facts
from .sentences import sentence

logger = logging.getLogger(__name__)
CHILD = "reports.writing.word.child"
SECONDS = 30


class TemplateError(NotWrittenError):
    """A template that cannot be filled; the messages are for people."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = list(messages)


def write_word(report: Report, out: BinaryIO, *, template: bytes | None = None) -> None:
    """Write the report as .docx, in our own look or in that of a template.

    Raises TooLongError for a report that is too long for Word, and TemplateError for a template
    that cannot be filled.
    """
    report.check_length(MOST_ROWS, "Word")
    fill(template or built_in.report_template(), report_facts(report), out)


def fill(template: bytes, facts: Facts, out: BinaryIO) -> None:
    """Fill a template that may hold anything; raises TemplateError."""
    with TemporaryDirectory(prefix="elca-writing-") as room:
        folder = Path(room)
        (folder / "template").write_bytes(template)
        for name, picture in facts.pictures.items():
            (folder / name).write_bytes(picture)
        _run(folder, _request(facts))
        with (folder / "document").open("rb") as document:
            shutil.copyfileobj(document, out)


def _request(facts: Facts) -> dict[str, Any]:
    return {
        "values": facts.values,
        "shape": facts.shape,
        "blocks": facts.blocks,
        "silent_blocks": facts.silent,
        "properties": facts.properties,
        # Nobody can write it: where it stands in the filled document, a block goes.
        "token": f"block-{secrets.token_hex(16)}-",
        "seconds": SECONDS,
    }


def _run(folder: Path, request: dict[str, Any]) -> None:
    try:
        run_child(CHILD, folder, request, monotonic() + SECONDS)
    except ChildError as error:
        logger.warning("Filling a template ended badly: %s", error)
        raise TemplateError(sentence(error.reason, {})) from error
    answer = folder / "answer"
    if not answer.exists():
        raise TemplateError(sentence("damaged", {}))
    faults = json.loads(answer.read_bytes())
    if faults:
        logger.info("A template was refused: %s", faults)
        raise TemplateError(*(sentence(code, params) for code, params in faults))
