"""Draws the timeline: deadlines by month and lane, each a link with its status."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partners.months import month_in_words

from .svg import hint, length, month_index, months_until, shape, svg, text

LANE_NAMES_WIDTH = 132
TIMELINE_WIDTH = 1180
MONTH_MIN_WIDTH = 40
HEADER_HEIGHT = 62
ROW_HEIGHT = 26
LANE_PADDING = 8
LETTER_WIDTH = 6.4
LABEL_LETTERS = 72

ItemStatus = Literal["open", "started", "done"]


@dataclass(frozen=True)
class Item:
    """One deadline: the first day of its month, and where a click on it leads."""

    month: date
    label: str
    status: ItemStatus
    overdue: bool
    url: str


@dataclass(frozen=True)
class Lane:
    """One row of the timeline with its deadlines."""

    name: str
    items: Sequence[Item]


@dataclass(frozen=True)
class _Placed:
    """An item with its place: the middle of its shape, its label's edge, its row in the lane."""

    item: Item
    x: float
    start: float
    end: float
    row: int

    @property
    def label_left(self) -> bool:
        return self.x - self.start > self.end - self.x


def _place(items: Sequence[Item], first: date, column: float, width: float) -> list[_Placed]:
    """Gives each item the first row of its lane where neither shape nor label meets another."""
    ends: list[float] = []
    placed = []
    for item in sorted(items, key=lambda item: item.month):
        x = LANE_NAMES_WIDTH + (month_index(item.month, first) + 0.5) * column
        label = 22 + min(len(item.label), LABEL_LETTERS) * LETTER_WIDTH
        fits = x + label <= width
        start, end = (x - 12, x + label) if fits else (x - label, x + 12)
        row = next((row for row, taken in enumerate(ends) if taken <= start), len(ends))
        ends[row : row + 1] = [end]
        placed.append(_Placed(item, x, start, end, row))
    return placed


def _item_shape(item: Item, x: float, y: float) -> SafeString:
    """Overdue: a diamond with a stroke in it; done: a ticked disc; started: half; open: a ring."""
    at = f"translate({length(x)} {length(y)})"
    ring = {"cx": 0, "cy": 0, "r": 7}
    if item.status == "done":
        inside = [
            shape("circle", class_="i-done", **ring),
            shape("path", class_="i-mark", d="M-3.2 .2l2.3 2.4l4.3-4.9"),
        ]
    elif item.overdue:
        inside = [
            shape("path", class_="i-overdue", d="M0-8.5L8.5 0L0 8.5L-8.5 0Z"),
            shape("path", class_="i-mark", d="M0-4v4.4M0 3.6v.2"),
        ]
    elif item.status == "started":
        inside = [
            shape("circle", class_="i-started", **ring),
            shape("path", class_="i-started-half", d="M0-7a7 7 0 0 0 0 14z"),
        ]
    else:
        inside = [shape("circle", class_="i-open", **ring)]
    return shape("g", *inside, transform=at)


def _item_words(item: Item) -> str:
    words = {"open": _("open"), "started": _("started"), "done": _("done")}
    late = ", " + _("overdue") if item.overdue and item.status != "done" else ""
    month = month_in_words(item.month)
    return f"{item.label} ({month}, {words[item.status]}{late})"


def _item(placed: _Placed, top: float) -> SafeString:
    """The link of an item: its shape and its label, to the right or, at the edge, to the left."""
    y = top + LANE_PADDING + (placed.row + 0.5) * ROW_HEIGHT
    side = -14 if placed.label_left else 14
    return shape(
        "a",
        hint(_item_words(placed.item)),
        _item_shape(placed.item, placed.x, y),
        text(
            textwrap.shorten(placed.item.label, LABEL_LETTERS, placeholder="…"),
            class_="t-small t-halo t-end" if placed.label_left else "t-small t-halo",
            x=placed.x + side,
            y=y + 4.5,
        ),
        href=placed.item.url,
    )


def _lane_height(names: Sequence[str], placed: Sequence[_Placed]) -> float:
    rows = max((one.row + 1 for one in placed), default=1)
    return max(rows * ROW_HEIGHT, len(names) * 18) + 2 * LANE_PADDING


def _lanes(
    lanes: Sequence[Lane], first: date, column: float, width: float
) -> tuple[list[SafeString], float]:
    """All lanes below the header, and where the last one ends."""
    grounds, items = [], []
    top: float = HEADER_HEIGHT
    for lane in lanes:
        names = textwrap.wrap(lane.name, 17) or [""]
        placed = _place(lane.items, first, column, width)
        height = _lane_height(names, placed)
        grounds.append(shape("line", class_="c-grid", x1=0, x2=width, y1=top, y2=top))
        for line, name in enumerate(names):
            items.append(text(name, class_="t-strong", x=10, y=top + LANE_PADDING + 17 + line * 18))
        items += [_item(one, top) for one in placed]
        top += height
    return grounds + items, top


def _month_columns(
    months: Sequence[date], first_number: int, column: float, bottom: float
) -> list[SafeString]:
    """The header (year, M-number, month) and a line before each month."""
    parts = []
    for number, month in enumerate(months):
        left = LANE_NAMES_WIDTH + number * column
        new_year = number == 0 or month.month == 1
        css, above = ("c-axis", 6) if new_year else ("c-grid", HEADER_HEIGHT - 38)
        parts.append(shape("line", class_=css, x1=left, x2=left, y1=above, y2=bottom))
        if new_year:
            parts.append(text(month.year, class_="t-strong t-small", x=left + 6, y=17))
        middle = left + column / 2
        label = f"M{first_number + number}"
        parts.append(text(label, class_="t-mid t-small t-strong", x=middle, y=37))
        calendar = date_format(month, "M")
        parts.append(text(calendar, class_="t-mid t-small t-muted", x=middle, y=53))
    return parts


def _today(
    today: date, months: Sequence[date], first_number: int, column: float, bottom: float
) -> list[SafeString]:
    """A line at today; where it lies outside the months, a word at the edge nearer to it."""
    now = months_until(today, months[0])
    inside = 0 <= now <= len(months)
    x = LANE_NAMES_WIDTH + min(max(now, 0), len(months)) * column
    line = shape("line", class_="c-today", x1=x, x2=x, y1=HEADER_HEIGHT - 4, y2=bottom)
    number = f"M{first_number + month_index(today, months[0])}"
    if inside:
        words, css = _("Today"), "t-today t-small t-mid"
    elif now < 0:
        words, css = _("◂ today, %(month)s") % {"month": number}, "t-today t-small"
    else:
        words, css = _("today, %(month)s ▸") % {"month": number}, "t-today t-small t-end"
    return [line, text(words, class_=css, x=x, y=bottom + 16)]


def timeline(
    *,
    lanes: Sequence[Lane],
    months: Sequence[date],
    first_number: int,
    today: date | None,
    title: str,
) -> SafeString:
    """Deadlines by month (columns) and lane (rows), each a link with shape and colour by status.

    `months` are the first days of months without a gap, the first of them being project month
    `first_number`; items are expected to lie inside them.
    """
    if not months:
        nothing = text(_("No months to show yet"), class_="t-muted", x=0, y=24)
        return svg("timeline", title, [nothing], height=40)
    column = max((TIMELINE_WIDTH - LANE_NAMES_WIDTH) / len(months), MONTH_MIN_WIDTH)
    width = LANE_NAMES_WIDTH + column * len(months)
    rows, bottom = _lanes(lanes, months[0], column, width)
    grounds, items = rows[: len(lanes)], rows[len(lanes) :]
    parts = grounds + _month_columns(months, first_number, column, bottom)
    if today:
        parts += _today(today, months, first_number, column, bottom)
    size = {"width": width, "height": bottom + 22}
    box = f"0 0 {length(width)} {length(bottom + 22)}"
    return svg("timeline", title, parts + items, role="group", viewBox=box, **size)
