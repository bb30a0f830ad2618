"""Gives every transaction a number, the same to the triggers and to Python.

PostgreSQL numbers its transactions, but begins anew where a database is moved to another server;
the second in which the transaction began makes its number stay one of a kind. SQLite has none: a
function on each connection gives them. Who writes past it, in a shell of SQLite, is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = "row_history_transaction"
POSTGRESQL_NUMBER = (
    "(((extract(epoch FROM now())::bigint - 1577836800) << 31) | (txid_current() & 2147483647))"
)


class Numbers:
    """The numbers of one connection to SQLite: a new one with each BEGIN or statement outside."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._number = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        # BEGIN itself comes while the connection still commits by itself.
        if self._connection.autocommit:
            self._number = 0
        return execute(sql, params, many, context)

    def number(self) -> int:
        self._number = self._number or time.time_ns()
        return self._number


def give_numbers(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Let a new connection to SQLite number its transactions."""
    if connection.vendor != "sqlite":
        return
    wrappers = connection.execute_wrappers
    wrappers[:] = [w for w in wrappers if not isinstance(w, Numbers)]
    numbers = Numbers(connection)
    # First: a wrapper that is in use for a while takes itself away from the end.
    wrappers.insert(0, numbers)
    connection.connection.create_function(FUNCTION, 0, numbers.number)


def current_transaction() -> int:
    """The number of the transaction under way, as the rows of RowVersion name it."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        numbers = next(w for w in connection.execute_wrappers if isinstance(w, Numbers))
        return numbers.number()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {POSTGRESQL_NUMBER}")
        return int(cursor.fetchone()[0])
