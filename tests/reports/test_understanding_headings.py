"""Headings are known in six languages, misspelt, in any order, and by the cells below them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partners.models import Project
from reports.understanding.tables import FoundColumn, FoundTable, fields_of, to_table
from tests.reports.understood import book, find, found_table

pytestmark = pytest.mark.django_db
FIVE = ["title", "partners", "description", "dates", "outcome"]
FOUR = ["title", "partners", "description", "signature"]
LANGUAGES: dict[str, tuple[list[str], list[str]]] = {
    "English": (
        ["Organisation", "Responsible partner", "Short description", "Date and place", "Outcome"],
        ["Cluster", "Lead partner", "Details", "Date of signature"],
    ),
    "German": (
        ["Titel", "Verantwortlich", "Beschreibung", "Datum und Ort", "Erwartungen und Ergebnisse"],
        ["Bezeichnung", "Zuständiger Partner", "Kurzbeschreibung", "Datum der Unterzeichnung"],
    ),
    "Spanish": (
        ["Título", "Responsable", "Descripción", "Fecha y lugar", "Expectativas y resultados"],
        ["Organización", "Socio responsable", "Descripción", "Fecha prevista de firma"],
    ),
    "French": (
        ["Titre", "Responsable", "Description", "Date et lieu", "Attentes et résultats"],
        ["Organisme", "Partenaire responsable", "Descriptif", "Date prévue de signature"],
    ),
    "Italian": (
        ["Titolo", "Responsabile", "Descrizione", "Data e luogo", "Aspettative e risultati"],
        ["Organizzazione", "Capofila", "Breve descrizione", "Data di firma"],
    ),
    "Polish": (
        ["Nazwa", "Odpowiedzialny", "Opis", "Data i miejsce", "Oczekiwania i rezultaty"],
        ["Organizacja", "Partner odpowiedzialny", "Krótki opis", "Data podpisania"],
    ),
}
CELLS: list[Any] = ["Something", "AMZ", "About it", "03.03.2022, Nowhere", "It went well"]


def columns(table: FoundTable) -> list[tuple[str, str]]:
    return [(column.field, column.how) for column in table.columns]


def fields(table: FoundTable) -> list[str]:
    return [column.field for column in table.columns]


def understood(elca: Project, headings: list[Any], *rows: list[Any], sheet: str) -> FoundTable:
    return found_table(find(elca, book({sheet: [headings, *(rows or [CELLS])]})))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [2, 3, 7, 10])
def test_the_headings_of_six_languages_are_known(elca: Project, language: str, number: int) -> None:
    with_dates, with_signature = LANGUAGES[language]
    headings, wanted = (with_signature, FOUR) if number == 3 else (with_dates, FIVE)
    table = understood(elca, headings, CELLS[: len(headings)], sheet=f"Table {number}")
    assert fields(table) == wanted
    assert table.type.table_number == number
    assert min(column.confidence for column in table.columns) >= 0.9
    assert (table.problems, table.remarks) == ([], [])


OTHERS: list[tuple[int, str, str, Any]] = [
    (7, "Teilnehmerzahl", "participants", 5),
    (7, "Número de pymes", "smes", 5),
    (10, "Rencontres B2B", "", "x"),
    (10, "Incontri B2B", "meetings", "A | B"),
    (3, "Stan realizacji", "status", "Signed"),
    (3, "Signed on", "signed_on", "03.03.2022"),
    (3, "Voraussichtliche Unterzeichnung", "expected_signature", "03.2022"),
    (2, "Misión", "mission", "India"),
    (2, "Branche", "sectors", "Rail"),
    (2, "Preuves", "evidence", "Minutes"),
    (2, "Beteiligte Organisationen", "organisations", "X GmbH"),
    (7, "Expected results", "expectations", "Contacts"),
    (7, "Wyniki", "results", "Contacts"),
]


@pytest.mark.parametrize(("number", "heading", "field", "cell"), OTHERS)
def test_each_record_knows_its_own_columns(
    elca: Project, number: int, heading: str, field: str, cell: Any
) -> None:
    first = "Expected date of signature" if number == 3 else "Dates & Location"
    headings = ["Title", "Responsible", first, heading]
    row = ["Something", "AMZ", "2022", cell]
    table = understood(elca, headings, row, sheet=f"Table {number}")
    assert fields(table)[-1] == field


def test_the_order_of_columns_is_free(elca: Project) -> None:
    headings = ["Expectations & Results", "Dates & Location", "Colour", "Responsible", "Title"]
    row = ["Went well", date(2022, 3, 3), "red", "AMZ", "Something"]
    table = understood(elca, headings, row, sheet="Table 7")
    assert fields(table) == ["outcome", "dates", "", "partners", "title"]
    ready = to_table(table)
    cells = {c.source.name: ready.cell(ready.rows[0], c) for c in ready.columns}
    assert cells == {
        "outcome": "Went well",
        "dates": date(2022, 3, 3),
        "partners": "AMZ",
        "title": "Something",
    }
    assert table.remarks == [(1, "Column “Colour” is not known and is left out.")]


def test_misspelt_headings_are_known_less_surely(elca: Project) -> None:
    headings = ["Activity nam", "Responsibel", "Descripton", "Dates & Locaton"]
    table = understood(elca, headings, CELLS[:4], sheet="Table 7")
    assert columns(table) == [(name, "similar") for name in FIVE[:4]]
    assert all(0.7 < column.confidence < 0.9 for column in table.columns)


def test_surer_ways_have_a_higher_confidence(elca: Project) -> None:
    headings = ["Title", "Zuständig", "Descripton", "", "Colour"]
    row = ["Something", "AMZ", "About", "03.03.2022", "red"]
    table = understood(elca, headings, row, sheet="Table 7")
    assert [c.how for c in table.columns] == ["exact", "alias", "similar", "cells", "unknown"]
    sure = [column.confidence for column in table.columns]
    assert sure == sorted(sure, reverse=True)
    assert len(set(sure)) == 5


def test_a_heading_in_two_languages_is_known(elca: Project) -> None:
    headings = ["Title / Titel", "Responsible / Zuständig", "Description | Opis", "Date / Place"]
    assert fields(understood(elca, headings, CELLS[:4], sheet="Table 7")) == FIVE[:4]


def test_a_joined_column_is_preferred_where_both_are_said(elca: Project) -> None:
    both = understood(elca, ["Title", "Responsible", "Expectations and results"], sheet="Table 7")
    assert fields(both)[2] == "outcome"
    apart = ["Title", "Responsible", "Expectations", "Results"]
    assert fields(understood(elca, apart, CELLS[:4], sheet="Table 7"))[2:] == [
        "expectations",
        "results",
    ]


@pytest.mark.parametrize(
    ("headings", "cells", "joined"),
    [
        (["Date", "Place"], [date(2022, 3, 14), "Dresden"], "14.03.2022, Dresden"),
        (["Date", "City", "Country"], ["14.03.2022", "Dresden", "DE"], "14.03.2022, Dresden (DE)"),
        (["Ort", "Datum"], ["Dresden", "14.03.2022"], "Dresden, 14.03.2022"),
        (["Start", "End"], [date(2022, 3, 14), date(2022, 3, 16)], "14.03.2022 - 16.03.2022"),
        (["Start date", "End date"], [date(2022, 3, 14), date(2022, 3, 14)], "14.03.2022"),
        (["Date", "Place"], ["14.03.2022", None], "14.03.2022"),
    ],
)
def test_date_and_place_of_their_own_are_joined(
    elca: Project, headings: list[str], cells: list[Any], joined: str
) -> None:
    row = ["Something", "AMZ", *cells]
    table = understood(elca, ["Title", "Responsible", *headings], row, sheet="Table 7")
    assert {column.field for column in table.columns[2:]} == {"dates"}
    assert [column.how for column in table.columns[3:]] == ["continued"] * (len(headings) - 1)
    ready = to_table(table)
    [column] = [column for column in ready.columns if column.source.name == "dates"]
    assert ready.cell(ready.rows[0], column) == joined


def test_an_agreement_has_its_places_beside_the_signature(elca: Project) -> None:
    headings = ["Title", "Responsible", "Signature", "Date", "Place"]
    row = ["X", "AMZ", "SIGNED", "14.03.2022", "Dresden"]
    table = understood(elca, headings, row, sheet="Table 3")
    assert fields(table)[2:] == ["signature", "occasions", "occasions"]


def test_beside_a_status_a_date_of_signature_is_only_a_date(elca: Project) -> None:
    headings = ["Title", "Responsible", "Status", "Date of signature"]
    row = ["X", "AMZ", "Signed", "14.03.2022"]
    assert fields(understood(elca, headings, row, sheet="Table 4"))[2:] == ["status", "signed_on"]


def test_a_text_that_goes_on_is_joined_without_a_seam(elca: Project) -> None:
    headings = ["Title", "Responsible", "Description", "Description (continued 2)"]
    row = ["X", "AMZ", "Begun and cont", "inued"]
    table = understood(elca, headings, row, sheet="Table 7")
    ready = to_table(table)
    [column] = [column for column in ready.columns if column.source.name == "description"]
    assert (table.problems, ready.columns[column]) == ([], [2, 3])
    assert ready.cell(ready.rows[0], column) == "Begun and continued"


def test_columns_without_headings_are_known_by_their_cells(elca: Project) -> None:
    rows: list[list[Any]] = [
        [f"Thing {n}", "AMZ/MAV", "A long text. " * 9, f"{n}.03.2022, Dresden", "https://x.eu/a"]
        for n in range(1, 5)
    ]
    headings = ["Title", "", "", "", "", "Results"]
    table = understood(elca, headings, *([*row, "r"] for row in rows), sheet="Table 7")
    assert columns(table)[1:5] == [
        ("partners", "cells"),
        ("description", "cells"),
        ("dates", "cells"),
        ("evidence", "cells"),
    ]
    assert (1, "By its cells, column “B” was taken for “Responsible”.") in table.remarks
    assert table.columns[1].confidence > table.columns[2].confidence


def test_words_of_a_state_are_a_signature_or_a_status(elca: Project) -> None:
    headings = ["Title", "Responsible", "Hm"]
    table = understood(elca, headings, ["X", "AMZ", "TO BE SIGNED"], sheet="Table 5")
    assert columns(table)[2] == ("signature", "cells")
    table = understood(elca, headings, ["X", "AMZ", "In preparation"], sheet="Table 7")
    assert columns(table)[2] == ("status", "cells")


def test_columns_that_keep_the_books_are_not_guessed(elca: Project) -> None:
    headings = ["No.", "Title", "Responsible", "Last modified"]
    row = ["1", "X", "AMZ", date(2022, 3, 3)]
    table = understood(elca, headings, row, sheet="Table 7")
    assert fields(table) == ["", "title", "partners", ""]
    assert len(table.remarks) == 2


def test_own_numbers_are_no_row_ids(elca: Project) -> None:
    headings = ["ID", "Title", "Responsible"]
    own = understood(elca, headings, ["1", "X", "AMZ"], sheet="Table 7")
    ours = understood(elca, headings, ["T7-01", "X", "AMZ"], sheet="Table 7")
    assert (fields(own)[0], fields(ours)[0]) == ("", "row_id")
    assert to_table(ours).reference(ours.rows[0]) == "T7-01"


def test_names_are_no_number_of_participants(elca: Project) -> None:
    headings = ["Title", "Responsible", "Asistentes"]
    names = understood(elca, headings, ["X", "AMZ", "Anna and Bert"], sheet="Table 7")
    number = understood(elca, headings, ["X", "AMZ", 12], sheet="Table 7")
    assert (fields(names)[2], fields(number)[2]) == ("", "participants")


def test_the_first_texts_are_the_title_of_a_known_table(elca: Project) -> None:
    headings = ["Whatever", "Responsible", "Description"]
    table = understood(elca, headings, CELLS[:3], sheet="Table 7")
    assert columns(table)[0] == ("title", "cells")
    assert table.columns[0].confidence < 0.5
    assert any("“Whatever” was taken for “Title”" in words for _row, words in table.remarks)


def test_a_second_column_for_a_field_is_told(elca: Project) -> None:
    headings = ["Title", "Responsible", "Verantwortlich"]
    table = understood(elca, headings, ["X", "AMZ", "MAV"], sheet="Table 7")
    assert fields(table) == ["title", "partners", ""]
    assert table.remarks == [
        (1, "Column “Verantwortlich” says what another column says and is left out.")
    ]


def test_samples_are_short_and_few(elca: Project) -> None:
    rows: list[list[Any]] = [
        ["X", "AMZ", None],
        ["Y" * 200, "AMZ", None],
        ["Z", "AMZ", 1],
        ["A", "AMZ", 2],
    ]
    table = understood(elca, ["Title", "Responsible", "Budget"], *rows, sheet="Table 7")
    assert table.columns[0] == FoundColumn(0, "Title", ["X", "Y" * 80, "Z"], "title", 1.0, "exact")
    assert table.columns[2].samples == ["1", "2"]


def test_the_fields_to_choose_from_have_words_for_people(elca: Project) -> None:
    workshops = dict(fields_of(elca.action_types.get(slug="national-workshops")))
    assert workshops["title"] == "Title"
    assert workshops["dates"] == "Dates & Location"
    assert workshops["outcome"] == "Expectations & Results"
    assert workshops["results"] == "Results"
    assert workshops["row_id"] == "Row id"
    assert "occasions" not in workshops
    agreements = dict(fields_of(elca.action_types.get(slug="cluster-agreements")))
    assert agreements["signature"] == "Expected date of signature"
    assert agreements["occasions"] == "Dates & Location"
    assert agreements["outcome"] == "Expectations & Results"
    assert "dates" not in agreements
