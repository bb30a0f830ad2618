"""Makes a report of plain data again: every form is written from it as from a live one."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from django.utils.translation import gettext as _

from actions.models import ActionType
from kpis.deviations import Shortfall
from kpis.explanation import Explained
from kpis.figure import Figure
from kpis.models import Deadline, Deviation, Indicator
from kpis.progress import IndicatorProgress, Progress
from partners.funder import Funder, Picture
from partners.models import Mission, Partner, Project
from reports.writing.content import NotWrittenError, Report
from reports.writing.rows import ReportTable, Scope, TableColumn, TableRow

from .freezing import DEADLINE, FORMAT, INDICATOR, PARTNER, PROJECT, TABLE
from .plain import Plain, known_fields, typed


class UnknownFormatError(NotWrittenError):
    """Content of a later version of the application; the message is for people."""


class Reopened(Report):
    """A report as it was frozen: it says the same for ever and asks the database nothing.

    Its project, partners and indicators are records that no table holds.
    """

    def __init__(self, content: Plain) -> None:
        if content["format"] > FORMAT:
            raise UnknownFormatError(
                _("This report was sealed by a later version of the application.")
            )
        project = Project(**_values(content["project"], PROJECT))
        super().__init__(
            Scope(project, typed(content["as_of"] or content["today"]), typed(content["since"])),
            author=content["author"],
            written_at=datetime.fromisoformat(content["written_at"]),
        )
        self.content = content

    @property
    def today(self) -> date:
        day: date = typed(self.content["today"])
        return day

    @cached_property
    def all_partners(self) -> list[Partner]:
        return [Partner(**_values(data, PARTNER)) for data in self.content["partners"]]

    @cached_property
    def progress(self) -> Progress:
        lines = [self._line(data) for data in self.content["indicators"]]
        return Progress(
            self.project,
            self.scope.day,
            self.all_partners,
            [line.indicator for line in lines],
            lines,
            self.scope.since,
            self.content["measure"],
        )

    def _line(self, data: Plain) -> IndicatorProgress:
        indicator = Indicator(**_values(data, INDICATOR))
        indicator.project = self.project
        return IndicatorProgress(
            indicator,
            _figure(data["total"]),
            # In the order of the partners, which plain data does not keep.
            {p.code: _figure(data["partners"][p.code]) for p in self.all_partners},
            data["expected"],
            data["pace"],
        )

    @cached_property
    def tables(self) -> list[ReportTable]:
        return [self._frozen_table(data) for data in self.content["tables"]]

    def _frozen_table(self, data: Plain) -> ReportTable:
        return ReportTable(
            self.scope,
            ActionType(**_values(data, TABLE)),
            [_column(column) for column in data["columns"]],
            data["printed"],
            partial(_rows, data),
            lambda: list(data["help"]),
            self._count_row,
        )

    @cached_property
    def row_count(self) -> int:
        return sum(len(table["rows"]) for table in self.content["tables"])

    @cached_property
    def deadlines(self) -> list[Deadline]:
        return [self._deadline(data) for data in self.content["deadlines"]]

    def _deadline(self, data: Plain) -> Deadline:
        deadline = Deadline(**_values(data, DEADLINE))
        deadline.project = self.project
        if data["mission"] is not None:
            deadline.mission = Mission(name=data["mission"])
        return deadline

    def explained(self) -> Iterator[Explained]:
        for line, data in zip(self.progress.lines, self.content["indicators"], strict=True):
            for row in data["rows"]:
                if row["is_first"]:
                    self._count_row()
                yield Explained(line.indicator, **known_fields(Explained, row))

    @cached_property
    def deviations(self) -> list[Shortfall]:
        lines = {line.indicator.pk: line for line in self.progress.lines}
        return [
            self._shortfall(lines[data["indicator"]], data) for data in self.content["deviations"]
        ]

    def _shortfall(self, line: IndicatorProgress, data: Plain) -> Shortfall:
        # Of the whole, also where the report is one of a period.
        figure = _figure(data["figure"])
        whole = IndicatorProgress(line.indicator, figure, line.partners, line.expected, line.pace)
        codes = {partner.code: partner for partner in self.all_partners}
        return Shortfall(
            whole,
            figure,
            [(code, _figure(share)) for code, share in data["short"]],
            [
                Deviation(indicator=line.indicator, partner=codes[code], text=text)
                for code, text in data["words"]
            ],
        )

    @cached_property
    def funder(self) -> Funder:
        # A report that was sealed before there were emblems has none.
        said = self.content.get("emblem")
        emblem = said and Picture(b64decode(said["png"]), said["alt"])
        return Funder(self.project.funder_statement, self.project.disclaimer, emblem)

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [(word, value) for word, value in self.content["facts"]]

    @property
    def rules(self) -> list[str]:
        return list(self.content["rules"])

    @property
    def coverage(self) -> str:
        return str(self.content["coverage"])

    @property
    def title(self) -> str:
        return str(self.content["title"])


def _values(data: Plain, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: typed(data[name]) for name in names if name in data}


def _figure(data: Plain) -> Figure:
    return Figure(**known_fields(Figure, data))


def _column(data: Plain) -> TableColumn:
    known = known_fields(TableColumn, data)
    return TableColumn(**{**known, "parts": tuple(known["parts"])})


def _rows(data: Plain) -> Iterator[TableRow]:
    for row in data["rows"]:
        yield TableRow(**known_fields(TableRow, row))
