"""Draws the small bar of one indicator or target for a table cell."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .svg import length, shape, svg

BULLET_WIDTH = 160
BULLET_HEIGHT = 20
BULLET_INSET = 2


def _bullet_words(
    label: str, achieved: int, target: int, expected: float | None, under_way: int
) -> str:
    words = [_("%(achieved)s of %(target)s achieved") % {"achieved": achieved, "target": target}]
    if under_way:
        words.append(_("%(count)s under way") % {"count": under_way})
    if expected is not None:
        words.append(_("%(count)s expected by now") % {"count": length(expected)})
    return f"{label}: {', '.join(words)}"


def bullet(
    *,
    achieved: int,
    target: int,
    expected: float | None,
    under_way: int = 0,
    label: str,
) -> SafeString:
    """A small bar for a table cell: achieved, under way, the target, and what is expected by now.

    All are counts of the same things; `label` says in words what they count.
    """
    most = max(target, achieved + under_way, expected or 0, 1)
    scale = (BULLET_WIDTH - 2 * BULLET_INSET) / most

    def bar(css: str, start: float, count: float) -> SafeString:
        return shape(
            "rect", class_=css, x=BULLET_INSET + start * scale, y=5, width=count * scale, height=9
        )

    parts = [bar("c-track", 0, target), bar("c-achieved", 0, achieved)]
    if under_way:
        parts.append(bar("c-under-way", achieved, under_way))
    if target:
        at = BULLET_INSET + target * scale
        parts.append(shape("line", class_="c-target", x1=at, x2=at, y1=2, y2=17))
    if expected is not None:
        at = BULLET_INSET + expected * scale
        parts.append(
            shape("path", class_="c-expected", d=f"M{length(at)} 13l3.6 6.5h-7.2z"),
        )
    words = _bullet_words(label, achieved, target, expected, under_way)
    return svg("bullet", words, parts, viewBox=f"0 0 {BULLET_WIDTH} {BULLET_HEIGHT}")
