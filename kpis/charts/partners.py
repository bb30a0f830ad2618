"""Draws a bar for each partner of an indicator, on one common scale."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .numbers import figure_words
from .svg import hint, percent, shape, svg, text

PARTNER_HEIGHT = 46
NAME_LETTERS = 42


@dataclass(frozen=True)
class PartnerRow:
    """One partner's share of an indicator; None is no data, or no target."""

    code: str
    name: str
    achieved: int | None
    target: int | None
    url: str


def _partner_bar(row: PartnerRow, top: float, most: int) -> SafeString:
    """The link of one partner: its name and figure, and below them the bar and the target."""
    words = figure_words(row.achieved, row.target)
    name = textwrap.shorten(row.name, NAME_LETTERS, placeholder="…")
    y = top + 24
    target, achieved = row.target or 0, row.achieved or 0
    parts = [
        hint(f"{row.code}, {row.name}: {words}"),
        shape("rect", class_="c-hit", x="0%", y=top, width="100%", height=PARTNER_HEIGHT),
        shape("rect", class_="c-track", x="0%", y=y, width=percent(target / most), height=10),
        shape(
            "rect",
            class_="c-achieved",
            x="0%",
            y=y,
            width=percent(achieved / most),
            height=10,
        ),
        shape(
            "text",
            shape("tspan", format_html("{}", row.code), class_="t-strong"),
            shape("tspan", format_html("{}", name), class_="t-muted t-name", dx=8),
            x="0%",
            y=top + 16,
        ),
        text(words, class_="t-end t-strong t-halo", x="100%", y=top + 16),
    ]
    if row.target:
        at = percent(target / most)
        parts.append(shape("line", class_="c-target", x1=at, x2=at, y1=y - 3, y2=y + 13))
    return shape("a", *parts, href=row.url)


def partner_bars(*, rows: Sequence[PartnerRow], title: str = "") -> SafeString:
    """A bar for each partner on one common scale, with a tick at the partner's own target."""
    most = max((max(row.achieved or 0, row.target or 0) for row in rows), default=0) or 1
    parts = [_partner_bar(row, n * PARTNER_HEIGHT, most) for n, row in enumerate(rows)]
    height = max(len(rows), 1) * PARTNER_HEIGHT
    if not rows:
        parts = [text(_("No partners to show yet"), class_="t-muted", x=0, y=24)]
    return svg("partners", title or _("Achieved by partner"), parts, role="group", height=height)
