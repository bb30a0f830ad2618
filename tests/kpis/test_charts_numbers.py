"""Every chart draws the figures of ``kpi_report``: on its page, as a picture, and as numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client

from actions.models import Review
from kpis.months import by_month
from kpis.progress import project_progress
from partners.models import Measure, Partner, Project
from tests.pages import page

DAYS = ["", "2022-06-30"]
THREE = [str(measure) for measure in Measure.values]
SVG = "{http://www.w3.org/2000/svg}"
Row = dict[str, str]


@pytest.fixture
def reviewed(elca: Project) -> Project:
    """The project with some rows accepted, so that the three figures differ."""
    types = elca.indicators.get(number=1).action_types.all()
    rows = elca.actions.filter(type__in=types, partners__code="AMZ")
    assert rows.update(review=Review.ACCEPTED) == 9
    verified = project_progress(elca).line(1).total
    assert (verified.claimed, verified.evidenced, verified.verified) == (18, 18, 9)
    return elca


@pytest.fixture
def reader(as_user: Any) -> Client:
    client: Client = as_user("reader")
    return client


def reported(day: str, measure: str) -> list[dict[str, Any]]:
    """The indicators as ``kpi_report`` gives them to other programs."""
    out = io.StringIO()
    asked = ["--as-of", day] if day else []
    call_command("kpi_report", "--format", "json", "--measure", measure, *asked, stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())["indicators"]
    return found


def query(day: str, measure: str, **more: str) -> dict[str, str]:
    return {"figure": measure, **({"as_of": day} if day else {}), **more}


def numbers(client: Client, name: str, asked: dict[str, str]) -> list[Row]:
    answer = client.get(f"/elca/charts/{name}.csv", asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def picture(client: Client, name: str, asked: dict[str, str]) -> ElementTree.Element:
    """The shapes of the chart itself, without heading, legend and what is said below."""
    root = ElementTree.fromstring(client.get(f"/elca/charts/{name}.svg", asked).content)
    for shape in root.iter():
        shape.tag = shape.tag.removeprefix(SVG)
    return [shape for shape in root if shape.tag in ("g", "svg")][-1]


def drawn(html: str, kind: str) -> Iterator[ElementTree.Element]:
    """The charts of a kind on a page."""
    for found in re.findall(rf'<svg class="chart chart-{kind}".*?</svg>', html, re.DOTALL):
        yield ElementTree.fromstring(found)


def known(number: int | None, rows: int) -> str:
    """A figure in a file: nothing where there are no rows."""
    return str(number) if rows else ""


def size(shape: ElementTree.Element, name: str) -> float:
    return float(shape.get(name, "0").removesuffix("%"))


def bars(shapes: list[ElementTree.Element], target: int) -> dict[str, float]:
    """What the bars of a bullet say: their widths, measured by the room up to the target."""
    wide: dict[str, float] = {}
    for shape in shapes:
        css = shape.get("class", "")
        if shape.tag == "rect" and css.startswith("c-"):
            wide[css.removeprefix("c-")] = size(shape, "width")
    unit = wide["track"] / target
    return {name: wide.get(name, 0) / unit for name in [*THREE, "under-way"]}


def is_drawn(found: dict[str, float], line: dict[str, Any], under_way: int | None) -> None:
    for name in THREE:
        assert found[name] == pytest.approx(line[name], abs=0.05), (line["number"], name)
    assert found["under-way"] == pytest.approx(under_way or 0, abs=0.05)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("measure", THREE)
def test_the_overview_draws_the_figures(
    reviewed: Project, reader: Client, day: str, measure: str
) -> None:
    """The page shows the figure that leads, the files any."""
    Project.objects.filter(pk=reviewed.pk).update(lead_figure=measure)
    lines = reported(day, measure)
    shown = project_progress(Project.objects.get(pk=reviewed.pk), as_of=as_of(day))
    chart = picture(reader, "overview", query(day, measure))
    html = reader.get("/elca/", {"as_of": day} if day else {}).content.decode()
    rows = numbers(reader, "overview", query(day, measure))
    bullets = list(drawn(html, "bullet"))
    assert len(rows) == len(bullets) == len(lines) == 10
    for at, line in enumerate(lines):
        counted = shown.line(line["number"])
        row = rows[at]
        assert row["No."] == str(line["number"])
        assert row["Indicator"] == line["title"]
        assert row["Achieved"] == known(line["achieved"], line["rows"])
        assert row["Target"] == str(line["target"])
        for name in THREE:
            assert row[name.capitalize()] == known(line[name], line["rows"])
        under_way = counted.total.under_way
        assert row["Under way"] == ("" if under_way is None else str(under_way))
        assert float(row["Expected by now"]) == pytest.approx(counted.expected, abs=0.05)
        is_drawn(bars(list(bullets[at].iter()), line["target"]), line, under_way)
        within = [s for s in chart if 0 <= size(s, "y") - 26 - 42 * at < 42]
        is_drawn(bars(within, line["target"]), line, under_way)
        words = ["".join(s.itertext()) for s in within if s.tag == "text"]
        assert f"{line['achieved']} of {line['target']}" in words


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("measure", THREE)
def test_an_indicator_draws_its_figures(
    reviewed: Project, reader: Client, day: str, measure: str
) -> None:
    shown = project_progress(reviewed, as_of=as_of(day), measure=measure)
    for line in reported(day, measure):
        number, counted = line["number"], shown.line(line["number"])
        asked = query(day, measure)
        html = reader.get(f"/elca/kpis/{number}/", asked).content.decode()
        # against the target
        (row,) = numbers(reader, f"kpi-{number}-target", asked)
        assert row["Achieved"] == known(line["achieved"], line["rows"])
        assert [row[name.capitalize()] for name in THREE] == [
            known(line[name], line["rows"]) for name in THREE
        ]
        (bullet,) = drawn(html, "large-bullet")
        is_drawn(bars(list(bullet.iter()), line["target"]), line, counted.total.under_way)
        # over the months
        months = numbers(reader, f"kpi-{number}", asked)
        last = [m["Achieved"] for m in months if m["Achieved"]][-1]
        wanted = by_month(
            counted.indicator, as_of=as_of(day), measure=measure, named=counted.total.named
        )
        assert [m["Achieved"] for m in months if m["Achieved"]] == [str(m.achieved) for m in wanted]
        if day:
            assert last == str(line["achieved"])
        (chart,) = drawn(html, "lines")
        assert reached(chart, line["target"]) == pytest.approx(int(last), abs=0.02)
        # by partner
        partners = numbers(reader, f"kpi-{number}-partners", asked)
        assert {p["Partner"]: (p["Achieved"], p["Own target"]) for p in partners} == {
            code: (known(f["achieved"], f["rows"]), "" if f["target"] is None else str(f["target"]))
            for code, f in line["partners"].items()
        }
        (chart,) = drawn(html, "partners")
        assert figures_of_partners(chart) == {
            code: (known(f["achieved"], f["rows"]) or "–", f["target"])
            for code, f in line["partners"].items()
        }


def reached(chart: ElementTree.Element, target: int) -> float:
    """What the last column of the months says, measured by the height of the target."""
    area = [s for s in chart.iter("rect") if s.get("class") == "c-area"][-1]
    (line,) = (s for s in chart.iter("line") if s.get("class") == "c-target")
    base = size(area, "y") + size(area, "height")
    return size(area, "height") / (base - size(line, "y1")) * target


def figures_of_partners(chart: ElementTree.Element) -> dict[str, tuple[str, int | None]]:
    found = {}
    for link in chart.iter("a"):
        code = "".join(next(link.iter("tspan")).itertext())
        figure, _of, target = "".join(list(link.iter("text"))[-1].itertext()).partition(" of ")
        found[code] = figure, int(target) if target else None
    return found


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("measure", THREE)
def test_the_heat_map_shows_the_figures(
    reviewed: Project, reader: Client, day: str, measure: str
) -> None:
    Project.objects.filter(pk=reviewed.pk).update(lead_figure=measure)
    lines = reported(day, measure)
    codes = list(lines[0]["partners"])
    rows = numbers(reader, "partners", query(day, measure))
    found = {(row["No."], row["Partner"]): row for row in rows}
    chart = picture(reader, "partners", query(day, measure))
    words = ["".join(shape.itertext()) for shape in chart if shape.tag == "text"]
    # below the table of the indicators, which has as many rows, and the heads of both
    heat = page(reader.get("/elca/", {"as_of": day} if day else {})).rows[12:22]
    for line, cells in zip(lines, heat, strict=True):
        number = str(line["number"])
        assert found[number, "Consortium"]["Achieved"] == known(line["achieved"], line["rows"])
        at = words.index(line["title"])
        assert cells[1].strip() == line["title"]
        for code, cell in zip(codes, cells[2:-1], strict=True):
            figure, row = line["partners"][code], found[number, code]
            target = figure["target"]
            assert row["Achieved"] == known(figure["achieved"], figure["rows"])
            assert row["Own target"] == ("" if target is None else str(target))
            shown = known(figure["achieved"], figure["rows"]) or "–"
            wanted = shown if target is None else f"{shown}/{target}"
            assert re.sub(r"\s", "", cell).startswith(wanted)
            if row["Per cent"]:
                base = target or int(row["Rows of the consortium"])
                assert int(row["Per cent"]) == figure["achieved"] * 100 // base
                assert f"{row['Per cent']}%" in cell
            said = shown if target is None else f"{shown} of {target}"
            assert said in words[at + 1 : at + 1 + 2 * len(codes)]


def as_of(day: str) -> date | None:
    return date.fromisoformat(day) if day else None


# The forecast


def test_the_pace_of_twelve_months_is_carried_on(reader: Client) -> None:
    """Three workshops in the year before, five months left: 3 and five quarters."""
    asked = {"as_of": "2021-09-30"}
    months = numbers(reader, "kpi-6", asked)
    assert [m["Forecast"] for m in months[:13]] == [""] * 13
    assert [m["Forecast"] for m in months[13:]] == ["3.2", "3.5", "3.8", "4.0", "4.2"]
    assert [m["Achieved"] for m in months[12:]] == ["3", "", "", "", "", ""]
    answer = reader.get("/elca/kpis/6/", asked)
    (chart,) = drawn(answer.content.decode(), "lines")
    (line,) = (s for s in chart.iter("line") if s.get("class") == "c-forecast")
    (target,) = (s for s in chart.iter("line") if s.get("class") == "c-target")
    area = [s for s in chart.iter("rect") if s.get("class") == "c-area"][-1]
    base = size(area, "y") + size(area, "height")
    unit = (base - size(target, "y1")) / 10
    assert (base - size(line, "y1")) / unit == pytest.approx(3, abs=0.02)
    assert (base - size(line, "y2")) / unit == pytest.approx(4.25, abs=0.02)
    said = page(answer).text
    assert "At its present pace it comes to 4.2 by the end of February 2022." in said
    assert "achieved in the last 12 months, on average 0.25 a month, is carried on" in said


@pytest.mark.parametrize(
    ("number", "day"), [(6, ""), (6, "2022-06-30"), (6, "2022-02-10"), (4, "2021-09-30")]
)
def test_there_is_no_forecast_after_the_end_and_none_of_nothing(
    reader: Client, number: int, day: str
) -> None:
    asked = {"as_of": day} if day else {}
    assert {m["Forecast"] for m in numbers(reader, f"kpi-{number}", asked)} == {""}
    html = reader.get(f"/elca/kpis/{number}/", asked).content.decode()
    assert "c-forecast" not in html
    assert "At its present pace" not in html


def test_the_forecast_of_a_partner_is_its_own(reader: Client) -> None:
    months = numbers(reader, "kpi-6", {"as_of": "2021-09-30", "partner": "AMZ"})
    assert months[-1]["Forecast"] == "1.4"
    assert {m["Target"] for m in months} == {"2"}


# Sentences


def test_titles_say_what_is_to_be_seen(reader: Client) -> None:
    said = page(reader.get("/elca/")).text
    assert "7 of 10 indicators have reached their target." in said
    assert "3 were missed: their last month is over." in said
    assert "9 of the partners' 20 own targets are reached." in said
    said = page(reader.get("/elca/", {"as_of": "2021-09-30"})).text
    assert "are behind the straight line." in said
    assert "were missed" not in said
    said = page(reader.get("/elca/kpis/1/")).text
    assert "18 of 12 achieved. Of 18 claimed, 18 have the evidence asked for" in said
    assert "The target was reached in" in said
    said = page(reader.get("/elca/kpis/4/")).text
    assert "6 of 20 achieved. The target was missed: the last month was February 2022." in said
    assert "3 of 6 partners have contributed. Most of all: AMZ, with 3." in said
    assert "AMZ has reached 2 of its 4 own targets." in page(reader.get("/elca/partners/AMZ/")).text


def test_one_of_a_kind_is_said_in_the_singular(elca: Project, reader: Client) -> None:
    elca.indicators.exclude(number__in=[1, 4]).delete()
    said = page(reader.get("/elca/")).text
    assert "1 of 2 indicators has reached its target. 1 was missed: its last month is over." in said


# Files


def test_texts_of_people_are_no_formulas(elca: Project, reader: Client) -> None:
    elca.indicators.filter(number=4).update(title="=1+1")
    Partner.objects.filter(project=elca, code="AMZ").update(name='@SUM(1)"')
    assert numbers(reader, "overview", {})[3]["Indicator"] == "'=1+1"
    assert numbers(reader, "kpi-4-partners", {})[0]["Name"] == "'@SUM(1)\""
    assert numbers(reader, "partners", {})[21]["Indicator"] == "'=1+1"


def test_every_chart_of_a_page_has_a_name_its_numbers_and_its_files(reader: Client) -> None:
    found = page(reader.get("/elca/kpis/4/", {"as_of": "2022-06-30", "partner": "AMZ"}))
    links = {link.url for link in found.links if link.text == "CSV"}
    asked = "?as_of=2022-06-30"
    assert links == {
        f"/elca/charts/kpi-4-target.csv{asked}&partner=AMZ",
        f"/elca/charts/kpi-4.csv{asked}&partner=AMZ",
        f"/elca/charts/kpi-4-partners.csv{asked}",
    }
    charts = [said for tag, said in found.tags if tag == "svg" and said.get("role")]
    assert [said["role"] for said in charts] == ["img", "img", "group"]
    assert {said["aria-labelledby"] for said in charts} <= found.ids
    assert charts[0]["aria-describedby"] in found.ids
    assert found.text.count("The numbers") == 3
    assert [row[:3] for row in found.rows if row and row[0].strip() == "M1"] == [
        [" M1", " September 2020", " 0"]
    ]
