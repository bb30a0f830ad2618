"""The parts of a document, whatever its form: headings, texts, tables, charts, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from kpis.charts import Picture


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter; one without a number stays out of the count of headings."""

    kind: ClassVar = "heading"
    words: str
    level: int = 2
    is_numbered: bool = True


@dataclass(frozen=True)
class Text:
    """A paragraph; one that ``leads`` stays on the page of what it leads to."""

    kind: ClassVar = "text"
    words: str
    is_small: bool = False
    leads: bool = False


@dataclass(frozen=True)
class Labelled:
    """A paragraph of ids or the like, behind a strong label that says what they are."""

    kind: ClassVar = "labelled"
    label: str
    words: str


@dataclass(frozen=True)
class Quote:
    """What somebody said, in their own words."""

    kind: ClassVar = "quote"
    who: str
    words: str


@dataclass(frozen=True)
class Bullets:
    kind: ClassVar = "bullets"
    items: list[str]


@dataclass(frozen=True)
class Rich:
    """A cell with more than plain words: strong, in a tone, with a note or an id below.

    ``tone`` is one of ``plain``, ``ok``, ``warn`` and ``bad``; the words say the same.
    """

    words: str
    note: str = ""
    reference: str = ""
    is_strong: bool = False
    tone: str = "plain"

    @property
    def below(self) -> str:
        return self.note or self.reference


Cell = str | int | float | Rich


@dataclass(frozen=True)
class Column:
    """A column of a table; one of numbers stands at the right."""

    heading: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table; ``empty`` is said in its place where it has no row."""

    kind: ClassVar = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart as a picture; ``name`` is that of its file, without an ending."""

    kind: ClassVar = "chart"
    name: str
    caption: str
    alt: str
    drawn: Picture


@dataclass(frozen=True)
class Image:
    """A picture without a caption, at a size in millimetres; ``name`` is that of its file."""

    kind: ClassVar = "image"
    name: str
    alt: str
    width: float


Item = Heading | Text | Labelled | Quote | Bullets | Table | Chart


def as_data(item: Item | Image) -> dict[str, Any]:
    """An item for another process: its kind and all that it says, without the drawing itself."""
    if isinstance(item, Chart):
        return {"kind": item.kind, "name": item.name, "caption": item.caption, "alt": item.alt}
    return {"kind": item.kind, **asdict(item)}
