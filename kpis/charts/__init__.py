"""Draws the charts of progress as SVG: geometry from numbers here, colours by class in app.css."""

from .bullets import bullet
from .deadlines import Item, Lane, timeline
from .funded import funded
from .lines import MonthPoint, progress_lines
from .overview import OverviewRow, figure_words, overview_bars
from .partners import PartnerRow, partner_bars
from .picture import Picture, picture

__all__ = [
    "Item",
    "Lane",
    "MonthPoint",
    "OverviewRow",
    "PartnerRow",
    "Picture",
    "bullet",
    "figure_words",
    "funded",
    "overview_bars",
    "partner_bars",
    "picture",
    "progress_lines",
    "timeline",
]
