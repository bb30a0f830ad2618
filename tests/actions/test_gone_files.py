"""Files of evidence whose rows are gone are erased in their time, and come back if they can."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions import evidence
from actions.evidence import Keeper
from actions.file_services import (
    AcceptedError,
    add_evidence_file,
    change_evidence_file,
    erase_evidence_file,
    remove_evidence_file,
)
from actions.file_views import FilePage
from actions.gone_files import gone_files
from actions.models import Action, EvidenceFile, Review
from actions.services import delete_action
from partners import clock
from partners.models import Change, Project, RowVersion, User
from partners.restoring import restore
from tests.making import make_action
from tests.pages import page

from .test_files import PDF, upload

NAME = "Kowalska Anna.pdf"
TITLE = "List of Anna Kowalska"
SHOWN = "Signed attendance list (restricted)"
FIELDS: dict[str, Any] = {"title": "x", "kind": "picture", "restricted": False, "keep_until": None}


def attach(action: Action, **named: Any) -> EvidenceFile:
    named = {"title": TITLE, "kind": "attendance", "file": upload(NAME), "user": None, **named}
    return add_evidence_file(action=action, **named)


def plan(action: Action) -> EvidenceFile:
    """A file that everyone may open."""
    return attach(action, title="Plan", kind="agenda", file=upload("plan.pdf"))


@pytest.fixture
def event(elca: Project) -> Action:
    return make_action(elca, "national-workshops", partners="AMZ", title="Day", status="achieved")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, bool]]:
    """What something above, which holds nothing, was told of which file; and if it is dated."""
    heard: list[tuple[str, int, bool]] = []

    def note(what: str) -> Any:
        return lambda file: heard.append((what, file.pk, file.erased_at is not None))

    keeper = Keeper(lambda _file: False, note("erased"), note("restricted"))
    monkeypatch.setattr(evidence, "_keepers", [keeper])
    return heard


def accept(action: Action) -> None:
    Action.objects.filter(pk=action.pk).update(review=Review.ACCEPTED)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("erase_evidence", *arguments, stdout=out)
    return out.getvalue()


def delete(action: Action) -> Change:
    pk = action.pk
    delete_action(action=action, user=None)
    return Change.objects.get(kind="deleted", record="action", record_id=pk)


def removal_of(action: Action) -> Change:
    changes = Change.objects.filter(record="action", record_id=action.pk, fields__has_key="files")
    return changes.latest("pk")


def versions_of(pk: int) -> str:
    rows = RowVersion.objects.filter(table="actions_evidencefile", row_id=pk)
    return str(list(rows.values_list("old", "new")))


# Erasing in time


def test_lists_of_deleted_actions_are_erased_in_their_time(
    event: Action, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    file = attach(event, keep_until=date(2028, 2, 29))
    path, pk, record = Path(file.file.path), file.pk, event.pk
    deletion = delete(event)
    run()
    assert path.exists()
    with clock.as_if_on(date(2028, 3, 1)):
        assert "1 to erase, 0 to sweep up" in run("--dry-run")
        with django_capture_on_commit_callbacks(execute=True):
            done = run("--project", "elca")
        assert f"{event.reference}: Signed attendance list, until 2028-02-29" in done
        assert "1 erased, " in done
        assert "0 erased, 0 swept up." in run()
    assert not path.exists()
    assert told == [("erased", pk, True)]
    change = Change.objects.filter(record="action", record_id=record).latest("pk")
    assert (change.kind, change.source) == ("changed", "erase_evidence")
    assert change.reason == "Its time is over: it was kept until 29 Feb 2028."
    assert change.fields["files"] == [SHOWN, f"{SHOWN}, erased"]
    assert change.label == f"{event.reference} Day"
    assert "Kowalska" not in versions_of(pk)
    # The action comes back with the record of the file, which says what became of it.
    restore(change=deletion, user=None, reason="Deleted by mistake")
    back = EvidenceFile.objects.get(pk=pk)
    assert (back.name, back.erased_why) == ("", change.reason)
    assert back.erased_at
    assert not gone_files(event.project)


def test_what_the_disk_kept_of_a_gone_file_is_swept_up(event: Action) -> None:
    file = attach(event)
    path = Path(file.file.path)
    delete(event)
    assert erase_evidence_file(file=file, user=None, reason="Asked for")
    assert path.exists()  # the transaction of the test is not over
    assert "0 to erase, 1 to sweep up" in run("--dry-run")
    assert "0 erased, 1 swept up." in run()
    assert not path.exists()


def test_a_content_that_is_lost_is_no_content_that_comes_back(event: Action) -> None:
    file = plan(event)
    pk = file.pk
    deletion = delete(event)
    Path(file.file.path).unlink()
    restore(change=deletion, user=None, reason="Deleted by mistake")
    back = EvidenceFile.objects.get(pk=pk)
    assert back.erased_at
    assert back.erased_why == "Its content was no longer there when it was brought back."


def test_a_content_that_is_there_comes_back(event: Action, as_user: Any) -> None:
    file = plan(event)
    pk = file.pk
    deletion = delete(event)
    restore(change=deletion, user=None, reason="Deleted by mistake")
    assert EvidenceFile.objects.get(pk=pk).erased_at is None
    assert as_user("reader").get(f"/elca/files/{pk}/").getvalue() == PDF


def test_they_are_listed_and_erased_on_request(
    event: Action, as_user: Any, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    file = attach(event)
    path, pk = Path(file.file.path), file.pk
    delete(event)
    leader: Client = as_user("leader")
    with CaptureQueriesContext(connection) as queries:
        listed = page(leader.get("/elca/evidence/"))
    assert len(queries) <= 15
    assert "Removed, or deleted with their action 1" in listed.text
    assert NAME in listed.text
    url = f"/elca/files/{pk}/erase/"
    assert url in {link.url for link in listed.links}
    assert as_user("amz").get(url).status_code == 403
    assert as_user("amz").post(url, {"reason": "x"}).status_code == 403
    assert NAME in page(leader.get(url)).text
    assert leader.post(url, {"reason": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = leader.post(url, {"reason": "She asked for it"}, follow=True)
    assert f"Erased: {SHOWN}" in page(answer).text
    assert "Removed, or deleted with their action 0" in page(answer).text
    assert not path.exists()
    assert told == [("erased", pk, True)]
    assert leader.get(url).status_code == 404
    change = Change.objects.filter(record="action").latest("pk")
    assert (change.reason, change.user and change.user.username) == ("She asked for it", "leader")


def test_those_of_another_project_are_not_there(event: Action, as_user: Any) -> None:
    other = Project.objects.create(slug="other", acronym="O", title="Other", length_months=9,
                                   first_month=date(2021, 1, 1))  # fmt: skip
    assert as_user("leader").get("/elca/evidence/").status_code == 200
    file = attach(event)
    delete(event)
    assert [each.file.pk for each in gone_files(event.project)] == [file.pk]
    assert not gone_files(other)


# Bringing back what was removed


def test_a_removed_file_comes_back(event: Action, as_user: Any) -> None:
    file, leader = plan(event), as_user("leader")
    pk, row = file.pk, EvidenceFile.objects.filter(pk=file.pk).values().get()
    remove_evidence_file(file=file, user=None)
    url = f"/elca/history/{removal_of(event).pk}/restore/"
    for where in (event.get_absolute_url(), "/elca/history/"):
        assert f'href="{url}"' in leader.get(where).content.decode(), where
        assert f'href="{url}"' not in as_user("amz").get(where).content.decode(), where
    assert as_user("amz").post(url, {"reason": "x"}).status_code == 403
    asked = page(leader.get(url)).text
    assert "Plan (plan.pdf)" in asked
    assert "Removed by" in asked
    assert leader.post(url, {"reason": " "}).status_code == 422
    assert not event.files.exists()
    assert leader.post(url, {"reason": "It was right"}).status_code == 302
    assert EvidenceFile.objects.filter(pk=pk).values().get() == row
    change = removal_of(event)
    assert (change.fields["files"], change.reason) == (["", "Plan (plan.pdf)"], "It was right")
    assert as_user("reader").get(f"/elca/files/{pk}/").getvalue() == PDF
    assert leader.get(url).status_code == 404
    assert leader.post(url, {"reason": "Again"}).status_code == 404
    assert "restore/" not in leader.get(event.get_absolute_url()).content.decode()
    # It can go once more, and come back.
    remove_evidence_file(file=EvidenceFile.objects.get(pk=pk), user=None)
    assert leader.get(f"/elca/history/{removal_of(event).pk}/restore/").status_code == 200


@pytest.mark.parametrize("how", ["restricted", "lost", "erased", "again", "deleted"])
def test_what_cannot_come_back_says_why(event: Action, as_user: Any, how: str) -> None:
    file = attach(event) if how == "restricted" else plan(event)
    remove_evidence_file(file=file, user=None)
    removal = removal_of(event)
    if how == "lost":
        Path(file.file.path).unlink()
    elif how == "erased":
        erase_evidence_file(file=file, user=None, reason="Asked for")
    elif how == "again":
        plan(event)
    elif how == "deleted":
        delete(event)
    leader: Client = as_user("leader")
    answer = leader.get(f"/elca/history/{removal.pk}/restore/")
    if how == "deleted":
        assert answer.status_code == 404
        return
    words = "attached to the action again" if how == "again" else "its content is gone for good"
    assert words in page(answer).text
    with pytest.raises(ValidationError, match=words):
        restore(change=removal, user=None, reason="All the same")
    assert "Kowalska" not in answer.content.decode()


def test_a_change_that_took_nothing_away_is_not_offered(event: Action, as_user: Any) -> None:
    file = plan(event)
    change_evidence_file(file=file, user=None, **FIELDS)
    leader: Client = as_user("leader")
    assert "restore/" not in leader.get(event.get_absolute_url()).content.decode()
    assert leader.get(f"/elca/history/{removal_of(event).pk}/restore/").status_code == 404


# While somebody else accepts the action


def test_the_evidence_of_what_was_accepted_meanwhile_stays(
    event: Action, cast: dict[str, User]
) -> None:
    file = plan(event)
    seen = EvidenceFile.objects.select_related("action").get(pk=file.pk)
    accept(event)
    with pytest.raises(AcceptedError):
        remove_evidence_file(file=seen, user=cast["amz"])
    with pytest.raises(AcceptedError):
        change_evidence_file(file=seen, user=cast["amz"], **FIELDS)
    file.refresh_from_db()
    assert file.title == "Plan"
    assert change_evidence_file(file=seen, user=cast["leader"], **FIELDS)
    remove_evidence_file(file=seen, user=cast["leader"])
    assert not event.files.exists()


@pytest.mark.parametrize("part", ["delete/", "edit/"])
def test_the_pages_forbid_it(
    event: Action, as_user: Any, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    file, find = plan(event), FilePage.find_editable

    def find_and_lose(self: FilePage, pk: int) -> EvidenceFile:
        found = find(self, pk)
        accept(found.action)
        return found

    monkeypatch.setattr(FilePage, "find_editable", find_and_lose)
    answer = as_user("amz").post(f"/elca/files/{file.pk}/{part}", {"title": "New", "kind": "other"})
    assert answer.status_code == 403
    file.refresh_from_db()
    assert file.title == "Plan"


@pytest.mark.parametrize("how", ["removed", "erased"])
def test_a_file_that_goes_while_it_is_described(
    event: Action, as_user: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    file, find = attach(event), FilePage.find_editable

    def find_and_lose(self: FilePage, pk: int) -> EvidenceFile:
        found = find(self, pk)
        if how == "removed":
            EvidenceFile.objects.filter(pk=pk).delete()
        else:
            erase_evidence_file(file=found, user=None, reason="x")
        return found

    monkeypatch.setattr(FilePage, "find_editable", find_and_lose)
    url = f"/elca/files/{file.pk}/edit/"
    assert as_user("amz").post(url, {"title": TITLE, "kind": "other"}).status_code == 404
    assert not EvidenceFile.objects.filter(title=TITLE).exists()


def test_the_action_is_locked_before_its_file(event: Action) -> None:
    file = plan(event)
    with CaptureQueriesContext(connection) as queries:
        change_evidence_file(file=file, user=None, **FIELDS)
        remove_evidence_file(file=file, user=None)
    locks = [q["sql"] for q in queries if " FOR " in q["sql"]]
    if not connection.features.has_select_for_update:
        assert not locks
        return
    tables = ["evidencefile" if 'FROM "actions_evidencefile"' in sql else "action" for sql in locks]
    assert tables == ["action", "evidencefile"] * 2


def test_what_was_marked_restricted_meanwhile_goes_with_its_content(
    event: Action, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    file = plan(event)
    seen = EvidenceFile.objects.select_related("action").get(pk=file.pk)
    change_evidence_file(file=file, user=None, **{**FIELDS, "restricted": True})
    assert told == [("restricted", file.pk, False)]
    change_evidence_file(file=file, user=None, **{**FIELDS, "restricted": True, "title": "y"})
    assert len(told) == 1  # it was restricted already
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence_file(file=seen, user=None)
    assert not Path(file.file.path).exists()
    assert told[1:] == [("erased", file.pk, False)]


def test_a_day_that_lies_ahead_is_waited_for(event: Action) -> None:
    file = attach(event, keep_until=clock.today() + timedelta(days=1))
    delete(event)
    assert "0 to erase, 0 to sweep up" in run("--dry-run")
    assert Path(file.file.path).exists()
