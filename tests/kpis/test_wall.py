"""The dashboard on a wall, the first steps of an empty project, and what waits for the leader."""

from __future__ import annotations

from typing import Any

import pytest

from actions.models import Action
from kpis.progress import project_progress
from partners.models import Membership, Project, User
from tests.making import make_action
from tests.pages import Page, member, page


def test_the_wall_shows_the_figures_of_every_indicator_page_by_page(elca: Project) -> None:
    reader = member(elca, "reader")
    shown = ""
    for number in (1, 2):
        answer = reader.get(f"/elca/wall/?page={number}")
        assert answer.headers["Refresh"] == f"25; url=/elca/wall/?page={3 - number}"
        shown += page(answer).text
        for tile in answer.context["tiles"]:
            assert 0 <= (tile.expected or 0) <= 992
            assert 0 <= tile.width <= 1000
    for line in project_progress(elca).lines:
        found = f"{line.indicator.title} {line.total.achieved} of {line.indicator.target}"
        assert f"KPI {line.indicator.number} {found}" in shown
    assert "7 of 10 targets reached" in shown
    assert "Missed" in shown
    assert "On track" in shown


def test_the_wall_can_be_held_and_left(elca: Project) -> None:
    reader = member(elca, "reader")
    answer = reader.get("/elca/wall/?page=2&still")
    assert "Refresh" not in answer.headers
    links = {link.text: link.url for link in page(answer).links}
    assert links == {
        "Next": "/elca/wall/?page=1&still",
        "Turn by itself": "/elca/wall/?page=2",
        "Leave": "/elca/",
    }
    elca.indicators.filter(number__gt=6).delete()
    assert reader.get("/elca/wall/?page=x").headers["Refresh"] == "180; url=/elca/wall/?page=1"


def steps(client: Any, url: str = "/elca/") -> dict[str, bool]:
    found = client.get(url).context["first_steps"]
    return {step.label: step.done for step in found.steps} if found else {}


@pytest.fixture
def bare(db: None) -> Project:  # noqa: ARG001 opens the database
    return Project.objects.create(
        slug="bare", acronym="BARE", title="Bare", first_month="2021-01-01", length_months=12
    )


def test_an_empty_project_says_what_to_do_next(bare: Project) -> None:
    admin = member(bare)
    assert list(steps(admin, "/bare/").values()) == [False] * 6
    links = [link.url for link in page(admin.get("/bare/")).links]
    for url in ("/admin/partners/partner/add/", "/admin/kpis/indicator/add/", "/bare/import/"):
        assert url in links
        assert admin.get(url).status_code in (200, 403)  # the test's user is no superuser
    reader = page(member(bare, "reader").get("/bare/"))
    assert "The project is being set up" in reader.text
    assert steps(member(bare, "leader"), "/bare/")["Let the people of the partners in"]
    bare.partners.create(code="ONE", name="One")
    assert steps(admin, "/bare/")["Add the partners of the consortium"]


def test_the_steps_go_when_something_is_logged(elca_empty: Project) -> None:
    leader, _other = member(elca_empty, "leader"), member(elca_empty, "reader")
    assert list(steps(leader).values()) == [True, True, True, True, True, False]
    shown = page(leader.get("/elca/"))
    assert "5 of 6 done" in shown.text
    assert not [link for link in shown.links if link.url.startswith("/admin/")]
    make_action(elca_empty, "sectors")
    assert steps(leader) == {}


def test_a_partner_that_has_begun_nothing_is_told_how(elca_empty: Project) -> None:
    amz = member(elca_empty, "partner", "AMZ")
    assert list(steps(amz, "/elca/partners/AMZ/")) == [
        "Look at what your partner has promised",
        "Log the first action",
        "Attach what proves it",
        "Send it in for review",
    ]
    assert steps(amz, "/elca/partners/BIC/") == {}
    assert steps(member(elca_empty, "reader"), "/elca/partners/AMZ/") == {}
    made = make_action(elca_empty, "sectors", title="Half done")
    assert steps(amz, "/elca/partners/AMZ/") == {}
    Action.objects.filter(pk=made.pk).update(review="draft")
    text = page(amz.get("/elca/partners/AMZ/")).text
    assert "In draft, not sent in yet Half done" in text


def test_the_leader_is_told_what_waits(elca_empty: Project) -> None:
    leader = member(elca_empty, "leader")
    make_action(elca_empty, "sectors")
    assert "1 action waits for your review" in page(leader.get("/elca/")).text
    make_action(elca_empty, "sectors")
    assert "2 actions wait for your review" in page(leader.get("/elca/")).text
    assert "your review" not in page(member(elca_empty, "reader").get("/elca/")).text
    Action.objects.update(review="accepted")
    assert "your review" not in page(leader.get("/elca/")).text


def test_several_projects_are_listed_with_their_state(elca_empty: Project, bare: Project) -> None:
    amz = member(elca_empty, "partner", "AMZ")
    assert amz.get("/").headers["Location"] == "/elca/partners/AMZ/"
    user = User.objects.get(pk=amz.session["_auth_user_id"])
    Membership.objects.create(project=bare, user=user, role="leader")
    for review in ("returned", "draft", "draft"):
        made = make_action(elca_empty, "sectors", status="achieved")
        Action.objects.filter(pk=made.pk).update(review=review)
    make_action(elca_empty, "sectors", partners="BIC")
    text = page(amz.get("/")).text
    assert "3 of 4 actions achieved" in text
    assert "1 came back to you" in text
    assert "2 in draft" in text
    assert "No action is logged yet" in text
    links = [link.url for link in Page(amz.get("/").content.decode()).links]
    assert {"/elca/partners/AMZ/", "/bare/"} <= set(links)
