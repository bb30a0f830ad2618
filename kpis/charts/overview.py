"""Draws all indicators below each other on one scale, for slides and documents."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .bullets import BulletFigure, bars
from .numbers import figure_words
from .scale import Scale
from .svg import described, length, shape, text

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
    """An indicator and its bullet."""

    number: int
    title: str
    figure: BulletFigure


class _Places:
    """Where a share of the target lies; the target itself is 1."""

    def __init__(self, rows: Sequence[OverviewRow]) -> None:
        shares = [r.figure.longest / r.figure.target for r in rows if r.figure.target]
        # Half a target more than is needed, so that the longest bar is not the frame.
        self.most = min(max(ceil(max(shares, default=1) * 2) / 2, 1.0), MOST_SHARE)

    def x(self, share: float) -> float:
        return BARS_AT + min(share, self.most) / self.most * (BARS_END - BARS_AT)

    def scale(self, target: int) -> Scale:
        """The scale of the counts of a row with that target."""
        return Scale(target * self.most, BARS_AT, BARS_END - BARS_AT)

    @property
    def marks(self) -> list[float]:
        return [half / 2 for half in range(int(self.most * 2) + 1)]


def _grid(places: _Places, bottom: float) -> list[SafeString]:
    parts = []
    for share in places.marks:
        x = places.x(share)
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
            figure_words(row.figure.achieved, row.figure.target),
            class_="t-end t-strong",
            x=OVERVIEW_WIDTH,
            y=middle + 5,
        ),
    ]


def _bar(figure: BulletFigure, places: _Places, middle: float) -> list[SafeString]:
    """The three figures and under way as shares of the target; nothing where there is none."""
    if not figure.target:
        return []
    parts = bars(figure, places.scale(figure.target), middle, 18)
    at = places.x(1)
    parts.append(shape("line", class_="c-target", x1=at, x2=at, y1=middle - 13, y2=middle + 13))
    if figure.longest > places.most * figure.target:
        cut = f"M{length(BARS_END - 12)} {length(middle + 12)}l6-24M{length(BARS_END - 6)}"
        parts.append(shape("path", class_="i-mark", d=f"{cut} {length(middle + 12)}l6-24"))
    if figure.expected is not None:
        at = places.x(figure.expected / figure.target)
        parts.append(shape("path", class_="c-expected", d=f"M{length(at)} {middle + 9:g}l5 8h-10z"))
    return parts


def overview_bars(*, rows: Sequence[OverviewRow], title: str, words: str = "") -> SafeString:
    """A row for each indicator: number, title, a bar against its target, and the figure.

    All targets lie at the same place, so that the bars say which indicators are how far.
    """
    bottom = OVERVIEW_TOP + max(len(rows), 1) * OVERVIEW_ROW
    places = _Places(rows)
    parts = _grid(places, bottom) if rows else []
    for number, row in enumerate(rows):
        top = OVERVIEW_TOP + number * OVERVIEW_ROW
        line = {"x1": 0, "x2": OVERVIEW_WIDTH, "y1": top, "y2": top}
        parts.append(shape("line", class_="c-grid", **line))
        middle = top + OVERVIEW_ROW / 2
        parts += _words(row, middle) + _bar(row.figure, places, middle)
    if not rows:
        parts = [text(_("No indicator has been set up yet."), class_="t-muted", x=0, y=24)]
    return described("overview", title, words, parts, width=OVERVIEW_WIDTH, height=bottom)
