"""The screens of an import: mapping, answers, applying, undoing, and what clumsy hands send."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.models import Action
from partners.models import Membership, Project, User
from partners.roles import Role
from reports.models import Import, ImportRow, KnownShape
from tests.making import make_action, on
from tests.pages import page as page_of
from tests.reports.files import HEADINGS, cell_of, edited, opened, report, workbook, workshops

pytestmark = pytest.mark.django_db

GOOD = ["A good row", "AMZ", "About it", "03.03.2022, Dresden", "Fine"]
NONSENSE = ["", "x", "0", "-1", "9" * 400, "<b>", "a:b:c", "\0", "0:2:title:x", "é" * 30_000]


@pytest.fixture
def admin(as_user: Any) -> Client:
    client: Client = as_user("admin")
    return client


def bring(client: Client, file: BytesIO | bytes, name: str = "rows.xlsx", **more: str) -> Import:
    """Upload a file; gives the import that is made of it."""
    content = file if isinstance(file, bytes) else file.getvalue()
    answer = client.post("/elca/import/", {"file": SimpleUploadedFile(name, content), **more})
    assert answer.status_code == 302, page_of(answer).text
    return Import.objects.latest("pk")


def at(record: Import, part: str = "") -> str:
    return f"/elca/import/{record.pk}/{part}"


def text_of(client: Client, record: Import, part: str = "") -> str:
    return page_of(client.get(at(record, part))).text


def answer(client: Client, record: Import, **said: Any) -> Import:
    assert client.post(at(record, "answers/"), said).status_code == 302
    return Import.objects.get(pk=record.pk)


def verdicts(record: Import) -> dict[int, str]:
    return dict(ImportRow.objects.of(record).values_list("number", "verdict"))


def row(**changes: Any) -> list[Any]:
    names = ("title", "partner", "about", "dates", "results")
    return list({**dict(zip(names, GOOD, strict=True)), **changes}.values())


def shown_rows(client: Client, record: Import, show: str = "all") -> list[int]:
    context = client.get(at(record), {"show": show}).context
    return [item.row.number for item in context["rows"]]


def titled(project: Project, title: str) -> Action:
    found: Action = Action.objects.of(project).get(title=title)
    return found


# Mapping


def unclear(*headings: str) -> BytesIO:
    """Workshops below headings of which some are nobody's."""
    return workbook(Table_7=[[*headings], GOOD, row(title="Another")])


def test_a_column_that_nobody_knows_is_asked_about_first(admin: Client, elca: Project) -> None:
    file = unclear(HEADINGS[0], "Responsible", "Zzyx", "Dates & Location", "Qwrt")
    record = bring(admin, file)
    key = record.summary["tables"][0]["key"]
    text = text_of(admin, record, "mapping/")
    assert "Please check" in text
    assert "Zzyx" in text
    chosen = {f"type:{key}": "national-workshops", f"column:{key}:2": "description"}
    gone = admin.post(at(record, "mapping/"), {**chosen, f"column:{key}:4": ""})
    assert gone["Location"] == at(record)
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert titled(elca, "A good row").description == "About it"
    assert titled(elca, "A good row").results == ""


def test_what_was_chosen_once_is_not_asked_again(admin: Client) -> None:
    file = unclear(HEADINGS[0], "Responsible", "Zzyx", "Dates & Location", "Qwrt")
    record = bring(admin, file)
    key = record.summary["tables"][0]["key"]
    chosen = {f"column:{key}:2": "description", f"column:{key}:4": ""}
    admin.post(at(record, "mapping/"), {f"type:{key}": "national-workshops", **chosen})
    gone = admin.post("/elca/import/", {"file": SimpleUploadedFile("b.xlsx", file.getvalue())})
    again = Import.objects.latest("pk")
    assert gone["Location"] == at(again)
    assert "as you said before" in text_of(admin, again, "mapping/")


def test_another_table_is_looked_at_anew_and_shown_again(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    key = record.summary["tables"][0]["key"]
    gone = admin.post(at(record, "mapping/"), {f"type:{key}": "international-events"}, follow=True)
    assert gone.redirect_chain[-1][0] == at(record, "mapping/")
    assert "looked at anew" in page_of(gone).text
    table = Import.objects.get(pk=record.pk).summary["tables"][0]
    assert (table["type"], table["how"]) == ("international-events", "chosen")
    assert KnownShape.objects.count() == 0


def test_a_table_that_is_left_out_does_nothing_and_can_be_brought_back(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    key = record.summary["tables"][0]["key"]
    admin.post(at(record, "mapping/"), {f"type:{key}": ""})
    text = text_of(admin, record)
    assert "Every table is left out" in text
    assert "Apply" not in text.replace("Applied", "")
    admin.post(at(record, "mapping/"), {f"type:{key}": "national-workshops"})
    assert verdicts(record) == {2: "new"}


# Answers


def test_a_partner_is_said_once_for_every_row_that_names_it(admin: Client, elca: Project) -> None:
    names = [row(title=f"Row {number}", partner="XYZ") for number in range(3)]
    record = bring(admin, workshops(*names))
    text = text_of(admin, record)
    assert text.count("Wherever it says “XYZ”") == 1
    assert text.count("Asked above") == 2
    record = answer(admin, record, partner_said="XYZ", partner_is="MAV")
    assert set(verdicts(record).values()) == {"new"}
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert [p.code for p in titled(elca, "Row 2").partners.all()] == ["MAV"]


def test_a_row_without_a_partner_gets_one(admin: Client, elca: Project) -> None:
    record = bring(admin, workshops(row(title="Lonely", partner="")))
    assert "In row 2, read instead" in text_of(admin, record)
    answer(admin, record, cell_at="0:2:partners", cell_is="BIC")
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert [p.code for p in titled(elca, "Lonely").partners.all()] == ["BIC"]


def test_a_date_is_corrected_on_the_spot(admin: Client, elca: Project) -> None:
    record = bring(admin, workshops(row(title="Dated", dates="31.02.2022")))
    field = ImportRow.objects.get(record=record).data["errors"][0]["field"]
    said = {"cell_at": f"0:2:{field}", f"was:0:2:{field}": "31.02.2022"}
    record = answer(admin, record, **said, cell_is="31.02.2022")
    assert record.wishes["cells"] == {}  # as it was: nobody said anything
    record = answer(admin, record, **said, cell_is="28.02.2022\r\nDresden")
    assert verdicts(record) == {2: "new"}
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert str(titled(elca, "Dated").occasions.get().start) == "2022-02-28"


def test_answers_stay_until_they_are_forgotten(admin: Client) -> None:
    record = bring(admin, workshops(row(partner="XYZ"), row(title="Other", partner="QQQ")))
    answer(admin, record, partner_said="XYZ", partner_is="AMZ")
    record = answer(admin, record, partner_said="QQQ", partner_is="BIC")
    assert set(verdicts(record).values()) == {"new"}
    assert "Forget all answers" in text_of(admin, record)
    record = answer(admin, record, forget="1", partner_said="XYZ", partner_is="AMZ")
    assert set(verdicts(record).values()) == {"error"}
    assert "Forget all answers" not in text_of(admin, record)


def test_forgetting_answers_keeps_the_mapping(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    key = record.summary["tables"][0]["key"]
    admin.post(at(record, "mapping/"), {f"type:{key}": ""})
    record = answer(admin, record, forget="1")
    assert record.summary["tables"][0]["skip"]


@pytest.mark.parametrize(
    ("decision", "verdict", "more"), [("add", "new", 1), ("leave_out", "left_out", 0)]
)
def test_a_likely_duplicate_waits_for_a_word(
    admin: Client, elca: Project, decision: str, verdict: str, more: int
) -> None:
    make_action(elca, "national-workshops", title="Twin", partners="AMZ")
    record = bring(admin, workshops(row(title="Twin", partner="AMZ")))
    assert verdicts(record) == {2: "duplicate"}
    assert "It is another one: add it" in text_of(admin, record)
    record = answer(admin, record, row_at="0:2", row_is=decision)
    assert verdicts(record) == {2: verdict}
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert Action.objects.of(elca).filter(title="Twin").count() == 1 + more


def test_a_duplicate_is_said_to_be_the_action_that_is_there(admin: Client, elca: Project) -> None:
    twin = make_action(elca, "national-workshops", title="Twin", partners="AMZ")
    record = bring(admin, workshops(row(title="Twin", about="New words")))
    text = text_of(admin, record)
    assert f"It is {twin.reference}: take its new values" in text
    record = answer(admin, record, row_at="0:2", row_is=twin.reference)
    assert verdicts(record) == {2: "changed"}
    assert f"It is {twin.reference}" in text_of(admin, record)  # can be read and taken back
    admin.post(at(record, "apply/"), {"rows": "all"})
    twin.refresh_from_db()
    assert twin.description == "New words"


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("same", {2: "changed", 3: "left_out"}),
        ("leave_out", {2: "left_out", 3: "left_out"}),
        ("nonsense", {2: "duplicate", 3: "left_out"}),
    ],
)
def test_many_likely_duplicates_take_one_answer(
    admin: Client, elca: Project, every: str, expected: dict[int, str]
) -> None:
    for title in ("Twin", "Other"):
        make_action(elca, "national-workshops", title=title, partners="AMZ")
    record = bring(admin, workshops(row(title="Twin", about="New"), row(title="Other")))
    assert verdicts(record) == {2: "duplicate", 3: "duplicate"}
    assert "All 2 rows that are likely there already" in text_of(admin, record)
    # What was said of one row counts before what is said of all.
    record = answer(admin, record, row_at="0:3", row_is="leave_out", every_duplicate=every)
    assert verdicts(record) == expected


def test_an_action_of_several_days_is_named_once(admin: Client, elca: Project) -> None:
    days = (on(2022, 3, 3), on(2022, 3, 4), on(2022, 3, 5))
    made = make_action(elca, "national-workshops", title="Workshop on hydrogen", occasions=days)
    dates = "03.03.2022\n04.03.2022\n05.03.2022"
    record = bring(admin, workshops(row(title="Workshop on hydrogens", dates=dates)))
    [found] = ImportRow.objects.of(record)
    assert (found.verdict, found.data["like"]) == ("duplicate", [made.reference])


def conflicting(client: Client, project: Project) -> Import:
    """An export in which a cell was edited that somebody edited in the application as well."""

    def edit(book: Any) -> None:
        cell_of(book["Table 8"], "Description", 3).value = "From the file"

    record = bring(client, edited(report(project), edit))
    action = Action.objects.of(project).get(reference="T8-02")
    action.description = "Meanwhile"
    action.save()
    client.post(at(record, "apply/"), {"rows": "all"})
    return Import.objects.get(pk=record.pk)


@pytest.mark.parametrize(
    ("decision", "words"), [("take", "From the file"), ("leave_out", "Meanwhile")]
)
def test_a_conflict_is_decided(admin: Client, elca: Project, decision: str, words: str) -> None:
    record = conflicting(admin, elca)
    assert record.state == Import.State.READY
    waiting = ImportRow.objects.get(record=record, verdict="conflict")
    assert "Changed by somebody else" in text_of(admin, record)
    answer(admin, record, row_at=f"{waiting.sheet}:{waiting.number}", row_is=decision)
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert Action.objects.of(elca).get(reference="T8-02").description == words


def test_an_organisation_of_nearly_the_same_name_is_said_to_be_it(
    admin: Client, elca: Project
) -> None:
    book = workbook(Table_7=[[*HEADINGS, "Organisations"], [*GOOD, "Composite United"]])
    record = bring(admin, book)
    only = ImportRow.objects.get(record=record)
    offered = [w for w in only.data["warnings"] if w.get("suggestions")]
    assert offered, only.data
    assert "“Composite United” is" in text_of(admin, record)
    before = elca.organisations.count()
    answer(admin, record, organisation_said="Composite United", organisation_is="Composites United")
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert elca.organisations.count() == before
    names = [o.name for o in titled(elca, "A good row").organisations.all()]
    assert names == ["Composites United"]


# Applying and undoing


def test_only_the_clear_rows_are_applied(admin: Client, elca: Project) -> None:
    record = bring(admin, workshops(GOOD, row(title="Bad", partner="XYZ")))
    admin.post(at(record, "apply/"), {"rows": "valid"})
    record.refresh_from_db()
    assert record.state == Import.State.APPLIED
    assert Action.objects.of(elca).filter(title__in=["A good row", "Bad"]).count() == 1
    assert "Not imported" in text_of(admin, record)


def test_an_undo_leaves_what_was_changed_since_and_says_so(admin: Client, elca: Project) -> None:
    rows = [row(title=f"Undo {number}", dates=f"0{number + 1}.03.2022") for number in range(4)]
    record = bring(admin, workshops(*rows))
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert "It wrote 4 rows" in text_of(admin, record, "undo/")
    titled(elca, "Undo 3").delete()
    changed = titled(elca, "Undo 2")
    changed.description = "Changed since"
    changed.save()
    said = admin.post(at(record, "undo/"), follow=True)
    text = page_of(said).text
    assert "The import was undone." in text
    assert "2 rows were taken back" in text
    assert "1 row was changed since, and stays as it is" in text
    assert "1 row had been deleted already" in text
    left = Action.objects.of(elca).filter(title__startswith="Undo")
    assert [action.title for action in left] == ["Undo 2"]
    assert shown_rows(admin, record, "kept") == [4]
    assert changed.get_absolute_url() in admin.get(at(record)).content.decode()


def test_applying_and_undoing_twice_does_it_once(admin: Client, elca: Project) -> None:
    record = bring(admin, workshops(GOOD))
    before = Action.objects.of(elca).count()
    for _time in range(2):
        admin.post(at(record, "apply/"), {"rows": "all"})
    assert Action.objects.of(elca).count() == before + 1
    for _time in range(2):
        assert admin.post(at(record, "undo/")).status_code == 302
    assert Action.objects.of(elca).count() == before
    assert admin.get(at(record, "undo/")).status_code == 302
    text = page_of(admin.post(at(record, "apply/"), {"rows": "all"}, follow=True)).text
    assert "cannot be applied now" in text
    assert Action.objects.of(elca).count() == before


# Clumsy and hostile


@pytest.mark.parametrize("part", ["answers/", "mapping/"])
def test_an_applied_import_takes_no_answers(admin: Client, part: str) -> None:
    record = bring(admin, workshops(GOOD))
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert admin.post(at(record, part), {"row_at": "0:2", "row_is": "add"}).status_code == 404
    admin.post(at(record, "undo/"))
    assert admin.post(at(record, part), {}).status_code == 404


@pytest.mark.parametrize("kind", ["cell", "row", "partner", "organisation"])
def test_nonsense_is_passed_over(admin: Client, kind: str) -> None:
    record = bring(admin, workshops(GOOD, row(title="Bad", partner="XYZ")))
    was = verdicts(record)
    about = {"cell": "at", "row": "at"}.get(kind, "said")
    for place in [*NONSENSE, "0:3", "7:7:title"]:
        for said in (*NONSENSE, "T99-99", "take"):
            data = {f"{kind}_{about}": place[:20_500], f"{kind}_is": said[:20_500]}
            answer_ = admin.post(at(record, "answers/"), data)
            assert answer_.status_code == 302
        if kind != "row":
            break
    assert verdicts(record) == was
    assert admin.get(at(record)).status_code == 200


def test_lists_of_unequal_length_are_passed_over(admin: Client) -> None:
    record = bring(admin, workshops(row(partner="XYZ")))
    record = answer(admin, record, partner_said=["XYZ", "ABC"], partner_is=["AMZ"], row_at="0:2")
    assert verdicts(record) == {2: "new"}


def test_a_mapping_that_is_nonsense_changes_nothing(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    table = record.summary["tables"][0]
    for nonsense in NONSENSE[1:]:
        data = {f"type:{table['key']}": nonsense[:500], f"column:{table['key']}:0": "title"}
        assert admin.post(at(record, "mapping/"), data).status_code == 302
        columns = {f"column:{table['key']}:{n}": nonsense[:500] for n in range(9)}
        data = {f"type:{table['key']}": table["type"], **columns, "type:9:9": "x"}
        assert admin.post(at(record, "mapping/"), data).status_code == 302
    now = Import.objects.get(pk=record.pk).summary["tables"][0]
    assert [c["field"] for c in now["columns"]] == [c["field"] for c in table["columns"]]
    assert now["type"] == table["type"]


def test_every_column_may_be_said_to_hold_anything(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    key = record.summary["tables"][0]["key"]
    for field in ("title", "partners", "description", "row_id", ""):
        columns = {f"column:{key}:{n}": field for n in range(5)}
        data = {f"type:{key}": "national-workshops", **columns}
        assert admin.post(at(record, "mapping/"), data).status_code == 302
        assert admin.get(at(record), follow=True).status_code == 200
        assert admin.get(at(record, "mapping/")).status_code == 200


def test_odd_addresses_show_what_is_there(admin: Client) -> None:
    record = bring(admin, workshops(GOOD, row(title="Bad", partner="XYZ")))
    assert shown_rows(admin, record, "nonsense") == [2, 3]
    assert shown_rows(admin, record, "waiting") == [3]
    assert shown_rows(admin, record, "unchanged") == [2, 3]
    for query in ("page=9999", "page=-1", "page=x", "show=%00", "show=a&show=b"):
        assert admin.get(f"{at(record)}?{query}").status_code == 200, query


def test_markup_is_only_text_everywhere(admin: Client) -> None:
    evil = "<script>alert(1)</script>"
    headings = [HEADINGS[0], "Responsible", evil]
    book = workbook(**{"<b>Table 7": [headings, [evil, "AMZ", evil], [evil, evil, evil]]})
    record = bring(admin, book, f"{evil[:8]}.xlsx", only_type="national-workshops")
    for part in ("", "mapping/"):
        text = admin.get(at(record, part)).content.decode()
        assert "<script>alert" not in text
        assert "<b>Table" not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    "part", ["", "mapping/", "answers/", "again/", "apply/", "undo/", "progress/", "file/"]
)
def test_an_import_of_another_project_is_not_there(
    admin: Client, cast: dict[str, User], part: str
) -> None:
    record = bring(admin, workshops(GOOD))
    other = Project.objects.create(
        slug="other",
        acronym="OTHER",
        title="Another",
        first_month=date(2022, 1, 1),
        length_months=3,
    )
    Membership.objects.create(project=other, user=cast["admin"], role=Role.ADMIN)
    for pk in (record.pk, 999_999):
        url = f"/other/import/{pk}/{part}"
        assert {admin.get(url).status_code, admin.post(url).status_code} <= {404, 405}


# Long work


def make_working(record: Import, state: str, *, minutes_ago: int = 0) -> None:
    record.state, record.worked_at = state, timezone.now() - timedelta(minutes=minutes_ago)
    record.save()


def test_a_long_import_says_how_far_it_is(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    make_working(record, Import.State.APPLYING)
    sign = Path(f"{record.file.path}.progress")
    sign.write_text(json.dumps({"done": 30, "total": 120}))
    text = text_of(admin, record)
    assert "Being applied" in text
    assert "goes on when you close this page" in text
    said = admin.get(at(record, "progress/")).json()
    assert said == {"working": True, "alive": True, "percent": 25}
    assert "Being applied" in page_of(admin.get("/elca/import/")).text
    sign.write_text("{broken")
    assert admin.get(at(record, "progress/")).json()["percent"] is None
    sign.unlink()


@pytest.mark.parametrize(
    ("state", "becomes"),
    [("applying", "ready"), ("reading", "ready"), ("undoing", "applied")],
)
def test_an_interrupted_import_is_started_again(admin: Client, state: str, becomes: str) -> None:
    record = bring(admin, workshops(GOOD))
    make_working(record, state, minutes_ago=10)
    assert "The work was interrupted" in text_of(admin, record)
    assert admin.get(at(record, "progress/")).json()["alive"] is False
    admin.post(at(record, "again/"))
    record.refresh_from_db()
    assert record.state == becomes
    assert admin.get(at(record)).status_code == 200


def test_an_import_at_work_is_not_started_again(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    make_working(record, Import.State.APPLYING)
    for part in ("again/", "apply/", "undo/"):
        admin.post(at(record, part))
        record.refresh_from_db()
        assert record.state == Import.State.APPLYING


def test_a_lost_file_fails_and_can_be_tried_again(admin: Client) -> None:
    record = bring(admin, workshops(GOOD))
    path = Path(record.file.path)
    content = path.read_bytes()
    path.unlink()
    admin.post(at(record, "again/"))
    assert "Nothing was imported" in text_of(admin, record)
    assert admin.get(at(record, "file/")).status_code == 404
    assert admin.get(at(record, "marked/")).status_code == 404
    path.write_bytes(content)
    admin.post(at(record, "again/"))
    assert verdicts(record) == {2: "new"}
    assert "This is a preview" in text_of(admin, record)


# Files


def test_the_file_is_given_back_as_bytes_to_be_saved(admin: Client) -> None:
    file = workshops(GOOD).getvalue()
    record = bring(admin, file, "a “name” <b>.xlsx")
    answer_ = admin.get(at(record, "file/"))
    assert answer_["Content-Type"] == "application/octet-stream"
    assert answer_["Content-Disposition"].startswith("attachment")
    assert answer_["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer_.streaming_content) == file


def test_the_marked_workbook_opens(admin: Client) -> None:
    record = bring(admin, workshops(GOOD, row(title="Bad", partner="XYZ")))
    answer_ = admin.get(at(record, "marked/"))
    assert answer_.status_code == 200
    assert "rows-marked.xlsx" in answer_["Content-Disposition"]
    book = opened(BytesIO(answer_.content))
    words = " ".join(str(c.comment.text) for c in cells(book) if c.comment)
    assert "XYZ" in words or any("XYZ" in str(c.value) for c in cells(book))


def cells(book: Any) -> Iterable[Any]:
    return [cell for sheet in book for line in sheet.iter_rows() for cell in line]


# Queries


@pytest.mark.parametrize("part", ["", "mapping/", "undo/", "progress/"])
@pytest.mark.parametrize("state", ["ready", "applied", "undone"])
def test_pages_take_as_many_queries_for_many_rows(admin: Client, state: str, part: str) -> None:
    found = []
    for many in (2, 60):
        rows = [row(title=f"{many} {n}", about=f"{n}", partner="AMZ") for n in range(many)]
        bad = [row(title=f"{many} bad {n}", partner=f"XYZ {n}") for n in range(many)]
        record = bring(admin, workshops(*rows, *bad))
        if state != "ready":
            admin.post(at(record, "apply/"), {"rows": "valid"})
        if state == "undone":
            admin.post(at(record, "undo/"))
        with CaptureQueriesContext(connection) as queries:
            answers = [admin.get(at(record, part), {"show": s}) for s in ("all", "waiting", "")]
        assert {a.status_code for a in answers} <= {200, 302, 404}
        found.append(len(queries) / 3)
    assert found[1] <= found[0] <= 13


# Words for every state


def test_the_page_says_what_is_to_be_done_next(admin: Client) -> None:
    unknown = workbook(Sheet=[["a", "b"], ["1", "2"], ["3", "4"]])
    record = bring(admin, unknown)
    text = text_of(admin, record)
    assert "A table was not understood: nothing has been written" in text
    assert "Say which table it is" in text
    record = bring(admin, unclear(HEADINGS[0], "Responsible", "Zzyx", "Dates & Location", "Q"))
    assert "Not every column was recognised" in text_of(admin, record)
    record = bring(admin, workshops(GOOD, row(title="Bad", partner="XYZ")))
    text = text_of(admin, record)
    assert "The other rows can be applied without waiting." in text
    assert "Save the answers and look again" in text
    assert "Go to the rows that wait" in page_of(admin.get(f"{at(record)}?show=new")).text


def test_what_is_written_for_no_indicator_is_said(admin: Client) -> None:
    rows = workbook(Table_7=[[*HEADINGS, "Status"], [*GOOD, "planned"]])
    record = bring(admin, rows)
    assert record.summary["effects"] == []
    assert "No figure changes" in text_of(admin, record)


def test_several_partners_are_said_in_words(admin: Client, elca: Project) -> None:
    record = bring(admin, workshops(row(title="Both", partner="XYZ and QQQ")))
    assert "with commas between them" in text_of(admin, record)
    answer(admin, record, partner_said="XYZ and QQQ", partner_is="AMZ, MAV")
    admin.post(at(record, "apply/"), {"rows": "all"})
    codes = [partner.code for partner in titled(elca, "Both").partners.all()]
    assert sorted(codes) == ["AMZ", "MAV"]


def test_a_longer_answer_has_a_longer_box(admin: Client, elca: Project) -> None:
    record = bring(admin, workshops(row(title="x" * 400)))
    assert '<textarea name="cell_is"' in admin.get(at(record)).content.decode()
    answer(admin, record, cell_at="0:2:title", cell_is=" A shorter title ")
    admin.post(at(record, "apply/"), {"rows": "all"})
    assert titled(elca, "A shorter title").description == "About it"
