"""Writes the report as text for other programs: a zip of CSV files, or one CSV file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from actions.models import table_name
from kpis.figure import Figure
from partners.catalogue import spoken
from partners.formulas import disarmed
from partners.funder import Funder
from reports.layout import DEADLINES, INDICATORS, ROW_ID, Cell

from .content import PACE_WORDS, FigureLine, Report, deadline_cells, deadline_headings
from .explaining import explained_cells
from .rows import ReportTable

EXPLANATION = "explanation"
TEXT, WHOLE, NUMBER, DAY = "string", "integer", "number", "date"


@dataclass(frozen=True)
class Field:
    """A column of a file, for its data dictionary: ``kind`` as Frictionless Table Schema says."""

    name: str
    kind: str
    words: str


@dataclass(frozen=True)
class DataFile:
    """One file of the pack: its name without ending, what it holds, its columns, its rows."""

    name: str
    title: str
    fields: list[Field]
    rows: Iterable[list[Cell]]


def write_pack(report: Report, out: BinaryIO) -> None:
    """Write a zip of one CSV file per table, a data dictionary and a data package.

    The files are UTF-8 with a byte order mark, as RFC 4180 has them. A text that a spreadsheet
    would take for a formula has an apostrophe before it.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        described: list[DataFile] = []
        for file in data_files(report):
            _add(pack, file)
            described.append(file)
        _add(pack, _dictionary(described))
        package = json.dumps(_package(report, described), ensure_ascii=False, indent=2)
        pack.writestr("datapackage.json", package)
        pack.writestr("README.txt", _read_me(report, described))
        if report.funder.emblem:
            pack.writestr("emblem.png", report.funder.emblem.png)


def write_csv(report: Report, out: BinaryIO) -> None:
    """Write all tables of the report into one CSV file, one below the other under its caption."""
    text = _text(out)
    writer = csv.writer(text)
    for file in data_files(report):
        if file.name == EXPLANATION:
            continue
        writer.writerow([file.title])
        _write(writer, (field.name for field in file.fields), file.rows)
        writer.writerow([])
    writer.writerows([disarmed(words)] for words in report.funder.words)
    text.detach()


def write_rows(out: BinaryIO, headings: Iterable[str], rows: Iterable[list[Cell]]) -> None:
    """Write one list as a CSV file."""
    text = _text(out)
    _write(csv.writer(text), headings, rows)
    text.detach()


def data_files(report: Report) -> Iterator[DataFile]:
    """The files in the order of the report; the rows of each are read when it is written."""
    yield _indicators(report)
    if report.partners:
        yield _partners(report)
    for table in report.tables:
        yield _table(table)
    yield _deadlines(report)
    yield _deviations(report)
    yield _explanation(report)


def _add(pack: zipfile.ZipFile, file: DataFile) -> None:
    with pack.open(f"{file.name}.csv", "w", force_zip64=True) as raw:
        text = _text(raw)
        _write(csv.writer(text), (field.name for field in file.fields), file.rows)
        text.detach()


def _text(out: Any) -> io.TextIOWrapper:
    """A way to write text into a file; the mark at its beginning tells Excel that it is UTF-8."""
    return io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)


def _write(writer: Any, headings: Iterable[str], rows: Iterable[list[Cell]]) -> None:
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])


def _written(cell: Cell) -> str | int | float | None:
    """A cell as text: a day as ISO 8601 has it, a formula disarmed."""
    if isinstance(cell, date):
        return cell.isoformat()
    return disarmed(cell) if isinstance(cell, str) else cell


def _indicators(report: Report) -> DataFile:
    fields = [
        Field("number", WHOLE, _("Number of the indicator")),
        Field("title", TEXT, _("What is counted")),
        Field("description", TEXT, _("What the indicator means")),
        Field("target", WHOLE, _("What was promised; empty where nothing was")),
        Field("achieved", WHOLE, _("The figure; empty where there are no rows at all")),
        *_three_fields(),
        Field("percent", WHOLE, _("Achieved of the target, rounded down")),
        Field("rows", WHOLE, _("Rows of the indicator, counted or not")),
        Field("under_way", WHOLE, _("Rows under way; empty for a past day")),
        Field("planned", WHOLE, _("Rows planned; empty for a past day")),
    ]
    if report.has_pace:
        fields += [
            Field("expected", NUMBER, _("What a straight line expects by the day of the report")),
            Field("pace", TEXT, _("How the consortium stands against that line")),
        ]
    rows = [_indicator(report, line) for line in report.figures]
    return DataFile(
        "indicators", f"{table_name(INDICATORS)}. {_('Performance indicators')}", fields, rows
    )


def _three_fields() -> list[Field]:
    return [
        Field("claimed", WHOLE, _("Achieved, as the partners say")),
        Field("evidenced", WHOLE, _("Of the claimed, with the evidence that is asked for")),
        Field("verified", WHOLE, _("Of the evidenced, accepted by the task leader")),
    ]


def _indicator(report: Report, line: FigureLine) -> list[Cell]:
    indicator, figure = line.indicator, line.figure
    facts: list[Cell] = [
        indicator.number, indicator.title, indicator.description, figure.target, figure.shown,
        *figure.three, figure.percent, figure.rows, figure.under_way, figure.planned,
    ]  # fmt: skip
    if report.has_pace:
        facts += [round(line.line.expected, 2), str(PACE_WORDS[line.line.pace])]
    return facts


def _partners(report: Report) -> DataFile:
    fields = [
        Field("number", WHOLE, _("Number of the indicator")),
        Field("partner", TEXT, _("Code of the partner")),
        Field("target", WHOLE, _("The partner's share of the target; empty where it has none")),
        Field("achieved", WHOLE, _("Counted actions for which the partner answers")),
        *_three_fields(),
        Field("credit", NUMBER, _("Achieved, with joint actions in the share that was agreed")),
        Field("rows", WHOLE, _("Actions for which the partner answers, counted or not")),
    ]
    rows = [
        _partner(line.indicator.number, code, figure)
        for line in report.figures
        for code, figure in line.partners.items()
    ]
    return DataFile("partners", _("Figures by partner"), fields, rows)


def _partner(number: int, code: str, figure: Figure) -> list[Cell]:
    credit = None if figure.shown is None else float(figure.credit)
    return [number, code, figure.target, figure.shown, *figure.three, credit, figure.rows]


def _table(table: ReportTable) -> DataFile:
    fields = [
        Field(column.heading, WHOLE if column.is_number else TEXT, words)
        for column, words in zip(table.columns, table.read_help(), strict=True)
    ]
    fields.append(
        Field(spoken(ROW_ID), TEXT, _("Never given twice; an import knows the row by it"))
    )
    rows = ([*row.cells, row.reference] for row in table.rows())
    title = f"{table.name}. {table.caption}"
    return DataFile(f"table-{table.action_type.table_number}", title, fields, rows)


def _deadlines(report: Report) -> DataFile:
    meanings = [
        _("Project month and calendar month"),
        _("What is due by the end of that month"),
        _("How far it is"),
        _("The mission to which it belongs, if to one"),
        _("The last day of the month"),
    ]
    kinds = [TEXT, TEXT, TEXT, TEXT, DAY]
    fields = [Field(*each) for each in zip(deadline_headings(), kinds, meanings, strict=True)]
    rows = [deadline_cells(deadline) for deadline in report.deadlines]
    return DataFile("timeline", f"{table_name(DEADLINES)}. {_('Planning')}", fields, rows)


def _deviations(report: Report) -> DataFile:
    fields = [
        Field("number", WHOLE, _("Number of the indicator")),
        Field("title", TEXT, _("What is counted")),
        Field("target", WHOLE, _("What was promised")),
        Field("achieved", WHOLE, _("The figure")),
        Field("missing", WHOLE, _("What is missing of the target")),
        Field("partner", TEXT, _("Code of the partner whose words follow")),
        Field("words", TEXT, _("Why it is short, in the partner's words")),
    ]
    return DataFile("deviations", _("Deviations"), fields, list(deviation_rows(report)))


def deviation_rows(report: Report) -> Iterator[list[Cell]]:
    """Each indicator short of its target, once for each partner who wrote why."""
    for short in report.deviations:
        indicator, figure = short.line.indicator, short.figure
        facts: list[Cell] = [
            indicator.number, indicator.title, figure.target, figure.achieved, short.missing
        ]  # fmt: skip
        for words in short.words:
            yield [*facts, words.partner.code, words.text]
        if not short.words:
            yield [*facts, None, None]


def _explanation(report: Report) -> DataFile:
    codes = [partner.code for partner in report.partners]
    adds = _("What the line adds to the figure of %(code)s; empty: no part in it")
    fields = [
        Field("indicator", WHOLE, _("Number of the indicator")),
        Field("row_id", TEXT, _("Id of the row")),
        Field("table", TEXT, _("Table of the row")),
        Field("title", TEXT, _("Title of the row")),
        Field("responsible", TEXT, _("Codes of the partners who answer for it")),
        Field("status", TEXT, _("Status of the row")),
        Field("achieved_on", TEXT, _("Date of achievement, as precise as it is known")),
        Field("counts_from", DAY, _("The last day that this date can mean")),
        Field("reason", TEXT, _("Why the row counts or not")),
        Field("thing", TEXT, _("Sector, organisation or country, where such are counted")),
        Field("row", WHOLE, _("1 for the first line of a row, 0 for its further lines")),
        Field("adds", WHOLE, _("What the line adds to the figure of the report")),
        *(Field(f"adds_{code}", WHOLE, adds % {"code": code}) for code in codes),
    ]
    rows = (explained_cells(row, codes) for row in report.explained())
    return DataFile(EXPLANATION, _("Why rows count, or not"), fields, rows)


def _dictionary(files: list[DataFile]) -> DataFile:
    fields = [
        Field("file", TEXT, _("Name of the file")),
        Field("column", TEXT, _("Heading of the column")),
        Field("type", TEXT, _("What its cells are")),
        Field("meaning", TEXT, _("What they mean")),
    ]
    rows: list[list[Cell]] = [
        [f"{file.name}.csv", field.name, field.kind, field.words]
        for file in files
        for field in file.fields
    ]
    return DataFile("data-dictionary", _("Data dictionary"), fields, rows)


def _package(report: Report, files: list[DataFile]) -> dict[str, Any]:
    """The description that data tools read: https://specs.frictionlessdata.io/data-package/."""
    return {
        "name": f"{report.project.slug}-report",
        "title": report.title,
        "description": " ".join([report.coverage, *report.funder.words]),
        "created": report.written_at.isoformat(timespec="seconds"),
        "resources": [
            {
                "name": file.name,
                "path": f"{file.name}.csv",
                "title": file.title,
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": f.name, "type": f.kind, "description": f.words}
                        for f in file.fields
                    ]
                },
            }
            for file in files
        ],
    }


def _funder_lines(funder: Funder) -> list[str]:
    """What a text can show of the funder; the emblem lies beside it."""
    emblem = [_("- emblem.png: %(alt)s") % {"alt": funder.emblem.alt}] if funder.emblem else []
    return ["", *funder.words, *emblem] if funder.words or emblem else []


def _read_me(report: Report, files: list[DataFile]) -> str:
    lines = [
        report.title,
        "",
        *(f"{word}: {value}" for word, value in report.facts),
        "",
        *report.rules,
        "",
        _("Files (comma separated, UTF-8, cells in double quotes where they need them):"),
        *(f"- {file.name}.csv: {file.title}" for file in files),
        _("- data-dictionary.csv: what every column means"),
        _("- datapackage.json: the same for data tools"),
        "",
        _(
            "An apostrophe stands before texts that a spreadsheet would take for a formula: those"
            " beginning with = + - or @. An import into the tracker takes it away again."
        ),
        *_funder_lines(report.funder),
    ]
    return "\r\n".join(lines) + "\r\n"
