"""Row history in the words of SQLite: triggers for each row, JSON built column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import models

from partners.door import FUNCTION as DOOR

from .numbers import FUNCTION
from .registry import VERSIONS, Frozen, Kept

NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"  # as Django stores a moment
NUMBER = f"{FUNCTION}()"
ONCE: tuple[str, ...] = ()
OUR_TRIGGERS = (
    "SELECT name, name FROM sqlite_master WHERE type = 'trigger'"
    " AND (name LIKE 'keep!_%' ESCAPE '!' OR name LIKE 'freeze!_%' ESCAPE '!')"
)


def drop_trigger(name: str, _table: str) -> str:
    return f'DROP TRIGGER "{name}"'


def row_json(kept: Kept, row: str, there: Collection[str]) -> str:
    """SQL for all columns of a row as JSON, like PostgreSQL's to_jsonb gives them."""
    parts = (f"'{f.column}', {_to_json(f, row)}" for f in kept.fields if f.column in there)
    return f"json_object({', '.join(parts)})"


def _to_json(field: models.Field, row: str) -> str:
    column = f'{row}."{field.column}"'
    if isinstance(field, models.JSONField):
        return f"json({column})"
    if isinstance(field, models.BooleanField):
        return f"json(CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
    if isinstance(field, models.DateTimeField):
        return f"replace({column}, ' ', 'T') || '+00:00'"
    return column


def from_json(field: models.Field, source: str) -> str:
    """SQL for the value of a column out of the JSON of its row."""
    path = f"{source}, '$.\"{field.column}\"'"
    value = f"json_extract({path})"
    if isinstance(field, models.JSONField):
        return f"CASE WHEN {value} IS NOT NULL THEN json_quote({value}) END"
    if isinstance(field, models.DateTimeField):
        return f"replace(replace({value}, 'T', ' '), '+00:00', '')"
    return value


def differs(kept: Kept, source: str, row: str, there: Collection[str]) -> str:
    """SQL that tells whether a row is other than its JSON says, in the columns that both know."""
    return " OR ".join(
        f"(json_type({source}, '$.\"{f.column}\"') IS NOT NULL"
        f" AND {from_json(f, source)} IS NOT {_plain(f, row)})"
        for f in kept.fields
        if f.column in there
    )


def _plain(field: models.Field, row: str) -> str:
    column = f'{row}."{field.column}"'
    return f"json({column})" if isinstance(field, models.JSONField) else column


def keeping(kept: Kept, there: Collection[str]) -> Iterator[str]:
    """The triggers of a recorded table."""
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in sorted(there))
    moved, stayed = (f'OLD."{kept.pk}" {word} NEW."{kept.pk}"' for word in ("IS NOT", "IS"))
    old, new = row_json(kept, "OLD", there), row_json(kept, "NEW", there)
    added, gone = _write(kept, "NEW", "NULL", new), _write(kept, "OLD", old, "NULL")
    jobs = {
        "insert": ("INSERT", "1", added),
        "update": ("UPDATE", f"{stayed} AND ({changed})", _write(kept, "NEW", old, new)),
        "move": (f'UPDATE OF "{kept.pk}"', moved, gone + added),
        "delete": ("DELETE", "1", gone),
    }
    for name, (event, condition, body) in jobs.items():
        yield (
            f'CREATE TRIGGER "keep_{name}_{kept.table}" AFTER {event} ON "{kept.table}"'
            f" WHEN {condition} BEGIN {body} END"
        )


def _write(kept: Kept, row: str, old: str, new: str) -> str:
    return (
        f'INSERT INTO "{VERSIONS}"'
        ' ("at", "transaction", "project_id", "table", "row_id", "record", "record_id",'
        ' "old", "new") VALUES'
        f" ({NOW}, {NUMBER}, {kept.project_of(row)}, '{kept.table}', {row}.\"{kept.pk}\","
        f" '{kept.record}', {row}.\"{kept.record_column}\", {old}, {new});"
    )


def freezing(frozen: Frozen) -> Iterator[str]:
    """The triggers of a table whose rows stay as they are."""
    said = str(frozen.words).replace("'", "''")
    refuse = f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
    changed = frozen.changed("IS NOT")
    closed = f"NOT {DOOR}()"
    yield (
        f'CREATE TRIGGER "freeze_update_{frozen.table}" BEFORE UPDATE ON "{frozen.table}"'
        f" WHEN ({changed}){f' AND {closed}' if frozen.forgettable else ''} {refuse}"
    )
    yield (
        f'CREATE TRIGGER "freeze_delete_{frozen.table}" BEFORE DELETE ON "{frozen.table}"'
        f" WHEN {closed} {refuse}"
    )
