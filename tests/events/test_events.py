"""Holds what is particular to events and matchmaking meetings: numbers, words, who met whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from actions.columns import CellError
from actions.dates import OccasionData, PartialDate
from actions.lookup import Lookup
from actions.models import Action, Status
from actions.records import record_type
from events.models import Event, MatchmakingMeeting
from events.records import MeetingData
from partners.models import Project
from tests.making import make_action, on


def event(reference: str) -> Event:
    return Event.objects.get(reference=reference, project__slug="elca")


@pytest.mark.parametrize(
    ("reference", "participants", "certainty"),
    [
        ("T7-01", 50, "exact"),
        ("T7-02", 20, "exact"),
        ("T7-03", 10, "exact"),
        ("T7-04", 12, "exact"),
        ("T7-05", 50, "at_least"),
        ("T7-06", 55, "about"),
        ("T7-07", 40, "about"),
        ("T7-08", 80, "about"),
        ("T7-10", None, ""),
        ("T8-08", 21, "exact"),
        ("T8-09", 30, "exact"),
        ("T9-04", 2000, "at_least"),
        ("T10-03", 262, "exact"),
    ],
)
@pytest.mark.usefixtures("elca")
def test_the_participants_of_the_report(
    reference: str, participants: int | None, certainty: str
) -> None:
    found = event(reference)
    assert (found.participants, found.participants_certainty) == (participants, certainty)


@pytest.mark.usefixtures("elca")
def test_the_parts_of_the_largest_assembly_make_its_whole() -> None:
    found = event("T7-09")
    assert (found.smes, found.clusters, found.public, found.research) == (147, 2, 12, 23)
    assert found.participants == 147 + 2 + 12 + 23
    assert event("T8-08").organisations_present == 13


def test_the_first_day_held_decides_from_when_an_event_counts(elca: Project) -> None:
    days = PartialDate.day(date(2022, 2, 4), date(2022, 2, 8))
    made = make_action(
        elca,
        "international-events",
        status=Status.ACHIEVED,
        occasions=(OccasionData(PartialDate.year(2022)), OccasionData(days)),
    )
    assert made.counts_from == date(2022, 2, 4)


def test_more_smes_than_participants_are_refused_in_words(elca: Project) -> None:
    with pytest.raises(ValidationError) as refused:
        make_action(elca, "national-workshops", participants=10, smes=11)
    assert "more SMEs than participants" in str(refused.value)


def test_an_event_speaks_its_own_words(as_user: Any) -> None:
    page = as_user("reader").get("/elca/events/").content.decode()
    assert page.count("Held") >= 25
    assert "Achieved</span>" not in page


def test_who_met_whom_survives_a_cell(elca: Project) -> None:
    column = record_type("matchmaking").column("meetings")
    value = (MeetingData("A & Söhne", "B <Ltd>", "Test run"), MeetingData("C", "D"))
    assert column.read(column.write(value), Lookup(elca)) == value
    with pytest.raises(CellError, match="who met whom"):
        column.read("Only one", Lookup(elca))


def test_who_met_whom_is_asked_for_in_rows(elca: Project, as_user: Any) -> None:
    sent = {
        "title": "Pitch day",
        "partners": [elca.partners.get(code="BIC").pk],
        "status": "achieved",
        "occasions-TOTAL_FORMS": 1,
        "occasions-INITIAL_FORMS": 0,
        "occasions-0-when": "12.10.2022",
        "evidence-TOTAL_FORMS": 0,
        "evidence-INITIAL_FORMS": 0,
        "meetings-TOTAL_FORMS": 2,
        "meetings-INITIAL_FORMS": 0,
        "meetings-0-first": "Makers",
        "meetings-0-second": "Buyers",
        "meetings-1-first": "Alone",
    }
    client = as_user("bic")
    refused = client.post("/elca/matchmaking/new/matchmaking/", sent)
    assert refused.status_code == 422
    assert "Name both who met and whom they met." in refused.content.decode()
    assert 'value="Alone"' in refused.content.decode()
    client.post("/elca/matchmaking/new/matchmaking/", {**sent, "meetings-1-DELETE": "on"})
    made = MatchmakingMeeting.objects.get(title="Pitch day")
    assert [str(meeting) for meeting in made.business_meetings.all()] == ["Makers – Buyers"]
    shown = client.get(made.get_absolute_url()).content.decode()
    assert "Makers" in shown


def test_a_matchmaking_meeting_has_one_address(elca: Project, as_user: Any) -> None:
    made = make_action(elca, "matchmaking", occasions=(on(2022, 1, 1),))
    client = as_user("admin")
    moved = client.get(f"/elca/actions/{made.pk}/")
    assert moved.headers["Location"] == f"/elca/matchmaking/{made.pk}/"
    assert client.get(f"/elca/events/{made.pk}/").status_code == 404
    assert client.post(f"/elca/actions/{made.pk}/delete/").status_code == 404
    assert Action.objects.filter(pk=made.pk).exists()
    client.post(f"/elca/matchmaking/{made.pk}/delete/")
    assert not Action.objects.filter(pk=made.pk).exists()
