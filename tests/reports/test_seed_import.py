"""The seed's ten tables in five forms of file each give the design's figures, and only once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from actions.models import Action
from kpis.progress import project_progress
from partners.models import Change, Project
from tests.reports.seed import FORMS
from tests.reports.test_commands import BY_PARTNER, run_json

pytestmark = pytest.mark.django_db

# Achieved and rows of the consortium: the design, section 3.
FIGURES = {
    1: (18, 18), 2: (4, 13), 3: (7, 11), 4: (6, 20), 5: (2, 10),
    6: (10, 10), 7: (9, 9), 8: (7, 7), 9: (5, 5), 10: (3, 1),
}  # fmt: skip


def figures(project: Project) -> dict[int, tuple[int, int]]:
    lines = project_progress(project).lines
    return {line.indicator.number: (line.total.achieved, line.total.rows) for line in lines}


def by_partner(project: Project) -> dict[int, list[int]]:
    return {
        line.indicator.number: [figure.achieved for figure in line.partners.values()]
        for line in project_progress(project).lines
    }


def written(form: str, folder: Path) -> Path:
    name, content = FORMS[form]()
    path = folder / name
    path.write_bytes(content)
    return path


def fingerprint(project: Project) -> list[Any]:
    fields = ("pk", "reference", "title", "status", "counts_from", "updated_at")
    rows = list(Action.objects.of(project).order_by("pk").values_list(*fields))
    return [*rows, Change.objects.count(), project.organisations.count()]


@pytest.mark.parametrize("form", FORMS)
def test_the_command_gives_the_figures_once(elca_empty: Project, form: str, tmp_path: Path) -> None:
    path = written(form, tmp_path)
    result = run_json("import_actions", str(path))
    assert result["applied"]
    assert [sheet["errors"] for sheet in result["sheets"]] == [[]] * 10
    assert [sheet["new"] for sheet in result["sheets"]] == [18, 13, 11, 20, 10, 10, 9, 7, 5, 1]
    assert figures(elca_empty) == FIGURES
    assert by_partner(elca_empty) == BY_PARTNER
    before = fingerprint(elca_empty)
    again = run_json("import_actions", str(path))
    assert [sheet["unchanged"] for sheet in again["sheets"]] == [
        18, 13, 11, 20, 10, 10, 9, 7, 5, 1,
    ]  # fmt: skip
    assert fingerprint(elca_empty) == before


def test_a_dry_run_of_the_command_leaves_nothing(elca_empty: Project, tmp_path: Path) -> None:
    call_command("import_actions", str(written(next(iter(FORMS)), tmp_path)), "--dry-run")
    assert not Action.objects.of(elca_empty).exists()
    assert not elca_empty.imports.exists()


@pytest.mark.parametrize("form", FORMS)
def test_the_screen_gives_the_figures_once(elca_empty: Project, as_user: Any, form: str) -> None:
    client = as_user("admin")
    name, content = FORMS[form]()

    def brought() -> str:
        file = SimpleUploadedFile(name, content)
        response = client.post("/elca/import/", {"file": file})
        assert response.status_code == 302, response.content.decode()
        address: str = response["Location"]
        assert "mapping" not in address  # all of it was understood for certain
        return address

    address = brought()
    text = page(client, address)
    assert "Apply all 104 rows" in text
    assert not Action.objects.of(elca_empty).exists()
    client.post(f"{address}apply/", {"rows": "all"})
    assert "Imported. New: 104, changed: 0." in page(client, address)
    assert figures(elca_empty) == FIGURES
    assert by_partner(elca_empty) == BY_PARTNER
    before = fingerprint(elca_empty)
    assert "there is nothing to apply" in page(client, brought())
    assert fingerprint(elca_empty) == before


def page(client: Any, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())
