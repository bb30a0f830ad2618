"""Holds that no event is lost with the row that stays: its duplicate counts where that does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from actions.duplicates import mark_duplicate
from actions.models import Action, Evidence, Review, Status
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


def test_before_the_day_of_the_row_that_stays_the_duplicate_counts(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    assert figure(elca_empty, as_of=date(2021, 7, 8)) == (0, 0)
    assert figure(elca_empty, as_of=EARLY) == (1, 0)
    assert figure(elca_empty, as_of=LATE) == figure(elca_empty) == (1, 1)
    verdicts = {r.pk: r.verdict for r in rows_of(elca_empty.indicators.get(number=6))}
    assert verdicts == {pair[0].pk: "duplicate", pair[1].pk: "counted"}
    cut = date(2022, 1, 1)
    assert figure(elca_empty, since=cut) == (0, 0), "it counted in an earlier period"
    assert figure(elca_empty, since=date(2021, 1, 1), as_of=EARLY) == (1, 0)


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


def test_each_measure_asks_whether_the_row_that_stays_counts_by_it(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    early, late = pair
    for kind in early.type.evidence:
        Evidence.objects.create(action=early, title="Proof", kind=kind)
    Action.objects.filter(pk=early.pk).update(review=Review.ACCEPTED)
    for measure in Measure:
        expected = (1, 1) if measure == Measure.CLAIMED else (1, 0)
        assert figure(elca_empty, measure=measure) == expected
    for kind in late.type.evidence:
        Evidence.objects.create(action=late, title="Proof", kind=kind)
    assert figure(elca_empty, measure=Measure.EVIDENCED) == (1, 1)
    assert figure(elca_empty, measure=Measure.VERIFIED) == (1, 0)


def test_a_partner_keeps_what_another_partner_reports_too(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    pair[1].partners.set([elca_empty.partners.get(code="BIC")])
    assert figure(elca_empty) == (1, 1)
    assert figure(elca_empty, "AMZ") == figure(elca_empty, "BIC") == (1, 0)


def test_a_row_of_another_table_takes_none_from_this_figure(
    elca_empty: Project, pair: tuple[Action, Action]
) -> None:
    other = elca_empty.action_types.get(slug="matchmaking")
    Action.objects.filter(pk=pair[1].pk).update(type=other)
    assert figure(elca_empty) == (1, 0)
    assert project_progress(elca_empty).line(9).total.achieved == 1
