"""Draws all indicators below each other on one scale, for slides and documents."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .svg import length, shape, svg, text

OVERVIEW_WIDTH = 920
OVERVIEW_TOP = 26
OVERVIEW_ROW = 42
TITLE_AT = 38
TITLE_LETTERS = 54
BARS_AT = 416
BARS_END = 812
MOST_SHARE = 2.0  # a bar that is longer is cut off, and shows it


@dataclass(frozen=True)
class OverviewRow:
    """An indicator; None is not known: no data, no target, nothing expected."""

    number: int
    title: str
    achieved: int | None
    target: int | None
    under_way: int = 0
    expected: float | None = None


class _Scale:
    """Where a share of the target lies; the target itself is 1."""

    def __init__(self, rows: Sequence[OverviewRow]) -> None:
        shares = [((r.achieved or 0) + r.under_way) / r.target for r in rows if r.target]
        # Half a target more than is needed, so that the longest bar is not the frame.
        self.most = min(max(ceil(max(shares, default=1) * 2) / 2, 1.0), MOST_SHARE)

    def x(self, share: float) -> float:
        return BARS_AT + min(share, self.most) / self.most * (BARS_END - BARS_AT)

    @property
    def marks(self) -> list[float]:
        return [half / 2 for half in range(int(self.most * 2) + 1)]


def figure_words(achieved: int | None, target: int | None) -> str:
    """A figure beside its target: ``7 of 6``; a dash where there is no data."""
    shown = "–" if achieved is None else str(achieved)
    if target is None:
        return shown
    return _("%(achieved)s of %(target)s") % {"achieved": shown, "target": target}


def _grid(scale: _Scale, bottom: float) -> list[SafeString]:
    parts = []
    for share in scale.marks:
        x = scale.x(share)
        css = "c-axis" if share in (0, 1) else "c-grid"
        parts.append(shape("line", class_=css, x1=x, x2=x, y1=OVERVIEW_TOP - 6, y2=bottom))
        words = _("Target") if share == 1 else f"{share:.0%}"
        look = "t-mid t-small t-strong" if share == 1 else "t-mid t-small t-muted"
        parts.append(text(words, class_=look, x=x, y=OVERVIEW_TOP - 12))
    return parts


def _words(row: OverviewRow, middle: float) -> list[SafeString]:
    lines = textwrap.wrap(row.title, TITLE_LETTERS, max_lines=2, placeholder="…")
    first = middle + 5 - 8.5 * (len(lines) - 1)
    return [
        text(row.number, class_="t-end t-muted", x=TITLE_AT - 12, y=first),
        *(text(line, x=TITLE_AT, y=first + 17 * n) for n, line in enumerate(lines)),
        text(
            figure_words(row.achieved, row.target),
            class_="t-end t-strong",
            x=OVERVIEW_WIDTH,
            y=middle + 5,
        ),
    ]


def _bar(row: OverviewRow, scale: _Scale, middle: float) -> list[SafeString]:
    """Achieved and under way as shares of the target; nothing where there is no target."""
    if not row.target:
        return []
    achieved = (row.achieved or 0) / row.target
    both = achieved + row.under_way / row.target

    def piece(css: str, start: float, end: float) -> SafeString:
        left, right = scale.x(start), scale.x(end)
        return shape("rect", class_=css, x=left, y=middle - 8, width=right - left, height=16)

    parts = [piece("c-track", 0, 1), piece("c-achieved", 0, achieved)]
    if row.under_way:
        parts.append(piece("c-under-way", achieved, both))
    at = scale.x(1)
    parts.append(shape("line", class_="c-target", x1=at, x2=at, y1=middle - 12, y2=middle + 12))
    if both > scale.most:
        cut = f"M{length(BARS_END - 12)} {length(middle + 11)}l6-22M{length(BARS_END - 6)}"
        parts.append(shape("path", class_="i-mark", d=f"{cut} {length(middle + 11)}l6-22"))
    if row.expected is not None:
        at = scale.x(row.expected / row.target)
        parts.append(shape("path", class_="c-expected", d=f"M{length(at)} {middle + 8:g}l5 8h-10z"))
    return parts


def overview_bars(*, rows: Sequence[OverviewRow], title: str) -> SafeString:
    """A row for each indicator: number, title, a bar against its target, and the figure.

    All targets lie at the same place, so that the bars say which indicators are how far.
    """
    bottom = OVERVIEW_TOP + max(len(rows), 1) * OVERVIEW_ROW
    scale = _Scale(rows)
    parts = _grid(scale, bottom) if rows else []
    for number, row in enumerate(rows):
        top = OVERVIEW_TOP + number * OVERVIEW_ROW
        line = {"x1": 0, "x2": OVERVIEW_WIDTH, "y1": top, "y2": top}
        parts.append(shape("line", class_="c-grid", **line))
        parts += _words(row, top + OVERVIEW_ROW / 2) + _bar(row, scale, top + OVERVIEW_ROW / 2)
    if not rows:
        parts = [text(_("No indicator has been set up yet."), class_="t-muted", x=0, y=24)]
    return svg("overview", title, parts, width=OVERVIEW_WIDTH, height=bottom)
