"""Makes the triggers anew after every ``migrate``, and writes what went unrecorded meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from types import ModuleType
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import postgresql, sqlite
from .registry import VERSIONS, Kept, frozen_tables, kept_tables


def words_of(connection: BaseDatabaseWrapper) -> ModuleType:
    """The dialect of a database."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def take_down(*, using: str, plan: Any = None, **_signal: Any) -> None:
    """Take the triggers of SQLite away while tables change: it remakes them under other names.

    What migrations write meanwhile, ``install`` finds by comparing.
    """
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        _drop(connection)


def install(*, using: str, plan: Any = None, **_signal: Any) -> None:
    """Make all triggers, and record each row that is not as its last version says.

    A table that was not recorded yet begins its record here. ``plan`` is None after a flush, which
    takes no trigger away.
    """
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if plan is None or VERSIONS not in tables:
        return
    with transaction.atomic(using=using):
        _drop(connection)
        words = words_of(connection)
        _run(connection, *words.ONCE)
        for kept in kept_tables():
            if kept.table in tables:
                there = _columns(connection, kept)
                if plan or not _is_recorded(connection, kept):
                    _catch_up(connection, kept, there)
                _run(connection, *words.keeping(kept, there))
        for frozen in frozen_tables():
            if frozen.table in tables:
                _run(connection, *words.freezing(frozen))


def _drop(connection: BaseDatabaseWrapper) -> None:
    words = words_of(connection)
    with connection.cursor() as cursor:
        cursor.execute(words.OUR_TRIGGERS)
        found = cursor.fetchall()
    _run(connection, *(words.drop_trigger(*row) for row in found))


def _columns(connection: BaseDatabaseWrapper, kept: Kept) -> set[str]:
    """The columns that the table has: fewer than its model, after a part of the migrations."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, kept.table)
    return {column.name for column in found}.intersection(kept.columns)


def _is_recorded(connection: BaseDatabaseWrapper, kept: Kept) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT 1 FROM "{VERSIONS}" WHERE "record" = %s AND "table" = %s LIMIT 1',
            [kept.record, kept.table],
        )
        return cursor.fetchone() is not None


def _catch_up(connection: BaseDatabaseWrapper, kept: Kept, there: Collection[str]) -> None:
    """Write a version for each row that has none, or that is not as its last one says.

    Where a record begins nothing has changed: that has no transaction, and no story tells of it.
    """
    words = words_of(connection)
    into = (
        f'INSERT INTO "{VERSIONS}" ("at", "transaction", "project_id", "table", "row_id", "record",'
        f' "record_id", "old", "new") SELECT {words.NOW},'
    )
    head = f"{into} {words.NUMBER},"
    began = f'{into} CASE WHEN v."new" IS NULL THEN 0 ELSE {words.NUMBER} END,'
    last = (
        f'(SELECT MAX(x."id") FROM "{VERSIONS}" x WHERE x."record" = \'{kept.record}\''
        f" AND x.\"table\" = '{kept.table}'"
    )
    other = words.differs(kept, 'v."new"', "n", there)
    _run(
        connection,
        f"{began} {kept.project_of('n')}, '{kept.table}', n.\"{kept.pk}\", '{kept.record}',"
        f' n."{kept.record_column}", v."new", {words.row_json(kept, "n", there)}'
        f' FROM "{kept.table}" n LEFT JOIN "{VERSIONS}" v ON v."id" = {last}'
        f' AND x."record_id" = n."{kept.record_column}" AND x."row_id" = n."{kept.pk}")'
        f' WHERE v."new" IS NULL OR {other}',
        f'{head} v."project_id", v."table", v."row_id", v."record", v."record_id", v."new", NULL'
        f' FROM "{VERSIONS}" v WHERE v."record" = \'{kept.record}\''
        f' AND v."table" = \'{kept.table}\' AND v."new" IS NOT NULL AND v."id" = {last}'
        f' AND x."record_id" = v."record_id" AND x."row_id" = v."row_id")'
        f' AND NOT EXISTS (SELECT 1 FROM "{kept.table}" n WHERE n."{kept.pk}" = v."row_id")',
    )


def _run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
