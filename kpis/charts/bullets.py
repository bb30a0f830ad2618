"""Draws one figure against its target: claimed, evidenced and verified as bars one in another.

Each begins at nothing, so that each can be held against the target; they differ in height as well
as in colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .numbers import shown
from .scale import Scale
from .svg import described, length, round_numbers, shape, svg, text

BULLET_WIDTH = 160
BULLET_HEIGHT = 24
BULLET_INSET = 2
LARGE_HEIGHT = 124
LARGE_MIDDLE = 48
LARGE_BAR = 42

# How much of the height of the bar each figure takes.
LAYERS = {"claimed": 1.0, "evidenced": 0.6, "verified": 0.25}


@dataclass(frozen=True)
class BulletFigure:
    """The numbers of a bullet; ``achieved`` is the one of the three that leads.

    None is not known: no data, no target, nothing expected, a past day.
    """

    achieved: int | None
    target: int | None
    claimed: int = 0
    evidenced: int = 0
    verified: int = 0
    under_way: int | None = None
    expected: float | None = None

    @property
    def longest(self) -> float:
        """How far the bars go: under way goes on from what is claimed."""
        return max(self.claimed, self.evidenced, self.verified) + (self.under_way or 0)

    @property
    def most(self) -> float:
        return max(self.target or 0, self.longest, self.expected or 0, 1)


def bars(figure: BulletFigure, scale: Scale, middle: float, height: float) -> list[SafeString]:
    """The bars of a figure and, behind them, the room up to its target."""

    def bar(css: str, start: float, end: float, share: float) -> SafeString:
        return shape(
            "rect",
            class_=css,
            x=scale.x(start),
            y=middle - height * share / 2,
            width=scale.wide(start, end),
            height=height * share,
        )

    parts = [bar("c-track", 0, figure.target, 1)] if figure.target else []
    if figure.under_way:
        parts.append(bar("c-under-way", figure.claimed, figure.claimed + figure.under_way, 1))
    counts = {name: getattr(figure, name) for name in LAYERS}
    parts += [bar(f"c-{n}", 0, counts[n], share) for n, share in LAYERS.items() if counts[n]]
    return parts


def target_mark(figure: BulletFigure, scale: Scale, top: float, end: float) -> list[SafeString]:
    """The line at the target; none for a target of nothing."""
    if not figure.target:
        return []
    x = scale.x(figure.target)
    return [shape("line", class_="c-target", x1=x, x2=x, y1=top, y2=end)]


def bullet(figure: BulletFigure, *, name: str, words: str) -> SafeString:
    """The bullet of a table cell, named in ``words`` which say its numbers."""
    scale = Scale(figure.most, BULLET_INSET, BULLET_WIDTH - 2 * BULLET_INSET)
    parts = bars(figure, scale, 9, 12) + target_mark(figure, scale, 0, 18)
    if figure.expected is not None:
        at = length(float(scale.x(figure.expected)))
        parts.append(shape("path", class_="c-expected", d=f"M{at} 16.5l4 7h-8z"))
    box = f"0 0 {BULLET_WIDTH} {BULLET_HEIGHT}"
    return svg("bullet", f"{name}. {words}", parts, viewBox=box)


def _side(count: float, most: float) -> str:
    """How a label lies beside its place, so that it does not leave the chart."""
    share = count / most
    return "t-start" if share < 0.15 else "t-end" if share > 0.85 else "t-mid"


def _axis(scale: Scale, ticks: Sequence[int], top: float, base: float) -> list[SafeString]:
    parts = []
    for tick in ticks:
        x = scale.x(tick)
        css = "c-grid" if tick else "c-axis"
        parts.append(shape("line", class_=css, x1=x, x2=x, y1=top, y2=base))
        side = "t-start" if not tick else "t-end" if tick == ticks[-1] else "t-mid"
        parts.append(text(tick, class_=f"t-small t-muted {side}", x=x, y=base + 16))
    return parts


def large_bullet(figure: BulletFigure, *, title: str, words: str) -> SafeString:
    """The bullet as a chart of its own, with an axis, and words at its marks."""
    ticks = round_numbers(figure.most)
    scale = Scale(ticks[-1])
    top, end = LARGE_MIDDLE - LARGE_BAR / 2, LARGE_MIDDLE + LARGE_BAR / 2
    parts = _axis(scale, ticks, top - 4, end + 34)
    parts += bars(figure, scale, LARGE_MIDDLE, LARGE_BAR)
    parts += target_mark(figure, scale, top - 6, end + 6)
    if figure.target:
        side = _side(figure.target, scale.most)
        label = _("Target %s") % shown(figure.target)
        place = {"x": scale.x(figure.target), "y": top - 12}
        parts.append(text(label, class_=f"t-target t-small t-halo {side}", **place))
    if figure.expected is not None:
        x, side = scale.x(figure.expected), _side(figure.expected, scale.most)
        css = "c-expected-line"
        parts.append(shape("line", class_=css, x1=x, x2=x, y1=top - 6, y2=end + 12))
        label = _("Expected by now %s") % shown(figure.expected)
        parts.append(text(label, class_=f"t-small t-halo {side}", x=x, y=end + 26))
    return described("large-bullet", title, words, parts, height=LARGE_HEIGHT)
