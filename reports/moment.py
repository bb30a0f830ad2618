"""Reads from one moment of the database, so that figures, rows and proofs of a file agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment(*, to_write: bool = False) -> Iterator[None]:
    """Let every question within see the database as it is at the first of them.

    ``to_write`` is for who writes at the end. Within an open transaction nothing more is done.
    SQLite shows a transaction one moment by itself; PostgreSQL only at this level of isolation.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                only = "" if to_write else ", READ ONLY"
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ{only}")
            yield
    else:
        with _held(to_write=to_write):
            yield


@contextmanager
def _held(*, to_write: bool) -> Iterator[None]:
    """A transaction of SQLite; one that only reads keeps nobody else from writing."""
    usual = connection.transaction_mode  # type: ignore[attr-defined]
    if not to_write:
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]
