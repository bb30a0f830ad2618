"""Importing: nothing changes by itself, only what was edited, all or nothing, every fault named."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl.workbook import Workbook

from actions.models import Action
from kpis.loading import load_project
from kpis.progress import Progress, project_progress
from partners.models import Change, Organisation, Project
from reports.reading.reader import FileError
from tests.conftest import ELCA
from tests.making import make_action, on
from tests.reports.files import (
    HEADINGS,
    bring,
    cell_of,
    counts,
    edited,
    problems,
    report,
    workbook,
    workshops,
)

pytestmark = pytest.mark.django_db
MIDSUMMER = date(2022, 6, 30)


def figures(progress: Progress) -> dict[tuple[int, str], tuple[int, int]]:
    """Achieved and rows, of the consortium ("") and of every partner."""
    found = {}
    for line in progress.lines:
        for code, figure in {"": line.total, **line.partners}.items():
            found[line.indicator.number, code] = (figure.achieved, figure.rows)
    return found


def everything(project: Project) -> list[tuple[Any, ...]]:
    fields = ("reference", "title", "status", "description", "results", "counts_from", "updated_at")
    return list(Action.objects.of(project).order_by("pk").values_list(*fields))


# The round trip


def test_an_export_comes_back_unchanged(elca: Project) -> None:
    before, changes = everything(elca), Change.objects.count()
    result = bring(elca, report(elca))
    assert result.applied
    assert counts(result) == (0, 0, 104, 0)
    assert [sheet.count("unchanged") for sheet in result.sheets] == [
        18, 13, 11, 20, 10, 10, 9, 7, 5, 1,
    ]  # fmt: skip
    without_actions = ["Cover", "Table 0", "Charts", "Partners"]
    assert result.skipped == [*without_actions, "Table 12", "Months", "Deviations", "Explain"]
    assert (everything(elca), Change.objects.count()) == (before, changes)


def test_an_export_rebuilds_an_empty_project(elca: Project) -> None:
    now, then = project_progress(elca), project_progress(elca, as_of=MIDSUMMER)
    references = set(Action.objects.of(elca).values_list("reference", flat=True))
    out = report(elca)
    elca.delete()
    project = load_project(ELCA, with_actions=False).project
    result = bring(project, out)
    assert counts(result) == (104, 0, 0, 0)
    assert figures(project_progress(project)) == figures(now)
    assert figures(project_progress(project, as_of=MIDSUMMER)) == figures(then)
    assert set(Action.objects.of(project).values_list("reference", flat=True)) == references
    assert counts(bring(project, out)) == (0, 0, 104, 0)
    assert {effect.number: effect.after for effect in result.effects}[4] == 6


def test_without_row_ids_the_same_rows_are_known(elca: Project) -> None:
    def without_ids(book: Workbook) -> None:
        for sheet in book:
            if sheet["A1"].value != "#":
                sheet.delete_cols(sheet.max_column)

    result = bring(elca, edited(report(elca), without_ids))
    assert counts(result) == (0, 0, 104, 0)


def test_an_edited_cell_is_the_only_change(elca: Project) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book["Table 8"], "Description", 3).value = "Edited in Excel"

    result = bring(elca, edited(report(elca), edit))
    assert counts(result) == (0, 1, 103, 0)
    [row] = [row for row in result.sheets[6].rows if row.verdict == "changed"]
    [(heading, _old, new)] = row.changes
    assert (heading, new) == ("Description", "Edited in Excel")
    assert Action.objects.of(elca).get(reference=row.reference).description == "Edited in Excel"
    change = Change.objects.latest("pk")
    assert (list(change.fields), change.source) == (["description"], "Import of test.xlsx")


def test_sorting_and_dropping_columns_changes_nothing(elca: Project) -> None:
    def edit(book: Workbook) -> None:
        sheet = book["Table 9"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for at, value in enumerate(row, start=1):
                sheet.cell(number, at).value = value
        sheet.delete_cols(3, 3)

    assert counts(bring(elca, edited(report(elca), edit))) == (0, 0, 104, 0)


def test_signing_an_agreement_in_the_sheet_moves_the_figure(elca: Project) -> None:
    def sign(book: Workbook) -> None:
        cell_of(book["Table 3"], "Expected date of signature", 6).value = "03.03.2022 SIGNED"

    result = bring(elca, edited(report(elca), sign))
    assert [(e.number, e.before, e.after) for e in result.effects] == [(2, 4, 5)]
    action = Action.objects.of(elca).get(reference="T3-05")
    assert (action.status, action.counts_from) == ("achieved", date(2022, 3, 3))


def test_what_the_file_does_not_hold_stays(elca: Project) -> None:
    before = Action.objects.of(elca).get(reference="T7-01")
    result = bring(
        elca,
        workbook(Table_7=[["Row id", "Title", "Description"], ["t7-01", before.title, "New"]]),
    )
    assert counts(result) == (0, 1, 0, 0)
    after = Action.objects.of(elca).get(reference="T7-01")
    assert (after.description, after.results) == ("New", before.results)
    assert (after.status, after.counts_from) == (before.status, before.counts_from)
    assert Action.objects.of(elca).count() == 104


def test_a_dry_run_writes_nothing_and_says_the_same(elca: Project) -> None:
    file = workshops(["New one", "AMZ", "", "03.03.2022, Nowhere (DE)", ""])
    before = everything(elca)
    preview = bring(elca, file, dry_run=True)
    assert (preview.applied, counts(preview)) == (False, (1, 0, 0, 0))
    assert everything(elca) == before
    real = bring(elca, file, expected=preview.digest())
    assert (real.applied, counts(real)) == (True, (1, 0, 0, 0))


def test_what_has_changed_since_the_preview_is_not_overwritten(elca: Project) -> None:
    file = edited(
        report(elca), lambda book: setattr(cell_of(book["Table 8"], "Description", 3), "value", "A")
    )
    digest = bring(elca, file, dry_run=True).digest()
    Action.objects.of(elca).filter(reference="T8-02").update(description="Changed meanwhile")
    result = bring(elca, file, expected=digest)
    assert (result.outdated, result.applied) == (True, False)
    assert Action.objects.of(elca).get(reference="T8-02").description == "Changed meanwhile"


# New rows


def test_the_same_file_twice_changes_nothing(elca: Project) -> None:
    file = workshops(
        ["Workshop A", "AMZ/MAV", "About it", "9/06/2022, Barcelona (Spain)", "50 came"],
        [],
        ["Workshop B", "Cluster MAV", None, datetime(2022, 9, 15), None],
    )
    assert counts(bring(elca, file)) == (2, 0, 0, 0)
    before = everything(elca)
    assert counts(bring(elca, file)) == (0, 0, 2, 0)
    assert everything(elca) == before
    added = Action.objects.of(elca).get(title="Workshop A")
    assert [p.code for p in added.partners.all()] == ["AMZ", "MAV"]
    assert str(added.occasions.get()) == "09.06.2022, Barcelona (ES), on site"


def test_without_a_status_column_the_dates_decide(elca: Project) -> None:
    ahead = timezone.localdate() + timedelta(days=30)
    result = bring(
        elca,
        workshops(
            ["Held", "AMZ", "", "03.03.2022", ""],
            ["Ahead", "AMZ", "", f"{ahead:%d.%m.%Y}", ""],
            ["Undated", "AMZ", "", "Regular contact", ""],
        ),
    )
    status = dict(Action.objects.of(elca).values_list("title", "status"))
    assert [status[t] for t in ("Held", "Ahead", "Undated")] == ["achieved", "planned", "achieved"]
    [warning] = result.sheets[0].warnings
    assert "no column for the status" in warning.message
    assert "Held: 2, Planned: 1" in warning.message


def test_an_agreement_is_signed_only_where_a_word_says_so(elca: Project) -> None:
    headings = ["5. SMEs Business Agreements 10 in total (2 per partner)", *HEADINGS[1:]]
    rows = [
        ["One", "POL", "", "03.03.2022", "A contract. SIGNED"],
        ["Two", "POL", "", "03.03.2022", "Talks. NOT SIGNED"],
        ["Three", "POL", "", "03.03.2022", "Talks."],
    ]
    bring(elca, workbook(Sheet1=[headings, *rows]))
    status = dict(Action.objects.of(elca).values_list("title", "status"))
    assert [status[t] for t in ("One", "Two", "Three")] == ["achieved", "planned", "planned"]


@pytest.mark.parametrize("table", ["Table 3", "Table 6"])
def test_a_word_of_signing_in_another_cell_moves_no_state_that_the_row_says(
    elca: Project, table: str
) -> None:
    number = table.removeprefix("Table ")
    rows = Action.objects.of(elca).filter(reference__startswith=f"T{number}-")
    unsigned = rows.exclude(status="achieved").first()
    reference = unsigned.reference

    def edit(book: Workbook) -> None:
        sheet = book[table]
        ids = [row[0].value for row in sheet.iter_rows(min_col=sheet.max_column)]
        cell_of(sheet, "Description", ids.index(reference) + 1).value = "A letter was SIGNED"

    result = bring(elca, edited(report(elca), edit))
    assert counts(result) == (0, 1, 103, 0)
    action = Action.objects.of(elca).get(reference=reference)
    assert (action.description, action.status) == ("A letter was SIGNED", unsigned.status)
    assert result.effects == []


def test_a_new_organisation_is_added_and_told(elca: Project) -> None:
    rows = [
        ["Title", "Responsible", "Organisations"],
        ["With", "AMZ", "Composites United\nNew Ltd"],
    ]
    result = bring(elca, workbook(Table_2=rows))
    [row] = result.sheets[0].rows
    assert "“New Ltd” is a new organisation" in row.warnings[0].message
    action = Action.objects.of(elca).get(title="With")
    assert {o.name for o in action.organisations.all()} == {"Composites United", "New Ltd"}
    assert Organisation.objects.of(elca).filter(name="New Ltd").count() == 1


def test_an_organisation_among_the_partners_is_a_warning(elca: Project) -> None:
    result = bring(elca, workshops(["With EEN", "AMZ, Enterprise Europe Network", "", "2022", ""]))
    messages = [warning.message for warning in result.sheets[0].all_warnings]
    assert any("no partner of this project" in message for message in messages)
    assert counts(result) == (1, 0, 0, 0)
    added = Action.objects.of(elca).get(title="With EEN")
    assert [o.name for o in added.organisations.all()] == ["Enterprise Europe Network"]


def test_a_row_of_a_known_title_is_new_with_a_word(elca: Project) -> None:
    result = bring(elca, workshops(["Regional conference", "AMZ", "Another", "2022", ""]))
    assert counts(result) == (1, 0, 0, 0)
    assert any("same title" in warning.message for warning in result.sheets[0].all_warnings)


def test_a_used_row_id_is_never_given_again(elca: Project) -> None:
    Action.objects.of(elca).get(reference="T7-10").delete()
    headings = ["Row id", *HEADINGS]
    rows: list[list[Any]] = [
        ["T7-10", "Back", "AMZ"],
        ["T7-40", "Far", "AMZ"],
        [None, "Next", "AMZ"],
    ]
    bring(elca, workbook(Table_7=[headings, *rows]))
    given = dict(Action.objects.of(elca).values_list("title", "reference"))
    assert given["Far"] == "T7-40"
    assert {given["Back"], given["Next"]} == {"T7-41", "T7-42"}


def test_words_beside_a_date_are_kept(elca: Project) -> None:
    headings = ["Title", "Responsible", "Expected date of signature", "Dates & Location"]
    row = ["Kept", "AMZ", "NOT SIGNED\nTalks go on", "Regular contact"]
    file = workbook(Table_3=[headings, row])
    bring(elca, file)
    assert Action.objects.of(elca).get(title="Kept").dates_note == "Talks go on\nRegular contact"
    assert counts(bring(elca, file)) == (0, 0, 1, 0)


# Finding the tables


@pytest.mark.parametrize(
    "headings",
    [
        HEADINGS,
        ["NATIONAL  workshops with\nSMEs", " responsible ", "DESCRIPTION", "Dates &\nLocation"],
        ["6. National workshops with SMEs", "partners", "description", "occasions"],
        ["title", "Responsible", "Description", "Dates & Location"],
    ],
)
def test_headings_are_known_whatever_their_case_and_breaks(
    elca: Project, headings: list[str]
) -> None:
    rows: list[list[Any]] = [
        ["National workshops with SMEs"],
        [],
        headings,
        ["X", "AMZ", "About", "3.3.2022"],
    ]
    if headings[0] == "title" or headings[3] == "dates":
        rows[2][3] = "Dates & Location"
    result = bring(elca, workbook(Anything=rows))
    assert (counts(result), problems(result)) == ((1, 0, 0, 0), [])
    assert result.sheets[0].type == "national-workshops"


def test_a_sheet_may_say_what_it_is_by_the_option(elca: Project) -> None:
    file = workbook(Sheet1=[["Title", "Responsible"], ["X", "AMZ"]])
    with_errors = bring(elca, file)
    assert "not clear which table" in with_errors.errors[0].message
    kind = elca.action_types.get(slug="sectors")
    result = bring(elca, file, only_type=kind)
    assert (counts(result), result.sheets[0].type) == ((1, 0, 0, 0), "sectors")


def test_a_sheet_that_says_two_things_is_refused(elca: Project) -> None:
    result = bring(elca, workbook(Table_8=[HEADINGS, ["X", "AMZ"]]))
    assert "is called “Table 8”" in result.errors[0].message


def test_unknown_columns_are_told(elca: Project) -> None:
    rows: list[list[Any]] = [[*HEADINGS[:2], "Colour", None], ["X", "AMZ", "red", "lost?"]]
    result = bring(elca, workbook(Table_7=rows))
    messages = [warning.message for warning in result.sheets[0].warnings]
    assert "Column “Colour” is not known and is left out." in messages
    assert "Column D has no heading and is left out." in messages


def test_two_columns_of_one_name_are_refused(elca: Project) -> None:
    rows = [["Title", "Responsible", "Description", "Description"], ["X", "AMZ", "a", "b"]]
    assert "Two columns" in bring(elca, workbook(Table_7=rows)).errors[0].message


def test_a_sheet_without_headings_or_title_is_refused(elca: Project) -> None:
    file = workbook(Table_7=[["hello"]], Table_8=[["Responsible", "Description"], ["AMZ", "x"]])
    result = bring(elca, file)
    assert "No row of headings" in result.errors[0].message
    assert "no column for the title" in result.errors[1].message
    assert (result.errors[1].row, result.applied) == (1, False)


def test_a_file_without_tables_says_so(elca: Project) -> None:
    with pytest.raises(FileError, match="no table of actions"):
        bring(elca, workbook(Table_0=[["#", "Title"]], Empty=[]))


# Faults


FAULTY: list[tuple[list[Any], str, str]] = [
    (["Unknown partner", "XYZ", "", "2022", ""], "Responsible", "“XYZ” is no partner"),
    (["No partner", "", "", "2022", ""], "Responsible", "At least one responsible partner"),
    (["Bad day", "AMZ", "", "31.02.2022", ""], "Dates & Location", "is not a day"),
    (["Reversed", "AMZ", "", "8-4.02.2022", ""], "Dates & Location", "ends before it starts"),
    ([None, "AMZ", "about", "2022", ""], HEADINGS[0], "A title is needed"),
    (["x" * 301, "AMZ", "", "2022", ""], HEADINGS[0], "301 characters; at most 300"),
    (["Long", "AMZ", "y" * 20_001, "2022", ""], "Description", "at most 20000"),
    (["Early", "AMZ", "", "03.03.2019", ""], "Dates & Location", "before the project began"),
]


def test_every_fault_is_named_at_once_and_nothing_is_written(elca: Project) -> None:
    before = everything(elca)
    good = ["Good", "AMZ", "", "03.03.2022", ""]
    file = workshops(good, *(row for row, _column, _words in FAULTY))
    result = bring(elca, file)
    assert not result.applied
    assert problems(result) == [(at, f[1]) for at, f in enumerate(FAULTY, start=3)]
    for problem, (_row, _column, words) in zip(result.errors, FAULTY, strict=True):
        assert words in problem.message
    assert everything(elca) == before
    assert counts(result) == (1, 0, 0, len(FAULTY))


def test_the_valid_rows_go_ahead_where_that_is_asked(elca: Project) -> None:
    good = ["Good", "AMZ", "", "03.03.2022", ""]
    file = workshops(good, *(row for row, _column, _words in FAULTY))
    result = bring(elca, file, valid_rows=True)
    assert (result.applied, len(result.errors)) == (True, len(FAULTY))
    assert Action.objects.of(elca).count() == 105
    assert Action.objects.of(elca).filter(title="Good").exists()


def test_one_row_tells_all_of_its_faults(elca: Project) -> None:
    result = bring(elca, workshops([None, "XYZ", "", "31.02.2022", ""]))
    assert sorted(problems(result)) == sorted((2, HEADINGS[at]) for at in (0, 1, 3))


def test_an_unknown_status_and_number_are_named(elca: Project) -> None:
    headings = [*HEADINGS[:2], "Status", "Participants", "SMEs"]
    rows = [["A", "AMZ", "Hled", 5, 5], ["B", "AMZ", "Held", "many", 5], ["C", "AMZ", "Held", 5, 9]]
    result = bring(elca, workbook(Table_7=[headings, *rows]))
    assert problems(result)[:2] == [(2, "Status"), (3, "Participants")]
    assert "none of: Planned, In preparation, Held, Cancelled" in result.errors[0].message
    assert "more SMEs than participants" in result.errors[2].message


def test_what_lies_ahead_cannot_have_been_held(elca: Project) -> None:
    ahead = timezone.localdate() + timedelta(days=30)
    headings = [*HEADINGS[:2], "Status", "Dates & Location"]
    result = bring(elca, workbook(Table_7=[headings, ["A", "AMZ", "Held", f"{ahead:%d.%m.%Y}"]]))
    assert problems(result) == [(2, "Dates & Location")]


def test_row_ids_of_other_tables_and_twice_are_errors(elca: Project) -> None:
    headings = ["Row id", "Title"]
    rows = [["T8-01", "X"], ["T7-01", "X"], ["T7-01", "Y"]]
    result = bring(elca, workbook(Table_7=[headings, *rows]))
    assert problems(result) == [(2, "Row id"), (4, "Row id")]
    assert "belongs to a row of Table 8" in result.errors[0].message
    assert "row 3 of “Table 7”" in result.errors[1].message


def test_a_fault_takes_back_the_organisations_of_its_row(elca: Project) -> None:
    headings = ["Title", "Responsible", "Organisations", "Status", "Participants", "SMEs"]
    rows = [
        ["A", "AMZ", "Fresh Ltd", "Held", 5, 9],
        ["B", "AMZ", "Fresh Ltd", "Held", 9, 5],
    ]
    result = bring(elca, workbook(Table_7=[headings, *rows]), valid_rows=True)
    assert counts(result) == (1, 0, 0, 1)
    action = Action.objects.of(elca).get(title="B")
    assert [o.name for o in action.organisations.all()] == ["Fresh Ltd"]


def test_rows_of_another_project_are_out_of_reach(elca: Project) -> None:
    other = Project.objects.create(
        slug="other", acronym="OTHER", title="Other", first_month=date(2020, 9, 1), length_months=12
    )
    out = report(elca)
    result = bring(other, out)
    assert counts(result) == (0, 0, 0, 0)
    assert len(result.errors) == 10


def test_comparing_takes_as_many_queries_for_many_rows(elca: Project) -> None:
    out = report(elca)
    with CaptureQueriesContext(connection) as few:
        bring(elca, out)
    for number in range(20):
        make_action(elca, "national-workshops", title=f"M {number}", occasions=(on(2022, 1, 1),))
    out = report(elca)
    with CaptureQueriesContext(connection) as many:
        assert counts(bring(elca, out)) == (0, 0, 124, 0)
    assert len(few) == len(many)
