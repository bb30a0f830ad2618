"""Below ``/known/<day>/`` every page is that of the day, for the roles of today, and only read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_script_prefix, reverse

from actions.models import Action
from partners import clock
from partners.models import Project
from reports import exporting
from reports.models import Export
from tests.making import make_action
from tests.pages import member, page
from tests.past import let_days_pass

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("elca")]
PAGES = [
    "", "kpis/4/", "kpis/10/?partner=AMZ", "partners/AMZ/", "deviations/", "timeline/", "actions/",
    "agreements/", "events/", "matchmaking/", "organisations/", "report/",
    "charts/overview.svg", "lists/action/?form=csv", "organisations/export/?form=csv",
    "report/file/?form=csv",
]  # fmt: skip


@pytest.fixture
def day(elca: Project) -> date:
    """A past day since which an action came, another went and a third has another title."""
    action = elca.actions.get(reference="T11-01")
    Action.objects.filter(pk=action.pk).update(title="Former title")
    let_days_pass(10)
    Action.objects.filter(pk=action.pk).update(title="Present title")
    elca.actions.filter(type__table_number=8).delete()
    make_action(elca, "sectors", title="Brand new")
    return clock.today() - timedelta(days=5)


@pytest.fixture(autouse=True)
def address_of_today() -> Iterator[None]:
    yield
    assert get_script_prefix() == "/"


def test_a_page_shows_what_was_known_and_says_so(day: date, as_user: Any) -> None:
    client = as_user("leader")
    path = "/elca/actions/?q=T11-01"
    then, now = client.get(f"/known/{day}{path}"), client.get(path)
    assert (then.status_code, now.status_code) == (200, 200)
    assert "Former title" in page(then).text
    assert "Present title" not in page(then).text
    assert f"As it was known on {day:%-d %b %Y}" in page(then).text
    assert "The record begins on" in page(then).text
    assert "Present title" in page(now).text
    assert "Former title" not in page(now).text
    kpis = page(client.get(f"/known/{day}/elca/kpis/7/")).text
    assert "9 of 6" in kpis
    details = client.get(f"/known/{day}/elca/actions/?q=brand")
    assert "0 rows" in page(details).text


def test_all_links_stay_in_the_past_but_the_way_back(day: date, as_user: Any) -> None:
    client = as_user("admin")
    for path in PAGES[:12]:
        shown = page(client.get(f"/known/{day}/elca/{path}"))
        urls = {link.url for link in shown.links if "/elca/" in link.url}
        back = {url for url in urls if not url.startswith(f"/known/{day}/elca/")}
        assert back == {f"/elca/{path}"}, path
        # What belongs to the account is sent on to today; nothing else can be sent.
        of_the_account = {
            f"/known/{day}/sign-out/",
            f"/known/{day}/theme/",
            f"/known/{day}/language/",
        }
        assert {form.action for form in shown.forms} == of_the_account, path
        sources = [said for tag, said in shown.tags if tag in ("link", "script", "img")]
        assert all("/known/" not in str(said) for said in sources)


@pytest.mark.parametrize("path", PAGES)
def test_everybody_reads_the_past_who_reads_the_present(path: str, day: date, as_user: Any) -> None:
    for name, status in [("reader", 200), ("amz", 200), ("leader", 200), ("outsider", 404)]:
        assert as_user(name).get(f"/elca/{path}").status_code == status
        answer = as_user(name).get(f"/known/{day}/elca/{path}")
        assert answer.status_code == status, name
    answer = Client().get(f"/known/{day}/elca/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/known/{day}/sign-in/?next=/known/{day}/elca/")
    assert Client().get(answer["Location"])["Location"].startswith("/sign-in/?next=/known/")


def test_a_record_that_is_gone_is_there_in_the_past(day: date, as_user: Any) -> None:
    client = as_user("reader")
    listed = page(client.get(f"/known/{day}/elca/events/?type=international-meetings"))
    [url, *_more] = [
        li.url
        for li in listed.links
        if li.url.startswith(f"/known/{day}/elca/events/") and li.url.split("/")[-2].isdigit()
    ]
    assert client.get(url).status_code == 200
    assert client.get(url.removeprefix(f"/known/{day}")).status_code == 404


def test_nothing_is_offered_or_taken_that_changes_something(
    day: date, elca: Project, as_user: Any
) -> None:
    action = elca.actions.get(reference="T11-01")
    url = action.get_absolute_url()
    for name in ("admin", "leader", "amz"):
        client = as_user(name)
        links = {link.url for link in page(client.get(f"/known/{day}{url}")).links}
        assert f"/known/{day}{url}edit/" not in links
        for closed in (f"{url}edit/", "/elca/kpis/4/targets/", "/elca/actions/new/sectors/"):
            assert client.get(f"/known/{day}{closed}").status_code == 403
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(f"/known/{day}{url}delete/")
            assert answer.status_code == 405
            assert "You look at the past" in page(answer).text
            assert answer["Allow"] == "GET, HEAD"
    assert elca.actions.filter(pk=action.pk).exists()


@pytest.mark.parametrize(
    "path",
    [
        "/known/9999-99-99/", "/known/9999-99-99/elca/", "/known/2022-6-1/elca/",
        "/known/20220630/elca/", "/known/today/elca/", "/known/%00/elca/", "/known//elca/",
        "/known/2022-W26-4/elca/", "/known/٢٠٢٢-٠٦-٣٠/elca/",
    ],
)  # fmt: skip
def test_what_is_no_day_is_said_in_words(path: str, as_user: Any) -> None:
    answer = as_user("leader").get(path)
    assert answer.status_code == 404
    assert "names no day" in page(answer).text or "nothing at this address" in page(answer).text


def test_days_that_are_not_past_lead_to_today(as_user: Any) -> None:
    client, today = as_user("reader"), clock.today()
    for day in (today, today + timedelta(days=1), date.max):
        answer = client.get(f"/known/{day}/elca/actions/?q=a%20b&page=2")
        assert (answer.status_code, answer["Location"]) == (302, "/elca/actions/?q=a%20b&page=2")
        assert client.post(f"/known/{day}/elca/actions/").status_code == 405


@pytest.mark.parametrize("rest", ["/evil.example/", "//evil.example", "\\evil.example", "%5Cevil"])
def test_no_address_leads_to_another_site(rest: str, as_user: Any) -> None:
    answer = as_user("reader").get(f"/known/{date.max}/{rest}")
    assert answer.status_code in (302, 404)
    assert not answer.get("Location", "/x").startswith(("//", "/\\", "http"))


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "2022-06-30"])
def test_before_the_record_begins_the_page_says_so(day: str, as_user: Any) -> None:
    for path in PAGES:
        answer = as_user("reader").get(f"/known/{day}/elca/{path}")
        assert answer.status_code == 404
        assert "nothing had been recorded yet. The record of this project begins on" in (
            page(answer).text
        )
    assert "recorded" not in page(as_user("outsider").get(f"/known/{day}/elca/")).text


def test_what_belongs_to_no_day_is_where_it_was(day: date, as_user: Any) -> None:
    client = as_user("admin")
    for path in ("", "admin/", "health/", "static/css/app.css", "sign-in/?next=/x", "password/"):
        answer = client.get(f"/known/{day}/{path}")
        assert answer["Location"] == f"/{path}"
    assert client.post(f"/known/{day}/admin/partners/partner/1/delete/").status_code == 405
    answer = client.post(f"/known/{day}/sign-out/")
    assert (answer.status_code, answer["Location"]) == (307, "/sign-out/")


# Asking for the past


def test_the_form_offers_both_senses(day: date, as_user: Any) -> None:
    client = as_user("reader")
    text = page(client.get("/elca/kpis/7/")).text
    assert "What had been achieved by then, as we know today" in text
    assert "What was known then, as it was recorded at the time" in text
    asked = {"as_of": str(day), "partner": "AMZ"}
    stays = client.get("/elca/kpis/7/", {**asked, "sense": "achieved"})
    assert stays.status_code == 200
    assert "as we know it today" in page(stays).text
    goes = client.get("/elca/kpis/7/", {**asked, "sense": "known"})
    assert goes["Location"] == f"/known/{day}/elca/kpis/7/?partner=AMZ"
    other = day - timedelta(days=1)
    moved = client.get(f"/known/{day}/elca/kpis/7/", {"as_of": str(other), "sense": "known"})
    assert moved["Location"] == f"/known/{other}/elca/kpis/7/"
    back = client.get(f"/known/{day}/elca/kpis/7/", {**asked, "sense": "achieved"})
    assert back["Location"] == f"/elca/kpis/7/?partner=AMZ&as_of={day}"
    home = client.get(f"/known/{day}/elca/kpis/7/", {"as_of": "", "sense": "known"})
    assert home["Location"] == "/elca/kpis/7/"


def test_any_page_asks_for_its_past_and_keeps_its_filters(day: date, as_user: Any) -> None:
    client = as_user("reader")
    asked = {"q": "T11-01", "as_of": f"{day:%d.%m.%Y}", "sense": "known"}
    answer = client.get("/elca/actions/", asked)
    assert answer["Location"] == f"/known/{day}/elca/actions/?q=T11-01"
    for wrong in ("2022-02-30", "x", "99.99.9999", "\x00"):
        answer = client.get("/elca/kpis/7/", {"as_of": wrong, "sense": "known"})
        assert answer.status_code == 200
        assert "Enter a valid date" in page(answer).text


def test_what_had_been_achieved_can_be_asked_of_the_past_too(day: date, as_user: Any) -> None:
    text = page(as_user("reader").get(f"/known/{day}/elca/kpis/7/?as_of=2022-01-01")).text
    assert "What had been achieved by 1 Jan 2022, as it was known on" in text


def test_pages_of_the_past_take_as_many_queries_for_many_rows(day: date, elca: Project) -> None:
    client = member(elca, "reader")

    def queries() -> dict[str, int]:
        found = {}
        for path in PAGES[:11]:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/known/{day}/elca/{path}").status_code == 200
            found[path] = len(captured)
        return found

    few = queries()
    elca.actions.update(results="Touched")
    elca.organisations.update(note="Touched")
    assert queries() == few


# Files and commands


def report(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("kpi_report", "--format", "json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def achieved(figures: dict[str, Any]) -> dict[int, int]:
    return {line["number"]: line["achieved"] for line in figures["indicators"]}


def test_the_command_line_tells_what_was_known(day: date, tmp_path: Path) -> None:
    then, now = report("--known", str(day)), report()
    assert then["as_of"] == str(day)
    assert (achieved(then)[7], achieved(now)[7]) == (9, 0)
    for name in ("then.csv", "now.csv"):
        options = ["--known", str(day)] if name == "then.csv" else []
        call_command("export_report", str(tmp_path / name), *options, stdout=StringIO())
    then_text, now_text = ((tmp_path / name).read_text() for name in ("then.csv", "now.csv"))
    assert "Former title" in then_text
    assert "Brand new" not in then_text
    assert "Present title" in now_text
    assert "Brand new" in now_text


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ("2022-06-30", "nothing had been recorded yet"),
        ("2999-01-01", "is none"),
        ("30.06.2022", "is not a day"),
    ],
)
def test_the_command_line_says_what_cannot_be_known(known: str, words: str, elca: Project) -> None:
    with pytest.raises(CommandError, match=words):
        report("--known", known)
    assert elca.actions.count() == 104


def test_a_long_file_is_of_the_past_that_it_was_asked_in(
    day: date, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting.Asked, "is_long", True)
    monkeypatch.setattr(exporting.background, "start", lambda *_args: None)
    answer = as_user("leader").get(f"/known/{day}/elca/lists/action/?form=csv")
    export = Export.objects.get()
    assert answer["Location"] == f"/known/{day}" + reverse(
        "export-detail", args=["elca", export.pk]
    )
    exporting.work(export)
    export.refresh_from_db()
    assert export.state == Export.State.READY, export.fault
    text = Path(export.file.path).read_text()
    assert "Former title" in text
    assert "Brand new" not in text
    assert as_user("leader").get(answer["Location"]).status_code == 200
