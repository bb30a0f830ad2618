"""Two people at the form of one action: the second sees the first one's change, loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from actions import reviewing
from actions.models import Action, ProposedChange
from actions.rows import EvidenceData
from partners.models import Change, Project
from tests.making import make_action, on
from tests.pages import Fields, changed, filled, form_of, member, page, quick

WORKSHOP = "national-workshops"


@pytest.fixture
def mine(as_user: Any) -> Client:
    return quick(as_user("amz"))


@pytest.fixture
def other(elca: Project) -> Client:
    return member(elca, "partner", "AMZ")


@pytest.fixture
def leader(as_user: Any) -> Client:
    return quick(as_user("leader"))


@pytest.fixture
def held(elca: Project) -> Action:
    return make_action(
        elca,
        WORKSHOP,
        title="Held",
        description="As it was",
        results="Old results",
        occasions=(
            on(2022, 3, 1, place="Paris", words="1st March"),
            on(2022, 3, 2),
            on(2022, 3, 3),
        ),
        evidence=(EvidenceData("Programme", "https://example.org/", "agenda"),),
    )


def url(action: Action) -> str:
    return f"{action.get_absolute_url()}edit/"


def opened(client: Client, action: Action) -> Fields:
    return form_of(client.get(url(action)))


def sends(client: Client, action: Action, form: Fields, **values: Any) -> Any:
    return client.post(url(action), changed(form, **values))


def saves(client: Client, action: Action, **values: Any) -> None:
    assert sends(client, action, opened(client, action), **values).status_code == 302


def told(answer: Any) -> dict[str, list[str]]:
    """The table of what was changed meanwhile: the cells of each row by its heading."""
    assert answer.status_code == 409
    rows = [[cell.strip() for cell in row] for row in page(answer).rows]
    return {row[0]: row[1:] for row in rows if len(row) == 5}


def days(action: Action) -> list[str]:
    return [str(o.when) for o in Action.objects.get(pk=action.pk).occasions.all()]


def test_the_second_is_shown_the_change_of_the_first_field_by_field(
    mine: Client, other: Client, held: Action
) -> None:
    form = opened(mine, held)
    saves(other, held, description="By the other", results="New results", status="under_way")
    lines = Change.objects.count()
    answer = sends(mine, held, form, description="By me", title="My title")
    shown = told(answer)
    assert set(shown) == {"Value", "Description", "Results", "Status"}
    assert shown["Description"][:3] == ["As it was", "By the other", "By me"]
    assert shown["Results"][:3] == ["Old results", "New results", "nothing: taken over"]
    assert all("partner-AMZ-of-" in cells[3] for name, cells in shown.items() if name != "Value")
    assert "Not saved yet: it was changed while you were writing" in page(answer).text
    held.refresh_from_db()
    assert (held.title, held.description) == ("Held", "By the other")
    assert Change.objects.count() == lines
    again = form_of(answer)
    assert (again["title"], again["description"], again["results"], again["status"]) == (
        ["My title"], ["By me"], ["New results"], ["under_way"],
    )  # fmt: skip
    assert mine.post(url(held), again).status_code == 302
    held.refresh_from_db()
    assert (held.title, held.description, held.results, held.status) == (
        "My title", "By me", "New results", "under_way",
    )  # fmt: skip


def test_rows_of_both_are_brought_together(mine: Client, other: Client, held: Action) -> None:
    form = opened(mine, held)
    saves(other, held, occasions__1__DELETE="on", occasions__3__when="05.2022")
    answer = sends(
        mine,
        held,
        {**form, "occasions-TOTAL_FORMS": ["5"]},
        occasions__0__place="Lyon",
        occasions__3__when="06.2022",
        occasions__4__when="07.2022",
        occasions__4__place="Nice",
    )
    was, now, typed, *_who = told(answer)["Dates & Location"]
    assert was.count("2022") == 3
    assert "05.2022" in now
    assert '07.2022, "Nice"' in typed
    assert mine.post(url(held), form_of(answer)).status_code == 302
    assert days(held) == ["01.03.2022", "03.03.2022", "05.2022", "06.2022", "07.2022"]
    assert [o.place for o in held.occasions.all()] == ["Lyon", "", "", "", "Nice"]


def test_rows_that_nobody_touched_keep_their_words(
    mine: Client, other: Client, held: Action
) -> None:
    form = opened(mine, held)
    saves(other, held, occasions__1__place="Bonn")
    answer = sends(mine, held, form, description="By me")
    assert told(answer)["Dates & Location"][2] == "nothing: taken over"
    assert mine.post(url(held), form_of(answer)).status_code == 302
    assert [(o.place, o.words) for o in held.occasions.all()] == [
        ("Paris", "1st March"), ("Bonn", ""), ("", ""),
    ]  # fmt: skip


def test_the_same_row_on_both_sides_stays_as_it_was_typed(
    mine: Client, other: Client, held: Action
) -> None:
    form = opened(mine, held)
    saves(other, held, occasions__0__place="Bonn")
    answer = sends(mine, held, form, occasions__0__place="Lyon", occasions__2__DELETE="on")
    assert "Bonn" in told(answer)["Dates & Location"][1]
    again = form_of(answer)
    assert (again["occasions-0-place"], again["occasions-2-DELETE"]) == (["Lyon"], ["on"])
    assert mine.post(url(held), again).status_code == 302
    assert [o.place for o in held.occasions.all()] == ["Lyon", ""]


def test_a_row_that_was_removed_by_the_other_and_changed_here_is_kept(
    mine: Client, other: Client, held: Action
) -> None:
    form = opened(mine, held)
    saves(other, held, occasions__1__DELETE="on")
    answer = sends(mine, held, form, occasions__1__place="Lyon")
    assert mine.post(url(held), form_of(answer)).status_code == 302
    assert [o.place for o in held.occasions.all()] == ["Paris", "", "Lyon"]


def test_what_cannot_be_read_is_kept_as_it_was_typed(
    mine: Client, other: Client, held: Action
) -> None:
    form = opened(mine, held)
    saves(other, held, participants="10", occasions__0__place="Bonn")
    answer = sends(mine, held, form, participants="many", occasions__0__when="some day")
    shown = told(answer)
    assert shown["Participants"][:3] == ["–", "10", "many"]
    assert "some day" in shown["Dates & Location"][2]
    again = mine.post(url(held), form_of(answer))
    assert again.status_code == 422
    assert form_of(again)["participants"] == ["many"]
    assert form_of(again)["occasions-0-when"] == ["some day"]


def test_partners_sectors_and_missions_are_taken_over(
    mine: Client, leader: Client, elca: Project, held: Action
) -> None:
    form = opened(mine, held)
    codes = {p.code: str(p.pk) for p in elca.partners.all()}
    sector, mission = elca.sectors.first(), elca.missions.first()
    saves(
        leader,
        held,
        partners=[codes["AMZ"], codes["BIC"]],
        sectors=[str(sector.pk)],
        mission=str(mission.pk),
        organisations="Composites United",
    )
    answer = sends(mine, held, form, title="Mine")
    assert told(answer)["Responsible"][:3] == ["AMZ", "AMZ, BIC", "nothing: taken over"]
    mine.post(url(held), form_of(answer))
    after = Action.objects.get(pk=held.pk)
    assert {p.code for p in after.partners.all()} == {"AMZ", "BIC"}
    assert (list(after.sectors.all()), after.mission, after.title) == ([sector], mission, "Mine")
    assert [o.name for o in after.organisations.all()] == ["Composites United"]


def test_a_third_change_is_shown_as_well(mine: Client, other: Client, held: Action) -> None:
    form = opened(mine, held)
    saves(other, held, description="First")
    again = form_of(sends(mine, held, form, title="Mine"))
    saves(other, held, description="Second")
    answer = mine.post(url(held), again)
    assert told(answer)["Description"][:2] == ["First", "Second"]
    assert mine.post(url(held), form_of(answer)).status_code == 302


def test_what_changes_no_value_stands_in_nobodys_way(
    mine: Client, leader: Client, held: Action
) -> None:
    form = opened(mine, held)
    leader.post(f"/elca/actions/{held.pk}/comment/", {"text": "A word"})
    leader.post(f"{held.get_absolute_url()}exclude/", {"reason": "Logged twice"})
    assert sends(mine, held, form, title="Mine").status_code == 302


def test_an_action_that_was_accepted_meanwhile(mine: Client, held: Action) -> None:
    form = opened(mine, held)
    reviewing.accept(action=held, user=None)
    answer = sends(mine, held, form, title="Mine")
    assert told(answer)["Review"][:2] == ["Submitted", "Accepted"]
    assert "This action is accepted" in page(answer).text
    assert mine.post(url(held), form_of(answer)).status_code == 302
    assert Action.objects.get(pk=held.pk).title == "Held"
    assert ProposedChange.objects.get(action=held).values == {"title": "Mine"}


def test_a_change_that_was_accepted_meanwhile(
    mine: Client, other: Client, leader: Client, held: Action
) -> None:
    reviewing.accept(action=held, user=None)
    form = opened(mine, held)
    saves(other, held, description="Proposed by the other")
    answer = sends(mine, held, form, description="Mine")
    assert told(answer)["Description"][:3] == ["As it was", "Proposed by the other", "Mine"]
    leader.post(f"/elca/actions/{held.pk}/accept/")
    # The values that the form shows are the same: only their review has moved on.
    assert mine.post(url(held), form_of(answer)).status_code == 302
    assert ProposedChange.objects.get(action=held).changes == {
        "description": ["Proposed by the other", "Mine"]
    }


def test_of_an_action_that_was_deleted_meanwhile_nothing_typed_is_lost(
    mine: Client, leader: Client, elca: Project, held: Action
) -> None:
    form = opened(mine, held)
    leader.post(f"{held.get_absolute_url()}delete/")
    answer = sends(mine, held, form, title="Typed", occasions__3__when="05.2022")
    assert answer.status_code == 409
    text = page(answer).text
    assert "T7-11 Held was deleted by leader" in text
    assert form_of(answer)["title"] == ["Typed"]
    sent_to = next(f.action for f in page(answer).forms if "title" in f.fields)
    assert sent_to == f"/elca/events/new/{WORKSHOP}/"
    assert mine.post(sent_to, form_of(answer)).status_code == 302
    made = elca.actions.get(title="Typed")
    assert (made.description, len(days(made))) == ("As it was", 4)
    assert "Programme" in [e.title for e in made.evidence.all()]


@pytest.mark.parametrize("basis", ["", "x", "a:b:c", None])
def test_a_form_of_nothing_deleted_is_not_there(mine: Client, basis: str | None) -> None:
    sent = {"title": "x", **({} if basis is None else {"basis": basis})}
    assert mine.post("/elca/events/99999999/edit/", sent).status_code == 404


def test_the_basis_of_another_action_says_nothing(
    mine: Client, elca: Project, held: Action
) -> None:
    another = make_action(elca, WORKSHOP, title="Another", description="Other words")
    basis = opened(mine, another)["basis"]
    answer = sends(mine, held, opened(mine, held), basis=basis, title="Mine")
    assert answer.status_code == 409
    assert "this page was open for too long" in page(answer).text
    assert Action.objects.get(pk=held.pk).title != "Mine"


def test_a_reader_learns_nothing_by_a_conflict(as_user: Any, held: Action) -> None:
    for name, status in {"reader": 403, "bic": 403, "outsider": 404}.items():
        client = quick(as_user(name))
        answer = client.post(url(held), {"title": "x", "basis": "x"})
        assert answer.status_code == status
        assert "As it was" not in answer.content.decode()


def test_an_error_in_the_second_try_keeps_what_the_form_was_opened_on(
    mine: Client, other: Client, held: Action
) -> None:
    form = filled(mine.get(url(held)), participants="many")
    refused = mine.post(url(held), form)
    assert refused.status_code == 422
    saves(other, held, description="By the other")
    answer = mine.post(url(held), changed(form_of(refused), participants="7"))
    assert told(answer)["Description"][:2] == ["As it was", "By the other"]


# What nobody can tell


def test_a_form_that_cannot_say_what_it_was_opened_on_saves_nothing_unseen(
    elca: Project, as_user: Any
) -> None:
    client = as_user("leader")
    action = Action.objects.of(elca).filter(type__record="event").order_by("pk")[0]
    url = f"{action.get_absolute_url()}edit/"
    fields = filled(client.get(url), description="Typed long ago")
    for basis in ("", "broken", fields["basis"][0][:-3]):
        answer = client.post(url, {**fields, "basis": basis})
        assert answer.status_code == 409
        text = page(answer).text
        assert "this page was open for too long" in text
        assert "Typed long ago" in text
        assert action.description in text
    again = filled(answer)
    assert client.post(url, again).status_code == 302
    action.refresh_from_db()
    assert action.description == "Typed long ago"
