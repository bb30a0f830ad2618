"""Reading files: which are refused with which sentence, and that none of them does harm."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
from django.utils import translation

from partners import childprocess
from reports.reading import reader, sentences
from reports.reading.cells import Book, CellFault, cell_name, plain
from reports.reading.reader import FileError, read_file
from tests.ending import sure_to_end
from tests.reports.faulty import zip_bomb
from tests.reports.files import workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
TAIL = b"</sheetData></worksheet>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
FLAT_MEMORY_KB = 40_000


def read(content: bytes, name: str = "test.xlsx") -> Book:
    return read_file(BytesIO(content), name)


def packed(**entries: bytes) -> bytes:
    """A zip archive; ``xl__workbook`` is the entry ``xl/workbook``."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def replaced(content: bytes, part: str, pieces: Iterable[bytes]) -> bytes:
    """An archive with another part in place of its own."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w") as file:
            for piece in pieces:
                file.write(piece)
    return out.getvalue()


def of_sheet(*pieces: bytes) -> bytes:
    """A workbook whose sheet holds this XML."""
    return replaced(workbook(A=[["a"]]).getvalue(), SHEET, [HEAD, *pieces, TAIL])


def document() -> bytes:
    made = docx.Document()
    made.add_table(1, 1).cell(0, 0).text = "a"
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def open_document(body: bytes, kind: str = "spreadsheet") -> bytes:
    return packed(
        mimetype=f"application/vnd.oasis.opendocument.{kind}".encode(), **{"content.xml": body}
    )


# Cells


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (" a ", " a "),
        ("  ", None),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x0bb", "a\nb"),
        ("a_x000D_\nb", "a\nb"),
        ("a\x00b", "ab"),
        ("a\tb", "a\tb"),
        (5.0, 5),
        (5.5, 5.5),
        (True, True),
        (datetime(2022, 3, 4), date(2022, 3, 4)),
        (datetime(2022, 3, 4, 5), datetime(2022, 3, 4, 5)),
        (None, None),
    ],
)
def test_a_cell_is_read_without_traces_of_its_file(cell: Any, value: Any) -> None:
    assert plain(cell) == value
    assert type(plain(cell)) is type(value)


@pytest.mark.parametrize(("at", "name"), [(0, "A3"), (25, "Z3"), (26, "AA3"), (16383, "XFD3")])
def test_cells_have_the_names_that_spreadsheets_give_them(at: int, name: str) -> None:
    assert cell_name(3, at) == name


# What is refused


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.csv", b" \n\r\n;;\n", "all of it is blank"),
        ("a.xlsx", b"Dear colleagues,\nhere are our actions.\n", "form that its name says"),
        ("a.docx", b"Title;Responsible\nA;AMZ\n", "form that its name says"),
        ("a.xlsx", packed(text=b"hello"), "form that its name says"),
        ("a.zip", packed(text=b"hello"), "Unpack it"),
        ("a.csv", b"Title;Responsible\nA\x00\x01\x02;AMZ\n", "can be read"),
        ("a.csv", bytes(range(256)) * 20, "can be read"),
        ("a.html", b"<!DOCTYPE html><table><tr><td>a", "web page"),
        ("a.xls", b"\n<html><table><tr><td>a", "web page"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le") + bytes(9), "password"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le") + bytes(9), r"\.xls, .*save it as \.xlsx"),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le") + bytes(9), r"save it as \.docx"),
        ("a.msi", OLE, "can be read"),
        ("a.xlsb", packed(xl__workbook=b"", **{"xl/workbook.bin": b""}), r"save it as \.xlsx"),
        ("a.pptx", packed(ppt__presentation=b""), "presentation"),
        ("a.odt", open_document(b"<a/>", "text"), r"\.odt"),
        ("a.odp", open_document(b"<a/>", "presentation"), "presentation"),
        ("a.numbers", packed(**{"Index/Document.iwa": b""}), "Numbers"),
        ("a.gsheet", b'{"url": "https://docs.google.com/open?id=1"}', "Google"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        ("a.rtf", b"{\\rtf1 hello}", r"\.rtf"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "picture"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(50), "picture"),
        ("a.gz", b"\x1f\x8b\x08" + bytes(50), "Unpack it"),
        ("a.xlsx", b"PK\x03\x04 and nothing after", "not copied whole"),
        ("a.xlsx", packed(**{"xl/workbook.xml": b"<a/>"}), "cannot be read"),
    ],
)
def test_what_is_not_read_gives_a_sentence(name: str, content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        read(content, name)


def test_the_name_decides_nothing_that_the_content_decides() -> None:
    assert read(workbook(A=[["a"]]).getvalue(), "notes.csv").kind == "xlsx"
    assert read(b"BMW;AMZ\nb;c\n", "notes.dat").kind == "csv"
    assert read(document(), "").kind == "docx"


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(workbook(A=[["a"]]).getvalue())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(header)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(header, at + 1)
    with pytest.raises(FileError, match="password"):
        read(bytes(content))


def test_an_open_document_with_a_password_is_refused() -> None:
    manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    content = replaced(open_document(b"<a/>"), "META-INF/manifest.xml", [manifest])
    with pytest.raises(FileError, match="password"):
        read(content, "a.ods")


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("make", [lambda: workbook(A=[["a", "b"]] * 50).getvalue(), document])
def test_a_truncated_file_gives_a_sentence(make: Any, part: float) -> None:
    content = make()
    with pytest.raises(FileError, match="not copied whole"):
        read(content[: int(len(content) * part)])


def test_a_file_with_a_hole_gives_a_sentence() -> None:
    content = bytearray(workbook(A=[["a", "b"]] * 200).getvalue())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        start = archive.getinfo(SHEET).header_offset
    content[start + 100 : start + 140] = b"\x00" * 40
    with pytest.raises(FileError, match="cannot be read"):
        read(bytes(content))


def test_a_wrong_check_sum_gives_a_sentence() -> None:
    content = workbook(A=[["a"]]).getvalue()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        right = archive.getinfo(SHEET).CRC
    wrong = content.replace(right.to_bytes(4, "little"), (right ^ 1).to_bytes(4, "little"))
    assert wrong != content
    with pytest.raises(FileError, match="cannot be read"):
        read(wrong)


def test_broken_xml_gives_a_sentence() -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read(of_sheet(b"<row><c></row>"))
    with pytest.raises(FileError, match="cannot be read"):
        read(open_document(b"<a><b></a>"), "a.ods")


def test_a_missing_file_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be opened: No such file"):
        read_file(tmp_path / "none.xlsx", "none.xlsx")


def test_too_large_a_file_is_refused(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 2_000_000
    assert read(b"a\n" + b"x" * 1_999_998, "a.csv").sheets[0].rows
    with pytest.raises(FileError, match="larger than 2 MB"):
        read(b"a\n" + b"x" * 1_999_999, "a.csv")


@pytest.mark.parametrize("code", sentences.SENTENCES)
def test_every_sentence_can_be_said(code: str) -> None:
    params = {"reason": "gone", "most": 5, "sheet": "A", "cell": "B2", "row": 3}
    said = sentences.sentence(code, **params)
    assert said.endswith(".")
    assert "%" not in said


# What would do harm


def far(*places: str) -> bytes:
    book = openpyxl.Workbook()
    for place in ("A1", *places):
        book.active[place] = "z"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def strings(*pieces: bytes) -> bytes:
    """A workbook with these shared strings, the first of which stands in A1."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write(0, 0, "a")
    book.close()
    table = [f'<sst xmlns="{MAIN}">'.encode(), *pieces, b"</sst>"]
    return replaced(out.getvalue(), "xl/sharedStrings.xml", table)


def ods_rows(rows: bytes) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    head = f'<office:spreadsheet{spaces}><table:table table:name="A">'.encode()
    return open_document(head + rows + b"</table:table></office:spreadsheet>")


REPEATED = (
    b'<table:table-row table:number-rows-repeated="1048576">'
    b'<table:table-cell table:number-columns-repeated="%d"><text:p>x</text:p></table:table-cell>'
    b"</table:table-row>"
)
HARMFUL = {
    "far cell": (lambda: far("XFD1048576"), "more than 200 columns.*XFD1048576"),
    "millions of rows": (
        lambda: of_sheet(*[b"<row><c><v>1</v></c></row>" * 100_000] * 30),
        "cannot be read",
    ),
    "millions of cells": (
        lambda: of_sheet(*[b"<row>" + b"<c><v>1</v></c>" * 100_000 + b"</row>"] * 90),
        "more than 2000000 cells",
    ),
    "bomb": (lambda: zip_bomb().content, "far too large"),
    "entities in a workbook": (
        lambda: replaced(workbook(A=[["a"]]).getvalue(), SHEET, [LAUGHS, HEAD, b"&a9;", TAIL]),
        "must not hold",
    ),
    "entities in UTF-16": (
        lambda: replaced(
            workbook(A=[["a"]]).getvalue(),
            SHEET,
            [(LAUGHS[21:] + HEAD + TAIL).decode().encode("utf-16")],
        ),
        "must not hold",
    ),
    "entities in an open document": (
        lambda: open_document(LAUGHS + b"<x>&a9;</x>"),
        "must not hold",
    ),
    "entities in a document": (
        lambda: replaced(document(), "word/document.xml", [LAUGHS, b"<x>&a9;</x>"]),
        "must not hold",
    ),
    "repeated cells": (lambda: ods_rows(REPEATED % 16384), "more than 200 columns"),
    "repeated rows": (lambda: ods_rows(REPEATED % 1), "more than 50000 rows"),
    "millions of blank rows": (
        lambda: ods_rows(b"<table:table-row/>" * 2_000_000),
        "cannot be read",
    ),
    "a document without end": (
        lambda: replaced(document(), "word/document.xml", [b"<a>", *[b"<b/>" * 250_000] * 50]),
        "far too large",
    ),
    "deep tables": (
        lambda: replaced(
            document(),
            "word/document.xml",
            [
                b"<document><body>",
                b"<tbl><tr><tc>" * 3000,
                b"</tc></tr></tbl>" * 3000,
                b"</body></document>",
            ],
        ),
        "more than 100 sheets",
    ),
    "one merged text": (
        lambda: replaced(
            workbook(A=[["a"]]).getvalue(),
            SHEET,
            [HEAD, b'<row r="1"><c r="A1" t="inlineStr"><is><t>', b"x" * 30_000]
            + [b"</t></is></c></row>"]
            + [b'<row r="%d"><c r="B%d"><v>1</v></c></row>' % (n, n) for n in range(2, 3000)]
            + [b'</sheetData><mergeCells><mergeCell ref="A1:A3000"/></mergeCells></worksheet>'],
        ),
        "longer than 20000000 characters",
    ),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_would_do_harm_is_refused_without_memory(name: str) -> None:
    make, words = HARMFUL[name]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with sure_to_end(), pytest.raises(FileError, match=words):
        read(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < FLAT_MEMORY_KB


def test_strings_that_no_cell_holds_are_not_brought_along() -> None:
    pieces = [b"<si><t>a</t></si><si><t>", *[b"x" * 1_000_000] * 150, b"</t></si>"]
    content = strings(*pieces)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [sheet] = read(content).sheets
    assert [row.cells for row in sheet.rows] == [["a"]]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < FLAT_MEMORY_KB


def test_a_string_that_many_cells_hold_is_counted_for_each() -> None:
    cells = [b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 3000)]
    content = strings(b"<si><t>", b"x" * 1_000_000, b"</t></si>")
    with pytest.raises(FileError, match="longer than 20000000 characters"):
        read(replaced(content, SHEET, [HEAD, *cells, TAIL]))


def test_a_part_that_hides_its_size_is_refused() -> None:
    content = of_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>', b" " * 50_000)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    small = content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert small != content
    with pytest.raises(FileError, match="cannot be read"):
        read(small)


# The other process


def test_the_other_process_knows_nothing_of_django() -> None:
    """Its start would take ten times as long."""
    code = "import sys, reports.reading.child; print(sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert "reports.reading.gathering" in out.stdout
    for heavy in ("'django'", "'openpyxl'", "'python_calamine'", "'docx'", "'lxml'"):
        assert heavy not in out.stdout


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Puts another program in the place of the other process."""

    def put(code: str) -> None:
        package = tmp_path / "pretended"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "child.py").write_text(code)
        monkeypatch.setattr(reader, "CHILD", "pretended.child")
        monkeypatch.setattr(childprocess, "ROOT", tmp_path)

    return put


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.abort()", "too much memory"),
        ("import sys; sys.exit(3)", "too much memory"),
        ("import os; os.kill(os.getpid(), 9)", "too much memory"),
        ("import os; os.kill(os.getpid(), 24)", "too long"),
        ("raise RuntimeError", "damaged"),
        ("", "damaged"),
    ],
)
def test_a_process_that_ends_badly_gives_a_sentence(child: Any, code: str, words: str) -> None:
    child(code)
    with pytest.raises(FileError, match=words):
        read(b"a;b\n")


def test_a_process_that_takes_too_long_is_stopped(
    child: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reader, "SECONDS", 0.5)
    pid = tmp_path / "pid"
    child(f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(FileError, match="too long"):
        read(b"a;b\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_process_that_writes_without_end_is_not_read(child: Any) -> None:
    child("import sys; open(sys.argv[1] + '/answer', 'wb').truncate(200_000_000)")
    with pytest.raises(FileError, match="too much memory"):
        read(b"a;b\n")


def test_the_other_process_gets_no_keys(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    message = """line = json.dumps(["refused", ["missing", {"reason": str(dict(os.environ))}]])"""
    child(f"import json, os, sys\n{message}\nopen(sys.argv[1] + '/answer', 'w').write(line)")
    with pytest.raises(FileError) as refused:
        read(b"a;b\n")
    assert "PATH" in str(refused.value)
    assert "a secret" not in str(refused.value)


def test_the_other_process_limits_itself() -> None:
    code = (
        "import resource, reports.reading.limits as limits; limits.limit_this_process(7);"
        "print([resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS,"
        " resource.RLIMIT_CPU, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(out.stdout) == [1_000_000_000, 7, 0, 150_000_000]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read(b"a;b\n", "a.csv")
    with pytest.raises(FileError):
        read(b"")
    assert list(tmp_path.iterdir()) == []


def test_a_fault_is_told_in_the_language_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "_", lambda text: f"{translation.get_language()}: {text}")
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    out = BytesIO()
    book.save(out)
    with translation.override("de"):
        fault = read(out.getvalue()).sheets[0].rows[0].cell(1)
    assert isinstance(fault, CellFault)
    assert fault.startswith("de: The formula in B2 has no stored result")
