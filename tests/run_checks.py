"""Runs every check of the code that needs no test: style, types, settings, migrations, templates.

All of them run even when one fails; the last lines name those that failed.
"""

import os
import secrets
import subprocess
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# An installation as it should be in production, on a machine that has nothing set.
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "tracker.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://tracker.example.org",
    "DATABASE_URL": "sqlite://:memory:",
    "DEBUG": "off",
    "HTTPS": "on",
    "BEHIND_PROXY": "off",
    "DJANGO_SETTINGS_MODULE": "elca_tracker.settings",
}


def run(*command: str) -> bool:
    """Run a command of the environment's Python and say whether it succeeded."""
    return subprocess.run([sys.executable, *command], cwd=ROOT).returncode == 0


def compile_templates() -> bool:
    """Compile every template of the project, those that no test has opened too."""
    import django
    from django.template import TemplateSyntaxError, engines

    django.setup()
    engine = engines["django"]
    faults = 0
    for path in sorted(ROOT.glob("templates/**/*.*")) + sorted(ROOT.glob("*/templates/**/*.*")):
        try:
            engine.from_string(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            faults += 1
            print(f"{path.relative_to(ROOT)}: {error}")
    return faults == 0


CHECKS: dict[str, Callable[[], bool]] = {
    "lint": partial(run, "-m", "ruff", "check", "."),
    "format": partial(run, "-m", "ruff", "format", "--check", "."),
    "types": partial(run, "-m", "mypy", "."),
    "settings": partial(run, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "migrations": partial(run, "manage.py", "makemigrations", "--check", "--dry-run"),
    "templates": compile_templates,
    "template lint": partial(run, "-m", "djlint", "templates", "--lint", "--quiet"),
}


def succeeds(check: Callable[[], bool]) -> bool:
    """Run a check; one that breaks has failed, and the others still run."""
    try:
        return check()
    except Exception:
        traceback.print_exc()
        return False


def main() -> int:
    """Run all checks and give the exit code."""
    os.environ.update(PRODUCTION)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    failed = []
    for name, check in CHECKS.items():
        print(f"\n{name}\n{'-' * len(name)}", flush=True)
        if not succeeds(check):
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
