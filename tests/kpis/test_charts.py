"""The charts draw the numbers that they are given, in proportion, and nothing that is hostile."""

import re
from datetime import date
from typing import Any, Literal
from xml.etree import ElementTree

import pytest

from kpis.charts import (
    BulletFigure,
    Item,
    Lane,
    MonthPoint,
    PartnerRow,
    bullet,
    large_bullet,
    partner_bars,
    progress_lines,
    timeline,
)

HOSTILE = '<b onclick="x()">&'


def drawn(svg: str, css: str) -> list[ElementTree.Element]:
    """The shapes of a class; reading them also proves that the SVG is well formed."""
    root = ElementTree.fromstring(svg)
    return [shape for shape in root.iter() if css in shape.get("class", "").split()]


def width(svg: str, css: str) -> float:
    (shape,) = drawn(svg, css)
    return float(shape.get("width", "").rstrip("%"))


def words(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("text")]


def months(*achieved: int, target: int = 12) -> list[MonthPoint]:
    share = target / len(achieved)
    return [
        MonthPoint(date(2021, number, 1), f"M{number}", count, number * share)
        for number, count in enumerate(achieved, start=1)
    ]


# bullet


def figure(claimed: int = 0, target: int | None = 12, **more: Any) -> BulletFigure:
    return BulletFigure(claimed, target, claimed, **more)


def small(drawn: BulletFigure, name: str = "Agreements", words: str = "") -> str:
    return bullet(drawn, name=name, words=words)


def test_a_bullet_is_as_long_as_its_share_of_the_target() -> None:
    svg = small(figure(9, evidenced=6, verified=3))
    track = width(svg, "c-track")
    assert width(svg, "c-claimed") == pytest.approx(track * 3 / 4)
    assert width(svg, "c-evidenced") == pytest.approx(track / 2)
    assert width(svg, "c-verified") == pytest.approx(track / 4)


def test_the_three_figures_differ_in_height_and_begin_at_nothing() -> None:
    svg = small(figure(9, evidenced=9, verified=9))
    (claimed,), (evidenced,), (verified,) = (
        drawn(svg, css) for css in ("c-claimed", "c-evidenced", "c-verified")
    )
    heights = [float(bar.get("height", "")) for bar in (claimed, evidenced, verified)]
    assert heights == sorted(set(heights), reverse=True)
    assert len({bar.get("x") for bar in (claimed, evidenced, verified)}) == 1
    assert drawn(small(figure(9)), "c-verified") == []


def test_under_way_starts_where_claimed_ends() -> None:
    svg = small(figure(3, under_way=6))
    (claimed,), (under_way,) = drawn(svg, "c-claimed"), drawn(svg, "c-under-way")
    end = float(claimed.get("x", "")) + float(claimed.get("width", ""))
    assert float(under_way.get("x", "")) == pytest.approx(end, abs=0.11)
    assert width(svg, "c-under-way") == pytest.approx(width(svg, "c-track") / 2)


def test_a_bullet_above_its_target_stays_inside_and_shows_the_target_before_its_end() -> None:
    svg = small(figure(18, expected=12))
    (claimed,), (target,) = drawn(svg, "c-claimed"), drawn(svg, "c-target")
    end = float(claimed.get("x", "")) + float(claimed.get("width", ""))
    assert end == pytest.approx(158)
    assert float(target.get("x1", "")) == pytest.approx(2 + 156 * 12 / 18)


@pytest.mark.parametrize("target", [0, 5])
def test_a_bullet_of_nothing_has_no_bars(target: int) -> None:
    svg = small(figure(0, target, expected=0))
    assert drawn(svg, "c-claimed") == []
    assert len(drawn(svg, "c-target")) == (1 if target else 0)


def test_a_bullet_is_named_and_a_hostile_name_is_escaped() -> None:
    svg = small(figure(1), name=HOSTILE, words="Claimed: 1")
    assert "<b" not in svg
    assert ElementTree.fromstring(svg)[0].text == f"{HOSTILE}. Claimed: 1"


def test_a_large_bullet_says_its_marks_in_words() -> None:
    svg = large_bullet(
        figure(6, 20, under_way=5, expected=12.5), title="Six of twenty", words="Claimed: 6"
    )
    assert {"Target 20", "Expected by now 12.5"} <= set(words(svg))
    assert [n for n in words(svg) if n.isdigit()] == ["0", "5", "10", "15", "20"]
    root = ElementTree.fromstring(svg)
    assert [child.text for child in root[:2]] == ["Six of twenty", "Claimed: 6"]
    assert root.get("aria-describedby") == root[1].get("id")
    (target,), (expected,) = drawn(svg, "c-target"), drawn(svg, "c-expected-line")
    assert (target.get("x1"), expected.get("x1")) == ("100%", "62.5%")


# progress over the months


def test_the_area_rises_with_what_was_achieved() -> None:
    svg = progress_lines(months=months(0, 3, 6, 12), target=12, title="Agreements", today=None)
    heights = [float(area.get("height", "")) for area in drawn(svg, "c-area")]
    assert heights == pytest.approx([0, heights[3] / 4, heights[3] / 2, heights[3]])


def test_the_target_lies_as_high_as_the_area_that_reaches_it() -> None:
    svg = progress_lines(months=months(0, 12), target=12, title="Agreements", today=None)
    (target,) = drawn(svg, "c-target")
    assert target.get("y1") == drawn(svg, "c-area")[-1].get("y")


def test_nothing_is_drawn_as_achieved_after_today() -> None:
    today = date(2021, 2, 14)
    svg = progress_lines(months=months(1, 2, 2, 2), target=4, title="Agreements", today=today)
    areas = drawn(svg, "c-area")
    (line,) = drawn(svg, "c-today")
    end = sum(float(areas[-1].get(name, "").rstrip("%")) for name in ("x", "width"))
    assert len(areas) == 2
    assert end == pytest.approx(float(line.get("x1", "").rstrip("%")), abs=0.02)
    assert end == pytest.approx((1 + 13.5 / 28) / 4 * 100, abs=0.02)


def test_a_today_outside_the_months_is_not_marked() -> None:
    today = date(2025, 1, 1)
    svg = progress_lines(months=months(1, 2), target=4, title="Agreements", today=today)
    assert drawn(svg, "c-today") == []
    assert len(drawn(svg, "c-area")) == 2


def test_months_without_an_expectation_have_no_expected_line() -> None:
    points = [MonthPoint(date(2021, 1, 1), "M1", 1, None), MonthPoint(date(2021, 2, 1), "M2", 1, 2)]
    svg = progress_lines(months=points, target=4, title="Agreements", today=None)
    assert drawn(svg, "c-expected-line") == []


def test_no_months_are_said_in_words() -> None:
    svg = progress_lines(months=[], target=4, title=HOSTILE, today=None)
    assert words(svg) == ["No months to show yet"]
    assert "<b" not in svg


@pytest.mark.parametrize(("highest", "ticks"), [(0, [1]), (3, [1, 2, 3]), (12, [5, 10, 15])])
def test_the_axis_counts_in_round_whole_numbers(highest: int, ticks: list[int]) -> None:
    point = MonthPoint(date(2021, 1, 1), "M1", 0, highest)
    svg = progress_lines(months=[point], target=0, title="Agreements", today=None)
    numbers = [int(text) for text in words(svg) if text.isdigit()]
    assert numbers == [*ticks, 0]  # the last one is the figure at the end of the line


# timeline


def columns(*numbers: int) -> list[date]:
    return [date(2021, number, 1) for number in numbers]


def item(
    month: int,
    label: str = "Visit",
    status: Literal["open", "started", "done"] = "open",
    overdue: bool = False,
    url: str = "/visits/1/",
) -> Item:
    return Item(date(2021, month, 1), label, status, overdue, url)


def places(svg: str) -> list[tuple[float, float]]:
    found = re.findall(r"translate\(([\d.]+) ([\d.]+)\)", svg)
    return [(float(x), float(y)) for x, y in found]


def draw(*lanes: Lane, today: date | None = None) -> str:
    return timeline(
        lanes=lanes, months=columns(*range(1, 13)), first_number=5, today=today, title="Deadlines"
    )


def test_items_stand_in_the_column_of_their_month() -> None:
    svg = draw(Lane("Japan", [item(1, "A"), item(7, "B"), item(10, "C")]))
    (first, _), (second, _), (third, _) = places(svg)
    assert second - first == pytest.approx(2 * (third - second), abs=0.2)
    assert words(svg).count("M5") == 1
    assert words(svg).count("M16") == 1


def test_items_that_would_meet_get_rows_of_their_own() -> None:
    svg = draw(Lane("Japan", [item(3, "A long label, wider than its month"), item(4), item(11)]))
    (_, first), (_, second), (_, third) = places(svg)
    assert second > first
    assert third == first


def test_shapes_differ_by_status() -> None:
    items = [
        item(1, "A", status="done", overdue=True),
        item(4, "B", status="started"),
        item(7, "C"),
        item(10, "D", overdue=True),
    ]
    svg = draw(Lane("Japan", items))
    shapes = [len(drawn(svg, f"i-{name}")) for name in ("done", "started", "open", "overdue")]
    assert shapes == [1, 1, 1, 1]


def test_items_are_links_that_say_what_they_are() -> None:
    svg = draw(Lane(HOSTILE, [item(3, HOSTILE, overdue=True, url="/visits/1/?a=1&b=2")]))
    (link,) = ElementTree.fromstring(svg).iter("a")
    assert link.get("href") == "/visits/1/?a=1&b=2"
    assert link[0].text == f"{HOSTILE} (March 2021, open, overdue)"
    assert "<b" not in svg


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2021, 3, 9), "Today"),
        (date(2022, 1, 1), "today, M17 ▸"),
        (date(2020, 9, 1), "◂ today, M1"),
    ],
)
def test_today_is_marked_in_its_month_or_at_the_nearer_edge(today: date, words: str) -> None:
    svg = draw(Lane("Japan", []), today=today)
    assert len(drawn(svg, "c-today")) == 1
    assert words in svg


def test_a_timeline_without_lanes_or_months_is_still_drawn() -> None:
    assert places(draw()) == []
    nothing = timeline(lanes=[], months=[], first_number=1, today=None, title="Deadlines")
    assert words(nothing) == ["No months to show yet"]


# partners


def partner(achieved: int, target: int | None, name: str = "A partner") -> PartnerRow:
    return PartnerRow(code="MAV", name=name, achieved=achieved, target=target, url="/elca/")


def test_partners_share_one_scale() -> None:
    svg = partner_bars(rows=[partner(1, 4), partner(8, 4), partner(0, None)])
    bars = [bar.get("width") for bar in drawn(svg, "c-achieved")]
    assert bars == ["12.5%", "100%", "0%"]
    assert [tick.get("x1") for tick in drawn(svg, "c-target")] == ["50%", "50%"]


def test_a_partner_without_a_target_shows_its_figure_alone() -> None:
    svg = partner_bars(rows=[partner(3, None), partner(3, 4)])
    assert [text for text in words(svg) if text[0].isdigit()] == ["3", "3 of 4"]


def test_no_partners_are_said_in_words() -> None:
    assert words(partner_bars(rows=[])) == ["No partners to show yet"]


def test_a_hostile_partner_name_is_escaped() -> None:
    assert "<b" not in partner_bars(rows=[partner(1, 2, name=HOSTILE)])
