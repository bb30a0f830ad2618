"""Inserts many rows at once, as fast as the two databases of this software take them.

``bulk_create`` builds its statements value by value and knows only models of one table; an import
of thousands of rows needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

# What means something else to COPY, and how it is written instead.
COPY_SIGNS = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
# What these fields hold is handed to the database as it is.
PLAIN_FIELDS = {
    models.BigAutoField,
    models.BigIntegerField,
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.OneToOneField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.TextField,
}


def insert_many(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Insert unsaved objects into the one table of a model, in a transaction.

    They are given their ids, and the times of their creation and change. Of a model that extends
    another only its own columns are written: the other's rows must be there, the links set.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields = model._meta.local_concrete_fields
    if _gives_ids(model):
        assert model._meta.pk is not None
        for row, pk in zip(rows, next_ids(model, len(rows)), strict=True):
            setattr(row, model._meta.pk.attname, pk)
    values = [_value_of(field, connection) for field in fields]
    _execute(model, fields, [tuple([value(row) for value in values]) for row in rows])
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def insert_values(
    model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert tuples of the values of the named columns, in a transaction: no object is made.

    Every column but the id must be named; times of creation are given as values as well.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    by_name = {field.attname: field for field in model._meta.local_concrete_fields}
    fields = [by_name[name] for name in names]
    prepared = [(at, field) for at, field in enumerate(fields) if type(field) not in PLAIN_FIELDS]
    ready = []
    for pk, row in zip(next_ids(model, len(rows)), rows, strict=True):
        values = [*row, pk]
        for at, field in prepared:
            values[at] = field.get_db_prep_save(values[at], connection)
        ready.append(tuple(values))
    assert model._meta.pk is not None
    _execute(model, [*fields, model._meta.pk], ready)


def count_anew(*tables: type[models.Model]) -> None:
    """Let PostgreSQL see how many rows its tables have by now, in the transaction that added them.

    It plans by what it counted last. Between a few rows and the thousands of an import, a plan that
    was good takes minutes.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def _gives_ids(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField)


def _value_of(
    field: models.Field[Any, Any], connection: BaseDatabaseWrapper
) -> Callable[[Any], Any]:
    """How the value of a field is taken from an object, as the database wants it."""
    if type(field) in PLAIN_FIELDS:
        return attrgetter(field.attname)
    prepare = field.get_db_prep_save
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda row: prepare(field.pre_save(row, True), connection)
    get = attrgetter(field.attname)
    return lambda row: prepare(get(row), connection)


def next_ids(model: type[models.Model], number: int) -> list[int]:
    """Ids that nobody else is given."""
    table, connection = model._meta.db_table, connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The transaction holds the only right to write: no other can take the same.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            last = found[0] if found else 0
            return list(range(last + 1, last + 1 + number))
        assert model._meta.pk is not None
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, number],
        )
        return [row[0] for row in cursor.fetchall()]


def _execute(
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    table = f"{quote(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            return
        lines = "".join(["\t".join([_copied(value) for value in row]) + "\n" for row in rows])
        with connection.wrap_database_errors:
            cursor.cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(lines))


def _copied(value: Any) -> str:
    """A value as PostgreSQL's COPY reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return str.translate(value, COPY_SIGNS)
    if hasattr(value, "adapted"):  # JSON, as Django hands it to the driver
        value = value.dumps(value.adapted)
    return str(value).translate(COPY_SIGNS)
