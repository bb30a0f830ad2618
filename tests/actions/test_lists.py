"""Holds the lists: search, filters that say what is wrong, sorting, and pages within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from partners.models import Project
from tests.making import make_action, on
from tests.pages import page, quick


@pytest.fixture
def reader(as_user: Any) -> Client:
    return quick(as_user("reader"))


def listed(answer: Any) -> list[str]:
    """The references that the table shows, in its order."""
    assert answer.status_code == 200
    rows = [row for row in page(answer).rows if row and row[0].strip().startswith("T")]
    return [row[0].strip() for row in rows]


def total(answer: Any) -> int:
    words = page(answer).text.split()
    at = next(
        i for i, word in enumerate(words) if word in ("row", "rows") and words[i - 1].isdigit()
    )
    return int(words[at - 1])


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("actions/", 104),
        ("agreements/", 54),
        ("events/", 26),
        ("matchmaking/", 5),
        ("actions/?type=sme-cooperation", 20),
        ("actions/?partner=AMZ&type=cluster-networks", 9),
        ("agreements/?status=achieved", 19),
        ("agreements/?status=achieved&type=sme-cooperation&partner=AMZ", 3),
        ("events/?since=2022-11-01&until=2022-11-17", 3),
        ("actions/?mission=japan", None),
        ("actions/?gap=excluded", 0),
    ],
)
def test_filters_leave_the_rows_that_fit(
    reader: Client, elca: Project, path: str, number: int | None
) -> None:
    expected = elca.actions.filter(mission__slug="japan").count() if number is None else number
    answer = reader.get(f"/elca/{path}")
    assert total(answer) == expected
    assert len(listed(answer)) == min(expected, 25)


@pytest.mark.parametrize(
    "query",
    [
        "type=nonsense",
        "type=sectors&partner=NOBODY",
        "status=signed",
        "mission=mars",
        "gap=wide",
        "since=yesterday",
        "until=31.02.2022",
    ],
)
def test_a_wrong_filter_shows_no_row_and_says_why(reader: Client, query: str) -> None:
    answer = reader.get(f"/elca/actions/?{query}")
    assert total(answer) == 0
    text = page(answer).text
    assert "Select a valid choice." in text or "Enter a valid date." in text


def test_a_search_that_is_too_long_shows_no_row(reader: Client) -> None:
    assert total(reader.get("/elca/actions/", {"q": "x " * 101})) == 0
    assert total(reader.get("/elca/actions/", {"q": "composites"})) > 0


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("unicorn horn", True),
        ("UNICORN", True),
        ("horn unicorn", True),
        ("unicorn tail", False),
        ("glitter", True),
        ("sparkling", True),
        ("brightness", True),
        ("Stable Ltd", True),
        ("t11-02", True),
        ("t11-0", True),
        ("t12-0", False),
        ("  unicorn   ", True),
    ],
)
def test_search_looks_into_every_text(
    reader: Client, elca: Project, words: str, finds: bool
) -> None:
    make_action(
        elca,
        "sectors",
        title="Unicorn horn",
        description="glitter",
        expectations="sparkling",
        results="brightness",
        organisations=("Stable Ltd",),
    )
    assert ("T11-02" in listed(reader.get("/elca/actions/", {"q": words}))) is finds


def test_a_row_stands_once_however_often_it_fits(reader: Client, elca: Project) -> None:
    make_action(
        elca,
        "sectors",
        title="Twofold",
        partners="AMZ BIC",
        status="achieved",
        organisations=("Twofold A", "Twofold B"),
        occasions=(on(2022, 3, 1), on(2022, 3, 2)),
    )
    answer = reader.get("/elca/actions/?q=twofold&gap=no_evidence&partner=AMZ")
    assert listed(answer) == ["T11-02"]


@pytest.mark.parametrize("sort", ["title", "occasions", "mission", "type", "reference"])
def test_sorting_turns_round_and_keeps_all_rows(reader: Client, sort: str) -> None:
    def rows(order: str) -> list[str]:
        pages = [reader.get(f"/elca/events/?sort={order}&page={number}") for number in (1, 2)]
        return [reference for answer in pages for reference in listed(answer)]

    forth, back = rows(sort), rows(f"-{sort}")
    assert len(set(forth)) == len(set(back)) == 26
    assert forth != back


def test_references_sort_by_table_and_number(reader: Client) -> None:
    found = listed(reader.get("/elca/actions/?sort=reference"))
    assert found[:2] == ["T2-01", "T2-02"]
    assert found == sorted(found, key=lambda r: tuple(map(int, r[1:].split("-"))))


@pytest.mark.parametrize(
    "sort", ["nonsense", "password", "partners", "project__title", "", "-", "?"]
)
def test_an_unknown_order_is_the_usual_one(reader: Client, sort: str) -> None:
    assert listed(reader.get("/elca/events/", {"sort": sort}))[:3] == ["T7-01", "T7-02", "T7-03"]


def test_a_page_that_is_not_there_is_the_nearest(reader: Client) -> None:
    all_pages = [listed(reader.get(f"/elca/actions/?page={n}")) for n in range(1, 6)]
    assert [len(p) for p in all_pages] == [25, 25, 25, 25, 4]
    for asked in ("9999", "-1", "0", "9" * 20):
        assert listed(reader.get("/elca/actions/", {"page": asked})) == all_pages[-1]
    for asked in ("abc", "", "1.5", "9" * 5000):
        assert listed(reader.get("/elca/actions/", {"page": asked})) == all_pages[0]


@pytest.mark.parametrize("per_page", ["1", "1000000"])
def test_nobody_chooses_how_many_rows_a_page_has(reader: Client, per_page: str) -> None:
    assert len(listed(reader.get("/elca/actions/", {"per_page": per_page}))) == 25


def test_paging_and_sorting_keep_the_filter(reader: Client) -> None:
    links = {link.url for link in page(reader.get("/elca/actions/?type=sme-cooperation")).links}
    sorts = [url for url in links if "sort=" in url]
    assert sorts
    assert all("type=sme-cooperation" in url for url in sorts)
    links = {link.url for link in page(reader.get("/elca/actions/?partner=AMZ&page=2")).links}
    assert any("page=1" in url and "partner=AMZ" in url for url in links)


def test_an_agreement_is_found_under_its_own_address(reader: Client, elca: Project) -> None:
    agreement = elca.actions.filter(type__record="agreement").first()
    answer = reader.get(f"/elca/actions/{agreement.pk}/")
    assert answer["Location"] == f"/elca/agreements/{agreement.pk}/"
    assert reader.get(f"/elca/events/{agreement.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("slug", "status", "word"),
    [
        ("sectors", "achieved", "Achieved"),
        ("sme-cooperation", "under_way", "In negotiation"),
        ("national-workshops", "dropped", "Cancelled"),
    ],
)
def test_the_status_has_the_words_of_its_record(
    reader: Client, elca: Project, slug: str, status: str, word: str
) -> None:
    made = make_action(elca, slug, title="Its words", status=status)
    for url in (made.get_absolute_url(), "/elca/actions/?q=its+words"):
        assert word in page(reader.get(url)).text
