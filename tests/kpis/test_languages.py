"""Holds pages and charts in languages that write 12,5: a comma in a coordinate breaks a drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone, translation

from actions.evidence import KIND_WORDS
from actions.models import EvidenceKind, ReviewNote
from actions.templatetags.review import who_said
from kpis.drawing import said_of
from kpis.measures import IN_SENTENCE
from kpis.progress import project_progress
from partners.models import Change, Measure, Project, User
from partners.story import Entry
from partners.templatetags.story import happening
from tests.pages import member, page

LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("pl", "polski")]
PAGES = ["", "kpis/1/", "kpis/4/", "kpis/1/?as_of=2022-06-30", "timeline/", "reach/", "wall/"]
DRAWN = {
    "svg", "g", "rect", "circle", "line", "path", "text", "tspan", "use", "polygon", "ellipse",
}  # fmt: skip
# What is no number, but names something; `d` and `points` may have commas between numbers.
NAMES = {"class", "id", "href", "role", "d", "points", "tabindex", "transform"}
BETWEEN_NUMBERS = re.compile(r"^-?\d+,\d+(%|px)?$")


@pytest.fixture(params=["de", "pl"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """A language of the pages; what follows speaks the usual one again."""
    with override_settings(LANGUAGES=LANGUAGES):
        yield request.param
    translation.activate("en-gb")


def reads(client: Client, url: str, language: str) -> Any:
    answer = client.get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()
    return answer


def broken(attributes: dict[str, str | None]) -> dict[str, str]:
    """The attributes of a shape that are numbers with a comma, and paths with any."""
    said = {name: value or "" for name, value in attributes.items()}
    found = {n: v for n, v in said.items() if n not in NAMES and BETWEEN_NUMBERS.match(v)}
    return found | {
        n: said[n] for n in ("d", "points", "transform", "viewbox") if "," in said.get(n, "")
    }


@pytest.mark.parametrize("path", PAGES)
def test_no_drawing_has_a_comma_in_its_numbers(elca: Project, spoken: str, path: str) -> None:
    shown = page(reads(member(elca, "reader"), f"/elca/{path}", spoken))
    shapes = [(tag, attributes) for tag, attributes in shown.tags if tag in DRAWN]
    assert [tag for tag, _attributes in shapes if tag == "rect" or tag == "path"]
    assert not [(tag, wrong) for tag, a in shapes if (wrong := broken(a))]
    for _tag, attributes in shown.tags:
        assert not re.search(r"\d,\d", attributes.get("style") or "")


def test_numbers_for_people_have_the_comma_of_their_language(elca: Project, spoken: str) -> None:
    answer = reads(member(elca, "reader"), "/elca/kpis/1/?as_of=2021-11-15", spoken)
    expected = answer.context["line"].expected
    assert expected != int(expected)
    whole = f"{expected:.1f}".replace(".", ",")
    assert f"{whole} " in page(answer).text


def test_every_word_in_a_sentence_is_there(elca: Project) -> None:
    assert set(KIND_WORDS) == set(EvidenceKind)
    assert set(IN_SENTENCE) == set(Measure)
    assert all(str(KIND_WORDS[kind]) == kind.label.lower() for kind in EvidenceKind)
    said = [said_of(project_progress(elca, measure=measure)) for measure in Measure]
    assert ["figures" in words for words in said] == [False, True, True]
    assert said[2].endswith(", verified figures")


@pytest.mark.parametrize("kind", Change.Kind)
def test_who_did_what_is_one_sentence(kind: Change.Kind) -> None:
    user, change = User(username="anna<b>"), Change(kind=kind)
    entry = Entry(timezone.now(), kind, user, change=change)
    who = "<b>anna&lt;b&gt;</b>"
    assert happening(entry) == f"{who} {kind} it"
    assert happening(entry, "T1 & T2") == f"{who} {kind} T1 &amp; T2"
    assert happening(entry, "T1", "/a/") == f'{who} {kind} <a href="/a/">T1</a>'
    assert happening(Entry(timezone.now(), kind, change=change)) == f"<b>the system</b> {kind} it"


@pytest.mark.parametrize("kind", [Change.Kind.ADDED, Change.Kind.CHANGED, Change.Kind.DELETED])
def test_what_nobody_did_has_no_subject(kind: Change.Kind) -> None:
    entry = Entry(timezone.now(), kind)
    assert happening(entry) == f"{kind.capitalize()} past the application"
    assert happening(entry, "Sector 1") == f"{kind.capitalize()} past the application: Sector 1"


@pytest.mark.parametrize("event", ReviewNote.Event)
def test_each_word_of_a_review_is_one_sentence(event: ReviewNote.Event) -> None:
    note = ReviewNote(event=event, user=User(username="anna"))
    assert who_said(note) == f"<b>anna</b> {event.label}"
