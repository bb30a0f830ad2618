"""Reading .csv and other texts of rows: what separates cells, encodings, and quotation marks."""

from __future__ import annotations

import codecs
from typing import Any

import pytest

from reports.reading.cells import Book
from reports.reading.reader import FileError
from tests.reports.seed import as_csv
from tests.reports.test_reading import read

ROWS = "Title;Responsible\nA meeting;AMZ\nAnother;BIC\n"


def rows(content: bytes, name: str = "list.csv") -> list[tuple[int, list[Any]]]:
    [sheet] = read(content, name).sheets
    return [(row.number, row.cells) for row in sheet.rows]


def test_a_text_is_one_sheet_with_the_name_of_the_file() -> None:
    book = read(ROWS.encode(), "Partner list.v2.csv")
    assert (book.kind, book.notes, book.exported_at) == ("csv", [], None)
    assert [sheet.name for sheet in book.sheets] == ["Partner list.v2"]
    assert read(ROWS.encode(), "").sheets[0].name == "Sheet 1"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_cells_are_separated_by_what_separates_most_evenly(delimiter: str, ending: str) -> None:
    text = f"Title{delimiter}Responsible\nA, b; c\td{delimiter}AMZ\nOther{delimiter}BIC\n"
    quoted = text.replace("A, b; c\td", '"A, b; c\td"').replace("\n", ending)
    assert rows(quoted.encode()) == [
        (1, ["Title", "Responsible"]),
        (2, ["A, b; c\td", "AMZ"]),
        (3, ["Other", "BIC"]),
    ]


def test_commas_in_texts_do_not_win_over_semicolons() -> None:
    text = "Title;Place\nOne, two, three;Dresden, DE\nFour, five, six;Madrid, ES\n"
    assert rows(text.encode())[1] == (2, ["One, two, three", "Dresden, DE"])


def test_tables_under_one_another_are_separated_as_each_of_them() -> None:
    text = "All actions, by partner\n\nA;B;C\n1;2;3\n4;5;6\n\nTotal 2\n\nA;B\n1;2\n3;4\n"
    assert [len(cells) for _number, cells in rows(text.encode())] == [1, 3, 3, 3, 1, 2, 2, 2]


def test_prose_is_one_column() -> None:
    text = "Dear colleagues,\nhere, at last, is our list.\nIt is long\nand, well, short.\nBye\n"
    assert [cells for _number, cells in rows(text.encode(), "letter.txt")] == [
        [line] for line in text.splitlines()
    ]


@pytest.mark.parametrize("delimiter", [";", "|"])
def test_the_separator_that_excel_names_is_taken_and_no_row(delimiter: str) -> None:
    text = f"sep={delimiter}\r\na,b{delimiter}c\r\nd,e{delimiter}f\r\n"
    assert rows(text.encode()) == [(1, ["a,b", "c"]), (2, ["d,e", "f"])]


def test_rows_are_numbered_as_a_spreadsheet_would() -> None:
    text = 'a;b\n\n"two\nlines";c\n;\n"said ""yes""";d\n'
    assert rows(text.encode()) == [
        (1, ["a", "b"]),
        (3, ["two\nlines", "c"]),
        (5, ['said "yes"', "d"]),
    ]


def test_cells_stay_the_texts_that_they_are() -> None:
    text = "a;b;c;d\n 5 ;1.0;007;2022-03-04\n=1+1;x;TRUE;\n"
    assert rows(text.encode())[1:] == [
        (2, [" 5 ", "1.0", "007", "2022-03-04"]),
        (3, ["=1+1", "x", "TRUE"]),
    ]


def test_a_quotation_mark_that_stays_open_is_refused_with_its_row() -> None:
    text = 'a;b\nc;d\ne;"f\ng;h\n'
    with pytest.raises(FileError, match="In row 3 of the file a quotation mark"):
        rows(text.encode())


def test_inches_inside_a_cell_are_no_quotation() -> None:
    assert rows(b'a;b\n3" pipe;c\nd;4"\n')[1:] == [(2, ['3" pipe', "c"]), (3, ["d", '4"'])]


@pytest.mark.parametrize(
    "encoded",
    [
        codecs.BOM_UTF8 + "Zürich;Łódź\na;b\n".encode(),
        "Zürich;Łódź\na;b\n".encode(),
        "Zürich;Łódź\na;b\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Zürich;Łódź\na;b\n".encode("utf-16-be"),
        "Zürich;Łódź\na;b\n".encode("utf-16-le"),
        "Zürich;Łódź\na;b\n".encode("utf-16-be"),
    ],
)
def test_encodings_of_all_letters_are_read_without_a_note(encoded: bytes) -> None:
    assert read(encoded, "a.csv").notes == []
    assert rows(encoded) == [(1, ["Zürich", "Łódź"]), (2, ["a", "b"])]


def guessed(text: str, encoding: str) -> tuple[str, Book]:
    book = read(f"a;b\n{text};x\n".encode(encoding), "a.csv")
    return book.sheets[0].rows[1].cells[0], book


@pytest.mark.parametrize(
    "text",
    ["Müller & Söhne", "¿Qué? mañana", "Forêt – „Straße“", "3 m³ à 5 €", "Citroën œuvre", "lunedì"],
)
def test_western_letters_are_read_with_a_note(text: str) -> None:
    found, book = guessed(text, "cp1252")
    assert found == text
    assert len(book.notes) == 1
    assert "Windows-1252" in book.notes[0]


@pytest.mark.parametrize(
    "text", ["Wałęsa", "Spółka z ograniczoną odpowiedzialnością", "Średnia wartość", "Žďár, město"]
)
def test_central_european_letters_are_read_with_a_note(text: str) -> None:
    found, book = guessed(text, "cp1250")
    assert found == text
    assert "Windows-1250" in book.notes[0]


def test_the_tables_of_the_deliverable_are_read() -> None:
    book = read(as_csv(), "wp3-tables.csv")
    widths = [len(row.cells) for row in book.sheets[0].rows]
    assert set(widths) <= {1, 4, 5}
    assert "Windows-1252" in book.notes[0]
    assert sum("Leichtbau Baden-Württemberg" in str(row.cells[0]) for row in book.sheets[0].rows)


def test_long_texts_and_many_rows_have_their_bounds() -> None:
    assert len(rows(b"a\n" + b"x" * 9_000_000)[1][1][0]) == 9_000_000
    assert len(rows(b"1;2\n" * 50_000)) == 50_000
    with pytest.raises(FileError, match="more than 50000 rows"):
        rows(b"1;2\n" * 50_001)
    with pytest.raises(FileError, match="more than 200 columns"):
        rows(b";".join([b"a"] * 201) + b"\n")
