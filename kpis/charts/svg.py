"""What all charts are made of: shapes, lengths, round numbers, places in time.

Lengths are CSS pixels unless a name says percent. The wide charts measure across in percent of the
space they are given and down in pixels, so that their words keep their size on every screen.
"""

import zlib
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def length(value: float) -> str:
    """A length with one decimal at most, always with a point."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share of one as a percentage."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # every part was made by format_html


def _attributes(values: dict[str, float | str]) -> SafeString:
    """Attributes with dashes for underscores; numbers become lengths."""
    return joined(
        format_html(
            ' {}="{}"',
            name.rstrip("_").replace("_", "-"),
            value if isinstance(value, str) else length(value),
        )
        for name, value in values.items()
    )


def shape(tag: str, *children: SafeString, **attributes: float | str) -> SafeString:
    return format_html("<{0}{1}>{2}</{0}>", tag, _attributes(attributes), joined(children))


def text(words: object, **attributes: float | str) -> SafeString:
    return shape("text", format_html("{}", words), **attributes)


def hint(words: str) -> SafeString:
    """The words that a pointer resting on a shape brings up."""
    return shape("title", format_html("{}", words))


Role = Literal["img", "group"]


def svg(
    kind: str,
    title: str,
    parts: Sequence[SafeString],
    role: Role = "img",
    **attributes: float | str,
) -> SafeString:
    """A chart with its name for screen readers; one that holds links is a group, not an image."""
    return _svg(kind, title, "", parts, role, attributes)


def described(
    kind: str, title: str, words: str, parts: Sequence[SafeString], **attributes: float | str
) -> SafeString:
    """A chart with its name and, in ``words``, what is drawn, for who cannot see it."""
    return _svg(kind, title, words, parts, "img", attributes)


def _svg(
    kind: str,
    title: str,
    words: str,
    parts: Sequence[SafeString],
    role: Role,
    attributes: dict[str, float | str],
) -> SafeString:
    content = joined(parts)
    key = f"chart-{zlib.crc32(f'{kind}{title}{words}{content}'.encode()):08x}"
    told = [shape("title", format_html("{}", title), id=key)]
    if words:
        told.append(shape("desc", format_html("{}", words), id=f"{key}-words"))
        attributes = {"aria_describedby": f"{key}-words", **attributes}
    return shape(
        "svg",
        *told,
        content,
        class_=f"chart chart-{kind}",
        role=role,
        aria_labelledby=key,
        **attributes,
    )


def round_numbers(highest: float, about: int = 4) -> list[int]:
    """Round whole numbers from 0 to at least `highest`, about as many as asked for."""
    step = 1
    while step * about < highest:
        # 1, 2, 5, 10, 20, 50 ...
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    last = -(-max(highest, 1) // step)
    return [step * number for number in range(int(last) + 1)]


def month_index(month: date, first: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month


def months_until(day: date, first: date) -> float:
    """How many months lie between the start of the first month and a day, parts included."""
    return month_index(day, first) + (day.day - 0.5) / monthrange(day.year, day.month)[1]
