"""What pages and files of a project show of its funder: a statement, an emblem, a disclaimer."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from .models import Emblem, Project

EU_EMBLEM = Path(__file__).resolve().parents[1] / "static" / "img" / "emblem-eu.png"
_SIZE_IN_A_PNG = slice(16, 24)


@dataclass(frozen=True)
class Picture:
    """An emblem as a file holds it: a PNG, and what it shows in words."""

    png: bytes
    alt: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = struct.unpack(">II", self.png[_SIZE_IN_A_PNG])
        return width, height

    def within(self, width: float, height: float) -> tuple[float, float]:
        """The largest size of the same shape in a box, in the unit of the box."""
        wide, high = self.size
        scale = min(width / wide, height / high)
        return wide * scale, high * scale


@dataclass(frozen=True)
class Funder:
    """What a file shows of the funder; each part may be missing."""

    statement: str = ""
    disclaimer: str = ""
    emblem: Picture | None = None

    @property
    def words(self) -> list[str]:
        """The statement and the disclaimer, as far as there are any."""
        return [words for words in (self.statement, self.disclaimer) if words]


def funder_of(project: Project) -> Funder:
    """What the files of a project show; a picture that the disk has lost is left out."""
    return Funder(project.funder_statement, project.disclaimer, emblem_of(project))


def emblem_of(project: Project) -> Picture | None:
    """The emblem of a project as a picture, None where it has none."""
    if project.emblem == Emblem.EU:
        return Picture(EU_EMBLEM.read_bytes(), emblem_words(project))
    if project.emblem != Emblem.OWN:
        return None
    try:
        with default_storage.open(project.emblem_image) as file:
            return Picture(file.read(), emblem_words(project))
    except OSError:
        return None


def emblem_words(project: Project) -> str:
    """What the emblem shows, for those who do not see it."""
    known = _("Emblem of the European Union") if project.emblem == Emblem.EU else ""
    return project.emblem_alt or known or project.funder_statement
