"""The overview weighs little, and all of it comes from here."""

from __future__ import annotations

import gzip

import pytest

from partners.account import choose_language
from partners.models import User

from .conftest import Visit

pytestmark = pytest.mark.browser

MOST = 150_000  # bytes, pictures not counted


@pytest.mark.parametrize("language", ["en-gb", "de", "es", "fr", "it", "pl"])
def test_the_overview_weighs_little(language: str, visit: Visit, cast: dict[str, User]) -> None:
    page = visit("leader")
    choose_language(user=cast["leader"], language=language)
    asked: dict[str, str] = {}
    page.on("request", lambda request: asked.update({request.url: request.resource_type}))
    answer = page.goto("/elca/", wait_until="networkidle")
    assert answer
    assert answer.header_value("content-encoding") == "gzip"
    assert page.locator("html").get_attribute("lang") == language
    assert {"document", "stylesheet", "script", "font"} <= set(asked.values())
    weights = {}
    for url, kind in asked.items():
        if kind != "image":
            body = page.request.get(url).body()
            # An installation keeps its static files compressed; a font is, by itself.
            weights[url] = len(body) if kind == "font" else len(gzip.compress(body))
    assert sum(weights.values()) < MOST, weights
