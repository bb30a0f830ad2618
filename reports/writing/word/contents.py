"""Writes the table of contents: a field that Word brings up to date, with every entry in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from .blocks import bookmark
from .styles import heading_ids, style_id, style_of
from .tags import text_of

DEEPEST = 2
FIRST_BOOKMARK = 7000
_NO_LIST = "0"


@dataclass(frozen=True)
class Entry:
    """A heading as the contents name it: its level, its number if it has one, and its words."""

    level: int
    number: str
    text: str
    anchor: str


def contents(document: Document) -> list[Any]:
    """The paragraphs of the contents; the headings get the marks to which these lead."""
    entries = list(_entries(document))
    if not entries:
        return [OxmlElement("w:p")]
    paragraphs = [_paragraph(document, entry) for entry in entries]
    first, last = paragraphs[0], paragraphs[-1]
    opening = _field_runs(f' TOC \\o "1-{DEEPEST}" \\h \\z \\u ')
    place = list(first).index(first.find(qn("w:pPr"))) + 1
    for offset, run in enumerate(opening):
        first.insert(place + offset, run)
    last.append(_char("end"))
    return paragraphs


def update_when_opened(document: Document) -> None:
    """Ask Word to fill in the page numbers when it opens the document."""
    settings = document.settings.element
    found = settings.find(qn("w:updateFields"))
    if found is None:
        found = OxmlElement("w:updateFields")
        # The schema fixes the order: among the first.
        settings.insert(min(1, len(settings)), found)
    found.set(qn("w:val"), "true")


def _entries(document: Document) -> Iterator[Entry]:
    ids = heading_ids(document)
    levels = {key: level for level, key in ids.items() if level <= DEEPEST}
    formats = {level: _numbering(document, ids[level], level) for level in levels.values()}
    counts = [0] * (DEEPEST + 1)
    number = FIRST_BOOKMARK
    for paragraph in document.element.body.iter(qn("w:p")):
        level = levels.get(style_of(paragraph))
        text = text_of(paragraph).strip()
        if level is None or not text:
            continue
        numbered = formats[level] if _is_numbered(paragraph) else ""
        if numbered:
            counts[level] += 1
            counts[level + 1 :] = [0] * (DEEPEST - level)
        anchor = f"_Toc{number}"
        bookmark(paragraph, number, anchor)
        number += 1
        yield Entry(level, _number(numbered, counts), text, anchor)


def _is_numbered(paragraph: Any) -> bool:
    """Whether a heading is not left out of the list that its style belongs to."""
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    return found is None or found.get(qn("w:val")) != _NO_LIST


def _number(pattern: str, counts: list[int]) -> str:
    return re.sub(r"%(\d)", lambda found: str(counts[min(int(found[1]), DEEPEST)]), pattern)


def _numbering(document: Document, key: str, level: int) -> str:
    """How the list of a heading's style writes a number, such as ``%1.%2``; empty without one."""
    style = next(s for s in document.styles if s.style_id == key)
    found = style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    if found is None or not _has_numbering(document):
        return ""
    kind = _list_of(document.part.numbering_part.element, found.get(qn("w:val"), ""))
    for each in kind.findall(qn("w:lvl")) if kind is not None else ():
        if each.get(qn("w:ilvl")) == str(level - 1) and _value(each, "numFmt") == "decimal":
            return _value(each, "lvlText").rstrip(".")
    return ""


def _list_of(numbering: Any, key: str) -> Any:
    """The definition of the list that a number of Word's stands for, or None."""
    for number in numbering.findall(qn("w:num")):
        if number.get(qn("w:numId")) == key:
            wanted = _value(number, "abstractNumId")
            kinds = numbering.findall(qn("w:abstractNum"))
            return next((k for k in kinds if k.get(qn("w:abstractNumId")) == wanted), None)
    return None


def _value(element: Any, name: str) -> str:
    found = element.find(qn(f"w:{name}"))
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _has_numbering(document: Document) -> bool:
    return any(r.reltype.endswith("/numbering") for r in document.part.rels.values())


def _paragraph(document: Document, entry: Entry) -> Any:
    """An entry that leads to its heading; its page number is Word's to find."""
    key = style_id(document, f"toc {entry.level}")
    paragraph = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{key}"/></w:pPr>'
        f'<w:hyperlink w:anchor="{entry.anchor}" w:history="1"/></w:p>'
    )
    link = paragraph.find(qn("w:hyperlink"))
    if entry.number:
        _run(link, entry.number)
        etree.SubElement(etree.SubElement(link, qn("w:r")), qn("w:tab"))
    _run(link, entry.text)
    return paragraph


def _run(parent: Any, text: str) -> None:
    element = etree.SubElement(etree.SubElement(parent, qn("w:r")), qn("w:t"))
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    element.text = text


def _char(kind: str) -> Any:
    return parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="{kind}"/></w:r>')


def _field_runs(instruction: str) -> list[Any]:
    words = parse_xml(f'<w:r {nsdecls("w")}><w:instrText xml:space="preserve"/></w:r>')
    words[0].text = instruction
    return [_char("begin"), words, _char("separate")]
