"""Every page says where it stands: a heading and a title of its own, and the way back."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from partners.models import Project
from tests.pages import quick
from tests.test_access import NAMES, ROWS, Things, address, make_things

OF_ITS_OWN_KIND = {"wall"}  # without the shell, with a way out


class Shell(HTMLParser):
    """What the shell of a page says: its title, its heading, its crumbs and its other links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said = {"title": "", "h1": ""}
        self.crumbs: list[str] = []
        self.links: dict[str, str] = {}
        self._tags: list[str] = []
        self._in_crumbs = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._tags.append(tag)
        if tag == "nav":
            self._in_crumbs = said.get("class") == "crumbs"
        if tag == "a" and self._in_crumbs:
            self.crumbs.append(said["href"])
        elif tag == "a" and said.get("class"):
            self.links.setdefault(said["class"], said["href"])

    def handle_endtag(self, tag: str) -> None:
        self._in_crumbs = self._in_crumbs and tag != "nav"
        while self._tags and self._tags.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in self.said.keys() & set(self._tags[-3:]):
            # A chart has a title of its own.
            self.said[tag] += data if tag != "title" or "head" in self._tags else ""


def opened(client: Client, things: Things) -> Any:
    for name in ROWS:
        if not NAMES[name] or name in OF_ITS_OWN_KIND:
            continue
        url = address(name, things)
        answer = client.get(url)
        if answer.streaming:
            answer.getvalue()  # read to its end, the file is closed
            continue
        html = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        if html:
            yield name, (url, Shell(answer.content.decode()))


def parents(url: str) -> list[str]:
    """The addresses above one that are pages themselves."""
    parts = url.strip("/").split("/")
    found = ["/" + "/".join(parts[:end]) + "/" for end in range(2, len(parts))]
    return [above for above in found if is_page(above)]


def is_page(url: str) -> bool:
    try:
        name = resolve(url).url_name or ""
        # A file has no way back, and the choice of a table is passed by where there is one.
        return name not in ("file", "home") and not name.endswith("-add")
    except Resolver404:
        return False


def test_every_page_says_where_it_stands_and_what_is_above_it(elca: Project, as_user: Any) -> None:
    pages = dict(opened(quick(as_user("admin")), make_things(elca)))
    assert len(pages) > 60
    assert {name: said for name, page in pages.items() if (said := wrong(name, *page))} == {}


def wrong(name: str, url: str, shell: Shell) -> list[str]:
    """What a page does not say, or says otherwise than all others."""
    title, above = shell.said["title"], parents(url)[-1:]
    is_home = name == "overview"
    tests = {
        "heading": bool(shell.said["h1"].strip()),
        "title": title.endswith("· ELCA · ELCA Tracker")
        and title.startswith("Overview") is is_home,
        "brand": shell.links["brand"] == "/",
        "project": shell.links["topbar-project"] == "/elca/",
        "home": shell.crumbs[:1] == ([] if is_home else ["/elca/"]),
        "itself": url not in shell.crumbs,
        f"above: {above}": {crumb.partition("?")[0] for crumb in shell.crumbs} >= set(above),
    }
    return [what for what, holds in tests.items() if not holds]
