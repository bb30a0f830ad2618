"""Draws the charts of progress as SVG: geometry from numbers here, colours by class in app.css."""

from .bullets import bullet
from .deadlines import Item, Lane, timeline
from .lines import MonthPoint, progress_lines
from .network import Node, Tie, most_connected, network
from .overview import OverviewRow, figure_words, overview_bars
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
    "Item",
    "Lane",
    "MonthPoint",
    "Node",
    "OverviewRow",
    "PartnerRow",
    "Picture",
    "Place",
    "Tie",
    "bullet",
    "figure_words",
    "is_drawn",
    "most_connected",
    "network",
    "overview_bars",
    "partner_bars",
    "picture",
    "progress_lines",
    "shade",
    "step_bounds",
    "step_words",
    "timeline",
    "world_map",
    "world_maps",
]
