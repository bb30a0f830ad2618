"""Looks at a project as it was known at a past moment: every table as it was recorded then.

Inside ``known`` each recorded table is shadowed, for this connection alone, by a temporary table of
the same name with the project's rows of that moment: those not touched since are copied, those
touched since are taken from what the database wrote of them. The history ends at the moment. Names
without a schema mean temporary tables first, so that all other code works as it is. Rights are
those of today: users, sessions and memberships are not shadowed, nor are imports, exports and
sealed reports.

What a transaction wrote that was under way at the moment belongs to before or after by the moment
of each statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import clock
from .models import Project, RowVersion
from .versions.reading import Moment, record_begins
from .versions.registry import VERSIONS, Kept, column_of, kept_tables
from .versions.shadows import HISTORY, drop_shadows, make_shadows, schema_of_today

WRITES = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM"
    r"|TRUNCATE(?:\s+TABLE)?|MERGE\s+INTO|COPY)\s+(?:ONLY\s+)?(?:\"?\w+\"?\.)?\"?(\w+)",
    re.IGNORECASE,
)
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class PastIsFixedError(PermissionDenied):
    """Something was to be written while the project is looked at as it was."""


class NothingRecordedError(Exception):
    """Nothing had been recorded of the project at the moment that was asked for."""


@dataclass(frozen=True)
class Journey:
    """Where one is while looking back."""

    project_id: int
    moment: Moment


_journey: ContextVar[Journey | None] = ContextVar("journey", default=None)


def journey() -> Journey | None:
    """The project and the moment that are looked at; None in the present."""
    return _journey.get()


def there_today(model: type[Model]) -> RawSQL:
    """The ids of a table's rows as it is today, to be asked from within the past."""
    schema = schema_of_today(connections[DEFAULT_DB_ALIAS])
    return RawSQL(f'SELECT n."id" FROM {schema}."{model._meta.db_table}" n', ())


def gone_and_once(model: type[Model], name: str) -> RawSQL:
    """The ids of rows that are gone today and in which, at any time, a field was true.

    Asked from within the past, of all that was written up to today.
    """
    here = _journey.get()
    assert here, "there is no later time than the present"
    schema = schema_of_today(connections[DEFAULT_DB_ALIAS])
    column = column_of(model, name)
    once = " OR ".join(
        f"CAST(v.\"{row}\" ->> '{column}' AS TEXT) IN ('1', 'true')" for row in ("old", "new")
    )
    return RawSQL(
        f'SELECT v."row_id" FROM {schema}."{VERSIONS}" v'
        f' WHERE v."project_id" = %s AND v."table" = %s AND ({once}) AND NOT EXISTS'
        f' (SELECT 1 FROM {schema}."{model._meta.db_table}" n WHERE n."id" = v."row_id")',
        (here.project_id, model._meta.db_table),
    )


def nothing_recorded_words(begins: datetime | None) -> str:
    """Why nothing is shown of a moment before ``begins``, when the record of a project does."""
    if begins is None:
        return _("Nothing has been recorded of this project yet.")
    said = _("On that day nothing had been recorded yet. The record of this project begins on %s.")
    return said % date_format(timezone.localdate(begins))


def end_of(day: date) -> datetime:
    """The last moment of a day, where this installation is."""
    following = datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())
    return following.astimezone(UTC) - timedelta(microseconds=1)


@contextmanager
def known(project: Project, moment: Moment) -> Iterator[Project]:
    """Show the project as it was known at a moment, and give it as it was named then.

    ``moment`` is a time, or the id of a version where it must be exact. The project keeps the
    address of today. Raises NothingRecordedError for a moment before its record begins. Do not
    enter it within a transaction on SQLite, which would hold the right to write.
    """
    if journey():
        raise RuntimeError("The past cannot be looked at from within the past.")
    connection = connections[DEFAULT_DB_ALIAS]
    at, begins = _time_of(moment), record_begins(project)
    if begins is None or begins > at:
        raise NothingRecordedError(nothing_recorded_words(begins))
    tables = [kept for kept in kept_tables() if kept.travels]
    with ExitStack() as stack:
        stack.callback(_clear, connection, tables)
        make_shadows(connection, tables, project.pk, moment, at)
        stack.enter_context(connection.execute_wrapper(_refuse_writes(connection, tables)))
        stack.enter_context(clock.as_if_on(timezone.localdate(at)))
        stack.enter_context(clock.looking_back())
        token = _journey.set(Journey(project.pk, moment))
        stack.callback(_journey.reset, token)
        yield Project.objects.get(pk=project.pk)


def _time_of(moment: Moment) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return RowVersion.objects.values_list("at", flat=True).get(pk=moment)


def _clear(connection: BaseDatabaseWrapper, tables: list[Kept]) -> None:
    """Take the temporary tables away; where that fails, the connection goes with them."""
    try:
        drop_shadows(connection, tables)
    except DatabaseError:
        connection.close()


def _refuse_writes(connection: BaseDatabaseWrapper, tables: list[Kept]) -> Callable[..., Any]:
    """A wrapper that lets no statement write to a temporary table, where it would be lost."""
    shadowed = {*HISTORY, *(kept.table for kept in tables)}
    opened = connection.connection

    def check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.connection is not opened:
            # Another connection has no temporary tables: it would show the present as the past.
            raise DatabaseError("The connection that shows the past was lost.")
        if not sql.lstrip(" (\n").upper().startswith(READS) and shadowed & set(WRITES.findall(sql)):
            raise PastIsFixedError(_("You look at the past: go back to today to change something."))
        return execute(sql, params, many, context)

    return check
