"""Holds that every column reads back what it writes, and says in words what it cannot read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from actions.columns import CellError, ChoiceColumn, Column
from actions.dates import Mode, OccasionData, PartialDate, read_occasions
from actions.joined import JoinedColumn
from actions.lookup import Lookup
from actions.models import Action
from actions.records import RecordType, record_type, record_types
from actions.rows import EvidenceData, RowsColumn
from events.records import MeetingData
from partners.catalogue import LANGUAGES, english
from partners.models import Project
from tests.making import make_action, on

COLUMNS = [
    pytest.param(record, column, id=f"{record.key}: {column.name}")
    for record in record_types()
    for column in record.columns
]
ALL_COLUMNS = [column for record in record_types() for column in record.columns]


def records(project: Project, record: RecordType) -> list[Action]:
    rows = record.model._default_manager.filter(project=project, type__record=record.key)
    return list(rows.prefetch_related("partners", "organisations", "sectors", "occasions"))


def test_the_record_types_hold_all_rows_of_elca(elca: Project) -> None:
    numbers = {record.key: len(records(elca, record)) for record in record_types()}
    assert numbers == {"action": 19, "agreement": 54, "event": 26, "matchmaking": 5}


@pytest.mark.parametrize(("record", "column"), COLUMNS)
def test_a_column_reads_what_it_writes(elca: Project, record: RecordType, column: Column) -> None:
    lookup = Lookup(elca)
    for action in records(elca, record):
        value = column.get(action)
        read = column.read(column.write(value), lookup)
        assert column.normal(read, lookup) == column.normal(value, lookup), action.reference


@pytest.mark.parametrize("table", range(2, 12))
def test_the_cells_of_a_table_read_back(elca: Project, table: int) -> None:
    action_type = elca.action_types.get(table_number=table)
    record, lookup = record_type(action_type.record), Lookup(elca)
    rows = [action for action in records(elca, record) if action.type_id == action_type.pk]
    assert rows
    for action in rows:
        values = record.values(action)
        for printed in (record.printed(column["column"]) for column in action_type.columns):
            if not isinstance(printed, JoinedColumn):
                continue
            read = printed.read(printed.write(values), lookup)
            for name in printed.parts:
                normal = record.column(name).normal
                assert normal(read[name], lookup) == normal(values[name], lookup), action.reference


def test_nothing_is_read_as_nothing(elca: Project) -> None:
    lookup = Lookup(elca)
    for column in ALL_COLUMNS:
        if column.name == "partners":
            with pytest.raises(CellError, match="At least one responsible partner is needed"):
                column.read(None, lookup)
        else:
            assert column.read(None, lookup) == column.read("  ", lookup) == column.empty()
            assert column.write(column.empty()) in (None, "Planned", "Identified")


def choice_columns() -> dict[str, ChoiceColumn]:
    """The columns of choices, once each: their words differ by record type."""
    return {
        f"{record.key} {column.name}": column
        for record in record_types()
        for column in record.columns
        if isinstance(column, ChoiceColumn)
    }


@pytest.mark.parametrize("name", list(choice_columns()))
def test_no_word_means_two_choices_in_two_languages(name: str) -> None:
    column = choice_columns()[name]
    assert {word: keys for word, keys in column.meanings.items() if len(set(keys)) > 1} == {}


def test_a_word_of_two_meanings_is_an_error_in_words(elca: Project) -> None:
    column = ChoiceColumn(name="x", heading="X", choices=[("a", "Open"), ("b", "offen")])
    with override("de"), pytest.raises(CellError, match="„Offen“ kann je nach Sprache"):
        column.read("Offen", Lookup(elca))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(choice_columns()))
def test_a_choice_in_any_language_is_read_and_stored_as_itself(
    elca: Project, name: str, language: str
) -> None:
    column, lookup = choice_columns()[name], Lookup(elca)
    for key, label in column.choices:
        with override(language):
            cell, stored = column.write(key), column.show(key)
        assert (column.read(cell, lookup), stored) == (key, english(label))


@pytest.mark.parametrize("language", LANGUAGES)
def test_occasions_are_read_in_any_language(language: str) -> None:
    when = PartialDate.day(date(2022, 2, 4))
    for mode in ("", *Mode):
        for place in ("", "Dresden", "04.02.2023"):
            item = OccasionData(when, mode, place, "DE" if place else "")
            with override(language):
                line, stored = item.localised, str(item)
            told = read_occasions(line).occasions
            if mode or not place.isalpha():
                assert told == (item,), line
            with override("en"):
                assert stored == str(item)


@pytest.mark.parametrize(
    ("key", "name", "cell", "said"),
    [
        ("event", "participants", "many", "“many” is not a whole number."),
        ("event", "participants", "-3", "“-3” is not a whole number."),
        ("event", "participants", "3.5", "“3.5” is not a whole number."),
        ("event", "participants", "9" * 10, "is not a whole number."),
        ("event", "status", "Signed", "“Signed” is none of: Planned, In preparation, Held, Canc"),
        ("agreement", "status", "Held", "“Held” is none of: Identified, In negotiation, Signed"),
        ("event", "participants_certainty", "perhaps", "“perhaps” is none of: exactly, about"),
        ("agreement", "signed_on", "4-8.02.2022", "is several days; one is asked for."),
        ("agreement", "signed_on", "31.02.2022", "is not a day in the calendar."),
        ("agreement", "expected_signature", "soon", "“soon” is not a date."),
        ("action", "partners", "AMZ, XYZ", "“XYZ” is no partner of this project. Partners are:"),
        ("action", "mission", "Mars", "“Mars” is no mission of this project."),
        ("action", "sectors", "Rail\nAlchemy", "“Alchemy” is no sector of this project."),
        ("action", "organisations", "?!", "cannot be the name of an organisation."),
        ("action", "organisations", "x" * 251, "cannot be the name of an organisation."),
        ("action", "title", "x" * 301, "This text has 301 characters; at most 300 fit."),
        ("action", "evidence", "List | javascript:alert(1)", "Enter a valid URL."),
        ("matchmaking", "meetings", "only one", "Write who met whom as “first | second"),
        ("matchmaking", "meetings", f"{'x' * 251} | b", "A name has at most 250 characters"),
        ("action", "occasions", "31.02.2022", "is not a day in the calendar."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(
    elca: Project, key: str, name: str, cell: str, said: str
) -> None:
    with pytest.raises(CellError) as raised:
        record_type(key).column(name).read(cell, Lookup(elca))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("key", "name", "cell", "value"),
    [
        ("event", "participants", 12.0, 12),
        ("event", "participants", "0", 0),
        ("event", "status", "  held ", "achieved"),
        ("event", "status", "under_way", "under_way"),
        ("agreement", "status", "NOT PURSUED", "dropped"),
        ("action", "title", 42, "42"),
        ("action", "evidence", "List | example.org/a", (EvidenceData("List", "https://example.org/a"),)),
    ],
)  # fmt: skip
def test_cells_are_read_kindly(
    elca: Project, key: str, name: str, cell: object, value: object
) -> None:
    assert record_type(key).column(name).read(cell, Lookup(elca)) == value


@pytest.mark.parametrize(
    ("cell", "codes", "warned"),
    [
        ("AMZ", ["AMZ"], False),
        ("AMZ/ELCA", ["AMZ", "ELCA"], False),
        ("POLYMERIS, BIC, MAV", ["POL", "BIC", "MAV"], False),
        ("amz ; bic", ["AMZ", "BIC"], False),
        ("AMZ, EEN", ["AMZ"], True),
    ],
)
def test_partners_are_found_by_code_and_alias(
    elca: Project, cell: str, codes: list[str], warned: bool
) -> None:
    lookup = Lookup(elca)
    found = lookup.partners(cell)
    assert [partner.code for partner in found] == codes
    assert bool(lookup.warnings) is warned
    assert all("took part" in warning for warning in lookup.warnings)


def test_an_unknown_organisation_is_a_warning_and_a_known_one_is_none(elca: Project) -> None:
    lookup = Lookup(elca)
    known = elca.organisations.first()
    column = record_type("action").column("organisations")
    assert column.read(f"{known.name.upper()}\nBrand New Ltd", lookup) == (
        known.name.upper(),
        "Brand New Ltd",
    )
    assert lookup.warnings == ["“Brand New Ltd” is a new organisation and will be added."]
    assert column.normal((known.name.upper(),), lookup) == (known.name,)


OUTCOMES = [
    ("", "Only results"),
    ("Only expectations", ""),
    ("Both", "of them\nin lines"),
    ("", "Results: a word that marks"),
    ("Results: in the wrong place", "x"),
    ("", ""),
]


@pytest.mark.parametrize(("expectations", "results"), OUTCOMES[:4] + OUTCOMES[5:])
def test_expectations_and_results_share_a_cell(
    elca: Project, expectations: str, results: str
) -> None:
    joined = record_type("action").printed("outcome")
    cell = joined.write({"expectations": expectations, "results": results})
    read = joined.read(cell, Lookup(elca))
    assert {k: v.removeprefix("Results: ") for k, v in read.items()} == {
        "expectations": expectations,
        "results": results.removeprefix("Results: "),
    }


def test_every_value_of_a_made_record_comes_back(elca: Project) -> None:
    """The rows of ELCA have neither evidence nor meetings: here are some."""
    given: dict[str, Any] = {
        "evidence": (EvidenceData("List", "https://example.org/a"), EvidenceData("Picture")),
        "meetings": (MeetingData("One", "Two", "Agreed"), MeetingData("One", "Three")),
        "occasions": (on(2022, 3, 1, place="Dresden", country="DE", mode="hybrid"), on(2022, 3, 2)),
        "sectors": tuple(elca.sectors.all()[:2]),
        "mission": elca.missions.first(),
        "organisations": ("Composites United", "Quite New Ltd"),
        "participants": 12,
        "participants_certainty": "about",
        "dates_note": "and more to come",
    }
    made = make_action(elca, "matchmaking", **given)
    record, lookup = record_type("matchmaking"), Lookup(elca)
    found = record.values(record.model._default_manager.get(pk=made.pk))
    for name, value in given.items():
        normal = record.column(name).normal
        assert normal(found[name], lookup) == normal(value, lookup), name
        cell = record.column(name).write(found[name])
        assert normal(record.column(name).read(cell, lookup), lookup) == normal(value, lookup)


def test_every_value_of_a_record_is_asked_for_once() -> None:
    for record in record_types():
        names = [column.name for column in record.columns]
        assert len(names) == len(set(names))
        sections = [c.name for columns in record.sections().values() for c in columns]
        assert sorted(sections) == sorted(names)


def test_rows_of_a_column_survive_the_form(elca: Project) -> None:
    """What a formset is filled with is what it gives back."""
    for record in record_types():
        for action in records(elca, record)[:30]:
            for column in (c for c in record.columns if isinstance(c, RowsColumn)):
                value = column.get(action)
                initial = column.initial(value)
                data = {
                    f"x-{n}-{name}": text
                    for n, row in enumerate(initial)
                    for name, text in row.items()
                }
                data |= {"x-TOTAL_FORMS": str(len(initial)), "x-INITIAL_FORMS": str(len(initial))}
                formset = column.formset_class()(data, prefix="x", initial=initial)
                assert formset.is_valid(), formset.errors
                assert column.cleaned(formset) == value


def test_an_excluded_value_keeps_its_words_in_a_cell(elca: Project) -> None:
    made = make_action(elca, "sectors", description="One\n\n two ")
    column = record_type("action").column("description")
    assert column.read(column.write(column.get(made)), Lookup(elca)) == "One\n\n two"
