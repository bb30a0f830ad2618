"""Every page of the URL conf, for each role that may open it: axe finds nothing, nothing runs off.

The addresses are those of ``tests.test_access``, where a new one must have a row; so none is left
out here. A role is looked at where what it sees differs from what the roles before it see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from partners.account import choose_language
from partners.models import Project, User
from tests.pages import quick
from tests.test_access import NAMES, ROWS, address, make_things
from tests.test_access import ROLES as EVERYONE

from .axe import NARROW, WIDE, faults_of
from .conftest import Visit, Watch
from .cut import cut_off

pytestmark = pytest.mark.browser

ROLES = ("admin", "leader", "amz", "reader", "outsider", "anonymous")
# In several parts, so that several processors share the pages of a role that sees most.
PARTS = 3
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def seen(client: Client, url: str) -> str:
    """A word for what a page shows; blank where there is no page: refused, led on, or a file."""
    answer = client.get(url)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.streaming:
        answer.getvalue()  # read to its end, the file is closed
        return ""
    if answer.status_code != 200 or not is_page:
        return ""
    # The frame is the same on all pages of a role: navigation, account, footer.
    shown = TOKEN.sub(b"", answer.content).partition(b"<main")[2].partition(b"</main>")[0]
    return sha256(shown or answer.content).hexdigest()


def may_open(role: str, name: str) -> bool:
    row = ROWS[name]
    return dict(zip(EVERYONE, (*row.outside, *row.get), strict=True))[role] == 200


def pages_of(
    role: str, part: int, project: Project, as_user: Any
) -> Iterator[tuple[str, str, bool]]:
    """The name and the address of each page that a role sees otherwise than the roles before it.

    The third says whether one of those sees something there, too.
    """
    things = make_things(project)
    before = ROLES[: ROLES.index(role)]
    clients = {r: quick(Client() if r == "anonymous" else as_user(r)) for r in (*before, role)}
    for name in [name for name in sorted(NAMES)[part::PARTS] if may_open(role, name)]:
        url = address(name, things)
        words = seen(clients[role], url)
        others = [other for other in before if may_open(other, name)]
        if words and all(seen(clients[other], url) != words for other in others):
            yield name, url, bool(others)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of(role: str, part: int, visit: Visit, elca: Project, as_user: Any) -> None:
    page = None
    found = []
    for name, url, again in pages_of(role, part, elca, as_user):
        page = page or visit("" if role == "anonymous" else role)
        page.goto(url)
        found += faults_of(page, f"{name} ({role})", again=again)
    assert found == []


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("language", ["de", "pl"])
def test_longer_words_are_not_cut(
    language: str, part: int, visit: Visit, elca: Project, cast: dict[str, User]
) -> None:
    """Words of other languages are up to a half longer than ours."""
    things = make_things(elca)
    page = visit("admin")
    choose_language(user=cast["admin"], language=language)
    client = quick(Client())
    client.force_login(cast["admin"])
    found = {}
    for name in [name for name in sorted(NAMES)[part::2] if may_open("admin", name)]:
        url = address(name, things)
        if seen(client, url):
            page.goto(url)
            for width in (WIDE, NARROW):
                if faults := cut_off(page, width):
                    found[f"{name} at {width}"] = faults
    assert found == {}


def test_pages_that_refuse(visit: Visit, watch: Watch) -> None:
    found = []
    page = visit("reader")
    for url in ("/elca/nonsense/", "/nonsense/", "/elca/import/"):
        page.goto(url)
        found += faults_of(page, url)
    watch.faults.clear()  # answers of 404 are what is asked for here
    assert found == []


def test_the_open_menu(visit: Visit) -> None:
    page = visit("amz")
    page.locator(".menu--user > summary").click()
    assert faults_of(page, "open menu") == []
