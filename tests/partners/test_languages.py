"""The choice of the language at the foot of each page, and what a page says of its language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import translation

from actions.credit_forms import ShareField
from actions.dates import PartialDate, read_date
from partners.fields import DAY_FORMATS
from partners.models import User
from tests.pages import page

CODES = [code for code, _name in settings.LANGUAGES]


def language_of(client: Client, url: str = "/privacy/") -> str | None:
    return next(said["lang"] for tag, said in page(client.get(url)).tags if tag == "html")


def choose(client: Client, language: str, **more: str) -> Any:
    return client.post("/language/", {"language": language, "next": "/privacy/", **more})


@pytest.mark.parametrize("url", ["/sign-in/", "/privacy/", "/elca/kpis/4/?figure=verified"])
def test_every_page_offers_each_language_in_its_own_name(url: str, as_user: Any) -> None:
    shown = page(as_user("reader").get(url))
    buttons = [s for tag, s in shown.tags if tag == "button" and s.get("name") == "language"]
    assert [(said["value"], said["lang"]) for said in buttons] == [(code, code) for code in CODES]
    held = [said["value"] for said in buttons if said["aria-pressed"] == "true"]
    assert held == ["en-gb"]
    for name in ("English", "Deutsch", "español", "français", "italiano", "polski"):
        assert name in shown.text
    ways_back = [s["value"] for tag, s in shown.tags if tag == "input" and s.get("name") == "next"]
    assert url in ways_back


@pytest.mark.django_db
def test_who_is_signed_out_is_spoken_to_as_chosen() -> None:
    client = Client()
    answer = choose(client, "pl")
    assert (answer.status_code, answer["Location"]) == (302, "/privacy/")
    cookie = answer.cookies["django_language"]
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)
    assert cookie["max-age"] > 365 * 24 * 60 * 60
    assert language_of(client) == language_of(client, "/sign-in/") == "pl"
    said = client.get("/sign-in/")
    assert said["Content-Language"] == "pl"
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in said["Vary"].split(",")}


def test_who_is_signed_in_is_spoken_to_so_everywhere(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    choose(client, "de")
    assert User.objects.get(pk=cast["amz"].pk).language == "de"
    assert language_of(client, "/elca/") == "de"
    assert language_of(as_user("amz"), "/elca/") == "de"
    choose(client, "en-gb")
    assert language_of(client, "/elca/") == "en-gb"
    client.post("/sign-out/")
    assert language_of(client) == "en-gb"


def test_what_is_no_language_changes_nothing(as_user: Any, cast: dict[str, User]) -> None:
    client = as_user("amz")
    for wrong in ("tlh", "", "\x00"):
        assert "django_language" not in choose(client, wrong).cookies
    assert User.objects.get(pk=cast["amz"].pk).language == ""


@pytest.mark.parametrize(
    "address", ["https://example.org/", "//example.org/x", "/\\example.org", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_site(address: str, as_user: Any) -> None:
    assert choose(as_user("reader"), "de", next=address)["Location"] == "/"


@pytest.mark.django_db
def test_it_takes_no_request_of_another_site() -> None:
    answer = choose(Client(enforce_csrf_checks=True), "de")
    assert (answer.status_code, "django_language" in answer.cookies) == (403, False)


def test_it_can_be_chosen_on_a_page_of_the_past(as_user: Any) -> None:
    answer = as_user("reader").post("/known/2022-06-30/language/", {"language": "de"})
    assert (answer.status_code, answer["Location"]) == (307, "/language/")


@override_settings(LANGUAGE_COOKIE_SECURE=True)
def test_the_cookie_is_as_safe_as_that_of_the_session(as_user: Any) -> None:
    assert choose(as_user("reader"), "de").cookies["django_language"]["secure"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("browser", "spoken"),
    [("de-AT,de;q=0.9", "de"), ("en-US", "en-gb"), ("pt,fr;q=0.5", "fr"), ("fi", "en-gb")],
)
def test_the_browser_is_understood(browser: str, spoken: str) -> None:
    answer = Client().get("/sign-in/", headers={"accept-language": browser})
    assert answer["Content-Language"] == spoken


def test_the_account_page_marks_each_language(as_user: Any) -> None:
    tags = page(as_user("reader").get("/account/")).tags
    offered = [(said.get("value"), said.get("lang")) for tag, said in tags if tag == "option"]
    assert offered == [("", None), *((code, code) for code in CODES)]


@pytest.mark.parametrize("language", CODES)
def test_dates_are_read_as_they_are_shown(language: str) -> None:
    with translation.override(language):
        for month in range(1, 13):
            day = PartialDate.of(PartialDate.month(2022, month).start, "day")
            for date in (day, PartialDate.month(2022, month), PartialDate.year(2022)):
                assert read_date(date.localised()) == date, date.localised()


@pytest.mark.parametrize("language", CODES)
def test_a_share_has_a_point_or_a_comma(language: str) -> None:
    with translation.override(language):
        for typed in ("33.5", "33,5", " 33,50 "):
            assert ShareField(max_digits=5, decimal_places=2).clean(typed) == Decimal("33.5")


@pytest.mark.parametrize("language", CODES)
def test_days_of_filters_are_read_and_shown_alike(
    language: str, as_user: Any, cast: dict[str, User]
) -> None:
    User.objects.filter(pk=cast["reader"].pk).update(language=language)
    client = as_user("reader")
    day = PartialDate.month(2022, 6).end
    for form in DAY_FORMATS:
        asked = {"since": day.strftime(form)}
        for url in ("/elca/history/", "/elca/actions/"):
            answer = client.get(url, asked)
            assert 'class="errorlist' not in answer.text, (url, asked)
    fields = [
        said
        for tag, said in page(client.get("/elca/", {"as_of": "2022-06-30"})).tags
        if tag == "input" and said.get("type") == "date"
    ]
    assert "2022-06-30" in [said.get("value") for said in fields]
