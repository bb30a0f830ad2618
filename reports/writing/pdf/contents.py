"""Sets the chapters of the document in the form of the PDF: as blocks for typst."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from partners.funder import Picture
from reports.writing.document import CHAPTERS, Chapter, Document

from . import blocks
from .blocks import Block

EMBLEM_FILE = "emblem.png"
EMBLEM_BOX = (40, 16)  # millimetres that the emblem may take on the title page


def parts(document: Document) -> list[dict[str, Any]]:
    """The chapters in runs of pages upright or on their side."""
    runs = groupby(CHAPTERS, key=lambda chapter: chapter.is_wide)
    return [
        {"wide": wide, "blocks": [b for each in chapters for b in _chapter(document, each)]}
        for wide, chapters in runs
    ]


def _chapter(document: Document, chapter: Chapter) -> Iterator[Block]:
    yield blocks.chapter(
        str(chapter.heading), is_numbered=chapter.is_numbered, on_new_page=chapter.on_new_page
    )
    report = document.report
    said = {
        "project": report.project.acronym,
        "coverage": report.coverage,
        "written_on": f"{report.written_at:%d.%m.%Y}",
    }
    for text in chapter.opening(said):
        yield blocks.paragraph(text)
    for name in chapter.blocks:
        for item in document.blocks[name]:
            yield blocks.block(item, is_wide=chapter.is_wide)


def cover(document: Document) -> dict[str, Any]:
    """The title page."""
    project, name, funder = document.report.project, document.report.name, document.report.funder
    title = f"{project.deliverable}. {name}" if project.deliverable else name
    return {
        "acronym": blocks.said(project.acronym),
        "project": blocks.said(project.title),
        "title": blocks.said(title, 30),
        "facts": [[blocks.said(word), blocks.said(value)] for word, value in document.title_page],
        "statement": blocks.said(funder.statement),
        "disclaimer": blocks.said(funder.disclaimer),
        "emblem": _emblem(funder.emblem),
    }


def _emblem(emblem: Picture | None) -> dict[str, Any] | None:
    if emblem is None:
        return None
    width, _height = emblem.within(*EMBLEM_BOX)
    return {"file": EMBLEM_FILE, "alt": blocks.said(emblem.alt), "width": width}
