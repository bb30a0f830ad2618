"""Holds what the pages on accessibility and privacy say to be true, as far as a test can."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from partners.models import Project, User
from partners.privacy import KEPT, cookies
from reports.models import Export
from tests.conftest import PASSWORD
from tests.pages import page

BOTH = ("/accessibility/", "/privacy/")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return page(answer).text


# Both pages


def test_they_are_led_to_from_every_foot(as_user: Any) -> None:
    for client, address in (
        (Client(), "/sign-in/"),
        (Client(), "/privacy/"),
        (as_user("reader"), "/elca/"),
        (as_user("outsider"), "/"),
    ):
        html = client.get(address).content.decode()
        foot = html.partition("<footer")[2]
        for link in BOTH:
            assert f'href="{link}"' in foot


def test_they_name_whom_to_write_to(settings: Any) -> None:
    for address in BOTH:
        assert "has not named a contact yet" in text_of(Client(), address)
    settings.CONTACT_NAME, settings.CONTACT_EMAIL = "Cluster MAV", "help@example.org"
    for address in BOTH:
        said = Client().get(address).content.decode()
        assert '<a href="mailto:help@example.org">help@example.org</a>' in said
        assert "Cluster MAV" in said
        assert "has not named a contact yet" not in said


# Accessibility


def test_the_statement_has_the_parts_of_the_model(settings: Any) -> None:
    said = Client().get("/accessibility/").content.decode()
    assert re.findall(r"<h2>([^<]+)</h2>", said) == [
        "Compliance status",
        "Non-accessible content",
        "Preparation of this statement",
        "Feedback and contact",
        "Enforcement procedure",
    ]
    assert "partially compliant" in said
    assert "has not named it here yet" in said
    settings.ACCESSIBILITY_ENFORCEMENT = "Turn to the ombudsman."
    said = Client().get("/accessibility/").content.decode()
    assert "Turn to the ombudsman." in said
    assert "has not named it here yet" not in said


# Privacy


def test_every_table_with_a_person_in_it_is_named() -> None:
    """Those that point to a user, and those of libraries which hold names or addresses."""
    named = {table for kept in KEPT for table in kept.tables}
    persons = {
        model._meta.label
        for model in apps.get_models()
        if not model._meta.parents  # what extends a table is named with it
        if any(field.related_model is User for field in model._meta.get_fields())
        or any(f.name in ("ip_address", "session_data") for f in model._meta.get_fields())
    }
    # What Django keeps of rights names nobody: nobody has one of these.
    persons -= {"auth.Group", "auth.Permission"}
    assert persons - named == set()
    assert {label for label in named if apps.get_model(label)} == named


def test_cookies_are_those_that_are_listed(as_user: Any) -> None:
    listed = {name.strip() for cookie in cookies() for name in cookie.name.split(",")}
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": "nobody", "password": "wrong"})
    found = set(client.cookies)
    client = as_user("leader")
    for address in ("/", "/elca/", "/elca/report/funder/", "/privacy/"):
        client.get(address)
    client.post("/elca/report/title-page/", {"deliverable": "D9"})
    client.post("/sign-out/")
    found |= set(client.cookies)
    assert {"sessionid", "csrftoken", "messages"} <= found
    assert found <= listed


class Origins(HTMLParser):
    """Everything that a page has a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "link", "use"):
            self.found |= {v for n, v in said.items() if n in ("src", "href", "srcset") and v}


def test_nothing_is_loaded_from_another_site(as_user: Any) -> None:
    for client, addresses in (
        (Client(), ("/sign-in/", *BOTH)),
        (as_user("admin"), ("/elca/", "/elca/kpis/4/", "/elca/timeline/", "/admin/")),
    ):
        for address in addresses:
            origins = Origins()
            origins.feed(client.get(address).content.decode())
            assert origins.found
            assert {o for o in origins.found if not re.match(r"/(?!/)|#", o)} == set()


def test_numbers_are_those_of_the_settings(settings: Any) -> None:
    settings.KEEP_SIGN_INS_DAYS, settings.KEEP_RESTRICTED_YEARS = 17, 9
    settings.SERVER_LOCATION = "Dresden"
    said = text_of(Client(), "/privacy/")
    for words in ("17 days; then the daily", "9 years after", "on a server here: Dresden"):
        assert words in said


@pytest.mark.usefixtures("cast")
def test_the_password_that_was_typed_is_kept_nowhere_and_no_name_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        Client().post("/sign-in/", {"username": "amz", "password": "a-wrong-one"})
    [attempt] = AccessAttempt.objects.values()
    assert "a-wrong-one" not in str(attempt)
    assert attempt["username"] == "amz"
    warned = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert warned
    assert not any("amz" in words or "127.0.0.1" in words for words in warned)


def test_what_is_past_its_time_is_forgotten(
    settings: Any, elca: Project, cast: dict[str, User], capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KEEP_SIGN_INS_DAYS = 30
    client = Client()
    for name in ("amz", "bic"):
        client.post("/sign-in/", {"username": name, "password": PASSWORD})
    Client(REMOTE_ADDR="10.0.0.9").post("/sign-in/", {"username": "amz", "password": "wrong"})
    export = Export.objects.create(
        project=elca, user=cast["amz"], subject="report", ending="csv", name="x", file="gone.csv"
    )
    now = timezone.now()
    AccessLog.objects.filter(username="amz").update(attempt_time=now - timedelta(days=31))
    AccessAttempt.objects.update(attempt_time=now - timedelta(days=31))
    sessions = Session.objects.count()
    Session.objects.create(
        session_key="old", session_data="", expire_date=now - timedelta(minutes=1)
    )
    Export.objects.filter(pk=export.pk).update(created_at=now - timedelta(days=8))
    told = "1 failed sign-ins, 1 sign-ins, 1 sessions, 1 long files"
    call_command("forget_old", dry_run=True)
    assert capsys.readouterr().out == f"{told}: nothing was deleted.\n"
    assert AccessLog.objects.count() == 2
    call_command("forget_old")
    assert capsys.readouterr().out == f"{told}: deleted.\n"
    assert [log.username for log in AccessLog.objects.all()] == ["bic"]
    assert not AccessAttempt.objects.exists()
    assert Session.objects.count() == sessions
    assert not Export.objects.exists()
