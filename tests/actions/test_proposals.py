"""What was accepted stays, and stays counted, until a change of it is accepted: by every way in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from actions import reviewing
from actions.lookup import Lookup
from actions.models import Action, ProposedChange
from actions.records import record_type
from actions.saving import Draft, Writer
from actions.services import save_action
from kpis.progress import project_progress
from partners.models import Change, Project
from partners.services import root_name
from reports import keeping
from reports.models import Import, ImportRow
from tests.actions.test_review import PROOFS, WORKSHOP, edited, filled_accept, notes
from tests.making import make_action, on
from tests.pages import filled, form_of, page, quick
from tests.reports.files import cell_of, report
from tests.reports.files import edited as changed

KPI = 6  # national workshops


@pytest.fixture
def clients(as_user: Any) -> dict[str, Client]:
    return {n: quick(as_user(n)) for n in ("amz", "bic", "leader", "admin", "reader")}


@pytest.fixture
def held(elca: Project) -> Action:
    """An accepted workshop of AMZ, with all its evidence."""
    made = make_action(
        elca,
        WORKSHOP,
        title="Held",
        status="achieved",
        description="As accepted",
        occasions=(on(2022, 3, 14),),
        evidence=PROOFS,
    )
    reviewing.accept(action=made, user=None)
    return record_type("event").model._default_manager.get(id=made.pk)


def verified(project: Project) -> int:
    return project_progress(project).line(KPI).total.verified


def stored(action: Action) -> dict[str, Any]:
    """The row itself, as it stands in its table."""
    rows = Action.objects.filter(pk=action.pk)
    return rows.values("title", "status", "description", "review", "updated_at", "counts_from")[0]


def change(action: Action) -> ProposedChange:
    return ProposedChange.objects.get(action=action)


def step(client: Client, action: Action, name: str, **data: Any) -> Any:
    return client.post(f"/elca/actions/{action.pk}/{name}/", data, follow=True)


# By the form


def test_an_edit_waits_and_the_action_stays_as_it_was_accepted(
    clients: dict[str, Client], elca: Project, held: Action
) -> None:
    before, figure = stored(held), verified(elca)
    form = clients["amz"].get(f"{held.get_absolute_url()}edit/")
    assert "This action is accepted" in page(form).text
    answer = edited(
        clients["amz"],
        held,
        title="Held anew",
        status="dropped",
        occasions__1__when="05.2022",
        organisations="Quite New Ltd",
    )
    assert "this stays and counts as it is" in page(clients["amz"].get(answer["Location"])).text
    assert (stored(held), verified(elca)) == (before, figure)
    assert list(held.organisations.all()) == []
    assert not elca.organisations.filter(name="Quite New Ltd").exists()
    assert held.occasions.count() == 1
    assert change(held).changes == {
        "title": ["Held", "Held anew"],
        "status": ["Held", "Cancelled"],
        "organisations": ["", "Quite New Ltd"],
        "occasions": ["14.03.2022", "14.03.2022\n05.2022"],
    }
    assert change(held).values["title"] == "Held anew"
    for name in ("amz", "bic", "leader", "reader"):
        text = page(clients[name].get(held.get_absolute_url())).text
        assert "Proposed change" in text
        assert "Held anew" in text
        assert ("Accept the change" in text) is (name == "leader")


def test_the_leader_accepts_the_change(
    clients: dict[str, Client], elca: Project, held: Action
) -> None:
    figure = verified(elca)
    edited(clients["amz"], held, title="Held anew", organisations="Quite New Ltd")
    first = Action.objects.get(pk=held.pk).reviewed_at
    waiting = page(clients["leader"].get(f"/elca/review/?type={WORKSHOP}&page=9"))
    assert any("change of an accepted action" in " ".join(row) for row in waiting.rows)
    answer = clients["leader"].get(held.get_absolute_url())
    url = f"/elca/actions/{held.pk}/accept/"
    assert clients["leader"].post(url, filled_accept(answer)).status_code == 302
    held.refresh_from_db()
    assert (held.title, held.review, held.reviewed_by.username) == (
        "Held anew", "accepted", "leader",
    )  # fmt: skip
    assert first
    assert held.reviewed_at
    assert held.reviewed_at > first
    assert [o.name for o in held.organisations.all()] == ["Quite New Ltd"]
    assert not ProposedChange.objects.filter(action=held).exists()
    assert verified(elca) == figure
    assert [(event, user) for event, user, _text in notes(held)][1:] == [
        ("proposed", "amz"), ("change_accepted", "leader"),
    ]  # fmt: skip
    told = Change.objects.filter(record=root_name(held), record_id=held.pk).order_by("pk")
    assert [list(line.fields) for line in told][2:] == [
        ["proposed"], ["title", "organisations"], ["accepted"],
    ]  # fmt: skip


def test_a_change_is_returned_corrected_where_it_stood_and_taken_back(
    clients: dict[str, Client], held: Action
) -> None:
    before = stored(held)
    edited(clients["amz"], held, title="Held anew", description="Wrong")
    step(clients["leader"], held, "return", reason="The description is wrong.")
    assert change(held).state == "returned"
    assert stored(held) == before
    form = clients["amz"].get(f"{held.get_absolute_url()}edit/")
    assert "The description is wrong." in page(form).text
    assert (form_of(form)["title"], form_of(form)["description"]) == (["Held anew"], ["Wrong"])
    edited(clients["amz"], held, "draft", description="Better")
    assert change(held).state == "returned"
    edited(clients["amz"], held, description="Right")
    assert (change(held).state, change(held).values) == (
        "submitted", {"title": "Held anew", "description": "Right"},
    )  # fmt: skip
    assert "Take this change back?" in page(step_page(clients["amz"], held, "withdraw")).text
    step(clients["amz"], held, "withdraw")
    assert not ProposedChange.objects.filter(action=held).exists()
    assert stored(held) == before
    assert [event for event, _user, _text in notes(held)] == [
        "accepted", "proposed", "change_returned", "proposed", "withdrawn",
    ]  # fmt: skip


def step_page(client: Client, action: Action, name: str) -> Any:
    return client.get(f"/elca/actions/{action.pk}/{name}/")


def test_a_change_may_be_kept_as_a_draft_and_sent_in_later(
    clients: dict[str, Client], held: Action
) -> None:
    edited(clients["amz"], held, "draft", title="Held anew")
    assert change(held).state == "draft"
    assert "Held anew" not in page(clients["leader"].get(f"/elca/review/?type={WORKSHOP}")).text
    assert "No change of this action waits" in page(step(clients["leader"], held, "accept")).text
    step(clients["amz"], held, "submit")
    assert change(held).state == "submitted"
    step(clients["leader"], held, "accept")
    assert stored(held)["title"] == "Held anew"


def test_who_types_the_accepted_values_again_takes_the_change_back(
    clients: dict[str, Client], held: Action
) -> None:
    edited(clients["amz"], held, title="Held anew")
    answer = edited(clients["amz"], held, title="Held")
    assert "the change is taken back" in page(clients["amz"].get(answer["Location"])).text
    assert not ProposedChange.objects.exists()


def test_the_leader_saves_and_accepts_at_once(clients: dict[str, Client], held: Action) -> None:
    edited(clients["amz"], held, title="Held anew")
    assert edited(clients["amz"], held, "accept", title="By myself").status_code == 403
    edited(clients["leader"], held, "accept", description="By the leader")
    assert stored(held)["title"] == "Held anew"
    assert stored(held)["description"] == "By the leader"
    assert stored(held)["review"] == "accepted"
    assert not ProposedChange.objects.exists()


def test_a_change_that_breaks_a_rule_or_lacks_evidence_is_refused(
    clients: dict[str, Client], elca: Project, held: Action
) -> None:
    figure, before = verified(elca), stored(held)
    answer = edited(clients["amz"], held, occasions__0__when="1.1.2099")
    assert answer.status_code == 422
    assert "This lies in the future" in page(answer).text
    assert not ProposedChange.objects.exists()
    edited(clients["amz"], held, evidence__0__DELETE="on")
    text = page(step(clients["leader"], held, "accept")).text
    assert "It is achieved, and lacks: Agenda." in text
    assert (stored(held), verified(elca)) == (before, figure)
    assert held.evidence.count() == 3
    assert change(held).state == "submitted"


def test_only_the_change_that_was_looked_at_is_accepted(
    clients: dict[str, Client], held: Action
) -> None:
    edited(clients["amz"], held, title="First")
    seen = filled_accept(clients["leader"].get(held.get_absolute_url()))
    edited(clients["amz"], held, title="Second")
    text = page(step(clients["leader"], held, "accept", **seen)).text
    assert "It has changed since you opened the page" in text
    assert stored(held)["title"] == "Held"


def test_a_value_about_what_is_gone_is_said_and_not_dropped(
    clients: dict[str, Client], elca: Project, held: Action
) -> None:
    mission = elca.missions.create(slug="moon", name="Moon")
    edited(clients["amz"], held, mission=str(mission.pk), title="Held anew")
    mission.delete()
    assert "no longer there: Mission" in page(step(clients["leader"], held, "accept")).text
    assert stored(held)["title"] == "Held"


# By services


def test_no_service_writes_an_accepted_row_unasked(elca: Project, held: Action) -> None:
    before = stored(held)
    mine = save_action(
        project=elca, action_type=held.type, user=None, values={"title": "New"}, action=held
    )
    assert (mine.proposed, stored(held), held.title) == (True, before, "Held")
    again = save_action(
        project=elca, action_type=held.type, user=None, values={"title": "New"}, action=held
    )
    assert again.proposed
    assert ProposedChange.objects.count() == 1
    assert len([event for event, _u, _t in notes(held) if event == "proposed"]) == 1
    more = save_action(
        project=elca, action_type=held.type, user=None, values={"results": "Some"}, action=held
    )
    assert more.changes.keys() == {"title", "results"}
    assert change(held).values == {"title": "New", "results": "Some"}


def test_what_somebody_still_drafts_is_not_submitted_by_a_service(
    clients: dict[str, Client], elca: Project, held: Action
) -> None:
    edited(clients["amz"], held, "draft", title="Half")
    with pytest.raises(ValidationError, match="not submitted yet"):
        save_action(
            project=elca, action_type=held.type, user=None, values={"results": "x"}, action=held
        )
    assert change(held).values == {"title": "Half"}


def test_a_change_proposed_meanwhile_is_not_overwritten(elca: Project, held: Action) -> None:
    def writer() -> Writer:
        return Writer(project=elca, action_type=held.type, user=None, lookup=Lookup(elca))

    first, second = Draft({"title": "One"}, held), Draft({"title": "Two"}, held)
    slow, quicker = writer(), writer()
    slow.check([first])
    quicker.check([second])
    quicker.write([second])
    slow.write([first])
    assert "Somebody else has changed it just now" in first.errors["__all__"][0]
    assert change(held).values == {"title": "Two"}


# By imports


def exported(project: Project, **cells: str) -> bytes:
    """The project's own workbook with cells of the last workshop changed, by their headings."""

    def edit(book: Any) -> None:
        sheet = book["Table 7"]
        for heading, value in cells.items():
            cell_of(sheet, heading, sheet.max_row).value = value

    return changed(report(project), edit).getvalue()


def imported(project: Project, folder: Path, **cells: str) -> Import:
    path = folder / "back.xlsx"
    path.write_bytes(exported(project, **cells))
    result = keeping.import_now(project=project, user=None, path=path)
    assert result.applied, result.errors
    return Import.objects.of(project).latest("pk")


def test_an_import_proposes_says_so_and_is_undone(
    clients: dict[str, Client], elca: Project, held: Action, tmp_path: Path
) -> None:
    before, figure = stored(held), verified(elca)
    record = imported(elca, tmp_path, Status="Cancelled", Description="By the file")
    assert (stored(held), verified(elca)) == (before, figure)
    assert change(held).source == "Import of back.xlsx"
    assert change(held).changes["description"] == ["As accepted", "By the file"]
    assert record.summary["counts"]["proposed"] == 1
    assert record.summary["counts"]["changed"] == 0
    assert record.summary["effects"] == []
    text = page(clients["admin"].get(record.get_absolute_url())).text
    assert "wait for the task leader" in text
    assert "it stays as it is until the task leader accepts the change" in text
    again = imported(elca, tmp_path, Status="Cancelled", Description="By the file")
    assert again.summary["counts"]["proposed"] == 0
    undo = page(clients["admin"].get(f"{record.get_absolute_url()}undo/")).text
    assert "It proposed a change to 1 accepted action" in undo
    assert keeping.undo(record, user=None) == {"done": 1}
    assert not ProposedChange.objects.exists()
    assert (stored(held), verified(elca)) == (before, figure)


def test_an_undo_leaves_what_was_decided_since(elca: Project, held: Action, tmp_path: Path) -> None:
    record = imported(elca, tmp_path, Description="By the file")
    reviewing.accept_change(action=held, user=None)
    assert stored(held)["description"] == "By the file"
    assert keeping.undo(record, user=None) == {"changed": 1}
    assert stored(held)["description"] == "By the file"


def test_an_undo_leaves_what_was_touched_since(
    clients: dict[str, Client], elca: Project, held: Action, tmp_path: Path
) -> None:
    record = imported(elca, tmp_path, Description="By the file")
    edited(clients["amz"], held, title="Typed since")
    assert keeping.undo(record, user=None) == {"changed": 1}
    assert change(held).values == {"title": "Typed since", "description": "By the file"}


def test_an_undo_brings_back_what_waited_before(
    clients: dict[str, Client], elca: Project, held: Action, tmp_path: Path
) -> None:
    edited(clients["amz"], held, title="Typed")
    record = imported(elca, tmp_path, Description="By the file")
    assert change(held).values == {"title": "Typed", "description": "By the file"}
    keeping.undo(record, user=None)
    assert change(held).values == {"title": "Typed"}
    assert (change(held).source, change(held).user.username) == ("", "amz")


def test_an_import_stops_at_a_change_that_is_still_drafted(
    clients: dict[str, Client], elca: Project, held: Action, tmp_path: Path
) -> None:
    edited(clients["amz"], held, "draft", title="Half")
    path = tmp_path / "back.xlsx"
    path.write_bytes(exported(elca, Description="By the file"))
    result = keeping.import_now(project=elca, user=None, path=path)
    assert not result.applied
    assert "not submitted yet" in result.errors[0].message
    assert change(held).values == {"title": "Half"}


def test_the_undo_of_an_import_does_not_touch_what_was_accepted_since(
    elca: Project, tmp_path: Path
) -> None:
    made = make_action(
        elca, WORKSHOP, title="Held", status="achieved", evidence=PROOFS, description="Before"
    )
    record = imported(elca, tmp_path, Description="By the file")
    assert stored(made)["description"] == "By the file"
    reviewing.accept(action=made, user=None)
    figure = verified(elca)
    assert keeping.undo(record, user=None) == {"changed": 1}
    assert ImportRow.objects.of(record).get(verdict="changed").undo == "changed"
    assert stored(made)["description"] == "By the file"
    assert verified(elca) == figure


def test_a_filled_form_of_a_change_shows_no_error(clients: dict[str, Client], held: Action) -> None:
    edited(clients["amz"], held, title="Held anew")
    url = f"{held.get_absolute_url()}edit/"
    sent = filled(clients["amz"].get(url))
    assert clients["amz"].post(url, sent).status_code == 302
    assert change(held).values == {"title": "Held anew"}


def test_a_leader_neither_sees_nor_accepts_what_a_partner_still_prepares(
    elca: Project, as_user: Any
) -> None:
    partner, leader = as_user("amz"), as_user("leader")
    action = make_action(elca, "sectors", title="As accepted")
    Action.objects.filter(pk=action.pk).update(review="accepted")
    url = f"{action.get_absolute_url()}edit/"
    draft = filled(partner.get(url), title="Half done")
    assert partner.post(url, {**draft, "draft": "1"}).status_code == 302
    assert "Half done" in page(partner.get(url)).text or filled(partner.get(url))["title"] == [
        "Half done"
    ]
    opened = leader.get(url)
    assert filled(opened)["title"] == ["As accepted"]
    assert "is preparing a change of this action" in page(opened).text
    for button in ("accept", "submit", "draft"):
        answer = leader.post(url, {**filled(opened, description="A comma"), button: "1"})
        assert answer.status_code == 422
        assert "still preparing a change" in page(answer).text
    action.refresh_from_db()
    assert (action.title, action.description) == ("As accepted", "")
    assert action.proposed.values == {"title": "Half done"}
    # Once it is submitted, it is there for the leader as well.
    partner.post(url, filled(partner.get(url)))
    assert filled(leader.get(url))["title"] == ["Half done"]
