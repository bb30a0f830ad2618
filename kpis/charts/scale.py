"""Where a count lies across a chart: in pixels, or in percent of a width that is not known yet."""

from __future__ import annotations

from dataclasses import dataclass

from .svg import percent


@dataclass(frozen=True)
class Scale:
    """Counts from nothing to ``most``; a greater one lies where ``most`` does.

    A width of None is that of the window: places are percents then.
    """

    most: float
    left: float = 0
    width: float | None = None

    def x(self, count: float) -> float | str:
        share = min(count, self.most) / self.most
        return percent(share) if self.width is None else self.left + share * self.width

    def wide(self, start: float, end: float) -> float | str:
        """The width from one count to another; nothing where the second is not greater."""
        share = max(min(end, self.most) - min(start, self.most), 0) / self.most
        return percent(share) if self.width is None else share * self.width
