"""Whatever the cells are: tables are found without a fault, and no cell of any row is lost."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.models import ActionType
from reports.reading.cells import Book, CellFault, Row, Sheet
from reports.understanding.tables import Found, find_tables, to_table
from tests.conftest import ELCA
from tests.reports.files import HEADINGS

NAMES = {"table": "table_number"}
TYPES = [
    ActionType(**{NAMES.get(name, name): value for name, value in kind.items()})
    for kind in json.loads((ELCA / "project.json").read_text(encoding="utf-8"))["action_types"]
]
WORDS = [
    *HEADINGS,
    *("Title", "Titel", "Date", "Place", "Country", "Start", "End", "Status", "Row id", "ID"),
    *("AMZ", "AMZ/MAV", "MAV, EEN", "Description (continued 2)", "Total", "Total 3", "10 in total"),
    *("Table 7. Workshops", "Table 0", "Note: x", "EXAMPLE", "T7-01", "T8-2", "31.02.2022", ""),
    *("International meetings", "SMEs", "NOT SIGNED", "https://x.eu", "and so on", " ", "2022"),
    *("Broken off in the middle of the", "Responsibel", "(", "*", "/", "\n", "ł", "x" * 300),
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(min_value=date(1, 1, 1)),
    st.datetimes(),
    st.just(time(9, 30)),
    st.builds(CellFault, st.text(max_size=10)),
)
LINES = st.lists(CELLS, max_size=7)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    number, rows = 0, []
    for cells in draw(st.lists(LINES, max_size=12)):
        number += draw(st.integers(1, 3))
        filled = {0: "A1"} if draw(st.booleans()) and cells else {}
        rows.append(Row(number, cells, filled, draw(st.booleans())))
    words = st.sampled_from(["", "Table 7", "Table 8", "Table 12", "Help", "S", "Workshops"])
    return Sheet(draw(words), draw(st.booleans()), rows, draw(words), draw(words))


BOOKS = st.builds(
    Book, st.sampled_from(["xlsx", "ods", "csv", "docx"]), st.lists(sheets(), max_size=3)
)
CHOICES = st.dictionaries(
    st.sampled_from(["0:0", "0:1", "0:2", "1:1"]),
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["", "sectors", "cluster-agreements", "gone", None]),
            "columns": st.dictionaries(
                st.sampled_from(["0", "1", "2", "x"]),
                st.sampled_from(["", "title", "partners", "dates", "signature", "gone"]),
            ),
        },
    ),
)


def understood(content: Book, **options: Any) -> Found:
    return find_tables(content, TYPES, partners=["AMZ", "MAV"], **options)


@settings(max_examples=60, deadline=None)
@given(content=BOOKS, chosen=CHOICES, only=st.sampled_from([None, TYPES[0], TYPES[1]]))
def test_any_book_is_understood(
    content: Book, chosen: dict[str, Any], only: ActionType | None
) -> None:
    found = understood(content, chosen=chosen, only_type=only)
    for table in found.tables:
        if table.type and not table.problems and not table.skip:
            ready = to_table(table)
            assert "title" in ready.parts or ready.row_id is not None
            for row in ready.rows:
                assert isinstance(ready.reference(row), str)
                for column, places in ready.columns.items():
                    said = [row.cell(at) for at in places if row.cell(at) is not None]
                    assert (ready.cell(row, column) is None) == (not said)


def marked(content: Book) -> Counter[str]:
    """Give every text of a book a mark of its own that does not change what it looks like."""
    marks: Counter[str] = Counter()
    for sheet in content.sheets:
        for row in sheet.rows:
            for at, cell in enumerate(row.cells):
                if isinstance(cell, str) and not isinstance(cell, CellFault) and "own" in cell:
                    mark = f"own{sum(marks.values())}end"
                    marks[mark] += 1
                    row.cells[at] = cell.replace("own", mark)
    return marks


OWN = st.one_of(
    st.none(),
    st.sampled_from(["own", "own text that goes on without an end", "own 03.03.2022", "Total own"]),
    st.sampled_from(["AMZ", *HEADINGS, "Title", "Note: own", "Table 7. own", "10 in total own"]),
)


@st.composite
def books_of_marks(draw: st.DrawFn) -> Book:
    lines = draw(st.lists(st.lists(OWN, max_size=5), min_size=1, max_size=14))
    breaks = draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    pairs = enumerate(zip(lines, breaks, strict=True), start=1)
    rows = [Row(number, cells, {}, after) for number, (cells, after) in pairs]
    return Book("xlsx", [Sheet(draw(st.sampled_from(["S", "Table 7"])), False, rows)])


@settings(max_examples=60, deadline=None)
@given(content=books_of_marks())
def test_no_text_is_lost(content: Book) -> None:
    marks = marked(content)
    found = understood(content)
    if found.skipped:
        return
    told: list[str] = []
    for table in found.tables:
        told += [str(cell) for row in table.rows for cell in row.cells]
        told += [text for _number, text, _why in table.left]
        told += [column.heading for column in table.columns]
    said = "\n".join(told)
    assert [mark for mark in marks if mark not in said] == []


@settings(max_examples=60, deadline=None)
@given(content=BOOKS)
def test_every_row_is_somewhere_once(content: Book) -> None:
    found = understood(content)
    for index, sheet in enumerate(content.sheets):
        mine = [table for table in found.tables if table.sheet_index == index]
        if not mine:
            assert sheet.name in found.skipped
            continue
        seen = Counter(row.number for table in mine for row in table.rows)
        left = {(table.key, number) for table in mine for number, _text, _why in table.left}
        seen.update(number for key, number in left if key != f"{index}:{number}")
        seen.update(table.heading_row for table in mine if table.heading_row)
        seen.update(
            number
            for table in mine
            for number, words in table.remarks
            if "continuation" in words and number != table.heading_row
        )
        wanted = {row.number for row in sheet.rows if any(str(c or "").strip() for c in row.cells)}
        assert wanted <= seen.keys()
        assert max(seen.values(), default=1) == 1
