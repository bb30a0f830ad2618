"""What the shapes of the charts mean: each as a small drawing and a word, for pages and files."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from partners.words import Words

from .svg import shape

# What a shape looks like in a box of 20 by 14, and what it means.
LEGEND: dict[str, tuple[list[SafeString], Words]] = {
    "achieved": (
        [shape("rect", class_="c-achieved", y=2, width=20, height=10)],
        gettext_lazy("Achieved"),
    ),
    "claimed": (
        [shape("rect", class_="c-claimed", y=0, width=20, height=14)],
        gettext_lazy("Claimed"),
    ),
    "evidenced": (
        [shape("rect", class_="c-evidenced", y=3, width=20, height=8)],
        gettext_lazy("Evidenced"),
    ),
    "verified": (
        [shape("rect", class_="c-verified", y=5, width=20, height=4)],
        gettext_lazy("Verified"),
    ),
    "under-way": (
        [shape("rect", class_="c-under-way", y=2, width=20, height=10)],
        gettext_lazy("Under way"),
    ),
    "expected": (
        [shape("path", class_="c-expected", d="M10 2l6 10h-12z")],
        gettext_lazy("Expected by now"),
    ),
    "expected-line": (
        [shape("path", class_="c-expected-line", d="M0 7h20")],
        gettext_lazy("Expected"),
    ),
    "expected-mark": (
        [shape("path", class_="c-expected-line", d="M10 0v14")],
        gettext_lazy("Expected by now"),
    ),
    "forecast": (
        [shape("path", class_="c-forecast", d="M0 7h20")],
        gettext_lazy("Forecast"),
    ),
    "target": ([shape("path", class_="c-target", d="M10 0v14")], gettext_lazy("Target")),
    "target-line": ([shape("path", class_="c-target", d="M0 7h20")], gettext_lazy("Target")),
    "done": (
        [
            shape("circle", class_="i-done", cx=10, cy=7, r=7),
            shape("path", class_="i-mark", d="M6.8 7.2l2.3 2.4l4.3-4.9"),
        ],
        gettext_lazy("Done"),
    ),
    "started": (
        [
            shape("circle", class_="i-started", cx=10, cy=7, r=7),
            shape("path", class_="i-started-half", d="M10 0a7 7 0 0 0 0 14z"),
        ],
        gettext_lazy("Conversations started"),
    ),
    "open": ([shape("circle", class_="i-open", cx=10, cy=7, r=7)], gettext_lazy("Open")),
    "overdue": (
        [
            shape("path", class_="i-overdue", d="M10-1.5L18.5 7L10 15.5L1.5 7Z"),
            shape("path", class_="i-mark", d="M10 3v4.4M10 10.6v.2"),
        ],
        gettext_lazy("Overdue"),
    ),
    "heat-none": (
        [shape("rect", class_="c-heat-none", width=20, height=14)],
        gettext_lazy("–: no rows"),
    ),
    "heat-0": (
        [shape("rect", class_="c-heat-0", width=20, height=14)],
        gettext_lazy("Nothing yet"),
    ),
    "heat-1": (
        [shape("rect", class_="c-heat-1", width=20, height=14)],
        gettext_lazy("Less than half"),
    ),
    "heat-2": (
        [shape("rect", class_="c-heat-2", width=20, height=14)],
        gettext_lazy("Half or more"),
    ),
    "heat-3": (
        [shape("rect", class_="c-heat-3", width=20, height=14)],
        gettext_lazy("All of it, or more"),
    ),
}


def legend_of(keys: Iterable[str]) -> list[tuple[SafeString, Words]]:
    """The entries of a page's legend: the drawing, which screen readers need not see, the word."""
    return [
        (shape("svg", *shapes, aria_hidden="true", viewBox="0 0 20 14"), words)
        for shapes, words in (LEGEND[key] for key in keys)
    ]
