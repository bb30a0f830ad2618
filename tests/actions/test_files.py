"""Holds the files of evidence: what is taken, who may what, and that none is lost or left over."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from actions.file_services import add_evidence_file, remove_evidence_file
from actions.files import KINDS, kind_of
from actions.models import MOST_FILES, Action, EvidenceFile, Review
from actions.services import delete_action
from kpis.gaps import gaps
from partners.models import Change, Project, User
from tests.making import make_action
from tests.pages import form_of, page

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nsigned"
PNG = b"\x89PNG\r\n\x1a\nrest"
JPEG = b"\xff\xd8\xff\xe0rest"


def archive(*names: str, mimetype: str = "") -> bytes:
    """A zip archive of parts; open documents say what they are in the first."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        if mimetype:
            book.writestr("mimetype", mimetype)
        for name in names:
            book.writestr(name, "<x/>")
    return out.getvalue()


OPEN = "application/vnd.oasis.opendocument."
DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
ODT = archive("content.xml", mimetype=OPEN + "text")
ODS = archive("content.xml", mimetype=OPEN + "spreadsheet")


def upload(name: str = "scan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    # What the sender says that it is must never matter.
    return SimpleUploadedFile(name, content, content_type="text/html")


def attach(action: Action, title: str = "Signed agreement", **named: Any) -> EvidenceFile:
    return add_evidence_file(action=action, title=title, file=upload(**named), user=None)


def stored() -> set[Path]:
    """Every file of evidence on disk."""
    return {path for path in Path(settings.MEDIA_ROOT).glob("evidence/**/*") if path.is_file()}


@pytest.fixture
def action(elca: Project) -> Action:
    return make_action(elca, "sectors", partners="AMZ", title="With papers", status="achieved")


@pytest.fixture
def url(action: Action) -> str:
    return f"/elca/actions/{action.pk}/files/"


# What is taken


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", b"\xef\xbb\xbf\r\n" + PDF),
        ("a.png", PNG),
        ("a.jpg", JPEG),
        ("a.jpeg", JPEG),
        ("a.docx", DOCX),
        ("a.xlsx", XLSX),
        ("a.odt", ODT),
        ("a.ods", ODS),
        ("a.txt", "Zażółć 🏭".encode()),
        ("a.txt", "Spaß für “alle”".encode("cp1252")),
        ("two.dots.pdf", PDF),
    ],
)
def test_files_of_these_kinds_are_taken(name: str, content: bytes) -> None:
    assert kind_of(upload(name, content)) is KINDS[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "Files of this kind are not taken"),
        ("a.pdf.exe", PDF, "Files of this kind are not taken"),
        ("a.zip", DOCX, "Files of this kind are not taken"),
        ("a.eml", b"From: me", "Files of this kind are not taken"),
        ("a.html", b"<p>", "Files of this kind are not taken"),
        ("a.svg", b"<svg/>", "Files of this kind are not taken"),
        ("pdf", PDF, "Files of this kind are not taken"),
        (".pdf", PDF, "Files of this kind are not taken"),
        ("a.pdf", b"", "The file is empty"),
        ("a.pdf", b"<html>%PDF-1.7", "is not a PDF document"),
        ("a.pdf", PNG, "is not a PDF document"),
        ("a.png", JPEG, "is not a PNG picture"),
        ("a.jpg", PNG, "is not a JPEG picture"),
        ("a.docx", XLSX, "is not a Word document"),
        ("a.docx", ODT, "is not a Word document"),
        ("a.docx", DOCX[:-30], "is not a Word document"),
        ("a.docx", b"<html>" + DOCX, "is not a Word document"),
        ("a.docx", bytes.fromhex("D0CF11E0A1B11AE1"), "protected by a password"),
        (
            "a.docx",
            archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "is not a Word document",
        ),
        ("a.xlsx", DOCX, "is not an Excel workbook"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "is not an Excel workbook"),
        ("a.odt", ODS, "is not an OpenDocument text"),
        ("a.ods", archive("content.xml"), "is not an OpenDocument spreadsheet"),
        ("a.ods", ODS[:-10], "is not an OpenDocument spreadsheet"),
        ("a.txt", b"with\0nul", "is not a plain text"),
        ("a.txt", b"\x81\x8d undefined", "is not a plain text"),
    ],
)
def test_other_files_are_refused_in_words(name: str, content: bytes, said: str) -> None:
    with pytest.raises(ValidationError) as raised:
        kind_of(upload(name, content))
    assert said in raised.value.messages[0]


def test_a_part_that_unpacks_to_very_much_is_not_read(settings: Any) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("mimetype", b"a" * 50_000_000)
    with pytest.raises(ValidationError):
        kind_of(upload("a.odt", out.getvalue()))
    settings.MAX_UPLOAD_BYTES = 1000
    with pytest.raises(ValidationError, match="larger than 1000"):
        kind_of(upload("a.pdf", PDF + b"x" * 1000))


# Attaching


def test_a_file_is_kept_under_a_name_that_nobody_guesses(elca: Project, action: Action) -> None:
    before, changed_at = stored(), action.updated_at
    file = attach(action, "  Signed\n agreement ", name="Our scan.PDF")
    added = (stored() - before).pop()
    assert added.parent == Path(settings.MEDIA_ROOT) / "evidence" / str(elca.pk)
    assert added.suffix == ".pdf"
    assert len(added.stem) == 32
    assert added.read_bytes() == PDF
    assert (file.title, file.name, file.size) == ("Signed agreement", "Our scan.PDF", len(PDF))
    assert file.media_type == "application/pdf"
    assert file.sha256 == sha256(PDF).hexdigest()
    # An import that had made the action must see on its undo that somebody went on with it.
    action.refresh_from_db()
    assert action.updated_at > changed_at
    change = Change.objects.filter(record="action", record_id=action.pk).latest("pk")
    assert change.fields == {"files": ["", "Signed agreement (Our scan.PDF)"]}


@pytest.mark.parametrize(
    "slug", ["sectors", "sme-cooperation", "national-workshops", "matchmaking"]
)
def test_every_record_takes_files_from_its_own_page(elca: Project, as_user: Any, slug: str) -> None:
    action = make_action(elca, slug, partners="AMZ")
    client = as_user("amz")
    detail = page(client.get(action.get_absolute_url()))
    url = f"/elca/actions/{action.pk}/files/"
    assert url in [form.action for form in detail.forms]
    answer = client.post(url, {"title": "Signed agreement", "file": upload()}, follow=True)
    assert answer.redirect_chain == [(f"{action.get_absolute_url()}#evidence", 302)]
    text = page(answer).text
    assert "Attached: Signed agreement (scan.pdf)" in text
    assert f"scan.pdf · {len(PDF)} bytes · amz," in text.replace("\xa0", " ")
    assert "Nothing yet. An auditor" not in text
    assert "File Signed agreement (scan.pdf)" in text  # in the history
    assert action.files.get().uploaded_by.username == "amz"


def test_what_is_wrong_is_said_beside_the_field(as_user: Any, url: str) -> None:
    client = as_user("amz")
    answer = client.post(url, {"title": "My list", "file": upload("list.xlsx", PDF)})
    assert answer.status_code == 422
    text = page(answer).text
    assert "the content is not an Excel workbook" in text
    assert form_of(answer)["title"] == ["My list"]
    empty = page(client.post(url, {})).text
    assert empty.count("This field is required.") == 4  # in the summary and beside each field
    both = page(client.post(url, {"file": upload("a.exe", b"MZ")})).text
    assert "This field is required." in both
    assert "Files of this kind are not taken" in both
    nothing = page(client.post(url, {"title": "x", "file": upload("a.pdf", b"")})).text
    assert "The submitted file is empty." in nothing
    long = client.post(url, {"title": "x" * 201, "file": upload("a" * 220 + ".pdf")})
    assert page(long).text.count("at most 200 characters") == 4
    assert not EvidenceFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(as_user: Any, url: str, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 2_000
    answer = as_user("amz").post(url, {"title": "Big", "file": upload(content=PDF + b"x" * 2_000)})
    assert answer.status_code == 422
    assert "The file is larger than 2.0 KB." in page(answer).text.replace("\xa0", " ")


def test_the_very_same_file_is_not_attached_twice(action: Action, as_user: Any, url: str) -> None:
    attach(action)
    before = stored()
    answer = as_user("amz").post(url, {"title": "Again", "file": upload("other.pdf")})
    assert answer.status_code == 422
    assert "This very file is attached to the action already." in page(answer).text
    assert stored() == before
    assert action.files.count() == 1


def test_an_action_takes_fifty_files_and_leaves_no_more_on_disk(
    action: Action, as_user: Any, url: str
) -> None:
    for number in range(MOST_FILES):
        attach(action, name="a.txt", content=str(number).encode())
    before = stored()
    client = as_user("amz")
    answer = client.post(url, {"title": "One more", "file": upload()})
    assert answer.status_code == 422
    assert "An action takes 50 files at most" in page(answer).text
    assert stored() == before
    detail = page(client.get(action.get_absolute_url()))
    assert "No more files can be attached: an action takes 50." in detail.text
    assert url not in [form.action for form in detail.forms]


def test_an_action_that_was_deleted_meanwhile_takes_nothing(action: Action) -> None:
    before = stored()
    Action.objects.filter(pk=action.pk).delete()
    with pytest.raises(Action.DoesNotExist):
        attach(action)
    assert stored() == before


def test_a_file_whose_row_cannot_be_written_is_not_left_on_disk(
    action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_named: Any) -> None:
        raise RuntimeError("no history")

    before = stored()
    monkeypatch.setattr("actions.file_services.record_change", fail)
    with pytest.raises(RuntimeError, match="no history"):
        attach(action)
    assert stored() == before
    assert not action.files.exists()


# Downloading


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("scan.pdf", PDF, "application/pdf"),
        ("page.txt", b"<script>alert(1)</script>", "text/plain"),
        ("Größe “1”.png", PNG, "image/png"),
    ],
)
def test_a_file_is_saved_as_it_was_and_never_shown(
    action: Action, as_user: Any, name: str, content: bytes, media_type: str
) -> None:
    file = attach(action, name=name, content=content)
    answer = as_user("reader").get(f"/elca/files/{file.pk}/")
    assert answer.getvalue() == content
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_the_disk_has_lost_is_told(action: Action, as_user: Any) -> None:
    file = attach(action)
    Path(file.file.path).unlink()
    answer = as_user("reader").get(f"/elca/files/{file.pk}/")
    assert answer.status_code == 404
    text = page(answer).text
    assert "The file is lost" in text
    assert "scan.pdf" in text
    assert "Or remove it" not in text
    assert "Or remove it" in page(as_user("amz").get(f"/elca/files/{file.pk}/")).text


# Removing


def test_a_removed_file_can_come_back(
    action: Action, as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = attach(action)
    path, url = Path(file.file.path), f"/elca/files/{file.pk}/delete/"
    client = as_user("amz")
    asked = page(client.get(url)).text
    assert "Remove this file?" in asked
    assert "attached by mistake" in asked
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, follow=True)
    assert "Removed: Signed agreement (scan.pdf)" in page(answer).text
    assert not action.files.exists()
    assert path.read_bytes() == PDF
    change = Change.objects.filter(record="action", record_id=action.pk).latest("pk")
    assert change.fields == {"files": ["Signed agreement (scan.pdf)", ""]}
    assert client.post(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("amz", 403), ("bic", 403), ("reader", 403), ("leader", 302)]
)
def test_a_file_of_an_accepted_action_is_taken_back_by_who_reviews(
    action: Action, as_user: Any, url: str, name: str, status: int
) -> None:
    file = attach(action)
    Action.objects.filter(pk=action.pk).update(review=Review.ACCEPTED)
    client: Client = as_user(name)
    links = {link.url for link in page(client.get(action.get_absolute_url())).links}
    for part in ("delete", "edit"):
        assert (f"/elca/files/{file.pk}/{part}/" in links) is (status == 302)
        opened = client.get(f"/elca/files/{file.pk}/{part}/").status_code
        assert opened == (200 if status == 302 else 403)
    described = {"title": "x", "kind": "other"}
    assert client.post(f"/elca/files/{file.pk}/edit/", described).status_code == status
    assert client.post(f"/elca/files/{file.pk}/delete/").status_code == status
    assert action.files.exists() is (status == 403)
    # One more file may always come.
    if name == "amz":
        more = client.post(url, {"title": "More", "file": upload("b.txt", b"more")})
        assert more.status_code == 302


def test_two_who_remove_a_file_at_once_write_one_line_of_history(action: Action) -> None:
    file = attach(action)
    for _person in range(2):
        remove_evidence_file(file=EvidenceFile(pk=file.pk, action=action, title="x"), user=None)
    told = Change.objects.filter(record="action", record_id=action.pk, fields__has_key="files")
    assert told.count() == 2  # attached, removed


def test_a_deleted_action_tells_which_files_it_had(action: Action, as_user: Any) -> None:
    file = attach(action)
    asked = page(as_user("amz").get(f"{action.get_absolute_url()}delete/")).text
    assert "Its 1 file can then no longer be opened" in asked
    delete_action(action=action, user=None)
    assert not EvidenceFile.objects.filter(pk=file.pk).exists()
    assert Path(file.file.path).exists()
    change = Change.objects.get(record="action", label__contains="With papers", kind="deleted")
    assert change.fields["files"] == ["Signed agreement (scan.pdf)", ""]


# Who may what


def test_files_follow_their_action(action: Action, cast: dict[str, User]) -> None:
    attach(action)
    seen = {n for n, u in cast.items() if EvidenceFile.objects.visible_to(u).exists()}
    kept = {n for n, u in cast.items() if EvidenceFile.objects.editable_by(u).exists()}
    assert seen == {"leader", "amz", "bic", "admin", "reader"}
    assert kept == {"leader", "amz", "admin"}


@pytest.mark.parametrize("name", ["reader", "bic"])
def test_who_may_not_edit_the_action_sees_its_files_only(
    action: Action, as_user: Any, url: str, name: str
) -> None:
    file = attach(action)
    client: Client = as_user(name)
    detail = page(client.get(action.get_absolute_url()))
    links = {link.url for link in detail.links}
    assert f"/elca/files/{file.pk}/" in links
    assert f"/elca/files/{file.pk}/delete/" not in links
    assert "Attach a file" not in detail.text
    assert client.get(url).status_code == 403
    assert client.post(url, {"title": "x", "file": upload("b.txt", b"x")}).status_code == 403
    assert client.post(f"/elca/files/{file.pk}/delete/").status_code == 403
    assert action.files.count() == 1


# The gap


def test_a_file_is_evidence(elca_empty: Project) -> None:
    none = make_action(elca_empty, "sectors", title="None", status="achieved")
    linked = make_action(elca_empty, "sectors", title="Linked", status="achieved")
    filed = make_action(elca_empty, "sectors", title="Filed", status="achieved")
    for number in range(3):
        linked.evidence.create(title=f"Link {number}")
        attach(filed, name="a.txt", content=str(number).encode())
        attach(linked, name="a.txt", content=str(number).encode())
    found = {gap.key: gap.count for gap in gaps(elca_empty)}
    assert found == {"undated": 3, "no_evidence": 1}
    amz = elca_empty.partners.get(code="AMZ")
    assert {gap.key: gap.count for gap in gaps(elca_empty, partner=amz)} == found
    attach(none)
    assert {gap.key: gap.count for gap in gaps(elca_empty)} == {"undated": 3}
