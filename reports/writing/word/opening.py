"""Opens a Word template that might do harm: checks the archive, and keeps outside things out."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from reports.reading.archives import BROKEN, Archive
from reports.reading.gathering import RefusedError

from .faults import refuse

MOST_BYTES_UNPACKED = 60_000_000
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
# Fields that fetch something from elsewhere when a document is opened.
_FETCHING = re.compile(
    r"\b(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|DDE|DDEAUTO|LINK|DATABASE|IMPORT|RD)\b", re.I
)
_HARMLESS_LINK = re.compile(r"(https?://|mailto:|#)", re.I)
_ATTACHED = "/attachedTemplate"
_ENDNOTES = "endnotes+xml"
_OPENING = re.compile(r"\{[{%]")
_VML = "urn:schemas-microsoft-com:vml"
_RUNNING = ("vbaproject.bin", "vbadata.xml")
_EMBEDDED = ("word/embeddings/", "word/activex/", "word/afchunk")


def open_template(path: Path) -> Document:
    """The template; raises FaultyError for one that is no Word file, or holds what it must not."""
    _check_archive(path)
    try:
        document: Document = docx.Document(_as_document(path))
    except (*BROKEN, KeyError, SyntaxError, AttributeError) as error:
        raise refuse("damaged", reason=repr(error)[:300]) from error
    try:
        _keep_outside_out(document)
    except SyntaxError as error:  # of a part that is no XML, although it says so
        raise refuse("damaged", reason=repr(error)[:300]) from error
    return document


def _check_archive(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            raise refuse("not_word")
    try:
        archive = Archive(path)
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_BYTES_UNPACKED:
                raise refuse("unpacked")
        if archive.encrypted:
            raise refuse("not_word")
        _check_names(archive.names)
        archive.scan([], [])
    except RefusedError as error:
        code = error.code if error.code in ("unpacked", "hostile") else "damaged"
        raise refuse(code, reason=error.params.get("reason", error.code)) from error
    except BROKEN as error:
        raise refuse("damaged", reason=repr(error)[:300]) from error


def _check_names(names: set[str]) -> None:
    if any(name.endswith(_RUNNING) for name in names):
        raise refuse("macros")
    if not any(name.startswith("word/") for name in names):
        raise refuse("not_word")
    if any(name.startswith(_EMBEDDED) for name in names):
        raise refuse("embedded")


def _as_document(path: Path) -> Any:
    """The file, or a copy that calls itself a document where it calls itself a template (.dotx)."""
    with zipfile.ZipFile(path) as packed:
        types = packed.read(_CONTENT_TYPES)
        if b"macroEnabled" in types:
            raise refuse("macros")
        if _TEMPLATE not in types:
            return str(path)
        copy = path.with_name("as-document")
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as out:
            for entry in packed.infolist():
                content = packed.read(entry)
                if entry.filename == _CONTENT_TYPES:
                    content = content.replace(_TEMPLATE, _MAIN)
                out.writestr(entry.filename, content)
    return str(copy)


def _keep_outside_out(document: Document) -> None:
    """Forget a template that the template refers to; refuse all else that lies elsewhere."""
    for part in document.part.package.iter_parts():
        for key, relation in list(part.rels.items()):
            if not relation.is_external:
                continue
            if relation.reltype.endswith(_ATTACHED):
                del part.rels[key]
            elif relation.reltype != RELATION.HYPERLINK or not _HARMLESS_LINK.match(
                relation.target_ref
            ):
                raise refuse("external", target=relation.target_ref[:200])
        _check_words(part)
    settings = document.settings.element
    for attached in settings.findall(qn("w:attachedTemplate")):
        settings.remove(attached)


def _check_words(part: Any) -> None:
    """Refuse a part whose fields or pictures fetch something, and placeholders nobody fills."""
    element = _element_of(part)
    if element is None:
        return
    pieces = [each.text or "" for each in element.iter(qn("w:instrText"))]
    simple = [each.get(qn("w:instr"), "") for each in element.iter(qn("w:fldSimple"))]
    # The words of one field may be spread over several runs, those of two may touch each other.
    fetching = _FETCHING.search(" ".join(["".join(pieces), *pieces, *simple]))
    if fetching:
        raise refuse("fetching", field=fetching[1].upper())
    for picture in element.iter(f"{{{_VML}}}imagedata"):
        source = picture.get("src", "")
        if source:
            raise refuse("external", target=source[:200])
    text = "".join(each.text or "" for each in element.iter(qn("w:t")))
    if str(part.content_type).endswith(_ENDNOTES) and _OPENING.search(text):
        raise refuse("endnote")


def _element_of(part: Any) -> Any:
    """The XML of a part, such as that of footnotes, which the library leaves unread."""
    element = getattr(part, "element", None)
    if element is not None or not str(part.content_type).endswith("xml"):
        return element
    return parse_xml(part.blob)
