"""The commands: their JSON, their exit codes, and a clear sentence for what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from actions.models import Action
from partners.models import Project
from reports.writing.content import TooLongError
from reports.writing.formats import FORMATS
from tests.reports.files import report, workshops

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("elca")]

# Achieved per partner, in the order AMZ, MAV, POL, BIC, MECH, ELCA: the design, section 3.
BY_PARTNER = {
    1: [9, 5, 1, 1, 2, 0],
    2: [3, 0, 0, 1, 0, 0],
    3: [3, 1, 2, 1, 0, 0],
    4: [3, 2, 0, 0, 1, 0],
    5: [0, 2, 0, 0, 0, 0],
    6: [2, 2, 2, 2, 2, 0],
    7: [3, 2, 2, 1, 0, 3],
    8: [1, 1, 2, 5, 2, 0],
    9: [2, 1, 1, 0, 0, 2],
    10: [1, 0, 0, 0, 0, 0],
}


def run(name: str, *args: str) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def run_json(name: str, *args: str) -> Any:
    return json.loads(run(name, *args, "--format", "json"))


def written(folder: Path, *rows: list[Any]) -> str:
    path = folder / "rows.xlsx"
    path.write_bytes(workshops(*rows).getvalue())
    return str(path)


def test_kpi_report_gives_the_figures_of_everyone() -> None:
    data = run_json("kpi_report")
    assert list(data) == ["project", "as_of", "indicators"]
    assert (data["project"], data["as_of"]) == ("elca", timezone.localdate().isoformat())
    for line in data["indicators"]:
        assert list(line) == [
            "number", "title", "target", "achieved", "rows",
            "claimed", "evidenced", "verified", "partners",
        ]  # fmt: skip
        assert line["achieved"] == line["claimed"] >= line["evidenced"] >= line["verified"]
        achieved = [figure["achieved"] for figure in line["partners"].values()]
        assert achieved == BY_PARTNER[line["number"]]
    fourth = data["indicators"][3]
    assert (fourth["target"], fourth["achieved"], fourth["rows"]) == (20, 6, 20)
    amz = fourth["partners"]["AMZ"]
    assert (amz["target"], amz["achieved"], amz["rows"]) == (4, 3, 4)
    assert fourth["partners"]["ELCA"]["target"] is None


def test_kpi_report_of_a_partner_and_a_day() -> None:
    data = run_json("kpi_report", "--partner", "pol", "--as-of", "2022-06-30")
    assert data["as_of"] == "2022-06-30"
    eighth = data["indicators"][7]
    assert list(eighth["partners"]) == ["POL"]
    own = eighth["partners"]["POL"]
    assert {name: eighth[name] for name in own} == own


def test_kpi_report_by_another_figure() -> None:
    data = run_json("kpi_report", "--measure", "verified")
    assert data["measure"] == "verified"
    for line in data["indicators"]:
        assert line["achieved"] == line["verified"] == 0 < line["claimed"]
    assert ", verified" in run("kpi_report", "--measure", "verified")


def test_kpi_report_as_text() -> None:
    text = run("kpi_report")
    assert "elca, as of" in text
    assert len(text.splitlines()) == 15
    assert "A joint action" not in run("kpi_report", "--partner", "AMZ")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--project", "none"], "no project “none”"),
        (["--partner", "XYZ"], "no partner of ELCA. Partners are: AMZ, MAV"),
        (["--as-of", "30.06.2022"], "YYYY-MM-DD"),
        (["--as-of", "2022-02-31"], "is not a day"),
        (["--as-of", "20220630"], "is not a day"),
        (["--since", "June"], "is not a day"),
        (["--since", "2022-07-01", "--as-of", "2022-06-30"], "begins on 2022-07-01, after"),
    ],
)
@pytest.mark.parametrize("command", ["kpi_report", "export_report"])
def test_wrong_options_are_named(tmp_path: Path, command: str, args: list[str], words: str) -> None:
    file = [str(tmp_path / "r.xlsx")] if command == "export_report" else []
    with pytest.raises(CommandError, match=words):
        run(command, *file, *args)
    assert not list(tmp_path.iterdir())


def test_the_project_is_asked_for_where_it_is_not_clear(elca: Project) -> None:
    Project.objects.create(
        slug="other", acronym="O", title="O", first_month=date(2020, 9, 1), length_months=12
    )
    elca.slug = "renamed"
    elca.save()
    with pytest.raises(CommandError, match="Projects are: other, renamed"):
        run("kpi_report")
    assert run_json("kpi_report", "--project", "renamed")["project"] == "renamed"
    Project.objects.filter(slug="other").delete()
    assert run_json("kpi_report")["project"] == "renamed"


def test_kpi_report_of_a_period_says_so() -> None:
    period = ("--since", "2022-01-01", "--as-of", "2022-06-30")
    assert run_json("kpi_report", *period)["since"] == "2022-01-01"
    assert "elca, since 2022-01-01, as of 2022-06-30" in run("kpi_report", *period)
    assert "since" not in run_json("kpi_report")


SIGNS = {"xlsx": b"PK", "docx": b"PK", "zip": b"PK", "pdf": b"%PDF", "csv": b"\xef\xbb\xbfTable 0"}


@pytest.mark.parametrize("ending", list(SIGNS))
def test_export_report_writes_the_form_that_the_ending_says(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r.{ending.upper()}"
    assert "was written" in run("export_report", str(path), "--partner", "AMZ")
    assert path.read_bytes().startswith(SIGNS[ending])
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_export_report_refuses_other_endings_and_places(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"must end in one of: \.xlsx, \.docx, \.pdf"):
        run("export_report", str(tmp_path / "r.odt"))
    with pytest.raises(CommandError, match="cannot be written"):
        run("export_report", str(tmp_path / "none" / "r.xlsx"))


def test_a_report_that_fails_leaves_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("as it was")

    def fails(_report: Any, out: Any) -> None:
        out.write(b"half")
        raise TooLongError("too long")

    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], write=fails))
    with pytest.raises(CommandError, match="too long"):
        run("export_report", str(path))
    assert path.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == ["r.csv"]


def test_import_actions_tells_each_sheet(elca: Project, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(report(elca).getvalue())
    data = run_json("import_actions", str(path))
    assert list(data) == ["applied", "sheets"]
    assert data["applied"] is True
    assert [sheet["name"] for sheet in data["sheets"]] == [f"Table {n}" for n in range(2, 12)]
    assert data["sheets"][0] == {
        "name": "Table 2",
        "type": "cluster-networks",
        "new": 0,
        "changed": 0,
        "unchanged": 18,
        "errors": [],
        "warnings": [],
    }


def test_import_actions_with_errors_fails_and_still_tells(elca: Project, tmp_path: Path) -> None:
    path = written(tmp_path, ["Good", "AMZ", "", "2022", ""], ["Bad", "XYZ", "", "2022", ""])
    out = StringIO()
    with pytest.raises(CommandError, match="1 error: nothing was imported"):
        call_command("import_actions", path, "--format", "json", stdout=out)
    data = json.loads(out.getvalue())
    assert data["applied"] is False
    [error] = data["sheets"][0]["errors"]
    assert (error["row"], error["column"]) == (3, "Responsible")
    assert "XYZ" in error["message"]
    assert Action.objects.of(elca).count() == 104


def test_import_actions_takes_the_valid_rows_where_asked(elca: Project, tmp_path: Path) -> None:
    path = written(tmp_path, ["Good", "AMZ", "", "2022", ""], ["Bad", "XYZ", "", "2022", ""])
    preview = run_json("import_actions", path, "--valid-rows", "--dry-run")
    assert (preview["applied"], Action.objects.of(elca).count()) == (False, 104)
    assert run_json("import_actions", path, "--valid-rows")["applied"] is True
    assert Action.objects.of(elca).count() == 105


def test_import_actions_as_text(tmp_path: Path) -> None:
    path = written(tmp_path, ["Good", "AMZ", "", "2022", ""])
    text = run("import_actions", path)
    assert "Table 7 (national-workshops): 1 new, 0 changed, 0 unchanged" in text
    assert "KPI 6 National workshops with SMEs: 10 -> 11" in text
    err = StringIO()
    path = written(tmp_path, ["Bad", "XYZ", "", "2022", ""])
    with pytest.raises(CommandError):
        call_command("import_actions", path, stdout=StringIO(), stderr=err)
    assert "Table 7, row 2, Responsible: “XYZ”" in err.getvalue()


def test_import_actions_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "text.xlsx"
    path.write_text("Title;Responsible\n")
    with pytest.raises(CommandError, match=r"text\.xlsx: The file is not a spreadsheet"):
        run("import_actions", str(path))
    with pytest.raises(CommandError, match="cannot be opened"):
        run("import_actions", str(tmp_path / "none.xlsx"))
    with pytest.raises(CommandError, match=r"no table of ELCA\. Tables are: cluster-networks"):
        run("import_actions", str(path), "--type", "none")
