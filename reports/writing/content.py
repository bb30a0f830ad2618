"""What the report says, whatever its form: facts, figures, tables, timeline, explanation.

The workbook, the Word document, the PDF and the CSV files are all written from a ``Report``; none
of them asks the database for anything else, and none of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Action, ActionType
from kpis.deviations import Shortfall, shortfalls
from kpis.explanation import Explained, explained
from kpis.figure import Figure
from kpis.models import Deadline, Indicator
from kpis.progress import IndicatorProgress, Pace, Progress, project_progress
from kpis.verdicts import COUNTED
from partners import clock
from partners.catalogue import spoken
from partners.funder import Funder, funder_of
from partners.models import Measure, Partner, Project
from partners.words import Words
from reports.blanks import help_of, offered_by
from reports.layout import Cell, SheetColumn, printed_columns, sheet_columns

from .rows import ReportTable, covered, read_rows, table_columns
from .rows import Scope as Scope

ROWS_BETWEEN_WORDS = 250
NO_DATA = "–"


Tell = Callable[[int, int], None]  # is told how many rows are done, and of how many


@dataclass(frozen=True)
class FigureLine:
    """One indicator with the figure that the report is about: the consortium's or a partner's."""

    line: IndicatorProgress
    figure: Figure
    partners: dict[str, Figure]

    @property
    def indicator(self) -> Indicator:
        return self.line.indicator


@dataclass(frozen=True)
class Section:
    """A section of the chapter of actions: its heading and the tables that stand under it."""

    heading: str
    tables: list[ReportTable]


@dataclass(frozen=True)
class Proof:
    """One figure with the ids of the rows that it counts, and of those left out, with why."""

    line: FigureLine
    counted: list[str]
    left_out: list[tuple[str, str]]


class NotWrittenError(Exception):
    """A file cannot be written; the message is for people."""


class TooLongError(NotWrittenError):
    """The report has more rows than a form can hold; the message is for people."""


@dataclass
class Report:
    """The content of one report; what is costly is asked for when it is first needed."""

    scope: Scope
    author: str = ""
    written_at: datetime = field(default_factory=timezone.localtime)
    tell: Tell | None = None
    _done: int = 0

    @property
    def project(self) -> Project:
        return self.scope.project

    @cached_property
    def progress(self) -> Progress:
        scope = self.scope
        return project_progress(scope.project, as_of=scope.as_of, since=scope.since)

    @cached_property
    def figures(self) -> list[FigureLine]:
        """Table 0; a partner's report has that partner's figures, and no others beside them."""
        partner = self.scope.partner
        if partner:
            return [
                FigureLine(line, line.partners[partner.code], {}) for line in self.progress.lines
            ]
        return [FigureLine(line, line.total, line.partners) for line in self.progress.lines]

    @cached_property
    def partners(self) -> list[Partner]:
        """The partners whose figures stand beside the consortium's."""
        return [] if self.scope.partner else self.progress.partners

    @property
    def has_pace(self) -> bool:
        """Pace is that of the whole: of all partners, from the first month on."""
        return not self.scope.partner and not self.scope.since

    @property
    def today(self) -> date:
        """The day as whose reader the report says what is overdue."""
        return clock.today()

    @cached_property
    def tables(self) -> list[ReportTable]:
        return [self._table(action_type) for action_type in self.project.action_types.all()]

    def _table(self, action_type: ActionType) -> ReportTable:
        columns = sheet_columns(action_type)
        return ReportTable(
            self.scope,
            action_type,
            table_columns(columns),
            len(printed_columns(action_type)),
            partial(read_rows, self.scope, action_type, columns),
            partial(self._help_of, columns),
            self._count_row,
        )

    def _help_of(self, columns: Sequence[SheetColumn]) -> list[str]:
        """What the cells of columns mean, with what the project offers for them."""
        return [help_of(c.source, self._offered.get(type(c.source), [])) for c in columns]

    @cached_property
    def _offered(self) -> dict[type, list[str]]:
        return offered_by(self.project)

    @cached_property
    def sections(self) -> list[Section]:
        """The tables under the headings of their sections, in the order of the report."""
        found: list[Section] = []
        for table in self.tables:
            heading = spoken(table.action_type.section or table.action_type.heading)
            if not found or found[-1].heading != heading:
                found.append(Section(heading, []))
            found[-1].tables.append(table)
        return found

    @cached_property
    def row_count(self) -> int:
        """How many actions the tables hold: what long work is measured by."""
        return covered(self.scope, Action.objects.of(self.project)).count()

    def check_length(self, most: int, form: str) -> None:
        """Raise TooLongError where the tables hold more rows than ``form`` takes."""
        if self.row_count > most:
            message = _(
                "%(form)s takes at most %(most)d rows, and the report has %(rows)d. Ask for one"
                " partner or a shorter period, or take the Excel workbook or the CSV files."
            )
            raise TooLongError(message % {"form": form, "most": most, "rows": self.row_count})

    @cached_property
    def deadlines(self) -> list[Deadline]:
        found = list(self.project.deadlines.select_related("mission"))
        for deadline in found:
            deadline.project = self.project
        return found

    def explained(self) -> Iterator[Explained]:
        """For each indicator, every row that it counts and every row that it leaves out."""
        scope = self.scope
        for line in self.progress.lines:
            rows = explained(
                line,
                as_of=scope.as_of,
                since=scope.since,
                partner=scope.partner,
                measure=self.progress.measure,
            )
            for row in rows:
                if row.is_first:
                    self._count_row()
                yield row

    def _count_row(self) -> None:
        """Say from time to time how many rows were read, of those of tables and figures."""
        self._done += 1
        if self.tell and self._done % ROWS_BETWEEN_WORDS == 0:
            self.tell(self._done, self._all_rows)

    @cached_property
    def _all_rows(self) -> int:
        return self.row_count + sum(line.figure.rows for line in self.figures)

    @cached_property
    def deviations(self) -> list[Shortfall]:
        """The indicators short of their target on the day of the report, with the words on why.

        A target is that of the whole project: what a period alone achieved is not held against it.
        """
        scope = self.scope
        whole = project_progress(scope.project, as_of=scope.as_of) if scope.since else self.progress
        return shortfalls(whole, partner=scope.partner)

    @cached_property
    def proofs(self) -> list[Proof]:
        """The rows behind every figure, by their ids."""
        proofs = {line.indicator.pk: Proof(line, [], []) for line in self.figures}
        for row in self.explained():
            proof = proofs[row.indicator.pk]
            if row.is_first and row.verdict == COUNTED:
                proof.counted.append(row.reference)
            elif row.is_first:
                proof.left_out.append((row.reference, row.reason))
        return list(proofs.values())

    @cached_property
    def funder(self) -> Funder:
        """The statement, the emblem and the disclaimer that stand in every form."""
        return funder_of(self.project)

    @property
    def name(self) -> str:
        """What the report is called; the project may have given it a title."""
        return self.project.report_title or _("Report on performance indicators")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the report is about, as pairs of a word and its value; blank ones are left out."""
        project, scope = self.project, self.scope
        period = f"{project.starts_on:%d.%m.%Y} – {project.ends_on:%d.%m.%Y}"
        found = [
            (_("Project"), f"{project.acronym}: {project.title}"),
            (_("Grant agreement"), project.grant_agreement),
            (_("Programme"), project.programme),
            (_("Duration"), period),
            (_("Deliverable"), project.deliverable),
            (_("Work package"), project.work_package),
            (_("Covers"), self.coverage),
            (_("As of"), f"{scope.day:%d.%m.%Y}"),
            (_("Since"), f"{scope.since:%d.%m.%Y}" if scope.since else ""),
            (_("Partner"), f"{scope.partner.code}: {scope.partner.name}" if scope.partner else ""),
            (_("Written"), f"{self.written_at:%d.%m.%Y %H:%M}"),
            (_("By"), self.author),
        ]
        return [(word, value) for word, value in found if value]

    @property
    def title(self) -> str:
        """What the file is called in its properties."""
        words = [self.project.acronym, _("report"), f"{self.scope.day:%d.%m.%Y}"]
        return " ".join([*words, *([self.scope.partner.code] if self.scope.partner else [])])

    @property
    def coverage(self) -> str:
        """Which rows and figures the report is about, in a sentence."""
        said = {"day": f"{self.scope.day:%d.%m.%Y}"}
        if self.scope.since:
            said["since"] = f"{self.scope.since:%d.%m.%Y}"
            when = _("What was achieved from %(since)s to %(day)s") % said
        else:
            when = _("What was achieved by %(day)s") % said
        whose = self.scope.partner
        return f"{when}, {whose.code} ({whose.name})." if whose else f"{when}."

    @property
    def rules(self) -> list[str]:
        """How the figures are counted, a sentence each."""
        found = [
            _("An action counts when it is achieved and not left out of the count."),
            str(MEASURE_WORDS[self.progress.measure]),
            _(
                "Its date of achievement is the signature, the first day held or the first"
                " contact; of a month or a year, the last day that it can mean."
            ),
            _(
                "An achieved action without a date counts today, but on no past day and in no"
                " period."
            ),
            _("Sectors, organisations or countries count once each, from their first date."),
            _("A dash means that there is no data."),
        ]
        if self.partners:
            found.append(
                _(
                    "An action for which several partners answer counts once for the consortium"
                    " and once for each of them: the partners' figures can add up to more than"
                    " the consortium's."
                )
            )
        if self.scope.since:
            found.append(_("The tables hold the actions whose date lies in the period."))
        elif self.progress.as_of < clock.today():
            found.append(_("The tables hold all actions as they are known today."))
        return found


def shown(figure: Figure) -> Cell:
    return NO_DATA if figure.shown is None else figure.shown


def or_dash(number: int | None) -> Cell:
    return NO_DATA if number is None else number


# What the leading figure asks for besides.
MEASURE_WORDS: dict[str, Words] = {
    Measure.CLAIMED: gettext_lazy(
        "Achieved is what the partners say. Evidenced is what of that has the evidence that its"
        " table asks for, and verified what of that the task leader has accepted."
    ),
    Measure.EVIDENCED: gettext_lazy(
        "Only an action with the evidence that its table asks for counts as achieved. Claimed is"
        " what the partners say, verified what the task leader has accepted of what has evidence."
    ),
    Measure.VERIFIED: gettext_lazy(
        "Only an action that has the evidence that its table asks for, and that the task leader"
        " has accepted, counts as achieved. Claimed is what the partners say, evidenced what of"
        " that has evidence."
    ),
}

PACE_WORDS: dict[str, Words] = {
    Pace.AHEAD: gettext_lazy("Ahead"),
    Pace.ON_TRACK: gettext_lazy("On track"),
    Pace.BEHIND: gettext_lazy("Behind"),
    Pace.MISSED: gettext_lazy("Missed"),
}


def deadline_headings() -> list[str]:
    """The headings of Table 12."""
    return [_("Deadline"), _("Activity"), _("Status"), _("Mission"), _("Due")]


def deadline_cells(deadline: Deadline) -> list[Cell]:
    """A line of Table 12, in the order of its headings."""
    return [
        month_label(deadline),
        deadline.activity,
        str(deadline.get_status_display()),
        deadline.mission.name if deadline.mission else None,
        deadline.due_on,
    ]


def month_label(deadline: Deadline) -> str:
    """The month as the report prints it: ``M11 - Jul 2021``."""
    start = deadline.month_start
    return f"M{deadline.month} - {date_format(start, 'M Y')}"
