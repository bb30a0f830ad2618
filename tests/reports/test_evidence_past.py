"""Holds what of the evidence is handed out on pages of the past, and of zips that waited."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from actions.file_services import (
    add_evidence_file,
    change_evidence_file,
    erase_evidence_file,
    remove_evidence_file,
)
from actions.models import Action, EvidenceFile
from actions.services import delete_action
from partners import clock
from partners.models import Membership, Project, User
from reports import background, exporting
from reports.models import Export
from tests.actions.test_files import PDF, upload
from tests.making import make_action, on
from tests.pages import page
from tests.past import let_days_pass

NAME = "Kowalska Anna.pdf"


@pytest.fixture
def event(elca_empty: Project) -> Action:
    return make_action(
        elca_empty, "national-workshops", title="Day", status="achieved",
        occasions=(on(2022, 3, 1),),
    )  # fmt: skip


@pytest.fixture
def file(event: Action) -> EvidenceFile:
    """A file that was there ten days ago, for everyone."""
    added = add_evidence_file(
        action=event, title="Anna Kowalska", kind="picture", file=upload(NAME), user=None
    )
    let_days_pass(10)
    return added


def restrict(file: EvidenceFile) -> None:
    change_evidence_file(
        file=file, user=None, title=file.title, kind="attendance", restricted=True, keep_until=None
    )


def then() -> date:
    return clock.today() - timedelta(days=5)


def opened(client: Client) -> zipfile.ZipFile:
    answer = client.get(f"/known/{then()}/elca/report/evidence/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def files_in(pack: zipfile.ZipFile) -> list[str]:
    return [name for name in pack.namelist() if not name.startswith("index")]


def whole(pack: zipfile.ZipFile) -> str:
    return " ".join(pack.read(name).decode("utf-8", "replace") for name in pack.namelist())


def line(pack: zipfile.ZipFile) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(pack.read("index.csv").decode("utf-8-sig")))
    return next(row for row in rows if row["Kind"])


@pytest.mark.usefixtures("file")
def test_what_is_there_today_is_handed_out(as_user: Any) -> None:
    pack = opened(as_user("reader"))
    (name,) = files_in(pack)
    assert pack.read(name) == PDF
    assert line(pack)["What it is"] == "Anna Kowalska"


@pytest.mark.parametrize("end", ["stays", "action deleted", "removed", "row gone"])
@pytest.mark.parametrize("name", ["reader", "bic", "amz", "leader"])
def test_what_was_restricted_since_is_closed_whatever_became_of_it(
    event: Action, file: EvidenceFile, as_user: Any, name: str, end: str
) -> None:
    restrict(file)
    if end == "action deleted":
        delete_action(action=event, user=None)
    elif end == "removed":
        remove_evidence_file(file=file, user=None)
    elif end == "row gone":
        # It was opened again before it went: what was ever closed stays so.
        EvidenceFile.objects.filter(pk=file.pk).update(restricted=False)
        EvidenceFile.objects.filter(pk=file.pk).delete()
    client: Client = as_user(name)
    pack = opened(client)
    trusted = name == "leader"
    assert bool(files_in(pack)) is (trusted and end == "stays")
    assert ("Kowalska" in whole(pack)) is trusted
    text = page(client.get(f"/known/{then()}{event.get_absolute_url()}")).text
    assert ("Kowalska" in text) is trusted


@pytest.mark.parametrize("end", ["action deleted", "removed", "erased"])
def test_what_is_gone_does_not_come_back(
    event: Action, file: EvidenceFile, as_user: Any, end: str
) -> None:
    if end == "action deleted":
        delete_action(action=event, user=None)
    elif end == "removed":
        remove_evidence_file(file=file, user=None)
    else:
        erase_evidence_file(file=file, user=None, reason="Asked for")
    for name in ("reader", "leader"):
        client: Client = as_user(name)
        pack = opened(client)
        assert not files_in(pack)
        assert PDF.decode("latin-1") not in whole(pack)
        said = line(pack)
        assert (said["What it is"], said["File or link"]) == ("Anna Kowalska", "")
        assert said["Note"] == ("Asked for" if end == "erased" else "left out: it is gone")
        shown = client.get(f"/known/{then()}{event.get_absolute_url()}")
        links = [link.url for link in page(shown).links]
        offered = any(url.endswith(f"/files/{file.pk}/") for url in links)
        assert offered is (end == "erased")
        assert ("removed since" in page(shown).text) is (end != "erased")


# Zips that waited


@pytest.fixture
def waiting(
    file: EvidenceFile, cast: dict[str, User], as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> Export:
    """A zip of evidence that the partner user has asked for, not written yet."""
    assert file.size > 5
    assert "amz" in cast
    monkeypatch.setattr(background, "start", lambda *_command: None)
    monkeypatch.setattr(exporting, "EVIDENCE_AT_ONCE", 5)
    assert as_user("amz").get("/elca/report/evidence/").status_code == 302
    return Export.objects.get()


def test_a_zip_that_was_taken_away_while_it_was_written_is_not_left(
    waiting: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = exporting._write

    def write_and_lose(export: Export, path: Path, tell: Any) -> str:
        fault = write(export, path, tell)
        assert path.exists()
        Export.objects.filter(pk=export.pk).delete()
        return fault

    monkeypatch.setattr(exporting, "_write", write_and_lose)
    exporting.work(waiting)
    assert not Path(waiting.file.path).exists()


@pytest.mark.parametrize("change", ["role", "partner", "nothing", "unknown"])
def test_a_zip_is_for_who_asked_as_who_they_were(
    waiting: Export, as_user: Any, cast: dict[str, User], change: str
) -> None:
    exporting.work(waiting)
    mine = Membership.objects.filter(user=cast["amz"])
    if change == "role":
        mine.update(role="reader")
    elif change == "partner":
        mine.update(partner=waiting.project.partners.get(code="BIC"))
    elif change == "unknown":
        # Of before it was kept who asks.
        Export.objects.update(wishes={"language": "en"})
    client: Client = as_user("amz")
    url = waiting.get_absolute_url()
    answer = client.get(f"{url}file/")
    assert answer.status_code == (200 if change == "nothing" else 404)
    if change == "nothing":
        assert zipfile.is_zipfile(io.BytesIO(answer.getvalue()))
    assert ("Download" in page(client.get(url)).text) is (change == "nothing")
    if change != "nothing":
        assert "Ask for the file once more." in page(client.get(url)).text


def test_other_files_are_had_in_any_role(
    elca: Project, cast: dict[str, User], as_user: Any
) -> None:
    export = Export.objects.create(
        project=elca, user=cast["amz"], subject="report", ending="csv", name="x.csv",
        file=ContentFile(b"x", "x.csv"), state=Export.State.READY,
    )  # fmt: skip
    Membership.objects.filter(user=cast["amz"]).update(role="reader")
    assert as_user("amz").get(f"{export.get_absolute_url()}file/").getvalue() == b"x"
