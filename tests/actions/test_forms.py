"""Holds the form of a record: what was typed survives, errors stand beside their fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from actions.models import Action
from partners.models import Project
from tests.making import make_action, on
from tests.pages import Fields, changed, filled, form_of, member, page, quick

NEW = "/elca/events/new/national-workshops/"


@pytest.fixture
def amz(as_user: Any) -> Client:
    return quick(as_user("amz"))


_blank: Fields = {}


def two_occasions(client: Client, **values: Any) -> Fields:
    """What a browser sends of the form, which is fetched once for all tests."""
    if not _blank:
        _blank.update(form_of(client.get(NEW)))
    return changed(
        _blank,
        **{
            "title": "Round table",
            "status": "achieved",
            "organisations": "Composites United\nBrand New Ltd",
            "description": "Line one\nline <two>",
            "participants": "25",
            "occasions__TOTAL_FORMS": "2",
            "occasions__0__when": "14.03.2022",
            "occasions__0__place": "Dresden",
            "occasions__0__mode": "on_site",
            "occasions__0__country": "DE",
            "occasions__1__when": "4-8.04.2022",
            "occasions__1__mode": "online",
            **values,
        },
    )


def errors(answer: Any) -> str:
    assert answer.status_code == 422
    found = page(answer)
    assert "Not saved yet" in found.text
    return found.text


def test_a_workshop_with_two_occasions_is_logged(amz: Client, elca: Project) -> None:
    answer = amz.post(NEW, two_occasions(amz))
    made = elca.actions.get(title="Round table")
    assert answer["Location"] == f"/elca/events/{made.pk}/"
    assert [str(o.data) for o in made.occasions.all()] == [
        "14.03.2022, Dresden (DE), on site",
        "04-08.04.2022, online",
    ]
    assert {o.name for o in made.organisations.all()} == {"Composites United", "Brand New Ltd"}
    assert made.created_by.username == "amz"
    shown = page(amz.get(answer["Location"])).text
    assert "Saved: T7-11 Round table" in shown
    assert "Counts from 14 Mar 2022 on" in shown


def test_what_was_typed_survives_an_error(amz: Client, elca: Project) -> None:
    sent = two_occasions(amz, occasions__1__when="31.02.2022", participants="many")
    answer = amz.post(NEW, sent)
    text = errors(answer)
    assert "“31.02.2022” is not a day in the calendar." in text
    assert "Enter a whole number." in text
    again = form_of(answer)
    for name, value in sent.items():
        if name != "csrfmiddlewaretoken":
            assert again.get(name) == value, name
    assert not elca.actions.filter(title="Round table").exists()
    assert not elca.organisations.filter(name="Brand New Ltd").exists()


def test_what_was_typed_survives_a_refusal_by_the_rules(amz: Client, elca: Project) -> None:
    sent = two_occasions(amz, occasions__0__when="14.03.2019", smes="30")
    answer = amz.post(NEW, sent)
    text = errors(answer)
    assert "An achieved action cannot be dated before the project began." in text
    assert "There cannot be more SMEs than participants." in text
    again = form_of(answer)
    assert again["occasions-0-when"] == ["14.03.2019"]
    assert again["occasions-0-place"] == ["Dresden"]
    assert again["organisations"] == ["Composites United\nBrand New Ltd"]
    assert not elca.organisations.filter(name="Brand New Ltd").exists()


def test_a_refused_edit_leaves_the_record_and_its_name_on_the_page(
    amz: Client, elca: Project
) -> None:
    made = make_action(elca, "national-workshops", title="Kept", occasions=(on(2022, 3, 1),))
    url = f"{made.get_absolute_url()}edit/"
    answer = amz.post(
        url, filled(amz.get(url), title="Typed", occasions__0__when="1.1.2099", status="achieved")
    )
    text = errors(answer)
    assert "This lies in the future" in text
    assert "Edit: Kept" in text
    assert form_of(answer)["title"] == ["Typed"]
    assert Action.objects.get(pk=made.pk).title == "Kept"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("title", "", "This field is required."),
        ("title", "   ", "This field is required."),
        ("title", "x" * 301, "at most 300 characters"),
        ("status", "nonsense", "Select a valid choice."),
        ("partners", [], "This field is required."),
        ("partners", ["x"], "is not a valid value."),
        ("mission", "x", "Select a valid choice."),
        ("participants", "-1", "greater than or equal to 0"),
        ("participants", "1000000000", "less than or equal to 999999999"),
        ("organisations", "fine\n!?", "“!?” cannot be the name of an organisation."),
        ("organisations", "x" * 251, "cannot be the name of an organisation."),
        ("organisations", "\n".join(f"O{n}" for n in range(101)), "At most 100 names fit."),
        ("description", "x" * 20_001, "at most 20000 characters"),
        ("dates_note", "x" * 2001, "at most 2000 characters"),
        ("occasions-0-when", "soon", "“soon” is not a date."),
        ("occasions-0-mode", "flying", "Select a valid choice."),
        ("occasions-0-country", "XX", "Select a valid choice."),
        ("occasions-0-place", "x" * 121, "at most 120 characters"),
        ("evidence-0-url", "not a link", "Enter a valid URL."),
        ("evidence-0-title", "x" * 201, "at most 200 characters"),
    ],
)
def test_an_error_stands_beside_its_field(amz: Client, name: str, value: Any, message: str) -> None:
    answer = amz.post(NEW, {**two_occasions(amz), name: value})
    assert message in errors(answer)
    html = answer.content.decode()
    assert f'<a href="#id_{name}' in html
    group = html.split("field--error", 1)[1]
    assert f'name="{name}"' in group.split('<div class="field field', 1)[0].split("</fieldset>")[0]


def test_a_place_without_a_date_asks_for_the_date(amz: Client) -> None:
    answer = amz.post(NEW, two_occasions(amz, occasions__0__when=""))
    assert "Say when it was: a day, a month or a year." in errors(answer)
    assert form_of(answer)["occasions-0-place"] == ["Dresden"]


def test_a_link_without_a_name_asks_for_the_name(amz: Client) -> None:
    answer = amz.post(NEW, two_occasions(amz, evidence__0__url="https://example.org"))
    assert "Say what the link shows" in errors(answer)


# Duplicates


def test_a_likely_duplicate_is_shown_and_can_be_saved_all_the_same(
    amz: Client, elca: Project
) -> None:
    there = make_action(elca, "national-workshops", title="Round-Table")
    answer = amz.post(NEW, two_occasions(amz))
    assert "An action of this name stands in this table already." in errors(answer)
    assert there.get_absolute_url() in {link.url for link in page(answer).links}
    assert "save_anyway" in answer.content.decode()
    again = {**form_of(answer), "save_anyway": ["on"]}
    assert amz.post(NEW, again).status_code == 302
    assert elca.actions.filter(title__in=["Round table", "Round-Table"]).count() == 2


def test_editing_another_field_does_not_ask_about_duplicates(amz: Client, elca: Project) -> None:
    for _time in range(2):
        made = make_action(elca, "national-workshops", title="Twin")
    url = f"{made.get_absolute_url()}edit/"
    assert amz.post(url, filled(amz.get(url), description="New")).status_code == 302


# Rows


def edited(client: Client, action: Action, **values: Any) -> Any:
    url = f"{action.get_absolute_url()}edit/"
    return client.post(url, filled(client.get(url), **values))


def occasions_of(action: Action) -> list[str]:
    return [str(o.data) for o in Action.objects.get(pk=action.pk).occasions.all()]


@pytest.fixture
def held(elca: Project) -> Action:
    first = on(2022, 3, 1, place="Dresden", mode="on_site", words="1 March in Dresden")
    return make_action(elca, "national-workshops", title="Held", occasions=(first, on(2022, 4, 1)))


def test_saving_untouched_changes_nothing(amz: Client, held: Action) -> None:
    answer = edited(amz, held)
    assert "Nothing was changed." in page(amz.get(answer["Location"])).text
    assert held.occasions.first().words == "1 March in Dresden"


def test_an_occasion_is_added(amz: Client, held: Action) -> None:
    edited(amz, held, occasions__2__when="05.2022", occasions__2__mode="online")
    assert occasions_of(held) == ["01.03.2022, Dresden, on site", "01.04.2022", "05.2022, online"]


def test_a_ticked_occasion_is_removed(amz: Client, held: Action) -> None:
    edited(amz, held, occasions__0__DELETE="on")
    assert occasions_of(held) == ["01.04.2022"]


def test_a_ticked_occasion_is_removed_even_if_it_is_wrong(amz: Client, held: Action) -> None:
    answer = edited(amz, held, occasions__0__DELETE="on", occasions__0__when="31.02.2022")
    assert answer.status_code == 302
    assert occasions_of(held) == ["01.04.2022"]


def test_an_emptied_occasion_is_removed(amz: Client, held: Action) -> None:
    """The hidden words about it must not keep the row, which has no date any more."""
    emptied = {f"occasions__0__{n}": "" for n in ("when", "place", "mode", "country")}
    assert edited(amz, held, **emptied).status_code == 302
    assert occasions_of(held) == ["01.04.2022"]


def test_hidden_words_alone_make_no_occasion(amz: Client, held: Action) -> None:
    assert edited(amz, held, occasions__2__words="tampered").status_code == 302
    assert len(occasions_of(held)) == 2


def test_evidence_is_added_and_removed(amz: Client, held: Action) -> None:
    edited(amz, held, evidence__0__title="List", evidence__0__url="example.org/list")
    assert held.evidence.get().url == "https://example.org/list"
    edited(amz, held, evidence__0__DELETE="on")
    assert held.evidence.count() == 0


@pytest.mark.parametrize("total", ["201", "-1", "text", "", "9" * 30, "1e3", "\0", None])
def test_tampered_rows_are_an_error_and_nothing_is_lost(
    amz: Client, held: Action, total: str | None
) -> None:
    rows = "evidence" if total in ("201", "9" * 30) else "occasions"  # 200 selects take a while
    url = f"{held.get_absolute_url()}edit/"
    sent = filled(amz.get(url), title="Changed")
    if total is None:
        del sent[f"{rows}-TOTAL_FORMS"]
    else:
        sent[f"{rows}-TOTAL_FORMS"] = [total]
    said = ["ManagementForm data is missing", "at most 200 forms", "have changed meanwhile"]
    assert any(words in errors(amz.post(url, sent)) for words in said)
    assert Action.objects.get(pk=held.pk).title == "Held"
    assert len(occasions_of(held)) == 2


@pytest.mark.parametrize("initial", ["99999", "-5", "0"])
def test_a_wrong_number_of_first_rows_is_an_error(amz: Client, held: Action, initial: str) -> None:
    answer = edited(amz, held, occasions__INITIAL_FORMS=initial, title="Changed")
    assert "These rows have changed meanwhile: open the page anew." in errors(answer)
    assert len(occasions_of(held)) == 2


def test_an_occasion_that_somebody_added_meanwhile_is_not_lost(
    amz: Client, held: Action, elca: Project
) -> None:
    url = f"{held.get_absolute_url()}edit/"
    mine = filled(amz.get(url), description="Mine")
    theirs = member(elca, "partner", "AMZ")
    edited(theirs, held, occasions__2__when="05.2022")
    answer = amz.post(url, mine)
    assert answer.status_code == 409
    amz.post(url, form_of(answer))
    assert occasions_of(held)[-1] == "05.2022"
    assert Action.objects.get(pk=held.pk).description == "Mine"


def test_200_occasions_fit(amz: Client, held: Action) -> None:
    many = {f"occasions__{n}__when": "01.03.2022" for n in range(200)}
    answer = edited(amz, held, occasions__TOTAL_FORMS="200", **many)
    assert answer.status_code == 302
    assert len(occasions_of(held)) == 200


# Which form, deleting, leaving out


def test_the_choice_of_a_table_names_all_of_them(amz: Client, elca: Project) -> None:
    found = {link.url for link in page(amz.get("/elca/actions/new/")).links}
    for action_type in elca.action_types.all():
        assert any(url.endswith(f"/new/{action_type.slug}/") for url in found)
    answer = amz.get("/elca/matchmaking/new/")
    assert answer["Location"] == "/elca/matchmaking/new/matchmaking/"


def test_a_form_of_another_record_type_is_not_there(amz: Client) -> None:
    assert amz.get("/elca/actions/new/national-workshops/").status_code == 404
    assert amz.get("/elca/events/new/sectors/").status_code == 404


def test_a_new_action_begins_with_the_own_partner(amz: Client, as_user: Any, elca: Project) -> None:
    own = str(elca.partners.get(code="AMZ").pk)
    assert form_of(amz.get(NEW))["partners"] == [own]
    assert "partners" not in form_of(quick(as_user("admin")).get(NEW))


def test_deleting_asks_first(amz: Client, held: Action) -> None:
    url = f"{held.get_absolute_url()}delete/"
    assert "Delete this action?" in page(amz.get(url)).text
    assert Action.objects.filter(pk=held.pk).exists()
    answer = amz.post(url)
    assert answer["Location"] == "/elca/events/"
    assert f"Deleted: {held}" in page(amz.get("/elca/events/")).text
    assert not Action.objects.filter(pk=held.pk).exists()
    assert amz.get(held.get_absolute_url()).status_code == 404


def test_an_action_is_left_out_and_counted_again(as_user: Any, held: Action) -> None:
    leader = quick(as_user("leader"))
    url = f"{held.get_absolute_url()}exclude/"
    leader.post(url, {"reason": "Logged twice"})
    shown = page(leader.get(held.get_absolute_url())).text
    assert "Left out of the count." in shown
    assert "Logged twice" in shown
    leader.post(url, {"reason": "x" * 301})
    assert "at most 300 characters" in page(leader.get(held.get_absolute_url())).text
    assert Action.objects.get(pk=held.pk).exclusion_reason == "Logged twice"
    leader.post(url, {"reason": " "})
    assert not Action.objects.get(pk=held.pk).excluded


def test_the_history_on_the_page_names_who_and_what(amz: Client, held: Action) -> None:
    edited(amz, held, title="Better name")
    shown = page(amz.get(held.get_absolute_url())).text
    assert "amz" in shown
    assert "Held" in shown
    assert "Better name" in shown
