"""An undo takes an import back as a whole: every kind of value, and nothing that others did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.dates import OccasionData, PartialDate
from actions.lookup import Lookup
from actions.models import Action, ActionType, Evidence, Occasion, Status
from actions.records import RecordType, record_type, record_types
from actions.rows import EvidenceData
from actions.services import delete_action, save_action
from events.records import MeetingData
from kpis.progress import project_progress
from partners.models import Change, Organisation, Partner, Project
from partners.services import change_organisation
from reports import keeping
from reports.layout import whole_records
from reports.models import Import, ImportRow
from tests.making import make_action, on
from tests.pages import page as page_of
from tests.reports.files import HEADINGS, workbook, workshops
from tests.reports.seed import FORMS

pytestmark = pytest.mark.django_db

NAMED = ["Title", "Responsible", "Organisations"]
SLUGS = {
    "action": "sectors",
    "agreement": "sme-business",
    "event": "national-workshops",
    "matchmaking": "matchmaking",
}


def imported(project: Project, file: BytesIO | bytes, folder: Path, name: str = "a.xlsx") -> Import:
    """An import by the command, without a user."""
    path = folder / name
    path.write_bytes(file if isinstance(file, bytes) else file.getvalue())
    result = keeping.import_now(project=project, user=None, path=path)
    assert result.applied, result.errors
    return Import.objects.of(project).latest("pk")


def undone(record: Import) -> dict[str, int]:
    return {str(kind): number for kind, number in keeping.undo(record, user=None).items()}


def figures(project: Project) -> list[tuple[int, int, int]]:
    lines = project_progress(project).lines
    return [(line.indicator.number, line.total.achieved, line.total.rows) for line in lines]


def values_of(project: Project) -> dict[str, dict[str, Any]]:
    """Every value of every action as it would be kept, by its reference."""
    return {
        action.reference: {c.name: c.dump(c.get(action)) for c in record.columns}
        for record in record_types()
        for action in whole_records(record, project)
    }


def titled(project: Project, title: str) -> Action:
    found: Action = Action.objects.of(project).get(title=title)
    return found


# As a whole


@pytest.mark.parametrize("form", FORMS)
def test_an_undone_seed_leaves_what_was_there(
    elca_empty: Project, form: str, tmp_path: Path
) -> None:
    organisations = list(elca_empty.organisations.order_by("pk").values_list("pk", "name", "key"))
    before, history = figures(elca_empty), Change.objects.count()
    name, content = FORMS[form]()
    record = imported(elca_empty, content, tmp_path, name)
    added = set(Action.objects.of(elca_empty).values_list("reference", flat=True))
    then = figures(elca_empty)
    assert undone(record) == {"done": 104}
    for model in (Action, Occasion, Evidence):
        assert not model._base_manager.exists()
    assert not any(record.model._base_manager.exists() for record in record_types())
    now = list(elca_empty.organisations.order_by("pk").values_list("pk", "name", "key"))
    assert (now, figures(elca_empty)) == (organisations, before)
    assert Change.objects.count() >= history + 2 * 104
    deleted = Change.objects.filter(kind="deleted", record="action")
    assert deleted.count() == 104
    assert all(change.fields["title"][0] and change.fields["partners"][0] for change in deleted)
    assert {change.source for change in deleted} == {f"Undo of the import of {name}"}

    again = imported(elca_empty, content, tmp_path, name)
    assert figures(elca_empty) == then
    fresh = set(Action.objects.of(elca_empty).values_list("reference", flat=True))
    assert len(fresh) == 104
    assert not fresh & added
    assert undone(again) == {"done": 104}


def test_an_undo_happens_once(elca: Project, tmp_path: Path, as_user: Any) -> None:
    record = imported(elca, workshops(["Once", "AMZ", "", "2022"]), tmp_path)
    client, address = as_user("admin"), f"/elca/import/{record.pk}/undo/"
    Import.objects.filter(pk=record.pk).update(user=titled(elca, "Once").created_by)
    assert "was undone" in page_of(client.post(address, follow=True)).text
    first = Import.objects.get(pk=record.pk)
    assert (first.state, first.undone_by.username) == ("undone", "admin")
    history = Change.objects.count()
    assert "nothing to undo" in page_of(client.post(address, follow=True)).text
    assert Change.objects.count() == history
    assert Import.objects.get(pk=record.pk).undone_at == first.undone_at


def test_an_import_of_the_command_is_undone_without_a_user(elca: Project, tmp_path: Path) -> None:
    record = imported(elca, workshops(["By the command", "AMZ", "", "2022"]), tmp_path)
    assert (record.user, record.applied_by) == (None, None)
    assert undone(record) == {"done": 1}
    change = Change.objects.filter(kind="deleted").latest("pk")
    assert (change.user, change.source) == (None, "Undo of the import of a.xlsx")
    assert change.fields["title"] == ["By the command", ""]


def test_a_long_name_of_a_file_is_cut_in_the_history(elca: Project, tmp_path: Path) -> None:
    name = "n" * 180 + ".xlsx"
    record = imported(elca, workshops(["Long", "AMZ", "", "2022"]), tmp_path, name)
    assert undone(record) == {"done": 1}
    assert max(map(len, Change.objects.values_list("source", flat=True))) == 120


# Every kind of value


def texts() -> st.SearchStrategy[str]:
    letters = st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\x00")
    return st.text(letters, min_size=1, max_size=40).map(str.strip).filter(bool)


def partial_dates() -> st.SearchStrategy[PartialDate]:
    days = st.dates(date(2020, 10, 1), date(2023, 12, 31))
    return st.builds(PartialDate.of, days, st.sampled_from(["day", "month", "year"]))


def occasions() -> st.SearchStrategy[OccasionData]:
    return st.builds(
        OccasionData,
        partial_dates(),
        st.sampled_from(["", "on_site", "online", "hybrid"]),
        texts(),
        st.sampled_from(["", "DE", "ES", "IN"]),
        texts(),
    )


def rows(item: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(item, max_size=3).map(tuple)


NUMBERS = st.none() | st.integers(0, 50)
BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    "title": texts(),
    "status": st.sampled_from([Status.PLANNED, Status.UNDER_WAY, Status.DROPPED]),
    "organisations": rows(st.sampled_from(["Composites United", "Fresh Ltd", "ÅÄÖ s.r.l."])),
    "description": texts(),
    "dates_note": texts(),
    "expectations": texts(),
    "results": texts(),
    "occasions": rows(occasions()),
    "evidence": rows(st.builds(EvidenceData, texts(), st.sampled_from(["", "https://a.example"]))),
    "expected_signature": st.none() | partial_dates(),
    "signed_on": st.none() | partial_dates(),
    "participants": st.integers(50, 100),
    "participants_certainty": st.sampled_from(["", "exact", "about", "at_least"]),
    "smes": NUMBERS,
    "clusters": NUMBERS,
    "research": NUMBERS,
    "public": NUMBERS,
    "organisations_present": NUMBERS,
    "meetings": rows(st.builds(MeetingData, texts(), texts(), texts())),
}


def values_for(record: RecordType, project: Project) -> st.SearchStrategy[dict[str, Any]]:
    """A value for every column of a record type."""
    partners = st.lists(st.sampled_from(list(project.partners.all())), min_size=1, unique=True)
    own: dict[str, st.SearchStrategy[Any]] = {
        "partners": partners.map(tuple),
        "sectors": rows(st.sampled_from(list(project.sectors.all()))),
        "mission": st.none() | st.sampled_from(list(project.missions.all())),
    }
    return st.fixed_dictionaries({c.name: {**BY_NAME, **own}[c.name] for c in record.columns})


def kind_of(project: Project, key: str) -> ActionType:
    return project.action_types.filter(record=key)[0]


def comparable(record: RecordType, action: Action, lookup: Lookup) -> dict[str, Any]:
    action = whole_records(record, lookup.project).get(pk=action.pk)
    values = record.values(action)
    words = [item.words for item in values["occasions"]]
    return {c.name: c.normal(values[c.name], lookup) for c in record.columns} | {
        "words": words,
        "first": (action.first_on, action.first_precision, action.counts_from, action.title_key),
    }


@pytest.mark.parametrize("key", SLUGS)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_value_comes_back(elca: Project, key: str, data: st.DataObject) -> None:
    record, lookup = record_type(key), Lookup(elca)
    kind = kind_of(elca, key)
    first, second = (data.draw(values_for(record, elca)) for _time in range(2))
    made = save_action(project=elca, action_type=kind, user=None, values=first).action
    before, then = comparable(record, made, lookup), record.values(fresh(record, made))
    # As an import would write it, and keep what an undo needs.
    saved = save_action(
        project=elca, action_type=kind, user=None, values=second, action=fresh(record, made)
    )
    kept = ImportRow(
        record=Import.objects.create(project=elca, name="x.xlsx", state="applied"),
        table=0, sheet=0, number=2, verdict="changed", action=made.pk,
        before={name: record.column(name).dump(then[name]) for name in saved.changes},
        written_at=saved.action.updated_at,
    )  # fmt: skip
    kept.save()
    assert undone(kept.record) == {"done": 1}
    after = comparable(record, made, Lookup(elca))
    if "occasions" not in saved.changes:
        after["words"] = before["words"]
    assert after == before


def fresh(record: RecordType, action: Action) -> Action:
    found: Action = record.model._default_manager.get(pk=action.pk)
    return found


@pytest.mark.parametrize("key", SLUGS)
def test_an_import_over_every_column_is_taken_back(elca: Project, key: str, tmp_path: Path) -> None:
    record, kind, partners = record_type(key), kind_of(elca, key), elca.partners.all()
    sectors, missions = list(elca.sectors.all()), list(elca.missions.all())
    old: dict[str, Any] = {
        "title": "The old title",
        "partners": tuple(partners[1:3]),
        "status": Status.UNDER_WAY,
        "organisations": ("Composites United", "The old Ltd"),
        "mission": missions[0],
        "sectors": tuple(sectors[:2]),
        "description": "Old\nin two lines",
        "occasions": (
            on(2022, 3, 3, place="Łódź", country="PL", mode="hybrid", words="am 3. März"),
            OccasionData(PartialDate.of(date(2022, 5, 1), "month"), words="im Mai"),
        ),
        "dates_note": "An old note",
        "expectations": "Old hopes",
        "results": "Old results",
        "evidence": (EvidenceData("Old list", "https://old.example/a"), EvidenceData("Paper")),
        "expected_signature": PartialDate.of(date(2022, 6, 1), "month"),
        "signed_on": PartialDate.of(date(2023, 1, 1), "year"),
        "participants": 60, "participants_certainty": "about",
        "smes": 10, "clusters": 0, "research": 7, "public": 1, "organisations_present": 9,
        "meetings": (MeetingData("A", "B", "An offer"), MeetingData("C", "D")),
    }  # fmt: skip
    new = {
        "title": "The new title", "partners": "BIC", "organisations": "The new Ltd",
        "mission": missions[1].name, "sectors": sectors[2].name, "description": "New",
        "occasions": "04.04.2023, Paris (FR), on site", "dates_note": "A new note",
        "expectations": "New hopes", "results": "New results",
        "evidence": "New list | https://new.example/b", "expected_signature": "05.2023",
        "signed_on": "06.07.2023", "participants": 90, "participants_certainty": "exactly",
        "smes": None, "clusters": 5, "research": 0, "public": 3, "organisations_present": 1,
        "meetings": "X | Y | A deal",
    }  # fmt: skip
    columns = [column for column in record.columns if column.name != "status"]
    made = save_action(
        project=elca,
        action_type=kind,
        user=None,
        values={c.name: old[c.name] for c in record.columns},
    ).action
    before = values_of(elca)
    headings = ["Row id", *(str(column.heading) for column in columns)]
    row = [made.reference, *(new[column.name] for column in columns)]
    imports = imported(elca, workbook(**{f"Table_{kind.table_number}": [headings, row]}), tmp_path)
    changed = Change.objects.filter(kind="changed").latest("pk").fields
    assert set(changed) >= {column.name for column in columns}
    assert Organisation.objects.of(elca).filter(name="The new Ltd").exists()
    assert undone(imports) == {"done": 1}
    assert values_of(elca) == before
    assert not Organisation.objects.of(elca).filter(name="The new Ltd").exists()


def test_the_ids_of_all_other_actions_are_untouched(elca: Project, tmp_path: Path) -> None:
    before = dict(Action.objects.of(elca).values_list("pk", "updated_at"))
    undone(imported(elca, workshops(["New", "AMZ", "", "2022"]), tmp_path))
    assert dict(Action.objects.of(elca).values_list("pk", "updated_at")) == before


# What others did since


def test_what_was_changed_or_deleted_since_is_counted(elca: Project, tmp_path: Path) -> None:
    kept = make_action(elca, "national-workshops", title="Known", description="At first")
    headings = ["Row id", *HEADINGS]
    record = imported(
        elca,
        workbook(
            Table_7=[
                headings,
                [None, "Stays new", "AMZ", "", "2022"],
                [None, "Was changed", "AMZ", "", "2022"],
                [None, "Was deleted", "AMZ", "", "2022"],
                [kept.reference, "Known", "AMZ", "From the file", ""],
            ]
        ),
        tmp_path,
    )
    changed = record_type("event").model._default_manager.get(title="Was changed")
    save_action(
        project=elca,
        action_type=changed.type,
        user=None,
        values={"results": "More"},
        action=changed,
    )
    gone = record_type("event").model._default_manager.get(title="Was deleted")
    delete_action(action=gone, user=None)
    assert undone(record) == {"done": 2, "changed": 1, "gone": 1}
    titles = set(Action.objects.of(elca).values_list("title", flat=True))
    assert "Was changed" in titles
    assert not {"Stays new", "Was deleted"} & titles
    assert titled(elca, "Known").description == "At first"
    told = dict(ImportRow.objects.of(record).values_list("number", "undo"))
    assert told == {2: "done", 3: "changed", 4: "gone", 5: "done"}


def test_organisations_that_others_use_stay(elca: Project, tmp_path: Path) -> None:
    rows = [["One", "AMZ", "Alone Ltd\nShared Ltd"], ["Two", "AMZ", "Described Ltd"]]
    record = imported(elca, workbook(Table_2=[NAMED, *rows]), tmp_path)
    make_action(elca, "national-workshops", title="Other", organisations=("Shared Ltd",))
    change_organisation(
        organisation=Organisation.objects.get(name="Described Ltd"),
        user=None,
        values={"note": "Met in Paris"},
        sectors=[],
        aliases=[],
    )
    assert undone(record) == {"done": 2}
    names = set(Organisation.objects.of(elca).values_list("name", flat=True))
    assert {"Shared Ltd", "Described Ltd"} <= names
    assert "Alone Ltd" not in names


def test_a_partner_that_is_gone_leaves_the_row_as_it_is(elca: Project, tmp_path: Path) -> None:
    gone = Partner.objects.create(project=elca, code="ZQX", name="Zentrum Quux", position=9)
    made = make_action(elca, "national-workshops", title="Known", partners="ZQX")
    row = [made.reference, "Known", "BIC"]
    record = imported(elca, workbook(Table_7=[["Row id", *HEADINGS[:2]], row]), tmp_path)
    gone.delete()
    assert undone(record) == {"changed": 1}
    assert [p.code for p in titled(elca, "Known").partners.all()] == ["BIC"]


# Where an undo does not do what it should


def test_imports_are_undone_in_turn_the_last_first(elca: Project, tmp_path: Path) -> None:
    first = imported(elca, workshops(["In turn", "AMZ", "One", "2022"]), tmp_path)
    reference = titled(elca, "In turn").reference
    rows = [["Row id", *HEADINGS[:3]], [reference, "In turn", "AMZ", "Two"]]
    second = imported(elca, workbook(Table_7=rows), tmp_path)
    assert undone(second) == {"done": 1}
    assert undone(first) == {"done": 1}


def test_an_organisation_that_was_renamed_is_not_added_anew(elca: Project, tmp_path: Path) -> None:
    made = make_action(elca, "national-workshops", title="X", organisations=("Before Ltd",))
    rows = [["Row id", *NAMED], [made.reference, "X", "AMZ", "Other Ltd"]]
    record = imported(elca, workbook(Table_7=rows), tmp_path)
    change_organisation(
        organisation=Organisation.objects.get(name="Before Ltd"),
        user=None,
        values={"name": "Renamed and new"},
        sectors=[],
        aliases=[],
    )
    undone(record)
    assert [o.name for o in titled(elca, "X").organisations.all()] == ["Renamed and new"]


def test_a_partner_whose_code_means_all_comes_back_alone(elca: Project, tmp_path: Path) -> None:
    Partner.objects.create(project=elca, code="ALL", name="Allgäu Cluster", position=9)
    made = make_action(elca, "national-workshops", title="X", partners="ALL")
    rows = [["Row id", "Title", "Responsible"], [made.reference, "X", "BIC"]]
    record = imported(elca, workbook(Table_7=rows), tmp_path)
    undone(record)
    assert [p.code for p in titled(elca, "X").partners.all()] == ["ALL"]


def test_the_last_undo_takes_an_organisation_that_two_imports_named(
    elca: Project, tmp_path: Path
) -> None:
    first = imported(elca, workbook(Table_2=[NAMED, ["X1", "AMZ", "Fresh Ltd"]]), tmp_path)
    second = imported(elca, workbook(Table_2=[NAMED, ["X2", "AMZ", "Fresh Ltd"]]), tmp_path)
    assert (undone(first), undone(second)) == ({"done": 1}, {"done": 1})
    assert not Organisation.objects.of(elca).filter(name="Fresh Ltd").exists()
