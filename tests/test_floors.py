"""Holds the floors of the house: an app imports only from floors below its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = {"partners": 1, "actions": 2, "agreements": 3, "events": 3, "kpis": 4, "reports": 5}


def imported_apps(source: str, package: str) -> Iterator[str]:
    """The apps that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [package if node.level else node.module or ""]
        yield from (name.partition(".")[0] for name in names)


def climbs(app: str, source: str) -> list[str]:
    """The apps that ``source``, a module of ``app``, may not import."""
    found = {name for name in imported_apps(source, app) if name in FLOORS and name != app}
    outside = {"elca_tracker"} & set(imported_apps(source, app))
    return sorted({name for name in found if FLOORS[name] >= FLOORS[app]} | outside)


@pytest.mark.parametrize("app", FLOORS)
def test_no_import_climbs_a_floor(app: str) -> None:
    modules = [p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
    assert modules
    wrong = {str(m.relative_to(ROOT)): climbs(app, m.read_text("utf-8")) for m in modules}
    assert {module: apps for module, apps in wrong.items() if apps} == {}


def test_an_import_that_climbs_is_seen() -> None:
    assert climbs("actions", "def f():\n    from kpis.progress import verdict\n") == ["kpis"]
    assert climbs("events", "import agreements.models") == ["agreements"]
    assert climbs("kpis", "from actions.models import Action\nfrom . import views") == []


def test_every_app_of_the_project_has_a_floor() -> None:
    ours = {app for app in settings.INSTALLED_APPS if (ROOT / app / "apps.py").exists()}
    assert ours == set(FLOORS)
