"""Holds amendments: each day has the terms that were in force, and a mistake can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kpis.amendments import Terms, amend, indicators_with_terms, take_back, terms_of
from kpis.models import Amendment, FormerTerms, Indicator
from kpis.progress import project_progress
from kpis.services import set_partner_targets
from partners.models import Change, Project
from tests.pages import filled, page

ONE, TWO, THREE = date(2021, 6, 1), date(2022, 1, 15), date(2022, 9, 1)
DAY = timedelta(days=1)


def today(project: Project) -> dict[int, Terms]:
    return {i.number: terms_of(i) for i in indicators_with_terms(project)}


def amended(project: Project, name: str, day: date, **values: dict[str, Any]) -> Amendment:
    """An amendment that changes indicators: ``kpi4={"target": 30}``."""
    terms = today(project)
    for key, new in values.items():
        number = int(key.removeprefix("kpi"))
        terms[number] = replace(terms[number], **new)
    return amend(
        project=project, name=name, in_force_from=day, note="Agreed", terms=terms, user=None
    )


@pytest.fixture
def thrice(elca: Project) -> Project:
    """ELCA after three amendments; only the first and the third touch KPI 4."""
    amended(
        elca, "Amendment 1", ONE,
        kpi4={"target": 30, "last_month": 30, "partner_targets": {"AMZ": 10, "BIC": 20}},
        kpi6={"title": "Workshops"},
    )  # fmt: skip
    amended(elca, "Amendment 2", TWO, kpi5={"target": 3}, kpi6={"target": 11})
    amended(elca, "Amendment 3", THREE, kpi4={"target": 7, "title": "SMEs at last"})
    return elca


def said(project: Project, number: int, day: date | None) -> tuple[Any, ...]:
    line = project_progress(project, as_of=day).line(number)
    indicator = line.indicator
    shares = {c: f.target for c, f in line.partners.items() if f.target is not None}
    return (indicator.title, line.total.target, indicator.last_month, shares)


def test_every_day_has_the_terms_that_were_in_force(elca: Project, thrice: Project) -> None:
    five = ["AMZ", "MAV", "POL", "BIC", "MECH"]
    first = said(elca, 4, date(2021, 3, 1))
    assert first[1:] == (20, 18, dict.fromkeys(five, 4))
    second = (first[0], 30, 30, {"AMZ": 10, "BIC": 20})
    third = ("SMEs at last", 7, 30, {"AMZ": 10, "BIC": 20})
    six = said(elca, 6, date(2021, 3, 1))
    day = date(2021, 5, 1)
    while day < date(2022, 11, 1):
        expected = first if day < ONE else second if day < THREE else third
        assert said(thrice, 4, day) == expected, day
        assert said(thrice, 5, day)[1] == (10 if day < TWO else 3), day
        title = six[0] if day < ONE else "Workshops"
        assert said(thrice, 6, day) == (title, 10 if day < TWO else 11, *six[2:]), day
        near = any(abs(day - each) < 3 * DAY for each in (ONE, TWO, THREE))
        day += DAY if near else 2 * DAY
    assert said(thrice, 4, None) == third


def test_the_straight_line_and_the_pace_are_those_of_the_day(elca: Project) -> None:
    day = date(2022, 6, 30)
    before = project_progress(elca, as_of=day).line(6)
    amended(elca, "Amendment 1", date(2022, 7, 1), kpi6={"target": 100})
    after = project_progress(elca, as_of=day).line(6)
    assert (after.expected, after.pace, after.total.missing) == (
        before.expected,
        before.pace,
        before.total.missing,
    )
    assert after.former
    assert project_progress(elca).line(6).total.missing == 90


def test_only_what_differs_has_former_terms(thrice: Project) -> None:
    kept = FormerTerms.objects.values_list("amendment__name", "indicator__number")
    assert sorted(kept) == [
        ("Amendment 1", 4), ("Amendment 1", 6), ("Amendment 2", 5), ("Amendment 2", 6),
        ("Amendment 3", 4),
    ]  # fmt: skip
    versions = project_progress(thrice).line(4).versions
    assert [v.target for v in versions] == [20, 30, 7]
    assert [v.since and v.since.name for v in versions] == [None, "Amendment 1", "Amendment 3"]


def test_a_correction_of_today_leaves_former_terms(thrice: Project) -> None:
    indicator = Indicator.objects.get(project=thrice, number=4)
    indicator.target = 8
    indicator.save()
    assert said(thrice, 4, THREE - DAY)[1] == 30
    assert said(thrice, 4, THREE)[1] == 8


def test_amendments_are_history_with_the_reason(thrice: Project) -> None:
    pk = Indicator.objects.get(project=thrice, number=4).pk
    change = Change.objects.filter(record="indicator", record_id=pk).latest("pk")
    assert change.fields == {
        "title": [said(thrice, 4, ONE)[0], "SMEs at last"],
        "target": ["30", "7"],
    }
    assert (change.source, change.reason) == ("Amendment 3", "Agreed")
    assert Change.objects.filter(record="amendment", kind=Change.Kind.ADDED).count() == 3


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (THREE, "in force from this day|comes after that day"),
        (TWO + DAY, "comes after that day"),
        (date(2100, 1, 1), "still to come"),
        (date(2020, 9, 1), "after the first day of the project"),
    ],
)
def test_an_amendment_comes_after_the_last_and_not_in_the_future(
    thrice: Project, day: date, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        amended(thrice, "Another", day, kpi1={"target": 1})
    assert Amendment.objects.count() == 3


def test_an_amendment_that_changes_nothing_is_none(elca: Project) -> None:
    with pytest.raises(ValidationError, match="one indicator at least"):
        amended(elca, "Empty", ONE)
    assert not Amendment.objects.exists()


def test_the_last_amendment_can_be_taken_back(thrice: Project) -> None:
    last, first = Amendment.objects.get(name="Amendment 3"), Amendment.objects.first()
    assert first
    with pytest.raises(ValidationError, match="Only the last"):
        take_back(amendment=first, user=None, reason="A mistake")
    with pytest.raises(ValidationError, match="Say why"):
        take_back(amendment=last, user=None, reason=" ")
    take_back(amendment=last, user=None, reason="A mistake")
    assert said(thrice, 4, None)[1:] == (30, 30, {"AMZ": 10, "BIC": 20})
    assert said(thrice, 4, ONE - DAY)[1] == 20
    for name in ("Amendment 2", "Amendment 1"):
        take_back(amendment=Amendment.objects.get(name=name), user=None, reason="A mistake")
    assert said(thrice, 4, None)[1:] == (
        20,
        18,
        dict.fromkeys(["AMZ", "MAV", "POL", "BIC", "MECH"], 4),
    )
    assert not FormerTerms.objects.exists()


def test_the_form_holds_the_terms_of_today_and_changes_what_is_changed(
    elca: Project, as_user: Any
) -> None:
    leader, url = as_user("leader"), "/elca/amendments/new/"
    before = today(elca)
    data = filled(leader.get(url), name="Amendment 1", in_force_from="2022-01-01", note="Longer")
    assert leader.post(url, data).status_code == 422
    assert today(elca) == before
    data.update({"4-target": ["24"], "4-AMZ": [""], "10-last_month": ["36"]})
    assert leader.post(url, data).status_code == 302
    after = today(elca)
    assert {n for n in before if before[n] != after[n]} == {4, 10}
    assert (after[4].target, "AMZ" in after[4].partner_targets) == (24, False)
    shown = page(as_user("reader").get("/elca/amendments/")).text
    assert "Amendment 1" in shown
    assert "20 24" in shown
    assert "until before" in page(as_user("reader").get("/elca/kpis/4/")).text
    past = page(as_user("reader").get("/elca/kpis/4/?as_of=2021-12-31")).text
    assert "of 20" in past
    assert "in force until Amendment 1" in past


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"4-target": "-1"}, "greater than or equal to 0"),
        ({"4-target": "9" * 30}, "less than or equal"),
        ({"4-first_month": "30"}, "cannot come before"),
        ({"in_force_from": "2100-01-01"}, "still to come"),
        ({"in_force_from": "nonsense"}, "valid date"),
        ({"name": ""}, "required"),
        ({"name": "x" * 100}, "at most 80"),
        ({"4-title": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    as_user: Any, values: dict[str, str], words: str
) -> None:
    leader, url = as_user("leader"), "/elca/amendments/new/"
    data = filled(leader.get(url), name="One", in_force_from="2022-01-01", note="Why")
    data.update({"5-target": ["99"]}, **{name: [value] for name, value in values.items()})
    answer = leader.post(url, data)
    assert answer.status_code == 422
    assert words in page(answer).text
    assert not Amendment.objects.exists()


def test_a_name_or_a_day_twice_is_said(elca: Project, as_user: Any) -> None:
    amended(elca, "Amendment 1", ONE, kpi1={"target": 99})
    leader, url = as_user("leader"), "/elca/amendments/new/"
    data = filled(leader.get(url), name="Amendment 1", in_force_from=TWO.isoformat(), note="Why")
    data["5-target"] = ["99"]
    answer = leader.post(url, data)
    assert answer.status_code == 422
    assert "of this name already" in page(answer).text


def test_taking_back_asks_first_and_only_the_last(thrice: Project, as_user: Any) -> None:
    leader = as_user("leader")
    first, last = (
        Amendment.objects.get(name="Amendment 1"),
        Amendment.objects.get(in_force_from=THREE),
    )
    shown = page(leader.get(f"/elca/amendments/{first.pk}/delete/")).text
    assert "Only the last amendment" in shown
    assert leader.post(f"/elca/amendments/{first.pk}/delete/", {"reason": "x"}).status_code == 422
    url = f"/elca/amendments/{last.pk}/delete/"
    assert leader.post(url, {"reason": ""}).status_code == 422
    assert Amendment.objects.count() == 3
    assert leader.post(url, {"reason": "A mistake"}).status_code == 302
    assert Amendment.objects.count() == 2
    assert said(thrice, 4, None)[1] == 30


def test_a_partner_with_another_code_keeps_former_shares(thrice: Project) -> None:
    thrice.partners.filter(code="BIC").update(code="BYD")
    assert said(thrice, 4, THREE - DAY)[3] == {"AMZ": 10, "BYD": 20}
    assert said(thrice, 4, ONE - DAY)[3] == dict.fromkeys(["AMZ", "MAV", "POL", "BYD", "MECH"], 4)
    for name in ("Amendment 3", "Amendment 2", "Amendment 1"):
        take_back(amendment=Amendment.objects.get(name=name), user=None, reason="A mistake")
    assert said(thrice, 4, None)[3] == dict.fromkeys(["AMZ", "MAV", "POL", "BYD", "MECH"], 4)


def test_what_was_changed_since_stays_and_is_said(elca: Project, as_user: Any) -> None:
    made = amended(
        elca, "One", ONE,
        kpi4={"target": 30, "title": "SMEs", "partner_targets": {"AMZ": 10, "BIC": 20}},
    )  # fmt: skip
    indicator = elca.indicators.get(number=4)
    amz, pol = (elca.partners.get(code=code) for code in ("AMZ", "POL"))
    Indicator.objects.filter(pk=indicator.pk).update(target=33, description="Said since")
    set_partner_targets(indicator=indicator, targets={amz: 12, pol: 1}, user=None)
    shown = page(as_user("leader").get(f"/elca/amendments/{made.pk}/delete/")).text
    for words in ("changed this again", "target 33", "target of AMZ 12", "target of POL 1"):
        assert words in shown, words
    assert "target of BIC" not in shown
    take_back(amendment=made, user=None, reason="A mistake")
    terms = today(elca)[4]
    assert (terms.target, terms.description) == (33, "Said since")
    assert terms.title != "SMEs"
    assert terms.partner_targets == {"AMZ": 12, "MAV": 4, "POL": 1, "BIC": 4, "MECH": 4}


def test_terms_that_do_not_go_together_are_refused_in_words(elca: Project, as_user: Any) -> None:
    made = amended(elca, "One", ONE, kpi4={"last_month": 30})
    Indicator.objects.filter(project=elca, number=4).update(first_month=25)
    answer = as_user("leader").post(f"/elca/amendments/{made.pk}/delete/", {"reason": "Mistake"})
    assert answer.status_code == 422
    assert "KPI 4 would not be right" in page(answer).text
    assert Amendment.objects.get() == made
