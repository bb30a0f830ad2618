"""The one door by which what is recorded of the past, or was sealed, is taken away knowingly.

The database refuses to change or delete it, whoever asks. A job that must do so says it in code:
names that the law wants forgotten, a project that is deleted with all of its rows. What was sealed
can go by this door with its project, but is not even then changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = "past_may_go"  # of a connection to SQLite
SETTING = "elca.past_may_go"  # of a transaction of PostgreSQL

_open: ContextVar[bool] = ContextVar("past_may_go", default=False)


@contextmanager
def past_may_go() -> Iterator[None]:
    """Let the past be taken away within this block, which is a transaction of its own or a part."""
    connection = connections[DEFAULT_DB_ALIAS]
    before = _open.get()
    with transaction.atomic():
        token = _open.set(True)
        try:
            # Taken back with the rest of the block where that fails.
            _say(connection, is_open=True)
            yield
            _say(connection, is_open=before)
        finally:
            _open.reset(token)


def _say(connection: BaseDatabaseWrapper, *, is_open: bool) -> None:
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, "on" if is_open else "off"])


def give_door(*, connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Let a new connection to SQLite ask whether the door is open."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 0, lambda: int(_open.get()))
