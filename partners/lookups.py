"""Asks for the rows of many others at once, by their ids, without a parameter for each id."""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup):
    """Whether a column holds one of a list of ids: ``rows.filter(Among(F("action"), ids))``.

    ``__in`` prepares, resolves and binds every id by itself, which takes longer than the query.
    """

    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, self.rhs)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        ids = f"{column} IN (SELECT value FROM json_each(%s))"
        return ids, (*params, json.dumps(self.rhs))
