"""Starts the system's browser, for the tests and for the pictures of the documentation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.run_all import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The last four keep it from calling anyone but the application.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium(language: str = "en-GB") -> Iterator[Browser]:
    """A browser without a window; raises CannotRunError where the machine has none."""
    path = os.environ.get("CHROMIUM") or find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[*ARGUMENTS, f"--lang={language}"],
            env={**os.environ, "LANGUAGE": language.replace("-", "_")},
        )
        yield browser
        browser.close()
