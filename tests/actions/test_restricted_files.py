"""Holds files with personal data: who sees them, how long they are kept, how they are erased."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from actions import evidence
from actions.evidence import Keeper, missing_kinds
from actions.file_services import (
    add_evidence_file,
    change_evidence_file,
    erase_evidence_file,
    kept_until,
    remove_evidence_file,
)
from actions.models import Action, EvidenceFile
from actions.services import delete_action
from partners import clock
from partners.models import Change, Project, RowVersion, User
from partners.roles import Role
from tests.making import make_action
from tests.pages import member, page

from .test_files import PDF, upload

NAME = "Kowalska Anna.pdf"
TITLE = "List of Anna Kowalska"
SHOWN = "Signed attendance list (restricted)"
MEMBERS = ("leader", "amz", "bic", "admin", "reader")


def attach(action: Action, **named: Any) -> EvidenceFile:
    named = {"title": TITLE, "kind": "attendance", "file": upload(NAME), "user": None, **named}
    return add_evidence_file(action=action, **named)


@pytest.fixture
def event(elca: Project) -> Action:
    return make_action(elca, "national-workshops", partners="AMZ", title="Day", status="achieved")


@pytest.fixture
def listed(event: Action) -> EvidenceFile:
    """An attendance list of AMZ."""
    return attach(event)


def age(file: EvidenceFile) -> None:
    """Let the day until which a file is kept be over."""
    EvidenceFile.objects.filter(pk=file.pk).update(keep_until=clock.today() - timedelta(days=1))


def history(action: Action) -> str:
    changes = Change.objects.filter(record="action", record_id=action.pk)
    return " ".join(f"{change.label} {change.fields} {change.reason}" for change in changes)


# What is restricted


def test_an_attendance_list_is_restricted_whatever_was_ticked(event: Action) -> None:
    file = attach(event, restricted=False)
    assert (file.restricted, file.keep_until) == (True, kept_until(event.project))
    by_title = attach(event, title="Teilnehmerliste", kind="", file=upload(content=PDF + b"1"))
    assert (by_title.kind, by_title.restricted) == ("attendance", True)
    ticked = attach(event, title="x", kind="picture", restricted=True, keep_until=date(2999, 1, 1),
                    file=upload(content=PDF + b"2"))  # fmt: skip
    assert (ticked.restricted, ticked.keep_until) == (True, date(2999, 1, 1))
    plain = attach(event, title="x", kind="picture", file=upload(content=PDF + b"3"))
    assert (plain.restricted, plain.keep_until) == (False, None)


def test_five_years_after_the_project(elca: Project) -> None:
    assert kept_until(elca) == elca.ends_on.replace(year=elca.ends_on.year + 5)
    elca.first_month, elca.length_months = date(2023, 3, 1), 12  # ends on 29 February 2024
    assert kept_until(elca) == date(2029, 2, 28)


def test_a_day_that_is_over_is_refused_beside_its_field(event: Action, as_user: Any) -> None:
    client: Client = as_user("amz")
    url = f"/elca/actions/{event.pk}/files/"
    sent = {"title": "List", "kind": "attendance", "keep_until": str(clock.today())}
    answer = client.post(url, {**sent, "file": upload()})
    assert answer.status_code == 422
    assert page(answer).text.count("This day must lie ahead.") == 2  # above, beside the field
    assert client.post(url, {**sent, "keep_until": "soon", "file": upload()}).status_code == 422
    assert not event.files.exists()
    with clock.as_if_on(kept_until(event.project)), pytest.raises(ValidationError) as raised:
        attach(event)
    assert "is over" in raised.value.message_dict["keep_until"][0]


# Who sees it


@pytest.mark.parametrize("name", MEMBERS)
def test_a_restricted_file_is_opened_by_few(
    event: Action, listed: EvidenceFile, as_user: Any, cast: dict[str, User], name: str
) -> None:
    client: Client = as_user(name)
    trusted = name in ("leader", "amz", "admin")
    visible = EvidenceFile.objects.visible_to(cast[name])
    assert visible.filter(pk=listed.pk).exists() is trusted
    got = client.get(f"/elca/files/{listed.pk}/")
    assert got.status_code == (200 if trusted else 404)
    assert (got.getvalue() if trusted else PDF) == PDF
    whole = client.get(event.get_absolute_url())
    text = whole.content.decode()
    assert "Signed attendance list" in page(whole).text
    assert "restricted" in page(whole).text
    for told in (NAME, "Kowalska", f"/elca/files/{listed.pk}/", listed.sha256):
        assert (told in text) is (trusted and told != listed.sha256), told
    assert str(listed) == SHOWN
    assert SHOWN in history(event)
    assert "Kowalska" not in history(event)


@pytest.mark.parametrize("name", ["bic", "reader"])
def test_guessing_the_address_finds_nothing(listed: EvidenceFile, as_user: Any, name: str) -> None:
    client: Client = as_user(name)
    for part in ("", "delete/", "edit/", "erase/"):
        for send in (client.get, client.post):
            answer = send(f"/elca/files/{listed.pk}/{part}")
            assert answer.status_code in (403, 404, 405), part
            assert (answer.status_code == 403) is (part == "erase/"), part
            assert b"Kowalska" not in answer.content
    # No more is told of one that is there than of one that is not.
    assert client.get(f"/elca/files/{listed.pk + 999}/").status_code == 404
    assert EvidenceFile.objects.filter(pk=listed.pk).exists()


def test_a_reader_of_the_partner_is_a_reader(elca: Project, listed: EvidenceFile) -> None:
    assert member(elca, Role.READER, "AMZ").get(f"/elca/files/{listed.pk}/").status_code == 404


def test_partners_of_a_joint_action_see_its_lists(elca: Project, as_user: Any) -> None:
    file = attach(make_action(elca, "national-workshops", partners="AMZ BIC"))
    assert as_user("bic").get(f"/elca/files/{file.pk}/").getvalue() == PDF
    file.action.partners.set(elca.partners.filter(code="AMZ"))
    assert as_user("bic").get(f"/elca/files/{file.pk}/").status_code == 404


def test_a_list_gives_no_name_on_any_page(
    event: Action, listed: EvidenceFile, as_user: Any
) -> None:
    delete_page = as_user("amz").get(f"{event.get_absolute_url()}delete/")
    assert "Kowalska" not in page(delete_page).text
    delete_action(action=event, user=None)
    assert "Kowalska" not in history(event)
    assert SHOWN in history(event)
    assert "Kowalska" not in as_user("reader").get("/elca/").content.decode()
    Path(listed.file.path).unlink()


# Saying anew what a file is


def test_a_file_that_becomes_restricted_loses_its_name_in_the_history(
    event: Action, as_user: Any
) -> None:
    file = attach(event, kind="picture")
    assert "Kowalska" in history(event)
    assert "Kowalska" in as_user("reader").get(event.get_absolute_url()).content.decode()
    client: Client = as_user("amz")
    answer = client.post(f"/elca/files/{file.pk}/edit/", {"title": TITLE, "kind": "attendance"})
    assert answer.status_code == 302
    file.refresh_from_db()
    assert (file.kind, file.restricted, file.name) == ("attendance", True, NAME)
    assert file.keep_until == kept_until(event.project)
    assert "Kowalska" not in history(event)
    assert "Kowalska" not in as_user("reader").get(event.get_absolute_url()).content.decode()
    assert "Kowalska" in client.get(event.get_absolute_url()).content.decode()


def test_a_change_of_words_is_recorded_once(event: Action, as_user: Any) -> None:
    file = attach(event, title="Plan", kind="other", file=upload("plan.pdf"))
    client: Client = as_user("amz")
    url = f"/elca/files/{file.pk}/edit/"
    before = Change.objects.count()
    assert client.post(url, {"title": "Plan", "kind": "other"}).status_code == 302
    assert Change.objects.count() == before
    assert client.post(url, {"title": " The  plan ", "kind": "agenda"}).status_code == 302
    change = Change.objects.latest("pk")
    assert change.fields["files"] == [
        "Plan (plan.pdf), Other evidence",
        "The plan (plan.pdf), Agenda",
    ]
    assert change.user
    assert change.user.username == "amz"
    wrong = client.post(url, {"title": "", "kind": "proof", "keep_until": "2001-01-01"})
    assert wrong.status_code == 422
    assert "This field is required." in page(wrong).text
    over = client.post(url, {"title": "x", "keep_until": "2001-01-01"})
    assert "This day must lie ahead." in page(over).text
    file.refresh_from_db()
    assert file.title == "The plan"
    # A day that has passed meanwhile does not stand in the way of other words.
    age(file)
    file.refresh_from_db()
    change_evidence_file(file=file, user=None, title="New", kind="agenda", restricted=False,
                         keep_until=file.keep_until)  # fmt: skip


# Removing and erasing


def test_a_restricted_file_is_removed_with_its_content(
    listed: EvidenceFile, as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    path, url = Path(listed.file.path), f"/elca/files/{listed.pk}/delete/"
    client: Client = as_user("amz")
    assert "its content is deleted with it, for good" in page(client.get(url)).text
    with django_capture_on_commit_callbacks() as callbacks:
        assert f"Removed: {SHOWN}" in page(client.post(url, follow=True)).text
        assert path.exists()
    for callback in callbacks:
        callback()
    assert not path.exists()


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of files of which something above was told; it holds every file until then."""
    told: list[int] = []
    keeper = Keeper(lambda file: file.pk not in told, lambda file: told.append(file.pk))
    monkeypatch.setattr(evidence, "_keepers", [keeper])
    return told


def test_what_a_sealed_report_holds_is_erased_and_not_removed(
    listed: EvidenceFile, as_user: Any, sealed: list[int]
) -> None:
    client: Client = as_user("amz")
    answer = client.post(f"/elca/files/{listed.pk}/delete/")
    assert answer.status_code == 422
    assert "A sealed report holds this file" in page(answer).text
    assert erase_evidence_file(file=listed, user=None, reason="Asked for")
    assert sealed == [listed.pk]


def test_an_erased_file_leaves_its_record(
    event: Action, listed: EvidenceFile, as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    path, url = Path(listed.file.path), f"/elca/files/{listed.pk}/erase/"
    size, digest = listed.size, listed.sha256
    leader: Client = as_user("leader")
    asked = page(leader.get(url)).text
    assert NAME in asked
    assert "Its name is forgotten as well." in asked
    assert leader.post(url, {"reason": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = leader.post(url, {"reason": "She asked for it"}, follow=True)
    assert f"Erased: {SHOWN}" in page(answer).text
    assert not path.exists()
    listed.refresh_from_db()
    assert (listed.name, listed.title, listed.size, listed.sha256) == (
        "", "Signed attendance list", size, digest,
    )  # fmt: skip
    assert listed.erased_by
    assert listed.erased_by.username == "leader"
    assert "attendance" not in missing_kinds(Action.objects.for_detail().get(pk=event.pk))
    change = Change.objects.filter(record_id=event.pk, record="action").latest("pk")
    assert (change.reason, change.user) == ("She asked for it", listed.erased_by)
    assert change.fields["files"] == [SHOWN, f"{SHOWN}, erased"]
    gone = leader.get(f"/elca/files/{listed.pk}/")
    assert gone.status_code == 410
    said = page(gone).text
    assert "She asked for it" in said
    assert "leader" in said
    for part in ("erase/", "edit/"):
        assert leader.get(f"/elca/files/{listed.pk}/{part}").status_code == 404
    assert not erase_evidence_file(file=listed, user=None, reason="again")
    assert as_user("reader").get(f"/elca/files/{listed.pk}/").status_code == 404


def test_a_file_for_all_keeps_its_name_when_it_is_erased(event: Action) -> None:
    file = attach(event, title="Plan", kind="agenda")
    erase_evidence_file(file=file, user=None, reason="Wrong project")
    file.refresh_from_db()
    assert (file.name, file.title) == (NAME, "Plan")


def test_no_former_version_of_the_row_keeps_the_name(listed: EvidenceFile) -> None:
    versions = RowVersion.objects.filter(table="actions_evidencefile", row_id=listed.pk)
    before = list(versions.values_list("pk", "at", "transaction"))
    row = {"id": listed.pk, "name": NAME, "title": TITLE, "size": 3}
    version = RowVersion.objects.create(
        at=listed.uploaded_at, transaction=1, table="actions_evidencefile", row_id=listed.pk,
        record="action", record_id=listed.action_id, old=None, new=row,
    )  # fmt: skip
    erase_evidence_file(file=listed, user=None, reason="x")
    version.refresh_from_db()
    assert version.new == {**row, "name": "", "title": "Signed attendance list"}
    assert list(versions.values_list("pk", "at", "transaction"))[: len(before)] == before
    assert "Kowalska" not in str(list(versions.values_list("old", "new")))


# When their time is over


def test_files_to_erase_are_listed_for_who_erases(
    event: Action, listed: EvidenceFile, as_user: Any
) -> None:
    leader: Client = as_user("leader")
    before = page(leader.get("/elca/evidence/")).text
    assert "Their day is over 0" in before
    assert "Kept until a day 1" in before
    age(listed)
    found = page(leader.get("/elca/evidence/"))
    assert "Their day is over 1" in found.text
    assert f"/elca/files/{listed.pk}/erase/" in {link.url for link in found.links}
    assert "to be erased" in page(leader.get(event.get_absolute_url())).text
    for name in ("amz", "bic", "reader"):
        assert as_user(name).get("/elca/evidence/").status_code == 403


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("erase_evidence", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_erases_what_is_over(
    event: Action, listed: EvidenceFile, django_capture_on_commit_callbacks: Any
) -> None:
    later = attach(event, file=upload(content=PDF + b"later"))
    path = Path(listed.file.path)
    age(listed)
    dry = run("--dry-run")
    assert f"{event.reference}: Signed attendance list, until" in dry
    assert "1 to erase, 0 to sweep up; nothing was erased." in dry
    assert "Kowalska" not in dry
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 erased, " in run("--project", "elca")
    assert not path.exists()
    listed.refresh_from_db()
    assert listed.erased_why.startswith("Its time is over: it was kept until")
    assert listed.erased_by is None
    change = Change.objects.filter(record_id=event.pk, record="action").latest("pk")
    assert (change.source, change.reason) == ("erase_evidence", listed.erased_why)
    later.refresh_from_db()
    assert later.erased_at is None
    assert "0 erased, 0 swept up." in run()
    with pytest.raises(CommandError, match="There is no project “nowhere”"):
        run("--project", "nowhere")


def test_the_command_sweeps_up_what_the_disk_kept(
    listed: EvidenceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the process had died between the transaction and the disk.
    erase_evidence_file(file=listed, user=None, reason="x")
    path = Path(listed.file.path)
    assert path.exists()
    assert "0 to erase, 1 to sweep up" in run("--dry-run")

    def refuse(_name: str) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as context:
        context.setattr("actions.management.commands.erase_evidence.default_storage.delete", refuse)
        with pytest.raises(CommandError, match="cannot be deleted: Permission denied"):
            run()
    assert "0 erased, 1 swept up." in run()
    assert not path.exists()


# Hostile names


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", None),
        ("a\x07\x1bb.pdf", "ab.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("\u2066a\u2069\u200fb.pdf", "ab.pdf"),
        ("x" * 196 + ".pdf", "x" * 196 + ".pdf"),
        ("<script>.pdf", "<script>.pdf"),
    ],
)
def test_hostile_names(event: Action, as_user: Any, name: str, kept: str | None) -> None:
    client: Client = as_user("amz")
    url = f"/elca/actions/{event.pk}/files/"
    answer = client.post(url, {"title": "x", "kind": "other", "file": upload(name)})
    assert answer.status_code == 302
    file = event.files.get()
    assert file.name == (kept or file.name)
    assert file.name.isprintable()
    assert Path(file.file.path).resolve().parent.name == str(event.project_id)
    got = client.get(f"/elca/files/{file.pk}/")
    assert got.getvalue() == PDF
    disposition = got.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "\n" not in disposition
    assert "/" not in disposition
    assert "<script>" not in client.get(event.get_absolute_url()).content.decode()


def test_removing_tells_nobody_the_name(event: Action, listed: EvidenceFile) -> None:
    remove_evidence_file(file=listed, user=None)
    assert "Kowalska" not in history(event)
