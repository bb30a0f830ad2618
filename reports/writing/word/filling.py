"""Fills a template: placeholders by docxtpl in a sandbox, then the blocks in their places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from .blocks import Maker
from .contents import contents, update_when_opened
from .faults import Fault, FaultyError, refuse
from .tags import Checker, Tag, shape_of, text_of
from .texts import clean

USUAL_WIDTH = 9000  # twips, where a template does not say how wide its page is
CONTENTS = "contents"
# docxtpl makes {{ of {_{ wherever it stands, in the words of users too.
_ESCAPED = (("{_", "{&#95;"), ("_}", "&#95;}"), ("%_", "%&#95;"))


class Template(DocxTemplate):
    """A template of docxtpl that is opened already, and mends no XML that a loop has torn."""

    def __init__(self, document: Document) -> None:
        super().__init__("")
        self.docx = document

    def fix_tables(self, xml: str) -> Any:
        try:
            etree.fromstring(xml)
        except etree.XMLSyntaxError as error:
            raise refuse("torn", reason=str(error)[:300]) from error
        return super().fix_tables(xml)

    def render_properties(self, *_args: Any, **_more: Any) -> None:
        """Properties are written as they are afterwards: a title may hold anything."""


def environment() -> ImmutableSandboxedEnvironment:
    found = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, finalize=_plain, cache_size=0
    )
    found.globals.clear()
    return found


def _plain(value: Any) -> Any:
    """A value as it goes into XML; what is markup already are our own blocks."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    text = str(escape(clean(value)))
    for sign, written in _ESCAPED:
        text = text.replace(sign, written)
    return Markup(text)


def fill(document: Document, request: Mapping[str, Any], folder: Path) -> Document:
    """The document with everything in its place; raises FaultyError for a faulty template."""
    blocks, token = request["blocks"], request["token"]
    names = {*blocks, *request["silent_blocks"]}
    jinja = environment()
    values = request["values"]
    Checker(jinja, {**shape_of(values), **request["shape"]}, names).check(document)
    _part_from_sections(document, names)
    template = Template(document)
    marks = {name: _mark(token, name) for name in names}
    try:
        template.render({**values, **marks}, jinja)
    except FaultyError:
        raise
    except TemplateError as error:
        raise _not_filled(error) from error
    except (OverflowError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        raise _not_filled(error) from error
    _put_blocks(template.docx, blocks, token, folder)
    _put_properties(template.docx, request["properties"])
    return template.docx


def _not_filled(error: Exception) -> FaultyError:
    return FaultyError(Fault("not_filled", {"reason": str(error)[:300]}))


def _mark(token: str, name: str) -> Markup:
    return Markup(f"<w:p><w:r><w:t>{token}{name}</w:t></w:r></w:p>")


def _part_from_sections(document: Document, names: set[str]) -> None:
    """Write each block alone into one run, and move section breaks out of paragraphs that go.

    Word keeps the break of a section in its last paragraph, which may be a placeholder.
    """
    for paragraph in list(document.element.body.iter(qn("w:p"))):
        text = text_of(paragraph).strip()
        tag = Tag(text, "", alone=True)
        is_block = text.startswith("{{") and tag.inner in names
        if not is_block and tag.prefix != "p":
            continue
        properties = paragraph.find(qn("w:pPr"))
        section = properties.find(qn("w:sectPr")) if properties is not None else None
        if section is not None:
            following = OxmlElement("w:p")
            following.get_or_add_pPr().append(section)
            paragraph.addnext(following)
        if is_block:
            for child in list(paragraph):
                if child is not properties:
                    paragraph.remove(child)
            paragraph.add_r().text = f"{{{{p {tag.inner} }}}}"


def _put_blocks(document: Document, blocks: Mapping[str, Any], token: str, folder: Path) -> None:
    """Put the elements of each block where its mark stands; the contents come last of all."""
    maker = Maker(document, folder)
    late = []
    for paragraph in list(document.element.body.iter(qn("w:p"))):
        text = text_of(paragraph)
        if not text.startswith(token):
            continue
        name = text.removeprefix(token)
        if name == CONTENTS:
            late.append(paragraph)
            continue
        width = _width_at(document, paragraph)
        _replace(paragraph, list(maker.elements(blocks.get(name, ()), width)))
    for paragraph in late:
        _replace(paragraph, contents(document))
        update_when_opened(document)


def _replace(paragraph: Any, elements: list[Any]) -> None:
    for element in elements:
        paragraph.addprevious(element)
    parent = paragraph.getparent()
    parent.remove(paragraph)
    # A cell of a table ends with a paragraph, or Word calls the file damaged.
    if parent.tag == qn("w:tc") and (not len(parent) or parent[-1].tag != qn("w:p")):
        parent.append(OxmlElement("w:p"))


def _width_at(document: Document, paragraph: Any) -> int:
    """How wide the text of a page is at a paragraph, in twips."""
    cell = next(paragraph.iterancestors(qn("w:tc")), None)
    if cell is not None:
        return _width_of_cell(cell)
    sections = document.element.body.iter(qn("w:sectPr"))
    # The section of a paragraph is described at the section's end.
    place = _top(paragraph)
    for section in sections:
        end = _top(section)
        if end is section or end is place or _comes_before(place, end):
            page, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
            if page is None or margins is None:
                break
            wide = [page.get(qn("w:w")), margins.get(qn("w:left")), margins.get(qn("w:right"))]
            numbers = [int(float(each or 0)) for each in wide]
            return numbers[0] - numbers[1] - numbers[2]
    return USUAL_WIDTH


def _width_of_cell(cell: Any) -> int:
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    if width is None or width.get(qn("w:type")) != "dxa":
        return USUAL_WIDTH
    return int(float(width.get(qn("w:w"), USUAL_WIDTH)))


def _top(element: Any) -> Any:
    """The child of the body in which an element stands, or the element itself."""
    body = qn("w:body")
    while element.getparent() is not None and element.getparent().tag != body:
        element = element.getparent()
    return element


def _comes_before(first: Any, second: Any) -> bool:
    body = first.getparent()
    return bool(body.index(first) < body.index(second))


def _put_properties(document: Document, properties: Mapping[str, str]) -> None:
    for name, value in properties.items():
        setattr(document.core_properties, name, value[:255])
