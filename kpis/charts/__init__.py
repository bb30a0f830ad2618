"""Draws the charts of progress as SVG: geometry from numbers here, colours by class in app.css."""

from .bullets import bullet
from .deadlines import Item, Lane, timeline
from .lines import MonthPoint, progress_lines
from .partners import PartnerRow, partner_bars

__all__ = [
    "Item",
    "Lane",
    "MonthPoint",
    "PartnerRow",
    "bullet",
    "partner_bars",
    "progress_lines",
    "timeline",
]
