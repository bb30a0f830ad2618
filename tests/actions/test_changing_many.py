"""Holds the change of several rows at once: what is shown is written, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.bulk_forms import ticked_keys
from actions.changing_many import MOST_AT_ONCE
from actions.models import Action
from partners.models import Change, Project
from tests.making import make_action, on
from tests.pages import Page, member, page, quick

URL = "/elca/actions/change/"
BACK = "/elca/events/?partner=AMZ&page=1"


@pytest.fixture
def amz(as_user: Any) -> Client:
    return quick(as_user("amz"))


@pytest.fixture
def rows(elca: Project) -> list[Action]:
    """A workshop, an agreement and a plain action of AMZ."""
    day = (on(2022, 3, 1),)
    return [
        make_action(elca, slug, title=f"One {slug}", occasions=day)
        for slug in ("national-workshops", "sme-cooperation", "sectors")
    ]


def asked(rows: list[Action], **values: Any) -> dict[str, Any]:
    return {"ticked": [str(row.pk) for row in rows], "reason": "Agreed in May", **values}


def shown(client: Client, sent: dict[str, Any], status: int = 200) -> Page:
    answer = client.post(URL, sent)
    assert answer.status_code == status, page(answer).text
    return page(answer)


def write(client: Client, sent: dict[str, Any]) -> Any:
    """Look at what would become of the rows, then let it."""
    seen = shown(client, sent).values["seen"]
    return client.post(f"{URL}?back={BACK.replace('&', '%26')}", {**sent, "seen": seen})


def lines(project: Project) -> int:
    return project.changes.count()


def test_nothing_is_written_before_it_was_shown(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    before = lines(elca)
    found = shown(amz, asked(rows, status="dropped"))
    for words in ("Cancelled", "Not pursued", "Dropped", "Change 3 rows"):
        assert words in found.text
    assert lines(elca) == before
    assert {row.status for row in elca.actions.filter(title__startswith="One ")} == {"planned"}


def test_each_row_is_written_with_one_line_of_history_and_the_reason(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    before = lines(elca)
    mission, sector = elca.missions.get(slug="dubai"), elca.sectors.first()
    sent = asked(
        rows, status="under_way", mission="dubai", sector=str(sector.pk),
        organisation="composites UNITED",
        partners=[str(p.pk) for p in elca.partners.filter(code__in=["AMZ", "POL"])],
    )  # fmt: skip
    answer = write(amz, sent)
    assert answer["Location"] == BACK
    assert "3 rows were changed." in page(amz.get(BACK)).text
    for row in rows:
        now = Action.objects.get(pk=row.pk)
        assert (now.status, now.mission) == ("under_way", mission)
        assert [one.name for one in now.organisations.all()] == ["Composites United"]
        assert list(now.sectors.all()) == [sector]
        assert {one.code for one in now.partners.all()} == {"AMZ", "POL"}
        line = elca.changes.filter(record="action", record_id=row.pk, kind="changed").get()
        assert line.reason == "Agreed in May"
        assert line.user.username == "amz"
        assert set(line.fields) == {"status", "mission", "sectors", "organisations", "partners"}
    assert lines(elca) == before + 3


def test_a_new_organisation_is_added_once_beside_those_that_are_there(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    there = make_action(elca, "sectors", title="There", organisations=("Composites United",))
    write(amz, asked([*rows, there], organisation="Quite New Ltd"))
    assert elca.organisations.filter(name="Quite New Ltd").count() == 1
    names = {one.name for one in Action.objects.get(pk=there.pk).organisations.all()}
    assert names == {"Composites United", "Quite New Ltd"}


def test_rows_of_others_are_refused_with_the_reason(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    other = make_action(elca, "sectors", title="Theirs", partners="BIC")
    sent = asked([*rows, other], status="dropped")
    assert "Another partner answers for it." in shown(amz, sent).text
    write(amz, sent)
    assert "1 row was left as it is." in page(amz.get(BACK)).text
    assert Action.objects.get(pk=other.pk).status == "planned"
    assert Action.objects.get(pk=rows[0].pk).status == "dropped"
    alone = shown(amz, asked([other], status="dropped"), 422)
    assert "seen" not in alone.values
    assert "Nothing would change" in alone.text


def test_a_stamp_of_ones_own_does_not_open_the_rows_of_others(
    amz: Client, as_user: Any, elca: Project
) -> None:
    """What a leader was shown is no leave for a partner."""
    other = make_action(elca, "sectors", title="Theirs", partners="BIC")
    sent = asked([other], status="dropped")
    seen = shown(quick(as_user("leader")), sent).values["seen"]
    assert amz.post(URL, {**sent, "seen": seen}).status_code == 422
    assert Action.objects.get(pk=other.pk).status == "planned"


def test_nobody_gives_away_all_that_the_own_partner_answers_for(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    bic = str(elca.partners.get(code="BIC").pk)
    found = shown(amz, asked(rows, partners=[bic]), 422)
    assert "AMZ must stay among those who answer for it." in found.text
    leader = member(elca, "leader")
    assert write(leader, asked(rows, partners=[bic])).status_code == 302
    assert [p.code for p in Action.objects.get(pk=rows[0].pk).partners.all()] == ["BIC"]


def test_what_a_rule_refuses_stays_and_the_others_are_written(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    ahead = make_action(elca, "sectors", title="Ahead", occasions=(on(2099, 1, 1),))
    sent = asked([*rows, ahead], status="achieved")
    assert "This lies in the future" in shown(amz, sent).text
    write(amz, sent)
    assert Action.objects.get(pk=ahead.pk).status == "planned"
    assert Action.objects.get(pk=rows[2].pk).status == "achieved"


def test_of_an_accepted_action_the_change_is_proposed(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    Action.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(review="accepted")
    sent = asked(rows, status="dropped")
    assert "It is accepted: this is submitted as a change." in shown(amz, sent).text
    write(amz, sent)
    text = page(amz.get(BACK)).text
    assert "1 row was changed." in text
    assert "2 rows are accepted: the changes of them are submitted." in text
    accepted = Action.objects.get(pk=rows[0].pk)
    assert (accepted.status, accepted.review) == ("planned", "accepted")
    assert accepted.proposed.values == {"status": "dropped"}
    assert elca.changes.filter(record_id=accepted.pk, reason="Agreed in May").count() == 1
    # A second change joins the one that waits; the same again is none.
    write(amz, asked([accepted], organisation="Composites United"))
    accepted = Action.objects.get(pk=accepted.pk)
    assert set(accepted.proposed.values) == {"status", "organisations"}
    write(amz, asked([accepted], organisation="Quite New Ltd"))
    accepted = Action.objects.get(pk=accepted.pk)
    assert set(accepted.proposed.values["organisations"]) == {"Composites United", "Quite New Ltd"}
    assert "it says this already" in shown(amz, asked([accepted], status="dropped"), 422).text


def test_drafts_and_what_was_returned_stay_that(amz: Client, rows: list[Action]) -> None:
    for row, review in zip(rows, ("draft", "returned", "submitted"), strict=True):
        Action.objects.filter(pk=row.pk).update(review=review)
    write(amz, asked(rows, status="dropped"))
    found = [Action.objects.get(pk=row.pk) for row in rows]
    assert [row.review for row in found] == ["draft", "returned", "submitted"]
    assert {row.status for row in found} == {"dropped"}


# Two people at once, and half of it


def test_what_somebody_changed_since_it_was_shown_stops_all_of_it(
    amz: Client, elca: Project, rows: list[Action]
) -> None:
    sent = asked(rows, status="dropped")
    seen = shown(amz, sent).values["seen"]
    other = elca.actions.get(pk=rows[1].pk)
    other.save()
    before = lines(elca)
    found = shown(amz, {**sent, "seen": seen}, 409)
    assert "Nothing was written" in found.text
    assert lines(elca) == before
    assert Action.objects.get(pk=rows[0].pk).status == "planned"
    assert amz.post(URL, {**sent, "seen": found.values["seen"]}).status_code == 302
    assert Action.objects.get(pk=rows[0].pk).status == "dropped"


def test_another_choice_than_the_one_shown_is_shown_first(amz: Client, rows: list[Action]) -> None:
    seen = shown(amz, asked(rows, status="dropped")).values["seen"]
    found = shown(amz, {**asked(rows, status="under_way"), "seen": seen}, 409)
    assert "In preparation" in found.text
    assert {Action.objects.get(pk=row.pk).status for row in rows} == {"planned"}


def test_no_row_is_written_where_one_cannot_be(
    amz: Client, elca: Project, rows: list[Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = asked(rows, status="dropped")
    seen = shown(amz, sent).values["seen"]
    from actions.saving import Writer

    whole, before = Writer.write, lines(elca)

    def fails_at_the_last(writer: Writer, drafts: Any) -> None:
        whole(writer, drafts)
        if writer.type.slug == "sectors":
            drafts[0].errors["__all__"] = ["Somebody else was quicker."]

    monkeypatch.setattr(Writer, "write", fails_at_the_last)
    assert amz.post(URL, {**sent, "seen": seen}).status_code == 409
    assert lines(elca) == before
    assert {Action.objects.get(pk=row.pk).status for row in rows} == {"planned"}


# Hostile input


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": "nonsense"}, "Select a valid choice."),
        ({"mission": "mars"}, "Select a valid choice."),
        ({"sector": "9" * 30}, "Select a valid choice."),
        ({"partners": ["x"]}, "is not a valid value."),
        ({"organisation": "!?"}, "This cannot be the name of an organisation."),
        ({"organisation": "x" * 251}, "at most 250 characters"),
        ({"organisation": "a\0b"}, "Null characters are not allowed."),
        ({"status": "dropped", "reason": ""}, "This field is required."),
        ({"status": "dropped", "reason": "x" * 301}, "at most 300 characters"),
        ({}, "Choose what is to be changed."),
    ],
)
def test_what_cannot_be_is_said(
    amz: Client, rows: list[Action], values: dict[str, Any], message: str
) -> None:
    assert message in shown(amz, asked(rows, **values), 422).text


def test_what_is_no_row_of_the_project_is_not_there(amz: Client, rows: list[Action]) -> None:
    ids = [str(rows[0].pk), "999999999", "x", "-1", "9" * 40, str(rows[0].pk), "²"]
    found = shown(amz, {"ticked": ids, "status": "dropped", "reason": "Agreed"})
    assert "1 row is ticked" in found.text
    assert "1 ticked row is no longer there." in found.text
    answer = amz.post(URL, {"ticked": ["x"], "status": "dropped", "reason": "Agreed"})
    assert answer["Location"] == "/elca/actions/"


def test_only_so_many_rows_at_once(amz: Client) -> None:
    many = [str(number) for number in range(1, 200)]
    assert len(ticked_keys(many)) == MOST_AT_ONCE + 1
    answer = amz.post(URL, {"ticked": many, "status": "dropped", "reason": "Agreed"})
    assert answer.status_code == 302
    assert "At most 100 rows" in page(amz.get("/elca/actions/")).text


def test_the_way_back_never_leads_elsewhere(amz: Client, rows: list[Action]) -> None:
    sent = asked(rows, status="dropped")
    for back in (
        "https://example.org/",
        "//example.org/elca/",
        "/other/",
        "/elca/\n",
        "javascript:1",
    ):
        answer = amz.get(URL, {"ticked": [], "back": back})
        assert answer["Location"] == "/elca/actions/"
        assert back not in {link.url for link in page(amz.get(URL, {**sent, "back": back})).links}


# What it costs


def test_looking_takes_as_many_queries_for_many_rows_as_for_few(elca: Project) -> None:
    client = member(elca)
    made = [
        make_action(elca, "national-workshops", title=f"W{number}", occasions=(on(2022, 3, 1),))
        for number in range(25)
    ]
    found = []
    for number in (2, 25):
        with CaptureQueriesContext(connection) as captured:
            shown(client, asked(made[:number], status="dropped", organisation="Quite New Ltd"))
        found.append(len(captured))
    assert found[0] == found[1]


def test_writing_takes_two_statements_a_row_besides(elca: Project) -> None:
    """Each event is a row of two tables; all else is written for all rows at once."""
    client = member(elca)
    made = [make_action(elca, "national-workshops", title=f"W{number}") for number in range(20)]
    found = []
    for few in (made[:2], made[2:]):
        sent = asked(few, status="dropped", organisation="Composites United")
        seen = shown(client, sent).values["seen"]
        with CaptureQueriesContext(connection) as captured:
            assert client.post(URL, {**sent, "seen": seen}).status_code == 302
        found.append(len(captured))
    assert found[1] - found[0] == 2 * (18 - 2)
    assert Change.objects.filter(record="action", reason="Agreed in May").count() == 20
