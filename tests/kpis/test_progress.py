"""Holds the figures of ELCA, counted by hand from the deliverable, and the rules of counting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from actions.dates import OccasionData, PartialDate
from actions.models import Action, Status
from actions.services import set_excluded
from kpis.models import Indicator
from kpis.months import by_month
from kpis.progress import pace_of, project_progress
from kpis.verdicts import COUNTED, rows_of
from partners.models import Project
from partners.services import add_organisation
from tests.making import make_action, on

PARTNERS = ["AMZ", "MAV", "POL", "BIC", "MECH", "ELCA"]
# number: achieved, rows, target, and achieved by partner (design, section 3)
TODAY: dict[int, tuple[int, int, int, list[int]]] = {
    1: (18, 18, 12, [9, 5, 1, 1, 2, 0]),
    2: (4, 13, 12, [3, 0, 0, 1, 0, 0]),
    3: (7, 11, 6, [3, 1, 2, 1, 0, 0]),
    4: (6, 20, 20, [3, 2, 0, 0, 1, 0]),
    5: (2, 10, 10, [0, 2, 0, 0, 0, 0]),
    6: (10, 10, 10, [2, 2, 2, 2, 2, 0]),
    7: (9, 9, 6, [3, 2, 2, 1, 0, 3]),
    8: (7, 7, 6, [1, 1, 2, 5, 2, 0]),
    9: (5, 5, 5, [2, 1, 1, 0, 0, 2]),
    10: (3, 1, 3, [1, 0, 0, 0, 0, 0]),
}
# By 30 June 2022, from the dates that the rows of the deliverable print: which of them count.
BY_JUNE_2022: dict[int, tuple[int, list[int], set[str]]] = {
    1: (
        12,
        [7, 1, 1, 1, 2, 0],
        {f"T2-{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 12, 15, 16, 17, 18)},
    ),
    2: (3, [2, 0, 0, 1, 0, 0], {"T3-01", "T3-02", "T3-11"}),
    3: (6, [2, 1, 2, 1, 0, 0], {"T4-02", "T4-03", "T4-04", "T4-09", "T4-10", "T4-11"}),
    4: (0, [0, 0, 0, 0, 0, 0], set()),
    5: (1, [0, 1, 0, 0, 0, 0], {"T6-01"}),
    6: (
        7,
        [2, 1, 1, 1, 2, 0],
        {"T7-01", "T7-03", "T7-04", "T7-05", "T7-06", "T7-07", "T7-10"},
    ),
    7: (
        6,
        [3, 1, 1, 1, 0, 2],
        {"T8-01", "T8-02", "T8-04", "T8-05", "T8-06", "T8-08"},
    ),
    8: (4, [0, 0, 1, 2, 1, 0], {"T9-01", "T9-02", "T9-03", "T9-07"}),
    9: (1, [0, 0, 0, 0, 0, 1], {"T10-01"}),
    10: (0, [0, 0, 0, 0, 0, 0], set()),
}
JUNE = date(2022, 6, 30)


def indicator(project: Project, number: int) -> Indicator:
    return project.indicators.get(number=number)


def achieved(project: Project, number: int, as_of: date | None = None) -> int:
    return project_progress(project, as_of=as_of).line(number).total.achieved


@pytest.mark.parametrize("number", TODAY)
def test_elca_today(elca: Project, number: int) -> None:
    line = project_progress(elca).line(number)
    total = line.total
    by_partner = [line.partners[code].achieved for code in PARTNERS]
    assert (total.achieved, total.rows, total.target, by_partner) == TODAY[number]


@pytest.mark.parametrize("number", BY_JUNE_2022)
def test_elca_as_of_june_2022(elca: Project, number: int) -> None:
    line = project_progress(elca, as_of=JUNE).line(number)
    counted = rows_of(indicator(elca, number), as_of=JUNE).filter(verdict=COUNTED)
    by_partner = [line.partners[code].achieved for code in PARTNERS]
    references = set(counted.values_list("reference", flat=True))
    assert (line.total.achieved, by_partner, references) == BY_JUNE_2022[number]


def test_the_partners_targets_are_those_of_the_headings(elca: Project) -> None:
    shares = {
        line.indicator.number: {
            code: figure.target
            for code, figure in line.partners.items()
            if figure.target is not None
        }
        for line in project_progress(elca).lines
    }
    five = ["AMZ", "MAV", "POL", "BIC", "MECH"]
    expected = {4: 4, 5: 2, 6: 2, 9: 1}
    assert shares == {n: dict.fromkeys(five, expected[n]) if n in expected else {} for n in TODAY}


@pytest.mark.parametrize("as_of", [None, JUNE])
@pytest.mark.parametrize("number", TODAY)
def test_a_figure_equals_the_rows_that_it_lists(
    elca: Project, number: int, as_of: date | None
) -> None:
    line = project_progress(elca, as_of=as_of).line(number)
    for partner in [None, *elca.partners.all()]:
        figure = line.partners[partner.code] if partner else line.total
        rows = list(rows_of(line.indicator, as_of=as_of, partner=partner))
        assert figure.rows == len(rows)
        assert figure.counted_rows == sum(row.verdict == COUNTED for row in rows)


@pytest.mark.parametrize("number", TODAY)
def test_the_last_month_shows_all_but_the_undated(elca: Project, number: int) -> None:
    kpi = indicator(elca, number)
    undated = rows_of(kpi).filter(verdict=COUNTED, counts_from__isnull=True).count()
    assert by_month(kpi)[-1].achieved == TODAY[number][0] - undated


def test_months_agree_with_the_figures_of_their_last_days(elca: Project) -> None:
    for month in by_month(indicator(elca, 6))[::3]:
        last_day = (month.month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        assert month.achieved == achieved(elca, 6, last_day)


def test_no_data_is_a_dash_not_a_zero(elca_empty: Project) -> None:
    total = project_progress(elca_empty).line(1).total
    assert (total.shown, total.under_way, total.planned, total.rows) == (None, None, None, 0)
    make_action(elca_empty, "cluster-networks", status=Status.PLANNED)
    total = project_progress(elca_empty).line(1).total
    assert (total.shown, total.under_way, total.planned, total.rows) == (0, 0, 1, 1)


def test_a_joint_action_counts_once_for_the_consortium(elca_empty: Project) -> None:
    make_action(
        elca_empty,
        "matchmaking",
        partners="AMZ ELCA",
        status=Status.ACHIEVED,
        occasions=(on(2022, 7, 14),),
    )
    line = project_progress(elca_empty).line(9)
    assert line.total.achieved == 1
    assert (line.partners["AMZ"].achieved, line.partners["ELCA"].achieved) == (1, 1)


@pytest.mark.parametrize("status", [Status.PLANNED, Status.UNDER_WAY, Status.DROPPED])
def test_only_achieved_actions_count(elca_empty: Project, status: str) -> None:
    make_action(elca_empty, "national-workshops", status=status, occasions=(on(2022, 1, 1),))
    assert achieved(elca_empty, 6) == 0


def test_an_excluded_action_does_not_count_and_says_why(elca_empty: Project) -> None:
    made = make_action(elca_empty, "national-workshops", status=Status.ACHIEVED)
    assert achieved(elca_empty, 6) == 1
    set_excluded(action=made, user=None, reason="Logged twice")
    assert achieved(elca_empty, 6) == 0
    assert rows_of(indicator(elca_empty, 6)).get().verdict == "excluded"


@pytest.mark.parametrize(
    ("when", "before", "on_the_day"),
    [
        (PartialDate.day(date(2022, 2, 4), date(2022, 2, 8)), date(2022, 2, 3), date(2022, 2, 4)),
        (PartialDate.month(2022, 2), date(2022, 2, 27), date(2022, 2, 28)),
        (PartialDate.year(2022), date(2022, 12, 30), date(2022, 12, 31)),
    ],
)
def test_a_date_counts_from_the_last_day_that_it_can_mean(
    elca_empty: Project, when: PartialDate, before: date, on_the_day: date
) -> None:
    make_action(
        elca_empty,
        "international-events",
        status=Status.ACHIEVED,
        occasions=(OccasionData(when),),
    )
    assert achieved(elca_empty, 8, before) == 0
    assert achieved(elca_empty, 8, on_the_day) == 1


def test_an_undated_action_counts_today_and_on_no_past_day(elca_empty: Project) -> None:
    made = make_action(elca_empty, "sme-cooperation", status=Status.ACHIEVED)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert achieved(elca_empty, 4) == 1
    assert achieved(elca_empty, 4, timezone.localdate()) == 1
    assert achieved(elca_empty, 4, yesterday) == 0
    assert rows_of(indicator(elca_empty, 4), as_of=yesterday).get(pk=made.pk).verdict == "undated"


def test_what_was_open_on_a_past_day_is_not_known(elca: Project) -> None:
    total = project_progress(elca, as_of=JUNE).line(4).total
    assert (total.under_way, total.planned) == (None, None)


def test_a_sector_counts_once_from_its_first_date(elca_empty: Project) -> None:
    sectors = {s.name: s for s in elca_empty.sectors.all()}
    energy = next(s for n, s in sectors.items() if "nergy generation" in n)
    rail = sectors["Rail"]
    values: dict[str, Any] = {"status": Status.ACHIEVED}
    make_action(
        elca_empty, "sectors", title="B", occasions=(on(2022, 5, 1),), sectors=(energy,), **values
    )
    make_action(
        elca_empty, "sectors", title="A", occasions=(on(2022, 3, 1),), sectors=(energy,), **values
    )
    make_action(
        elca_empty, "sectors", title="C", occasions=(on(2022, 4, 1),), sectors=(rail,), **values
    )
    total = project_progress(elca_empty).line(10).total
    assert (total.achieved, total.rows, total.things) == (1, 3, [energy.name])
    assert total.verdicts == {"counted": 2, "nothing_named": 1}
    assert achieved(elca_empty, 10, date(2022, 2, 28)) == 0
    assert achieved(elca_empty, 10, date(2022, 3, 1)) == 1
    assert [m.achieved for m in by_month(indicator(elca_empty, 10))][16:] == [0, 0, 1]


def test_organisations_and_countries_count_once_each(elca_empty: Project) -> None:
    for name, country in [("One", "DE"), ("Two", "DE"), ("Three", "")]:
        add_organisation(project=elca_empty, user=None, name=name, country=country)
    kpi = indicator(elca_empty, 8)
    make_action(elca_empty, "international-events", status="achieved", organisations=("One", "Two"))
    make_action(
        elca_empty,
        "international-events",
        title="Again",
        status="achieved",
        organisations=("Two", "Three"),
    )
    for counts, expected in [("organisations", 3), ("countries", 1)]:
        kpi.counts = counts
        kpi.save()
        assert project_progress(elca_empty).line(8).total.achieved == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 1, 31), 0),
        (date(2021, 2, 1), 20 / 393),
        (date(2021, 8, 16), 20 * 197 / 393),
        (date(2022, 2, 28), 20),
        (date(2026, 1, 1), 20),
    ],
)
def test_the_line_is_straight_from_m6_to_m18(elca: Project, day: date, expected: float) -> None:
    assert indicator(elca, 4).expected(day) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("achieved_", "expected", "over", "pace"),
    [
        (0, 0.0, False, "on_track"),
        (1, 0.0, False, "ahead"),
        (4, 4.9, False, "on_track"),
        (4, 5.0, False, "behind"),
        (11, 12.0, True, "missed"),
        (12, 12.0, True, "on_track"),
        (13, 12.0, True, "ahead"),
    ],
)
def test_pace(achieved_: int, expected: float, over: bool, pace: str) -> None:
    assert pace_of(achieved_, expected, over=over) == pace


def test_progress_takes_as_many_queries_for_many_actions_as_for_few(
    elca: Project, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        project_progress(elca)
    extra = [make_action(elca, "national-workshops", title=f"More {n}") for n in range(40)]
    with django_assert_num_queries(7):
        project_progress(elca)
    assert Action.objects.filter(pk__in=[a.pk for a in extra]).count() == 40


@pytest.mark.parametrize("day", [date(2022, 6, 30), None])
def test_figures_of_periods_add_up_to_those_of_the_whole(elca: Project, day: date | None) -> None:
    cuts = [date(2021, 7, 1), date(2022, 1, 1), date(2022, 4, 15)]
    firsts, lasts = [None, *cuts], [*(cut - timedelta(days=1) for cut in cuts), day]
    periods = [
        project_progress(elca, since=since, as_of=until)
        for since, until in zip(firsts, lasts, strict=True)
    ]
    undated = dict.fromkeys(TODAY, 0)
    if day is None:
        for row in Action.objects.of(elca).filter(status="achieved", counts_from=None):
            undated[row.type.indicators.get().number] += 1
    assert day or sum(undated.values()) > 0
    for line in project_progress(elca, as_of=day).lines:
        number = line.indicator.number
        parts = [period.line(number) for period in periods]
        assert sum(p.total.achieved for p in parts) + undated[number] == line.total.achieved
        for code, figure in line.partners.items():
            found = sum(p.partners[code].achieved for p in parts)
            assert undated[number] or found == figure.achieved
        assert {p.total.rows for p in parts} == {line.total.rows}


def test_a_period_counts_what_is_dated_in_it_and_says_why_not(elca_empty: Project) -> None:
    dates = {"before": on(2022, 2, 28), "in": on(2022, 3, 1), "after": on(2022, 4, 1)}
    for title, occasion in dates.items():
        make_action(
            elca_empty, "national-workshops", title=title, status="achieved", occasions=(occasion,)
        )
    make_action(elca_empty, "national-workshops", title="undated", status="achieved")
    indicator = elca_empty.indicators.get(number=6)
    since, until = date(2022, 3, 1), date(2022, 3, 31)
    rows = rows_of(indicator, since=since, as_of=until)
    found = dict(rows.values_list("title", "verdict"))
    assert found == {"before": "earlier", "in": "counted", "after": "later", "undated": "undated"}
    assert project_progress(elca_empty, since=since, as_of=until).line(6).total.achieved == 1


def test_a_sector_is_new_in_one_period_only(elca_empty: Project) -> None:
    energy = elca_empty.sectors.get(name="Energy generation and efficiency")
    heavy = elca_empty.sectors.get(name="Energy-intensive industries")
    for day, sectors in ((on(2022, 1, 5), (energy,)), (on(2022, 5, 5), (energy, heavy))):
        make_action(
            elca_empty, "sectors", title=str(day), status="achieved", occasions=(day,),
            sectors=sectors,
        )  # fmt: skip
    late = project_progress(elca_empty, since=date(2022, 3, 1), number=10).line(10).total
    assert late.things == [heavy.name]
    assert late.achieved == 1
