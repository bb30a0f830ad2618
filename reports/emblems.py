"""Takes the picture of an emblem: checks what it is, and keeps it drawn anew by ourselves.

A picture can hold more than what it shows. The one that is kept was set by typst in a process of
its own, so that nothing of the file itself reaches a page or a report.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from kpis.typesetting import TypesettingError, typeset
from partners.models import Project

TEMPLATE = Path(__file__).parent / "emblem.typ"
MOST_BYTES = 2_000_000  # of what is uploaded
MOST_BYTES_KEPT = 600_000  # it goes into every document, and into every sealed report
MOST_PIXELS = 6000  # of a side of what is uploaded
LONGEST_SIDE = 600  # pixels of what is kept: sharp at five centimetres on paper
NARROWEST = 12  # pixels of the other side: less is a line
ENDINGS = (".png", ".jpg", ".jpeg")
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# The parts of a JPEG that tell its size, among those that look alike.
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


def drawn_emblem(file: UploadedFile) -> bytes:
    """The picture as a PNG of our own; raises ValidationError, in words, for all that is none."""
    if (file.size or 0) > MOST_BYTES:
        most = {"most": filesizeformat(MOST_BYTES)}
        raise ValidationError(_("The file is larger than %(most)s.") % most)
    content: bytes = file.read()
    kind, size = _measured(content)
    if not all(0 < side <= MOST_PIXELS for side in size):
        pixels = {"most": MOST_PIXELS}
        raise ValidationError(_("The picture has more than %(most)d pixels on a side.") % pixels)
    drawn = _drawn(content, kind, *size)
    if len(drawn) > MOST_BYTES_KEPT:
        raise ValidationError(_("The picture is too detailed for an emblem. Choose a plain one."))
    return drawn


def keep_emblem(project: Project, png: bytes) -> str:
    """Keep a picture under a name of its content, and give the name; the same is kept once.

    What was in use once is never taken away: pages of a past day show it.
    """
    name = f"emblems/{project.pk}/{hashlib.sha256(png).hexdigest()}.png"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(png))


def _measured(content: bytes) -> tuple[str, tuple[int, int]]:
    """The kind and the size of a picture, by its content alone."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        return "png", struct.unpack(">II", content[16:24])
    if content.startswith(_JPEG):
        size = next(_sizes_of_jpeg(content), None)
        if size:
            return "jpg", size
    raise ValidationError(
        _("This is no PNG or JPEG picture. Other kinds, such as SVG, can hold more than a picture.")
    )


def _sizes_of_jpeg(content: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            yield width, height
        at += 2 + max(length, 2)


def _drawn(content: bytes, kind: str, width: int, height: int) -> bytes:
    longest = max(width, height)
    scale = min(LONGEST_SIDE / longest, 1)
    if min(width, height) * scale < NARROWEST:
        raise ValidationError(_("The picture is too narrow for an emblem."))
    file = f"picture.{kind}"
    # A point is drawn as one pixel.
    asked = {"file": file, "width": width * scale, "height": height * scale}
    files = {file: content, "asked.json": json.dumps(asked).encode()}
    try:
        return typeset(TEMPLATE, files, "png", ppi=72)
    except TypesettingError as error:
        raise ValidationError(_("The picture cannot be read: it is damaged.")) from error
