"""Draws the map of countries: the world, and Europe beside it, shaded in steps by number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .svg import hint, joined, length, shape, svg, text

OUTLINES = (
    Path(__file__).resolve().parents[2] / "static" / "vendor" / "world-atlas" / "outlines.json"
)
WORLD, EUROPE = "world", "europe"
STEPS = 4
SERIES = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
DOT = {WORLD: 6, EUROPE: 6}
PICTURE_WORLD, PICTURE_EUROPE, BETWEEN = 700, 440, 20  # widths in a file


@dataclass(frozen=True)
class Place:
    """One country with its number; ``words`` say it whole, ``url`` opens the rows behind it."""

    code: str
    words: str
    number: int
    url: str


@lru_cache(maxsize=1)
def _outlines() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return found


def is_drawn(code: str) -> bool:
    """Whether a country has a place on the map, as a shape or as a dot."""
    return any(code in frame["middles"] for frame in _outlines().values())


def step_bounds(highest: int) -> list[int]:
    """The lowest number of each shade: 1, then round ones that grow by the same factor."""
    if highest <= STEPS:
        return list(range(1, highest + 1))
    wanted = [highest ** (step / STEPS) for step in range(1, STEPS)]
    return sorted({1, *(min(SERIES, key=lambda n: max(n / w, w / n)) for w in wanted)})


def step_words(bounds: Sequence[int]) -> list[str]:
    """What each shade means: ``1``, ``2–4``, ``5–9``, ``10 or more``."""
    found = []
    for number, low in enumerate(bounds):
        if number + 1 == len(bounds):
            found.append(_("%(number)d or more") % {"number": low})
        elif bounds[number + 1] - 1 == low:
            found.append(str(low))
        else:
            span = {"first": low, "last": bounds[number + 1] - 1}
            found.append(_("%(first)d–%(last)d") % span)
    return found


def shade(number: int, bounds: Sequence[int]) -> str:
    """The class of a country's colour: the darkest step that its number reaches."""
    passed = sum(number >= low for low in bounds)
    return f"c-step-{STEPS - len(bounds) + passed}"


def world_map(frame: str, places: Sequence[Place], title: str) -> SafeString:
    """One frame as a chart that takes any width; what is reached there is a link."""
    size = _outlines()[frame]
    box = f"0 0 {size['width']} {size['height']}"
    return svg(frame, title, _frame(frame, places), role="group", viewBox=box)


def world_maps(places: Sequence[Place], title: str) -> SafeString:
    """Both frames beside each other with what the shades mean, for a file."""
    wide = {WORLD: PICTURE_WORLD, EUROPE: PICTURE_EUROPE}
    scales = {frame: wide[frame] / _outlines()[frame]["width"] for frame in wide}
    heights = {frame: scales[frame] * _outlines()[frame]["height"] for frame in wide}
    bottom = max(heights.values())
    frames, left = [], 0.0
    for frame, scale in scales.items():
        at = f"translate({length(left)} {length((bottom - heights[frame]) / 2)})"
        drawn = _frame(frame, places)
        frames.append(shape("g", *drawn, transform=f"{at} scale({scale:.4f})"))
        left += wide[frame] + BETWEEN
    legend = _legend(step_bounds(_highest(places)), bottom + 30)
    return svg("maps", title, [*frames, *legend], width=left - BETWEEN, height=bottom + 40)


def _legend(bounds: Sequence[int], y: float) -> list[SafeString]:
    parts, left = [], 0.0
    for low, words in zip(bounds, step_words(bounds), strict=True):
        css = shade(low, bounds)
        parts.append(shape("rect", class_=css, x=left, y=y - 11, width=26, height=13))
        parts.append(text(words, class_="t-small t-muted", x=left + 34, y=y))
        left += 34 + len(words) * 7 + 30
    return parts


def _highest(places: Sequence[Place]) -> int:
    return max((place.number for place in places), default=0)


def _frame(frame: str, places: Sequence[Place]) -> list[SafeString]:
    """The land, over it what is reached, and on top the numbers, so that no shape hides one."""
    outlines = _outlines()[frame]
    bounds = step_bounds(_highest(places))
    inside = {place.code: place for place in places if place.code in outlines["middles"]}
    land = "".join(path for code, path in outlines["paths"].items() if code not in inside)
    reached = [_country(frame, place, shade(place.number, bounds)) for place in inside.values()]
    edge = shape(
        "rect", class_="c-frame", x=0, y=0, width=outlines["width"], height=outlines["height"]
    )
    return [shape("path", class_="c-land", d=land), *reached, *([edge] if frame == EUROPE else [])]


def _country(frame: str, place: Place, css: str) -> SafeString:
    """A country that is reached: a link with its number in the frame that shows it largest."""
    outlines = _outlines()[frame]
    x, y = outlines["middles"][place.code]
    path = outlines["paths"].get(place.code, "")
    parts = [hint(place.words)]
    if path:
        parts.append(shape("path", class_=f"{css} c-mark", d=path))
    if place.code in outlines["small"]:
        parts.append(shape("circle", class_=f"{css} c-dot c-mark", cx=x, cy=y, r=DOT[frame]))
    if frame == WORLD and place.code in _outlines()[EUROPE]["middles"]:
        return shape("g", joined(parts))
    below = 22 if place.code in outlines["small"] else 7
    parts.append(text(place.number, class_="t-map t-mid t-strong t-halo", x=x, y=y + below))
    return shape("a", joined(parts), href=place.url)
