"""Holds agreed splits of joint actions: who records them, when they count, where they are shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from actions.credit import agree_on_credit, split_of
from actions.models import Action, CreditShare, Status
from kpis.progress import project_progress
from partners.models import Change, Project
from tests.making import make_action
from tests.pages import filled, page


@pytest.fixture
def joint(elca_empty: Project) -> Action:
    return make_action(
        elca_empty, "national-workshops", partners="AMZ BIC MAV", status=Status.ACHIEVED
    )


def agree(action: Action, reason: str = "Minutes of 14 July", **shares: str) -> bool:
    partners = {p.code: p for p in action.project.partners.all()}
    given = {partners[code]: Decimal(share) for code, share in shares.items()}
    return agree_on_credit(action=action, shares=given, user=None, reason=reason)


def credit(project: Project, code: str) -> tuple[int, Decimal]:
    figure = project_progress(project).line(6).partners[code]
    return figure.achieved, figure.credit


def test_a_split_is_shown_as_credit_and_leaves_the_figure_alone(joint: Action) -> None:
    assert credit(joint.project, "AMZ") == (1, Decimal(1))
    assert agree(joint, AMZ="33.33", BIC="33.33", MAV="33.34")
    assert credit(joint.project, "AMZ") == (1, Decimal("0.3333"))
    assert credit(joint.project, "MAV") == (1, Decimal("0.3334"))
    line = project_progress(joint.project).line(6)
    assert (line.total.achieved, line.total.credit) == (1, Decimal(1))
    assert line.partners["AMZ"].missing == 1


def test_a_split_is_history_with_its_reason(joint: Action) -> None:
    agree(joint, AMZ="50", BIC="50", MAV="0")
    assert not agree(joint, AMZ="50.00", BIC="50", MAV="0")
    agree(joint, reason="A mistake")
    kept = Change.objects.filter(record="action", record_id=joint.pk, fields__has_key="credit")
    assert [(c.fields["credit"], c.reason) for c in kept.order_by("pk")] == [
        (["", "AMZ 50 %, MAV 0 %, BIC 50 %"], "Minutes of 14 July"),
        (["AMZ 50 %, MAV 0 %, BIC 50 %", ""], "A mistake"),
    ]


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"AMZ": "50", "BIC": "50"}, "every partner"),
        ({"AMZ": "50", "BIC": "30", "MAV": "10", "POL": "10"}, "every partner"),
        ({"AMZ": "50", "BIC": "30", "MAV": "19.99"}, "99.99"),
        ({"AMZ": "50.005", "BIC": "49.995", "MAV": "0"}, "two decimals"),
        ({"AMZ": "110", "BIC": "-10", "MAV": "0"}, "from 0 to 100"),
    ],
)
def test_shares_that_are_no_split_are_refused(
    joint: Action, shares: dict[str, str], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        agree(joint, **shares)
    with pytest.raises(ValidationError, match="what was agreed"):
        agree(joint, reason=" ", AMZ="100", BIC="0", MAV="0")
    assert not CreditShare.objects.exists()


@pytest.mark.parametrize("codes", [("AMZ", "BIC"), ("AMZ", "BIC", "POL"), ("AMZ",)])
def test_a_split_counts_no_longer_when_the_partners_change(
    joint: Action, codes: tuple[str, ...]
) -> None:
    agree(joint, AMZ="50", BIC="25", MAV="25")
    joint.partners.set(joint.project.partners.filter(code__in=codes))
    assert credit(joint.project, "AMZ") == (1, Decimal(1))
    assert not split_of(joint).counts
    joint.partners.set(joint.project.partners.filter(code__in=["AMZ", "BIC", "MAV"]))
    assert credit(joint.project, "AMZ") == (1, Decimal("0.5"))


def test_the_page_takes_shares_and_says_what_is_wrong(joint: Action, as_user: Any) -> None:
    leader, url = as_user("leader"), f"/elca/actions/{joint.pk}/credit/"
    for values, words in [
        ({"AMZ": "60", "BIC": "30", "MAV": "5"}, "add up to 95"),
        ({"AMZ": "60", "BIC": "40"}, "every partner"),
        ({"AMZ": "nonsense", "BIC": "40"}, "Enter a number"),
        ({"AMZ": "1e5", "BIC": "NaN", "MAV": "9" * 400}, "Enter a number"),
        ({"AMZ": "60", "BIC": "30", "MAV": "10", "reason": ""}, "required"),
    ]:
        data = filled(leader.get(url), **{"reason": "Agreed", **values})
        answer = leader.post(url, data)
        assert answer.status_code == 422, values
        assert words in page(answer).text
    data = filled(leader.get(url), AMZ="60", BIC="30", MAV="10", reason="Agreed")
    assert leader.post(url, data).status_code == 302
    shown = page(as_user("amz").get(joint.get_absolute_url())).text
    assert "AMZ 60 %" in shown
    assert "Agreed" in shown


def test_a_stale_split_says_so_on_the_pages(joint: Action, as_user: Any) -> None:
    agree(joint, AMZ="50", BIC="25", MAV="25")
    joint.partners.set(joint.project.partners.filter(code__in=["AMZ", "BIC"]))
    leader = as_user("leader")
    assert "no longer counts" in page(leader.get(joint.get_absolute_url())).text
    assert "no longer counts" in page(leader.get(f"/elca/actions/{joint.pk}/credit/")).text


def test_an_action_of_one_partner_has_nothing_to_share(elca: Project, as_user: Any) -> None:
    alone = make_action(elca, "national-workshops", partners="AMZ")
    leader = as_user("leader")
    assert leader.get(f"/elca/actions/{alone.pk}/credit/").status_code == 404
    assert "Shared credit" not in page(leader.get(alone.get_absolute_url())).text


def test_credit_stands_beside_rows_where_it_differs(joint: Action, as_user: Any) -> None:
    reader = as_user("reader")
    assert "credit 1" not in page(reader.get("/elca/partners/AMZ/")).text
    agree(joint, AMZ="62.5", BIC="37.5", MAV="0")
    assert "credit 0.625" in page(reader.get("/elca/partners/AMZ/")).text
    rows = {row[0].strip(): row for row in page(reader.get("/elca/kpis/6/")).rows if row}
    assert [cell.strip() for cell in rows["AMZ"]] == [
        "AMZ", "1", "0", "1", "BIC 1, MAV 1", "1", "0.625",
    ]  # fmt: skip
    asked = page(reader.get("/elca/kpis/6/?partner=MAV")).rows
    own = {row[0].strip() for row in asked if len(row) == len(rows["AMZ"])}
    assert "MAV" in own
    assert "AMZ" not in own
