"""Writes the statement of funding below a picture of a chart that leaves the application."""

from __future__ import annotations

import textwrap
from xml.etree import ElementTree

from kpis.typesetting import readable

from .picture import MARGIN, NAMESPACE, SMALL_LETTER, Picture
from .svg import length

LINE = 20  # pixels from one line to the next
MUTED = "#52606f"
ElementTree.register_namespace("", NAMESPACE)


def funded(picture: Picture, statement: str) -> Picture:
    """The picture with a small line at its foot, or as it is where there is nothing to say."""
    if not statement:
        return picture
    root = ElementTree.fromstring(picture.svg)
    across = int((picture.width - 2 * MARGIN) / SMALL_LETTER)
    lines = textwrap.wrap(readable(statement), across)
    height = picture.height + LINE * len(lines)
    for number, line in enumerate(lines, start=1):
        y = picture.height - MARGIN + 6 + LINE * number
        look = {"font-size": "13", "fill": MUTED}
        at = {"x": length(MARGIN), "y": length(y)}
        ElementTree.SubElement(root, f"{{{NAMESPACE}}}text", {**at, **look}).text = line
    _grow(root, height)
    svg = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Picture(svg, picture.width, height, picture.alt)


def _grow(root: ElementTree.Element, height: float) -> None:
    """Make the picture and its ground as high as it is now."""
    root.set("height", length(height))
    root.set("viewBox", f"0 0 {root.get('width')} {length(height)}")
    ground = root.find(f"{{{NAMESPACE}}}rect")
    if ground is not None:
        ground.set("height", length(height))
