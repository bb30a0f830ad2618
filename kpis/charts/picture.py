"""Turns a chart of a page into a picture that stands alone: an SVG file, or a PNG drawn from it.

On a page, colours come from app.css and widths from the window. A picture has both in itself, a
heading that is a sentence, the meaning of its shapes, and its source.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from django.utils.safestring import SafeString

from kpis.typesetting import FAMILIES, readable, typeset

from .legend import LEGEND
from .svg import length, shape, text

STYLES = Path(__file__).resolve().parents[2] / "static" / "css" / "app.css"
TEMPLATE = Path(__file__).parent / "picture.typ"
NAMESPACE = "http://www.w3.org/2000/svg"
MARGIN = 28
HEADING_LINE, HEADING_LETTER = 26, 9.6
SMALL_LETTER = 6.5
FONTS = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Arial, sans-serif"
PIXELS_PER_INCH = 192  # two pixels of the picture for each of the chart
MOST_PIXELS = 8000  # of a side
ACROSS = ("x", "x1", "x2", "cx", "width")


@dataclass(frozen=True)
class Picture:
    """A chart as a file: the SVG, its size in pixels, and its content in words."""

    svg: bytes
    width: float
    height: float
    alt: str

    def png(self) -> bytes:
        """The same with two pixels for each one, in our own fonts; fewer where it is very large."""
        size = {"width": self.width, "height": self.height, "families": FAMILIES}
        files = {"picture.svg": self.svg, "size.json": json.dumps(size).encode()}
        largest = 96 * MOST_PIXELS / max(self.width, self.height)
        return typeset(TEMPLATE, files, "png", ppi=min(PIXELS_PER_INCH, largest))


def picture(
    chart: SafeString,
    *,
    heading: str,
    source: str,
    alt: str = "",
    legend: Sequence[str] = (),
    width: float = 0,
) -> Picture:
    """The chart on white, with a heading, a legend and its source.

    ``source`` may go on to what must be known of the figures. ``legend`` names keys of LEGEND.
    ``width`` is for charts that take any width; the others have their own.
    """
    drawn = ElementTree.fromstring(readable(chart))
    inner = float(drawn.get("width") or width)
    lines = textwrap.wrap(heading, int(inner / HEADING_LETTER)) or [""]
    below = MARGIN + HEADING_LINE * len(lines) + 10
    end = below + float(drawn.get("height") or 0)
    words = [*_heading(lines), *_legend(legend, inner, end + 30)]
    rows = _rows(legend, inner)
    bottom = end + 10 + 24 * rows + (4 if rows else -6)
    for line in textwrap.wrap(source, int(inner / SMALL_LETTER)):
        bottom += 20
        words.append(text(line, class_="t-small t-muted", x=MARGIN, y=bottom))
    around = ElementTree.fromstring(f"<g>{readable(''.join(words))}</g>")
    body = ElementTree.Element("g", {"transform": f"translate({MARGIN} {length(below)})"})
    body.extend(kept for child in drawn if (kept := _standing_alone(child, inner)) is not None)
    size = inner + 2 * MARGIN, bottom + MARGIN - 6
    return Picture(_file([*around, body], size, heading, alt), *size, alt or heading)


def _file(
    parts: Sequence[ElementTree.Element], size: tuple[float, float], heading: str, alt: str
) -> bytes:
    width, height = map(length, size)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": NAMESPACE,
            "width": width,
            "height": height,
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "font-family": FONTS,
        },
    )
    ElementTree.SubElement(root, "title").text = readable(heading)
    if alt:
        ElementTree.SubElement(root, "desc").text = readable(alt)
    style = ElementTree.SubElement(root, "style")
    ElementTree.SubElement(root, "rect", {"width": width, "height": height, "fill": "#ffffff"})
    root.extend(parts)
    style.text = _styled(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _heading(lines: Sequence[str]) -> Iterator[SafeString]:
    for number, line in enumerate(lines):
        y = MARGIN + 16 + HEADING_LINE * number
        yield text(line, class_="t-big t-strong", x=MARGIN, y=y)


def _places(legend: Sequence[str], inner: float) -> Iterator[tuple[str, float, int]]:
    """Where each entry of a legend begins, and in which row."""
    left, row = 0.0, 0
    for key in legend:
        wide = 26 + len(str(LEGEND[key][1])) * SMALL_LETTER + 24
        if left and left + wide > inner:
            left, row = 0.0, row + 1
        yield key, left, row
        left += wide


def _rows(legend: Sequence[str], inner: float) -> int:
    return max((row + 1 for _key, _left, row in _places(legend, inner)), default=0)


def _legend(legend: Sequence[str], inner: float, top: float) -> Iterator[SafeString]:
    for key, left, row in _places(legend, inner):
        shapes, words = LEGEND[key]
        x, y = MARGIN + left, top + 24 * row
        yield shape("g", *shapes, transform=f"translate({length(x)} {length(y - 11)})")
        yield text(words, class_="t-small t-muted", x=x + 28, y=y)


def _standing_alone(element: ElementTree.Element, width: float) -> ElementTree.Element | None:
    """A shape without what only a page has: links, places to point at, widths of the window."""
    if element.tag in ("title", "desc") or "c-hit" in element.get("class", ""):
        return None
    tag = "g" if element.tag == "a" else element.tag
    found = ElementTree.Element(tag, dict(_attributes(element, width)))
    found.text, found.tail = element.text, element.tail
    found.extend(kept for child in element if (kept := _standing_alone(child, width)) is not None)
    return found


def _attributes(element: ElementTree.Element, width: float) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name in ACROSS and value.endswith("%"):
            yield name, f"{float(value[:-1]) * width / 100:.2f}"
        elif name == "class":
            if known := " ".join(css for css in value.split() if f".{css}" in _rules()):
                yield name, known
        elif name != "href":
            yield name, value


def _styled(root: ElementTree.Element) -> str:
    """The rules that the shapes of a picture need."""
    used = {f".{css}" for shape_ in root.iter() for css in shape_.get("class", "").split()}
    rules = _rules()
    return "".join(f"{s}{{{rules[s]}}}" for s in rules if s == "text" or s in used)


@lru_cache(maxsize=1)
def _rules() -> dict[str, str]:
    """The rules of charts in app.css by their selector, with colours and sizes for a file."""
    css = re.sub(r"/\*.*?\*/", "", STYLES.read_text(encoding="utf-8"), flags=re.DOTALL)
    css = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)  # other screens
    tokens: dict[str, str] = {}
    found: dict[str, str] = {}
    for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if ":root" in selectors:
            for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", declarations):
                tokens.setdefault(name, light(value))
        for selector in selectors.split(","):
            if match := re.fullmatch(r"\s*(?:\.chart )?(text|\.[cit]-[\w-]+)\s*", selector):
                value = found.get(match[1], "") + _resolved(declarations, tokens)
                found[match[1]] = value
    return found


def light(value: str) -> str:
    """A token as paper and slides show it: of ``light-dark(one, other)`` the first."""
    return re.sub(r"light-dark\(([^,]+),(?:[^()]|\([^()]*\))*\)", r"\1", value)


def _resolved(declarations: str, tokens: dict[str, str]) -> str:
    value = re.sub(r"var\((--[\w-]+)\)", lambda m: tokens[m[1]], declarations)
    value = re.sub(r"([\d.]+)rem", lambda m: f"{float(m[1]) * 16:g}px", value)
    # Weights between the hundreds are for fonts that vary; a file may meet others.
    value = re.sub(r"(font-weight: \d)\d\d", r"\g<1>00", value)
    return " ".join(value.split())
