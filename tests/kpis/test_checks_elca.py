"""Every finding of the checks on the ELCA project: each was read beside its rows and is true."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from kpis.checks import findings
from kpis.checks.finding import Finding
from kpis.progress import project_progress
from partners.clock import as_if_on
from partners.models import Project

DAY = date(2023, 1, 16)  # a fortnight after the project's end

# By kind: the rows that a finding names, or what else it is about.
FOUND: dict[str, list[str]] = {
    "undated": ["T2-08", "T2-09", "T2-10", "T2-11", "T2-13", "T2-14"],
    "unsigned": ["T5-02", "T5-03", "T5-11", "T6-01", "T6-02"],
    # None of the rows of Tables 3 to 10 has any proof.
    "unproven": [
        "T3-01", "T3-02", "T3-03", "T3-11", "T4-01", "T4-02", "T4-03", "T4-04", "T4-09", "T4-10",
        "T4-11", "T5-02", "T5-03", "T5-06", "T5-07", "T5-08", "T5-11", "T6-01", "T6-02",
        *(f"T7-{n:02}" for n in range(1, 11)),
        *(f"T8-{n:02}" for n in range(1, 10)),
        *(f"T9-{n:02}" for n in range(1, 8)),
        *(f"T10-{n:02}" for n in range(1, 6)),
    ],
    "overdue": ["T6-03", "T6-04", "T6-07", "T6-08", "T6-09", "T6-10"],
    "expected-outside": ["T3-04"],
    "unexplained": [
        "kpi-2", "kpi-4", "kpi-4-AMZ", "kpi-4-MAV", "kpi-4-POL", "kpi-4-BIC", "kpi-4-MECH",
        "kpi-5", "kpi-5-AMZ", "kpi-5-POL", "kpi-5-BIC", "kpi-5-MECH", "kpi-9-BIC", "kpi-9-MECH",
    ],
    "deadline": [
        "Cooperation and business agreements signed, Michigan mission",
        "National SME workshops held, India mission",
        "Cooperation and business agreements signed, Dubai mission",
        "Cooperation and business agreements signed, Japan mission",
        "Cooperation and business agreements signed, Latin America mission",
        "Cooperation and business agreements signed, Ohio mission",
        "National SME workshops held, Ohio mission",
        "International meetings and events held, Ohio mission",
    ],
    "imprecise": ["T3-01", "T3-02", "T4-03", "T4-04", "T4-09", "T8-02"],
    "other-words": ["T3-01", "T3-02", "T5-06", "T5-08"],
    "early": ["T3-02"],
    "late": ["1.2.3.4.5.6.7.8.9.10"],
    "sunday": ["T5-06", "T7-09"],
    "other-day": ["T2-01", "T2-05", "T2-09", "T8-09"],
    "title-year": ["T8-08"],
    "within": ["T10-05 T9-06"],
    "unlogged": ["T2-06", "T5-08"],
    "other-mission": ["T4-11"],
    "signing-place": ["T2-04 T4-01"],
    "signing-day": ["T10-02 T3-03 T4-01"],
    "same-event": ["T8-04 T10-01", "T9-01 T9-02"],
    "same-agreement": ["T3-03 T4-01"],
}  # fmt: skip


def about(finding: Finding) -> str:
    """The rows that a finding names, or its key, or the deadline."""
    rows = " ".join(row.reference for row in finding.found.rows)
    if finding.kind == "deadline":
        return finding.found.sentence.split("”")[0].removeprefix("“")
    return rows or finding.key


@pytest.fixture
def found(elca: Project) -> dict[str, list[Finding]]:
    by_kind: dict[str, list[Finding]] = defaultdict(list)
    with as_if_on(DAY):
        for finding in findings(elca).open:
            by_kind[finding.kind].append(finding)
    return by_kind


def sentence(found: dict[str, list[Finding]], kind: str, rows: str) -> str:
    return next(f.found.sentence for f in found[kind] if about(f) == rows)


def test_the_checks_find_this_and_nothing_else(found: dict[str, list[Finding]]) -> None:
    assert {kind: [about(f) for f in listed] for kind, listed in found.items()} == FOUND


def test_signed_agreements_without_a_date_are_told_by_what_they_count_from(
    found: dict[str, list[Finding]],
) -> None:
    assert "counts on no past day" in sentence(found, "unsigned", "T5-02")
    assert "counts from January 2022" in sentence(found, "unsigned", "T6-01")


def test_the_matchmaking_with_india_stands_under_two_indicators(
    found: dict[str, list[Finding]],
) -> None:
    told = sentence(found, "same-event", "T8-04 T10-01")
    assert "24 Mar 2022" in told
    assert "both name Enterprise Europe Network, European Business and Technology Centre" in told
    assert "KPI 7 and KPI 9" in told


def test_dubai_expo_stands_with_two_partners(found: dict[str, list[Finding]]) -> None:
    told = sentence(found, "same-event", "T9-01 T9-02")
    assert "by MECH" in told
    assert "by BIC" in told
    assert "4 Feb 2022 – 8 Feb 2022" in told
    assert "both at Dubai" in told


def test_words_are_held_against_dates(found: dict[str, list[Finding]]) -> None:
    for rows, dates in {
        "T2-01": ("30 Oct 2021", "19 Nov 2021"),
        "T2-05": ("30 Sep 2021", "3 Sep 2021"),
        "T2-09": ("29 Sep 2022", "no date"),
        "T8-09": ("19 Oct 2020 – 20 Oct 2020", "20 Oct 2022"),
    }.items():
        for each in dates:
            assert each in sentence(found, "other-day", rows)
    title = sentence(found, "title-year", "T8-08")
    assert "says 2021; it is dated 28 Jan 2022" in title
    fair = sentence(found, "within", "T10-05 T9-06")
    assert "on 20 Oct 2022, 25 Oct 2022; that is dated 8 Oct 2022 – 15 Oct 2022" in fair
    assert "15 Oct 2021" in sentence(found, "unlogged", "T2-06")
    assert "8 Nov 2022" in sentence(found, "unlogged", "T5-08")
    mission = sentence(found, "other-mission", "T4-11")
    assert "belongs to the mission Ohio; its words tell of the one to India" in mission


def test_the_agreement_with_ela_is_signed_at_several_places_and_days(
    found: dict[str, list[Finding]],
) -> None:
    places = sentence(found, "signing-place", "T2-04 T4-01")
    assert "Düsseldorf, K Fair" in places
    assert "Dortmund" in places
    days = sentence(found, "signing-day", "T10-02 T3-03 T4-01")
    assert "14 Jul 2022" in days
    assert "T3-03 (20 Oct 2022), T4-01 (20 Oct 2022)" in days
    assert "both are signed on 20 Oct 2022" in sentence(found, "same-agreement", "T3-03 T4-01")


def test_an_organisation_met_and_an_agreement_with_it_are_not_twice_the_same(
    found: dict[str, list[Finding]],
) -> None:
    """RIGHTWEIGHT, Art-ER, HEGAN and others stand in Tables 2 and 3."""
    pairs = [f.found.pair for kind in found for f in found[kind] if f.found.pair]
    tables = [{row.type.table_number for row in pair} for pair in pairs]
    assert tables == [{8, 10}, {9}, {3, 4}]


def test_the_shortfalls_are_those_of_the_figures(
    elca: Project, found: dict[str, list[Finding]]
) -> None:
    with as_if_on(DAY):
        progress = project_progress(elca)
    short = {f"kpi-{line.indicator.number}" for line in progress.lines if not line.reached}
    short |= {
        f"kpi-{line.indicator.number}-{code}"
        for line in progress.lines
        for code, figure in line.partners.items()
        if figure.missing
    }
    assert {finding.key for finding in found["unexplained"]} == short
