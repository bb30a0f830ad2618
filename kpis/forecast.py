"""Carries the pace of the last twelve months on to the last month of an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PACE_MONTHS = 12


@dataclass(frozen=True)
class Forecast:
    """``monthly`` is what was achieved in a month, on average of the last ``over`` months.

    ``coming`` is the figure by the end of each month that is left, the last one at the end.
    """

    monthly: float
    over: int
    coming: list[float]

    @property
    def last(self) -> float:
        return self.coming[-1]


def forecast_of(achieved: Sequence[int], months_left: int) -> Forecast | None:
    """The forecast from the figures by the end of each month up to the one that runs.

    The month that runs is the last of the twelve; a younger project has fewer. None where no month
    is left, or where nothing was achieved in them: then there is nothing to carry on.
    """
    over = min(PACE_MONTHS, len(achieved))
    if months_left < 1 or not over:
        return None
    before = achieved[-over - 1] if len(achieved) > over else 0
    gained = achieved[-1] - before
    if not gained:
        return None
    monthly = gained / over
    coming = [achieved[-1] + monthly * n for n in range(1, months_left + 1)]
    return Forecast(monthly, over, coming)
