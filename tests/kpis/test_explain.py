"""Holds what a page says of a figure: its rule, its rows, and why the others do not count."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.formats import date_format

from actions.models import Action, Evidence, Review, Status
from kpis.models import Indicator
from partners.models import Change, Measure, Project
from tests.making import make_action, on
from tests.pages import page

URL = "/elca/kpis/6/"


@pytest.fixture
def six(elca_empty: Project) -> dict[str, Action]:
    """Workshops of every fate, by what they are called; all of AMZ but one."""
    given: dict[str, dict[str, Any]] = {
        "claimed": {},
        "half proven": {},
        "evidenced": {},
        "verified": {"partners": "AMZ BIC"},
        "double": {},
        "draft": {},
        "returned": {},
        "planned": {"status": Status.PLANNED},
        "dropped": {"status": Status.DROPPED},
        "early": {"occasions": (on(2021, 1, 5),)},
    }
    usual: dict[str, Any] = {"status": Status.ACHIEVED, "occasions": (on(2022, 3, 1),)}
    made = {
        title: make_action(
            elca_empty,
            "national-workshops",
            title=title,
            **dict[str, Any]({**usual, **values}),
        )
        for title, values in given.items()
    }
    for title in ("evidenced", "verified", "double"):
        for kind in made[title].type.evidence:
            Evidence.objects.create(action=made[title], title="Proof", kind=kind)
    Evidence.objects.create(action=made["half proven"], title="Proof", kind="agenda")
    states: dict[str, dict[str, Any]] = {
        "verified": {"review": Review.ACCEPTED},
        "double": {"duplicate_of": made["evidenced"]},
        "draft": {"review": Review.DRAFT},
        "returned": {"review": Review.RETURNED},
    }
    for title, values in states.items():
        Action.objects.filter(pk=made[title].pk).update(**values)
    return made


def sections(client: Any, query: str = "") -> tuple[set[str], dict[str, str]]:
    """The titles counted on the page, and those left out with their reasons."""
    html = client.get(URL + query).content.decode()
    head, _, left = html.partition('id="left-out"')
    counted = head.partition('id="counted"')[2]
    cells = page_rows(counted), page_rows(left.partition('id="credit"')[0])
    return {row[1] for row in cells[0]}, {row[1]: row[3] for row in cells[1]}


def page_rows(html: str) -> list[list[str]]:
    from tests.pages import Page

    rows = [[" ".join(cell.split()) for cell in row] for row in Page(html).rows]
    return [row for row in rows if row and row[0].startswith("T7-")]


def test_the_rows_follow_the_figure_that_is_asked_for(six: dict[str, Action], as_user: Any) -> None:
    client = as_user("reader")
    open_ = {
        "draft": "Draft: not submitted yet",
        "returned": "Returned: not submitted again yet",
        "planned": "Not achieved: planned",
        "dropped": "Dropped",
    }
    double = {"double": f"Duplicate: {six['evidenced'].reference}"}
    lacking = "Lacks evidence that its table asks for: agenda, signed attendance list, picture"
    unproven = {
        "claimed": lacking,
        "early": lacking,
        "half proven": "Lacks evidence that its table asks for: signed attendance list, picture",
    }
    claimed = {"claimed", "half proven", "evidenced", "verified", "early"}
    assert sections(client) == (claimed, {**open_, **double})
    assert sections(client, "?figure=evidenced") == (
        {"evidenced", "verified"},
        {**open_, **double, **unproven},
    )
    unaccepted = {"evidenced": "Not accepted yet", "double": "Not accepted yet"}
    assert sections(client, "?figure=verified") == (
        {"verified"},
        {**open_, **unproven, **unaccepted},
    )


def test_reasons_are_grouped_and_each_opens_its_rows(six: dict[str, Action], as_user: Any) -> None:
    assert six
    client = as_user("reader")
    for query in ("?figure=evidenced", "?figure=evidenced&partner=AMZ"):
        found = page(client.get(URL + query))
        chips = {
            link.url: re.fullmatch(r"(.*) (\d+)", " ".join(link.text.split()))
            for link in found.links
            if "reason=" in link.url
        }
        assert len(chips) == 6
        for url, said in chips.items():
            assert said
            _counted, left = sections(client, url.partition("#")[0])
            assert len(left) == int(said.group(2)), url
            assert all(reason.startswith(said.group(1)) for reason in left.values())
    assert len(sections(client, "?reason=nonsense")[1]) == 5


def test_the_rule_is_made_of_what_is_set_up(six: dict[str, Action], as_user: Any) -> None:
    assert six
    client = as_user("reader")
    text = page(client.get(f"{URL}?figure=verified&as_of=2022-06-30")).text
    for words in (
        "Counted are the rows of Table 7",
        "needs as evidence: agenda, signed attendance list, picture",
        "The task leader has accepted it.",
        f"achieved by the end of {date_format(date(2022, 6, 30))}",
        "The target is due from M6",
    ):
        assert words in text, words
    text = page(client.get(URL)).text
    assert "no evidence is asked for" in text
    assert "6 rows gross, less 1 duplicate: 5 net" in text
    elca = Project.objects.get(slug="elca")
    kpi = Indicator.objects.get(project=elca, number=6)
    kpi.action_types.add(elca.action_types.get(slug="matchmaking"))
    assert "Counted are the rows of Table 10" in page(client.get(URL)).text


def test_a_figure_that_is_none_is_said_and_the_leading_one_shown(as_user: Any) -> None:
    client = as_user("reader")
    text = page(client.get(f"{URL}?figure=best%3Cb%3E")).text
    assert "There is no figure “best<b>”" in text
    assert client.get("/elca/charts/kpi-6.svg?figure=best").status_code == 404
    assert client.get("/elca/charts/kpi-6.svg?figure=verified").status_code == 200


def test_what_is_asked_stays_while_one_looks_around(as_user: Any) -> None:
    found = page(as_user("reader").get(f"{URL}?figure=verified&as_of=2022-06-30&partner=AMZ"))
    tabs = [link.url for link in found.links if re.fullmatch("[A-Z]{3,4}", link.text)]
    tabs = [url for url in tabs if url.startswith("?")]
    assert len(tabs) == 6
    assert all("as_of=2022-06-30" in url and "figure=verified" in url for url in tabs)
    figures = [link.url for link in found.links if re.match("(Claimed|Evidenced) ", link.text)]
    assert len(figures) == 2
    assert all("as_of=2022-06-30" in url and "partner=AMZ" in url for url in figures)


# Every number opens its rows


@pytest.mark.parametrize("query", ["", "?as_of=2022-06-30"])
@pytest.mark.parametrize("url", ["/elca/", "/elca/partners/AMZ/"])
def test_the_smaller_figures_open_as_many_rows(
    six: dict[str, Action], as_user: Any, url: str, query: str
) -> None:
    assert six
    client = as_user("reader")
    answer = client.get(url + query)
    html = answer.content.decode()
    links = [link for link in page(answer).links if "figure=" in link.url]
    numbers = {}
    for link in links:
        if "/kpis/6/" in link.url:
            (measure,) = parse_qs(urlsplit(link.url).query)["figure"]
            numbers[measure] = int(link.text)
            counted, _left = sections(client, link.url.removeprefix(URL).partition("#")[0])
            assert len(counted) == numbers[measure], link.url
    assert numbers == {"evidenced": 2, "verified": 1}
    cells = re.findall(r'data-label="(\w+)"><a href="[^"]*/kpis/6/[^"]*figure=(\w+)', html)
    assert cells == [("Evidenced", "evidenced"), ("Verified", "verified")]


def test_the_leader_chooses_which_figure_leads(six: dict[str, Action], as_user: Any) -> None:
    assert six
    leader, url = as_user("leader"), "/elca/figure/"
    text = page(leader.get(url)).text
    assert "0 of 10 targets are reached by it today" in text
    for data, words in [
        ({"figure": "best", "reason": "x"}, "valid choice"),
        ({"figure": "verified", "reason": " "}, "required"),
    ]:
        answer = leader.post(url, data)
        assert answer.status_code == 422
        assert words in page(answer).text
    assert leader.post(url, {"figure": "verified", "reason": "The funder asks"}).status_code == 302
    project = Project.objects.get(slug="elca")
    assert project.lead_figure == Measure.VERIFIED
    change = Change.objects.filter(record="project").latest("pk")
    assert (change.fields, change.reason) == (
        {"lead_figure": ["Claimed", "Verified"]},
        "The funder asks",
    )
    assert sections(leader)[0] == {"verified"}
    rows = [row for row in page(leader.get("/elca/")).rows if row and row[0].strip() == "6"]
    assert [c.split() for c in rows[0]][2:5] == [["1"], ["5"], ["2"]]
    leader.post(url, {"figure": "verified", "reason": "Again"})
    assert Change.objects.filter(record="project").latest("pk").pk == change.pk


def test_things_lead_to_the_rows_that_name_them_first(elca_empty: Project, as_user: Any) -> None:
    rail, *_more = elca_empty.sectors.filter(beyond_mobility=True)
    made = make_action(
        elca_empty, "sectors", status=Status.ACHIEVED, sectors=(rail,), occasions=(on(2022, 3, 1),)
    )
    found = page(as_user("reader").get("/elca/kpis/10/"))
    assert rail.name in found.text
    assert any(link.text == made.reference for link in found.links)
    assert date(2022, 3, 1) == made.counts_from
