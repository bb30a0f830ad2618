"""Reading .ods files: kinds of cells, spans, repeated cells, hidden sheets, and faults."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from odf import meta
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import LineBreak, P, S, Span

from reports.reading.cells import EXPORTED, Book, CellFault
from tests.reports.seed import as_ods, tables
from tests.reports.test_reading import read, replaced


def cell(text: str = "", **attributes: Any) -> TableCell:
    made = TableCell(**attributes)
    for line in text.split("\n") if text else []:
        made.addElement(P(text=line))
    return made


def row(*cells: Any, **attributes: Any) -> TableRow:
    made = TableRow(**attributes)
    for each in cells:
        made.addElement(each)
    return made


def saved(*rows: TableRow, said: str = "") -> bytes:
    book = OpenDocumentSpreadsheet()
    if said:
        book.meta.addElement(meta.UserDefined(name=EXPORTED, valuetype="string", text=said))
    sheet = Table(name="Table 7")
    for each in rows:
        sheet.addElement(each)
    book.spreadsheet.addElement(sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def opened(*rows: TableRow, said: str = "") -> Book:
    return read(saved(*rows, said=said), "a.ods")


def found(*rows: TableRow) -> list[tuple[int, list[Any], dict[int, str]]]:
    [sheet] = opened(*rows).sheets
    return [(each.number, each.cells, dict(each.filled)) for each in sheet.rows]


def values(*cells: Any) -> list[Any]:
    [(_number, first, _filled)] = found(row(*cells))
    return first


def test_every_kind_of_cell_comes_as_it_is() -> None:
    assert values(
        cell("a text", valuetype="string"),
        cell("5", valuetype="float", value="5"),
        cell("5,25", valuetype="float", value="5.25"),
        cell("50 %", valuetype="percentage", value="0.5"),
        cell("04.03.22", valuetype="date", datevalue="2022-03-04"),
        cell("04.03.22 10:30", valuetype="date", datevalue="2022-03-04T10:30:00"),
        cell("04.03.22", valuetype="date", datevalue="2022-03-04T00:00:00"),
        cell("10:30", valuetype="time", timevalue="PT10H30M00S"),
        cell("TRUE", valuetype="boolean", booleanvalue="true"),
        cell("FALSE", valuetype="boolean", booleanvalue="false"),
    ) == [
        "a text",
        5,
        5.25,
        0.5,
        date(2022, 3, 4),
        datetime(2022, 3, 4, 10, 30),
        date(2022, 3, 4),
        "10:30:00",
        True,
        False,
    ]


def test_a_value_that_cannot_be_is_its_text() -> None:
    assert values(cell("some day", valuetype="date", datevalue="2022-13-44")) == ["some day"]


def test_paragraphs_breaks_and_spaces_of_a_cell_are_kept() -> None:
    made = cell("one\ntwo", valuetype="string")
    last = P(text="three")
    for part in (S(c=2), Span(text="bold"), LineBreak(), Span(text="four")):
        last.addElement(part)
    made.addElement(last)
    assert values(made) == ["one\ntwo\nthree  bold\nfour"]


def test_a_comment_is_not_the_text_of_its_cell() -> None:
    made = TableCell(valuetype="string")
    note = Annotation()
    note.addElement(P(text="a comment"))
    made.addElement(note)
    made.addElement(P(text="a text"))
    assert values(made) == ["a text"]


def test_rows_and_cells_that_repeat_are_counted() -> None:
    assert found(
        row(cell("a"), cell(numbercolumnsrepeated=2), cell("b", numbercolumnsrepeated=2)),
        row(cell(numbercolumnsrepeated=16384), numberrowsrepeated=1000),
        row(cell("c"), numberrowsrepeated=2),
        row(cell(numbercolumnsrepeated=16384), numberrowsrepeated=1_047_573),
    ) == [
        (1, ["a", None, None, "b", "b"], {}),
        (1002, ["c"], {}),
        (1003, ["c"], {}),
    ]


def test_cells_that_span_rows_stand_in_each_of_them() -> None:
    assert found(
        row(cell("AMZ", numberrowsspanned=3), cell("x")),
        row(CoveredTableCell(), cell("y")),
        row(CoveredTableCell(), cell()),
        row(cell("w", numbercolumnsspanned=2), CoveredTableCell(), cell("v")),
    ) == [
        (1, ["AMZ", "x"], {}),
        (2, ["AMZ", "y"], {0: "A1"}),
        (4, ["w", None, "v"], {}),
    ]


def test_a_formula_without_a_result_and_an_error_are_faults() -> None:
    without, error = values(
        cell(formula="of:=1+1"),
        cell("#DIV/0!", formula="of:=1/0", valuetype="string", stringvalue=""),
    )
    assert isinstance(without, CellFault)
    assert "A1" in without
    assert error == "#DIV/0!"


def test_an_error_of_the_spreadsheet_is_a_fault() -> None:
    content = saved(row(cell("#DIV/0!", formula="of:=1/0", valuetype="string")))
    xml = _content(content).replace(b'office:value-type="string"', b'calcext:value-type="error"')
    xml = xml.replace(b"<office:document-content", b'<office:document-content xmlns:calcext="c"', 1)
    fault = read(replaced(content, "content.xml", [xml])).sheets[0].rows[0].cells[0]
    assert isinstance(fault, CellFault)
    assert "#DIV/0!" in fault


def _content(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read("content.xml")


def test_hidden_sheets_are_told() -> None:
    book = OpenDocumentSpreadsheet()
    style = Style(name="ta2", family="table")
    style.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(style)
    for sheet in (Table(name="Seen"), Table(name="Hidden", stylename=style)):
        sheet.addElement(row(cell("a")))
        book.spreadsheet.addElement(sheet)
    out = BytesIO()
    book.save(out)
    sheets = read(out.getvalue()).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("Seen", False), ("Hidden", True)]


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2022-03-14T10:00:00+00:00", datetime(2022, 3, 14, 10, tzinfo=UTC)),
        ("2022-03-14", None),
        ("soon", None),
    ],
)
def test_a_file_of_this_application_says_when_it_was_written(said: str, moment: Any) -> None:
    assert opened(row(cell("a")), said=said).exported_at == moment


def test_the_tables_of_the_deliverable_are_read() -> None:
    book = read(as_ods().getvalue(), "wp3-tables.ods")
    assert book.kind == "ods"
    assert [sheet.name for sheet in book.sheets] == [table.name for table in tables()]
    for sheet, table in zip(book.sheets, tables(), strict=True):
        first, *others = sheet.rows
        assert first.cells == table.headings
        assert [each.cells for each in others] == [
            [text or None for text in line] for line in table.rows
        ]
