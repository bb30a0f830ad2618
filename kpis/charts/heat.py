"""Draws the partners beside the indicators as a map: a cell for each two, darker for more."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .svg import shape, svg, text

HEAD = 30
ROW = 46
TITLES = 400
TITLE_LETTERS = 48
CELL = 86
GAP = 2


@dataclass(frozen=True)
class HeatCell:
    """What a partner has achieved: the figure, its share in words, and how dark the cell is.

    ``band`` is none, 0, 1, 2 or 3.
    """

    figure: str
    share: str
    band: str


@dataclass(frozen=True)
class HeatRow:
    """An indicator with a cell for each partner, and the figure of the consortium."""

    number: int
    title: str
    cells: Sequence[HeatCell]
    total: str


def _cell(cell: HeatCell, left: float, top: float) -> list[SafeString]:
    middle = left + CELL / 2
    size = {"width": CELL - GAP, "height": ROW - GAP}
    parts = [shape("rect", class_=f"c-heat-{cell.band}", x=left + GAP / 2, y=top + GAP / 2, **size)]
    y = top + (20 if cell.share else 28)
    parts.append(text(cell.figure, class_="t-mid t-heat", x=middle, y=y))
    if cell.share:
        parts.append(text(cell.share, class_="t-mid t-small t-heat", x=middle, y=top + 37))
    return parts


def _row(row: HeatRow, top: float, width: float) -> list[SafeString]:
    lines = textwrap.wrap(row.title, TITLE_LETTERS, max_lines=2, placeholder="…")
    first = top + ROW / 2 + 5 - 8.5 * (len(lines) - 1)
    parts = [text(row.number, class_="t-end t-muted", x=26, y=first)]
    parts += [text(line, x=38, y=first + 17 * n) for n, line in enumerate(lines)]
    for number, cell in enumerate(row.cells):
        parts += _cell(cell, TITLES + number * CELL, top)
    parts.append(text(row.total, class_="t-end t-strong", x=width, y=top + ROW / 2 + 5))
    return parts


def heat_map(*, rows: Sequence[HeatRow], codes: Sequence[str], title: str) -> SafeString:
    """A table of shaded cells; every cell says its number, so that no shade has to be read."""
    consortium = _("Consortium")
    width = TITLES + len(codes) * CELL + max(110, len(consortium) * 9 + 20)
    parts = [
        text(code, class_="t-mid t-strong", x=TITLES + (n + 0.5) * CELL, y=18)
        for n, code in enumerate(codes)
    ]
    parts.append(text(consortium, class_="t-end t-strong", x=width, y=18))
    for number, row in enumerate(rows):
        parts += _row(row, HEAD + number * ROW, width)
    if not rows:
        parts = [text(_("No indicator has been set up yet."), class_="t-muted", x=0, y=24)]
    return svg("heat", title, parts, width=width, height=HEAD + max(len(rows), 1) * ROW)
