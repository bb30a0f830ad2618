"""Fills Word templates in a process of its own, or says in sentences why one cannot be filled."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, BinaryIO

from reports.reading.process import REASONS, complaint, run_child
from reports.writing.content import NotWrittenError, Report

from . import built_in
from .report_facts import SILENT, pictures_of, report_facts
from .sentences import sentence

logger = logging.getLogger(__name__)
CHILD = "reports.writing.word.child"
SECONDS = 30
# Three seconds and 150 MB, measured; beyond it nobody reads, and Word itself becomes slow.
MOST_ROWS = 5000


class TemplateError(NotWrittenError):
    """A template that cannot be filled; the messages are for people."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = list(messages)


@dataclass
class Facts:
    """All that a document can say: values by name, blocks by name, and its properties."""

    values: dict[str, Any]
    shape: dict[str, Any] = field(default_factory=dict)
    blocks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


def write_word(report: Report, out: BinaryIO, *, template: bytes | None = None) -> None:
    """Write the report as .docx, in our own look or in that of a template.

    Raises TooLongError for a report that is too long for Word, and TemplateError for a template
    that cannot be filled.
    """
    report.check_length(MOST_ROWS, "Word")
    values, shape, blocks, properties = report_facts(report)
    pictures, shown = pictures_of(report)
    facts = Facts(values, shape, {**blocks, **shown}, SILENT, properties, pictures)
    fill(template or built_in.report_template(), facts, out)


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
        code = run_child(CHILD, folder, request, monotonic() + SECONDS)
    except TimeoutExpired:
        raise TemplateError(sentence("slow", {})) from None
    answer = folder / "answer"
    if code or not answer.exists():
        logger.warning("Filling a template ended with %d: %s", code, complaint(folder))
        raise TemplateError(sentence(REASONS.get(code, "damaged"), {}))
    faults = json.loads(answer.read_bytes())
    if faults:
        logger.info("A template was refused: %s", faults)
        raise TemplateError(*(sentence(code, params) for code, params in faults))
