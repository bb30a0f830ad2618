"""What changed in the application meanwhile is never overwritten unasked, by whatever road."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.utils import timezone
from openpyxl.workbook import Workbook

from actions.models import Action
from actions.records import record_of, record_type
from actions.saving import Writer
from actions.services import delete_action, save_action
from partners.models import Change, Organisation, Project, User
from partners.services import change_organisation, merge_organisations
from reports import jobs, keeping
from reports.models import Import, ImportRow
from reports.results import ImportResult
from reports.wishes import LEAVE_OUT, TAKE, Wishes
from tests.reports.files import bring, cell_of, counts, edited, report, workbook
from tests.reports.files import workshops as workshops_file

pytestmark = pytest.mark.django_db
ROW = 3  # of the sheet, where the row of T8-02 stands in an export
SHEET = 6  # the place of Table 8 among the results
KEY = "10:3"  # of that row: Table 8 is the eleventh sheet of the file
State = Import.State


def meeting(project: Project) -> Action:
    kind = record_type("event").model
    found = kind._default_manager.get(project=project, reference="T8-02")
    assert isinstance(found, Action)
    return found


def change(project: Project, **values: Any) -> Action:
    """What somebody does in the application."""
    action = meeting(project)
    saved = save_action(
        project=project, action_type=action.type, user=None, values=values, action=action
    )
    return saved.action


def in_excel(out: BytesIO, **cells: str) -> BytesIO:
    """What somebody does in the exported file; headings by their first word."""
    names = {"about": "Description", "outcome": "Expectations & Results", "status": "Status"}

    def edit(book: Workbook) -> None:
        for name, words in cells.items():
            cell_of(book["Table 8"], names[name], ROW).value = words

    return edited(out, edit)


def verdict(result: ImportResult) -> str:
    return next(row.verdict for row in result.sheets[SHEET].rows if row.row == ROW)


def kept(project: Project, file: BytesIO, user: User, wishes: Wishes | None = None) -> Import:
    """A preview that is kept, as an upload makes it."""
    record = Import.objects.create(
        project=project, user=user, name="rows.xlsx", worked_at=timezone.now()
    )
    record.file.save("rows.xlsx", ContentFile(file.getvalue()), save=True)
    if wishes:
        keeping.answer(record, wishes)
    jobs.work(record, jobs.PREVIEW, user)
    assert record.state == State.READY
    return record


# Since the export


def test_the_same_cell_on_both_sides_is_a_conflict(elca: Project) -> None:
    out = report(elca)
    change(elca, description="In the application")
    result = bring(elca, in_excel(out, about="In Excel"))
    assert (verdict(result), result.applied) == ("conflict", False)
    [problem] = result.errors
    assert problem.message == (
        "Changed in the application since this file was exported: Description."
    )
    [row] = [row for row in result.sheets[SHEET].rows if row.row == ROW]
    assert row.changes == [("Description", "In the application", "In Excel")]
    assert meeting(elca).description == "In the application"


def test_another_cell_on_each_side_and_both_stay(elca: Project) -> None:
    out = report(elca)
    change(elca, description="In the application")
    result = bring(elca, in_excel(out, outcome="Results: in Excel"))
    assert (result.applied, counts(result)) == (True, (0, 1, 103, 0))
    after = meeting(elca)
    assert (after.description, after.results) == ("In the application", "in Excel")


def test_a_file_that_nobody_edited_takes_nothing_back(elca: Project) -> None:
    out = report(elca)
    dates = meeting(elca)
    values = {
        "title": "Renamed", "description": "Other", "results": "Others", "participants": 77,
        "partners": tuple(elca.partners.filter(code__in=["BIC", "MECH"])),
        "organisations": ("A quite new one",), "status": "dropped", "occasions": (),
        "dates_note": "cancelled", "mission": elca.missions.first(),
        "sectors": tuple(elca.sectors.all()[:2]),
    }  # fmt: skip
    change(elca, **values)
    then = record_of(dates).values(meeting(elca))
    result = bring(elca, out)
    assert (result.applied, counts(result)) == (True, (0, 0, 104, 0))
    assert record_of(dates).values(meeting(elca)) == then


def test_both_said_the_very_same(elca: Project) -> None:
    out = report(elca)
    change(elca, description="The same")
    result = bring(elca, in_excel(out, about="The same"))
    assert counts(result) == (0, 0, 104, 0)


def test_what_was_changed_and_changed_back_is_no_conflict(elca: Project) -> None:
    out, before = report(elca), meeting(elca).description
    change(elca, description="For a moment")
    change(elca, description=before)
    result = bring(elca, in_excel(out, about="In Excel"))
    assert (result.applied, verdict(result)) == (True, "changed")
    assert meeting(elca).description == "In Excel"


def test_one_joined_cell_of_two_values_is_one_cell(elca: Project) -> None:
    out = report(elca)
    change(elca, expectations="More by far")
    result = bring(elca, in_excel(out, outcome="Results: in Excel"))
    assert verdict(result) == "conflict"


@pytest.mark.parametrize(
    ("decision", "description"), [(TAKE, "In Excel"), (LEAVE_OUT, "In the application")]
)
def test_a_word_decides_a_conflict(elca: Project, decision: str, description: str) -> None:
    out = report(elca)
    change(elca, description="In the application", results="Kept in any case")
    file = in_excel(out, about="In Excel")
    result = bring(elca, file, wishes=Wishes(rows={KEY: decision}))
    assert result.applied
    assert verdict(result) == {TAKE: "changed", LEAVE_OUT: "left_out"}[decision]
    after = meeting(elca)
    assert (after.description, after.results) == (description, "Kept in any case")


def test_valid_rows_go_ahead_around_a_conflict(elca: Project) -> None:
    out = report(elca)
    change(elca, description="In the application")

    def edit(book: Workbook) -> None:
        cell_of(book["Table 7"], "Description", 2).value = "Another row"

    result = bring(elca, edited(in_excel(out, about="In Excel"), edit), valid_rows=True)
    assert (result.applied, counts(result), result.count("conflict")) == (True, (0, 1, 102, 0), 1)
    assert meeting(elca).description == "In the application"


def test_what_was_excluded_meanwhile_is_no_conflict(elca: Project) -> None:
    from actions.services import set_excluded

    out = report(elca)
    set_excluded(action=meeting(elca), user=None, reason="A trial")
    result = bring(elca, in_excel(out, about="In Excel"))
    assert verdict(result) == "changed"
    assert meeting(elca).exclusion_reason == "A trial"


def test_the_status_counts_as_the_words_of_the_sheet(elca: Project) -> None:
    out = report(elca)
    change(elca, status="dropped")
    assert verdict(bring(elca, in_excel(out, about="In Excel"))) == "changed"
    assert meeting(elca).status == "dropped"


def test_one_may_go_on_with_a_file_that_was_imported(elca: Project, tmp_path: Path) -> None:
    first = in_excel(report(elca), about="First")
    path = tmp_path / "first.xlsx"
    path.write_bytes(first.getvalue())
    assert keeping.import_now(project=elca, user=None, path=path).applied
    result = bring(elca, in_excel(first, about="Second"))
    assert verdict(result) == "changed"


def test_a_row_that_was_deleted_since_the_export_does_not_come_back(elca: Project) -> None:
    out = report(elca)
    delete_action(action=meeting(elca), user=None)
    result = bring(elca, out)
    assert verdict(result) != "new"


def test_an_organisation_that_was_renamed_since_the_export_stays_so(elca: Project) -> None:
    out = report(elca)
    known = Organisation.objects.of(elca).get(name="A&E Produktionstechnik")
    change_organisation(
        organisation=known, user=None, values={"name": "Quite another"}, sectors=[], aliases=[]
    )
    result = bring(elca, out)
    assert counts(result) == (0, 0, 104, 0)
    assert not Organisation.objects.of(elca).filter(name="A&E Produktionstechnik").exists()


def test_organisations_that_were_merged_since_the_export_stay_so(elca: Project) -> None:
    out = report(elca)
    kept_, merged = Organisation.objects.of(elca).filter(actions__isnull=False).distinct()[:2]
    merge_organisations(kept=kept_, merged=merged, user=None)
    assert counts(bring(elca, out)) == (0, 0, 104, 0)
    assert not Organisation.objects.of(elca).filter(pk=merged.pk).exists()


def test_a_row_that_was_deleted_in_excel_stays_here(elca: Project) -> None:
    result = bring(elca, edited(report(elca), lambda book: book["Table 8"].delete_rows(ROW)))
    assert counts(result) == (0, 0, 103, 0)
    assert meeting(elca).reference == "T8-02"


def test_a_row_that_was_put_on_another_sheet_is_an_error(elca: Project) -> None:
    def edit(book: Workbook) -> None:
        book["Table 8"].append([cell.value for cell in book["Table 7"][2]])
        book["Table 7"].delete_rows(2)

    result = bring(elca, edited(report(elca), edit))
    [problem] = result.errors
    assert (problem.column, result.applied) == ("Row id", False)
    assert "belongs to a row of Table 7" in problem.message


def test_a_cell_that_was_emptied_in_excel_is_emptied_here(elca: Project) -> None:
    result = bring(elca, in_excel(report(elca), about=""))
    assert (result.applied, verdict(result)) == (True, "changed")
    assert meeting(elca).description == ""


@pytest.mark.parametrize("words", ["nonsense", "", "2999-01-01", "2022-01-01T10:00:00"])
def test_a_property_that_is_no_moment_is_no_hindrance(elca: Project, words: str) -> None:
    def edit(book: Workbook) -> None:
        book.custom_doc_props.props[0].value = words

    assert counts(bring(elca, edited(report(elca), edit))) == (0, 0, 104, 0)


# Since the preview


def test_a_change_since_the_preview_brings_the_preview_anew(
    elca: Project, cast: dict[str, User]
) -> None:
    file = workbook(
        Table_8=[["Row id", "Title", "Description"], ["T8-02", meeting(elca).title, "From it"]]
    )
    record = kept(elca, file, cast["admin"])
    assert ImportRow.objects.of(record).get().verdict == "changed"
    change(elca, results="Somebody else's")
    assert jobs.ask_for(record, jobs.APPLY, cast["admin"])
    record = Import.objects.get(pk=record.pk)
    row = ImportRow.objects.of(record).get()
    assert (record.state, row.verdict, row.reference) == (State.READY, "conflict", "T8-02")
    assert "changed in the application since the preview" in row.data["errors"][0]["message"]
    assert meeting(elca).description != "From it"
    keeping.answer(record, Wishes(rows={"0:2": TAKE}))
    jobs.ask_for(record, jobs.PREVIEW, cast["admin"])
    assert ImportRow.objects.of(record).get().verdict == "changed"
    jobs.ask_for(record, jobs.APPLY, cast["admin"])
    assert Import.objects.get(pk=record.pk).state == State.APPLIED
    after = meeting(elca)
    assert (after.description, after.results) == ("From it", "Somebody else's")


def test_to_look_again_makes_the_change_part_of_the_preview(
    elca: Project, cast: dict[str, User]
) -> None:
    title = meeting(elca).title
    file = workbook(Table_8=[["Row id", "Title", "Description"], ["T8-02", title, "From it"]])
    record = kept(elca, file, cast["admin"])
    change(elca, description="Somebody else's")
    keeping.look_again(record)
    jobs.ask_for(record, jobs.PREVIEW, cast["admin"])
    row = ImportRow.objects.of(record).get()
    assert row.verdict == "changed"
    assert row.data["changes"] == [["Description", "Somebody else's", "From it"]]


def test_a_row_that_was_deleted_since_the_preview_is_not_added_unseen(
    elca: Project, cast: dict[str, User]
) -> None:
    title = meeting(elca).title
    headings = ["Row id", "Title", "Responsible", "Description"]
    record = kept(
        elca, workbook(Table_8=[headings, ["T8-02", title, "AMZ", "From it"]]), cast["admin"]
    )
    delete_action(action=meeting(elca), user=None)
    jobs.ask_for(record, jobs.APPLY, cast["admin"])
    assert Import.objects.get(pk=record.pk).state == State.READY
    assert not Action.objects.of(elca).filter(title=title).exists()
    assert ImportRow.objects.of(record).get().verdict == "new"


def test_two_previews_of_one_state_the_second_is_looked_at_anew(
    elca: Project, cast: dict[str, User]
) -> None:
    file = workshops_file(["Quite new", "AMZ", "About", "03.03.2022"])
    first, second = (kept(elca, file, cast[name]) for name in ("admin", "leader"))
    assert jobs.ask_for(first, jobs.APPLY, cast["admin"])
    assert jobs.ask_for(second, jobs.APPLY, cast["leader"])
    states = [Import.objects.get(pk=record.pk).state for record in (first, second)]
    assert states == [State.APPLIED, State.READY]
    assert Action.objects.of(elca).filter(title="Quite new").count() == 1
    assert ImportRow.objects.of(second).get().verdict == "unchanged"
    jobs.ask_for(Import.objects.get(pk=second.pk), jobs.APPLY, cast["leader"])
    assert Action.objects.of(elca).filter(title="Quite new").count() == 1


def test_a_digest_is_the_same_only_for_the_very_same(elca: Project) -> None:
    files = [
        workshops_file(["Quite new", "AMZ", "About", "03.03.2022"]),
        workshops_file(["Quite new", "AMZ", "About it", "03.03.2022"]),
        workshops_file(["Quite new", "MAV", "About", "03.03.2022"]),
        workshops_file([], ["Quite new", "AMZ", "About", "03.03.2022"]),
        workshops_file(["Quite new", "XYZ", "About", "03.03.2022"]),
    ]
    digests = [bring(elca, file, dry_run=True).digest() for file in files]
    assert len(set(digests)) == len(files)
    assert [bring(elca, file, dry_run=True).digest() for file in files] == digests


def test_an_outdated_import_writes_nothing_even_for_valid_rows(elca: Project) -> None:
    before = Change.objects.count()
    file = workshops_file(["Quite new", "AMZ", "About", "03.03.2022"])
    result = bring(elca, file, expected="of another preview", valid_rows=True)
    assert (result.outdated, result.applied) == (True, False)
    assert Change.objects.count() == before
    assert not Action.objects.of(elca).filter(title="Quite new").exists()


# One import, several hands


def test_an_applied_import_cannot_be_applied_again(elca: Project, cast: dict[str, User]) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])
    assert jobs.ask_for(record, jobs.APPLY, cast["admin"])
    for job in (jobs.APPLY, jobs.PREVIEW):
        assert not jobs.ask_for(record, job, cast["leader"])
    assert Action.objects.of(elca).filter(title="Quite new").count() == 1


@pytest.mark.parametrize("state", [State.READING, State.APPLYING, State.UNDOING])
def test_nothing_begins_while_it_is_being_worked_on(
    elca: Project, cast: dict[str, User], state: str
) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])
    Import.objects.filter(pk=record.pk).update(state=state, worked_at=timezone.now())
    for job in jobs.JOBS:
        assert not jobs.ask_for(record, job, cast["leader"])
    assert Import.objects.get(pk=record.pk).state == state
    jobs.start_again(Import.objects.get(pk=record.pk))
    assert Import.objects.get(pk=record.pk).state == state
    assert not Action.objects.of(elca).filter(title="Quite new").exists()


def stale_of(record: Import) -> Import:
    """The import as a worker has it that was thought to be lost, and is not."""
    stale = Import.objects.get(pk=record.pk)
    now = timezone.now()
    Import.objects.filter(pk=record.pk).update(worked_at=now, state=State.APPLYING)
    stale.state = State.APPLYING
    return stale


def test_work_that_was_taken_over_writes_nothing(elca: Project, cast: dict[str, User]) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])
    stale, before = stale_of(record), Change.objects.count()
    with pytest.raises(keeping.SupersededError):
        keeping.apply(stale, user=cast["admin"])
    assert not Action.objects.of(elca).filter(title="Quite new").exists()
    assert Change.objects.count() == before
    now = Import.objects.get(pk=record.pk)
    assert (now.state, now.applied_at) == (State.APPLYING, None)
    jobs.work(now, jobs.APPLY, cast["admin"])
    assert Action.objects.of(elca).filter(title="Quite new").count() == 1


def test_a_preview_that_was_taken_over_keeps_nothing(elca: Project, cast: dict[str, User]) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])
    rows = list(ImportRow.objects.of(record).values_list("pk", flat=True))
    with pytest.raises(keeping.SupersededError):
        keeping.preview(stale_of(record), user=cast["admin"])
    assert list(ImportRow.objects.of(record).values_list("pk", flat=True)) == rows


def test_an_undo_that_was_taken_over_undoes_nothing(elca: Project, cast: dict[str, User]) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])
    jobs.ask_for(record, jobs.APPLY, cast["admin"])
    with pytest.raises(keeping.SupersededError):
        keeping.undo(stale_of(record), user=cast["admin"])
    assert Action.objects.of(elca).filter(title="Quite new").count() == 1


@pytest.mark.parametrize("work", [keeping.preview, keeping.apply])
def test_work_that_was_taken_over_does_not_fail_an_applied_import(
    elca: Project, cast: dict[str, User], work: Callable[..., Any]
) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])
    stale = Import.objects.get(pk=record.pk)
    jobs.ask_for(record, jobs.APPLY, cast["admin"])
    stale.file.name = "imports/lost.xlsx"
    with contextlib.suppress(keeping.SupersededError):
        work(stale, user=cast["admin"])
    assert Import.objects.get(pk=record.pk).state == State.APPLIED


def at_once(*jobs_: Callable[[], Any]) -> list[Any]:
    """What each function gives, or raises, when all begin in the same moment."""
    gate = threading.Barrier(len(jobs_))
    found: list[Any] = [None] * len(jobs_)

    def go(at: int, job: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[at] = job()
        except Exception as error:
            found[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(jobs_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_apply_it_once(elca: Project, cast: dict[str, User]) -> None:
    record = kept(elca, workshops_file(["Quite new", "AMZ", "", "2022"]), cast["admin"])

    def apply(name: str) -> Callable[[], bool]:
        mine = Import.objects.get(pk=record.pk)
        return lambda: jobs.ask_for(mine, jobs.APPLY, cast[name])

    found = at_once(*(apply(name) for name in ("admin", "leader", "amz")))
    assert sorted(found, key=str) == [False, False, True]
    assert Import.objects.get(pk=record.pk).state == State.APPLIED
    assert Action.objects.filter(title="Quite new").count() == 1
    assert ImportRow.objects.of(record).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_give_no_reference_twice(elca: Project, cast: dict[str, User]) -> None:
    files = [
        workshops_file(*([f"New {name} {n}", "AMZ", "", "2022"] for n in range(15)))
        for name in ("one", "two")
    ]
    records = [kept(elca, file, cast["admin"]) for file in files]
    mine = [Import.objects.get(pk=record.pk) for record in records]
    found = at_once(*(lambda r=r: jobs.ask_for(r, jobs.APPLY, cast["admin"]) for r in mine))
    assert found == [True, True]
    states = [Import.objects.get(pk=record.pk).state for record in records]
    assert states == [State.APPLIED, State.APPLIED]
    references = list(
        Action.objects.filter(title__startswith="New ").values_list("reference", flat=True)
    )
    numbers = sorted(int(reference.partition("-")[2]) for reference in references)
    assert numbers == list(range(11, 41))


@pytest.mark.django_db(transaction=True)
def test_a_change_while_an_import_runs_is_not_overwritten(
    elca: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.xfail("on SQLite only one may write at a time")
    file = workbook(
        Table_8=[["Row id", "Title", "Description"], ["T8-02", meeting(elca).title, "From it"]]
    )
    write, others = Writer.write, []

    def slowly(writer: Writer, drafts: Any) -> None:
        monkeypatch.setattr(Writer, "write", write)
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join(timeout=3)
        others.append(thread)
        write(writer, drafts)

    def meanwhile() -> None:
        with contextlib.suppress(OperationalError):
            change(elca, results="Somebody else's")
        connection.close()

    monkeypatch.setattr(Writer, "write", slowly)
    result = bring(elca, file)
    others[0].join()
    assert not result.applied
    assert "Somebody else has changed it just now" in result.errors[0].message
    assert bring(elca, file).applied
    after = meeting(elca)
    assert (after.description, after.results) == ("From it", "Somebody else's")


def test_a_file_without_the_moment_of_its_export_wins(elca: Project) -> None:
    change(elca, description="In the application")
    result = bring(
        elca, workbook(Table_8=[["Row id", "Title", "Description"], ["T8-02", "T", "Plain"]])
    )
    assert (verdict_of(result), meeting(elca).description) == ("changed", "Plain")


def verdict_of(result: ImportResult) -> str:
    [row] = result.sheets[0].rows
    return row.verdict
