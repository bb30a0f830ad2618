"""Row history in the words of PostgreSQL: one trigger a statement, whatever rows it writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from partners.door import SETTING

from .numbers import POSTGRESQL_NUMBER
from .registry import VERSIONS, Frozen, Kept

NOW = "clock_timestamp()"
NUMBER = POSTGRESQL_NUMBER
OUR_TRIGGERS = (
    "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    r" AND (tgname LIKE 'keep\_%' OR tgname LIKE 'freeze\_%')"
)
REFUSAL = "refuse_the_past"
ONCE = (
    f"""
    CREATE OR REPLACE FUNCTION {REFUSAL}() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN
      RAISE EXCEPTION 'The past is not written to.'
        USING ERRCODE = 'integrity_constraint_violation';
    END $refuse$""",
)
COLUMNS = (
    f'"{VERSIONS}" ("at", "transaction", "project_id", "table", "row_id", "record",'
    ' "record_id", "old", "new")'
)


def drop_trigger(name: str, table: str) -> str:
    return f'DROP TRIGGER "{name}" ON {table}'


def row_json(_kept: Kept, row: str, _there: Collection[str]) -> str:
    """SQL for all columns of a row as JSON."""
    return f"to_jsonb({row})"


def differs(_kept: Kept, source: str, row: str, _there: Collection[str]) -> str:
    """SQL that tells whether a row is other than its JSON says, in the columns that both know."""
    return f"({source} || to_jsonb({row})) IS DISTINCT FROM (to_jsonb({row}) || {source})"


def keeping(kept: Kept, _there: Collection[str]) -> Iterator[str]:
    """The function of a recorded table and its triggers, TRUNCATE among them."""
    name = f'"keep_{kept.table}"'
    changed = (
        f'FROM new_rows n JOIN old_rows o ON o."{kept.pk}" = n."{kept.pk}"'
        " WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n)"
    )
    added = f'FROM new_rows n WHERE n."{kept.pk}" NOT IN (SELECT "{kept.pk}" FROM old_rows)'
    gone = f'FROM old_rows o WHERE o."{kept.pk}" NOT IN (SELECT "{kept.pk}" FROM new_rows)'
    yield f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $keep$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            {_write(kept, "n", "NULL", "to_jsonb(n)", "FROM new_rows n")}
          ELSIF TG_OP = 'DELETE' THEN
            {_write(kept, "o", "to_jsonb(o)", "NULL", "FROM old_rows o")}
          ELSIF TG_OP = 'TRUNCATE' THEN
            {_write(kept, "o", "to_jsonb(o)", "NULL", f'FROM "{kept.table}" o')}
          ELSE
            {_write(kept, "n", "to_jsonb(o)", "to_jsonb(n)", changed)}
            IF EXISTS (SELECT 1 {added}) THEN  -- rows were given other ids
              {_write(kept, "o", "to_jsonb(o)", "NULL", gone)}
              {_write(kept, "n", "NULL", "to_jsonb(n)", added)}
            END IF;
          END IF;
          RETURN NULL;
        END $keep$"""
    tables = {
        "INSERT": "REFERENCING NEW TABLE AS new_rows",
        "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "REFERENCING OLD TABLE AS old_rows",
    }
    for event, referencing in tables.items():
        yield (
            f'CREATE TRIGGER "keep_{event.lower()}" AFTER {event} ON "{kept.table}" {referencing}'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    yield (
        f'CREATE TRIGGER "keep_truncate" BEFORE TRUNCATE ON "{kept.table}"'
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _write(kept: Kept, row: str, old: str, new: str, source: str) -> str:
    return (
        f"INSERT INTO {COLUMNS} SELECT {NOW}, {NUMBER}, {kept.project_of(row)}, '{kept.table}',"
        f' {row}."{kept.pk}", \'{kept.record}\', {row}."{kept.record_column}", {old}, {new}'
        f" {source};"
    )


def freezing(frozen: Frozen) -> Iterator[str]:
    """The triggers of a table whose rows stay as they are, and what they call.

    What is compared stands in the function: named in a trigger, a column could not be dropped.
    """
    name = f'"freeze_{frozen.table}"'
    said = str(frozen.words).replace("'", "''").replace("%", "%%")
    is_open = f"COALESCE(current_setting('{SETTING}', true), '') = 'on'"
    yield f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $freeze$
        BEGIN
          IF TG_OP = 'UPDATE' THEN
            IF NOT ({frozen.changed("IS DISTINCT FROM")}){
        f" OR {is_open}" if frozen.forgettable else ""
    } THEN
              RETURN NEW;
            END IF;
          ELSIF {is_open} THEN
            RETURN OLD;
          END IF;
          RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
        END $freeze$"""
    yield (
        f'CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON "{frozen.table}" FOR EACH ROW'
        f" EXECUTE FUNCTION {name}()"
    )
    yield (
        f'CREATE TRIGGER "freeze_truncate_{frozen.table}" BEFORE TRUNCATE ON "{frozen.table}"'
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
