"""The review: who may send in, accept and return what; the queue, the conversation, the badges."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions import reviewing
from actions.models import Action, Review, ReviewNote
from actions.rows import EvidenceData
from kpis.progress import project_progress
from partners.models import Change, Project, User
from partners.roles import Role
from partners.services import root_name
from tests.making import make_action, on
from tests.pages import filled, member, page, quick

NEW = "/elca/actions/new/sectors/"
WORKSHOP = "national-workshops"
PROOFS = (
    EvidenceData("Agenda", kind="agenda"),
    EvidenceData("List", kind="attendance"),
    EvidenceData("Picture", kind="picture"),
)


@pytest.fixture
def clients(as_user: Any) -> dict[str, Client]:
    return {n: quick(as_user(n)) for n in ("amz", "bic", "leader", "admin", "reader", "outsider")}


@pytest.fixture
def held(elca: Project) -> Action:
    """A workshop of AMZ, achieved, with two of the three proofs."""
    return make_action(
        elca,
        WORKSHOP,
        title="Held",
        status="achieved",
        occasions=(on(2022, 3, 14),),
        evidence=PROOFS[:2],
    )


def logged(client: Client, button: str = "", **values: Any) -> Any:
    """The form of a new action as a browser sends it, with the button that was pressed."""
    sent = filled(client.get(NEW), title="Round", status="under_way", **values)
    return client.post(NEW, {**sent, **({button: ["1"]} if button else {})})


def edited(client: Client, action: Action, button: str = "", **values: Any) -> Any:
    url = f"{action.get_absolute_url()}edit/"
    sent = filled(client.get(url), **values)
    return client.post(url, {**sent, **({button: ["1"]} if button else {})})


def state(action: Action) -> str:
    return Action.objects.get(pk=action.pk).review


def notes(action: Action) -> list[tuple[str, str, str]]:
    found = action.review_notes.select_related("user")
    return [(n.event, n.user.username if n.user else "", n.text) for n in found]


def lines(action: Action) -> list[dict[str, Any]]:
    """The history of an action, the oldest line first."""
    found = Change.objects.filter(record=root_name(action), record_id=action.pk)
    return [{"fields": c.fields, "reason": c.reason} for c in found.order_by("pk")]


# States


def test_what_is_logged_is_submitted_unless_it_is_kept_as_a_draft(
    clients: dict[str, Client], elca: Project
) -> None:
    logged(clients["amz"])
    made = elca.actions.get(title="Round")
    assert (made.review, notes(made)) == ("submitted", [("submitted", "amz", "")])
    made.delete()
    answer = logged(clients["amz"], "draft")
    made = elca.actions.get(title="Round")
    assert (made.review, notes(made)) == ("draft", [])
    assert "Saved, not submitted yet" in page(clients["amz"].get(answer["Location"])).text


def test_a_draft_stays_one_until_it_is_submitted(clients: dict[str, Client], elca: Project) -> None:
    logged(clients["amz"], "draft")
    made = elca.actions.get(title="Round")
    edited(clients["amz"], made, "draft", description="More")
    assert state(made) == "draft"
    edited(clients["amz"], made, description="Most")
    assert (state(made), notes(made)) == ("submitted", [("submitted", "amz", "")])
    assert lines(made)[-1] == {"fields": {"review": ["Draft", "Submitted"]}, "reason": ""}
    edited(clients["amz"], made, "draft", description="Edited again")
    assert state(made) == "submitted"


def test_an_action_goes_from_partner_to_leader_and_back(
    clients: dict[str, Client], held: Action, cast: dict[str, User]
) -> None:
    url = f"/elca/actions/{held.pk}/"
    before = Action.objects.get(pk=held.pk).updated_at
    answer = clients["leader"].post(f"{url}return/", {"reason": "The picture is missing."})
    assert answer.status_code == 302
    held.refresh_from_db()
    assert held.review == "returned"
    assert held.updated_at > before
    assert lines(held)[-1] == {
        "fields": {"review": ["Submitted", "Returned"]},
        "reason": "The picture is missing.",
    }
    for shown in (held.get_absolute_url(), f"{held.get_absolute_url()}edit/", "/elca/review/"):
        assert "The picture is missing." in page(clients["amz"].get(shown)).text
    assert "The picture is missing." in page(clients["amz"].get("/elca/partners/AMZ/")).text
    edited(clients["amz"], held, "draft", description="Half")
    assert state(held) == "returned"
    edited(clients["amz"], held, evidence__2__title="Photo", evidence__2__kind="picture")
    assert state(held) == "submitted"
    assert clients["leader"].post(f"{url}accept/").status_code == 302
    held.refresh_from_db()
    assert (held.review, held.reviewed_by) == ("accepted", cast["leader"])
    assert [(event, user) for event, user, _text in notes(held)] == [
        ("returned", "leader"), ("submitted", "amz"), ("accepted", "leader"),
    ]  # fmt: skip
    text = page(clients["reader"].get(held.get_absolute_url())).text
    assert "Accepted by leader" in text
    assert "The picture is missing." in text


def test_drafts_and_returned_ones_count_in_no_figure(
    elca: Project, held: Action, cast: dict[str, User]
) -> None:
    def figure() -> int:
        return project_progress(elca).line(6).total.claimed

    claimed = figure()
    reviewing.return_action(action=held, user=cast["leader"], reason="No")
    assert figure() == claimed - 1
    reviewing.submit(action=held, user=cast["amz"])
    assert figure() == claimed


@pytest.mark.parametrize("first", list(Review))
def test_steps_that_a_state_does_not_allow_are_refused_in_words(
    elca: Project, cast: dict[str, User], first: Review
) -> None:
    made = make_action(elca, "sectors", title="Made")
    allowed = {
        Review.DRAFT: {"submit"},
        Review.SUBMITTED: {"accept", "return_action"},
        Review.ACCEPTED: set(),
        Review.RETURNED: {"submit"},
    }[first]
    for name, more in {"submit": {}, "accept": {}, "return_action": {"reason": "Why"}}.items():
        Action.objects.filter(pk=made.pk).update(review=first)
        before = Change.objects.count()
        service = getattr(reviewing, name)
        if name in allowed:
            service(action=made, user=cast["leader"], **more)
            assert state(made) != first
        else:
            with pytest.raises(ValidationError, match=r"submitted|accepted already"):
                service(action=made, user=cast["leader"], **more)
            assert (state(made), Change.objects.count()) == (first, before)


def test_a_return_needs_a_reason(clients: dict[str, Client], held: Action) -> None:
    url = f"/elca/actions/{held.pk}/return/"
    answer = clients["leader"].post(url, {"reason": "  ", "next": "review"})
    assert answer.status_code == 422
    assert "This field is required." in page(answer).text
    assert filled(answer)["next"] == ["review"]
    assert state(held) == "submitted"
    with pytest.raises(ValidationError):
        reviewing.return_action(action=held, user=None, reason=" ")
    sent = {"reason": "Why", "next": "review"}
    assert clients["leader"].post(url, sent)["Location"] == "/elca/review/"


def test_an_achieved_action_is_not_accepted_without_its_evidence(
    clients: dict[str, Client], held: Action, elca: Project
) -> None:
    answer = clients["leader"].post(f"/elca/actions/{held.pk}/accept/", follow=True)
    assert "It is achieved, and lacks: Picture." in page(answer).text
    assert state(held) == "submitted"
    planned = make_action(elca, WORKSHOP, title="Planned")
    reviewing.accept(action=planned, user=None)
    assert state(planned) == "accepted"


def test_only_what_was_looked_at_is_accepted(clients: dict[str, Client], elca: Project) -> None:
    made = make_action(elca, "sectors", title="Made")
    stamp = reviewing.stamp_of(made)
    edited(clients["amz"], made, description="Quite different")
    url = f"/elca/actions/{made.pk}/accept/"
    answer = clients["leader"].post(url, {"seen": stamp}, follow=True)
    assert "It has changed since you opened the page" in page(answer).text
    assert state(made) == "submitted"
    fresh = filled_accept(clients["leader"].get(made.get_absolute_url()))
    clients["leader"].post(url, fresh)
    assert state(made) == "accepted"


def filled_accept(answer: Any) -> dict[str, list[str]]:
    """What the button “Accept” of an action's page sends."""
    return next(f.fields for f in page(answer).forms if f.action.endswith("/accept/"))


def test_the_leader_submits_and_accepts_in_one(clients: dict[str, Client], elca: Project) -> None:
    logged(clients["leader"], "accept", partners=str(elca.partners.get(code="AMZ").pk))
    made = elca.actions.get(title="Round")
    assert made.review == "accepted"
    assert [event for event, _user, _text in notes(made)] == ["submitted", "accepted"]
    logged(clients["amz"], "accept")
    assert elca.actions.filter(title="Round").count() == 1
    assert logged(clients["amz"], "accept").status_code == 403


def test_what_cannot_be_accepted_at_once_is_not_saved_either(
    clients: dict[str, Client], held: Action
) -> None:
    answer = edited(clients["leader"], held, "accept", description="Typed")
    assert answer.status_code == 422
    assert "It is achieved, and lacks: Picture." in page(answer).text
    assert filled(answer)["description"] == ["Typed"]
    held.refresh_from_db()
    assert (held.review, held.description) == ("submitted", "")


def test_an_accepted_action_is_deleted_by_the_leader_only(
    clients: dict[str, Client], elca: Project
) -> None:
    made = make_action(elca, "sectors", title="Made")
    url = made.get_absolute_url()
    reviewing.accept(action=made, user=None)
    assert clients["amz"].get(f"{url}delete/").status_code == 403
    assert clients["amz"].post(f"{url}delete/").status_code == 403
    assert f"{url}delete/" not in {link.url for link in page(clients["amz"].get(url)).links}
    assert f"{url}delete/" in {link.url for link in page(clients["leader"].get(url)).links}
    assert clients["leader"].post(f"{url}delete/").status_code == 302
    assert not elca.actions.filter(pk=made.pk).exists()


# The conversation


def test_partner_and_leader_talk_on_the_action(clients: dict[str, Client], held: Action) -> None:
    url = f"/elca/actions/{held.pk}/comment/"
    clients["leader"].post(url, {"text": "Where is <the> list?"})
    clients["amz"].post(url, {"text": "It comes\ntomorrow."})
    assert notes(held) == [
        ("comment", "leader", "Where is <the> list?"), ("comment", "amz", "It comes\ntomorrow."),
    ]  # fmt: skip
    shown = clients["bic"].get(held.get_absolute_url())
    assert "Where is &lt;the&gt; list?" in shown.content.decode()
    assert "It comes<br>tomorrow." in shown.content.decode()
    answer = clients["amz"].post(url, {"text": "x" * 2001})
    assert answer.status_code == 422
    assert filled(answer)["text"] == ["x" * 2001]


# Who may what, by guessing addresses


@pytest.mark.parametrize(
    ("step", "allowed"),
    [
        ("submit", {"amz", "leader", "admin"}),
        ("comment", {"amz", "leader", "admin"}),
        ("withdraw", {"amz", "leader", "admin"}),
        ("accept", {"leader", "admin"}),
        ("return", {"leader", "admin"}),
    ],
)
def test_each_step_is_for_those_who_may(
    clients: dict[str, Client], elca: Project, step: str, allowed: set[str]
) -> None:
    made = make_action(elca, "sectors", title="Made")
    url = f"/elca/actions/{made.pk}/{step}/"
    for name in ("reader", "bic", "amz", "outsider"):
        if name in allowed:
            continue
        answer = clients[name].post(url, {"reason": "x", "text": "x"})
        assert answer.status_code == (404 if name == "outsider" else 403), name
    assert state(made) == "submitted"
    assert not ReviewNote.objects.filter(action=made).exists()
    for name in allowed:
        assert clients[name].post(url, {"reason": "x", "text": "x"}).status_code == 302, name


def test_nobody_ticks_without_the_right(clients: dict[str, Client], elca: Project) -> None:
    made = make_action(elca, "sectors", title="Made")
    for name, status in {"reader": 403, "amz": 403, "bic": 403, "outsider": 404}.items():
        sent = {"ticked": f"{made.pk}:{reviewing.stamp_of(made)}"}
        assert clients[name].post("/elca/review/", sent).status_code == status
    assert state(made) == "submitted"


def test_ticks_of_another_project_or_of_nothing_do_nothing(
    clients: dict[str, Client], elca: Project
) -> None:
    elca.actions.update(review="accepted")
    for ticked in ("999999999:", "x:y", "9" * 40 + ":", ":", "-1:"):
        answer = clients["leader"].post("/elca/review/", {"ticked": ticked}, follow=True)
        assert answer.status_code == 200
    assert not ReviewNote.objects.exists()


# The queue


@pytest.fixture
def waiting(elca: Project) -> dict[str, Action]:
    """Three actions that wait: all others of the project are accepted."""
    elca.actions.update(review="accepted")
    found = {
        "old": make_action(elca, "sectors", title="Old one", partners="BIC"),
        "lacking": make_action(
            elca, WORKSHOP, title="Lacking", status="achieved", evidence=PROOFS[:1]
        ),
        "new": make_action(elca, "sectors", title="New one"),
    }
    make_action(elca, "sectors", title="Kept back")
    elca.actions.filter(title="Kept back").update(review="draft")
    return found


def titles(answer: Any) -> list[str]:
    names = ("Old one", "Lacking", "New one", "Kept back")
    rows = [" ".join(row) for row in page(answer).rows]
    return [name for row in rows for name in names if name in row]


@pytest.mark.usefixtures("waiting")
def test_the_queue_shows_what_waits_and_what_it_lacks(clients: dict[str, Client]) -> None:
    answer = clients["leader"].get("/elca/review/")
    assert titles(answer) == ["Old one", "Lacking", "New one"]
    assert "Lacks: Signed attendance list, Picture" in page(answer).text
    assert titles(clients["leader"].get("/elca/review/?partner=BIC")) == ["Old one"]
    assert titles(clients["leader"].get(f"/elca/review/?type={WORKSHOP}")) == ["Lacking"]
    assert titles(clients["leader"].get("/elca/review/?partner=NOBODY")) == []
    assert titles(clients["reader"].get("/elca/review/")) == ["Old one", "Lacking", "New one"]
    assert "Accept the ticked ones" not in page(clients["reader"].get("/elca/review/")).text


def test_many_are_accepted_at_once_and_the_others_say_why_not(
    clients: dict[str, Client], waiting: dict[str, Action]
) -> None:
    shown = clients["leader"].get("/elca/review/")
    ticks = [
        attributes["value"]
        for tag, attributes in page(shown).tags
        if tag == "input" and attributes.get("name") == "ticked"
    ]
    assert len(ticks) == 3
    edited(clients["bic"], waiting["old"], description="Changed after the leader looked")
    answer = clients["leader"].post("/elca/review/", {"ticked": ticks})
    assert answer.status_code == 422
    text = page(answer).text
    assert "1 was accepted." in text
    assert "Lacking: It is achieved, and lacks: Signed attendance list, Picture." in text
    assert "Old one: It has changed since you opened the page" in text
    assert {name: state(action) for name, action in waiting.items()} == {
        "old": "submitted", "lacking": "submitted", "new": "accepted",
    }  # fmt: skip
    assert titles(answer) == ["Old one", "Lacking"]
    again = clients["leader"].post("/elca/review/", {"ticked": ticks})
    assert "New one: It is accepted already." in page(again).text


def test_a_partner_sees_its_own_rows_with_the_reasons(
    clients: dict[str, Client], waiting: dict[str, Action]
) -> None:
    reviewing.return_action(action=waiting["new"], user=None, reason="Say more.")
    answer = clients["amz"].get("/elca/review/")
    assert sorted(titles(answer)) == ["Kept back", "Lacking", "New one"]
    assert "Say more." in page(answer).text
    assert titles(clients["bic"].get("/elca/review/")) == ["Old one"]
    assert titles(clients["amz"].get("/elca/review/?show=queue")) == ["Old one", "Lacking"]


def test_the_queue_costs_the_same_for_many_rows(elca: Project) -> None:
    leader = member(elca, Role.LEADER, "MAV")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert leader.get("/elca/review/").status_code == 200
        return len(found)

    many = queries()
    elca.actions.exclude(pk__in=list(elca.actions.values_list("pk", flat=True)[:3])).update(
        review="accepted"
    )
    assert queries() <= many <= 15


@pytest.mark.usefixtures("waiting")
def test_lists_show_and_filter_by_the_review(clients: dict[str, Client]) -> None:
    answer = clients["reader"].get("/elca/actions/?review=draft")
    assert titles(answer) == ["Kept back"]
    assert any("Draft" in cell for row in page(answer).rows for cell in row)
