"""Draws the charts of progress as SVG: geometry from numbers here, colours by class in app.css."""

from .bullets import BulletFigure, bullet, large_bullet
from .chart import Chart
from .deadlines import Item, Lane, timeline
from .heat import HeatCell, HeatRow, heat_map
from .lines import MonthPoint, progress_lines
from .numbers import Numbers, Value, figure_words, shown
from .overview import OverviewRow, overview_bars
from .partners import PartnerRow, partner_bars
from .picture import Picture, picture

__all__ = [
    "BulletFigure",
    "Chart",
    "HeatCell",
    "HeatRow",
    "Item",
    "Lane",
    "MonthPoint",
    "Numbers",
    "OverviewRow",
    "PartnerRow",
    "Picture",
    "Value",
    "bullet",
    "figure_words",
    "heat_map",
    "large_bullet",
    "overview_bars",
    "partner_bars",
    "picture",
    "progress_lines",
    "shown",
    "timeline",
]
