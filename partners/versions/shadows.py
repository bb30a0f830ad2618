"""Makes and drops the temporary tables that show a project as it was at a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from partners.models import Change

from . import postgresql, sqlite
from .reading import Moment
from .registry import VERSIONS, Kept

HISTORY = (Change._meta.db_table, VERSIONS)


class Dialect(Protocol):
    """What the two databases say differently."""

    schema: str
    temporary: str

    def create(self, model: type[models.Model]) -> Iterator[str]: ...
    def at(self, moment: datetime) -> str: ...
    def past(self, kept: Kept, versions: str) -> str: ...
    def close(self, table: str) -> Iterator[str]: ...
    def run(self, statements: Sequence[str]) -> None: ...


def make_shadows(
    connection: BaseDatabaseWrapper,
    tables: Sequence[Kept],
    project_id: int,
    moment: Moment,
    day: datetime,
) -> None:
    """Put a temporary table before each recorded one, and a view before those of the history.

    ``day`` is the time of the moment, which may be the id of a version.
    """
    dialect = _dialect(connection)
    later = f'"id" > {moment}' if isinstance(moment, int) else f'"at" > {dialect.at(moment)}'
    statements: list[str] = []
    for kept in tables:
        statements += dialect.create(kept.model)
        statements.append(_fill(dialect, kept, project_id, later))
        statements += [_as_today(dialect, kept, column) for column in kept.today]
        statements += dialect.close(kept.table)
    for table in HISTORY:
        statements.append(
            f'CREATE TEMPORARY VIEW "{table}" AS SELECT * FROM {dialect.schema}."{table}"'
            f' WHERE "project_id" = {project_id} AND "at" <= {dialect.at(day)}'
        )
    dialect.run(statements)


def drop_shadows(connection: BaseDatabaseWrapper, tables: Sequence[Kept]) -> None:
    """Take the temporary tables away, as far as they are there."""
    dialect = _dialect(connection)
    drop = [f'DROP VIEW IF EXISTS {dialect.temporary}."{table}"' for table in HISTORY]
    drop += [f'DROP TABLE IF EXISTS {dialect.temporary}."{kept.table}"' for kept in tables]
    dialect.run(drop)


def schema_of_today(connection: BaseDatabaseWrapper) -> str:
    """Where the tables themselves are, before which the shadows stand."""
    return _dialect(connection).schema


def _dialect(connection: BaseDatabaseWrapper) -> Dialect:
    return _Sqlite(connection) if connection.vendor == "sqlite" else _PostgreSQL(connection)


def _fill(dialect: Dialect, kept: Kept, project_id: int, later: str) -> str:
    """The rows that nobody touched since, and those that somebody did as they were before."""
    schema, columns = dialect.schema, _listed(kept.columns)
    own = f'"{kept.root.project_column}" = {project_id}'
    if kept.through:
        records = f'SELECT "{kept.root.pk}" FROM {schema}."{kept.root.table}" WHERE {own}'
        own = f'"{kept.record_column}" IN ({records})'
    touched = (
        f'FROM {schema}."{VERSIONS}" WHERE "project_id" = {project_id}'
        f" AND \"table\" = '{kept.table}' AND {later}"
    )
    first = f'SELECT MIN("id") {touched} GROUP BY "row_id"'
    return (
        f'INSERT INTO "{kept.table}" ({columns})'
        f' SELECT {columns} FROM {schema}."{kept.table}"'
        f' WHERE {own} AND "{kept.pk}" NOT IN (SELECT "row_id" {touched})'
        f" UNION ALL {dialect.past(kept, first)}"
    )


def _as_today(dialect: Dialect, kept: Kept, column: str) -> str:
    """The value of today, of a row that is still there."""
    row = f'{dialect.schema}."{kept.table}" n WHERE n."{kept.pk}" = t."{kept.pk}"'
    return (
        f'UPDATE "{kept.table}" AS t SET "{column}" = (SELECT n."{column}" FROM {row})'
        f" WHERE EXISTS (SELECT 1 FROM {row})"
    )


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _defaults(kept: Kept) -> dict[str, Any]:
    """What stands in a column that was added since, and cannot be empty, by its name."""
    return {
        field.column: field.get_default()
        for field in kept.fields
        if not field.null and field.has_default()
    }


class _Sqlite:
    """Shadows in the schema ``temp`` of SQLite, made in one go that takes no right to write."""

    schema, temporary = "main", "temp"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def create(self, model: type[models.Model]) -> Iterator[str]:
        fields = model._meta.local_concrete_fields
        columns = ", ".join(self._column(field) for field in fields)
        table = model._meta.db_table
        yield f'CREATE TEMPORARY TABLE "{table}" ({columns})'
        for field in fields:
            if isinstance(field, models.ForeignKey) and not field.primary_key:
                name = f"past_{table}_{field.column}"
                yield f'CREATE INDEX temp."{name}" ON "{table}" ("{field.column}")'

    def _column(self, field: models.Field) -> str:
        key = " PRIMARY KEY" if field.primary_key else ""
        return f'"{field.column}" {field.db_type(self._connection)}{key}'

    def at(self, moment: datetime) -> str:
        said = moment.astimezone(UTC).replace(tzinfo=None)
        return f"'{said.isoformat(sep=' ', timespec='microseconds')}'"

    def past(self, kept: Kept, versions: str) -> str:
        defaults = _defaults(kept)
        columns = ", ".join(self._value(field, defaults) for field in kept.fields)
        return (
            f'SELECT {columns} FROM main."{VERSIONS}" v'
            f' WHERE v."id" IN ({versions}) AND v."old" IS NOT NULL'
        )

    def _value(self, field: models.Field, defaults: dict[str, Any]) -> str:
        value = sqlite.from_json(field, 'v."old"')
        if field.column not in defaults:
            return value
        said = json.dumps(defaults[field.column]).replace("'", "''")
        if not isinstance(field, models.JSONField):
            return f"COALESCE({value}, json_extract('{said}', '$'))"
        return f"COALESCE({value}, '{said}')"

    def close(self, _table: str) -> Iterator[str]:
        """Nothing: all that reaches SQLite passes the wrapper of ``partners.travel``."""
        yield from ()

    def run(self, statements: Sequence[str]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("SAVEPOINT shadows")
            try:
                for statement in statements:
                    cursor.execute(statement)
            except BaseException:
                cursor.execute("ROLLBACK TO shadows")
                raise
            finally:
                cursor.execute("RELEASE shadows")


class _PostgreSQL:
    """Shadows among the temporary tables of PostgreSQL, made in one message."""

    temporary = "pg_temp"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            self.schema: str = cursor.fetchone()[0]

    def create(self, model: type[models.Model]) -> Iterator[str]:
        table = model._meta.db_table
        yield (
            f'CREATE TEMPORARY TABLE "{table}"'
            f' (LIKE {self.schema}."{table}" INCLUDING DEFAULTS INCLUDING INDEXES)'
        )

    def at(self, moment: datetime) -> str:
        return f"'{moment.astimezone(UTC).isoformat()}'::timestamptz"

    def past(self, kept: Kept, versions: str) -> str:
        columns = ", ".join(f'r."{column}"' for column in kept.columns)
        defaults = json.dumps(_defaults(kept)).replace("'", "''")
        return (
            f'SELECT {columns} FROM {self.schema}."{VERSIONS}" v CROSS JOIN LATERAL'
            f' jsonb_populate_record(NULL::{self.schema}."{kept.table}",'
            f" '{defaults}'::jsonb || v.\"old\") r"
            f' WHERE v."id" IN ({versions}) AND v."old" IS NOT NULL'
        )

    def close(self, table: str) -> Iterator[str]:
        """Refuse even COPY, which passes no wrapper of Django's."""
        yield (
            f'CREATE TRIGGER "closed" BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {self.schema}.{postgresql.REFUSAL}()"
        )

    def run(self, statements: Sequence[str]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(";\n".join(statements))
