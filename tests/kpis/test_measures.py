"""Holds the three figures: each equals its rows, however it is asked, and a count made by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from actions.models import Action, Evidence, Review, Status
from kpis.explain import credit_lines
from kpis.explanation import explained
from kpis.figure import Figure
from kpis.months import by_month
from kpis.progress import Progress, project_progress
from kpis.verdicts import rows_of
from partners.clock import as_if_on
from partners.models import Measure, Project
from partners.months import last_day_of_month
from tests.kpis.oracle import Maker, Row, things_of, verdicts_of
from tests.making import make_action, on

PAST, SINCE = date(2022, 3, 31), date(2021, 9, 1)
WHEN = [(None, None), (PAST, None), (None, SINCE), (PAST, SINCE)]
SEEDS = range(4)


@pytest.fixture
def mixed(elca_empty: Project) -> Project:
    """ELCA without actions, with indicators of every kind; one counts the rows of two tables."""
    for number, counts in {7: "countries", 8: "organisations", 10: "sectors"}.items():
        elca_empty.indicators.filter(number=number).update(counts=counts)
    elca_empty.indicators.get(number=9).action_types.add(
        elca_empty.action_types.get(slug="national-workshops")
    )
    return elca_empty


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_that_of_the_rows_counted_by_hand(mixed: Project, seed: int) -> None:
    rows = Maker(mixed, Random(seed)).make(70)
    with as_if_on(date(2023, 1, 1)):
        for as_of, since in WHEN:
            for measure in Measure:
                progress = project_progress(mixed, as_of=as_of, since=since, measure=measure)
                for line in progress.lines:
                    check(progress, line, rows, as_of, since)


def check(
    progress: Progress, line: Any, rows: list[Row], as_of: date | None, since: date | None
) -> None:
    """All that is said of one indicator, against the oracle."""
    indicator, measure = line.indicator, progress.measure
    types = {t.pk for t in indicator.action_types.all()}
    mine = [row for row in rows if row.type_id in types]
    verdicts = verdicts_of(rows, indicator, measure, as_of, since)
    things = things_of(mine, indicator, measure, as_of, since)
    told = list(explained(line, as_of=as_of, since=since, partner=None, measure=measure))
    credits = credit_lines(progress, indicator, as_of=as_of)
    counted = [row for row in mine if verdicts[row.reference] == "counted"]

    assert line.total.verdicts == Counter(verdicts.values())
    assert line.total.achieved == (len(counted) if things is None else len(things))
    assert line.total.things == (None if things is None else sorted(things))
    assert sum(each.adds for each in told) == line.total.achieved
    assert {each.reference: each.verdict for each in told} == verdicts
    check_order(line.total, since=since)
    for partner in [None, *progress.partners]:
        figure = line.partners[partner.code] if partner else line.total
        own = [r for r in mine if partner is None or partner.code in r.partners]
        code = partner.code if partner else ""
        verdicts = verdicts_of(rows, indicator, measure, as_of, since, code)
        counted = [row for row in own if verdicts[row.reference] == "counted"]
        assert figure.verdicts == Counter(verdicts.values())
        assert figure.gross - figure.duplicates == figure.counted_rows == len(counted)
        listed = rows_of(indicator, as_of=as_of, since=since, partner=partner, measure=measure)
        assert {r.reference: r.verdict for r in listed} == {
            r.reference: verdicts[r.reference] for r in own
        }
        assert figure.counted_rows == sum(verdicts[r.reference] == "counted" for r in own)
        if partner:
            worth = sum((r.credit(partner.code) for r in counted if r in own), Decimal(0))
            joint = sum(len(r.partners) > 1 for r in counted if r in own)
            assert figure.credit == worth
            assert sum(each.partners.get(partner.code, 0) for each in told) == figure.achieved
            said = credits[partner.code]
            assert (said.rows, said.jointly, said.credit) == (figure.achieved, joint, worth)
            assert dict(said.beside) == Counter(
                code for r in counted if r in own for code in r.partners - {partner.code}
            )
            check_order(figure, since=since)


def check_order(figure: Figure, since: date | None = None) -> None:
    """Each figure counts some of the one before; things that are new in a period need not."""
    if since is None or figure.things is None:
        assert figure.claimed >= figure.evidenced >= figure.verified


@pytest.mark.parametrize("measure", Measure)
def test_the_last_month_of_a_measure_is_its_figure(mixed: Project, measure: str) -> None:
    Maker(mixed, Random(9)).make(60)
    progress = project_progress(mixed, as_of=PAST, measure=measure)
    for line in progress.lines:
        for named in (None, line.total.named):
            months = by_month(line.indicator, as_of=PAST, measure=measure, named=named)
            assert months[-1].achieved == line.total.achieved


@pytest.mark.parametrize("code", ["", "AMZ"])
def test_each_month_is_the_figure_as_of_its_end(mixed: Project, code: str) -> None:
    Maker(mixed, Random(3)).make(60)
    partner = mixed.partners.get(code=code) if code else None
    shown = {
        line.indicator.number: by_month(line.indicator, as_of=PAST, partner=partner)
        for line in project_progress(mixed, as_of=PAST).lines
    }
    for index, month in enumerate(shown[6]):
        day = last_day_of_month(month.month)
        for line in project_progress(mixed, as_of=day).lines:
            figure = line.partners[code] if code else line.total
            assert shown[line.indicator.number][index].achieved == figure.achieved


def test_periods_that_follow_each_other_add_up_by_every_measure(mixed: Project) -> None:
    Maker(mixed, Random(5)).make(70)
    cut, day = date(2021, 10, 31), date(2022, 5, 31)
    for measure in Measure:
        parts = [
            project_progress(mixed, as_of=cut, measure=measure),
            project_progress(mixed, since=date(2021, 11, 1), as_of=day, measure=measure),
        ]
        whole = project_progress(mixed, as_of=day, measure=measure)
        for line in whole.lines:
            number = line.indicator.number
            assert sum(p.line(number).total.achieved for p in parts) == line.total.achieved


# By example


def figures(project: Project, number: int = 6) -> tuple[int, int, int]:
    total = project_progress(project).line(number).total
    return total.claimed, total.evidenced, total.verified


def prove(action: Action) -> None:
    """Give an action all that its table asks for."""
    for kind in action.type.evidence:
        Evidence.objects.create(action=action, title="Proof", kind=kind)


def test_an_action_is_claimed_then_evidenced_then_verified(elca_empty: Project) -> None:
    made = make_action(elca_empty, "national-workshops", status=Status.ACHIEVED)
    assert made.type.evidence
    assert figures(elca_empty) == (1, 0, 0)
    prove(made)
    assert figures(elca_empty) == (1, 1, 0)
    Action.objects.filter(pk=made.pk).update(review=Review.ACCEPTED)
    assert figures(elca_empty) == (1, 1, 1)


def test_the_project_says_which_figure_leads(elca_empty: Project) -> None:
    make_action(elca_empty, "national-workshops", status=Status.ACHIEVED)
    elca_empty.lead_figure = Measure.VERIFIED
    total = project_progress(elca_empty).line(6).total
    assert (total.achieved, total.claimed, total.missing) == (0, 1, 10)
    assert total.verdicts == {"not_evidenced": 1}


def test_gross_is_what_counts_and_what_would_if_it_were_no_duplicate(elca_empty: Project) -> None:
    one = make_action(elca_empty, "national-workshops", status=Status.ACHIEVED)
    for status in (Status.ACHIEVED, Status.PLANNED):
        made = make_action(elca_empty, "national-workshops", title=status, status=status)
        Action.objects.filter(pk=made.pk).update(duplicate_of=one)
    total = project_progress(elca_empty).line(6).total
    assert (total.gross, total.duplicates, total.achieved, total.planned) == (2, 1, 1, 1)


def test_a_country_is_named_beside_an_organisation_of_none(elca_empty: Project) -> None:
    elca_empty.indicators.filter(number=8).update(counts="countries")
    elca_empty.organisations.create(name="Of India", country="IN")
    make_action(
        elca_empty,
        "international-events",
        status=Status.ACHIEVED,
        organisations=("Of India", "Of no country"),
    )
    line = project_progress(elca_empty).line(8)
    assert line.total.things == ["IN"]


def test_a_thing_has_the_row_that_names_it_first(elca_empty: Project) -> None:
    rail = elca_empty.sectors.filter(beyond_mobility=True).first()
    late, early = (
        make_action(
            elca_empty, "sectors", title=str(month), status=Status.ACHIEVED, sectors=(rail,),
            occasions=(on(2022, month, 1),),
        )
        for month in (5, 3)
    )  # fmt: skip
    make_action(elca_empty, "sectors", title="No day", status=Status.ACHIEVED, sectors=(rail,))
    (thing,) = project_progress(elca_empty).line(10).total.named or []
    assert (thing.name, thing.reference, thing.day) == (
        rail and rail.name,
        early.reference,
        early.counts_from,
    )
    prove(late)
    (thing,) = project_progress(elca_empty, measure=Measure.EVIDENCED).line(10).total.named or []
    assert thing.reference == (late.reference if late.type.evidence else early.reference)
