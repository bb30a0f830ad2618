"""The tables of a file are found, named and cut into rows, and nothing of them is lost."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from partners.models import Project
from reports.blanks import write_blank
from reports.layout import EXAMPLE
from reports.reading.cells import Book, CellFault, Row, Sheet
from reports.reading.reader import read_file
from reports.understanding.tables import FoundTable, to_table
from tests.reports.files import HEADINGS
from tests.reports.seed import SeedTable, tables
from tests.reports.understood import book, find, found_table, rows

pytestmark = pytest.mark.django_db
PLAIN: list[Any] = ["Title", "Responsible", "Description", "Dates & Location"]
Lines = list[list[Any]]


def line(title: str | None, partner: str | None = "AMZ", *more: Any) -> list[Any]:
    return [title, partner, *(more or ("About it.", "03.03.2022, Nowhere (DE)"))]


def numbers(table: FoundTable) -> list[int]:
    return [row.number for row in table.rows]


def left(table: FoundTable) -> list[tuple[int, str]]:
    return [(number, why.split(",")[0]) for number, _text, why in table.left]


def slugs(found: list[FoundTable]) -> list[str]:
    return [table.type.slug if table.type else "" for table in found]


def on_one_sheet(elca: Project, *lines: list[Any], sheet: str = "Table 7") -> FoundTable:
    return found_table(find(elca, book({sheet: list(lines)})))


# All tables on one sheet


def stacked(*, above: bool, below: bool, headings: list[str] | None = None) -> Lines:
    """The ten tables of the deliverable under one another, with the disorder of real sheets."""
    lines: Lines = [["All actions of the consortium"], []]
    for table in tables():
        lines += [[table.printed_caption]] if above else []
        lines += [headings or table.headings, *table.rows]
        lines += _totals(table)
        lines += [[table.printed_caption]] if below else []
        lines += [[]]
    return lines


def _totals(table: SeedTable) -> Lines:
    """A total as different people write it."""
    count = len(table.rows)
    ways: list[Lines] = [
        [[f"Total {count}"]],
        [["Summe", None, None, count]],
        [[None, None, f"{count} in total"]],
        [["Totale:", count]],
        [[None, count]],
        [],
    ]
    return ways[table.number % len(ways)]


@pytest.mark.parametrize(("above", "below"), [(True, False), (False, True), (False, False)])
def test_ten_tables_under_one_another_are_ten(elca: Project, above: bool, below: bool) -> None:
    found = find(elca, book({"WP3": stacked(above=above, below=below)}))
    assert slugs(found.tables) == [t.slug for t in elca.action_types.all()]
    assert [len(table.rows) for table in found.tables] == [len(t.rows) for t in tables()]
    for table, seed in zip(found.tables, tables(), strict=True):
        ready = to_table(table)
        assert [row.cells for row in ready.rows] == seed.rows
        assert table.title == (seed.printed_caption if above or below else table.title)
        assert (table.how, table.problems, table.remarks) == ("title", [], [])
    assert sum(len(table.left) for table in found.tables) == 1 + 8 + 10 * (above + below)


@pytest.mark.parametrize("above", [True, False])
def test_captions_alone_name_tables_of_the_same_headings(elca: Project, above: bool) -> None:
    lines = stacked(above=above, below=not above, headings=["Title", "Responsible", "Description"])
    found = find(elca, book({"WP3": lines}))
    assert slugs(found.tables) == [t.slug for t in elca.action_types.all()]
    assert [table.title for table in found.tables] == [t.printed_caption for t in tables()]
    assert {table.how for table in found.tables} == {"title"}
    assert len({table.shape for table in found.tables}) == 10


def test_each_table_has_a_key_of_its_own(elca: Project) -> None:
    lines = [PLAIN, line("X")]
    found = find(elca, book({"Table 7": lines, "Table 8": [[], *lines]}))
    assert [table.key for table in found.tables] == ["0:1", "1:2"]


def test_a_merged_title_above_the_headings_names_the_table(elca: Project) -> None:
    table = on_one_sheet(
        elca, ["National workshops with SMEs"], [], PLAIN, line("X"), sheet="Anything"
    )
    assert slugs([table]) == ["national-workshops"]
    assert (table.title, table.heading_row) == ("National workshops with SMEs", 3)
    assert left(table) == [(1, "A caption or a title")]


def test_headings_may_take_two_rows(elca: Project) -> None:
    upper = ["National workshops with SMEs", "Responsible", "Dates & Location", None]
    lower = [None, None, "Date", "Place"]
    table = on_one_sheet(elca, upper, lower, ["X", "AMZ", date(2022, 3, 3), "Rome"], sheet="S")
    assert [column.heading for column in table.columns] == [*upper[:2], "Date", "Place"]
    assert [column.field for column in table.columns] == ["title", "partners", "dates", "dates"]
    assert numbers(table) == [3]
    assert table.left == [
        (1, "Dates & Location", "Headings above others."),
        (2, "Date | Place", "A second row of headings."),
    ]


def test_a_title_above_its_own_heading_names_the_table(elca: Project) -> None:
    lower = ["Name", "Odd", "Opis"]
    table = on_one_sheet(elca, HEADINGS[:3], lower, line("X"), sheet="Anything")
    assert slugs([table]) == ["national-workshops"]
    assert [column.heading for column in table.columns[:3]] == ["Name", "Responsible", "Opis"]


def test_headings_that_stand_there_again_are_left_out(elca: Project) -> None:
    table = on_one_sheet(elca, HEADINGS, line("X"), HEADINGS, line("Y"), [], HEADINGS, line("Z"))
    assert numbers(table) == [2, 4, 7]
    assert left(table) == [(3, "The headings once more."), (6, "The headings once more.")]


def test_a_title_like_a_heading_is_a_row(elca: Project) -> None:
    table = on_one_sheet(
        elca, HEADINGS, line("International meetings"), line("Description"), line("Event", "MAV")
    )
    assert numbers(table) == [2, 3, 4]


def test_two_tables_side_by_side_are_told(elca: Project) -> None:
    table = on_one_sheet(elca, [*PLAIN, None, *PLAIN], [*line("X"), None, *line("Y")])
    assert "Two columns are called “Title”" in table.problems[0][1]


# Rows that are none


def test_totals_notes_and_captions_are_left_with_the_reason(elca: Project) -> None:
    table = on_one_sheet(
        elca,
        PLAIN,
        line("X"),
        ["Note: one is missing"],
        line("Y"),
        ["Suma", None, None, 2],
        ["10 in total"],
        [],
        ["Table 7. National workshops with SMEs."],
        ["Source: the partners."],
    )
    assert numbers(table) == [2, 4]
    assert left(table) == [
        (3, "A note"),
        (5, "A total"),
        (6, "A total"),
        (8, "A caption or a title"),
        (9, "A note"),
    ]
    assert table.left[1] == (5, "Suma | 2", "A total, no row of the table.")


def test_a_title_that_waits_for_its_other_cells_is_a_row(elca: Project) -> None:
    table = on_one_sheet(elca, PLAIN, line("X"), ["Workshop to come"], line("Y"), ["Another one"])
    assert numbers(table) == [2, 3, 4, 5]


def test_an_organisation_called_total_is_a_row(elca: Project) -> None:
    table = on_one_sheet(elca, PLAIN, line("Total Energies"), ["Total", "AMZ"])
    assert numbers(table) == [2, 3]


def test_the_example_of_an_empty_workbook_is_left_out(elca: Project) -> None:
    table = on_one_sheet(elca, [*PLAIN, "Row id"], [*line("X"), EXAMPLE], [*line("Y"), None])
    assert numbers(table) == [3]
    assert left(table) == [(2, "The example of the empty workbook.")]


def test_what_stands_above_the_headings_is_told(elca: Project) -> None:
    table = on_one_sheet(elca, ["Project", "ELCA"], ["Date", "March 2022"], [], PLAIN, line("X"))
    assert (table.heading_row, numbers(table)) == (4, [5])
    assert left(table) == [(1, "Stands above the headings."), (2, "Stands above the headings.")]


def test_a_form_above_the_headings_is_no_table(elca: Project) -> None:
    table = on_one_sheet(elca, ["Partner:", None, "Date:"], [], PLAIN, line("X"))
    assert (table.heading_row, numbers(table), table.problems) == (3, [4], [])
    assert table.left == [(1, "Partner: | Date:", "Stands above the headings.")]


def test_a_total_may_have_words_beside_it(elca: Project) -> None:
    table = on_one_sheet(elca, PLAIN, line("X"), [None, None, "Total:", "EUR 500"])
    assert (numbers(table), left(table)) == ([2], [(3, "A total")])


def test_rows_above_the_first_headings_are_a_table_too(elca: Project) -> None:
    found = find(elca, book({"S": [line("X"), line("Y"), [], HEADINGS, line("Z")]}))
    assert [numbers(table) for table in found.tables] == [[1, 2], [5]]
    assert "not clear which table" in found.tables[0].problems[0][1]


# Rows broken in two


def broken(elca: Project, *pieces: list[Any], after_break: bool = False) -> FoundTable:
    read = rows([HEADINGS, *pieces])
    read[-1].after_break = after_break
    return found_table(find(elca, Book("docx", [Sheet("Table 1 of the document", rows=read)])))


def test_a_row_without_title_and_partner_goes_on_with_the_one_above(elca: Project) -> None:
    table = broken(
        elca,
        line("A network", "AMZ", "Companies and", "10.03.2021 online", "It was expected that"),
        [None, None, "research institutes", "19.10.2021 Chemnitz", "many come.\nResults: few"],
        [None, None, None, None, "came, in the end."],
    )
    assert numbers(table) == [2]
    assert table.rows[0].cells == [
        "A network",
        "AMZ",
        "Companies and research institutes",
        "10.03.2021 online\n19.10.2021 Chemnitz",
        "It was expected that many come.\nResults: few came, in the end.",
    ]
    assert [words for _row, words in table.remarks] == [
        "It was read as the continuation of row 2.",
        "It was read as the continuation of row 2.",
    ]


def test_after_a_page_break_the_title_may_go_on_too(elca: Project) -> None:
    first = line("European Lightweight", "AMZ", "The other initiative started a co-")
    rest = ["Association", None, "operation.", date(2022, 7, 14)]
    table = broken(elca, first, rest, after_break=True)
    assert table.rows[0].cells[:4] == [
        "European Lightweight Association",
        "AMZ",
        "The other initiative started a co-operation.",
        date(2022, 7, 14),
    ]
    assert numbers(broken(elca, first, rest)) == [2]
    whole = ["Association", None, "Another initiative.", date(2022, 7, 14)]
    assert numbers(broken(elca, first, whole)) == [2, 3]


def test_a_text_that_goes_on_in_small_letters_joins_its_row(elca: Project) -> None:
    first = line("A network", "AMZ", "Companies of the region with their")
    assert numbers(broken(elca, first, ["of Saxony", None, "suppliers."])) == [2]
    assert numbers(broken(elca, first, ["of Saxony", None, "Suppliers."])) == [2, 3]
    assert numbers(broken(elca, first, ["of Saxony", "MAV", "suppliers."])) == [2, 3]


def test_a_row_with_a_partner_stays_a_row(elca: Project) -> None:
    table = broken(elca, line("X"), [None, "AMZ", "about"], after_break=True)
    assert (numbers(table), table.remarks) == ([2, 3], [])


def test_what_cannot_be_read_stays_so_when_joined(elca: Project) -> None:
    table = broken(elca, line("X", "AMZ", "About"), [None, None, CellFault("=1/0")])
    assert isinstance(table.rows[0].cells[2], CellFault)
    assert table.rows[0].cells[2] == "About =1/0"


def test_rows_apart_are_not_joined(elca: Project) -> None:
    assert numbers(broken(elca, line("X"), [], [None, None, "about", "2022"])) == [2, 4]


def test_endless_fragments_are_no_page_breaks(elca: Project) -> None:
    fragments = [[None, None, f"piece {number}"] for number in range(60)]
    assert numbers(broken(elca, line("X"), *fragments)) == [2, 53]


def test_merged_cells_and_hidden_sheets_are_told(elca: Project) -> None:
    read = rows([PLAIN, line("X"), line("X"), line("Y")])
    read[2].filled, read[3].filled = {0: "A2", 1: "B2"}, {1: "B2"}
    table = found_table(find(elca, Book("xlsx", [Sheet("Table 7", True, read)])))
    assert table.remarks == [
        (1, "This sheet is hidden in the file; its rows were read."),
        (3, "The cells A2, B2 are merged over this row: their values were taken here too."),
        (4, "The cell B2 is merged over this row: its value was taken here too."),
    ]


# Which table it is


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Table 7", "national-workshops"),
        ("T7", "national-workshops"),
        ("Tabelle 7", "national-workshops"),
        ("tabla_7", "national-workshops"),
        ("Tableau 7 - ateliers", "national-workshops"),
        ("Tabella 10", "matchmaking"),
        ("Tabela 3", "cluster-agreements"),
        ("national-workshops", "national-workshops"),
        ("National workshops with SMEs", "national-workshops"),
        ("Workshops 2022", "national-workshops"),
        ("Clusters and Business Networks f", "cluster-networks"),
        ("Clusters Cooperation Agreements", "cluster-agreements"),
        ("SME Cooperation Agreements", "sme-cooperation"),
        ("SMEs Business Agreements", "sme-business"),
        ("Cooperation Agreements", ""),
        ("Agreements", ""),
        ("Sheet1", ""),
        ("Tabelle3", ""),
        ("Table 99", ""),
    ],
)
def test_the_name_of_a_sheet_names_its_table(elca: Project, name: str, slug: str) -> None:
    table = on_one_sheet(elca, PLAIN, line("X"), sheet=name)
    assert slugs([table]) == [slug]
    assert (table.how, bool(table.problems)) == (
        ("sheet name", False) if slug else ("unknown", True)
    )


@pytest.mark.parametrize(
    ("heading", "slug", "sure"),
    [
        ("2. Clusters Cooperation Agreements (from our countries) 12 in total", 3, 1.0),
        ("Cluster Cooperation Agreement", 3, 0.8),
        ("SME Cooperation Agreements", 5, 0.8),
        ("4. SMEs Coop. Agreements 20 in total", 5, 0.5),
        ("Other Clusters, Consortiums & Intermediary Organisations Cooperation Agreements", 4, 0.8),
        ("International meeting", 8, 0.8),
        ("Other international event", 9, 0.8),
        ("Cooperation Agreements", 0, 0.0),
    ],
)
def test_a_heading_much_like_a_title_names_one_table(
    elca: Project, heading: str, slug: int, sure: float
) -> None:
    table = on_one_sheet(elca, [heading, "Responsible", "Description"], line("X"), sheet="S")
    assert (table.type.table_number if table.type else 0) == slug
    assert sure <= table.confidence < sure + 0.21


def test_a_table_that_says_two_things_is_stopped(elca: Project) -> None:
    table = on_one_sheet(elca, HEADINGS, line("X"), sheet="Table 8")
    words = "The sheet is called “Table 8”, but its heading is that of Table 7."
    assert table.problems == [(1, words)]


def test_several_tables_on_a_sheet_need_not_be_called_like_it(elca: Project) -> None:
    eight = ["7. International meetings 6 in total", *HEADINGS[1:]]
    found = find(elca, book({"Table 7": [HEADINGS, line("X"), [], eight, line("Y")]}))
    assert slugs(found.tables) == ["national-workshops", "international-meetings"]
    assert [table.problems for table in found.tables] == [[], []]


@pytest.mark.parametrize(
    ("caption", "sure"),
    [
        ("Table 7. National workshops with SMEs.", 1.0),
        ("Tabelle 7: Nationale Workshops mit KMU", 1.0),
        ("Tabla 7", 0.9),
        ("Tableau 7. Nos clients", 0.6),
    ],
)
def test_a_number_alone_is_sure_unless_its_words_are_others(
    elca: Project, caption: str, sure: float
) -> None:
    table = on_one_sheet(elca, [caption], PLAIN, line("X"), sheet="S")
    assert (slugs([table]), table.confidence) == (["national-workshops"], sure)
    assert table.title == caption


@pytest.mark.parametrize("captions_follow", [True, False])
def test_the_captions_of_a_document_stand_on_one_side(elca: Project, captions_follow: bool) -> None:
    captions = ["", "Table 7. Workshops", "Table 8. Meetings", "Table 9. Others", ""]
    sheets = [
        Sheet(f"Table {n} of the document", rows=rows([PLAIN, line("X")])) for n in range(1, 4)
    ]
    first = 0 if captions_follow else 1
    for at, sheet in enumerate(sheets, start=first):
        sheet.above, sheet.below = captions[at], captions[at + 1]
    found = find(elca, Book("docx", sheets))
    assert [table.type.table_number for table in found.tables if table.type] == [7, 8, 9]


def test_ids_of_rows_name_a_table(elca: Project) -> None:
    headings = ["Row id", *PLAIN]
    same = on_one_sheet(elca, headings, ["T8-01", *line("X")], ["T8-2", *line("Y")], sheet="List")
    assert (slugs([same]), same.how) == (["international-meetings"], "cells")
    mixed = on_one_sheet(elca, headings, ["T8-01", *line("X")], ["T7-1", *line("Y")], sheet="List")
    assert slugs([mixed]) == [""]


def test_a_column_that_only_one_table_has_names_it(elca: Project) -> None:
    headings = ["Title", "Responsible", "Who met whom"]
    table = on_one_sheet(elca, headings, ["X", "AMZ", "A | B"], sheet="S")
    assert (slugs([table]), table.how, table.confidence) == (["matchmaking"], "headings", 0.5)
    assert table.remarks == [(1, "This was taken for Table 10, which is not certain.")]
    headings = ["Title", "Responsible", "Expected date of signature"]
    assert slugs([on_one_sheet(elca, headings, ["X", "AMZ", "SIGNED"], sheet="S")]) == [""]


def test_the_option_counts_where_the_file_does_not_say(elca: Project) -> None:
    kind = elca.action_types.get(slug="sectors")
    content = book({"Sheet1": [PLAIN, line("X")], "Table 7": [PLAIN, line("Y")]})
    found = find(elca, content, only_type=kind)
    assert slugs(found.tables) == ["sectors", "national-workshops"]
    assert [table.how for table in found.tables] == ["option", "sheet name"]


def test_without_headings_the_partners_are_known_by_their_codes(elca: Project) -> None:
    kind = elca.action_types.get(slug="national-workshops")
    content = book({"Sheet1": [line("X"), line("Y", "Cluster MAV"), line("Z", "AMZ/ELCA")]})
    table = found_table(find(elca, content, only_type=kind))
    assert [column.field for column in table.columns] == ["title", "partners", "", "dates"]
    assert (table.heading_row, table.confidence, table.problems) == (0, 0.4, [])
    assert numbers(table) == [1, 2, 3]
    without = found_table(find(elca, book({"S": [["X", "a"], ["Y", "b"]]}), only_type=kind))
    assert without.problems == [(1, "No row of headings was found.")]
    said = {"columns": {"0": "title", "1": "results"}}
    chosen = {without.key: said}
    content = book({"S": [["X", "a"], ["Y", "b"]]})
    table = found_table(find(elca, content, only_type=kind, chosen=chosen))
    assert (table.problems, numbers(table)) == ([], [1, 2])


def test_a_table_without_titles_or_type_is_stopped_for_one_reason(elca: Project) -> None:
    table = on_one_sheet(elca, ["Responsible", "Description"], ["AMZ", "x"])
    assert [words.split(" (")[0] for _row, words in table.problems] == [
        "There is no column for the title"
    ]
    table = on_one_sheet(elca, ["Responsible", "Description"], ["AMZ", "x"], sheet="S")
    assert [words[:31] for _row, words in table.problems] == ["It is not clear which table of "]


# Sheets without actions


def content_names(content: Book) -> list[str]:
    return [sheet.name for sheet in content.sheets]


def test_sheets_without_actions_are_skipped(elca: Project) -> None:
    content = book(
        {
            "Table 0": [["#", "Title", "Description", "Total"], [1, "X", "Y", 3]],
            "table 12": [["Deadline", "Activity", "Status"], ["M6", "X", "Done"]],
            "Indicators": [["#", "Title", "Description", "Total"], [1, "X", "Y", 3]],
            "Help": [["Write one row for each action."]],
            "Lists": [["Responsible", "Status"], ["AMZ", "Held"]],
            "Empty": [],
            "Read me": [["How this file is used"], ["Write to somebody."], [], ["Thank you"]],
            "Still empty": [["Title", "Responsible"]],
            "Table 7": [PLAIN, line("X")],
        }
    )
    found = find(elca, content)
    assert found.skipped == [name for name in content_names(content) if name != "Table 7"]
    assert slugs(found.tables) == ["national-workshops"]


def test_an_empty_workbook_holds_no_rows_yet(elca: Project) -> None:
    for action_type in elca.action_types.all():
        out = BytesIO()
        write_blank(elca, action_type, out)
        found = find(elca, read_file(BytesIO(out.getvalue()), "empty.xlsx"))
        table = found_table(found)
        assert (table.type, table.problems, table.rows) == (action_type, [], [])
        assert {c.heading for c in table.columns if c.how != "exact"} == {"Country"}
        assert left(table) == [(2, "The example of the empty workbook.")]
        assert len(found.skipped) == 2


def test_a_document_may_hold_other_tables(elca: Project) -> None:
    contents = Sheet("Table 1 of the document", rows=rows([["Author", "Somebody"], ["Page", 3]]))
    planned = Sheet("Table 2 of the document", rows=rows([PLAIN, line("X")]))
    planned.below = "Table 12. Planning"
    ours = Sheet("Table 3 of the document", rows=rows([HEADINGS, line("X")]))
    found = find(elca, Book("docx", [contents, planned, ours]))
    assert found.skipped == [contents.name, planned.name]
    assert slugs(found.tables) == ["national-workshops"]


def test_the_planning_among_other_tables_is_left_out(elca: Project) -> None:
    plan = ["Deadline", "Activity", "Status"]
    lines = [HEADINGS, line("X"), [], ["Table 12. Planning"], plan, ["M6", "Meet", "Done"]]
    found = find(elca, book({"All": lines}))
    assert [(table.skip, table.problems) for table in found.tables] == [(False, []), (True, [])]


# What somebody said


def test_a_choice_overrides_everything(elca: Project) -> None:
    content = book({"Table 8": [["Title", "Who", "Colour"], ["X", "AMZ", "red"]]})
    choice = {"type": "sectors", "columns": {"1": "", "2": "description"}}
    table = found_table(find(elca, content, chosen={"0:1": choice}))
    assert (slugs([table]), table.how, table.confidence) == (["sectors"], "chosen", 1.0)
    assert [(c.field, c.how, c.confidence) for c in table.columns] == [
        ("title", "exact", 1.0),
        ("", "chosen", 1.0),
        ("description", "chosen", 1.0),
    ]
    assert table.remarks == []


def test_a_field_that_was_chosen_is_taken_from_its_column(elca: Project) -> None:
    content = book({"Table 7": [["Title", "Responsible", "Name"], ["Nr 1", "AMZ", "X"]]})
    choice = {"columns": {"2": "title"}}
    table = found_table(find(elca, content, chosen={"0:1": choice}))
    assert [column.field for column in table.columns] == ["", "partners", "title"]
    assert table.problems == []


def test_a_choice_settles_what_stopped_a_table(elca: Project) -> None:
    two = book({"Table 8": [[*HEADINGS[:3], "Description"], line("X", "AMZ", "a", "b")]})
    assert len(found_table(find(elca, two)).problems) == 2
    choice = {"type": "national-workshops", "columns": {"2": "", "3": "description"}}
    assert found_table(find(elca, two, chosen={"0:1": choice})).problems == []


def test_two_columns_chosen_for_one_field_are_stopped(elca: Project) -> None:
    content = book({"Table 7": [PLAIN, line("X")]})
    columns = {"2": "results", "3": "results"}
    table = found_table(find(elca, content, chosen={"0:1": {"columns": columns}}))
    words = "Two columns were taken for “Results”: which one is meant?"
    assert table.problems == [(1, words)]


def test_the_same_choice_as_the_guess_changes_nothing(elca: Project) -> None:
    headings = ["Title", "Responsible", "Date", "Place", "Results", "Results (continued 2)"]
    row = ["X", "AMZ", "14.03.2022", "Dresden", "a", "b"]
    content = book({"Table 7": [headings, row]})
    guess = found_table(find(elca, content))
    columns = {str(column.at): column.field for column in guess.columns}
    again = found_table(find(elca, content, chosen={"0:1": {"type": "", "columns": columns}}))
    assert again.skip
    again = found_table(find(elca, content, chosen={"0:1": {"columns": columns}}))
    assert (again.problems, again.remarks) == ([], [])
    for table in (guess, again):
        ready = to_table(table)
        cells = [ready.cell(ready.rows[0], column) for column in ready.columns]
        assert cells == ["X", "AMZ", "14.03.2022, Dresden", "ab"]


def test_a_table_may_be_left_out(elca: Project) -> None:
    content = book({"Sheet1": [["Title", "Responsible"], ["X", "AMZ"]]})
    table = found_table(find(elca, content, chosen={"0:1": {"type": ""}}))
    assert (table.skip, table.problems, table.how) == (True, [], "chosen")


def test_what_was_confirmed_once_is_remembered_for_its_shape(elca: Project) -> None:
    lines = [["Subject", "By", "Colour"], ["X", "AMZ", "red"]]
    first = found_table(find(elca, book({"Sheet1": lines})))
    columns = {"0": "title", "1": "partners", "2": "results"}
    kept = {first.shape: {"type": "sectors", "columns": columns}}
    other_rows = [["SUBJECT ", "by", "colour"], ["Y", "MAV", "blue"]]
    table = found_table(find(elca, book({"Other": [[], *other_rows]}), remembered=kept))
    assert (slugs([table]), table.how, table.problems) == (["sectors"], "remembered", [])
    assert {(c.field, c.how) for c in table.columns} == {
        ("title", "remembered"),
        ("partners", "remembered"),
        ("results", "remembered"),
    }
    chosen = {"0:2": {"type": "matchmaking"}}
    both = find(elca, book({"Other": [[], *other_rows]}), remembered=kept, chosen=chosen)
    assert slugs(both.tables) == ["matchmaking"]


def test_the_shape_keeps_the_order_and_what_the_file_says(elca: Project) -> None:
    lines = [PLAIN, line("X")]
    turned = [list(reversed(cells)) for cells in lines]
    found = find(elca, book({"Table 7": lines, "Table 8": lines, "S": lines, "T": turned}))
    assert len({table.shape for table in found.tables}) == 4
    again = find(elca, book({"Tabelle 7": [PLAIN, line("Y", "MAV")]}))
    assert found_table(again).shape == found.tables[0].shape


def test_tables_without_headings_have_no_shape_to_remember(elca: Project) -> None:
    content = book({"Sheet1": [line("X"), line("Y")]})
    table = found_table(find(elca, content, remembered={"": {"type": "sectors"}}))
    assert (table.shape, table.type) == ("", None)


def test_a_first_row_that_looks_like_headings_is_one(elca: Project) -> None:
    table = on_one_sheet(elca, ["Subject", "By", "Colour"], ["X", "AMZ", "red"])
    assert [column.heading for column in table.columns] == ["Subject", "By", "Colour"]
    assert [column.field for column in table.columns] == ["description", "partners", ""]
    assert numbers(table) == [2]
    row = on_one_sheet(elca, ["Description", "of what", "was done."], ["X", "AMZ", "red"])
    assert row.heading_row == 0


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "gone", "columns": {"1": "results"}},
        {"type": "sectors", "columns": {"1": "participants"}},
        {"columns": {"1": "gone"}},
        {"columns": {"99": "results", "x": "title"}},
        {"columns": ["title"]},
        {"type": None, "columns": None},
    ],
)
def test_a_choice_that_no_longer_fits_is_ignored(elca: Project, choice: dict[str, Any]) -> None:
    content = book({"Table 7": [PLAIN[:2], ["X", "AMZ"]]})
    for options in (
        {"remembered": {found_table(find(elca, content)).shape: choice}},
        {"chosen": {"0:1": choice}},
    ):
        table = found_table(find(elca, content, **options))
        assert (slugs([table]), table.how) == (["national-workshops"], "sheet name")
        assert [(c.field, c.how) for c in table.columns] == [
            ("title", "exact"),
            ("partners", "exact"),
        ]


def test_many_rows_are_sorted_in_their_order(elca: Project) -> None:
    read = [Row(1, list(HEADINGS)), *(Row(n, line(f"Action {n}")) for n in range(2, 2002))]
    table = found_table(find(elca, Book("xlsx", [Sheet("Table 7", rows=read)])))
    assert numbers(table) == list(range(2, 2002))
