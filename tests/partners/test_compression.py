"""Pages go out compressed, files as they are."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

PACKED = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_compressed(as_user: Any) -> None:
    client = as_user("leader")
    packed = client.get("/elca/", headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "European Lightweight Cluster Alliance" in gzip.decompress(packed.content).decode()
    plain = client.get("/elca/")
    assert "Content-Encoding" not in plain.headers
    assert len(packed.content) < len(plain.content) / 3


def test_the_length_of_a_page_is_another_each_time(as_user: Any) -> None:
    client = as_user("leader")
    lengths = {len(client.get("/elca/", headers=PACKED).content) for _time in range(12)}
    assert len(lengths) > 1


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_file_is_not(form: str, as_user: Any) -> None:
    answer = as_user("leader").get(f"/elca/lists/action/?form={form}", headers=PACKED)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) > 0
