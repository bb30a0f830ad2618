"""The dashboard on a wall: large, without controls, turning through its pages by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from .progress import IndicatorProgress, project_progress
from .views import Dashboard, summary_of

INDICATORS_A_PAGE = 6  # more could not be read from five metres
SECONDS_A_PAGE = 25
SECONDS_OF_ONE_PAGE = 180  # where there is no other one to turn to
WIDTH = 1000  # of a bar, in its own units
MARK = 8  # the width of the mark on it


@dataclass(frozen=True)
class Tile:
    """An indicator as it is shown: its line, and how far its bar reaches.

    ``expected`` is where the mark of the straight line stands; None while nothing is expected.
    """

    line: IndicatorProgress
    width: int
    expected: int | None


def tile_of(line: IndicatorProgress) -> Tile:
    """The bar ends at the target, or at what was achieved where that is more."""
    most = max(line.indicator.target, line.total.achieved, 1)
    expected = round(WIDTH * min(line.expected, line.indicator.target) / most)
    at = min(max(expected - MARK // 2, 0), WIDTH - MARK)
    return Tile(line, WIDTH * line.total.achieved // most, at if expected else None)


class Wall(Dashboard):
    """The indicators of a project, some at a time; each turn of the page asks for them anew.

    The page turns by a header, which needs no script; ``still`` keeps it where it is.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        progress = project_progress(self.project)
        pages = Paginator(progress.lines, INDICATORS_A_PAGE)
        page = pages.get_page(request.GET.get("page"))
        still = "still" in request.GET
        following = page.number % pages.num_pages + 1
        context: dict[str, Any] = {
            "tiles": [tile_of(line) for line in page],
            "page": page,
            "following": following,
            "still": still,
            "summary": summary_of(progress),
            "now": timezone.localtime(),
            "day": progress.as_of,
            "bar_width": WIDTH,
        }
        answer = render(request, "kpis/wall.html", context)
        if not still:
            seconds = SECONDS_A_PAGE if pages.num_pages > 1 else SECONDS_OF_ONE_PAGE
            url = reverse("wall", args=[self.project.slug])
            answer.headers["Refresh"] = f"{seconds}; url={url}?page={following}"
        return answer
