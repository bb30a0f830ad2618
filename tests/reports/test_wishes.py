"""What a user says about a file is done, and nothing else: cells, names, decisions, mappings."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from actions.models import Action
from partners.models import Change, Organisation, Project
from reports.importing import run_import
from reports.models import Import, KnownShape
from reports.reading.reader import FileError
from reports.results import ImportResult
from reports.wishes import ADD, LEAVE_OUT, Wishes, row_key
from tests.making import make_action, on
from tests.reports.files import HEADINGS, bring, counts, problems, workbook, workshops
from tests.reports.test_import_pages import bring as upload

pytestmark = pytest.mark.django_db

NAMED = ["Title", "Responsible", "Organisations"]
ODD = [HEADINGS[0], "Responsible", "Zzyx", "Dates & Location", "Qwrt"]
ODD_ROW = ["An odd row", "AMZ", "About it", "03.03.2022", "It went well"]


def titled(project: Project, title: str) -> Action:
    found: Action = Action.objects.of(project).get(title=title)
    return found


def codes(action: Action) -> list[str]:
    return [partner.code for partner in action.partners.all()]


def names(action: Action) -> list[str]:
    return [organisation.name for organisation in action.organisations.all()]


# Corrections


def test_a_cell_is_read_as_the_user_says(elca: Project) -> None:
    file = workshops(
        [None, "XYZ", "", "31.02.2022", "x"], ["Second", "AMZ", "Kept", "04.03.2022", ""]
    )
    cells = {"title": "Said", "partners": "BIC", "dates": "28.02.2022, Turin (IT)"}
    result = bring(elca, file, wishes=Wishes(cells={"0:2": cells}))
    assert (result.applied, counts(result)) == (True, (2, 0, 0, 0))
    said, second = titled(elca, "Said"), titled(elca, "Second")
    assert (codes(said), str(said.occasions.get())) == (
        ["BIC"], "28.02.2022, Turin (IT), on site",
    )  # fmt: skip
    assert (said.results, second.description, codes(second)) == ("x", "Kept", ["AMZ"])


def test_a_correction_that_is_wrong_too_is_named_at_its_cell(elca: Project) -> None:
    file = workshops(["A", "XYZ", "", "2022"])
    result = bring(elca, file, wishes=Wishes(cells={"0:2": {"partners": "QQQ"}}))
    assert problems(result) == [(2, "Responsible")]
    assert result.errors[0].said == "QQQ"


def test_a_value_may_be_said_that_has_no_column(elca: Project) -> None:
    file = workshops(["A", "AMZ", "", "03.03.2022"])
    wishes = Wishes(cells={"0:2": {"participants": "40", "status": "Cancelled"}})
    assert bring(elca, file, wishes=wishes).applied
    event = titled(elca, "A").event
    assert (event.participants, event.status) == (40, "dropped")


def test_a_correction_takes_a_cell_away(elca: Project) -> None:
    file = workshops(["A", "AMZ", "Not to be told", "2022"])
    bring(elca, file, wishes=Wishes(cells={"0:2": {"description": "  "}}))
    assert titled(elca, "A").description == ""


def test_a_correction_of_one_row_is_none_of_another(elca: Project) -> None:
    row = ["A row", "XYZ", "", "2022"]
    file = workbook(Table_7=[HEADINGS, row, ["Another", *row[1:]]], Table_9=[["Title"], ["x"]])
    result = bring(elca, file, wishes=Wishes(cells={"0:2": {"partners": "AMZ"}}), dry_run=True)
    first, second = result.sheets[0].rows
    assert (first.verdict, second.verdict) == ("new", "error")
    assert (row_key(0, 2), row_key(1, 3)) == ("0:2", "1:3")


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(cells={"9:99": {"title": "x"}, "0:2": {"nothing": "x"}, "": {"title": "y"}}),
        Wishes(rows={"9:99": ADD, "0:2": "nonsense", "": LEAVE_OUT}),
        Wishes(partners={"": "MAV", "nobody": "BIC"}, organisations={"": "x"}),
        Wishes(tables={"9:9": {"type": "no-such"}, "0:1": {"type": "no-such", "columns": {}}}),
        Wishes(tables={"0:1": {"columns": {"0": "no_such"}}}),
        Wishes.of({"cells": None, "rows": {}, "more": 1}),
    ],
)
def test_what_nobody_asked_is_passed_over(elca: Project, wishes: Wishes) -> None:
    result = bring(elca, workshops(["A", "AMZ", "", "2022"]), wishes=wishes)
    assert (result.applied, counts(result)) == (True, (1, 0, 0, 0))
    assert codes(titled(elca, "A")) == ["AMZ"]


# Names


def test_a_partner_is_meant_wherever_it_is_written(elca: Project) -> None:
    rows = [["A", "X.Y.Z.", "", "2022"], ["B", "AMZ", "", "2022"], ["C", " x y z ", "", "2022"]]
    headings = ["7. International meetings 6 in total", *HEADINGS[1:]]
    file = workbook(Table_7=[HEADINGS, *rows], Table_8=[headings, ["D", "x-y-z", "", "2022"]])
    result = bring(elca, file, wishes=Wishes(partners={"x y z": "MAV, BIC"}))
    assert (result.applied, counts(result)) == (True, (4, 0, 0, 0))
    assert {title: codes(titled(elca, title)) for title in "ABCD"} == {
        "A": ["MAV", "BIC"], "B": ["AMZ"], "C": ["MAV", "BIC"], "D": ["MAV", "BIC"],
    }  # fmt: skip


def test_a_partner_is_meant_beside_others_too(elca: Project) -> None:
    file = workshops(["A", "AMZ, XYZ", "", "2022"])
    result = bring(elca, file, wishes=Wishes(partners={"xyz": "MAV"}))
    assert result.applied
    assert codes(titled(elca, "A")) == ["AMZ", "MAV"]


def test_an_organisation_is_meant_wherever_it_is_written(elca: Project) -> None:
    rows = [
        ["A", "AMZ", "Composites  Untied\nFresh Ltd"],
        ["B", "AMZ", "COMPOSITES UNTIED"],
    ]
    before = Organisation.objects.of(elca).count()
    wishes = Wishes(organisations={"composites untied": "Composites United"})
    result = bring(elca, workbook(Table_2=[NAMED, *rows]), wishes=wishes)
    assert counts(result) == (2, 0, 0, 0)
    assert names(titled(elca, "A")) == ["Composites United", "Fresh Ltd"]
    assert names(titled(elca, "B")) == ["Composites United"]
    assert Organisation.objects.of(elca).count() == before + 1


def test_an_organisation_among_the_partners_is_meant_too(elca: Project) -> None:
    file = workshops(["A", "AMZ, Composites Untied e.V.", "", "2022"])
    wishes = Wishes(organisations={"composites untied e v": "Composites United"})
    bring(elca, file, wishes=wishes)
    assert names(titled(elca, "A")) == ["Composites United"]


# Decisions


@pytest.fixture
def known(elca: Project) -> Action:
    return make_action(
        elca,
        "national-workshops",
        title="Workshop on hydrogen",
        description="Ours",
        results="Ours too",
        occasions=(on(2022, 3, 3),),
    )


def decided(project: Project, word: str, **options: Any) -> ImportResult:
    row = ["Workshop on hydrogen", "AMZ", "From the file", "03.03.2022", None]
    return bring(project, workshops(row), wishes=Wishes(rows={"0:2": word}), **options)


def test_a_likely_duplicate_is_added_all_the_same(elca: Project, known: Action) -> None:
    result = decided(elca, ADD)
    assert counts(result) == (1, 0, 0, 0)
    same = Action.objects.of(elca).filter(title=known.title).order_by("pk")
    assert [action.description for action in same] == ["Ours", "From the file"]


def test_a_likely_duplicate_is_that_action(elca: Project, known: Action) -> None:
    result = decided(elca, known.reference)
    assert (result.applied, counts(result)) == (True, (0, 1, 0, 0))
    after = titled(elca, known.title)
    assert (after.pk, after.description, after.results) == (known.pk, "From the file", "Ours too")
    change = Change.objects.latest("pk")
    assert change.fields == {"description": ["Ours", "From the file"]}


def test_a_likely_duplicate_is_left_out(elca: Project, known: Action) -> None:
    before = Change.objects.count()
    result = decided(elca, LEAVE_OUT)
    assert (result.applied, result.count("left_out")) == (True, 1)
    assert Change.objects.count() == before
    assert titled(elca, known.title).description == "Ours"


def test_of_two_rows_that_are_one_action_only_one_is_taken(elca: Project, known: Action) -> None:
    rows = [["One", "AMZ", "From one", "", None], ["Two", "MAV", None, "", "From two"]]
    wishes = Wishes(rows={"0:2": known.reference, "0:3": known.reference})
    result = bring(elca, workshops(*rows), wishes=wishes)
    assert (result.applied, problems(result)) == (False, [(3, "")])
    message = f"Row 2 of “Table 7” changes {known.reference} already: leave one of the two out."
    assert result.errors[0].message == message
    wishes.rows["0:3"] = LEAVE_OUT
    assert bring(elca, workshops(*rows), wishes=wishes).applied
    after = titled(elca, "One")
    assert (after.pk, after.description, after.results) == (known.pk, "From one", "Ours too")


def test_a_row_that_is_left_out_may_be_as_wrong_as_it_likes(elca: Project) -> None:
    file = workshops([None, "XYZ", "", "31.02.2022"], ["Good", "AMZ", "", "2022"])
    result = bring(elca, file, wishes=Wishes(rows={"0:2": LEAVE_OUT}))
    assert (result.applied, counts(result), result.count("left_out")) == (True, (1, 0, 0, 0), 1)


def test_the_same_row_twice_may_be_meant(elca: Project) -> None:
    row = ["Twice", "AMZ", "", "03.03.2022"]
    result = bring(elca, workshops(row, row), wishes=Wishes(rows={"0:3": ADD}))
    assert counts(result) == (2, 0, 0, 0)
    assert Action.objects.of(elca).filter(title="Twice").count() == 2


# Mappings


def mapped(project: Project, file: BytesIO, mapping: dict[str, Any], **options: Any) -> Any:
    wishes = Wishes(tables={"0:1": mapping})
    return run_import(
        project=project, user=None, file=file, name="x.xlsx", wishes=wishes, **options
    )


def test_a_column_is_read_as_the_user_says(elca: Project) -> None:
    mapping = {"columns": {"2": "description", "4": "results"}}
    result = mapped(elca, workbook(Table_7=[ODD, ODD_ROW]), mapping)
    action = titled(elca, "An odd row")
    assert (action.description, action.results) == ("About it", "It went well")
    columns = {column["at"]: column for column in result.tables[0]["columns"]}
    assert [(columns[at]["field"], columns[at]["how"]) for at in (2, 4)] == [
        ("description", "chosen"), ("results", "chosen"),
    ]  # fmt: skip


def test_a_column_may_be_left_out(elca: Project) -> None:
    file = workshops(["A", "AMZ", "Not this", "03.03.2022", "This"])
    mapped(elca, file, {"columns": {"2": ""}})
    action = titled(elca, "A")
    assert (action.description, action.results) == ("", "This")


def test_two_columns_of_one_value_are_refused(elca: Project) -> None:
    file = workshops(["A", "AMZ", "Not this", "03.03.2022", "This"])
    result = mapped(elca, file, {"columns": {"0": "title", "2": "title"}})
    assert not result.applied
    assert result.errors[0].row == 1
    assert not Action.objects.of(elca).filter(title="A").exists()


def test_a_table_becomes_another_one(elca: Project) -> None:
    file = workshops(["A", "AMZ", "", "03.03.2022"])
    result = mapped(elca, file, {"type": "international-events"})
    assert (result.applied, result.sheets[0].type) == (True, "international-events")
    assert titled(elca, "A").reference.startswith("T9-")


def test_a_table_may_be_left_out(elca: Project) -> None:
    bad = ["A", "XYZ", "", "31.02.2022"]
    headings = ["7. International meetings 6 in total", *HEADINGS[1:]]
    file = workbook(Table_7=[HEADINGS, bad], Table_8=[headings, ["B", "AMZ", "", "2022"]])
    result = mapped(elca, file, {"type": ""})
    assert (result.applied, counts(result)) == (True, (1, 0, 0, 0))
    assert [sheet.type for sheet in result.sheets] == ["international-meetings"]
    assert [table["skip"] for table in result.tables] == [True, False]


# What is remembered of them


@pytest.fixture
def admin(as_user: Any) -> Client:
    client: Client = as_user("admin")
    return client


def remembered(client: Client) -> KnownShape:
    """A mapping that was confirmed on its page."""
    record = upload(client, workbook(Table_7=[ODD, ODD_ROW]))
    key = record.summary["tables"][0]["key"]
    said = {f"column:{key}:2": "description", f"column:{key}:4": "results"}
    said[f"type:{key}"] = "national-workshops"
    assert client.post(f"/elca/import/{record.pk}/mapping/", said).status_code == 302
    return KnownShape.objects.get()


def how(result: ImportResult) -> list[str]:
    return [column["how"] for column in result.tables[0]["columns"]]


def test_the_next_file_of_such_headings_is_read_alike(admin: Client, elca: Project) -> None:
    shape = remembered(admin)
    assert shape.mapping["columns"]["2"] == "description"
    assert shape.user.username == "admin"
    spelt = [heading.upper() for heading in ODD]
    result = bring(elca, workbook(Table_7=[spelt, ["The next one", *ODD_ROW[1:]]]))
    assert how(result)[2] == "remembered"
    action = titled(elca, "The next one")
    assert (action.description, action.results) == ("About it", "It went well")


def test_a_file_of_other_headings_is_looked_at_anew(admin: Client, elca: Project) -> None:
    remembered(admin)
    headings = [*ODD[:2], "Other", *ODD[3:]]
    result = bring(elca, workbook(Table_7=[headings, ["B", *ODD_ROW[1:]]]), dry_run=True)
    assert "remembered" not in how(result)


def test_what_is_said_now_goes_before_what_was_said_once(admin: Client, elca: Project) -> None:
    remembered(admin)
    file = workbook(Table_7=[ODD, ["B", *ODD_ROW[1:]]])
    mapped(elca, file, {"columns": {"2": "results", "4": "description"}})
    action = titled(elca, "B")
    assert (action.description, action.results) == ("It went well", "About it")


def test_another_project_remembers_nothing(admin: Client, elca: Project) -> None:
    shape = remembered(admin)
    other = Project.objects.create(
        slug="other", acronym="O", title="O", first_month=elca.first_month, length_months=12
    )
    with pytest.raises(FileError):
        bring(other, workbook(Empty=[["x"]]))
    assert not KnownShape.objects.filter(project=other).exists()
    assert shape.project == elca


@pytest.mark.parametrize(
    "mapping",
    [
        {"type": "gone-by-now", "columns": {"2": "description"}},
        {"type": "national-workshops", "columns": {"2": "a_field_of_old"}},
        {"type": "national-workshops", "columns": ["2"]},
        {"columns": {"99": "description"}},
        {},
    ],
)
def test_a_mapping_that_no_longer_fits_is_forgotten(
    admin: Client, elca: Project, mapping: dict[str, Any]
) -> None:
    shape = remembered(admin)
    KnownShape.objects.filter(pk=shape.pk).update(mapping=mapping)
    result = bring(elca, workbook(Table_7=[ODD, ["B", *ODD_ROW[1:]]]))
    assert (result.applied, counts(result)) == (True, (1, 0, 0, 0))
    assert result.sheets[0].type == "national-workshops"
    assert "remembered" not in how(result)
    assert titled(elca, "B").reference.startswith("T7-")


def test_a_preview_alone_remembers_nothing(admin: Client) -> None:
    record = upload(admin, workbook(Table_7=[ODD, ODD_ROW]))
    assert Import.objects.get(pk=record.pk).state == "ready"
    assert not KnownShape.objects.exists()
