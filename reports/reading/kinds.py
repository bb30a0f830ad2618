"""Tells by its content what kind of file a file is, and refuses the kinds that are not read."""

from __future__ import annotations

from pathlib import Path

from .archives import BROKEN, Archive
from .gathering import RefusedError

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
# Streams inside an old Office file, the one that a password makes first.
OLE_STREAMS = {
    "EncryptedPackage": "password",
    "WordDocument": "old_word",
    "PowerPoint Document": "presentation",
    "Workbook": "old_excel",
    "Book": "old_excel",
}
SIGNATURES = {
    b"%PDF": "pdf",
    b"{\\rtf": "rich_text",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"BM": "picture",
    b"II*\0": "picture",
    b"MM\0*": "picture",
    b"RIFF": "picture",
    b"7z\xbc\xaf\x27\x1c": "packed",
    b"Rar!": "packed",
    b"\x1f\x8b": "packed",
}
OPEN_DOCUMENTS = {
    "spreadsheet": "ods",
    "text": "open_text",
    "presentation": "presentation",
}
NAMED_AS_ARCHIVES = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods", ".docx")
_START = 4096


def ending(name: str) -> str:
    return Path(name).suffix.lower()


def is_text(start: bytes) -> bool:
    """Whether a file that begins so can be a text; UTF-16 holds NUL bytes and yet is one."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_encoding(start):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in start if byte not in b"\x1a\x1b")


def wide_encoding(start: bytes) -> str:
    """The UTF-16 that a text without a mark is obviously in, or nothing."""
    if len(start) < 2:
        return ""
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def kind_of(path: Path, name: str) -> str:
    """``xlsx``, ``ods``, ``docx`` or ``csv``; raises RefusedError for every other kind."""
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise RefusedError("empty")
    if start.startswith(OLE):
        raise RefusedError(_kind_of_ole(path.read_bytes()))
    if start.startswith(b"PK"):
        return _kind_of_archive(Archive(path), name)
    for signature, code in SIGNATURES.items():
        if start.startswith(signature) and not (code == "picture" and is_text(start)):
            raise RefusedError(code)
    if start[4:8] == b"ftyp":
        raise RefusedError("picture")
    if not is_text(start):
        raise RefusedError("binary")
    return _kind_of_text(start, name)


def _kind_of_ole(content: bytes) -> str:
    for stream, code in OLE_STREAMS.items():
        if stream.encode("utf-16-le") + b"\0\0" in content:
            return code
    return "binary"


def _kind_of_archive(archive: Archive, name: str) -> str:
    names = archive.names
    if archive.encrypted:
        raise RefusedError("password")
    if "mimetype" in names:
        return _kind_of_open_document(archive)
    if "xl/workbook.bin" in names:
        raise RefusedError("old_excel")
    if any(part.startswith("xl/") for part in names):
        return "xlsx"
    if any(part.startswith("word/") for part in names):
        return "docx"
    if any(part.startswith("ppt/") for part in names):
        raise RefusedError("presentation")
    if any(part.endswith(".iwa") or part == "index.zip" for part in names):
        raise RefusedError("apple")
    raise RefusedError("not_as_named" if ending(name) in NAMED_AS_ARCHIVES else "packed")


def _kind_of_open_document(archive: Archive) -> str:
    try:
        kind = archive.read("mimetype").decode("ascii", "replace").strip()
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise RefusedError("password")
    except KeyError:
        pass
    except BROKEN as error:
        raise RefusedError("damaged", reason=repr(error)) from error
    family = kind.rpartition(".")[2].removesuffix("-template")
    code = OPEN_DOCUMENTS.get(family, "binary")
    if code != "ods":
        raise RefusedError(code)
    return code


def _kind_of_text(start: bytes, name: str) -> str:
    words = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<body")):
        raise RefusedError("markup")
    if words.startswith(b"{") and (ending(name) == ".gsheet" or b"docs.google.com" in words):
        raise RefusedError("google")
    if ending(name) in NAMED_AS_ARCHIVES:
        raise RefusedError("not_as_named")
    return "csv"
