"""Holds what is said of missed targets: who may say it, that none is lost, and where it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.models import Action, ActionType
from kpis.deviations import Shortfall, shortfalls, standings
from kpis.loading import load_project
from kpis.models import Deviation
from kpis.progress import project_progress
from kpis.services import set_deviation
from partners.models import Change, Partner, Project
from tests.conftest import ELCA
from tests.pages import changed, filled, form_of, member, page

FORM = "/elca/kpis/4/deviations/AMZ/"


def say(project: Project, number: int, code: str, text: str) -> bool:
    return set_deviation(
        indicator=project.indicators.get(number=number),
        partner=project.partners.get(code=code),
        text=text,
        user=None,
    )


def missing(found: list[Shortfall]) -> dict[int, int]:
    return {shortfall.line.indicator.number: shortfall.missing for shortfall in found}


def words(shortfall: Shortfall) -> list[tuple[str, str]]:
    return [(deviation.partner.code, deviation.text) for deviation in shortfall.words]


def of(found: list[Shortfall], number: int) -> Shortfall:
    return next(s for s in found if s.line.indicator.number == number)


# What is short


def test_the_indicators_of_elca_that_are_short(elca: Project) -> None:
    found = shortfalls(project_progress(elca))
    assert missing(found) == {2: 8, 4: 14, 5: 8}
    short = [(code, figure.achieved, figure.target) for code, figure in of(found, 4).short]
    assert short == [("AMZ", 3, 4), ("MAV", 2, 4), ("POL", 0, 4), ("BIC", 0, 4), ("MECH", 1, 4)]
    assert [code for code, _figure in of(found, 5).short] == ["AMZ", "POL", "BIC", "MECH"]
    assert of(found, 2).short == []


def test_words_stand_in_the_order_of_partners_those_of_the_not_short_too(elca: Project) -> None:
    for code in ("ELCA", "MAV", "AMZ"):
        say(elca, 5, code, f"Words of {code}")
    say(elca, 6, "AMZ", "About one that is reached")
    progress = project_progress(elca)
    with CaptureQueriesContext(connection) as captured:
        found = shortfalls(progress)
        text = [words(shortfall) for shortfall in found]
    assert len(captured) == 1
    three = [(code, f"Words of {code}") for code in ("AMZ", "MAV", "ELCA")]
    assert text == [[], [], three]
    assert words(of(standings(progress), 6)) == [("AMZ", "About one that is reached")]


def test_of_a_partner_the_own_share_or_else_the_whole(elca: Project) -> None:
    say(elca, 4, "MAV", "Ours")
    say(elca, 4, "AMZ", "Theirs")
    progress = project_progress(elca)
    found = shortfalls(progress, partner=elca.partners.get(code="MAV"))
    # 2 has no shares: the whole. 5 is reached by MAV's own share of 2.
    assert missing(found) == {2: 8, 4: 2}
    assert [s.is_share for s in found] == [False, True]
    assert words(of(found, 4)) == [("MAV", "Ours")]
    assert [code for code, _figure in of(found, 4).short] == ["MAV"]
    joint = shortfalls(progress, partner=elca.partners.get(code="ELCA"))
    assert missing(joint) == {2: 8, 4: 14, 5: 8}


def test_without_any_row_the_whole_target_is_missing(elca_empty: Project) -> None:
    assert missing(shortfalls(project_progress(elca_empty)))[4] == 20


# Writing


def test_words_are_set_changed_and_taken_away_with_their_history(elca: Project) -> None:
    indicator = elca.indicators.get(number=4)
    assert say(elca, 4, "AMZ", "  Two factories closed. \n")
    assert not say(elca, 4, "AMZ", "Two factories closed.")
    assert say(elca, 4, "AMZ", "Three factories closed.")
    assert Deviation.objects.get().text == "Three factories closed."
    assert say(elca, 4, "AMZ", " \n ")
    assert not Deviation.objects.exists()
    told = Change.objects.filter(record="indicator", record_id=indicator.pk).order_by("pk")
    assert [change.fields["deviation_AMZ"] for change in told] == [
        ["", "Two factories closed."],
        ["Two factories closed.", "Three factories closed."],
        ["Three factories closed.", ""],
    ]


def test_words_that_are_too_long_are_refused_whole(elca: Project) -> None:
    with pytest.raises(ValidationError, match="at most 5000"):
        say(elca, 4, "AMZ", "x" * 5001)
    assert not Deviation.objects.exists()
    assert not Change.objects.filter(record="indicator").exists()


def test_the_database_refuses_empty_and_double_words(elca: Project) -> None:
    indicator, partner = elca.indicators.get(number=4), elca.partners.get(code="AMZ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deviation.objects.create(indicator=indicator, partner=partner, text="")
    Deviation.objects.create(indicator=indicator, partner=partner, text="Once")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deviation.objects.create(indicator=indicator, partner=partner, text="Twice")


def test_a_partner_of_another_project_has_no_say(elca: Project) -> None:
    other = Project.objects.create(
        slug="other", acronym="O", title="Other", first_month="2024-01-01", length_months=6
    )
    stranger = Partner.objects.create(project=other, code="X", name="X")
    with pytest.raises(ValidationError, match="not in the project"):
        set_deviation(
            indicator=elca.indicators.get(number=4), partner=stranger, text="x", user=None
        )


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("amz", "AMZ", 200),
        ("amz", "BIC", 403),
        ("amz", "ELCA", 403),
        ("bic", "AMZ", 403),
        ("leader", "AMZ", 200),
        ("leader", "ELCA", 200),
        ("admin", "ELCA", 200),
        ("reader", "AMZ", 403),
        ("leader", "XYZ", 404),
    ],
)
def test_who_may_write_whose_words(as_user: Any, who: str, code: str, status: int) -> None:
    client, url = as_user(who), f"/elca/kpis/4/deviations/{code}/"
    assert client.get(url).status_code == status
    answer = client.post(url, {"text": "Said", "seen": ""})
    assert answer.status_code == (302 if status == 200 else status)
    assert Deviation.objects.count() == (status == 200)


def test_a_reader_who_belongs_to_a_partner_says_nothing(elca: Project) -> None:
    assert member(elca, "reader", "AMZ").get(FORM).status_code == 403


def test_the_form_saves_and_tells(elca: Project, as_user: Any) -> None:
    client = as_user("amz")
    answer = client.post(FORM, filled(client.get(FORM), text="First line\r\nSecond"), follow=True)
    assert answer.redirect_chain == [("/elca/deviations/#kpi-4", 302)]
    assert "Saved: the words of AMZ on KPI 4." in page(answer).text
    stored = Deviation.objects.get()
    assert (stored.text, stored.updated_by.username) == ("First line\nSecond", "amz")
    assert form_of(client.get(FORM))["text"] == ["First line\nSecond"]
    same = client.post(FORM, form_of(client.get(FORM)), follow=True)
    assert "Nothing was changed." in page(same).text
    gone = client.post(FORM, filled(client.get(FORM), text=""), follow=True)
    assert "Taken away: the words of AMZ on KPI 4." in page(gone).text
    assert not Deviation.objects.exists()
    assert elca.indicators.get(number=4).deviations.count() == 0


def test_each_partner_has_words_of_its_own(elca: Project, as_user: Any) -> None:
    say(elca, 4, "AMZ", "Two factories closed.")
    client = as_user("leader")
    of_mav = "/elca/kpis/4/deviations/MAV/"
    assert form_of(client.get(of_mav))["text"] == [""]
    client.post(of_mav, filled(client.get(of_mav), text="We were late."))
    assert [d.text for d in Deviation.objects.order_by("partner__position")] == [
        "Two factories closed.",
        "We were late.",
    ]


def test_a_line_break_counts_once(as_user: Any) -> None:
    client = as_user("amz")
    fits = "\r\n".join(["x" * 99] * 50)  # 50 lines of 99 letters, 49 breaks
    assert client.post(FORM, {"text": fits + "y" * 1, "seen": ""}).status_code == 302
    assert len(Deviation.objects.get().text) == 5000
    answer = client.post(FORM, filled(client.get(FORM), text=fits + "yy"))
    assert answer.status_code == 422
    assert "at most 5000 characters (it has 5001)" in page(answer).text


def overtaken(client: Client, sent: dict[str, list[str]]) -> Any:
    answer = client.post(FORM, sent)
    assert answer.status_code == 422
    assert "Somebody has changed these words since you opened the page" in page(answer).text
    return answer


@pytest.mark.parametrize("before", ["", "What stood there"])
def test_what_somebody_else_wrote_meanwhile_is_not_written_over(
    elca: Project, as_user: Any, before: str
) -> None:
    say(elca, 4, "AMZ", before)
    amz, leader = as_user("amz"), as_user("leader")
    mine = filled(amz.get(FORM), text="Mine, typed at length")
    leader.post(FORM, filled(leader.get(FORM), text="Words of the leader"))
    answer = overtaken(amz, mine)
    assert Deviation.objects.get().text == "Words of the leader"
    assert "Words of the leader" in page(answer).text
    assert "leader, " in page(answer).text
    assert form_of(answer)["text"] == ["Mine, typed at length"]
    again = amz.post(FORM, changed(form_of(answer), text="Both together"))
    assert again.status_code == 302
    assert Deviation.objects.get().text == "Both together"


def test_words_taken_away_meanwhile_are_told(elca: Project, as_user: Any) -> None:
    say(elca, 4, "AMZ", "What stood there")
    client = as_user("amz")
    mine = filled(client.get(FORM), text="Mine")
    say(elca, 4, "AMZ", "")
    assert "The words have been taken away." in page(overtaken(client, mine)).text
    assert not Deviation.objects.exists()


def test_who_types_the_same_as_somebody_else_meanwhile_is_not_stopped(
    elca: Project, as_user: Any
) -> None:
    client = as_user("amz")
    mine = filled(client.get(FORM), text="The same")
    say(elca, 4, "AMZ", "The same")
    assert client.post(FORM, mine).status_code == 302


# Where it shows


def test_the_page_tells_what_is_missing_who_is_short_and_why(elca: Project, as_user: Any) -> None:
    say(elca, 4, "AMZ", "Two factories closed.")
    say(elca, 4, "ELCA", "The market turned.")
    text = page(as_user("reader").get("/elca/deviations/")).text
    assert "Short of the target 3 of 10" in text
    assert "Explained 1 of 3" in text
    before, _heading, of_four = text.partition("4. Cooperation agreements with SMEs")
    assert "2. Cooperation agreements with clusters" in before
    assert of_four.strip().startswith("Missed Target 20 Achieved 6 Missing 14 Short of their own")
    assert "AMZ 3 of 4, 1 missing MAV 2 of 4, 2 missing" in of_four
    assert "MECH 1 of 4, 3 missing" in of_four
    assert of_four.index("Two factories closed.") < of_four.index("The market turned.")
    assert "6. National workshops with SMEs" not in text


def test_the_page_of_a_past_day_shows_what_was_short_then(elca: Project, as_user: Any) -> None:
    client = as_user("reader")
    past = page(client.get("/elca/deviations/?as_of=2021-12-31")).text
    assert len(shortfalls(project_progress(elca))) == 3
    assert "Short of the target 10 of 10" in past


def test_words_of_an_indicator_that_is_reached_are_still_there(elca: Project, as_user: Any) -> None:
    say(elca, 6, "BIC", "We were late.")
    client = as_user("reader")
    text = page(client.get("/elca/deviations/")).text
    _before, _heading, rest = text.partition("Said of indicators that have reached their targets")
    assert "6. National workshops with SMEs" in rest
    assert "We were late." in rest
    assert "We were late." in page(client.get("/elca/kpis/6/")).text


def test_where_none_is_short_the_page_says_so(elca: Project, as_user: Any) -> None:
    elca.indicators.update(target=0)
    text = page(as_user("reader").get("/elca/deviations/")).text
    assert "No indicator is short of its target" in text
    elca.indicators.all().delete()
    assert "No indicator has been set up yet." in page(as_user("amz").get("/elca/deviations/")).text


def urls(client: Client, path: str) -> set[str]:
    return {link.url for link in page(client.get(path)).links}


def test_the_way_to_the_page_and_to_the_forms(as_user: Any) -> None:
    reader, amz = as_user("reader"), as_user("amz")
    assert "/elca/deviations/" in urls(reader, "/elca/report/")
    for path in ("/elca/deviations/", "/elca/kpis/4/", "/elca/partners/AMZ/"):
        assert FORM in urls(amz, path), path
        assert FORM not in urls(reader, path), path
    assert FORM not in urls(amz, "/elca/kpis/4/?partner=BIC")
    # Nothing is to be explained of what is reached.
    assert "/elca/kpis/6/deviations/AMZ/" not in urls(amz, "/elca/kpis/6/")


def test_the_page_of_an_indicator_shows_the_words_of_whom_one_looks_at(
    elca: Project, as_user: Any
) -> None:
    say(elca, 4, "AMZ", "Two factories closed.")
    say(elca, 4, "MECH", "We had no staff.")
    client = as_user("reader")
    whole = page(client.get("/elca/kpis/4/")).text
    assert "14 of 20 are missing: why" in whole
    assert "Two factories closed." in whole
    assert "We had no staff." in whole
    of_amz = page(client.get("/elca/kpis/4/?partner=AMZ")).text
    assert "1 of 4 is missing: why" in of_amz
    assert "Two factories closed." in of_amz
    assert "We had no staff." not in of_amz
    assert "missing: why" not in page(client.get("/elca/kpis/6/")).text


def test_the_page_of_a_partner_says_what_is_explained(elca: Project, as_user: Any) -> None:
    client = as_user("amz")
    assert "1 more of 4: Cooperation agreements with SMEs Say why" in told_at(client)
    say(elca, 4, "AMZ", "Two factories closed.")
    told = told_at(client)
    assert "1 more of 4: Cooperation agreements with SMEs Explained" in told
    # Of 5 nothing has been said.
    assert told.count("Say why") == 1
    # Of 2 no partner has a share: it stands among the figures only.
    assert "more of 12" not in told
    assert "Say why for" not in page(client.get("/elca/kpis/4/?partner=AMZ")).text


def told_at(client: Client) -> str:
    return page(client.get("/elca/partners/AMZ/")).text


# What deviations are told under in the report


def test_every_type_of_action_has_its_section_of_the_report(elca: Project) -> None:
    sections = dict(elca.action_types.values_list("table_number", "section"))
    assert sections[2] == "Cluster organisations and business networks"
    assert {sections[n] for n in (3, 4, 5)} == {"Cooperation agreements"}
    assert {sections[n] for n in (7, 8, 9)} == {"Events"}
    assert (sections[6], sections[10], sections[11]) == (
        "Business agreements",
        "Matchmaking meetings",
        "Sectors beyond mobility",
    )


def test_loading_again_fills_an_empty_section_and_keeps_another(elca: Project) -> None:
    ActionType.objects.filter(project=elca, table_number=2).update(section="")
    ActionType.objects.filter(project=elca, table_number=6).update(section="Ours")
    rows = Action.objects.count()
    load_project(ELCA)
    sections = dict(elca.action_types.values_list("table_number", "section"))
    assert sections[2] == "Cluster organisations and business networks"
    assert sections[6] == "Ours"
    assert Action.objects.count() == rows
