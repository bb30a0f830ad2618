"""Draws the charts of progress as SVG: geometry from numbers here, colours by class in app.css."""

from .bullets import BulletFigure, bullet, large_bullet
from .chart import Chart
from .deadlines import Item, Lane, timeline
from .funded import funded
from .heat import HeatCell, HeatRow, heat_map
from .lines import MonthPoint, progress_lines
from .network import Node, Tie, most_connected, network
from .numbers import Numbers, Value, figure_words, shown
from .overview import OverviewRow, overview_bars
from .partners import PartnerRow, partner_bars
from .picture import Picture, picture
from .world import (
    EUROPE,
    WORLD,
    Place,
    is_drawn,
    shade,
    step_bounds,
    step_words,
    world_map,
    world_maps,
)

__all__ = [
    "EUROPE",
    "WORLD",
    "BulletFigure",
    "Chart",
    "HeatCell",
    "HeatRow",
    "Item",
    "Lane",
    "MonthPoint",
    "Node",
    "Numbers",
    "OverviewRow",
    "PartnerRow",
    "Picture",
    "Place",
    "Tie",
    "Value",
    "bullet",
    "figure_words",
    "funded",
    "heat_map",
    "is_drawn",
    "large_bullet",
    "most_connected",
    "network",
    "overview_bars",
    "partner_bars",
    "picture",
    "progress_lines",
    "shade",
    "shown",
    "step_bounds",
    "step_words",
    "timeline",
    "world_map",
    "world_maps",
]
