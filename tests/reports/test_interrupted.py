"""An import whose process is killed in the middle leaves the database as it was, on its database.

The process is a real one, on a database of its own, and is killed while its transaction is open.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.reports.files import HEADINGS, workbook

ROWS = 10_000
TABLES = (
    "actions_action",
    "actions_occasion",
    "actions_action_partners",
    "events_event",
    "partners_organisation",
    "partners_change",
    "reports_import",
    "reports_importrow",
    "reports_knownshape",
)
State = list[Any]


class Database:
    """A database that no test transaction knows, reached by its address and by plain SQL."""

    def __init__(self, url: str, connect: Callable[[], Any], writing: str | None) -> None:
        self.url = url
        self._connect = connect
        self._writing = writing

    def ask(self, sql: str) -> list[Any]:
        with closing(self._connect()) as link:
            cursor = link.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def state(self) -> State:
        """What every table holds that an import writes, and which ids were given."""
        counts = [self.ask(f"SELECT count(*) FROM {table}") for table in TABLES]
        return [*counts, self.ask("SELECT last_number FROM actions_actiontype ORDER BY id")]

    def is_being_written(self) -> bool:
        """Whether somebody has written what is not yet committed."""
        if self._writing:
            return bool(self.ask(self._writing)[0][0])
        try:
            with closing(self._connect()) as link:
                link.execute("PRAGMA busy_timeout = 0")
                link.execute("BEGIN IMMEDIATE")
                link.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        return False


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[Database]:
    if connection.vendor == "sqlite":
        path = tmp_path / "own.sqlite3"
        yield Database(f"sqlite:///{path}", lambda: sqlite3.connect(path), None)
        return
    import psycopg2

    asked = dict(connection.get_connection_params())
    asked = {k: asked[k] for k in ("user", "password", "host", "port") if asked.get(k)}
    name = f"interrupted_{os.getpid()}"

    def administer(sql: str) -> None:
        with closing(psycopg2.connect(dbname="postgres", **asked)) as link:
            link.autocommit = True
            link.cursor().execute(sql)

    administer(f"CREATE DATABASE {name}")
    try:
        url = os.environ["DATABASE_URL"]
        before, _slash, after = url.partition("://")
        place, _slash, rest = after.partition("/")
        options = f"?{rest.partition('?')[2]}" if "?" in rest else ""
        yield Database(
            f"{before}://{place}/{name}{options}",
            lambda: psycopg2.connect(dbname=name, **asked),
            "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
            f" AND datname = '{name}'",
        )
    finally:
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def manage(database: Database, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *args],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database.url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def done(process: subprocess.Popen[str]) -> str:
    said, _nothing = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


@pytest.mark.django_db
def test_a_killed_import_leaves_everything_as_it_was(
    own_database: Database, tmp_path: Path
) -> None:
    done(manage(own_database, "migrate", "--verbosity=0"))
    done(manage(own_database, "load_elca", "--without-actions"))
    path = tmp_path / "many.xlsx"
    rows = [
        [f"Workshop {number}", "AMZ, MAV", "Words", f"{number % 28 + 1}.03.2022 Dresden", "Good"]
        for number in range(ROWS)
    ]
    path.write_bytes(workbook(Table_7=[HEADINGS, *rows]).getvalue())
    before = own_database.state()
    for wait in (0.0, 0.4, 0.8):
        process = manage(own_database, "import_actions", str(path))
        end = time.monotonic() + 60
        while not own_database.is_being_written():
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
        time.sleep(wait)
        # Were it done by now, the test would prove nothing: then it needs more rows.
        assert own_database.is_being_written()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert own_database.state() == before
    done(manage(own_database, "import_actions", str(path)))
    [[actions]] = own_database.ask("SELECT count(*) FROM actions_action")
    assert actions == ROWS
