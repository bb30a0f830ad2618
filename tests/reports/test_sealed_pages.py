"""The pages of sealed reports: sealing, showing, differences, files, and who may open which."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.file_services import add_evidence_file, change_evidence_file, erase_evidence_file
from actions.models import EvidenceFile
from partners import clock
from partners.models import Project
from reports.models import SealedFile, SealedReport
from reports.sealing.plain import checksum
from tests.making import make_action, on
from tests.pages import Page, filled, page
from tests.past import let_days_pass
from tests.reports.sealed import seal, tamper

pytestmark = pytest.mark.django_db
URL = "/elca/report/seal/"
PAGES = ("", "kpis/6/", "kpis/6/?partner=AMZ", "tables/7/", "differences/")
FILES = ("content/", "differences/file/", *(f"report/{e}/" for e in ("xlsx", "csv", "zip")))


@pytest.fixture
def leader(as_user: Any) -> Client:
    client: Client = as_user("leader")
    return client


def rows_of(shown: Page) -> list[list[str]]:
    return [[cell.strip() for cell in row] for row in shown.rows]


def sealing(client: Client, **days: str) -> dict[str, Any]:
    return filled(client.get(URL, {"as_of": "2022-12-31", "since": "", **days}))


def test_sealing_shows_the_figures_first_and_leads_to_the_report(
    elca: Project, leader: Client
) -> None:
    shown = page(leader.get(URL, {"as_of": "2022-12-31"}))
    [row] = [row for row in rows_of(shown) if row[0] == "6"]
    assert row[1:4] == [elca.indicators.get(number=6).title, "10", "10"]
    answer = leader.post(URL, sealing(leader), follow=True)
    sealed = SealedReport.objects.get(project=elca)
    assert answer.redirect_chain == [("/elca/sealed/1/", 302)]
    assert (sealed.title, sealed.as_of) == (
        "Report 1 (01.09.2020 – 31.12.2022)",
        date(2022, 12, 31),
    )
    text = page(answer).text
    assert "verifies" in text
    assert sealed.checksum in text
    assert "Sealed: report 1" in text


def test_a_button_pressed_twice_seals_once(leader: Client) -> None:
    form = sealing(leader)
    assert leader.post(URL, form).status_code == 302
    answer = leader.post(URL, form)
    assert answer.status_code == 422
    assert "sealed meanwhile" in page(answer).text
    assert SealedReport.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"as_of": (clock.today() + timedelta(1)).isoformat()}, "has not come yet"),
        ({"as_of": "2022-01-01", "since": "2022-02-01"}, "begins after the day"),
        ({"as_of": "yesterday"}, "Enter a valid date"),
        ({"as_of": ""}, "This field is required"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(
    leader: Client, days: dict[str, str], words: str
) -> None:
    for answer in (leader.get(URL, days), leader.post(URL, {**sealing(leader), **days})):
        assert answer.status_code == 422
        assert words in page(answer).text
    assert not SealedReport.objects.exists()


def test_periods_that_overlap_are_said_and_taken(elca: Project, leader: Client) -> None:
    seal(elca, since=date(2021, 1, 1), as_of=date(2021, 6, 30))
    apart = page(leader.get(URL, {"since": "2021-07-01", "as_of": "2021-12-31"})).text
    assert "cannot be added up" not in apart
    both = {"since": "2021-06-30", "as_of": "2021-12-31"}
    assert "Report 1 (Final report" in page(leader.get(URL, both)).text
    assert leader.post(URL, sealing(leader, **both)).status_code == 302


def test_the_next_period_follows_the_last(elca: Project, leader: Client) -> None:
    seal(elca, since=date(2021, 1, 1), as_of=date(2021, 6, 30))
    fields = filled(leader.get(URL))
    assert fields["since"] == ["2021-07-01"]
    assert fields["number"] == ["2"]


def test_what_a_sealed_report_shows_is_of_its_time(elca: Project, leader: Client) -> None:
    sealed = seal(elca)
    before = {part: page(leader.get(f"/elca/sealed/1/{part}")) for part in PAGES[1:4]}
    elca.actions.filter(reference="T7-01").delete()
    elca.actions.update(title="Renamed")
    elca.indicators.update(title="Renamed")
    for part, shown in before.items():
        again = page(leader.get(f"/elca/sealed/1/{part}"))
        assert again.rows == shown.rows, part
        assert "Renamed" not in again.text
    detail = page(leader.get(sealed.get_absolute_url()))
    assert "now 9" in detail.text
    assert "/elca/sealed/1/differences/#kpi-6" in {link.url for link in detail.links}


def test_the_differences_as_a_page(elca: Project, leader: Client) -> None:
    seal(elca)
    assert "Nothing: every figure" in page(leader.get("/elca/sealed/1/differences/")).text
    make_action(elca, "national-workshops", title="Late", status="achieved",
                occasions=(on(2022, 5, 5),))  # fmt: skip
    elca.actions.filter(reference="T7-01").delete()
    shown = page(leader.get("/elca/sealed/1/differences/"))
    assert "reported 10, now 10: 1 added, 1 withdrawn" in shown.text
    assert "9 other indicators are as they were sealed" in shown.text
    rows = [row for row in rows_of(shown) if row[:1] in (["added"], ["withdrawn"])]
    assert [row[2:4] for row in rows] == [["Not there yet", "Counted"], ["Counted", "Deleted"]]


def test_what_does_not_verify_is_said_everywhere(elca: Project, leader: Client) -> None:
    for content in ("{}", "nonsense"):
        sealed = seal(elca)
        tamper(sealed, content=content, checksum=checksum(content))
        assert "does not verify" in page(leader.get("/elca/sealed/")).text
        url = sealed.get_absolute_url()
        answer = leader.get(url)
        assert answer.status_code == 200
        assert "does not verify" in page(answer).text
        for part in (*PAGES[1:], *FILES, "report/pdf/", "report/docx/"):
            answer = leader.get(f"{url}{part}")
            assert (answer.status_code, answer["Location"]) == (302, url), part


def test_the_content_is_that_of_the_checksum(elca: Project, leader: Client) -> None:
    sealed = seal(elca)
    answer = leader.get("/elca/sealed/1/content/")
    assert checksum(answer.content.decode()) == sealed.checksum
    assert "ELCA-sealed-1.json" in answer["Content-Disposition"]


def test_every_form_is_handed_out(elca: Project, as_user: Any) -> None:
    seal(elca)
    reader = as_user("reader")
    for ending in ("xlsx", "docx", "pdf", "zip", "csv"):
        answer = reader.get(f"/elca/sealed/1/report/{ending}/")
        assert answer.status_code == 200
        assert f"ELCA-sealed-1-2022-12-31.{ending}" in answer["Content-Disposition"]
    assert reader.get("/elca/sealed/1/report/exe/").status_code == 404


def test_what_is_not_there(elca: Project, leader: Client) -> None:
    seal(elca)
    for part in ("2/", "1/kpis/77/", "1/kpis/6/?partner=NOBODY", "1/tables/1/", "1/files/9/"):
        assert leader.get(f"/elca/sealed/{part}").status_code == 404, part


@pytest.fixture
def files(elca: Project) -> dict[str, str]:
    """The addresses of an open and of a restricted file of a row of AMZ, sealed."""
    action = make_action(elca, "national-workshops", title="With files", status="achieved",
                         occasions=(on(2022, 5, 5),))  # fmt: skip
    for name, restricted in (("open", False), ("closed", True)):
        file = SimpleUploadedFile(f"{name}.txt", name.encode())
        add_evidence_file(
            action=action, title=name, file=file, user=None, kind="other", restricted=restricted
        )
    seal(elca)
    return {f.name: f"/elca/sealed/1/files/{f.pk}/" for f in SealedFile.objects.all()}


def test_who_opens_which_file(files: dict[str, str], as_user: Any) -> None:
    for role in ("reader", "bic", "amz", "leader", "admin"):
        client = as_user(role)
        assert b"".join(client.get(files["open.txt"]).streaming_content) == b"open"
        answer = client.get(files["closed.txt"])
        allowed = role in ("amz", "leader", "admin")
        assert answer.status_code == (200 if allowed else 404), role
        if answer.streaming:
            answer.getvalue()
        names = {link.url for link in page(client.get("/elca/sealed/1/")).links}
        assert files["open.txt"] in names
        assert (files["closed.txt"] in names) is allowed


def test_a_file_marked_later_is_closed_in_the_sealed_report_too(
    elca: Project, files: dict[str, str], as_user: Any
) -> None:
    file = EvidenceFile.objects.get(name="open.txt")
    change_evidence_file(
        file=file, user=None, title=file.title, kind=file.kind, restricted=True, keep_until=None
    )
    assert as_user("amz").get(files["open.txt"]).getvalue() == b"open"
    # Nor do its name and content come back to everyone when nobody is left to hide it.
    elca.actions.filter(title="With files").delete()
    reader = as_user("reader")
    assert reader.get(files["open.txt"]).status_code == 404
    for part in ("", "differences/", "differences/file/", "content/"):
        assert b"open.txt" not in reader.get(f"/elca/sealed/1/{part}").content, part
    assert as_user("leader").get(files["open.txt"]).getvalue() == b"open"


def test_a_restricted_file_is_opened_by_who_answers_for_its_action_today(
    elca: Project, files: dict[str, str], as_user: Any
) -> None:
    def openers() -> set[str]:
        found = {name: as_user(name).get(files["closed.txt"]) for name in ("amz", "bic", "leader")}
        for answer in found.values():
            answer.getvalue()
        return {name for name, answer in found.items() if answer.status_code == 200}

    assert openers() == {"amz", "leader"}
    action = elca.actions.get(title="With files")
    action.partners.set(elca.partners.filter(code="BIC"))
    assert openers() == {"bic", "leader"}
    # Another partner that takes over a code takes over no rights.
    elca.partners.filter(code="BIC").update(code="X")
    elca.partners.filter(code="AMZ").update(code="BIC")
    assert openers() == {"bic", "leader"}
    action.delete()
    assert openers() == {"leader"}


def test_sealed_reports_are_those_of_today_also_below_a_day(elca: Project, leader: Client) -> None:
    let_days_pass(10)
    sealed = seal(elca)
    day = clock.today() - timedelta(days=3)
    for part in ("", "1/", "1/kpis/6/"):
        shown = leader.get(f"/known/{day.isoformat()}/elca/sealed/{part}")
        assert shown.status_code == 200, part
        assert "does not verify" not in page(shown).text, part
    answer = leader.get(f"/known/{day.isoformat()}/elca/sealed/1/content/")
    assert checksum(answer.content.decode()) == sealed.checksum


def test_a_file_outlives_its_action_until_it_is_erased(
    elca: Project, files: dict[str, str], as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = EvidenceFile.objects.get(name="closed.txt")
    with django_capture_on_commit_callbacks(execute=True):
        erase_evidence_file(file=file, user=None, reason="Its time is over")
    leader = as_user("leader")
    assert leader.get(files["closed.txt"]).status_code == 404
    text = page(leader.get("/elca/sealed/1/")).text
    assert "content erased" in text
    assert "verifies" in text
    elca.actions.filter(title="With files").delete()
    assert b"".join(leader.get(files["open.txt"]).streaming_content) == b"open"


def test_pages_take_few_queries_whatever_the_rows(elca: Project, leader: Client) -> None:
    seal(elca)
    most = {"/elca/sealed/": 15, **{f"/elca/sealed/1/{part}": 15 for part in PAGES[1:4]}}
    for url, number in most.items():
        with CaptureQueriesContext(connection) as found:
            leader.get(url)
        assert len(found) <= number, url
    # The figures of today stand beside the sealed ones.
    with CaptureQueriesContext(connection) as found:
        leader.get("/elca/sealed/1/")
    assert len(found) <= 25


def test_nobody_changes_or_deletes_one(elca: Project, as_user: Any) -> None:
    sealed = seal(elca)
    for role in ("leader", "admin"):
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(as_user(role), method)(sealed.get_absolute_url())
            assert answer.status_code == 405
    assert SealedReport.objects.get().content == sealed.content
