"""Saved views: whose they are, what they keep, and where they are found again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from partners.models import Project, SavedView
from partners.saved_views import PAGES, clean_query
from tests.pages import Page, filled, member, page

NEW = "/elca/views/new/"


def save(client: Client, name: str = "Mine", **more: str) -> Any:
    data = {"name": name, "page": "action-list", "query": "status=achieved&partner=AMZ", **more}
    return client.post(NEW, data)


def in_menu(client: Client, url: str) -> list[str]:
    html = client.get(url).content.decode()
    menu = html[html.index("menu--views") :]
    links = Page(menu[: menu.index("</details>")]).links
    return [link.text.strip() for link in links if "/views/" not in link.url]


@pytest.mark.parametrize("name", PAGES)
def test_every_list_has_the_menu_and_opens_its_views(elca: Project, name: str) -> None:
    leader = member(elca, "leader")
    answer = save(leader, page=name, query="q=cluster&page=3&empty=")
    url = answer.headers["Location"]
    assert url.endswith("?q=cluster")
    assert "Saved view: Mine" in page(leader.get(url)).text
    assert in_menu(leader, url) == ["Mine"]


def test_a_view_is_found_by_its_owner_alone_until_it_is_shared(elca: Project) -> None:
    amz, bic = member(elca, "partner", "AMZ"), member(elca, "partner", "BIC")
    leader, reader = member(elca, "leader"), member(elca, "reader")
    save(amz, "Ours")
    view = SavedView.objects.get()
    for other in (bic, leader, reader):
        assert in_menu(other, "/elca/actions/") == []
        for part in ("edit", "delete"):
            assert other.get(f"/elca/views/{view.pk}/{part}/").status_code == 404
            assert other.post(f"/elca/views/{view.pk}/{part}/").status_code == 404
    edit = f"/elca/views/{view.pk}/edit/"
    assert amz.post(edit, filled(amz.get(edit), name="All of us", shared="on")).status_code == 302
    for other in (bic, leader, reader):
        assert [name.split()[:3] for name in in_menu(other, "/elca/actions/")] == [
            ["All", "of", "us"]
        ]
        assert other.get(edit).status_code == 403
    assert in_menu(reader, "/elca/events/") == []
    delete = f"/elca/views/{view.pk}/delete/"
    assert [other.post(delete).status_code for other in (bic, reader, leader)] == [403, 403, 302]
    assert not SavedView.objects.exists()


def test_a_reader_saves_for_itself_and_shares_nothing(elca: Project) -> None:
    reader = member(elca, "reader")
    assert "Share with the project" not in page(reader.get("/elca/actions/")).text
    assert save(reader, shared="on").status_code == 302
    assert not SavedView.objects.get().shared
    delete = f"/elca/views/{SavedView.objects.get().pk}/delete/"
    assert "The records that it shows stay" in page(reader.get(delete)).text
    assert reader.post(delete).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_shows_nothing_that_its_opener_may_not_see(elca: Project) -> None:
    amz = member(elca, "partner", "AMZ")
    save(amz, shared="on")
    other = Project.objects.create(
        slug="other", acronym="OTHER", title="Other", first_month="2021-01-01", length_months=12
    )
    stranger = member(other)
    view = SavedView.objects.get()
    assert stranger.get(f"/other/views/{view.pk}/edit/").status_code == 404
    assert stranger.get("/elca/views/").status_code == 404
    assert "Mine" not in page(stranger.get("/other/actions/")).text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " "}, "This field is required"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "Mine"}, "You have a view of this name on this list already"),
        ({"page": "https://evil.example/"}, "not one of the available choices"),
        ({"page": "sign-out"}, "not one of the available choices"),
        ({"query": "q=" + "x" * 2000}, "These filters are too long"),
        ({"query": "&".join(f"a{n}=1" for n in range(99))}, "too many filters"),
        ({"query": "q=a\0b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_saved_is_said_in_words(
    elca: Project, sent: dict[str, str], said: str
) -> None:
    leader = member(elca, "leader")
    save(leader)
    answer = save(leader, **{"name": "New", **sent})
    assert answer.status_code == 422
    assert said in page(answer).text
    assert SavedView.objects.count() == 1


def test_a_query_is_only_a_query() -> None:
    assert clean_query("?q=a b&page=7&as_of=2022-01-01&sense=known&x=") == "q=a+b"
    assert clean_query("status=achieved&status=planned") == "status=achieved&status=planned"
    assert clean_query("q=%22%3E%3Cscript%3E#x") == "q=%22%3E%3Cscript%3E%23x"


def test_all_views_stand_on_one_page(elca: Project) -> None:
    amz, leader = member(elca, "partner", "AMZ"), member(elca, "leader")
    assert "No view is saved yet" in page(leader.get("/elca/views/")).text
    save(amz, "Of AMZ", shared="on")
    save(leader, "Of the leader", page="checks", query="severity=must")
    shown = page(leader.get("/elca/views/"))
    urls = {link.text: link.url for link in shown.links}
    assert urls["Of the leader"] == "/elca/checks/?severity=must"
    assert urls["Of AMZ"] == "/elca/actions/?status=achieved&partner=AMZ"
    assert {"Delete Of AMZ", "Rename Of the leader", "Delete Of the leader"} <= urls.keys()
    assert "Rename Of AMZ" not in urls
