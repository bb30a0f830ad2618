"""What the deliverable says, chapter by chapter: Word and PDF both set this, each in its form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from actions.models import table_name
from kpis.charts import figure_words
from kpis.deviations import Shortfall
from kpis.drawing import overview_picture, timeline_picture
from kpis.figure import Figure
from kpis.models import Deadline
from kpis.progress import Pace
from partners.models import Measure, Partner
from partners.words import Words
from reports.layout import DEADLINES, INDICATORS
from reports.layout import Cell as Value

from .content import (
    NO_DATA,
    PACE_WORDS,
    FigureLine,
    Proof,
    Report,
    deadline_cells,
    or_dash,
    shown,
)
from .outline import Bullets, Cell, Chart, Column, Heading, Item, Labelled, Quote, Rich, Table, Text
from .rows import ReportTable, TableRow

# Rows that a document takes: beyond it nobody reads, and Word itself becomes slow. Filling the Word
# template takes three seconds and 150 MB for so many, measured.
MOST_ROWS = 5000
CONTENTS = gettext_lazy("Contents")
TONES = {Pace.AHEAD: "ok", Pace.ON_TRACK: "ok", Pace.BEHIND: "warn", Pace.MISSED: "bad"}


@dataclass
class Document:
    """The deliverable of a report; each of its tables is read once."""

    report: Report

    @cached_property
    def tables(self) -> dict[int, Table]:
        """The tables of actions by their numbers."""
        return {t.action_type.table_number: action_table(t) for t in self.report.tables}

    @cached_property
    def blocks(self) -> dict[str, list[Item]]:
        """What each block of BLOCKS says."""
        return {name: list(block.items(self)) for name, block in BLOCKS.items()}

    @property
    def charts(self) -> list[Chart]:
        """The charts of all blocks, which are files of their own in every form."""
        items = [item for items in self.blocks.values() for item in items]
        return [item for item in items if isinstance(item, Chart)]

    @property
    def title(self) -> str:
        """What the document is called in its properties."""
        project = self.report.project
        words = (project.acronym, project.deliverable, self.report.name)
        return " ".join(each for each in words if each)

    @property
    def title_page(self) -> list[tuple[str, str]]:
        """The facts of the title page, without those that stand there in large letters."""
        large = {_("Project"), _("Deliverable")}
        return [(name, value) for name, value in self.report.facts if name not in large]


# Chapters


@dataclass(frozen=True)
class Chapter:
    """A chapter: its heading, the texts that open it, and the names of its blocks.

    In the texts, ``%(project)s``, ``%(coverage)s`` and ``%(written_on)s`` stand for what the
    report says. A chapter that ``is_wide`` stands on pages that lie on their side.
    """

    heading: Words
    blocks: tuple[str, ...]
    texts: tuple[Words, ...] = ()
    is_wide: bool = False
    is_numbered: bool = True
    on_new_page: bool = True

    def opening(self, said: Mapping[str, str]) -> list[str]:
        """The texts with what the report says, or with placeholders for it."""
        return [str(text) % said for text in self.texts]


CHAPTERS = (
    Chapter(
        gettext_lazy("About this report"),
        ("consortium",),
        texts=(
            gettext_lazy(
                "This report sets out what the partners of %(project)s have achieved against the"
                " targets that they promised. %(coverage)s"
            ),
            gettext_lazy(
                "It puts each indicator beside its target, then lists the actions, table by table,"
                " and the deadlines. It tells why targets were not reached, and the annex names"
                " the rows that each figure counts and leaves out."
            ),
            gettext_lazy(
                "Under each title in a table stands, small and grey, the id of the row: T7-03 is"
                " a row of Table 7. The figures were taken from these rows on %(written_on)s;"
                " nobody typed them in."
            ),
        ),
    ),
    Chapter(gettext_lazy("How the figures are counted"), ("rules",), on_new_page=False),
    Chapter(
        gettext_lazy("Performance indicators"),
        ("indicators", "chart_overview", "figures_by_partner"),
    ),
    Chapter(gettext_lazy("Actions and results"), ("actions",), is_wide=True),
    Chapter(gettext_lazy("Timeline"), ("chart_timeline", "timeline")),
    Chapter(gettext_lazy("Deviations"), ("deviations",)),
    Chapter(
        gettext_lazy("Annex: the rows behind each figure"),
        ("proofs",),
        texts=(
            gettext_lazy(
                "Each figure of Table 0 counts the rows named here, by their ids, and no others."
            ),
        ),
        is_numbered=False,
    ),
)


# About, rules


def consortium(document: Document) -> Iterator[Item]:
    columns = [Column(_("Code")), Column(_("Partner")), Column(_("Country")), Column(_("Role"))]
    rows: list[list[Cell]] = [
        [Rich(p.code, is_strong=True), p.name, country_of(p), _role(p)]
        for p in document.report.progress.partners
    ]
    yield Table(_("Partners"), columns, rows, _("The project has no partner."))


def country_of(partner: Partner) -> str:
    return str(partner.country.name or "")


def _role(partner: Partner) -> str:
    if partner.is_task_leader:
        return _("Task leader")
    return _("All partners jointly") if partner.is_joint else ""


def rules(document: Document) -> Iterator[Item]:
    yield Bullets(document.report.rules)


# Performance indicators


def indicators(document: Document) -> Iterator[Item]:
    report = document.report
    columns = [
        Column(_("No."), is_number=True),
        Column(_("Performance indicator")),
        Column(_("Target"), is_number=True),
        Column(_("Achieved"), is_number=True),
        *(Column(str(measure.label), is_number=True) for measure in Measure),
        Column("%", is_number=True),
        Column(_("Under way"), is_number=True),
        *([Column(_("Pace"))] if report.has_pace else []),
    ]
    rows = [_indicator(report, line) for line in report.figures]
    caption = _captioned(table_name(INDICATORS), _("Performance indicators"))
    yield Table(caption, columns, rows, _("The project has no indicator."))


def _captioned(name: str, caption: str) -> str:
    return f"{name}. {caption}"


def _indicator(report: Report, line: FigureLine) -> list[Cell]:
    figure, indicator, pace = line.figure, line.indicator, line.line.pace
    return [
        indicator.number,
        Rich(indicator.title, note=indicator.description, is_strong=True),
        _cell(or_dash(figure.target)),
        Rich(str(shown(figure)), is_strong=True),
        *(_cell(or_dash(number)) for number in figure.three),
        percent(figure),
        _cell(or_dash(figure.under_way)),
        *([Rich(pace_word(report, line), tone=TONES[pace])] if report.has_pace else []),
    ]


def pace_word(report: Report, line: FigureLine) -> str:
    return str(PACE_WORDS[line.line.pace]) if report.has_pace else NO_DATA


def percent(figure: Figure) -> str:
    """How much of the target is achieved; a dash where nothing is known of either."""
    if figure.percent is None or figure.shown is None:
        return NO_DATA
    return f"{figure.percent}\N{NO-BREAK SPACE}%"


def chart_overview(document: Document) -> Iterator[Item]:
    report = document.report
    if report.figures:
        drawn = overview_picture(report.progress, report.scope.partner)
        yield Chart("overview", _("Achieved against the targets"), drawn.alt, drawn)


def figures_by_partner(document: Document) -> Iterator[Item]:
    """The partners' figures beside each other; a partner's own report has none."""
    report = document.report
    if not report.partners or not report.figures:
        return
    note = _(
        "Each partner's achieved actions, with its own share of the target where it has one."
        " An action of several partners counts for each of them, and once for the consortium."
    )
    yield Text(note, is_small=True, leads=True)
    columns = [Column(_("No."), is_number=True), Column(_("Performance indicator"))]
    columns += [Column(partner.code, is_number=True) for partner in report.partners]
    columns.append(Column(pgettext("all partners together", "All"), is_number=True))
    rows: list[list[Cell]] = [
        [
            line.indicator.number,
            line.indicator.title,
            *(_figure(line.partners[partner.code]) for partner in report.partners),
            Rich(str(shown(line.figure)), is_strong=True),
        ]
        for line in report.figures
    ]
    yield Table(_("Achieved by partner"), columns, rows)


def _figure(figure: Figure) -> str:
    return figure_words(figure.shown, figure.target)


# Actions


def actions(document: Document) -> Iterator[Item]:
    sections = document.report.sections
    if not sections:
        yield Text(_("The project has no table of actions."))
    for section in sections:
        yield Heading(section.heading)
        for table in section.tables:
            yield document.tables[table.action_type.table_number]


def action_table(table: ReportTable) -> Table:
    """The columns as printed, and the status where none of them says it."""
    printed = table.columns[: table.printed]
    headings = [column.heading for column in printed]
    headings += [] if table.has_status else [_("Status")]
    title = next((at for at, column in enumerate(printed) if "title" in column.parts), 0)
    rows = [_action(table, row, title) for row in table.rows()]
    columns = [
        Column(heading, _are_numbers([row[at] for row in rows]))
        for at, heading in enumerate(headings)
    ]
    since = table.scope.since
    empty = _("No action of this table is dated in the period.") if since else ""
    caption = _captioned(table.name, table.caption)
    return Table(caption, columns, rows, empty or _("There is no action in this table."))


def _action(table: ReportTable, row: TableRow, title: int) -> Sequence[Cell]:
    """The printed cells; the id of the row stands below its title."""
    cells: list[Cell] = [_cell(value) for value in row.cells[: table.printed]]
    cells[title] = Rich(str(cells[title]), reference=row.reference, is_strong=True)
    return cells if table.has_status else [*cells, row.status_word]


def _cell(value: Value) -> str | int | float:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return "" if value is None else value


def _are_numbers(cells: Sequence[Cell]) -> bool:
    known = [cell for cell in cells if cell != ""]
    return bool(known) and all(isinstance(cell, int | float) for cell in known)


# Timeline


def chart_timeline(document: Document) -> Iterator[Item]:
    report = document.report
    if report.deadlines:
        begins = min((i.first_month for i in report.progress.indicators), default=0)
        drawn = timeline_picture(report.project, report.deadlines, report.today, begins=begins)
        alt = _("%(figure)s. Table 12 names them all.") % {"figure": drawn.alt}
        yield Chart("timeline", _("What is due in which month"), alt, drawn)


def timeline(document: Document) -> Iterator[Item]:
    headings = (_("Month"), _("Activity"), _("Mission"), _("Status"))
    rows = [deadline_words(deadline) for deadline in document.report.deadlines]
    caption = _captioned(table_name(DEADLINES), _("Planning"))
    yield Table(caption, [*map(Column, headings)], rows, _("The project has no deadline."))


def deadline_words(deadline: Deadline) -> list[str]:
    """Month, activity, mission and status."""
    month, activity, status, mission, _due = deadline_cells(deadline)
    return [str(month), str(activity), str(mission or ""), str(status)]


# Deviations


def deviations(document: Document) -> Iterator[Item]:
    found = document.report.deviations
    if not found:
        yield Text(_("Every indicator has reached its target."))
        return
    lead = _("Short of their targets on %(day)s, with the partners' words on why:")
    yield Text(lead % {"day": f"{document.report.scope.day:%d.%m.%Y}"})
    for shortfall in found:
        yield from _shortfall(shortfall)


def _shortfall(shortfall: Shortfall) -> Iterator[Item]:
    indicator = shortfall.line.indicator
    yield Heading(_("KPI %(number)d: %(title)s") % _named(indicator.number, indicator.title))
    yield Text(_missing(shortfall))
    for deviation in shortfall.words:
        yield Quote(deviation.partner.code, deviation.text)
    if not shortfall.words:
        yield Text(_("No partner has given a reason yet."), is_small=True)


def _named(number: int, title: str) -> dict[str, int | str]:
    return {"number": number, "title": title}


def _missing(shortfall: Shortfall) -> str:
    words = {"figure": _figure(shortfall.figure), "missing": shortfall.missing}
    sentence = ngettext(
        "%(figure)s achieved, %(missing)d missing.",
        "%(figure)s achieved, %(missing)d missing.",
        shortfall.missing,
    )
    said = sentence % words
    if not shortfall.short or shortfall.is_share:
        return said
    short = ", ".join(f"{code} ({_figure(share)})" for code, share in shortfall.short)
    return said + " " + _("Short of their own share: %(partners)s.") % {"partners": short}


# The rows behind the figures


def proofs(document: Document) -> Iterator[Item]:
    if not document.report.figures:
        yield Text(_("The project has no indicator."))
    for proof in document.report.proofs:
        yield from _proof(proof)


def _proof(proof: Proof) -> Iterator[Item]:
    indicator = proof.line.indicator
    said = {**_named(indicator.number, indicator.title), "figure": _figure(proof.line.figure)}
    heading = _("KPI %(number)d: %(title)s (%(figure)s)") % said
    yield Heading(heading, is_numbered=False)
    yield _ids(_("Counted"), proof.counted)
    left_out = sorted(proof.left_out, key=lambda pair: pair[1])
    for reason, group in groupby(left_out, key=lambda pair: pair[1]):
        yield _ids(reason, [reference for reference, _reason in group])


def _ids(why: str, references: Sequence[str]) -> Labelled:
    label = _("%(reason)s (%(count)d):") % {"reason": why, "count": len(references)}
    return Labelled(label, ", ".join(references) or NO_DATA)


# Blocks: what a chapter consists of, and what a Word template can ask for alone.


@dataclass(frozen=True)
class Block:
    """Some items that belong together; ``words`` say to those who write templates what it is."""

    words: Words
    items: Callable[[Document], Iterator[Item]]


BLOCKS: dict[str, Block] = {
    "consortium": Block(
        gettext_lazy("the partners, with country and role, as a table"), consortium
    ),
    "rules": Block(gettext_lazy("how the figures are counted, as a list"), rules),
    "indicators": Block(
        gettext_lazy("Table 0: each indicator with target and achieved"), indicators
    ),
    "chart_overview": Block(
        gettext_lazy("a chart of the indicators against their targets"), chart_overview
    ),
    "figures_by_partner": Block(
        gettext_lazy("the partners' figures beside each other"), figures_by_partner
    ),
    "actions": Block(gettext_lazy("all sections with their headings and tables"), actions),
    "chart_timeline": Block(gettext_lazy("a chart of what is due in which month"), chart_timeline),
    "timeline": Block(gettext_lazy("Table 12: month, activity, mission and status"), timeline),
    "deviations": Block(
        gettext_lazy("the indicators short of target, with the partners' words"), deviations
    ),
    "proofs": Block(gettext_lazy("the rows behind each figure, by their ids"), proofs),
}
