"""People at a real browser: each fixture signs in through the form, and watches every page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from partners.models import User
from tests.conftest import PASSWORD
from tests.run_all import CannotRunError

from .chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

WIDE = 1440
PATIENCE = 20_000  # milliseconds: a machine may be busy
# A page may refuse: 403 what the role may not do, 422 a form that has errors, 409 one that somebody
# else was quicker to change.
REFUSALS = {403, 409, 422}

Visit = Callable[..., "Page"]


@dataclass
class Watch:
    """Everything that must not happen on any page: errors, what the policy blocks, strangers."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Bad answers are judged by their status below, where a refused form is none.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.faults.append(f"stranger asked: {request.url}")

    def _failed(self, request: Request) -> None:
        # Downloads, and suggestions for a word that was typed on, end as aborted.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        refused = response.status in REFUSALS and response.request.resource_type == "document"
        if response.status >= 400 and not refused:
            self.faults.append(f"answer {response.status}: {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            from playwright.sync_api import expect

            expect.set_options(timeout=PATIENCE)
            yield started
    except CannotRunError as reason:
        pytest.skip(f"no browser: {reason}")


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:  # noqa: ARG001 order
    """The server, started after the test database is made.

    Before that the database is still named :memory:, and the server would share the connection of
    the tests with all its threads, each of which closes it.
    """
    return live_server


@pytest.fixture
def watch(live_server: LiveServer) -> Iterator[Watch]:
    """Fails the test at its end where a page did what no page may do."""
    watch = Watch(live_server.url)
    yield watch
    assert watch.faults == []


@pytest.fixture
def visit(
    browser: Browser, live_server: LiveServer, cast: dict[str, User], watch: Watch
) -> Iterator[Visit]:
    """A function that opens a browser window, signed in as the named member of the cast if any."""
    contexts = []

    def open_window(name: str = "", *, width: int = WIDE, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        if name:
            sign_in(page, cast[name].username)
        return page

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does; leads to where the person's work is."""
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in urlsplit(url).path)


@pytest.fixture
def like_this_process(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let processes that the application starts use the database and the files of the test."""
    name = connection.settings_dict["NAME"]
    before, _slash, after = os.environ["DATABASE_URL"].partition("://")
    place = "" if connection.vendor == "sqlite" else after.partition("/")[0]
    monkeypatch.setenv("DATABASE_URL", f"{before}://{place}/{name}")
    # The settings of the tests would make a directory of files for each process.
    own = f"from elca_tracker.settings import *\nMEDIA_ROOT = {str(settings.MEDIA_ROOT)!r}\n"
    (tmp_path / "settings_of_the_child.py").write_text(own)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "settings_of_the_child")
