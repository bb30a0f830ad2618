"""The deadlines as a calendar program reads them, at an address that is the key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from kpis.models import Deadline
from kpis.services import set_deadline_status
from partners.account import new_calendar_address
from partners.models import Membership, Project, RowVersion, User
from partners.roles import Role

HOSTILE = "Sign; a, \\b\r\nEND:VEVENT\nX-EVIL:1 " + "ż" * 120


@pytest.fixture
def user(cast: dict[str, User]) -> User:
    new_calendar_address(user=cast["amz"])
    return cast["amz"]


def address(user: User) -> str:
    return f"/calendar/{user.calendar_token}.ics"


def read(user: User) -> Calendar:
    answer = Client().get(address(user))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def events(user: User) -> dict[str, Any]:
    """The events by their stable names."""
    found: dict[str, Any] = {str(event["uid"]): event for event in read(user).walk("VEVENT")}
    assert all(not event.errors for event in found.values())
    return found


def uid(deadline: Deadline) -> str:
    return f"deadline-{deadline.pk}@testserver"


def test_it_holds_every_deadline_of_the_project(user: User, elca: Project) -> None:
    deadlines = list(elca.deadlines.select_related("mission"))
    found = events(user)
    assert len(deadlines) == 21 == len(found)
    for deadline in deadlines:
        event = found[uid(deadline)]
        deadline.project = elca
        assert str(event["summary"]) == f"ELCA: {deadline.activity}"
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtstart"].dt == deadline.due_on
        assert event["dtend"].dt == deadline.due_on + timedelta(days=1)
        assert (event["dtstart"].dt + timedelta(days=1)).day == 1
        assert f"Status: {deadline.get_status_display()}" in event["description"]
        assert elca.title in event["description"]
        if deadline.mission:
            assert event.categories == [deadline.mission.name]
        assert str(event["url"]) == f"http://testserver/elca/timeline/#deadline-{deadline.pk}"
        assert str(event["transp"]) == "TRANSPARENT"
        assert type(event["dtstart"].dt) is date


def test_the_file_keeps_to_the_rules(user: User, elca: Project) -> None:
    Deadline.objects.filter(pk=elca.deadlines.first().pk).update(activity=HOSTILE)
    answer = Client().get(address(user))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    raw: bytes = answer.content
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for line in lines:
        line.decode()  # no letter is cut in two
    calendar = Calendar.from_ical(raw)
    assert str(calendar["version"]) == "2.0"
    assert calendar["prodid"]
    event: Any = next(e for e in calendar.walk("VEVENT") if "X-EVIL" in str(e["summary"]))
    assert str(event["summary"]) == "ELCA: Sign; a, \\b END:VEVENT X-EVIL:1 " + "ż" * 120
    assert "x-evil" not in event


def test_a_change_is_told_and_nothing_else_moves(user: User, elca: Project) -> None:
    RowVersion.objects.count()
    before = Client().get(address(user)).content
    assert Client().get(address(user)).content == before
    deadline = elca.deadlines.filter(status="open")[0]
    set_deadline_status(deadline=deadline, status="done", user=None)
    event = events(user)[uid(deadline)]
    assert "Status: Done" in event["description"]
    moment = event["last-modified"].dt
    version = RowVersion.objects.filter(table="kpis_deadline", row_id=deadline.pk).latest("at")
    assert moment == version.at.astimezone(UTC).replace(microsecond=0)
    assert event["dtstamp"].dt == moment
    assert moment > datetime(2020, 9, 1, tzinfo=UTC)
    assert set(events(user)) == {uid(d) for d in elca.deadlines.all()}


def test_who_is_removed_from_a_project_no_longer_gets_its_deadlines(
    user: User, elca: Project
) -> None:
    other = Project.objects.create(
        slug="other", acronym="OTHER", title="Other", first_month="2022-01-01", length_months=12
    )
    mine = other.deadlines.create(month=3, activity="Of the other")
    assert uid(mine) not in events(user)
    Membership.objects.create(project=other, user=user, role=Role.READER)
    assert uid(mine) in events(user)
    Membership.objects.filter(project=elca, user=user).delete()
    assert set(events(user)) == {uid(mine)}
    Membership.objects.filter(user=user).delete()
    assert events(user) == {}


def test_nobody_else_gets_it(user: User, as_user: Any) -> None:
    for path in (
        "/calendar/x.ics",
        "/calendar/.ics",
        f"/calendar/{user.calendar_token[:-1]}.ics",
        f"/calendar/{user.calendar_token}x.ics",
    ):
        assert Client().get(path).status_code == 404
        assert as_user("amz").get(path).status_code == 404
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().get(address(user)).status_code == 404


def test_it_is_private(user: User) -> None:
    answer = Client().get(address(user))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "private" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert Client().get("/calendar/x.ics").status_code == 404


def test_it_takes_few_queries(user: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        Client().get(address(user))
    assert len(captured) <= 5


def test_links_and_names_are_those_of_the_installation(user: User) -> None:
    with override_settings(SITE_URL="https://tracker.example.org/"):
        found = events(user)
    assert all(name.endswith("@tracker.example.org") for name in found)
    urls = {str(event["url"]).partition("#")[0] for event in found.values()}
    assert urls == {"https://tracker.example.org/elca/timeline/"}
