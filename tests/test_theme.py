"""Light and dark: colours by tokens alone, the choice in a cookie, and the way back to the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from kpis.charts.picture import light
from partners.models import User
from tests.pages import page

STATIC = Path(settings.BASE_DIR) / "static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / "app.css").read_text(), flags=re.DOTALL)
BOOTSTRAP = (STATIC / "vendor" / "bootstrap" / "bootstrap.min.css").read_text()
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|\b(?:white|black|red|gray)\b", re.I)
# On the dark bar, which is dark in both; and a mark that shows on both grounds.
THE_SAME_IN_BOTH = {
    "--on-deep",
    "--on-deep-muted",
    "--on-deep-line",
    "--on-deep-hover",
    "--accent",
    "--warn-mark",
}


def declarations() -> list[tuple[str, str]]:
    return re.findall(r"([\w-]+)\s*:\s*((?:\"[^\"]*\"|[^;{}\"])+)[;}]", CSS)


def test_every_colour_is_a_token_for_light_and_for_dark() -> None:
    named = [(name, value) for name, value in declarations() if COLOUR.search(value)]
    assert len(named) > 40
    wrong = [
        (name, value)
        for name, value in named
        if not name.startswith("--")
        or not (value.startswith("light-dark(") or name in THE_SAME_IN_BOTH)
    ]
    assert wrong == []


def test_bootstrap_has_nothing_left_to_say_in_the_dark() -> None:
    said = " ".join(re.findall(r"\}\[data-bs-theme=dark\]\{([^}]*)\}", BOOTSTRAP))
    theirs = set(re.findall(r"(--bs-[\w-]+):", said))
    # Triplets cannot follow; the last are of components that no page has.
    theirs = {
        n for n in theirs if not re.search(r"-rgb$|-(close|carousel|switch|btn|form-select)", n)
    }
    assert len(theirs) > 30
    assert theirs - {name for name, _value in declarations()} == set()


def test_a_picture_takes_the_light_colour() -> None:
    assert light("light-dark(#112233, #445566)") == "#112233"
    assert light("light-dark(rgb(1 2 3 / 0.5), rgb(4 5 6 / 0.5))") == "rgb(1 2 3 / 0.5)"
    assert light("0 1px 2px #fff") == "0 1px 2px #fff"


def choose(client: Client, theme: str, **more: str) -> Any:
    return client.post("/theme/", {"theme": theme, "next": "/elca/timeline/", **more})


def scheme(client: Client, url: str = "/elca/timeline/") -> tuple[str | None, str | None]:
    """What a page says on <html>, and which choice its menu shows as the one that holds."""
    tags = page(client.get(url)).tags
    html = next(said for tag, said in tags if tag == "html")
    pressed = [said for tag, said in tags if tag == "button" and said.get("aria-pressed") == "true"]
    return html.get("data-bs-theme"), pressed[0].get("value")


def test_the_choice_is_kept_and_leads_back(as_user: Any) -> None:
    client = as_user("reader")
    assert scheme(client) == (None, "system")
    for chosen in ("dark", "light"):
        answer = choose(client, chosen)
        assert (answer.status_code, answer["Location"]) == (302, "/elca/timeline/")
        cookie = answer.cookies["theme"]
        assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)
        assert cookie["max-age"] > 365 * 24 * 60 * 60
        assert scheme(client) == (chosen, chosen)
        assert scheme(client, "/elca/nothing-here/") == (chosen, chosen)
    choose(client, "system")
    assert scheme(client) == (None, "system")


def test_what_is_no_theme_changes_nothing(as_user: Any) -> None:
    client = as_user("reader")
    choose(client, "dark")
    assert "theme" not in choose(client, "purple").cookies
    assert scheme(client) == ("dark", "dark")
    client.cookies["theme"] = '"><script>'
    assert scheme(client) == (None, "system")


@pytest.mark.parametrize(
    "address",
    ["https://example.org/", "//example.org/x", "/\\example.org", "javascript:alert(1)", "", "x:y"],
)
def test_it_leads_to_no_other_site(address: str, as_user: Any) -> None:
    assert choose(as_user("reader"), "dark", next=address)["Location"] == "/"


def test_it_takes_no_request_of_another_site(cast: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["reader"])
    answer = choose(client, "dark")
    assert answer.status_code == 403
    assert "theme" not in answer.cookies


@override_settings(SESSION_COOKIE_SECURE=True)
def test_the_cookie_is_as_safe_as_that_of_the_session(as_user: Any) -> None:
    assert choose(as_user("reader"), "dark").cookies["theme"]["secure"]


def test_it_can_be_chosen_on_a_page_of_the_past(as_user: Any) -> None:
    answer = as_user("reader").post("/known/2022-06-30/theme/", {"theme": "dark"})
    assert (answer.status_code, answer["Location"]) == (307, "/theme/")


def test_a_page_that_is_not_there_keeps_the_navigation(as_user: Any) -> None:
    for name, url, is_shown in [
        ("reader", "/elca/nothing-here/", True),
        ("reader", "/elca/actions/999999/", True),
        ("reader", "/nothing-here/", False),
        ("outsider", "/elca/nothing-here/", False),
    ]:
        answer = as_user(name).get(url)
        assert answer.status_code == 404
        links = {link.url for link in page(answer).links}
        assert ("/elca/timeline/" in links) is is_shown, (name, url)
        assert ("European Lightweight" in page(answer).text) is is_shown


def test_files_to_erase_stand_among_the_pages_of_the_report(as_user: Any) -> None:
    for name, is_shown in (("leader", True), ("reader", False)):
        links = {link.url for link in page(as_user(name).get("/elca/report/")).links}
        assert ("/elca/evidence/" in links) is is_shown
    tags = page(as_user("leader").get("/elca/evidence/")).tags
    current = [said["href"] for tag, said in tags if tag == "a" and said.get("aria-current")]
    assert "/elca/evidence/" in current


def test_the_style_guide_shows_every_class_that_the_head_of_app_css_names(as_user: Any) -> None:
    head = (STATIC / "css" / "app.css").read_text().partition("*/")[0]
    # The shell and its page head are around it; what only a script makes, or another page holds.
    elsewhere = {
        "css",
        "html",
        "js",
        "py",
        "skip-link",
        "mainnav",
        "signin",
        "signin-card",
        "token-input",
    }
    elsewhere |= {"row-answer", "choice-list", "deviation", "form--rows", "only-narrow", "clip-4"}
    elsewhere |= {"chart-scroll", "form-grid--3", "visually-hidden"}
    named = set(re.findall(r"(?<![\w/-])\.([a-z][\w-]*\w)", head)) - elsewhere
    shown = set()
    for _tag, said in page(as_user("reader").get("/style-guide/?scheme=dark")).tags:
        shown |= set((said.get("class") or "").split())
    assert named - shown == set()
    assert len(named) > 70


@pytest.mark.parametrize(("asked", "shown"), [("dark", "dark"), ("x", None), ("", None)])
def test_the_style_guide_in_a_scheme(asked: str, shown: str | None, as_user: Any) -> None:
    tags = page(as_user("reader").get("/style-guide/", {"scheme": asked})).tags
    guide = next(said for _tag, said in tags if "guide" in (said.get("class") or "").split())
    assert guide.get("data-bs-theme") == shown
