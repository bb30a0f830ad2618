"""Holds the dashboards: every figure opens its rows, bad questions are told, changes are kept."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from actions.models import Action
from kpis.models import Deadline, PartnerTarget
from kpis.progress import project_progress
from partners.models import Change, Partner, Project
from tests.pages import page

NUMBER = re.compile(r"\d+")


def listed(client: Client, url: str) -> tuple[int, int]:
    """How many rows a page of an indicator says are counted, and how many are not."""
    found = page(client.get(url)).text
    counted = re.search(r"\bCounted (\d+)", found)
    left = re.search(r"Not counted, and why (\d+)", found)
    assert counted
    assert left
    return int(counted.group(1)), int(left.group(1))


def rows_listed(client: Client, url: str) -> int:
    """How many rows a list says it has."""
    said = re.search(r"(\d+) rows?\b", page(client.get(url)).text)
    assert said
    return int(said.group(1))


@pytest.mark.parametrize("query", ["", "?as_of=2022-06-30"])
def test_every_figure_of_the_overview_opens_as_many_rows(as_user: Any, query: str) -> None:
    client = as_user("reader")
    figures = [
        link
        for link in page(client.get(f"/elca/{query}")).links
        if "/kpis/" in link.url and NUMBER.match(link.text.strip())
    ]
    assert len(figures) > 60
    seen: dict[str, tuple[int, int]] = {}
    for link in figures:
        url = link.url.partition("#")[0]
        seen.setdefault(url, listed(client, url))
        figure = int(NUMBER.match(link.text.strip()).group())
        if url.startswith("/elca/kpis/10/") and "partner" not in url:
            continue  # three sectors in one row: the page names them
        if link.url.endswith("#counted"):
            assert seen[url][0] == figure, link.url
        else:
            assert seen[url][1] >= figure, link.url


def test_the_indicator_of_sectors_names_what_it_counts(as_user: Any) -> None:
    text = page(as_user("reader").get("/elca/kpis/10/")).text
    for sector in ("Civil engineering", "Energy generation", "Energy-intensive"):
        assert sector in text
    assert "3 of 3" in text


def test_every_row_left_out_has_its_reason(elca: Project, as_user: Any) -> None:
    rows = page(as_user("reader").get("/elca/kpis/4/?as_of=2022-06-30")).rows
    reasons = [row[3].strip() for row in rows if row and row[0].strip().startswith("T5-")]
    assert len(reasons) == 20
    assert {r for r in reasons if "No date" in r or "after this day" in r}
    assert all(reasons)
    made = Action.objects.get(project=elca, reference="T5-06")
    as_user("leader").post(f"/elca/agreements/{made.pk}/exclude/", {"reason": "Counted elsewhere"})
    text = page(as_user("reader").get("/elca/kpis/4/")).text
    assert "Left out of the count: Counted elsewhere" in text


@pytest.mark.parametrize("day", ["2022-13-01", "yesterday", "30.02.2022", "9" * 30])
def test_a_day_that_is_none_is_said_and_today_is_shown(as_user: Any, day: str) -> None:
    answer = as_user("reader").get("/elca/", {"as_of": day})
    assert answer.status_code == 200
    text = page(answer).text
    assert "Enter a valid date" in text
    assert "as we know it today" not in text


def test_a_past_day_tells_what_it_means(as_user: Any) -> None:
    text = page(as_user("reader").get("/elca/partners/AMZ/?as_of=2022-06-30")).text
    assert "30 June 2022" in text or "30 Jun 2022" in text
    assert "without a date count on no past day" in text


def test_a_partner_that_is_none_is_said(as_user: Any) -> None:
    client = as_user("reader")
    assert "There is no partner “XY”" in page(client.get("/elca/kpis/4/?partner=XY")).text
    assert client.get("/elca/partners/XY/").status_code == 404
    assert client.get("/elca/kpis/99/").status_code == 404


def test_joint_credit_is_explained_wherever_both_figures_are_shown(as_user: Any) -> None:
    client = as_user("reader")
    for url in ("/elca/", "/elca/kpis/9/", "/elca/partners/AMZ/"):
        assert "joint action counts" in page(client.get(url)).text.lower()


def test_every_gap_opens_as_many_rows(as_user: Any) -> None:
    client = as_user("reader")
    for url in ("/elca/", "/elca/partners/MAV/"):
        found = page(client.get(url))
        gaps = {link.url for link in found.links if "gap=" in link.url}
        assert gaps
        for gap in gaps:
            counts = [
                int(link.text)
                for link in found.links
                if link.url == gap and link.text.strip().isdigit()
            ]
            assert counts == [rows_listed(client, gap)]


def test_the_leader_changes_a_deadline_in_place(elca: Project, as_user: Any) -> None:
    deadline = elca.deadlines.filter(status="open").first()
    assert deadline
    answer = as_user("leader").post(f"/elca/timeline/{deadline.pk}/", {"status": "done"})
    assert urlsplit(answer.headers["Location"]).fragment == f"deadline-{deadline.pk}"
    assert Deadline.objects.get(pk=deadline.pk).status == "done"
    change = Change.objects.get(record="deadline", record_id=deadline.pk)
    assert (change.user and change.user.username, change.fields) == (
        "leader",
        {"status": ["Open", "Done"]},
    )


def test_a_status_that_is_none_is_refused(elca: Project, as_user: Any) -> None:
    deadline = elca.deadlines.filter(status="open").first()
    assert deadline
    answer = as_user("leader").post(
        f"/elca/timeline/{deadline.pk}/", {"status": "finished"}, follow=True
    )
    assert "This status is not known." in page(answer).text
    assert Deadline.objects.get(pk=deadline.pk).status == "open"


def test_the_timeline_shows_one_mission_and_what_is_overdue(as_user: Any) -> None:
    text = page(as_user("reader").get("/elca/timeline/?mission=india")).text
    assert "M15 · November 2021" in text
    assert "M17" not in text.partition("November 2021")[2]
    assert text.count("overdue") >= 1
    assert "2 of 3 deadlines are done, 1 is overdue" in text


def test_the_leader_shares_a_target_out(elca: Project, as_user: Any) -> None:
    client = as_user("leader")
    sent = {"AMZ": "3", "MAV": "", "POL": "2", "BIC": "0", "MECH": "1"}
    client.post("/elca/kpis/7/targets/", sent)
    line = project_progress(elca).line(7)
    targets = {code: figure.target for code, figure in line.partners.items()}
    expected = {"AMZ": 3, "MAV": None, "POL": 2, "BIC": 0, "MECH": 1, "ELCA": None}
    assert targets == expected
    refused = client.post("/elca/kpis/7/targets/", {**sent, "AMZ": "-1"})
    assert refused.status_code == 422
    assert "greater than or equal to 0" in page(refused).text
    assert PartnerTarget.objects.get(indicator__number=7, partner__code="AMZ").target == 3


def test_a_partner_user_lands_on_the_partners_page(as_user: Any) -> None:
    answer = as_user("amz").get("/", follow=True)
    assert answer.redirect_chain[-1][0] == "/elca/partners/AMZ/"
    assert "What to do next" in page(answer).text
    assert as_user("leader").get("/").headers["Location"] == "/elca/"


def test_an_empty_project_shows_dashes(elca_empty: Project, as_user: Any) -> None:
    assert elca_empty.actions.count() == 0
    rows = page(as_user("reader").get("/elca/")).rows
    figures = [[cell.strip() for cell in row[2:]] for row in rows if row and row[0].strip() == "1"]
    assert figures[0][0] == "–"


def test_a_target_is_for_a_partner_of_the_same_project(elca: Project) -> None:
    other = Project.objects.create(
        slug="other", acronym="O", title="Other", first_month="2024-01-01", length_months=6
    )
    stranger = Partner.objects.create(project=other, code="X", name="X")
    target = PartnerTarget(indicator=elca.indicators.get(number=1), partner=stranger, target=1)
    with pytest.raises(ValidationError, match="not in the project"):
        target.full_clean()


def test_a_search_that_is_too_long_is_told(as_user: Any) -> None:
    text = page(as_user("reader").get("/elca/actions/", {"q": "x" * 201})).text
    assert "at most 200 characters" in text
    assert "0 rows" in text
