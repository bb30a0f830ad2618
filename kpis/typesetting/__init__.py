"""Has typst set a document or a picture, in a process of its own with bounds of memory and time.

Typst keeps what it has laid out for the next time, which a server must not; and a long document
can take more memory than the server has to spare. What is set comes as files of data beside the
template: no text of a person is ever read as markup.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Literal

from partners.childprocess import ChildError, run_child

logger = logging.getLogger(__name__)

FONTS = Path(__file__).parent / "fonts"
CHILD = "kpis.typesetting.child"
SECONDS = 120
BYTES_OF_MEMORY = 3_000_000_000

# In which font a character is looked for: ours, then those that a machine may have for other
# scripts, then the one that has a box for everything.
FAMILIES = [
    "Source Sans 3",
    "Noto Emoji",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans JP",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans",
    "DejaVu Sans",
    "ELCA Boxes",
]

# Characters without a look of their own get one that stands for them: bell becomes ␇.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != 0x0A}
_UNREADABLE: dict[int, str | int] = {
    **_PICTURES,
    0x09: " ",
    0x0D: "\n",
    0x7F: 0x2421,
    0xFEFF: 0x2060,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0xFDD0, 0xFDF0)], 0xFFFD),
    **{plane + end: 0xFFFD for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)},
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}


class TypesettingError(RuntimeError):
    """What was asked for could not be set: it takes too long or too much memory."""


def readable(text: str) -> str:
    """A text in characters that a PDF/UA file may hold; line breaks stay."""
    return text.replace("\r\n", "\n").translate(_UNREADABLE)


def typeset(
    template: Path, files: Mapping[str, bytes], kind: Literal["pdf", "png"], *, ppi: float = 144
) -> bytes:
    """The template set with the files that it reads: a PDF/UA-1, or one page as a picture."""
    with TemporaryDirectory(prefix="elca-typesetting-") as room:
        folder = Path(room)
        (folder / "main.typ").write_bytes(template.read_bytes())
        for name, content in files.items():
            (folder / name).write_bytes(content)
        request = {"kind": kind, "ppi": ppi, "seconds": SECONDS, "memory": BYTES_OF_MEMORY}
        try:
            run_child(CHILD, folder, request, monotonic() + SECONDS)
        except ChildError as error:
            logger.error("Typesetting ended badly: %s", error)
            raise TypesettingError(str(error)) from error
        return (folder / f"main.{kind}").read_bytes()
