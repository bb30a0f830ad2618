"""Which files may be evidence: the endings that are taken, and whether the content is one of them.

What a file is called and what its sender says of it prove nothing, so its first bytes are asked,
and for documents that are archives the parts inside.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import IO, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.words import Words

Answer = TypeVar("Answer")

NOT_AS_NAMED = _(
    "The name ends in %(ending)s, but the content is not %(kind)s: the file is damaged, "
    "protected by a password, or of another kind."
)
_ARCHIVE = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# What reading an archive raises that is cut, damaged, encrypted or packed in an unknown way.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, KeyError,
)  # fmt: skip


def _begins(signature: bytes, content: IO[bytes]) -> bool:
    return content.read(len(signature)) == signature


def _is_pdf(content: IO[bytes]) -> bool:
    # Some programs write a byte order mark or a line break first, and every reader takes it.
    return content.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-")


def _is_text(content: IO[bytes]) -> bool:
    data = content.read()
    return b"\0" not in data and any(_decodes(data, name) for name in ("utf-8", "cp1252"))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_office(folder: str, content: IO[bytes]) -> bool:
    """Whether an archive is a document of Office whose main part lies in a folder, no macros."""
    names = _names_in(content)
    has_main_part = any(name.startswith(folder) and name.endswith(".xml") for name in names)
    macros = any(name.endswith("vbaproject.bin") for name in names)
    return "[content_types].xml" in names and has_main_part and not macros


def _names_in(content: IO[bytes]) -> set[str]:
    """The parts of an archive in small letters; nothing where it is none."""
    if not _begins(_ARCHIVE, content):
        return set()
    try:
        with zipfile.ZipFile(content) as archive:
            return {name.lower() for name in archive.namelist()}
    except _BROKEN:
        return set()


def _is_open_document(kind: str, content: IO[bytes]) -> bool:
    """Whether an archive says of itself that it is an open document of a kind."""
    if not _begins(_ARCHIVE, content):
        return False
    try:
        # Only as much as the answer needs: a part may unpack to more than there is memory.
        with zipfile.ZipFile(content) as archive, archive.open("mimetype") as part:
            return part.read(200).strip() == f"{_OPEN}.{kind}".encode()
    except _BROKEN:
        return False


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: what it is for people and for browsers, and how it is known."""

    label: Words
    media_type: str
    fits: Callable[[IO[bytes]], bool]


_JPEG = Kind(_("a JPEG picture"), "image/jpeg", partial(_begins, b"\xff\xd8\xff"))

# By the ending of the name: whatever is not here is not taken.
KINDS: dict[str, Kind] = {
    "pdf": Kind(_("a PDF document"), "application/pdf", _is_pdf),
    "png": Kind(_("a PNG picture"), "image/png", partial(_begins, b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "docx": Kind(
        _("a Word document"),
        f"{_OFFICE}.wordprocessingml.document",
        partial(_is_office, "word/"),
    ),
    "xlsx": Kind(
        _("an Excel workbook"), f"{_OFFICE}.spreadsheetml.sheet", partial(_is_office, "xl/")
    ),
    "odt": Kind(_("an OpenDocument text"), f"{_OPEN}.text", partial(_is_open_document, "text")),
    "ods": Kind(
        _("an OpenDocument spreadsheet"),
        f"{_OPEN}.spreadsheet",
        partial(_is_open_document, "spreadsheet"),
    ),
    "txt": Kind(_("a plain text"), "text/plain", _is_text),
}
ENDINGS = tuple(f".{ending}" for ending in KINDS)


def kind_of(file: File[bytes]) -> Kind:
    """The kind of a file that may be evidence; raises ValidationError, in words, for any other."""
    ending = PurePath(file.name or "").suffix.lower().removeprefix(".")
    if ending not in KINDS:
        known = {"endings": ", ".join(ENDINGS)}
        raise ValidationError(
            gettext("Files of this kind are not taken, only %(endings)s.") % known
        )
    if not file.size:
        raise ValidationError(gettext("The file is empty."))
    if file.size > settings.MAX_UPLOAD_BYTES:
        most = {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
        raise ValidationError(gettext("The file is larger than %(most)s.") % most)
    kind = KINDS[ending]
    if not _from_its_start(file, kind.fits):
        said = {"ending": f".{ending}", "kind": kind.label}
        raise ValidationError(NOT_AS_NAMED % said)
    return kind


def digest_of(file: File[bytes]) -> str:
    """The SHA-256 of a file, by which the very same one is known again."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _from_its_start(file: File[bytes], ask: Callable[[IO[bytes]], Answer]) -> Answer:
    """Ask something of the whole content, and leave the file as if nobody had read it."""
    file.seek(0)
    try:
        return ask(cast("IO[bytes]", file))
    finally:
        file.seek(0)
