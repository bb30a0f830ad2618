"""The pages of reports and imports: downloads, upload, preview, applying once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.models import Action
from partners.models import Project
from reports.models import Import
from reports.writing.workbook import MEDIA_TYPE
from tests.making import make_action
from tests.reports.files import cell_of, edited, opened, report, workshops

pytestmark = pytest.mark.django_db

GOOD = ["Good", "AMZ", "About it", "03.03.2022", "Fine"]
BAD = ["Bad", "XYZ", "", "31.02.2022", ""]


def book_of(response: Any) -> Any:
    assert (response.status_code, response["Content-Type"]) == (200, MEDIA_TYPE)
    return opened(BytesIO(response.getvalue()))


def uploaded(client: Client, file: BytesIO, name: str = "rows.xlsx", **more: str) -> Any:
    upload = SimpleUploadedFile(name, file.getvalue(), content_type=MEDIA_TYPE)
    return client.post("/elca/import/", {"file": upload, **more})


def test_the_report_page_tells_what_the_workbook_holds(as_user: Any) -> None:
    text = as_user("reader").get("/elca/report/").content.decode()
    assert "Table 0" in text
    assert "SMEs Cooperation Agreements" in text


def test_the_workbook_is_a_file_with_a_name(as_user: Any) -> None:
    response = as_user("reader").get("/elca/report/file/")
    assert book_of(response)["Table 5"].max_row == 21
    today = timezone.localdate().isoformat()
    assert f'filename="ELCA-report-{today}.xlsx"' in response["Content-Disposition"]


def test_the_workbook_of_a_day_and_a_partner(as_user: Any) -> None:
    url = "/elca/report/file/?as_of=2022-06-30&partner=AMZ"
    response = as_user("amz").get(url)
    assert "ELCA-report-AMZ-as-of-2022-06-30.xlsx" in response["Content-Disposition"]
    assert book_of(response)["Table 5"].max_row == 5


def test_a_wrong_day_or_partner_is_shown_in_the_form(as_user: Any) -> None:
    response = as_user("reader").get("/elca/report/file/?as_of=nonsense&partner=XYZ")
    assert response.status_code == 422
    assert "Enter a valid date" in response.content.decode()


def test_a_list_is_exported_as_it_is_filtered(as_user: Any, elca: Project) -> None:
    client = as_user("reader")
    assert book_of(client.get("/elca/lists/agreement/")).active.max_row == 55
    sheet = book_of(client.get("/elca/lists/agreement/?partner=MAV&status=achieved")).active
    rows = elca.actions.filter(type__record="agreement", partners__code="MAV", status="achieved")
    assert sheet.max_row == 1 + rows.count()
    assert book_of(client.get("/elca/lists/agreement/?status=nonsense")).active.max_row == 1
    assert client.get("/elca/lists/nonsense/").status_code == 404
    assert book_of(client.get("/elca/lists/action/")).active.max_row == 105


def test_organisations_are_exported_as_they_are_filtered(as_user: Any, elca: Project) -> None:
    client = as_user("reader")
    everyone = book_of(client.get("/elca/organisations/export/")).active
    assert everyone.max_row == 1 + elca.organisations.count()
    found = book_of(client.get("/elca/organisations/export/?q=composites")).active
    assert found.cell(2, 1).value == "Composites United"


@pytest.mark.parametrize("name", ["reader", "amz", "leader"])
def test_only_administrators_import(as_user: Any, name: str) -> None:
    client = as_user(name)
    assert client.get("/elca/import/").status_code == 403
    assert uploaded(client, workshops(GOOD)).status_code == 403
    assert Import.objects.count() == 0


def test_an_upload_is_shown_before_anything_is_written(as_user: Any, elca: Project) -> None:
    client = as_user("admin")
    assert "No file has been imported yet" in client.get("/elca/import/").content.decode()
    response = uploaded(client, workshops(GOOD))
    record = Import.objects.get()
    assert response["Location"] == f"/elca/import/{record.pk}/"
    text = client.get(response["Location"]).content.decode()
    assert "nothing has been written yet" in text
    assert "Good" in text
    assert "Effect on the indicators" in text
    assert Action.objects.of(elca).count() == 104
    assert "rows.xlsx" in client.get("/elca/import/").content.decode()


def test_it_is_applied_once(as_user: Any, elca: Project) -> None:
    client = as_user("admin")
    page = uploaded(client, workshops(GOOD))["Location"]
    response = client.post(f"{page}apply/", {"rows": "all"}, follow=True)
    assert "Imported. New: 1, changed: 0." in response.content.decode()
    assert "Applied on" in response.content.decode()
    action = Action.objects.of(elca).get(title="Good")
    assert action.created_by.username == "admin"
    again = client.post(f"{page}apply/", follow=True)
    assert "was applied already" in again.content.decode()
    assert Action.objects.of(elca).count() == 105


def test_errors_stop_it_and_the_valid_rows_can_go_ahead(as_user: Any, elca: Project) -> None:
    client = as_user("admin")
    page = uploaded(client, workshops(GOOD, BAD))["Location"]
    text = client.get(page).content.decode()
    assert "1 row waits for an answer: nothing has been written" in text
    assert "“XYZ” is no partner" in text
    assert "Apply only the 1 row that is clear" in text
    refused = client.post(f"{page}apply/", {"rows": "all"}, follow=True)
    assert "Some rows wait for an answer" in refused.content.decode()
    assert Action.objects.of(elca).count() == 104
    client.post(f"{page}apply/", {"rows": "valid"})
    assert Action.objects.of(elca).filter(title="Good").exists()


def test_a_change_since_the_preview_is_shown_and_kept(as_user: Any, elca: Project) -> None:
    client = as_user("admin")

    def edit(book: Any) -> None:
        cell_of(book["Table 8"], "Description", 3).value = "From the file"

    page = uploaded(client, edited(report(elca), edit))["Location"]
    Action.objects.of(elca).filter(reference="T8-02").update(description="Meanwhile")
    response = client.post(f"{page}apply/", {"rows": "all"}, follow=True)
    assert "has changed since the preview" in response.content.decode()
    assert "Meanwhile" in response.content.decode()
    client.post(f"{page}apply/", {"rows": "all"})
    assert Action.objects.of(elca).get(reference="T8-02").description == "From the file"


def test_nothing_to_do_has_no_button(as_user: Any, elca: Project) -> None:
    client = as_user("admin")
    page = uploaded(client, report(elca))["Location"]
    text = client.get(page).content.decode()
    assert "there is nothing to apply" in text
    assert 'name="rows"' not in text


def test_the_table_can_be_said(as_user: Any) -> None:
    client = as_user("admin")
    response = uploaded(client, workshops(GOOD), only_type="national-workshops")
    assert Import.objects.get().only_type.slug == "national-workshops"
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rows.pdf", b"%PDF-1.7", "PDF"),
        ("rows.csv", b"\n", "nothing in the file"),
        ("rows.xlsx", b"a;b", "not a spreadsheet"),
        ("rows.xlsx", b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_the_form(
    as_user: Any, name: str, content: bytes, words: str
) -> None:
    response = uploaded(as_user("admin"), BytesIO(content), name)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Import.objects.count() == 0


def test_too_large_a_file_is_told_in_the_form(as_user: Any, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    response = uploaded(as_user("admin"), BytesIO(b"PK" + b"x" * 2000))
    assert "larger than" in response.content.decode()


def test_uploaded_files_are_private(as_user: Any) -> None:
    uploaded(as_user("admin"), workshops(GOOD), "guess-me.xlsx")
    path = Path(Import.objects.get().file.path)
    assert path.is_relative_to(django_settings.MEDIA_ROOT)
    assert "guess-me" not in path.name
    assert path.stat().st_mode & 0o077 == 0


def test_a_lost_file_is_told(as_user: Any) -> None:
    client = as_user("admin")
    page = uploaded(client, workshops(GOOD))["Location"]
    Path(Import.objects.get().file.path).unlink()
    assert "cannot be opened" in client.post(f"{page}apply/", follow=True).content.decode()


def test_what_is_not_there_is_not_found(as_user: Any) -> None:
    client = as_user("admin")
    assert client.get("/elca/import/99999/").status_code == 404
    assert client.post("/elca/import/99999/apply/").status_code == 404


def test_markup_in_a_file_is_only_text(as_user: Any) -> None:
    page = uploaded(as_user("admin"), workshops(["<script>alert(1)</script>", *GOOD[1:]]))
    text = as_user("admin").get(page["Location"]).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("url", ["/elca/import/", "/elca/report/", "/elca/lists/event/"])
def test_pages_take_as_many_queries_for_much_data(as_user: Any, elca: Project, url: str) -> None:
    client = as_user("admin")
    uploaded(client, workshops(GOOD))
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(10):
        make_action(elca, "national-workshops", title=f"More {number}")
        uploaded(client, workshops(GOOD))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many) <= 16


def test_the_page_of_an_import_takes_few_queries(as_user: Any) -> None:
    client = as_user("admin")
    rows = [[f"Row {number}", *GOOD[1:]] for number in range(40)]
    page = uploaded(client, workshops(*rows))["Location"]
    with CaptureQueriesContext(connection) as queries:
        assert "Row 39" in client.get(f"{page}?page=2").content.decode()
    assert len(queries) <= 12
