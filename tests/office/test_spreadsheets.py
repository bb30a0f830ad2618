"""The report workbook in LibreOffice: it counts the same and loses nothing; edits come back."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from partners.models import Project
from tests.making import make_action
from tests.office.libreoffice import LibreOffice
from tests.reports.files import bring, counts, kpi_report, report

pytestmark = [pytest.mark.office, pytest.mark.django_db]

NASTY = [
    "Żnin, Łódź, café, España, Köln",
    "🚆 railways",
    "=1+1",
    "@cmd",
    "<b>bold</b> & co",
    "one\ntwo",
    "x" * 10_000,
]


def saved(out: BytesIO, folder: Path, name: str = "report.xlsx") -> Path:
    path = folder / name
    path.write_bytes(out.getvalue())
    return path


def without_figures(path: Path) -> Path:
    """The workbook with a wrong value beside each formula, which only counting can put right."""
    wrong = path.with_name(f"wrong-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(wrong, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f><v>)[^<]*(</v>)", rb"\g<1>777\g<2>", content)
            new.writestr(name, content)
    return wrong


def figures(path: Path, name: str = "Table 0") -> dict[int, dict[str, Any]]:
    rows = openpyxl.load_workbook(path, data_only=True)[name].iter_rows(values_only=True)
    headings = [str(heading) for heading in next(rows)]
    return {
        row[0]: dict(zip(headings, row, strict=True)) for row in rows if isinstance(row[0], int)
    }


@pytest.mark.parametrize(
    ("as_of", "since", "code"),
    [
        (None, None, None),
        (date(2022, 6, 30), None, None),
        (date(2022, 6, 30), date(2022, 1, 1), None),
        (None, None, "AMZ"),
    ],
)
def test_libreoffice_counts_what_the_application_counts(
    elca: Project,
    office: LibreOffice,
    tmp_path: Path,
    as_of: date | None,
    since: date | None,
    code: str | None,
) -> None:
    partner = elca.partners.get(code=code) if code else None
    path = saved(report(elca, as_of=as_of, since=since, partner=partner), tmp_path)
    wrong = without_figures(path)
    assert {row["Achieved"] for row in figures(wrong).values()} == {777}
    found, written = figures(office.convert(wrong, "xlsx")), figures(path)
    for line in kpi_report(as_of=as_of, since=since, partner=code):
        row = found[line["number"]]
        assert row["Achieved"] == (line["achieved"] if line["rows"] else "–")
        assert row["Rows"] == line["rows"]
        for other, figure in ({} if code else line["partners"]).items():
            assert row[other] == (figure["achieved"] if figure["rows"] else "–")
    assert found == written


def test_libreoffice_counts_the_shares_of_partners_as_well(
    elca: Project, office: LibreOffice, tmp_path: Path
) -> None:
    path = saved(report(elca), tmp_path)
    found = office.convert(without_figures(path), "xlsx")
    assert figures(found, "Partners") == figures(path, "Partners")


def test_libreoffice_keeps_every_cell(elca: Project, office: LibreOffice, tmp_path: Path) -> None:
    for number, text in enumerate(NASTY):
        make_action(elca, "national-workshops", title=f"N{number}", description=text, results=text)
    path = saved(report(elca), tmp_path)
    before, after = (openpyxl.load_workbook(p) for p in (path, office.convert(path, "xlsx")))
    assert after.sheetnames == before.sheetnames
    for action_type in elca.action_types.all():
        name = action_type.table_name
        rows = list(before[name].iter_rows(values_only=True))
        assert rows == list(after[name].iter_rows(values_only=True, max_row=len(rows)))
    held = {row[2] for row in after["Table 7"].iter_rows(values_only=True)}
    assert held.issuperset(NASTY)


def test_three_edited_cells_are_three_changes(
    elca: Project, office: LibreOffice, tmp_path: Path
) -> None:
    path = saved(report(elca), tmp_path)
    edits = [
        ("Table 2", "C3", "Sensors from Saxony, said anew"),
        ("Table 5", "B2", "AMZ, MAV"),
        ("Table 7", "A4", "=Another title"),
    ]
    edited = office.edit(path, edits)
    result = bring(elca, BytesIO(edited.read_bytes()))
    assert counts(result) == (0, 3, 101, 0)
    changes = [
        (sheet.name, heading, new)
        for sheet in result.sheets
        for row in sheet.rows
        for heading, _old, new in row.changes
    ]
    assert changes == [
        ("Table 2", "Description", "Sensors from Saxony, said anew"),
        ("Table 5", "Responsible", "AMZ, MAV"),
        ("Table 7", "Title", "=Another title"),
    ]


def test_a_workbook_that_libreoffice_only_saved_changes_nothing(
    elca: Project, office: LibreOffice, tmp_path: Path
) -> None:
    path = saved(report(elca), tmp_path)
    for ending in ("xlsx", "ods"):
        again = office.convert(path, ending)
        out = BytesIO(again.read_bytes())
        assert counts(bring(elca, out, name=again.name)) == (0, 0, 104, 0), ending
