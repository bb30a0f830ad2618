"""Whom the project reaches: what is drawn is what the rows say, and every number opens them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django_countries import countries

from kpis.charts import Node, Tie, most_connected, network, step_bounds, step_words
from kpis.charts.make_world import clipped, merged, path_of, simplified
from kpis.charts.world import OUTLINES, is_drawn
from kpis.reach import reach_of
from kpis.reach_drawing import MOST_ORGANISATIONS, network_of
from partners.models import Project
from partners.services import add_organisation
from tests.making import make_action, on
from tests.pages import Page, member

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "=cmd|'/C calc'!A0 <b onclick=\"x()\">&"


def page(client: Client, path: str) -> tuple[Page, str]:
    answer = client.get(f"/elca/{path}")
    assert answer.status_code == 200
    html = answer.content.decode()
    shown = Page(html)
    shown.rows = [[cell.strip() for cell in row] for row in shown.rows]
    return shown, html


def charts(html: str, kind: str) -> ElementTree.Element:
    """The chart of a kind on a page; reading it proves that it is well formed."""
    found = re.search(rf'<svg class="chart chart-{kind}".*?</svg>', html, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def listed(client: Client, url: str) -> int:
    """How many rows a list opens with, by its own words."""
    found = re.search(r'panel-title">(\d+) ', client.get(url).content.decode())
    assert found
    return int(found[1])


def by_hand(project: Project, which: str) -> tuple[dict[str, set[int]], Counter[tuple[str, str]]]:
    """Actions by country, and actions by partner and organisation: row by row, in Python."""
    reached: dict[str, set[int]] = defaultdict(set)
    joint: Counter[tuple[str, str]] = Counter()
    rows = project.actions.prefetch_related("partners", "organisations", "occasions")
    for action in rows:
        if action.excluded or action.review not in ("submitted", "accepted"):
            continue
        if action.status == "dropped" or (which == "achieved" and action.status != "achieved"):
            continue
        for one in (*action.organisations.all(), *action.occasions.all()):
            if one.country:
                reached[str(one.country.code)].add(action.pk)
        for partner in action.partners.all():
            for organisation in action.organisations.all():
                joint[partner.code, organisation.name] += 1
    return reached, joint


# ELCA


@pytest.mark.parametrize("which", ["achieved", "all"])
def test_the_reach_of_elca_is_what_its_rows_say(elca: Project, which: str) -> None:
    reached, joint = by_hand(elca, which)
    reach = reach_of(elca, which)
    assert {row.code: row.actions for row in reach.countries} == {
        code: len(keys) for code, keys in reached.items()
    }
    assert {(j.partner.code, j.organisation.name): j.actions for j in reach.joint} == joint
    assert {o.name for o in reach.organisations.values()} == {name for _code, name in joint}
    assert len(reached) == (11 if which == "achieved" else 14)


@pytest.mark.parametrize("query", ["", "?of=all"])
def test_the_map_and_its_table_say_the_same_numbers(
    elca: Project, as_user: Any, query: str
) -> None:
    reached, _joint = by_hand(elca, "all" if query else "achieved")
    shown, html = page(as_user("reader"), f"reach/{query}")
    drawn: dict[str, int] = {}
    for frame in ("world", "europe"):
        for link in charts(html, frame).iter("a"):
            code = re.search(r"country=(\w\w)", link.get("href", ""))[1]
            assert code not in drawn  # a link for each country in one frame only
            drawn[code] = int(next(link.iter("text")).text or "")
            assert link[0].text.startswith(f"{countries.name(code)}: {drawn[code]} action")
    assert drawn == {code: len(keys) for code, keys in reached.items()}
    table = {row[0]: row[1] for row in shown.rows if row[0] in dict(countries).values()}
    assert table == {countries.name(code): str(len(keys)) for code, keys in reached.items()}


def test_every_number_of_the_map_opens_its_rows(elca: Project, as_user: Any) -> None:
    client = as_user("reader")
    for row in reach_of(elca).countries[:6]:
        assert listed(client, row.actions_url) == row.actions
        assert listed(client, row.organisations_url) == row.organisations
    reach = reach_of(elca, "all")
    assert reach.without_country == 11
    assert listed(client, reach.without_country_url) == 11


def test_every_number_of_the_network_opens_its_rows(elca: Project, as_user: Any) -> None:
    client = as_user("reader")
    most = sorted(reach_of(elca).joint, key=lambda joint: -joint.actions)[:4]
    assert most[0].actions > 2
    for joint in most:
        assert listed(client, joint.url) == joint.actions


def test_the_network_draws_a_line_for_each_row_of_its_table(elca: Project, as_user: Any) -> None:
    _reached, joint = by_hand(elca, "all")
    shown, html = page(as_user("reader"), "reach/?of=all")
    chart = charts(html, "network")
    lines = [path for path in chart.iter("path") if path.get("class") == "c-tie"]
    thin = [line for line in lines if line.get("stroke-width") == "1.5"]
    assert len(lines) == len(joint) == 98
    assert len(thin) == sum(number == 1 for number in joint.values())
    codes = {code for code, _name in joint}
    table = {(r[0], r[1]): int(r[2]) for r in shown.rows if r[0] in codes}
    assert table == joint
    links = {link.get("href"): link[0].text for link in chart.iter("a")}
    assert len(links) == 79 + 6
    assert links["/elca/partners/ELCA/"] == "ELCA, ELCA consortium"
    names = [text.text for text in chart.iter("text")]
    assert {"Composites United · 3", "ELBE"} <= set(names)  # ELBE: one action of two partners
    assert "Several partners work with 9 of 79 organisations" in shown.text


@pytest.mark.parametrize("query", ["", "?of=all"])
def test_csv_files_hold_the_tables(elca: Project, as_user: Any, query: str) -> None:
    reached, joint = by_hand(elca, "all" if query else "achieved")
    client = as_user("reader")
    lines = rows_of(client.get(f"/elca/charts/countries.csv{query}"))
    assert {row[1]: int(row[2]) for row in lines[1:]} == {c: len(k) for c, k in reached.items()}
    lines = rows_of(client.get(f"/elca/charts/network.csv{query}"))
    assert {(row[0], row[1]): int(row[3]) for row in lines[1:]} == joint


def test_the_picture_of_the_map_says_its_numbers(elca: Project, as_user: Any) -> None:
    reached, _joint = by_hand(elca, "achieved")
    root = ElementTree.fromstring(as_user("reader").get("/elca/charts/countries.svg").content)
    numbers = [t.text for t in root.iter(f"{SVG}text") if "t-map" in t.get("class", "").split()]
    assert sorted(int(n or 0) for n in numbers) == sorted(map(len, reached.values()))
    assert root.findtext(f"{SVG}title") == "Achieved actions reach 11 countries"


# What is counted


def test_only_submitted_rows_count_and_the_open_ones_where_they_are_asked_for(
    elca_empty: Project,
) -> None:
    for number, status in enumerate(["achieved", "under_way", "dropped", "achieved", "achieved"]):
        day = on(2022, 1, 1 + number, country=["JP", "IN", "AE", "CL", "MX"][number])
        make_action(elca_empty, "cluster-networks", status=status, title=f"Row {number}",
                    occasions=(day,), organisations=(f"Organisation {number}",))  # fmt: skip
    rows = elca_empty.actions.order_by("pk")
    rows.filter(pk=rows[3].pk).update(excluded=True, exclusion_reason="Why")
    rows.filter(pk=rows[4].pk).update(review="draft")
    assert [row.code for row in reach_of(elca_empty).countries] == ["JP"]
    assert [row.code for row in reach_of(elca_empty, "all").countries] == ["IN", "JP"]
    assert next(iter(reach_of(elca_empty).organisations.values())).name == "Organisation 0"


def test_an_action_counts_once_in_a_country_however_often_it_touches_it(
    elca_empty: Project,
) -> None:
    for name in ("One", "Two"):
        add_organisation(project=elca_empty, user=None, name=name, country="PL", kind="sme")
    make_action(elca_empty, "cluster-networks", status="achieved", organisations=("One", "Two"),
                occasions=(on(2022, 1, 1, country="PL"),))  # fmt: skip
    (row,) = reach_of(elca_empty).countries
    assert (row.code, row.actions, row.organisations, row.partners) == ("PL", 1, 2, "BIC")


# Edges


def test_an_empty_project_says_what_to_do(elca_empty: Project) -> None:
    client = member(elca_empty)
    shown, html = page(client, "reach/")
    assert "Nobody is reached yet" in shown.text
    assert "chart-world" not in html
    assert f"/{elca_empty.slug}/actions/new/" in {link.url for link in shown.links}
    for name in ("countries", "network"):
        assert client.get(f"/elca/charts/{name}.svg").status_code == 200
        assert len(rows_of(client.get(f"/elca/charts/{name}.csv"))) == 1


def test_a_country_without_an_outline_stands_in_the_table(elca_empty: Project) -> None:
    assert not is_drawn("RE")
    make_action(elca_empty, "cluster-networks", status="achieved",
                occasions=(on(2022, 1, 1, country="RE"), on(2022, 1, 2, country="MT")))  # fmt: skip
    shown, html = page(member(elca_empty), "reach/")
    assert "Not on the map, but in the table: Réunion" in shown.text
    assert ["Réunion", "1", "0", "–"] in shown.rows
    assert "country=RE" not in ElementTree.tostring(charts(html, "world"), encoding="unicode")
    # Malta is too small for its outline: a dot shows where it is.
    (link,) = charts(html, "europe").iter("a")
    assert len(list(link.iter("circle"))) == 1


def test_hostile_names_stay_words(elca_empty: Project) -> None:
    make_action(elca_empty, "cluster-networks", status="achieved", organisations=(NASTY,),
                occasions=(on(2022, 1, 1, country="JP"),))  # fmt: skip
    client = member(elca_empty)
    _shown, html = page(client, "reach/")
    assert "<b onclick" not in html
    assert any(NASTY in (link[0].text or "") for link in charts(html, "network").iter("a"))
    assert rows_of(client.get("/elca/charts/network.csv"))[1][1] == f"'{NASTY}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("reach/?of=nothing", 200),
        ("charts/countries.csv?of=nothing", 404),
        ("charts/timeline.csv?mission=nowhere", 404),
        ("actions/?country=ZZ", 200),
        ("actions/?organisation=abc", 200),
        ("actions/?organisation=99999999999999999999", 200),
        ("organisations/?reach=x", 200),
    ],
)
def test_what_is_not_there_is_no_error(as_user: Any, path: str, status: int) -> None:
    answer = as_user("reader").get(f"/elca/{path}")
    assert answer.status_code == status
    if "/?country" in path or "/?organisation" in path:
        assert 'panel-title">0 ' in answer.content.decode()


# The drawing


def nodes(number: int, name: str = "Organisation") -> list[Node]:
    return [Node(key, f"{name} {key}", f"{name} {key}", f"/{name}/{key}/") for key in range(number)]


def test_labels_of_a_large_network_do_not_meet_and_stay_inside() -> None:
    ties = [Tie(key % 7, key, 1 + key % 3) for key in range(85)]
    ties += [Tie((key + 3) % 7, key, 1) for key in range(0, 85, 6)]
    root = ElementTree.fromstring(
        network(nodes(7, "P"), nodes(85, "A name as long as it"), ties, "T")
    )
    places = sorted(
        (float(t.get("x", "")), float(t.get("y", ""))) for t in root.iter("text")
        if "A name" in (t.text or "")
    )  # fmt: skip
    assert len(places) == 85
    assert all(0 < y < float(root.get("height", "")) for _x, y in places)
    near = [(a, b) for a, b in pairwise(places) if a[0] == b[0]]
    assert min(b[1] - a[1] for a, b in near) >= 20


def test_the_same_rows_give_the_same_picture(elca: Project) -> None:
    first = network_of(reach_of(elca, "all")).svg
    assert network_of(reach_of(elca, "all")).svg == first


def test_of_many_organisations_the_most_connected_are_drawn_and_it_is_said(
    elca_empty: Project,
) -> None:
    many = tuple(f"Organisation {number:03}" for number in range(MOST_ORGANISATIONS + 20))
    for partners in ("AMZ", "BIC"):
        names = many if partners == "AMZ" else many[-3:]
        make_action(elca_empty, "cluster-networks", status="achieved", partners=partners,
                    title=partners, organisations=names)  # fmt: skip
    client = member(elca_empty)
    shown, html = page(client, "reach/")
    assert "Shown are the 90 most connected of 110 organisations." in shown.text
    assert len(list(charts(html, "network").iter("a"))) == MOST_ORGANISATIONS + 2
    assert {many[-1], many[0]} <= {row[1] for row in shown.rows if len(row) == 3}
    assert len(rows_of(client.get("/elca/charts/network.csv"))) == 1 + 113


def test_the_most_connected_have_most_partners_then_most_actions() -> None:
    ties = [Tie(1, 1, 9), Tie(1, 2, 1), Tie(2, 2, 1), Tie(1, 3, 9)]
    assert most_connected(ties, {1: "B", 2: "C", 3: "A"}, 2) == [2, 3]


@pytest.mark.parametrize(
    ("highest", "words"),
    [
        (0, []),
        (1, ["1 or more"]),
        (3, ["1", "2", "3 or more"]),
        (22, ["1", "2–4", "5–9", "10 or more"]),
        (500, ["1–4", "5–19", "20–99", "100 or more"]),
    ],
)
def test_shades_have_round_bounds(highest: int, words: list[str]) -> None:
    assert step_words(step_bounds(highest)) == words


# The outlines


def test_the_outlines_are_small_and_name_countries_that_there_are() -> None:
    assert OUTLINES.stat().st_size < 60_000
    frames = json.loads(OUTLINES.read_text("utf-8"))
    known = {code for code, _name in countries} | {"XK", ""}
    for frame in frames.values():
        assert frame["paths"].keys() | frame["middles"].keys() <= known
        for path in frame["paths"].values():
            assert re.fullmatch(r"(M-?\d+ -?\d+l[-\d ]+z)+", path)
    eu = [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
    assert set(eu) <= frames["europe"]["middles"].keys()
    assert set(eu) - {"MT"} <= frames["europe"]["paths"].keys()


def test_parts_of_a_country_lose_the_border_between_them() -> None:
    assert merged([[0, 1], [~1, 2], [5]]) == [[5], [0, 2]]


def test_a_shape_is_cut_at_the_frame_and_made_simple() -> None:
    square = [(-5.0, 2.0), (5.0, 2.0), (5.0, 8.0), (-5.0, 8.0)]
    assert sorted(clipped(square, (0, 0, 10, 10))) == [(0, 2), (0, 8), (5, 2), (5, 8)]
    assert simplified([(0, 0), (5, 0.4), (10, 0)], 0.5) == [(0, 0), (10, 0)]
    assert path_of([(0, 0), (9.6, 0), (9.6, 4), (0, 0)]) == "M0 0l10 0 0 4z"
    assert path_of([(0, 0), (0.2, 0), (0, 0)]) == ""


# The timeline


def test_the_timeline_has_its_sentence_its_table_and_its_file(elca: Project, as_user: Any) -> None:
    client = as_user("reader")
    shown, html = page(client, "timeline/")
    title = charts(html, "timeline")[0].text or ""
    assert re.fullmatch(r"13 of 21 deadlines are done, \d+ are overdue", title)
    assert title in shown.text
    deadlines = list(elca.deadlines.select_related("mission"))
    rows = [row for row in shown.rows if re.fullmatch(r"M\d+", row[0])]
    assert [(row[0], row[2]) for row in rows] == [(f"M{d.month}", d.activity) for d in deadlines]
    lines = rows_of(client.get("/elca/charts/timeline.csv"))[1:]
    assert [line[2] for line in lines] == [d.activity for d in deadlines]
    assert Counter(line[5] for line in lines)["yes"] == int(re.findall(r"\d+", title)[2])
    only = rows_of(client.get("/elca/charts/timeline.csv?mission=japan"))[1:]
    assert {line[3] for line in only} == {"Japan"}
