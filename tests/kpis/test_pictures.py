"""Charts as files: they stand alone, show the figures of the report, and hold nothing hostile."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.formats import date_format

from kpis.charts.picture import _rules
from kpis.drawing import overview_picture
from kpis.months import by_month
from kpis.progress import project_progress
from partners.models import Partner, Project

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    "overview", "kpi-4", "kpi-4-target", "kpi-4-partners", "partners", "timeline", "countries",
    "network",
]  # fmt: skip
NASTY = '<b onclick="x()">&\x07 ż 日本 🚆'


def svg(client: Client, path: str) -> ElementTree.Element:
    answer = client.get(f"/elca/charts/{path}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    return ElementTree.fromstring(answer.content)


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def pixels(png: bytes) -> tuple[int, int, int]:
    """Width, height, and how many different rows of pixels a PNG has."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    rows = zlib.decompress(data)
    wide = width * {2: 3, 6: 4}[colour] + 1
    assert len(rows) == wide * height
    return width, height, len({rows[n * wide : (n + 1) * wide] for n in range(height)})


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_stands_alone(as_user: Any, name: str) -> None:
    root = svg(as_user("reader"), f"{name}.svg")
    style = root.findtext(f"{SVG}style", "")
    ruled = set(re.findall(r"\.([\w-]+)\{", style))
    used = {css for shape in root.iter() for css in shape.get("class", "").split()}
    assert used
    assert used <= ruled
    assert ruled <= used
    assert "var(" not in style
    assert "rem" not in style
    assert not re.search(r"url\(|@import", style)
    for shape in root.iter():
        assert not {n for n in shape.attrib if "href" in n or n.startswith("on")}
        assert not [v for v in shape.attrib.values() if v.endswith("%")]
        assert shape.tag.removeprefix(SVG) not in {"a", "script", "image", "foreignObject"}
    for side in ("width", "height"):
        assert float(root.get(side, "")) > 100
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_rules_are_those_of_a_wide_light_screen() -> None:
    rules = _rules()
    assert "fill: #1c5f9f" in rules[".c-achieved"]
    assert "font-size: 13px" in rules[".t-small"]
    assert ".t-wide" not in rules
    assert ".t-first" not in rules


@pytest.mark.parametrize("name", NAMES)
def test_a_png_is_twice_as_large_and_not_blank(as_user: Any, name: str) -> None:
    client = as_user("reader")
    root = svg(client, f"{name}.svg")
    answer = client.get(f"/elca/charts/{name}.png")
    assert answer["Content-Type"] == "image/png"
    width, height, different = pixels(answer.content)
    assert abs(width - 2 * float(root.get("width", ""))) <= 2
    assert abs(height - 2 * float(root.get("height", ""))) <= 2
    assert different > 100


@pytest.mark.parametrize("query", ["", "?as_of=2022-06-30", "?as_of=30.06.2022", "?partner=AMZ"])
def test_the_overview_draws_the_figures_of_the_report(
    elca: Project, as_user: Any, query: str
) -> None:
    day = date(2022, 6, 30) if "as_of" in query else None
    partner = "AMZ" if "partner" in query else ""
    said = words(svg(as_user("reader"), f"overview.svg{query}"))
    progress = project_progress(elca, as_of=day)
    for line in progress.lines:
        figure = line.partners[partner] if partner else line.total
        shown = "–" if figure.shown is None else str(figure.shown)
        wanted = shown if figure.target is None else f"{shown} of {figure.target}"
        at = said.index(line.indicator.title)
        assert said[at + 1] == wanted
    assert any(text.startswith(f"ELCA, as of {date_format(progress.as_of)}") for text in said)


def test_bars_are_as_long_as_their_share_of_the_target(elca: Project, as_user: Any) -> None:
    root = svg(as_user("reader"), "overview.svg")
    tracks = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "c-track"]
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "c-claimed"]
    lines = project_progress(elca).lines
    drawn = bars[-len(tracks) :]  # the first one is that of the legend
    for line, track, bar in zip(lines, tracks, drawn, strict=True):
        share = float(bar.get("width", "")) / float(track.get("width", ""))
        assert share == pytest.approx(line.total.achieved / line.indicator.target, abs=0.002)


def test_an_indicator_draws_its_months_and_says_what_stands_in_none(
    elca: Project, as_user: Any
) -> None:
    line = project_progress(elca, number=4).lines[0]
    said = words(svg(as_user("reader"), "kpi-4.svg"))
    assert said[0].startswith(f"{line.indicator.title}: 6 of 20 achieved.")
    assert str(by_month(line.indicator)[-1].achieved) in said
    assert "3 rows are counted but have no date" in " ".join(said)
    assert words(svg(as_user("bic"), "kpi-4.svg?partner=AMZ"))[0].startswith("AMZ, ")


def test_partners_draw_their_figures(elca: Project, as_user: Any) -> None:
    line = project_progress(elca, number=4).lines[0]
    said = words(svg(as_user("reader"), "kpi-4-partners.svg"))
    for partner in elca.partners.all():
        figure = line.partners[partner.code]
        at = said.index(f"{partner.code}{partner.name}")
        wanted = "–" if figure.shown is None else str(figure.achieved)
        wanted += "" if figure.target is None else f" of {figure.target}"
        assert said[at + 1] == wanted


def test_the_timeline_names_every_deadline(elca: Project, as_user: Any) -> None:
    said = words(svg(as_user("reader"), "timeline.svg"))
    for deadline in elca.deadlines.all():
        assert deadline.activity in said
    mission = elca.missions.get(name="India")
    said = words(svg(as_user("reader"), f"timeline.svg?mission={mission.slug}"))
    assert "Japan" not in said
    assert "India" in said


def test_texts_of_people_stay_texts(elca: Project, as_user: Any) -> None:
    elca.indicators.filter(number=4).update(title=NASTY)
    Partner.objects.filter(project=elca, code="AMZ").update(name=NASTY)
    first = elca.deadlines.first()
    elca.deadlines.filter(pk=first.pk).update(activity=NASTY)
    elca.organisations.filter(name="Composites United").update(name=NASTY)
    client = as_user("reader")
    for name in set(NAMES) - {"countries"}:  # which says no words of people
        root = svg(client, f"{name}.svg")
        assert '<b onclick="x()">&␇ ż 日本 🚆' in " ".join(words(root)), name
        assert root.find(f".//{SVG}b") is None
        assert client.get(f"/elca/charts/{name}.png").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "overview.svg?as_of=yesterday",
        "overview.svg?partner=XYZ",
        "overview.pdf",
        "kpi-99.svg",
        "kpi-99-partners.png",
        "kpi-4.svg?partner=amz",
        "kpi-4.svg?as_of=2022-02-30",
        "timeline.svg?mission=mars",
    ],
)
def test_what_is_not_there_is_not_found(as_user: Any, path: str) -> None:
    assert as_user("reader").get(f"/elca/charts/{path}").status_code == 404


def test_a_file_says_what_it_is(as_user: Any) -> None:
    answer = as_user("reader").get("/elca/charts/kpi-4.svg?partner=AMZ&as_of=2022-06-30")
    assert 'filename="ELCA-KPI-4-AMZ-2022-06-30.svg"' in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")


def test_pages_lead_to_their_pictures(as_user: Any) -> None:
    client = as_user("reader")
    pages = {
        "": "/elca/charts/overview.png?as_of=2022-06-30",
        "kpis/4/": "/elca/charts/kpi-4.png?as_of=2022-06-30",
        "timeline/": "/elca/charts/timeline.png",
    }
    for page, link in pages.items():
        assert link in client.get(f"/elca/{page}?as_of=2022-06-30").content.decode()


def test_an_empty_project_has_pictures_too(elca_empty: Project, as_user: Any) -> None:
    elca_empty.deadlines.all().delete()
    client = as_user("reader")
    assert words(svg(client, "timeline.svg"))
    assert words(svg(client, "overview.svg"))
    elca_empty.indicators.all().delete()
    assert "No indicator has been set up yet." in words(svg(client, "overview.svg"))
    assert overview_picture(project_progress(elca_empty)).png()
