"""Holds the zip of all evidence: what is in it for whom, and what its index says."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from actions.file_services import add_evidence_file, erase_evidence_file
from actions.models import Action, EvidenceFile, EvidenceKind, Review
from actions.rows import EvidenceData
from partners.funder import funder_of
from partners.models import Project, User
from reports import background, exporting
from reports.exporting import EVIDENCE, Asked
from reports.models import Export, SealedFile, SealedReport
from reports.writing import evidence
from reports.writing.evidence import HEADINGS
from tests.actions.test_files import PDF, upload
from tests.making import make_action, on
from tests.pages import page

URL = "/elca/report/evidence/"
NAME = "Kowalska Anna.pdf"


def attach(action: Action, **named: Any) -> EvidenceFile:
    named = {"title": "Proof", "kind": "other", "file": upload(), "user": None, **named}
    return add_evidence_file(action=action, **named)


@pytest.fixture
def event(elca_empty: Project, cast: dict[str, User]) -> Action:
    """An event of AMZ with an agenda as a link, a restricted list and a picture."""
    made = make_action(
        elca_empty, "national-workshops", title="=1+1", status="achieved",
        occasions=(on(2022, 3, 1),),
        evidence=(EvidenceData("Agenda", "https://e.org/a", EvidenceKind.AGENDA),),
    )  # fmt: skip
    attach(made, title="-Anna", kind="attendance", file=upload(NAME), user=cast["amz"])
    attach(made, title="Photo", kind="picture", file=upload("../../x.png", b"\x89PNG\r\n\x1a\n1"))
    return made


@pytest.fixture
def bare(elca_empty: Project) -> Action:
    """A signed agreement of BIC without any paper."""
    return make_action(
        elca_empty, "sme-cooperation", partners="BIC", title="Bare", status="achieved",
        occasions=(on(2021, 5, 1),),
    )  # fmt: skip


def opened(client: Client, query: str = "") -> zipfile.ZipFile:
    answer = client.get(URL + query)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    pack = zipfile.ZipFile(io.BytesIO(answer.content))
    assert pack.testzip() is None
    return pack


def index_of(pack: zipfile.ZipFile) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(pack.read("index.csv").decode("utf-8-sig")))
    assert rows.fieldnames == HEADINGS
    return list(rows)


def kinds(pack: zipfile.ZipFile) -> list[tuple[str, str, str, str]]:
    return [(r["Row id"], r["Kind"], r["File or link"], r["Note"]) for r in index_of(pack)]


def test_files_are_named_by_row_ids_and_every_counted_row_is_in_the_index(
    event: Action, bare: Action, as_user: Any
) -> None:
    planned = make_action(event.project, "sme-cooperation", title="Later", status="planned")
    attach(planned)
    pack = opened(as_user("leader"))
    ref = event.reference
    assert sorted(pack.namelist()) == sorted(
        ["index.csv", "index.xlsx",
         f"table-7/{ref}_attendance_1.pdf", f"table-7/{ref}_picture_1.png"]
    )  # fmt: skip
    assert pack.read(f"table-7/{ref}_attendance_1.pdf") == PDF
    assert kinds(pack) == [
        (bare.reference, "", "", "missing: Signed agreement"),
        (ref, "Agenda", "https://e.org/a", ""),
        (ref, "Signed attendance list", f"table-7/{ref}_attendance_1.pdf", ""),
        (ref, "Picture", f"table-7/{ref}_picture_1.png", ""),
    ]
    listed = index_of(pack)[2]
    file = EvidenceFile.objects.get(kind="attendance", action=event)
    assert listed["Size"] == str(len(PDF))
    assert listed["SHA-256"] == file.sha256
    assert (listed["Uploaded by"], listed["Restricted"]) == ("amz", "yes")
    assert listed["Uploaded at"].startswith(timezone.localtime(file.uploaded_at).date().isoformat())
    assert (listed["Title"], listed["What it is"]) == ("'=1+1", "'-Anna")
    assert (listed["Table"], listed["Partners"]) == ("Table 7", "AMZ")


@pytest.mark.usefixtures("event", "bare")
def test_the_workbook_says_the_same(elca: Project, as_user: Any) -> None:
    pack = opened(as_user("leader"))
    sheet = openpyxl.load_workbook(io.BytesIO(pack.read("index.xlsx"))).active
    assert sheet is not None
    rows = [[str(c) if c is not None else "" for c in row] for row in sheet.values]
    at = rows.index(HEADINGS)
    listed = [[cell.removeprefix("'") for cell in r.values()] for r in index_of(pack)]
    below = at + 1 + len(listed)
    assert rows[at + 1 : below] == listed
    # Nothing follows but what the funder has said of itself.
    words = [cell for row in rows[below:] for cell in row if cell]
    assert words == funder_of(elca).words
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("name", ["reader", "bic"])
def test_restricted_files_stay_out_for_others(event: Action, as_user: Any, name: str) -> None:
    pack = opened(as_user(name))
    assert not any("attendance" in name for name in pack.namelist())
    (line,) = (row for row in index_of(pack) if row["Kind"] == "Signed attendance list")
    assert {n: v for n, v in line.items() if v} == {
        "Row id": event.reference, "Table": "Table 7", "Title": "'=1+1", "Partners": "AMZ",
        "Kind": "Signed attendance list", "Restricted": "yes",
        "Note": "left out: it holds personal data",
    }  # fmt: skip
    whole = b"".join(pack.read(n) for n in pack.namelist())
    assert b"Kowalska" not in whole
    assert b"Anna" not in whole
    assert "attendance" in str(opened(as_user("amz")).namelist())


def test_the_wishes_of_the_report_hold(event: Action, bare: Action, as_user: Any) -> None:
    client: Client = as_user("leader")

    def rows(query: str) -> set[str]:
        return {row["Row id"] for row in index_of(opened(client, query))}

    assert rows("") == {event.reference, bare.reference}
    assert rows("?partner=BIC") == {bare.reference}
    assert rows("?as_of=2021-12-31") == {bare.reference}
    assert rows("?since=2022-01-01") == {event.reference}
    assert client.get(f"{URL}?partner=NOBODY").status_code == 422
    assert client.get(f"{URL}?as_of=2999-01-01").status_code == 422
    Action.objects.filter(pk=bare.pk).update(review=Review.DRAFT)
    assert rows("") == {event.reference}
    offered = page(client.get("/elca/report/")).text
    assert "Download the evidence (.zip)" in offered


def test_erased_and_lost_files_are_told(event: Action, as_user: Any) -> None:
    erased = EvidenceFile.objects.get(kind="attendance", action=event)
    erase_evidence_file(file=erased, user=None, reason="Asked for")
    Path(EvidenceFile.objects.get(kind="picture", action=event).file.path).unlink()
    changed = attach(event, kind="agenda", file=upload("a.txt", b"as it was"))
    Path(changed.file.path).write_bytes(b"as it is")
    pack = opened(as_user("leader"))
    lines = {row["Kind"]: row for row in index_of(pack) if row["File or link"] != "https://e.org/a"}
    gone = lines["Signed attendance list"]
    assert (gone["File or link"], gone["Note"]) == ("", "Asked for")
    assert gone["Erased"] == timezone.localdate().isoformat()
    assert gone["SHA-256"] == erased.sha256
    assert lines["Picture"]["Note"] == "not in the zip: the server has lost the file"
    assert lines["Agenda"]["Note"] == "its content is not what was uploaded"
    assert f"table-7/{event.reference}_agenda_1.txt" in pack.namelist()


@pytest.mark.usefixtures("event")
def test_the_same_state_gives_the_same_bytes(
    bare: Action, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Client = as_user("leader")
    first = client.get(URL).content
    later = timezone.now() + timedelta(seconds=5)
    monkeypatch.setattr("time.time", later.timestamp)
    assert client.get(URL).content == first
    attach(bare, kind="agreement")
    assert client.get(URL).content != first


def test_names_of_rows_are_made_safe_and_given_once(elca_empty: Project, as_user: Any) -> None:
    for number, reference in enumerate(["../x", "..\\x", "-x"]):
        made = make_action(elca_empty, "sme-cooperation", title=f"S {number}", status="achieved")
        Action.objects.filter(pk=made.pk).update(reference=reference)
        attach(made)
    names = [n for n in opened(as_user("leader")).namelist() if not n.startswith("index")]
    assert len(set(names)) == 3
    assert all(n.isascii() and n.startswith("table-5/x_other_") for n in names), names


def test_much_evidence_is_put_together_elsewhere(
    event: Action, as_user: Any, cast: dict[str, User], monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    started: list[Any] = []
    monkeypatch.setattr(background, "start", lambda *command: started.append(command))
    monkeypatch.setattr(exporting, "EVIDENCE_AT_ONCE", 5)
    monkeypatch.setattr(evidence, "ROWS_AT_ONCE", 1)
    client: Client = as_user("amz")
    answer = client.get(URL)
    assert answer.status_code == 302
    export = Export.objects.get()
    assert started == [("work_on_export", str(export.pk))]
    assert export.name.startswith("ELCA-evidence-2")
    exporting.work(export)
    export.refresh_from_db()
    assert export.state == Export.State.READY
    got = client.get(f"{export.get_absolute_url()}file/").getvalue()
    pack = zipfile.ZipFile(io.BytesIO(got))
    assert f"table-7/{event.reference}_attendance_1.pdf" in pack.namelist()
    assert not Asked(event.project, cast["amz"], EVIDENCE, "zip", {"partner": "BIC"}).is_long
    # What is erased must not live on in a zip that waits.
    path = Path(export.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        file = EvidenceFile.objects.get(kind="attendance", action=event)
        erase_evidence_file(file=file, user=None, reason="x")
    assert not path.exists()
    assert not Export.objects.exists()


def test_sealed_reports_learn_what_is_erased(event: Action, as_user: Any) -> None:
    file = EvidenceFile.objects.get(kind="attendance", action=event)
    report = SealedReport.objects.create(
        project=event.project, number=1, title="First", as_of=timezone.localdate(), content="{}",
        checksum="x", sealed_at=timezone.now(),
    )  # fmt: skip
    sealed = SealedFile.objects.create(
        report=report, evidence_id=file.pk, action_id=event.pk, reference=event.reference,
        file=file.file.name, name=NAME, media_type=file.media_type, sha256=file.sha256,
        size=file.size, restricted=True,
    )  # fmt: skip
    refused = as_user("amz").post(f"/elca/files/{file.pk}/delete/")
    assert refused.status_code == 422
    assert "A sealed report holds this file" in page(refused).text
    erase_evidence_file(file=file, user=None, reason="x")
    sealed.refresh_from_db()
    file.refresh_from_db()
    assert sealed.erased_at == file.erased_at
    assert (sealed.name, sealed.sha256) == ("", file.sha256)
