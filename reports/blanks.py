"""Writes the empty workbook of one table: headings, drop-downs, help and a row as an example."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from actions.columns import (
    ChoiceColumn,
    Column,
    DateColumn,
    MissionColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
    TitleColumn,
)
from actions.joined import DatesColumn, JoinedColumn, OutcomeColumn
from actions.links import OrganisationsColumn, PartnersColumn, SectorsColumn
from actions.models import ActionType, Status
from actions.records import RecordType, record_type
from actions.rows import EvidenceColumn, OccasionsColumn
from agreements.records import SignatureColumn
from agreements.signing import printed
from events.records import MeetingsColumn
from partners.catalogue import spoken
from partners.models import LONGEST_NAME, Project
from partners.words import Words

from .layout import EXAMPLE, HELP_SHEET, LISTS_SHEET, ROW_ID, Cell, sheet_columns
from .writing.sheets import Workbook
from .writing.spool import width_of

LAST_ROW = 500
LARGEST_NUMBER = 999_999_999
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # of a message beside a cell, in Excel
COMMENT = {"x_scale": 2.2, "y_scale": 1.6}  # room for the longest help
ONE_DATE = gettext_lazy("A day, a month or a year: 14.03.2022, July 2021 or 2021.")
OCCASIONS = gettext_lazy(
    "One occasion on each line: the date, then the place with its country in brackets, or online."
    " For example: 04.02.2022, Dresden (Germany)"
)
DATES = gettext_lazy(
    "One occasion on each line: the date, then the place with its country in brackets, or online."
    " For example: 04.02.2022, Dresden (Germany). Words without a date are kept as a note."
)
COUNTRY_HELP = gettext_lazy(
    "Where it was, for every date of the row that names no country itself. It may stay empty."
)
# How a cell is filled in, by the kind of its column; a kind of its own goes before a wider one.
HOW: dict[type, Words] = {
    TitleColumn: gettext_lazy("Every row needs one; at most {most} characters."),
    PartnersColumn: gettext_lazy(
        "Codes of partners, several separated by commas, such as {several}."
    ),
    StatusColumn: gettext_lazy("One of: {choices}. Empty is the same as {first}."),
    ChoiceColumn: gettext_lazy("One of: {choices}. It may stay empty."),
    OrganisationsColumn: gettext_lazy("At most {longest} characters each."),
    MissionColumn: gettext_lazy("One from the list. It may stay empty."),
    SectorsColumn: gettext_lazy("From the list; several stand one on each line."),
    NumberColumn: gettext_lazy("A whole number. It stays empty where the number is not known."),
    DateColumn: ONE_DATE,
    OccasionsColumn: OCCASIONS,
    DatesColumn: DATES,
    OutcomeColumn: gettext_lazy(
        "Write “Expectations:” before what was expected and “Results:” before what came of it."
        " A text without these words is taken as results."
    ),
    SignatureColumn: gettext_lazy(
        "The date and SIGNED; or NOT SIGNED; or TO BE SIGNED with the expected month."
        " For example: 20.10.2022 SIGNED"
    ),
    EvidenceColumn: gettext_lazy("One on each line, with a link if there is one: name | https://…"),
    MeetingsColumn: gettext_lazy("One meeting on each line: first | second | outcome."),
    TextColumn: gettext_lazy("A text of at most {most} characters."),
    Column: gettext_lazy("A text of at most {most} characters."),
}
ROW_ID_HELP = gettext_lazy(
    "Leave it empty: a new row gets its id when it is imported. The row that says {example} here"
    " is not imported."
)
# By the name of what the column holds; a column with a list shows the first of its list.
EXAMPLES: dict[str, Words | int] = {
    "title": gettext_lazy("Workshop on lightweight design"),
    "organisations": gettext_lazy("Example Cluster\nExample Works GmbH"),
    "description": gettext_lazy("What it was about, in a sentence or two."),
    "dates": gettext_lazy("04.02.2022, Dresden\n10.03.2022, online"),
    "occasions": "20.10.2022, Dortmund",
    "dates_note": gettext_lazy("Monthly contact since then"),
    "signed_on": "20.10.2022",
    "participants": 40,
    "meetings": gettext_lazy("Example Works GmbH | Example Metals Ltd | samples will be sent"),
    "expectations": gettext_lazy("New contacts between suppliers."),
    "results": gettext_lazy("Three companies go on talking."),
    "outcome": gettext_lazy("Expectations: New contacts.\nResults: Three companies go on talking."),
    "evidence": gettext_lazy("Minutes | https://example.org/minutes.pdf"),
}
HELP = (
    gettext_lazy("Write one row for each action, from row 3 of the first sheet on."),
    gettext_lazy("Row 2 is an example. It is not imported as long as its {row_id} says {example}."),
    gettext_lazy(
        "Several occasions of one action stand in one cell, one on each line: Alt and Enter begin a"
        " new line."
    ),
    gettext_lazy(
        "Dates that are understood: 14.03.2022, 14/03/2022, 2022-03-14, 4-8.02.2022,"
        " 27.09.2022 to 02.10.2022, March 2022, 03.2022 and 2022. The day stands before the month."
    ),
    gettext_lazy(
        "A country stands in brackets behind its place: Dresden (Germany). For what was held"
        " online, write online; for what was both, hybrid."
    ),
    gettext_lazy(
        "Several partners who act jointly stand in one cell with commas between them. Excel warns"
        " that they are not in its list; say yes."
    ),
    gettext_lazy(
        "Keep the headings as they are. Columns may stand in another order, and those that you do"
        " not need may be deleted."
    ),
    gettext_lazy(
        "A column with a heading that is not known is named in the preview of the import, before"
        " anything is written."
    ),
    gettext_lazy("Texts are taken as they are: what begins with = or + is never a formula."),
    gettext_lazy("The pointer on a heading shows how the cells below it are filled in."),
)


def help_sentences() -> list[str]:
    """The sheet of help, in the language of the workbook."""
    words = {"row_id": spoken(ROW_ID), "example": spoken(EXAMPLE)}
    return [str(sentence).format(**words) for sentence in HELP]


@dataclass(frozen=True)
class BlankColumn:
    """A column of the empty workbook: what is told of it, offered and shown as an example.

    Of ``choices`` one is taken, or ``several``.
    """

    heading: str
    help: str
    source: Column | JoinedColumn | None = None
    choices: Sequence[str] = ()
    several: bool = False
    example: Cell = None


def write_blank(project: Project, action_type: ActionType, out: BinaryIO) -> None:
    """Write the empty workbook in which rows of one table are sent in."""
    columns = blank_columns(project, action_type)
    with BlankBook(out, f"{project.acronym} {action_type.table_name}") as book:
        book.add_table(action_type, columns)
        book.addhelp_of()
        book.add_lists()


def blank_columns(project: Project, action_type: ActionType) -> list[BlankColumn]:
    """The columns of the table in the order of an export, the row id last."""
    record, offered = record_type(action_type.record), offered_by(project)
    columns: list[BlankColumn] = []
    for column in sheet_columns(action_type):
        columns.append(_blank(column.heading, column.source, record, offered))
        if isinstance(column.source, DatesColumn | OccasionsColumn):
            columns.append(_country())
    help_ = str(ROW_ID_HELP).format(example=spoken(EXAMPLE))
    return [*columns, BlankColumn(spoken(ROW_ID), help_, example=spoken(EXAMPLE))]


def _country() -> BlankColumn:
    """A column beside the dates: an import reads both together."""
    names = [str(name) for _code, name in countries]
    germany = str(countries.name("DE"))
    return BlankColumn(_("Country"), str(COUNTRY_HELP), choices=names, example=germany)


def offered_by(project: Project) -> dict[type, list[str]]:
    """What the project has to choose from, by the kind of the column."""
    return {
        PartnersColumn: [partner.code for partner in project.partners.all()],
        MissionColumn: [mission.name for mission in project.missions.all()],
        SectorsColumn: [sector.name for sector in project.sectors.all()],
    }


def _blank(
    heading: str,
    source: Column | JoinedColumn,
    record: RecordType,
    offered: Mapping[type, list[str]],
) -> BlankColumn:
    words = [str(word) for _key, word in source.choices] if isinstance(source, ChoiceColumn) else []
    choices = words or offered.get(type(source), [])
    shown = EXAMPLES.get(source.name, choices[0] if choices else None)
    example = shown if isinstance(shown, int | None) else str(shown)
    if isinstance(source, SignatureColumn):
        example = f"20.10.2022 {printed(Status.ACHIEVED)}"
    if isinstance(source, StatusColumn):
        example = record.status_word(Status.ACHIEVED)
    return BlankColumn(
        heading=heading,
        help=help_of(source, choices),
        source=source,
        choices=choices,
        several=isinstance(source, PartnersColumn | SectorsColumn),
        example=example,
    )


def help_of(source: Column | JoinedColumn, choices: Sequence[str]) -> str:
    """What the form says of the column, and how its cells are read."""
    how = str(next((HOW[kind] for kind in type(source).__mro__ if kind in HOW), ""))
    said = str(source.help_text) if isinstance(source, Column) else ""
    values: dict[str, object] = {
        "most": source.max_length if isinstance(source, Column) else "",
        "longest": LONGEST_NAME,
        "choices": ", ".join(choices),
        "first": choices[0] if choices else "",
        "several": ", ".join(choices[:2]),
    }
    return " ".join(text for text in (said, how.format(**values)) if text)


class BlankBook(Workbook):
    """An empty workbook; the choices of its columns stand on a hidden sheet."""

    def __init__(self, out: BinaryIO, title: str) -> None:
        super().__init__(out, title)
        self._lists: list[BlankColumn] = []
        top: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        # As texts, so that a spreadsheet does not make a day of “4-8.02.2022”.
        self._texts = self.look("texts", **top, num_format="@")
        self._numbers = self.look("numbers", **top, num_format="0")
        grey = {"italic": True, "font_color": "#6B7785"}
        self._example = self.look("example", **top, **grey, num_format="@")

    def add_table(self, action_type: ActionType, columns: Sequence[BlankColumn]) -> None:
        sheet = self.sheet(action_type.table_name)
        for at, column in enumerate(columns):
            number = isinstance(column.source, NumberColumn)
            width = width_of(column.heading, [column.example])
            sheet.set_column(at, at, width, self._numbers if number else self._texts)
            self.write(sheet, 0, at, column.heading, self.header)
            sheet.write_comment(0, at, column.help, COMMENT)
            self._validate(sheet, at, column)
        for at, column in enumerate(columns):
            self.write(sheet, 1, at, column.example, self._example)
        sheet.freeze_panes(1, 1)
        self.prepare_for_paper(sheet, action_type.spoken_caption)

    def _validate(self, sheet: Worksheet, at: int, column: BlankColumn) -> None:
        rule = self._rule(column)
        if not rule:
            return
        rule["input_title"] = textwrap.shorten(column.heading, LONGEST_TITLE, placeholder="…")
        rule["input_message"] = textwrap.shorten(column.help, LONGEST_MESSAGE, placeholder="…")
        if sheet.data_validation(2, at, LAST_ROW - 1, at, rule):
            raise ValueError(f"column {at} of {sheet.name} has no validation")

    def _rule(self, column: BlankColumn) -> dict[str, Any]:
        """What a cell of the column may hold, and what is said where it holds something else."""
        if column.choices:
            return {
                "validate": "list",
                "source": self._range_of(column),
                "error_type": "warning" if column.several else "stop",
                "error_title": _("Not in the list"),
                "error_message": (
                    _("Several of the list may stand in one cell.")
                    if column.several
                    else _("Choose one from the list.")
                ),
            }
        if isinstance(column.source, NumberColumn):
            return {
                "validate": "integer",
                "criteria": "between",
                "minimum": 0,
                "maximum": LARGEST_NUMBER,
                "error_title": _("Not a whole number"),
                "error_message": _("Write a whole number, or leave the cell empty."),
            }
        dated = DateColumn | OccasionsColumn | DatesColumn | SignatureColumn
        return {"validate": "any"} if isinstance(column.source, dated) else {}

    def _range_of(self, column: BlankColumn) -> str:
        """The place that the choices of the column have on the sheet of lists."""
        name = xl_col_to_name(len(self._lists))
        self._lists.append(column)
        return f"='{spoken(LISTS_SHEET)}'!${name}$2:${name}${len(column.choices) + 1}"

    def addhelp_of(self) -> None:
        sheet = self.sheet(spoken(HELP_SHEET))
        sheet.set_column(0, 0, 100, self._texts)
        for row, sentence in enumerate(help_sentences()):
            self.write(sheet, row, 0, sentence, self._texts)

    def add_lists(self) -> None:
        sheet = self.sheet(spoken(LISTS_SHEET))
        for at, column in enumerate(self._lists):
            self.write(sheet, 0, at, column.heading, self.header)
        rows = zip_longest(*(column.choices for column in self._lists))
        for number, row in enumerate(rows, start=1):
            for at, choice in enumerate(row):
                self.write(sheet, number, at, choice, self._texts)
        sheet.hide()
