"""Draws what was achieved over the months, against what was expected and the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.months import month_in_words

from .numbers import shown
from .svg import described, hint, months_until, percent, round_numbers, shape, svg, text

LINES_HEIGHT = 300
LINES_TOP = 34
LINES_BOTTOM = 44
LABELS_WIDE = 10
LABELS_NARROW = 4
SEVERAL = 2  # a number for the plural of what is no whole number


@dataclass(frozen=True)
class MonthPoint:
    """What was achieved by the end of a month (its first day), and what was expected by then.

    What was achieved is None for a month that has not begun; ``forecast`` is what it may then be.
    """

    month: date
    label: str
    achieved: int | None
    expected: float | None
    forecast: float | None = None

    @property
    def highest(self) -> float:
        return max(self.achieved or 0, self.expected or 0, self.forecast or 0)


class _Plot:
    """Where months and counts lie: across in percent of the width, down in pixels."""

    def __init__(self, months: int, highest: int) -> None:
        self.months = months
        self.highest = highest
        self.base = LINES_HEIGHT - LINES_BOTTOM

    def x(self, months: float) -> str:
        """The place of so many months after the start."""
        return percent(months / self.months)

    def y(self, count: float) -> float:
        """The height at which a count lies."""
        return self.base - count / self.highest * (self.base - LINES_TOP)


def _grid(plot: _Plot, ticks: Sequence[int], target: int) -> list[SafeString]:
    """Lines across at round counts; a number that would run into the target's is left out."""
    parts = []
    for tick in ticks:
        y = plot.y(tick)
        css = "c-grid" if tick else "c-axis"
        parts.append(shape("line", class_=css, x1="0%", x2="100%", y1=y, y2=y))
        if tick and abs(y - plot.y(target)) > 18:
            parts.append(text(tick, class_="t-muted t-small t-halo", x=0, y=y - 4))
    return parts


def _label_steps(months: int) -> tuple[int, int]:
    """Every how many months a label fits on a wide and on a narrow screen."""
    steps = (1, 2, 3, 4, 6, 12, 24, 48)
    wide = next((step for step in steps if months / step <= LABELS_WIDE), 96)
    narrow = next(
        (step for step in steps if months / step <= LABELS_NARROW and step % wide == 0), 96
    )
    return wide, narrow


def _month_labels(plot: _Plot, months: Sequence[MonthPoint]) -> list[SafeString]:
    wide, narrow = _label_steps(plot.months)
    parts = []
    for number, point in enumerate(months):
        if number % wide:
            continue
        css = "t-mid" if number % narrow == 0 else "t-mid t-wide"
        # On a narrow screen, labels near the edges must not run over them.
        css += " t-first" if number == 0 else ""
        css += " t-last" if number > plot.months * 0.9 else ""
        x = plot.x(number + 0.5)
        calendar = date_format(point.month, "M Y")
        parts.append(text(point.label, class_=f"{css} t-small", x=x, y=plot.base + 18))
        parts.append(text(calendar, class_=f"{css} t-small t-muted", x=x, y=plot.base + 35))
    return parts


def _area(plot: _Plot, months: Sequence[MonthPoint], end: float) -> list[SafeString]:
    """The area under what was achieved, a column each month, until `end` months after the start."""
    parts = []
    for number, point in enumerate(months):
        y = plot.y(point.achieved or 0)
        width = plot.x(min(number + 1, end) - number)
        size = {"y": y, "height": plot.base - y}
        parts.append(shape("rect", class_="c-area", x=plot.x(number), width=width, **size))
    return parts


def _edge(plot: _Plot, months: Sequence[MonthPoint], end: float) -> list[SafeString]:
    """The stepped line above the area: level while the count stays, upright where it changes."""
    changes = [
        (n, p.achieved or 0)
        for n, p in enumerate(months)
        if not n or p.achieved != months[n - 1].achieved
    ]
    parts: list[SafeString] = []
    before: float = plot.base
    for (start, count), (until, _next) in pairwise([*changes, (end, 0)]):
        left, right, y = plot.x(start), plot.x(until), plot.y(count)
        if y != before:
            parts.append(shape("line", class_="c-line", x1=left, x2=left, y1=before, y2=y))
        parts.append(shape("line", class_="c-line", x1=left, x2=right, y1=y, y2=y))
        before = y
    return parts


def _expected(plot: _Plot, months: Sequence[MonthPoint]) -> list[SafeString]:
    """The line through what was expected by the end of each month."""
    known = [
        (n + 1, point.expected) for n, point in enumerate(months) if point.expected is not None
    ]
    return [
        shape(
            "line",
            class_="c-expected-line",
            x1=plot.x(start),
            x2=plot.x(end),
            y1=plot.y(low),
            y2=plot.y(high),
        )
        for (start, low), (end, high) in pairwise(known)
    ]


def _month_words(point: MonthPoint, is_past: bool) -> str:
    """A month's figures; what was achieved only where the month has begun."""
    words = []
    if is_past:
        counted = ngettext("%(count)s achieved", "%(count)s achieved", _some(point.achieved))
        words.append(counted % {"count": shown(point.achieved)})
    if point.forecast is not None:
        counted = ngettext("%(count)s forecast", "%(count)s forecast", _some(point.forecast))
        words.append(counted % {"count": shown(point.forecast)})
    if point.expected is not None:
        counted = ngettext("%(count)s expected", "%(count)s expected", _some(point.expected))
        words.append(counted % {"count": shown(point.expected)})
    month = month_in_words(point.month)
    return f"{point.label}, {month}: {', '.join(words) or '–'}"


def _some(count: float | None) -> int:
    """The number that chooses the plural; no whole one has the form of several."""
    whole = round(count or 0, 1)
    return int(whole) if whole == int(whole) else SEVERAL


def _month_hints(plot: _Plot, months: Sequence[MonthPoint], past: int) -> list[SafeString]:
    """Invisible columns that say a month's figures under a resting pointer."""
    column = {"class": "c-hit", "width": plot.x(1)}
    size = {"y": LINES_TOP, "height": plot.base - LINES_TOP}
    return [
        shape("rect", hint(_month_words(p, n < past)), x=plot.x(n), **column, **size)
        for n, p in enumerate(months)
    ]


def _end_point(plot: _Plot, reached: MonthPoint, end: float) -> list[SafeString]:
    """The dot and the figure at the end of the achieved line."""
    x, y = plot.x(end), plot.y(reached.achieved or 0)
    side, aside = ("t-end", -8) if end > plot.months / 10 else ("t-start", 8)
    css = f"t-strong t-halo t-big {side}"
    return [
        shape("circle", class_="c-point", cx=x, cy=y, r=4),
        text(shown(reached.achieved), class_=css, x=x, dx=aside, y=y - 8),
    ]


def _target_line(plot: _Plot, target: int) -> list[SafeString]:
    """The target across all months with its figure; none for a target of nothing."""
    if not target:
        return []
    y = plot.y(target)
    return [
        shape("line", class_="c-target", x1="0%", x2="100%", y1=y, y2=y),
        text(_("Target %s") % target, class_="t-target t-small t-halo", x=0, y=y - 6),
    ]


def _forecast_line(plot: _Plot, months: Sequence[MonthPoint], end: float) -> list[SafeString]:
    """The dashed line from what is achieved to the last month, with the figure it comes to."""
    past = [point for point in months if point.achieved is not None]
    last = months[-1].forecast
    if last is None or not past:
        return []
    y, reached = plot.y(last), plot.y(past[-1].achieved or 0)
    label = _("Forecast %s") % shown(last)
    return [
        shape("line", class_="c-forecast", x1=plot.x(end), x2="100%", y1=reached, y2=y),
        shape("circle", class_="c-forecast-point", cx="100%", cy=y, r=4),
        text(label, class_="t-small t-strong t-halo t-end", x="100%", dx=-8, y=y - 8),
    ]


def _today_line(plot: _Plot, at: float, label: str) -> list[SafeString]:
    x = plot.x(at)
    side = "t-end" if at > plot.months * 0.9 else "t-start" if at < plot.months * 0.1 else "t-mid"
    return [
        shape("line", class_="c-today", x1=x, x2=x, y1=20, y2=plot.base),
        text(label, class_=f"t-today t-small {side}", x=x, y=14),
    ]


def progress_lines(
    *,
    months: Sequence[MonthPoint],
    target: int,
    title: str,
    today: date | None,
    label: str = "",
    words: str = "",
) -> SafeString:
    """What was achieved by each month, stepped, against what was expected and the target.

    `months` follow each other without a gap. With `today` inside them, nothing is drawn as
    achieved after it, and its line is named by `label`, which another day than today has.
    """
    if not months:
        nothing = text(_("No months to show yet"), class_="t-muted", x=0, y=24)
        return svg("lines", title, [nothing], height=40)
    ticks = round_numbers(max(target, *(point.highest for point in months)))
    plot = _Plot(len(months), ticks[-1])
    now = months_until(today, months[0].month) if today else float(plot.months)
    end = min(now, plot.months)
    past = months[: max(ceil(end), 0)]
    parts = [
        *_grid(plot, ticks, target),
        *_area(plot, past, end),
        *_edge(plot, past, end),
        *_expected(plot, months),
        *_target_line(plot, target),
        *_month_labels(plot, months),
        *_forecast_line(plot, months, end),
    ]
    if today and 0 <= now <= plot.months:
        parts += _today_line(plot, now, label or _("Today"))
    if past:
        parts += _end_point(plot, past[-1], end)
    parts += _month_hints(plot, months, len(past))
    return described("lines", title, words, parts, height=LINES_HEIGHT)
