"""Holds status and date from the list: saved like the whole form, and back to the same place."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from actions.models import Action
from partners.models import Project
from tests.making import make_action, on
from tests.pages import filled, form_of, member, page, quick

LIST = "/elca/events/?partner=AMZ&sort=title&page=1"


@pytest.fixture
def amz(as_user: Any) -> Client:
    return quick(as_user("amz"))


@pytest.fixture
def held(elca: Project) -> Action:
    first = on(2022, 3, 1, place="Dresden", mode="on_site", words="1 March in Dresden")
    return make_action(
        elca, "national-workshops", title="Held", occasions=(first, on(2022, 4, 1)), results="Kept"
    )


def url_of(action: Action, back: str = LIST) -> str:
    return f"{action.get_absolute_url()}quick/?back={quote(back)}"


def saved(client: Client, action: Action, **values: Any) -> Any:
    url = url_of(action)
    return client.post(url, filled(client.get(url), **values))


def test_status_and_date_are_saved_and_nothing_else(
    amz: Client, elca: Project, held: Action
) -> None:
    answer = saved(amz, held, status="dropped", occasions__1__when="05.2022")
    assert answer["Location"] == f"{LIST}#row-{held.pk}"
    now = Action.objects.get(pk=held.pk)
    assert (now.status, now.event.results) == ("dropped", "Kept")
    assert [str(o.data) for o in now.occasions.all()] == ["01.03.2022, Dresden, on site", "05.2022"]
    assert now.occasions.first().words == "1 March in Dresden"
    line = elca.changes.filter(record_id=held.pk, kind="changed").get()
    assert set(line.fields) == {"status", "occasions"}
    assert f"Saved: {held}" in page(amz.get(LIST)).text


def test_a_first_date_is_pasted_with_its_place(amz: Client, elca: Project) -> None:
    bare = make_action(elca, "national-workshops", title="Bare")
    saved(amz, bare, status="achieved", occasions__0__when="14-16 March 2022, Paris")
    assert str(bare.occasions.get().data) == "14-16.03.2022, Paris, on site"


def test_an_agreement_is_asked_for_its_signature(amz: Client, elca: Project) -> None:
    made = make_action(elca, "sme-cooperation", title="One", occasions=(on(2022, 1, 1),))
    answer = saved(amz, made, status="achieved", signed_on="14.03.2022")
    assert answer.status_code == 302
    now = Action.objects.get(pk=made.pk)
    assert str(now.agreement.signed_on) == "2022-03-14"
    assert now.occasions.count() == 1


@pytest.mark.parametrize("review", ["draft", "returned", "submitted"])
def test_the_review_stays_where_it_is(amz: Client, held: Action, review: str) -> None:
    Action.objects.filter(pk=held.pk).update(review=review)
    saved(amz, held, status="dropped")
    now = Action.objects.get(pk=held.pk)
    assert (now.status, now.review) == ("dropped", review)


def test_of_an_accepted_action_the_change_is_submitted(amz: Client, held: Action) -> None:
    Action.objects.filter(pk=held.pk).update(review="accepted")
    assert "Submit the change" in page(amz.get(url_of(held))).text
    saved(amz, held, status="dropped")
    now = Action.objects.get(pk=held.pk)
    assert (now.status, now.review) == ("planned", "accepted")
    assert now.proposed.values == {"status": "dropped"}


def test_what_is_wrong_stands_beside_its_field(amz: Client, held: Action) -> None:
    answer = saved(amz, held, occasions__0__when="31.02.2022", status="achieved")
    assert answer.status_code == 422
    found = page(answer)
    assert "“31.02.2022” is not a day in the calendar." in found.text
    assert form_of(answer)["occasions-0-when"] == ["31.02.2022"]
    assert saved(amz, held, status="nonsense").status_code == 422
    assert Action.objects.get(pk=held.pk).status == "planned"


def test_two_people_at_one_value_see_both(amz: Client, elca: Project, held: Action) -> None:
    mine = filled(amz.get(url_of(held)), status="dropped")
    other = member(elca, "partner", "AMZ")
    saved(other, held, status="under_way")
    answer = amz.post(url_of(held), mine)
    assert answer.status_code == 409
    text = page(answer).text
    assert "it was changed while you were writing" in text
    assert "In preparation" in text
    assert Action.objects.get(pk=held.pk).status == "under_way"
    amz.post(url_of(held), form_of(answer))
    assert Action.objects.get(pk=held.pk).status == "dropped"


def test_what_another_changed_elsewhere_is_no_conflict_and_stays(
    amz: Client, elca: Project, held: Action
) -> None:
    mine = filled(amz.get(url_of(held)), status="dropped")
    other = member(elca, "partner", "AMZ")
    edit = f"{held.get_absolute_url()}edit/"
    other.post(edit, filled(other.get(edit), description="Theirs"))
    assert amz.post(url_of(held), mine).status_code == 302
    now = Action.objects.get(pk=held.pk)
    assert (now.status, now.description) == ("dropped", "Theirs")


def test_what_is_deleted_meanwhile_is_said(amz: Client, held: Action) -> None:
    mine = filled(amz.get(url_of(held)), status="dropped")
    Action.objects.filter(pk=held.pk).delete()
    assert amz.post(url_of(held), mine)["Location"] == LIST
    assert "It has been deleted meanwhile." in page(amz.get(LIST)).text


def test_a_form_without_its_basis_saves_nothing_unseen(amz: Client, held: Action) -> None:
    sent = filled(amz.get(url_of(held)), status="dropped", basis="tampered")
    assert amz.post(url_of(held), sent).status_code == 409
    assert Action.objects.get(pk=held.pk).status == "planned"


def test_the_part_for_a_row_is_the_form_alone(amz: Client, held: Action) -> None:
    part = amz.get(f"{url_of(held)}&part=1").content.decode()
    assert part.lstrip().startswith("<form")
    assert "<html" not in part
    assert part.count('name="occasions-0-when"') == 1


def test_only_rows_that_one_may_change_offer_it(amz: Client, elca: Project, as_user: Any) -> None:
    mine = make_action(elca, "sectors", title="Twofold mine")
    other = make_action(elca, "sectors", title="Twofold theirs", partners="BIC")
    found = page(amz.get("/elca/actions/?q=twofold"))
    assert [link.url for link in found.links if "/quick/" in link.url] == [
        f"/elca/actions/{mine.pk}/quick/?back=%2Felca%2Factions%2F%3Fq%3Dtwofold"
    ]
    ticks = [said["value"] for tag, said in found.tags if said.get("name") == "ticked"]
    assert ticks == [str(mine.pk)]
    assert amz.get(f"/elca/actions/{other.pk}/quick/").status_code == 403
    for client, url in ((quick(as_user("reader")), ""), (amz, "/known/2022-06-30")):
        there = page(client.get(f"{url}/elca/actions/?q=twofold")).text
        assert "Status, date" not in there
        assert "Change the ticked rows" not in there


# Back goes back


@pytest.mark.usefixtures("held")
def test_the_way_leads_back_to_the_filtered_list(amz: Client) -> None:
    start = "/elca/actions/?q=held&partner=AMZ"
    found = page(amz.get(start))
    detail = next(link.url for link in found.links if link.text == "Held")
    shown = page(amz.get(detail))
    assert start in {link.url for link in shown.links}
    edit = next(link.url for link in shown.links if "/edit/" in link.url)
    answer = amz.post(edit, filled(amz.get(edit), description="New"))
    assert answer["Location"] == detail
    delete = next(link.url for link in shown.links if "/delete/" in link.url)
    assert detail in {link.url for link in page(amz.get(delete)).links}
    assert amz.post(delete)["Location"] == start


def test_a_new_action_leads_back_to_the_filtered_list(amz: Client, elca: Project) -> None:
    start = "/elca/events/?partner=AMZ&status=achieved"
    add = next(link.url for link in page(amz.get(start)).links if "/events/new/" in link.url)
    kind = next(link.url for link in page(amz.get(add)).links if "national-workshops" in link.url)
    form = amz.get(kind)
    assert start in {link.url for link in page(form).links}
    answer = amz.post(kind, filled(form, title="Brand new"))
    made = elca.actions.get(title="Brand new")
    assert answer["Location"] == f"{made.get_absolute_url()}?back={quote(start, safe='')}"


@pytest.mark.parametrize(
    "back",
    ["https://example.org/elca/", "//example.org", "/other/events/", "/elca/\r\nX: 1", "x" * 3000],
)
def test_a_way_back_elsewhere_is_none(amz: Client, held: Action, back: str) -> None:
    answer = amz.get(held.get_absolute_url(), {"back": back})
    assert answer.status_code == 200
    assert not [link.url for link in page(answer).links if "back=" in link.url]


def test_ticking_all_works_without_a_script(amz: Client, as_user: Any) -> None:
    def ticked(found: Any) -> int:
        return sum("checked" in said for _tag, said in found.tags if said.get("name") == "ticked")

    for client, url in (
        (amz, "/elca/events/?partner=AMZ"),
        (quick(as_user("leader")), "/elca/review/"),
    ):
        plain = page(client.get(url))
        assert ticked(plain) == 0
        link = next(one.url for one in plain.links if one.text == "Tick all on this page")
        every = page(client.get(url.partition("?")[0] + link))
        assert ticked(every) == sum(said.get("name") == "ticked" for _tag, said in every.tags) > 0
        assert "Tick none" in every.text
