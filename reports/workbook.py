"""Writes the report workbook, and lists as they are filtered, as .xlsx."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override as language
from xlsxwriter.worksheet import Worksheet

from actions.models import Action, ActionType
from actions.querysets import ActionQuerySet
from actions.records import RecordType, record_type, record_types
from kpis.models import Deadline
from kpis.progress import Figure, IndicatorProgress, Progress, project_progress
from partners.models import Organisation, Partner, Project

from .layout import (
    DEADLINES,
    INDICATORS,
    ROW_ID,
    Cell,
    Grid,
    own_columns,
    sheet_columns,
    whole_records,
    with_own_rows,
)
from .reading.cells import EXPORTED

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_DATA = "–"
JOINTLY = (
    "An action for which several partners answer counts once for the consortium and once for each"
    " of them: the partners' figures can add up to more than the consortium's."
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FORMULA_SIGNS = ("=", "+", "-", "@")
NARROWEST, WIDEST = 10, 52
A4 = 9


class Workbook:
    """A workbook in the look of the report; texts stay texts, whatever they begin with."""

    def __init__(self, out: BinaryIO, title: str) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._title = title
        self._book = xlsxwriter.Workbook(out, options)
        self._book.set_properties({"title": title})
        look = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D5DCE4"}
        header = {"bold": True, "bg_color": "#10294A", "font_color": "#FFFFFF"}
        self._header = self._book.add_format({**look, **header})
        self._plain = self._book.add_format(look)
        # The mark that keeps a text a text when someone edits its cell.
        self._marked = self._book.add_format({**look, "quote_prefix": True})
        self._note = self._book.add_format({"italic": True, "font_color": "#52606F"})

    def add(self, name: str, caption: str, grid: Grid, notes: Iterable[str] = ()) -> None:
        """Add a sheet: headings in row 1, rows below, then notes after an empty row."""
        grid = grid.with_continued()
        sheet = self._book.add_worksheet(name)
        columns = len(grid.headings)
        for at, heading in enumerate(grid.headings):
            sheet.set_column(at, at, width_of(heading, [row[at] for row in grid.rows]))
            self._write(sheet, 0, at, heading, self._header)
        for number, row in enumerate(grid.rows, start=1):
            for at, cell in enumerate(row):
                self._write(sheet, number, at, cell)
        for below, note in enumerate(notes, start=len(grid.rows) + 2):
            sheet.write_string(below, 0, note, self._note)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(grid.rows), columns - 1)
        self._prepare_for_paper(sheet, caption)

    def mark_exported(self) -> None:
        """Say in the file when it was written, so that its rows can be compared with later ones."""
        now = timezone.localtime().isoformat(timespec="seconds")
        self._book.set_custom_property(EXPORTED, now, "text")

    def close(self) -> None:
        self._book.close()

    def _write(self, sheet: Worksheet, row: int, at: int, cell: Cell, look: object = None) -> None:
        if cell is None or cell == "":
            fault = sheet.write_blank(row, at, None, look or self._plain)
        elif isinstance(cell, str):
            marked = self._marked if cell.startswith(FORMULA_SIGNS) else self._plain
            fault = sheet.write_string(row, at, cell, look or marked)
        else:
            fault = sheet.write_number(row, at, cell, look or self._plain)
        if fault:
            raise ValueError(f"cell {row}, {at} of {sheet.name} was not written: code {fault}")

    def _prepare_for_paper(self, sheet: Worksheet, caption: str) -> None:
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.set_header(f"&L&B{_escaped(sheet.name)}  {_escaped(caption[:90])}")
        sheet.set_footer(f"&L{_escaped(self._title[:90])}&RPage &P of &N")


def _escaped(text: str) -> str:
    return text.replace("&", "&&")


def width_of(heading: str, cells: list[Cell]) -> float:
    """A width in which most of a column reads well without taking the page from the others."""
    words = [len(word) for word in heading.split()]
    lines = [len(line) for cell in cells for line in str(cell or "").splitlines()]
    longest = max([*words, *lines, min(len(heading), 24)], default=0)
    return min(max(longest * 1.05 + 2, NARROWEST), WIDEST)


def write_report(
    project: Project, out: BinaryIO, *, as_of: date | None = None, partner: Partner | None = None
) -> None:
    """Write one sheet for each table of the report.

    ``as_of`` asks for the figures of a past day; the rows are always those of today. ``partner``
    keeps the rows for which that partner answers, and the figures that are its own.
    """
    progress = project_progress(project, as_of=as_of)
    book = Workbook(out, f"{project.acronym} report, {progress.as_of:%d.%m.%Y}")
    book.mark_exported()
    with language("en"):
        types = list(project.action_types.all())
        names = {action_type.table_name for action_type in types}
        grid = indicators_grid(progress, partner)
        book.add(
            free_name(INDICATORS, names), "Performance indicators", grid, _notes(progress, partner)
        )
        rows = rows_by_type(project, partner)
        for action_type in types:
            grid = table_grid(action_type, rows[action_type.pk])
            book.add(action_type.table_name, action_type.caption, grid)
        book.add(free_name(DEADLINES, names), "Planning", deadlines_grid(project))
    book.close()


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name of a sheet, beside the tables of a project that counts its tables otherwise."""
    return f"{name} (plan)" if name in taken else name


def _notes(progress: Progress, partner: Partner | None) -> list[str]:
    whose = f"Figures of {partner.code} ({partner.name})" if partner else "Figures"
    notes = [f"{whose} as of {progress.as_of:%d.%m.%Y}. The rows of all tables are those of today,"]
    notes[0] += f" {timezone.localdate():%d.%m.%Y}."
    return notes if partner else [*notes, JOINTLY]


def indicators_grid(progress: Progress, partner: Partner | None) -> Grid:
    """Table 0: for each indicator what was promised and achieved, and by whom."""
    headings = ["#", "Title", "Description", "Total", "Achieved", "Rows", "Under way", "Planned"]
    if partner:
        rows = [_figures(line, line.partners[partner.code]) for line in progress.lines]
        return Grid(headings, rows)
    headings += [p.code for p in progress.partners]
    rows = [
        [*_figures(line, line.total), *(_shown(line.partners[p.code]) for p in progress.partners)]
        for line in progress.lines
    ]
    return Grid(headings, rows)


def _figures(line: IndicatorProgress, figure: Figure) -> list[Cell]:
    indicator = line.indicator
    first: list[Cell] = [indicator.number, indicator.title, indicator.description or None]
    target = NO_DATA if figure.target is None else figure.target
    open_ = [NO_DATA if n is None else n for n in (figure.under_way, figure.planned)]
    return [*first, target, _shown(figure), figure.rows, *open_]


def _shown(figure: Figure) -> Cell:
    return NO_DATA if figure.shown is None else figure.shown


def rows_by_type(project: Project, partner: Partner | None) -> dict[int, list[Action]]:
    """Every action with all its values, by the id of its type, the oldest first."""
    found: dict[int, list[Action]] = defaultdict(list)
    for record in record_types():
        records = whole_records(record, project).order_by("pk")
        for action in records.filter(partners=partner) if partner else records:
            found[action.type_id].append(action)
    return found


def table_grid(action_type: ActionType, actions: Iterable[Action]) -> Grid:
    """One of Tables 2 to 11: headed as printed, then what the print leaves out and the row ids."""
    record = record_type(action_type.record)
    columns = sheet_columns(action_type)
    rows: list[list[Cell]] = []
    for action in actions:
        values = record.values(action)
        rows.append([*(column.write(values) for column in columns), action.reference])
    return Grid([*(column.heading for column in columns), ROW_ID], rows)


def deadlines_grid(project: Project) -> Grid:
    """Table 12: what is due by the end of which month of the project."""
    rows: list[list[Cell]] = []
    for deadline in project.deadlines.select_related("mission"):
        deadline.project = project
        mission = deadline.mission.name if deadline.mission else None
        status = str(Deadline.Status(deadline.status).label)
        rows.append([month_label(deadline), deadline.activity, status, mission])
    return Grid(["Deadline", "Activity", "Status", "Mission"], rows)


def month_label(deadline: Deadline) -> str:
    """The month as the report prints it: ``M11 - Jul 2021``."""
    start = deadline.month_start
    return f"M{deadline.month} - {MONTHS[start.month - 1]} {start.year}"


def write_list(
    project: Project, record: RecordType, queryset: QuerySet[Action], out: BinaryIO
) -> None:
    """Write the rows of a list: their ids, their tables, then every value of the record."""
    records = record.model._default_manager.all()
    assert isinstance(records, ActionQuerySet)
    found = records.of(project).filter(pk__in=queryset.order_by().values("pk"))
    found = with_own_rows(record, found.for_detail()).order_by("type__table_number", "pk")
    with language("en"):
        columns = own_columns(record)
        headings = [ROW_ID, "Table", *(column.heading for column in columns)]
        rows: list[list[Cell]] = []
        for action in found:
            values = record.values(action)
            cells = [column.write(values) for column in columns]
            rows.append([action.reference, action.type.table_name, *cells])
        name = str(record.label_plural)
        book = Workbook(out, f"{project.acronym} {name.lower()}")
        book.mark_exported()
        book.add(name, project.title, Grid(headings, rows))
    book.close()


def write_organisations(
    project: Project, organisations: QuerySet[Organisation], out: BinaryIO
) -> None:
    """Write a list of organisations; ``organisations`` comes from ``for_table()``."""
    headings = ["Name", "Kind", "Country", "Other spellings", "Sectors", "Note", "Actions"]
    with language("en"):
        rows: list[list[Cell]] = [
            [
                organisation.name,
                str(organisation.get_kind_display()),
                str(organisation.country.name or ""),
                "\n".join(alias.name for alias in organisation.aliases.all()),
                "\n".join(sector.name for sector in organisation.sectors.all()),
                organisation.note,
                organisation.action_count,  # type: ignore[attr-defined]
            ]
            for organisation in organisations
        ]
    book = Workbook(out, f"{project.acronym} organisations")
    book.add("Organisations", project.title, Grid(headings, rows))
    book.close()
