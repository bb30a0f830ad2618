"""Holds that of confirmed duplicates one row tells of the event, in every figure the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from actions.duplicates import mark_duplicate
from actions.models import Action, Evidence, Review, Status
from kpis.months import by_month
from kpis.progress import project_progress
from kpis.verdicts import rows_of
from partners.models import Measure, Project
from tests.making import make_action, on
from tests.pages import page

EARLY, LATE = date(2021, 7, 9), date(2022, 12, 18)


@pytest.fixture
def pair(elca_empty: Project) -> tuple[Action, Action]:
    """A workshop of AMZ on an early day, confirmed as the same as one of a late day."""
    early, late = (
        make_action(
            elca_empty,
            "national-workshops",
            title=str(day),
            status=Status.ACHIEVED,
            occasions=(on(day.year, day.month, day.day),),
        )
        for day in (EARLY, LATE)
    )
    mark_duplicate(action=early, of=late, user=None)
    return early, late


def figure(project: Project, code: str = "", **asked: Any) -> tuple[int, int]:
    """What counts and what is left out as a duplicate of KPI 6."""
    line = project_progress(project, **asked).line(6)
    found = line.partners[code] if code else line.total
    return found.achieved, found.duplicates


def test_the_event_counts_by_the_date_of_the_row_that_stays(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    assert figure(elca_empty, as_of=EARLY) == (0, 1)
    assert figure(elca_empty, as_of=LATE) == figure(elca_empty) == (1, 1)
    verdicts = {r.pk: r.verdict for r in rows_of(elca_empty.indicators.get(number=6))}
    assert verdicts == {pair[0].pk: "duplicate", pair[1].pk: "counted"}
    cut = date(2022, 1, 1)
    assert figure(elca_empty, since=cut) == (1, 0)
    assert figure(elca_empty, since=date(2021, 1, 1), as_of=EARLY) == (0, 1)
    assert [m.achieved for m in by_month(elca_empty.indicators.get(number=6))][-1] == 1


@pytest.mark.parametrize(
    "state",
    [
        {"excluded": True, "exclusion_reason": "Held elsewhere"},
        {"review": Review.RETURNED},
        {"review": Review.DRAFT},
        {"status": Status.DROPPED},
        {"status": Status.PLANNED},
    ],
)
def test_where_the_row_that_stays_does_not_count_the_duplicate_does(
    elca_empty: Project, pair: tuple[Action, Action], state: dict[str, Any], as_user: Any
) -> None:
    Action.objects.filter(pk=pair[1].pk).update(**state)
    assert figure(elca_empty) == figure(elca_empty, "AMZ") == (1, 0)
    assert "in the figures: claimed" in page(as_user("reader").get(pair[0].get_absolute_url())).text


def test_the_event_counts_by_the_evidence_of_the_row_that_stays(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    early, late = pair
    for kind in early.type.evidence:
        Evidence.objects.create(action=early, title="Proof", kind=kind)
    assert figure(elca_empty, measure=Measure.CLAIMED) == (1, 1)
    assert figure(elca_empty, measure=Measure.EVIDENCED) == (0, 1)
    for kind in late.type.evidence:
        Evidence.objects.create(action=late, title="Proof", kind=kind)
    assert figure(elca_empty, measure=Measure.EVIDENCED) == (1, 1)


def test_the_first_of_several_duplicates_stands_where_the_row_that_stays_does_not(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    third = make_action(elca_empty, "national-workshops", title="3", status=Status.ACHIEVED)
    mark_duplicate(action=third, of=pair[1], user=None)
    assert figure(elca_empty) == (1, 2)
    Action.objects.filter(pk=pair[1].pk).update(status=Status.DROPPED)
    assert figure(elca_empty) == (1, 1)
    verdicts = {r.pk: r.verdict for r in rows_of(elca_empty.indicators.get(number=6))}
    assert verdicts[pair[0].pk] == "counted"
    assert verdicts[third.pk] == "duplicate"


def test_a_partner_keeps_what_another_partner_reports_too(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    pair[1].partners.set([elca_empty.partners.get(code="BIC")])
    assert figure(elca_empty) == (1, 1)
    assert figure(elca_empty, "AMZ") == figure(elca_empty, "BIC") == (1, 0)


def test_an_event_under_two_indicators_counts_in_that_of_the_row_that_stays(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    other = elca_empty.action_types.get(slug="matchmaking")
    Action.objects.filter(pk=pair[1].pk).update(type=other)
    assert figure(elca_empty) == (0, 1)
    assert project_progress(elca_empty).line(9).total.achieved == 1
