"""The report as CSV: every cell of it, its dictionary, texts that stay texts, the way back in."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import tablib
from django.utils import timezone

from actions.models import Action
from kpis.models import Indicator
from kpis.services import set_deviation
from partners.formulas import disarmed
from partners.models import Project
from reports.layout import Cell
from reports.reading.reader import FileError
from reports.reading.texts import armed, read_text
from reports.writing.content import Report, Scope
from reports.writing.pack import write_csv, write_pack
from tests.making import make_action
from tests.reports.files import bring, counts, kpi_report

pytestmark = pytest.mark.django_db

LIMITS: list[dict[str, date]] = [
    {},
    {"as_of": date(2021, 6, 30)},
    {"as_of": date(2022, 6, 30)},
    {"as_of": date(2022, 6, 30), "since": date(2022, 1, 1)},
]
CODES = [None, "AMZ", "MAV", "POL", "BIC", "MECH", "ELCA"]
OTHERS = ["indicators", "partners", "timeline", "deviations", "explanation", "data-dictionary"]
MARK = b"\xef\xbb\xbf"
SIGNS = ("=", "+", "-", "@", "\t", "\r")
Line = dict[str, str]


def report(project: Project, code: str | None = None, /, **days: date) -> Report:
    partner = project.partners.get(code=code) if code else None
    return Report(Scope(project, partner=partner, **days))


def pack(asked: Report) -> dict[str, bytes]:
    """The files of the zip by their names."""
    out = BytesIO()
    write_pack(asked, out)
    with zipfile.ZipFile(out) as files:
        assert files.testzip() is None
        return {name: files.read(name) for name in files.namelist()}


def single(asked: Report) -> bytes:
    """The report as one CSV file."""
    out = BytesIO()
    write_csv(asked, out)
    return out.getvalue()


def cells_in(content: bytes) -> list[list[str]]:
    """The cells of a file, as Python's own reader finds them when it lets nothing pass."""
    assert content.startswith(MARK)
    text = content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def lines_in(content: bytes) -> list[Line]:
    """The rows of a file by the headings of its columns."""
    headings, *rows = cells_in(content)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def parts_in(content: bytes) -> dict[str, list[list[str]]]:
    """The tables of the single file by their captions: headings, then rows."""
    found: dict[str, list[list[str]]] = {}
    caption = ""
    for row in cells_in(content):
        if not row:
            caption = ""
        elif caption:
            found[caption].append(row)
        else:
            [caption] = row
            found[caption] = []
    return found


def said(cell: Cell) -> str:
    """A cell as a CSV file is to say it."""
    if cell is None:
        return ""
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.lstrip("'").startswith(SIGNS) else text


def as_number(text: str) -> int | None:
    return int(text) if text else None


def changed(content: bytes, edit: Callable[[list[list[str]]], None]) -> BytesIO:
    """The file after an edit, as another program writes it."""
    rows = cells_in(content)
    edit(rows)
    text = StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    return BytesIO(text.getvalue().encode("utf-8-sig"))


def append_to(rows: list[list[str]], reference: str, heading: str, words: str) -> None:
    """Put words behind a cell of the row that has an id."""
    at = next(n for n, row in enumerate(rows) if row and row[-1] == reference)
    above = max(n for n in range(at) if rows[n] and rows[n][-1] == "Row id")
    rows[at][rows[above].index(heading)] += words


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("days", LIMITS, ids=str)
def test_every_cell_of_every_table(elca: Project, days: dict[str, date], code: str | None) -> None:
    asked = report(elca, code, **days)
    files, parts = pack(asked), parts_in(single(asked))
    for table in asked.tables:
        number = table.action_type.table_number
        headings = [*(column.heading for column in table.columns), "Row id"]
        rows = [[*map(said, row.cells), row.reference] for row in table.rows()]
        assert cells_in(files[f"table-{number}.csv"]) == [headings, *rows]
        assert parts[f"Table {number}. {table.caption}"] == [headings, *rows]


def test_the_tables_hold_every_row(elca: Project) -> None:
    files = pack(report(elca))
    rows = [line for n in range(2, 12) for line in lines_in(files[f"table-{n}.csv"])]
    assert len(rows) == 104
    assert {row["Row id"] for row in rows} == set(elca.actions.values_list("reference", flat=True))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("days", LIMITS, ids=str)
def test_every_figure(elca: Project, days: dict[str, date], code: str | None) -> None:
    asked = report(elca, code, **days)
    files = pack(asked)
    expected = kpi_report(**days, partner=code)
    lines = lines_in(files["indicators.csv"])
    explained = lines_in(files["explanation.csv"])
    assert len(expected) == len(lines) == 10
    for want, line in zip(expected, lines, strict=True):
        number = str(want["number"])
        assert (line["number"], line["title"]) == (number, want["title"])
        assert as_number(line["target"]) == want["target"]
        assert as_number(line["rows"]) == want["rows"]
        assert as_number(line["achieved"]) == (want["achieved"] if want["rows"] else None)
        mine = [row for row in explained if row["indicator"] == number]
        assert sum(int(row["adds"]) for row in mine) == want["achieved"]
        assert sum(int(row["row"]) for row in mine) == want["rows"]
    assert parts_in(single(asked))["Table 0. Performance indicators"] == cells_in(
        files["indicators.csv"]
    )


@pytest.mark.parametrize("days", LIMITS, ids=str)
def test_every_figure_of_every_partner(elca: Project, days: dict[str, date]) -> None:
    asked = report(elca, **days)
    files = pack(asked)
    lines = lines_in(files["partners.csv"])
    found = {(line["number"], line["partner"]): line for line in lines}
    explained = lines_in(files["explanation.csv"])
    assert len(found) == len(lines) == 60
    for want in kpi_report(**days):
        mine = [row for row in explained if row["indicator"] == str(want["number"])]
        for code, figure in want["partners"].items():
            line = found[str(want["number"]), code]
            assert as_number(line["target"]) == figure["target"]
            assert as_number(line["rows"]) == figure["rows"]
            assert as_number(line["achieved"]) == (figure["achieved"] if figure["rows"] else None)
            assert sum(int(row[f"adds_{code}"] or 0) for row in mine) == figure["achieved"]
    assert parts_in(single(asked))["Figures by partner"] == cells_in(files["partners.csv"])


def test_what_the_indicators_say_beside_their_figures(elca: Project) -> None:
    asked = report(elca)
    lines = lines_in(pack(asked)["indicators.csv"])
    for line, found in zip(asked.progress.lines, lines, strict=True):
        figure = line.total
        assert as_number(found["percent"]) == figure.percent
        assert as_number(found["under_way"]) == figure.under_way
        assert as_number(found["planned"]) == figure.planned
        assert float(found["expected"]) == pytest.approx(line.expected, abs=0.01)
        assert found["pace"].lower().replace(" ", "_") == line.pace
    past = lines_in(pack(report(elca, as_of=date(2021, 6, 30)))["indicators.csv"])
    assert {(line["under_way"], line["planned"]) for line in past} == {("", "")}


def test_a_partners_files_have_no_other_partners_figures(elca: Project) -> None:
    files = pack(report(elca, "POL"))
    assert "partners.csv" not in files
    assert not any(name.startswith("adds_") for name in cells_in(files["explanation.csv"])[0])


def test_the_timeline_has_every_deadline(elca: Project) -> None:
    asked = report(elca)
    content = pack(asked)["timeline.csv"]
    lines = lines_in(content)
    assert len(lines) == 21
    for deadline, line in zip(elca.deadlines.all(), lines, strict=True):
        assert line["Deadline"].startswith(f"M{deadline.month} - ")
        assert line["Activity"] == deadline.activity
        assert line["Status"] == str(deadline.get_status_display())
        assert line["Mission"] == (deadline.mission.name if deadline.mission else "")
        assert date.fromisoformat(line["Due"]) == deadline.due_on
    assert parts_in(single(asked))["Table 12. Planning"] == cells_in(content)


def test_the_deviations_have_the_partners_words(elca: Project) -> None:
    indicator = Indicator.objects.get(project=elca, number=5)
    words = "=Zwei, \"noch\"\nnicht 'unterschrieben'"
    partner = elca.partners.get(code="MAV")
    set_deviation(indicator=indicator, partner=partner, text=words, user=None)
    asked = report(elca)
    content = pack(asked)["deviations.csv"]
    lines = lines_in(content)
    assert [line["number"] for line in lines] == ["2", "4", "5"]
    assert lines[2]["partner"] == "MAV"
    assert lines[2]["words"] == f"'{words}"
    assert [lines[2][name] for name in ("target", "achieved", "missing")] == ["10", "2", "8"]
    assert parts_in(single(asked))["Deviations"] == cells_in(content)


def described(files: dict[str, bytes]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What the data package says of each file: its columns and their kinds."""
    package = json.loads(files["datapackage.json"])
    for resource in package["resources"]:
        fields = [(field["name"], field["type"]) for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])
        yield resource["path"], fields


@pytest.mark.parametrize("code", [None, "AMZ"])
def test_dictionary_and_package_name_exactly_the_columns(elca: Project, code: str | None) -> None:
    files = pack(report(elca, code))
    held = {n: cells_in(content)[0] for n, content in files.items() if n.endswith(".csv")}
    explained = lines_in(files["data-dictionary.csv"])
    assert held.pop("data-dictionary.csv") == ["file", "column", "type", "meaning"]
    assert all(line["meaning"] for line in explained)
    found = dict(described(files))
    assert list(found) == list(held)
    for name, headings in held.items():
        mine = [(line["column"], line["type"]) for line in explained if line["file"] == name]
        assert [column for column, _kind in mine] == headings
        assert mine == found[name]
    assert {line["file"] for line in explained} == set(held)
    assert all(name in files["README.txt"].decode() for name in (*held, "data-dictionary.csv"))


READ_AS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "string": str,
}


def test_every_cell_is_of_the_kind_that_the_package_says(elca: Project) -> None:
    files = pack(report(elca))
    for name, fields in described(files):
        for row in cells_in(files[name])[1:]:
            for (_name, kind), cell in zip(fields, row, strict=True):
                assert not cell or READ_AS[kind](cell) is not None


def test_another_reader_finds_the_same(elca: Project) -> None:
    files = pack(report(elca))
    for name, content in files.items():
        if name.endswith(".csv"):
            found = tablib.Dataset().load(content.decode("utf-8-sig"), format="csv")
            assert [found.headers, *map(list, found)] == cells_in(content)


NASTY = [
    "=1+1",
    "@cmd",
    "+49 351",
    "-",
    "- one\n- two",
    "<b>bold</b> & co",
    "Żnin, Łódź, café, España, Köln",
    "🚆 railways 👩‍🔧",
    'say "quoted", then; more\tand | more',
    "line\n\n  line",
    "'=1",
    "''=1",
    "''x",
    "'quoted",
    "0012",
    "1e5",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: text[:12])
def test_a_text_survives_out_and_in(elca: Project, text: str) -> None:
    action = make_action(
        elca, "national-workshops", title=f"{text[:200]} T", description=text, results=text
    )
    asked = report(elca)
    files, whole = pack(asked), single(asked)
    line = lines_in(files["table-7.csv"])[-1]
    assert line["Description"] == said(text)
    everything = [*cells_in(whole), *cells_in(files["table-7.csv"])]
    assert not any(cell.startswith(SIGNS) for row in everything for cell in row)
    assert counts(bring(elca, BytesIO(whole), "report.csv")) == (0, 0, 105, 0)
    for content, name in ((whole, "report.csv"), (files["table-7.csv"], "table-7.csv")):
        Action.objects.of(elca).filter(title_key=action.title_key).delete()
        found = bring(elca, BytesIO(content), name)
        assert counts(found)[0] == 1, found.errors
        again = Action.objects.of(elca).get(title_key=action.title_key)
        assert (again.title, again.description, again.results) == (action.title, text, text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1", "'=1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("\t=1", "'\t=1"),
        ("\r", "'\r"),
        ("''x", "''x"),
        ("'", "'"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_reading_takes_away_the_apostrophe_that_writing_put_there(text: str, written: str) -> None:
    assert disarmed(text) == written
    assert armed(written) == text


def test_only_one_apostrophe_is_taken_and_only_before_a_sign(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("'=1,''@b,'c,''d,'\nplain,'+49,'-,\"'\n=\",'e", encoding="utf-8", newline="")
    gathering, _guessed = read_text(path, "rows")
    assert [row.cells for row in gathering.sheets[0].rows] == [
        ["=1", "'@b", "'c", "''d", "'"],
        ["plain", "+49", "-", "'\n=", "'e"],
    ]


def test_an_edited_file_says_exactly_its_changes(elca: Project) -> None:
    content = single(report(elca))
    assert counts(bring(elca, BytesIO(content), "report.csv")) == (0, 0, 104, 0)

    def edit(rows: list[list[str]]) -> None:
        append_to(rows, "T3-02", "Description", " Seen again in May.")
        append_to(rows, "T7-01", "Expectations & Results", " Ążćł, too.")
        append_to(rows, "T10-03", "Responsible", ", BIC")

    found = bring(elca, changed(content, edit), "report.csv", dry_run=True)
    assert counts(found) == (0, 3, 101, 0)
    rows = [row for sheet in found.sheets for row in sheet.rows if row.changes]
    assert [(row.reference, len(row.changes)) for row in rows] == [
        ("T3-02", 1),
        ("T7-01", 1),
        ("T10-03", 1),
    ]


def test_the_tables_of_the_pack_come_back_one_by_one(elca: Project) -> None:
    files = pack(report(elca))
    unchanged = 0
    for number in range(2, 12):
        name = f"table-{number}.csv"
        found = counts(bring(elca, BytesIO(files[name]), name))
        assert (found[0], found[1], found[3]) == (0, 0, 0)
        unchanged += found[2]
    assert unchanged == 104


def test_an_edited_table_of_the_pack_says_exactly_its_changes(elca: Project) -> None:
    content = pack(report(elca))["table-5.csv"]

    def edit(rows: list[list[str]]) -> None:
        for reference in ("T5-01", "T5-07", "T5-20"):
            append_to(rows, reference, "Description", " Edited.")

    found = bring(elca, changed(content, edit), "table-5.csv")
    assert counts(found) == (0, 3, 17, 0)
    ends = [a.description[-8:] for a in elca.actions.filter(reference__in=["T5-01", "T5-20"])]
    assert ends == [" Edited."] * 2


@pytest.mark.parametrize("code", [None, "POL"])
@pytest.mark.parametrize("name", OTHERS)
def test_what_holds_no_actions_is_not_taken_for_a_table(
    elca: Project, name: str, code: str | None
) -> None:
    files = pack(report(elca, code))
    if f"{name}.csv" not in files:
        assert (name, code) == ("partners", "POL")
        return
    for called in (f"{name}.csv", "data.csv"):
        with pytest.raises(FileError, match="no table of actions"):
            bring(elca, BytesIO(files[f"{name}.csv"]), called)


def test_a_partners_file_comes_back_without_touching_other_rows(elca: Project) -> None:
    asked = report(elca, "POL")
    found = bring(elca, BytesIO(single(asked)), "report.csv")
    assert counts(found) == (0, 0, asked.row_count, 0)


def test_an_empty_project_has_headings_and_no_rows(elca_empty: Project) -> None:
    asked = report(elca_empty)
    files, parts = pack(asked), parts_in(single(asked))
    assert all(len(cells_in(files[f"table-{number}.csv"])) == 1 for number in range(2, 12))
    assert all(len(parts[f"Table {t.action_type.table_number}. {t.caption}"]) == 1
               for t in asked.tables)  # fmt: skip
    assert {line["achieved"] for line in lines_in(files["indicators.csv"])} == {""}


def test_the_package_says_what_it_is(elca: Project) -> None:
    files = pack(report(elca, "MAV", as_of=date(2022, 6, 30)))
    package = json.loads(files["datapackage.json"])
    assert package["name"] == "elca-report"
    covers = f"What was achieved by 30.06.2022, MAV ({name_of(elca)})."
    assert package["description"] == " ".join([covers, elca.funder_statement, elca.disclaimer])
    assert package["created"][:10] == timezone.localdate().isoformat()
    words = files["README.txt"].decode()
    assert "Grant agreement: 951158" in words
    assert "apostrophe" in words


def name_of(project: Project) -> str:
    return project.partners.get(code="MAV").name
