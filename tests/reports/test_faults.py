"""Every fault of a file is named at its sheet, row and column, and nothing at all is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from actions.models import Action, ActionType
from partners.models import Change, Organisation, Project
from reports.importing import run_import
from reports.models import Import
from reports.reading.reader import FileError
from tests.making import make_action, on
from tests.pages import page as page_of
from tests.reports.faulty import (
    MARKUP,
    NO_WORKBOOKS,
    ROW,
    SHEET,
    WRONG_CELLS,
    Faulty,
    control_characters,
    duplicate_row,
    error_cell,
    formula_with_result,
    formula_without_result,
    hidden_sheet,
    markup,
    merged_partner,
    number_as_title,
    password_protected,
    xls_file,
)
from tests.reports.files import (
    HEADINGS,
    bring,
    counts,
    opened,
    problems,
    report,
    workbook,
    workshops,
)

pytestmark = pytest.mark.django_db

GERMAN = ["Titel", "Verantwortlich", "Beschreibung", "Termin und Ort", "Ergebnisse"]
TITLE, PARTNER, ABOUT, DATES, _OUTCOME = HEADINGS
GOOD = ["A good row", "AMZ", "About it", "03.03.2022, Dresden", "Fine"]
State = dict[str, Any]


def state() -> State:
    """How many rows every table of the database has, and which ids were given."""
    models = apps.get_models(include_auto_created=True)
    found: State = {model._meta.label: model._base_manager.count() for model in models}
    found["numbers"] = list(ActionType.objects.order_by("pk").values_list("last_number", flat=True))
    found["actions"] = list(Action.objects.order_by("pk").values_list("pk", "updated_at"))
    return found


def ahead() -> str:
    return f"{timezone.localdate() + timedelta(days=40):%d.%m.%Y}"


@dataclass(frozen=True)
class Fault:
    """A row below some headings, the heading under which it is wrong, and words of the message."""

    name: str
    row: list[Any]
    column: str
    words: str
    headings: list[str] = field(default_factory=lambda: HEADINGS)
    sheet: str = "Table_7"


WITH_STATUS = [*HEADINGS[:2], "Status", DATES]
WITH_NUMBERS = [*HEADINGS[:2], "Status", "Participants", "SMEs"]
EVIDENCE = [*HEADINGS[:2], "Evidence"]
NAMED = ["Title", "Responsible", "Organisations"]
ROW_ID = ["Row id", *HEADINGS[:2]]

FAULTS: list[Fault] = [
    Fault("unknown partner", ["A", "XYZ"], PARTNER, "“XYZ” is no partner of this project"),
    Fault("no partner", ["A", None, "About"], PARTNER, "At least one responsible partner"),
    Fault("no title", [None, "AMZ", "About", "2022", "x"], TITLE, "A title is needed"),
    Fault("only a partner", [None, "AMZ"], TITLE, "A title is needed"),
    Fault("a date as a title", [date(2022, 3, 3), "AMZ", "About"], TITLE, "A date stands here"),
    Fault("no such day", ["A", "AMZ", "", "31.02.2022"], DATES, "is not a day"),
    Fault("reversed range", ["A", "AMZ", "", "08-04.02.2022"], DATES, "ends before it starts"),
    Fault("before it began", ["A", "AMZ", "", "03.03.2019"], DATES, "before the project began"),
    Fault("overlong title", ["x" * 301, "AMZ"], TITLE, "301 characters; at most 300"),
    Fault("overlong text", ["A", "AMZ", "y" * 20_001], ABOUT, "20001 characters; at most 20000"),
    Fault("unknown status", ["A", "AMZ", "Perhaps"], "Status", "is none of", WITH_STATUS),
    Fault("held ahead", ["A", "AMZ", "Held", ahead()], DATES, "lies in the future", WITH_STATUS),
    Fault("negative", ["A", "AMZ", "Held", -5], "Participants", "“-5” is not", WITH_NUMBERS),
    Fault("a half", ["A", "AMZ", "Held", 2.5], "Participants", "“2.5” is not", WITH_NUMBERS),
    Fault("too many SMEs", ["A", "AMZ", "Held", 5, 9], "", "more SMEs than", WITH_NUMBERS),
    Fault("bad link", ["A", "AMZ", "List | not a link"], "Evidence", "valid URL", EVIDENCE),
    Fault("a script", ["A", "AMZ", "L | javascript:alert(1)"], "Evidence", "valid URL", EVIDENCE),
    Fault(
        "a mission", ["A", "AMZ", "Moon"], "Mission", "no mission", [*HEADINGS[:2], "Mission"]
    ),
    Fault(
        "a sector", ["A", "AMZ", "Magic"], "Sectors", "no sector", [*HEADINGS[:2], "Sectors"]
    ),
    Fault("punctuation", ["A", "AMZ", "?!"], "Organisations", "cannot be", NAMED, "Table_2"),
    Fault("a long name", ["A", "AMZ", "o" * 251], "Organisations", "cannot be", NAMED, "Table_2"),
    Fault("id of Table 8", ["T8-01", "A", "AMZ"], "Row id", "a row of Table 8", ROW_ID),
    Fault("in German", ["A", "XYZ", "x"], "Verantwortlich", "no partner", GERMAN),
    Fault("a German day", ["A", "AMZ", "x", "30.02.2022"], "Termin und Ort", "not a day", GERMAN),
]  # fmt: skip


def file_of(fault: Fault) -> BytesIO:
    rows: list[list[Any]] = [fault.headings, [None] * 2, fault.row]
    return workbook(**{fault.sheet: rows})


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_named_at_its_place_and_nothing_is_written(elca: Project, fault: Fault) -> None:
    before = state()
    result = bring(elca, file_of(fault))
    [problem] = result.errors
    assert (problem.row, problem.column) == (3, fault.column)
    assert fault.words in problem.message
    assert result.sheets[0].name == fault.sheet.replace("_", " ")
    assert (result.applied, counts(result)) == (False, (0, 0, 0, 1))
    assert state() == before


def test_all_faults_of_a_file_are_named_at_once(elca: Project) -> None:
    plain = [fault for fault in FAULTS if fault.headings is HEADINGS]
    assert len(plain) == len([f for f in FAULTS if f.headings == HEADINGS]) >= 10
    before = state()
    german = [fault for fault in FAULTS if fault.headings is GERMAN]
    file = workbook(
        Table_7=[HEADINGS, GOOD, *(fault.row for fault in plain)],
        Table_8=[GERMAN, *(fault.row for fault in german)],
    )
    result = bring(elca, file)
    first, second = result.sheets
    assert [(p.row, p.column) for p in first.all_errors] == [
        (at, fault.column) for at, fault in enumerate(plain, start=3)
    ]
    assert [(p.row, p.column) for p in second.all_errors] == [
        (at, fault.column) for at, fault in enumerate(german, start=2)
    ]
    assert (first.count("new"), first.count("error")) == (1, len(plain))
    assert state() == before


@pytest.mark.parametrize("make", WRONG_CELLS)
def test_a_wrong_cell_is_named_and_nothing_is_written(
    elca: Project, make: Callable[[], Faulty]
) -> None:
    faulty, before = make(), state()
    assert faulty.place is not None
    result = bring(elca, BytesIO(faulty.content))
    assert problems(result) == [(faulty.place.row, faulty.place.heading)]
    assert [sheet.name for sheet in result.sheets] == [faulty.place.sheet]
    assert counts(result) == (1, 0, 0, 1)
    assert state() == before


def test_what_stands_in_a_cell_without_a_value_is_told(elca: Project) -> None:
    for make, words in ((error_cell, "#DIV/0!"), (formula_without_result, "formula")):
        [problem] = bring(elca, BytesIO(make().content)).errors
        assert words in problem.message


def test_the_same_row_twice_waits_for_a_word(elca: Project) -> None:
    before = state()
    result = bring(elca, BytesIO(duplicate_row().content))
    [problem] = result.errors
    assert (problem.row, problem.column) == (ROW, TITLE)
    assert problem.message == f"The row says the same as row 2 of “{SHEET}”."
    assert [row.verdict for row in result.sheets[0].rows] == ["new", "duplicate"]
    assert state() == before


@pytest.mark.parametrize(
    ("title", "dates", "verdict"),
    [
        ("Workshop on hydrogen", "03.03.2022, Nowhere", "duplicate"),
        ("WORKSHOP — on Hydrogen!", "03.03.2022, Nowhere", "duplicate"),
        ("Workshop on hydrogen", "", "duplicate"),
        ("Workshop on hydrogen", "03.2022", "duplicate"),
        ("Workshop on hydrogens", "03.03.2022", "duplicate"),
        ("Workshop on hydrogen", "04.03.2022", "new"),
        ("Workshop on hydrogens", "04.03.2022", "new"),
        ("Something else by far", "03.03.2022", "new"),
    ],
)
def test_what_is_likely_there_already_waits_for_a_word(
    elca: Project, title: str, dates: str, verdict: str
) -> None:
    known = make_action(
        elca, "national-workshops", title="Workshop on hydrogen", occasions=(on(2022, 3, 3),)
    )
    before = state()
    result = bring(elca, workshops([title, "AMZ, BIC", "Other words", dates]), dry_run=True)
    [row] = result.sheets[0].rows
    assert row.verdict == verdict
    assert row.like == ([known.reference] if verdict == "duplicate" else [])
    assert [known.reference in problem.message for problem in row.errors] == [True] * len(row.like)
    assert state() == before


def test_without_a_partner_in_common_it_is_another_one(elca: Project) -> None:
    make_action(elca, "national-workshops", title="Workshop on hydrogen", partners="MAV")
    result = bring(elca, workshops(["Workshop on hydrogen", "AMZ", "", "03.03.2022"]))
    assert counts(result) == (1, 0, 0, 0)
    assert "has the same title" in result.sheets[0].all_warnings[-1].message


def test_the_same_row_on_two_sheets_waits_for_a_word(elca: Project) -> None:
    row = ["Twice in the file", "AMZ", "About", "03.03.2022"]
    file = workbook(Table_7=[HEADINGS, row], National_workshops=[HEADINGS, row])
    result = bring(elca, file)
    assert [r.verdict for sheet in result.sheets for r in sheet.rows] == ["new", "duplicate"]


# Row ids


def test_an_id_that_stands_twice_is_an_error_of_the_second(elca: Project) -> None:
    rows = [["T7-01", "X", "AMZ"], ["T7-02", "Y", "AMZ"], [" t7-01", "Z", "AMZ"]]
    result = bring(elca, workbook(Table_7=[ROW_ID, *rows]))
    assert problems(result) == [(4, "Row id")]
    assert result.errors[0].message == "The id T7-01 stands in row 2 of “Table 7” already."


def test_a_copy_without_its_id_above_a_row_is_a_duplicate_of_it(elca: Project) -> None:
    def copy(sheet: Any) -> None:
        values = [cell.value for cell in sheet[2]]
        sheet.insert_rows(2)
        for at, value in enumerate(values[:-1], start=1):
            sheet.cell(2, at).value = value

    book = opened(report(elca))
    copy(book["Table 7"])
    out = BytesIO()
    book.save(out)
    result = bring(elca, out)
    verdicts = [row.verdict for row in result.sheets[5].rows]
    assert verdicts == ["duplicate", *["unchanged"] * 10]
    assert result.sheets[5].rows[0].like == ["T7-01"]


def test_two_columns_of_ids_are_refused(elca: Project) -> None:
    before = state()
    result = bring(elca, workbook(Table_7=[[*ROW_ID, "Row id"], ["T7-01", "X", "AMZ", "T7-02"]]))
    [problem] = result.errors
    assert problem.row == 1
    assert "Row id" in problem.message
    assert state() == before


def test_an_unknown_id_alone_is_an_error(elca: Project) -> None:
    result = bring(elca, workbook(Table_7=[["Row id", "Description"], ["T7-99", "X"]]))
    assert problems(result) == [(2, "Row id")]
    assert "No row of this id" in result.errors[0].message


@pytest.mark.parametrize("row_id", ["HELLO", "T9-77", "T7-5", "7"])
def test_an_id_that_is_dropped_is_told(elca: Project, row_id: str) -> None:
    result = bring(elca, workbook(Table_7=[ROW_ID, [row_id, "Quite new", "AMZ"]]))
    [row] = result.sheets[0].rows
    said = [(warning.column, warning.message) for warning in row.warnings]
    assert said == [("Row id", f"The id {row_id} is not known here: the row gets a new one.")]
    assert row.reference == "T7-11"


def test_an_id_that_is_kept_is_not_worth_a_word(elca: Project) -> None:
    result = bring(elca, workbook(Table_7=[ROW_ID, ["T7-30", "Quite new", "AMZ"]]))
    [row] = result.sheets[0].rows
    assert (row.reference, row.warnings) == ("T7-30", [])


@pytest.mark.parametrize("row_id", ["T7-50", "T7-999999"])
def test_the_id_of_a_row_that_is_not_written_is_not_used_up(elca: Project, row_id: str) -> None:
    rows = [[row_id, None, "XYZ"], [None, "Good", "AMZ"]]
    bring(elca, workbook(Table_7=[ROW_ID, *rows]), valid_rows=True)
    assert Action.objects.of(elca).get(title="Good").reference == "T7-11"


def test_a_long_name_beside_a_partner_is_named_in_its_column(elca: Project) -> None:
    result = bring(elca, workshops(["A", "AMZ, " + "Long name " * 40, "", "2022"]))
    assert problems(result) == [(2, PARTNER)]


def test_a_title_that_nobody_sees_is_none(elca: Project) -> None:
    result = bring(elca, workshops(["\u200b\u2060", "AMZ", "", "2022"]))
    assert problems(result) == [(2, TITLE)]


# Odd, and yet as it is


def test_markup_is_text(elca: Project) -> None:
    assert counts(bring(elca, BytesIO(markup().content))) == (2, 0, 0, 0)
    assert Action.objects.of(elca).filter(title=MARKUP).count() == 1


def test_a_formula_with_a_result_is_its_result(elca: Project) -> None:
    bring(elca, BytesIO(formula_with_result().content))
    assert Action.objects.of(elca).get(title="Another row").description == "ab"


def test_a_number_may_be_a_title(elca: Project) -> None:
    bring(elca, BytesIO(number_as_title().content))
    assert Action.objects.of(elca).filter(title="2022").count() == 1


def test_control_characters_go_and_breaks_stay(elca: Project) -> None:
    bring(elca, BytesIO(control_characters().content))
    said = Action.objects.of(elca).get(title="Another row").description
    assert said.replace("\t", " ").split() == ["bell", ",", "tab", "and", "break"]
    assert "\n" in said


def test_a_hidden_sheet_is_read_with_a_remark(elca: Project) -> None:
    result = bring(elca, BytesIO(hidden_sheet().content))
    assert [sheet.name for sheet in result.sheets] == [SHEET, "Table 8"]
    shown, hidden = (
        [w.message for w in sheet.warnings if "hidden" in w.message] for sheet in result.sheets
    )
    assert (len(shown), hidden) == (0, ["This sheet is hidden in the file; its rows were read."])
    assert Action.objects.of(elca).filter(title="A hidden row").count() == 1


def test_a_merged_cell_stands_in_all_of_its_rows_and_is_told(elca: Project) -> None:
    result = bring(elca, BytesIO(merged_partner().content))
    assert counts(result) == (4, 0, 0, 0)
    for number in range(3):
        [partner] = Action.objects.of(elca).get(title=f"Merged {number}").partners.all()
        assert partner.code == "AMZ"
    told = [w.row for w in result.sheets[0].all_warnings if "B3" in w.message]
    assert told == [4, 5]


SIGNS = ["=1+1", "+49 30 1", "-5 degrees", "@everyone", "=cmd|' /C calc'!A0"]


def test_formula_signs_are_text_on_their_way_in_and_out(elca: Project) -> None:
    rows = [[sign, "AMZ", sign, "03.03.2022", sign] for sign in SIGNS]
    assert counts(bring(elca, workshops(*rows))) == (len(SIGNS), 0, 0, 0)
    stored = Action.objects.of(elca).filter(title__in=SIGNS)
    assert {a.title: a.description for a in stored} == {sign: sign for sign in SIGNS}
    out = report(elca)
    counted = {"Table 0", "Partners"}  # whose figures are our own formulas
    formulas = [
        str(cell.value)
        for sheet in opened(out)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert all(
        text.startswith(("=IF(", "=IFERROR(INT(", "=SUMIFS(", "=COUNTIFS(")) for text in formulas
    )
    assert {
        s.title for s in opened(out) for r in s.iter_rows() for c in r if c.data_type == "f"
    } == (counted)
    assert bring(elca, out).count("unchanged") == 104 + len(SIGNS)


# Files that are none


@pytest.mark.parametrize("make", [*NO_WORKBOOKS, xls_file, password_protected])
def test_what_is_no_workbook_is_refused_in_a_sentence(
    elca: Project, make: Callable[[], Faulty]
) -> None:
    faulty, before = make(), state()
    with pytest.raises(FileError) as caught:
        run_import(project=elca, user=None, file=BytesIO(faulty.content), name=faulty.name)
    said = str(caught.value)
    assert said.endswith(".")
    assert not {"Traceback", "Error", "zip", "BadZip"} & set(said.split())
    assert state() == before


def test_refusals_say_what_the_file_is() -> None:
    words = {}
    for make in (*NO_WORKBOOKS, xls_file, password_protected):
        faulty = make()
        project = Project.objects.get(slug="elca")
        with pytest.raises(FileError) as caught:
            run_import(project=project, user=None, file=BytesIO(faulty.content), name=faulty.name)
        words[make.__name__] = str(caught.value)
    assert "empty" in words["empty_file"]
    assert "password" in words["password_protected"]
    assert ".xls" in words["xls_file"]


def test_a_blank_workbook_holds_nothing(elca: Project) -> None:
    out = BytesIO()
    openpyxl.Workbook().save(out)
    before = state()
    with pytest.raises(FileError, match="all of it is blank"):
        bring(elca, out)
    assert state() == before


# Through the command and the page


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_actions", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def as_file(folder: Path, file: BytesIO, name: str = "rows.xlsx") -> str:
    path = folder / name
    path.write_bytes(file.getvalue())
    return str(path)


def test_the_command_names_every_fault_as_json(elca: Project, tmp_path: Path) -> None:
    assert elca.slug == "elca"
    plain = [fault for fault in FAULTS if fault.headings is HEADINGS]
    path = as_file(tmp_path, workshops(GOOD, *(fault.row for fault in plain)))
    before, out = state(), StringIO()
    with pytest.raises(CommandError, match=f"{len(plain)} errors: nothing was imported") as caught:
        call_command("import_actions", path, "--format", "json", stdout=out)
    assert caught.value.returncode == 1
    data = json.loads(out.getvalue())
    assert list(data) == ["applied", "sheets"]
    [sheet] = data["sheets"]
    assert list(sheet) == ["name", "type", "new", "changed", "unchanged", "errors", "warnings"]
    assert (data["applied"], sheet["name"], sheet["type"]) == (
        False, "Table 7", "national-workshops",
    )  # fmt: skip
    assert [sheet[verdict] for verdict in ("new", "changed", "unchanged")] == [1, 0, 0]
    assert all(list(problem) == ["row", "column", "message"] for problem in sheet["errors"])
    assert [(p["row"], p["column"]) for p in sheet["errors"]] == [
        (at, fault.column) for at, fault in enumerate(plain, start=3)
    ]
    assert all(f.words in p["message"] for f, p in zip(plain, sheet["errors"], strict=True))
    assert [p["row"] for p in sheet["warnings"]] == [1]
    assert state() == before


def test_the_command_takes_the_rows_without_a_fault_where_asked(
    elca: Project, tmp_path: Path
) -> None:
    path = as_file(tmp_path, workshops(GOOD, ["Bad", "XYZ"]))
    out, _err = run(path, "--valid-rows", "--format", "json")
    data = json.loads(out)
    assert (data["applied"], len(data["sheets"][0]["errors"])) == (True, 1)
    assert Action.objects.of(elca).filter(title__in=["A good row", "Bad"]).count() == 1
    assert Change.objects.latest("pk").source == "Import of rows.xlsx"


def test_the_command_refuses_a_file_in_a_sentence(elca: Project, tmp_path: Path) -> None:
    assert elca.slug == "elca"
    path = as_file(tmp_path, BytesIO(b""), "empty.xlsx")
    before = state()
    with pytest.raises(CommandError, match=r"^empty\.xlsx: .*empty") as caught:
        run(path)
    assert caught.value.returncode == 1
    assert state() == before


def test_a_dry_run_of_the_command_writes_nothing(elca: Project, tmp_path: Path) -> None:
    assert elca.slug == "elca"
    before = state()
    out, _err = run(as_file(tmp_path, workshops(GOOD)), "--dry-run", "--format", "json")
    assert [json.loads(out)["sheets"][0][v] for v in ("new", "errors")] == [1, []]
    assert state() == before


def test_a_long_name_of_a_file_is_no_hindrance(elca: Project, tmp_path: Path) -> None:
    path = as_file(tmp_path, workshops(GOOD), "n" * 180 + ".xlsx")
    run(path)
    record = Import.objects.of(elca).get()
    assert len(record.name) == 185
    assert len(Change.objects.latest("pk").source) <= 120


def test_the_longest_name_of_a_file_is_no_hindrance(elca: Project, tmp_path: Path) -> None:
    run(as_file(tmp_path, workshops(GOOD), "n" * 240 + ".xlsx"))
    assert len(Import.objects.of(elca).get().name) <= 200


def test_the_page_shows_the_faults_and_applies_nothing(as_user: Any, elca: Project) -> None:
    client: Client = as_user("admin")
    file = SimpleUploadedFile("b.xlsx", workshops(GOOD, ["Bad <b>row</b>", "XYZ"]).getvalue())
    answer = client.post("/elca/import/", {"file": file}, follow=True)
    shown = page_of(answer).text
    assert "“XYZ” is no partner of this project" in shown
    assert b"Bad <b>row</b>" not in answer.content
    record = Import.objects.of(elca).get()
    assert record.summary["counts"] | {"new": 1, "error": 1} == record.summary["counts"]
    before = state()
    applied = client.post(f"/elca/import/{record.pk}/apply/", {"rows": "all"}, follow=True)
    assert "Some rows wait for an answer: nothing was imported." in page_of(applied).text
    assert state() == before
    assert Organisation.objects.of(elca).count() == before["partners.Organisation"]


def test_the_page_says_why_a_file_is_none_and_keeps_nothing(as_user: Any) -> None:
    client: Client = as_user("admin")
    before = state()
    file = SimpleUploadedFile("mail.xlsx", b"Dear colleagues\n")
    answer = client.post("/elca/import/", {"file": file})
    assert answer.status_code == 422
    assert state() == before


def test_a_time_beside_a_day_is_no_hindrance(elca: Project) -> None:
    result = bring(elca, workshops(["At noon", "AMZ", "", datetime(2022, 3, 3, 12, 30)]))
    assert counts(result) == (1, 0, 0, 0)
    [occasion] = Action.objects.of(elca).get(title="At noon").occasions.all()
    assert (occasion.start, occasion.end) == (date(2022, 3, 3), date(2022, 3, 3))
