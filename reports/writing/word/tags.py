"""Finds the placeholders of a template and what is wrong with them, before anything is filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from jinja2 import Environment, TemplateSyntaxError, nodes
from rapidfuzz import fuzz, process

from .faults import Fault, FaultyError

MOST_FAULTS = 5
NEAR = 70  # of 100: from this likeness on a name is suggested
LONGEST_SHOWN = 120
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_OPENING = re.compile(r"\{[{%].*", re.S)
_PREFIX = re.compile(r"(tr|tc|p|r)(?=\s)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "\u2018": "'", "\u2019": "'"})
_CLOSING = {"endfor": "for", "endif": "if"}
_WORDS = {"for", "if", "elif", "else", "endfor", "endif", "set"}
ANY = None  # the shape of a value of which nothing more can be asked before it is there

Shape = Any  # a mapping of names to shapes, a list that holds the shape of each item, or ANY


@dataclass(frozen=True)
class Tag:
    """A placeholder as it stands in a paragraph: its text, where, and what stands around it."""

    text: str
    where: str
    alone: bool

    @property
    def is_statement(self) -> bool:
        return self.text.startswith("{%")

    @property
    def prefix(self) -> str:
        """``p``, ``tr``, ``tc`` or ``r`` where the tag takes the whole paragraph, row and so on."""
        found = _PREFIX.match(self.text[2:])
        return found[1] if found else ""

    @property
    def inner(self) -> str:
        inner = self.text[2:-2].removeprefix(self.prefix) if self.prefix else self.text[2:-2]
        return inner.strip().strip("-").strip().translate(_QUOTES)

    @property
    def word(self) -> str:
        """The first word of a statement."""
        return self.inner.split(maxsplit=1)[0] if self.inner else ""

    def fault(self, code: str, **params: Any) -> Fault:
        shown = self.text if len(self.text) <= LONGEST_SHOWN else self.text[:LONGEST_SHOWN] + "…"
        return Fault(code, {"tag": shown, "where": self.where, **params})


def parts_of(document: Document) -> Iterator[tuple[str, Any]]:
    """The body, the headers, the footers and the footnotes that hold placeholders."""
    yield "body", document.element.body
    kinds = {
        RELATION.HEADER: "header",
        RELATION.FOOTER: "footer",
        RELATION.FOOTNOTES: "footnote",
    }
    for relation in document.part.rels.values():
        if relation.reltype in kinds and not relation.is_external:
            part = relation.target_part
            element = getattr(part, "element", None)
            yield (
                kinds[relation.reltype],
                element if element is not None else parse_xml(part.blob),
            )


def text_of(paragraph: Any) -> str:
    """The text of a paragraph without that of paragraphs inside it, such as a text box has."""
    texts = paragraph.iter(qn("w:t"))
    return "".join(t.text or "" for t in texts if next(t.iterancestors(qn("w:p"))) is paragraph)


def _place(paragraph: Any, part: str) -> str:
    in_table = next(paragraph.iterancestors(qn("w:tbl")), None) is not None
    return "table" if in_table and part == "body" else part


def tags_in(document: Document) -> Iterator[Tag | Fault]:
    """Every placeholder in the order of the document, and a fault for each that is not closed."""
    for part, element in parts_of(document):
        for paragraph in element.iter(qn("w:p")):
            text = text_of(paragraph)
            if "{" not in text:
                continue
            where = _place(paragraph, part)
            alone = len(_TAG.findall(text)) == 1 and not _TAG.sub("", text).strip()
            for found in _TAG.findall(text):
                if not found.startswith("{#"):
                    yield Tag(found, where, alone and _row_agrees(paragraph, found))
            left = _OPENING.search(_TAG.sub("", text))
            if left:
                yield Fault("not_closed", {"tag": left[0][:LONGEST_SHOWN], "where": where})


def _row_agrees(paragraph: Any, tag: str) -> bool:
    """Whether a tag that takes its whole row stands alone in that row."""
    if not tag[2:].startswith("tr "):
        return True
    row = next(paragraph.iterancestors(qn("w:tr")), None)
    return row is not None and sum(bool(text_of(p).strip()) for p in row.iter(qn("w:p"))) == 1


class Checker:
    """Walks the placeholders of a template with the names that each may use."""

    def __init__(
        self, environment: Environment, shape: Mapping[str, Shape], blocks: set[str]
    ) -> None:
        self.environment = environment
        self.blocks = blocks
        self.scopes: list[dict[str, Shape]] = [dict(shape)]
        self.open: list[Tag] = []
        self.faults: list[Fault] = []

    def check(self, document: Document) -> None:
        """Raise FaultyError where anything is wrong."""
        for tag in tags_in(document):
            if isinstance(tag, Fault):
                self.faults.append(tag)
            else:
                self._check_tag(tag)
        for tag in self.open:
            self.faults.append(tag.fault("open", end=f"{{% end{tag.word} %}}"))
        if self.faults:
            raise FaultyError(*self.faults[:MOST_FAULTS])

    def _check_tag(self, tag: Tag) -> None:
        if not tag.is_statement and tag.inner in self.blocks:
            if tag.where not in ("body", "table"):
                self.faults.append(tag.fault("misplaced"))
            elif not tag.alone:
                self.faults.append(tag.fault("not_alone"))
            return
        if tag.prefix in ("p", "tr") and not tag.alone:
            code = "not_alone_in_row" if tag.prefix == "tr" else "not_alone"
            self.faults.append(tag.fault(code))
        if tag.is_statement:
            self._check_statement(tag)
        else:
            self._check_expression(tag, tag.inner)

    def _check_statement(self, tag: Tag) -> None:
        if tag.word not in _WORDS:
            self.faults.append(tag.fault("statement"))
        elif tag.word in _CLOSING:
            self._close(tag)
        elif tag.word in ("elif", "else"):
            if not self.open:
                self.faults.append(tag.fault("nothing_open"))
            if tag.word == "elif":
                self._check_expression(tag, tag.inner.removeprefix("elif"))
        else:
            self._open(tag)

    def _close(self, tag: Tag) -> None:
        if not self.open or self.open[-1].word != _CLOSING[tag.word]:
            self.faults.append(tag.fault("nothing_open"))
            return
        self.open.pop()
        self.scopes.pop()

    def _open(self, tag: Tag) -> None:
        end = f"{{% end{tag.word} %}}" if tag.word != "set" else ""
        tree = self._parse(tag, f"{{% {tag.inner} %}}{end}")
        if tag.word != "set":
            self.open.append(tag)
            self.scopes.append({})
        if tree is None:
            return
        for node in tree.find_all((nodes.For, nodes.If, nodes.Assign)):
            if isinstance(node, nodes.For):
                self._enter(tag, node)
            elif isinstance(node, nodes.If):
                self._shape(tag, node.test)
            elif isinstance(node, nodes.Assign):
                self._bind(node.target, self._shape(tag, node.node))

    def _enter(self, tag: Tag, node: nodes.For) -> None:
        shape = self._shape(tag, node.iter)
        self._bind(node.target, shape[0] if isinstance(shape, list) and shape else ANY)
        self.scopes[-1]["loop"] = ANY
        if node.test:
            self._shape(tag, node.test)

    def _bind(self, target: nodes.Node, shape: Shape) -> None:
        if isinstance(target, nodes.Name):
            self.scopes[-1][target.name] = shape
            return
        for name in target.find_all(nodes.Name):
            self.scopes[-1][name.name] = ANY

    def _check_expression(self, tag: Tag, words: str) -> None:
        tree = self._parse(tag, f"{{{{ {words} }}}}")
        if tree is not None:
            self._shape(tag, tree)

    def _parse(self, tag: Tag, source: str) -> nodes.Template | None:
        try:
            tree = self.environment.parse(source)
            # A filter that does not exist is found only when the placeholder is compiled.
            self.environment.compile(source)
        except TemplateSyntaxError as error:
            self.faults.append(tag.fault("syntax", reason=error.message or ""))
            return None
        return tree

    def _shape(self, tag: Tag, node: nodes.Node) -> Shape:
        """The shape of what an expression gives; notes every name in it that there is not."""
        if isinstance(node, nodes.Name):
            return self._named(tag, node.name)
        if isinstance(node, nodes.Getattr):
            return self._part(tag, self._shape(tag, node.node), node.attr, node)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            shape = self._shape(tag, node.node)
            if isinstance(shape, list):
                return shape[0] if shape else ANY
            return self._part(tag, shape, str(node.arg.value), node)
        for child in node.iter_child_nodes():
            self._shape(tag, child)
        return ANY

    def _named(self, tag: Tag, name: str) -> Shape:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        if name in self.blocks:
            self.faults.append(tag.fault("not_alone"))
        else:
            self._unknown(tag, name, self._known())
        return ANY

    def _part(self, tag: Tag, shape: Shape, name: str, node: nodes.Node) -> Shape:
        if not isinstance(shape, Mapping):
            return ANY
        if name in shape:
            return shape[name]
        owner = _dotted(node)
        self._unknown(tag, owner, [f"{owner.rpartition('.')[0]}.{each}" for each in shape])
        return ANY

    def _known(self) -> list[str]:
        """Every name that could be meant here, with the parts of those that have some."""
        known = list(self.blocks)
        for scope in self.scopes:
            for name, shape in scope.items():
                known.append(name)
                if isinstance(shape, Mapping):
                    known += [f"{name}.{part}" for part in shape]
        return known

    def _unknown(self, tag: Tag, name: str, known: list[str]) -> None:
        near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=NEAR)
        self.faults.append(tag.fault("unknown", name=name, near=near[0] if near else ""))


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{_dotted(node.node)}.{node.arg.value}"
    return node.name if isinstance(node, nodes.Name) else "…"


def shape_of(value: Any) -> Shape:
    """The shape of a value: what may be asked of it."""
    if isinstance(value, Mapping):
        return {name: shape_of(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return ANY
