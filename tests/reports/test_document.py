"""Holds that Word and PDF say the same: the chapters, texts, tables and charts of one document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from partners.models import Project
from reports.writing.content import Report, Scope
from reports.writing.document import BLOCKS, CHAPTERS, Document
from reports.writing.outline import (
    Bullets,
    Chart,
    Heading,
    Item,
    Labelled,
    Quote,
    Rich,
    Table,
    Text,
)
from reports.writing.pdf import write_pdf
from tests.making import make_action
from tests.reports.words import written


def squeezed(words: object) -> str:
    """A text without what lines and cells of a page put between its letters."""
    return re.sub(r"[\s\u200b\u00ad]+", "", str(words))


def said(item: Item) -> Iterator[str]:
    """Each text of an item that a reader of any form must find."""
    match item:
        case Heading(words=words) | Text(words=words):
            yield words
        case Labelled(label=first, words=words) | Quote(who=first, words=words):
            yield from (first, words)
        case Bullets(items=items):
            yield from items
        case Chart():
            yield item.caption
        case Table():
            yield item.caption
            yield from (column.heading for column in item.columns if item.rows)
            yield from (text for row in item.rows for cell in row for text in in_cell(cell))
            yield "" if item.rows else item.empty


def in_cell(cell: object) -> Iterator[str]:
    yield from (cell.words, cell.below) if isinstance(cell, Rich) else (str(cell),)


@pytest.mark.parametrize(("since", "code"), [(None, ""), (date(2022, 1, 1), ""), (None, "AMZ")])
def test_both_forms_say_all_of_the_document(elca: Project, since: date | None, code: str) -> None:
    partner = elca.partners.get(code=code) if code else None
    mechanics = elca.partners.get(code="MECH")
    elca.indicators.get(number=2).deviations.create(partner=mechanics, text="Fairs were closed.")
    make_action(elca, "sectors", title="Another sector", description="two\nlines & <more>")
    report = Report(Scope(elca, since=since, partner=partner), "Ana Ł.")
    out = BytesIO()
    write_pdf(report, out)
    pages = [squeezed(page.extract_text()) for page in PdfReader(out).pages]
    word = {squeezed(text.text) for text in written(report).element.body.iter() if text.text}
    forms = {"PDF": "".join(pages), "Word": "\n".join(word)}
    document = Document(report)
    for chapter in CHAPTERS:
        texts = [str(chapter.heading)]
        texts += [
            text for name in chapter.blocks for i in document.blocks[name] for text in said(i)
        ]
        for form, whole in forms.items():
            lost = [t for t in texts if not all(squeezed(x) in whole for x in t.split("\n"))]
            assert lost == [], form


def test_every_block_stands_in_one_chapter() -> None:
    used = [name for chapter in CHAPTERS for name in chapter.blocks]
    assert sorted(used) == sorted(BLOCKS)
