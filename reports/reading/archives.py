"""Opens the archives that spreadsheets and documents are, and reads the XML inside them safely."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .gathering import RefusedError
from .limits import MOST_BYTES_OF_A_TREE, MOST_BYTES_UNPACKED

CHUNK = 1_000_000
_ENCRYPTED = 1
_OFFICE_DOCUMENT = "/officeDocument"
# Fast readers do not all refuse entities, and no spreadsheet program writes any.
_ENTITIES = tuple("<!ENTITY".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_OVERLAP = 40
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_XML = (".xml", ".rels", ".vml")
BROKEN = (zipfile.BadZipFile, ParseError, expat.ExpatError, EOFError, OSError, ValueError)


class Archive:
    """A zip archive of parts by name; raises RefusedError for one broken or far too large."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (*BROKEN, NotImplementedError) as error:
            raise RefusedError("cut", reason=repr(error)) from error
        entries = self._zip.infolist()
        if sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED:
            raise RefusedError("unpacked")
        # Some programs write other capitals, or backslashes, than they refer to.
        self._entries = {_plain_name(entry.filename): entry for entry in entries}
        self.encrypted = any(entry.flag_bits & _ENCRYPTED for entry in entries)

    @property
    def names(self) -> set[str]:
        """The names of the parts, in small letters."""
        return set(self._entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, piece by piece; the check sum at its end is checked."""
        with self._zip.open(self._entries[_plain_name(name)]) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def tree(self, name: str) -> Element:
        """A part of XML, not too large a one."""
        if self._entries[_plain_name(name)].file_size > MOST_BYTES_OF_A_TREE:
            raise RefusedError("unpacked")
        try:
            tree: Element = fromstring(self.read(name))
        except DefusedXmlException as error:
            raise RefusedError("hostile") from error
        return tree

    def scan(self, sought: Sequence[bytes], counted: Sequence[bytes]) -> tuple[set[str], int]:
        """Read every part of XML once: name those with what is sought, count some strings in all.

        Parts in UTF-16, in which nothing is ever found, are named too. Raises RefusedError for a
        part that declares entities.
        """
        found, count = set(), 0
        for name in self._entries:
            tail = b""
            for chunk in self.chunks(name) if name.endswith(_XML) else ():
                data = tail + chunk
                if _holds(data, _ENTITIES):
                    raise RefusedError("hostile")
                if name not in found and (data.startswith(_WIDE) or _holds(data, sought)):
                    found.add(name)
                count += sum(map(chunk.count, counted))
                tail = chunk[-_OVERLAP:]
        return found, count

    def is_wide(self, name: str) -> bool:
        """Whether a part is in UTF-16."""
        return next(self.chunks(name), b"").startswith(_WIDE)

    def main_part(self) -> str:
        """The part of an Office file that all others hang on."""
        for target, kind in self._relations("").values():
            if kind.endswith(_OFFICE_DOCUMENT):
                return target
        raise RefusedError("damaged", reason="no main part")

    def targets(self, part: str) -> dict[str, str]:
        """The parts that a part of an Office file refers to, by the name of the reference."""
        return {name: target for name, (target, _kind) in self._relations(part).items()}

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if _plain_name(relations) not in self._entries:
            return {}
        return {
            element.get("Id", ""): (_target(folder, element), element.get("Type", ""))
            for element in self.tree(relations)
        }


def _holds(data: bytes, sought: Sequence[bytes]) -> bool:
    # Several times faster than one regular expression.
    return any(each in data for each in sought)


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lower()


def _target(folder: str, element: Element) -> str:
    path = posixpath.join("/", folder, element.get("Target", ""))
    return posixpath.normpath(path).lstrip("/")


def local(name: str) -> str:
    """The name of an element or attribute without its namespace, written out or as a prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def parse(archive: Archive, name: str, **handlers: Any) -> None:
    """Run a part of XML past the handlers of an expat parser."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    for handler, function in handlers.items():
        setattr(parser, handler, function)
    for chunk in archive.chunks(name):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_entity(*_declaration: object) -> None:
    raise RefusedError("hostile")
