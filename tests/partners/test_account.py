"""One's own account: language, notices, e-mail address, and the address of the calendar."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from partners.account import is_sent_notices, wants_notices
from partners.languages import speaking_to
from partners.models import Change, Project, User
from tests.conftest import PASSWORD
from tests.pages import filled, page

TWO = [("en-gb", "English"), ("de", "Deutsch")]


def account_of(user: User) -> User:
    user.refresh_from_db()
    return user


# The page


def test_the_page_says_who_one_is(as_user: Any, cast: dict[str, User]) -> None:
    User.objects.filter(username="amz").update(first_name="Anna", last_name="Muster")
    answer = as_user("amz").get("/account/")
    text = page(answer).text
    assert "Anna Muster" in text
    assert "Signs in as amz" in text
    assert "Partner user" in text
    assert "You have no e-mail address here" in text
    assert "private" in answer["Cache-Control"]
    assert cast["amz"].email == ""


def test_every_page_leads_to_it(as_user: Any) -> None:
    links = page(as_user("reader").get("/elca/")).links
    assert "/account/" in {link.url for link in links}


def test_it_takes_few_queries(as_user: Any) -> None:
    client = as_user("amz")
    with CaptureQueriesContext(connection) as captured:
        client.get("/account/")
    assert len(captured) <= 5


def test_settings_are_kept(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    answer = client.post(
        "/account/",
        {**filled(client.get("/account/"), language="en-gb"), "notices": [], "search_key": []},
        follow=True,
    )
    assert "Your settings are saved." in page(answer).text
    user = account_of(cast["amz"])
    assert (user.language, user.notices, user.search_key) == ("en-gb", False, False)
    fields = filled(client.get("/account/"))
    assert fields["language"] == ["en-gb"]
    assert not {"notices", "search_key"} & set(fields)


def test_the_key_of_the_search_can_be_switched_off(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    assert 'aria-keyshortcuts="/" data-search' in client.get("/elca/").content.decode()
    User.objects.filter(pk=cast["amz"].pk).update(search_key=False)
    shown = client.get("/elca/").content.decode()
    assert 'id="id_search"' in shown
    assert "data-search" not in shown
    assert "aria-keyshortcuts" not in shown


def test_a_language_that_is_not_offered_is_refused_in_words(
    as_user: Any, cast: dict[str, User]
) -> None:
    answer = as_user("amz").post("/account/", {"language": "tlh"})
    assert answer.status_code == 422
    assert "tlh is not one of the available choices" in page(answer).text
    assert account_of(cast["amz"]).language == ""


def test_own_settings_are_in_no_history(as_user: Any) -> None:
    before = Change.objects.count()
    client = as_user("amz")
    client.post("/account/", {"language": "en-gb", "notices": ""})
    client.post("/account/email/", {"email": "a@example.org", "password": PASSWORD})
    client.post("/account/calendar/")
    assert Change.objects.count() == before


def test_an_address_of_the_past_leads_to_the_account_of_today(as_user: Any) -> None:
    answer = as_user("amz").get("/known/2022-06-30/account/")
    assert (answer.status_code, answer["Location"]) == (307, "/account/")


@pytest.mark.parametrize("slug", ["account", "calendar", "notices"])
def test_no_project_takes_an_address_of_the_account(elca: Project, slug: str) -> None:
    elca.slug = slug
    with pytest.raises(Exception, match="used by the application itself"):
        elca.clean_fields()


# Notices


@pytest.mark.parametrize(
    ("name", "told"), [("amz", True), ("leader", True), ("admin", False), ("reader", False)]
)
def test_who_is_told_without_asking(name: str, told: bool, cast: dict[str, User]) -> None:
    user = cast[name]
    assert wants_notices(user.memberships.get()) is told
    assert is_sent_notices(user) is told
    user.notices = not told
    assert wants_notices(user.memberships.select_related("user").get()) is told  # not saved yet
    user.save()
    assert wants_notices(user.memberships.get()) is not told
    assert is_sent_notices(user) is not told


def test_who_leaves_notices_as_they_are_is_still_told_by_the_role(
    as_user: Any, cast: dict[str, User]
) -> None:
    for name in ("amz", "reader"):
        client = as_user(name)
        client.post("/account/", filled(client.get("/account/"), language="en-gb"))
        assert account_of(cast[name]).notices is None
    client.post("/account/", filled(client.get("/account/"), notices="on"))
    assert account_of(cast["reader"]).notices is True


# The e-mail address


def test_the_address_changes_with_the_password(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    answer = client.post(
        "/account/email/", {"email": "anna@example.org", "password": PASSWORD}, follow=True
    )
    assert "Your e-mail address is saved." in page(answer).text
    assert "anna@example.org" in page(answer).text
    assert account_of(cast["amz"]).email == "anna@example.org"


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("anna@example.org", "wrong", "This is not your password."),
        ("anna@example.org", "", "This field is required."),
        ("no address", PASSWORD, "Enter a valid email address."),
        ("a@example.org\r\nBcc: all@example.org", PASSWORD, "Enter a valid email address."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    email: str, password: str, words: str, as_user: Any, cast: dict[str, User]
) -> None:
    answer = as_user("amz").post("/account/email/", {"email": email, "password": password})
    assert answer.status_code == 422
    assert words in page(answer).text
    assert PASSWORD not in answer.content.decode()
    assert account_of(cast["amz"]).email == ""


def test_the_address_can_be_taken_away(as_user: Any, cast: dict[str, User]) -> None:
    User.objects.filter(username="amz").update(email="anna@example.org")
    answer = as_user("amz").post("/account/email/", {"password": PASSWORD}, follow=True)
    assert "You get no e-mail any more." in page(answer).text
    assert account_of(cast["amz"]).email == ""


# The calendar


def test_a_new_address_ends_the_former_one(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    assert "Make an address" in page(client.get("/account/")).text
    assert account_of(cast["amz"]).calendar_token == ""
    first = calendar_address(client)
    second = calendar_address(client)
    assert first.startswith("http://testserver/calendar/")
    assert len(first) > len("http://testserver/calendar/.ics") + 40
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post("/account/calendar/", {"do": "remove"})
    assert Client().get(second).status_code == 404


def calendar_address(client: Client) -> str:
    """A new address, as the account page shows it."""
    answer = page(client.post("/account/calendar/", {"do": "make"}, follow=True))
    (address,) = (said["value"] for tag, said in answer.tags if "readonly" in said)
    assert address
    return address


def test_it_asks_first(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    assert "stops working" not in page(client.get("/account/calendar/")).text
    client.post("/account/calendar/")
    token = account_of(cast["amz"]).calendar_token
    assert "stops working at once" in page(client.get("/account/calendar/")).text
    assert account_of(cast["amz"]).calendar_token == token


# Languages


def language_of(client: Client, **headers: str) -> str:
    answer = client.get("/account/", headers=headers)
    return next(said["lang"] or "" for tag, said in page(answer).tags if tag == "html")


@override_settings(LANGUAGES=TWO)
def test_the_choice_comes_before_the_cookie_and_the_cookie_before_the_browser(
    as_user: Any, cast: dict[str, User]
) -> None:
    client = as_user("amz")
    assert language_of(client, accept_language="de") == "de"
    client.cookies["django_language"] = "en-gb"
    assert language_of(client, accept_language="de") == "en-gb"
    User.objects.filter(username="amz").update(language="de")
    assert language_of(client, accept_language="en") == "de"
    client.cookies["django_language"] = "de"
    User.objects.filter(username="amz").update(language="en-gb")
    assert language_of(client, accept_language="de") == "en-gb"
    # The next one who is served by the same process is not spoken to in that language.
    assert 'lang="de"' in Client().get("/sign-in/", headers={"accept-language": "de"}).text
    assert cast["amz"].pk


def test_a_language_that_is_offered_no_longer_is_no_choice(cast: dict[str, User]) -> None:
    cast["amz"].language = "de"
    with override_settings(LANGUAGES=TWO[:1]), speaking_to(cast["amz"]):
        assert translation.get_language() == "en-gb"
    with override_settings(LANGUAGES=TWO), speaking_to(cast["amz"]):
        assert translation.get_language() == "de"
