"""What stands in the PDF, chapter by chapter: the report as blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from kpis.charts import Picture, figure_words
from kpis.deviations import Shortfall
from kpis.drawing import overview_picture, timeline_picture
from kpis.progress import Pace
from reports.writing.content import (
    PACE_WORDS,
    FigureLine,
    Proof,
    Report,
    ReportTable,
    TableRow,
    month_label,
    or_dash,
    shown,
)

from . import blocks
from .blocks import Block, Column, Content, Mark

OVERVIEW, TIMELINE = "overview.svg", "timeline.svg"
TONES = {Pace.AHEAD: "ok", Pace.ON_TRACK: "ok", Pace.BEHIND: "warn", Pace.MISSED: "bad"}


def parts(report: Report, pictures: dict[str, Picture]) -> list[dict[str, Any]]:
    """The chapters in runs of pages upright or on their side."""
    upright = [*_about(report), *_rules(report), *_indicators(report, pictures)]
    on_their_side = [*_actions(report), *_timeline(report, pictures)]
    last = [*_deviations(report), *_proofs(report)]
    runs = ((False, upright), (True, on_their_side), (False, last))
    return [{"wide": wide, "blocks": found} for wide, found in runs]


def pictures_of(report: Report) -> dict[str, Picture]:
    """The charts of the report by the names of their files."""
    overview = overview_picture(report.progress, report.scope.partner)
    timeline = timeline_picture(report.project, report.deadlines, report.written_at.date())
    return {OVERVIEW: overview, TIMELINE: timeline}


def cover(report: Report) -> dict[str, Any]:
    """The title page."""
    project, partner = report.project, report.scope.partner
    facts = [
        (_("Grant agreement"), project.grant_agreement),
        (_("Programme"), project.programme),
        (_("Work package"), project.work_package),
        (_("As of"), f"{report.scope.day:%d.%m.%Y}"),
        (_("Covers"), report.coverage),
        (_("Written"), f"{report.written_at:%d.%m.%Y}"),
        (_("By"), report.author),
    ]
    title = f"{project.deliverable}. {report.name}" if project.deliverable else report.name
    return {
        "acronym": blocks.said(project.acronym),
        "project": blocks.said(project.title),
        "title": blocks.said(title, 30),
        "part": blocks.said(f"{partner.code}, {partner.name}" if partner else ""),
        "facts": blocks.facts(facts)["rows"],
        "disclaimer": blocks.said(project.disclaimer),
    }


def _about(report: Report) -> Iterator[Block]:
    yield blocks.chapter(_("About this report"))
    yield blocks.facts(report.facts)
    yield blocks.heading(2, _("Partners"))
    columns = [
        Column(_("Code"), 14),
        Column(_("Partner"), 50),
        Column(_("Country"), 20),
        Column(_("Role"), 24),
    ]
    rows: list[list[Content]] = [
        [Mark(p.code, strong=True), p.name, str(p.country.name or ""), _role(p)]
        for p in report.progress.partners
    ]
    yield blocks.table("", columns, rows, wide=False)


def _role(partner: Any) -> str:
    if partner.is_task_leader:
        return _("Task leader")
    return _("All partners jointly") if partner.is_joint else ""


def _rules(report: Report) -> Iterator[Block]:
    yield blocks.heading(1, _("How the figures are counted"))
    yield blocks.items(report.rules)


# Performance indicators


def _indicators(report: Report, pictures: dict[str, Picture]) -> Iterator[Block]:
    yield blocks.chapter(_("Performance indicators"))
    if not report.figures:
        yield blocks.paragraph(_("The project has no indicator."))
        return
    has_pace = not report.scope.partner and not report.scope.since
    columns = [
        Column(_("No."), 6, number=True),
        Column(_("Performance indicator"), 72),
        Column(_("Target"), 10, number=True),
        Column(_("Achieved"), 12, number=True),
        Column("%", 10, number=True),
        Column(_("Under way"), 14, number=True),
        *([Column(_("Pace"), 13)] if has_pace else []),
    ]
    rows = [_figure(line, has_pace) for line in report.figures]
    caption = _captioned("Table 0", _("Performance indicators"))
    yield blocks.table(caption, columns, rows, wide=False)
    overview = pictures[OVERVIEW]
    words = _("Achieved against the targets")
    yield blocks.picture(OVERVIEW, overview, words, overview.alt, wide=False)
    yield from _by_partner(report)


def _captioned(name: str, caption: str) -> str:
    return f"{name}. {caption}"


def _figure(line: FigureLine, has_pace: bool) -> list[Content]:
    figure, indicator = line.figure, line.indicator
    share = "–" if figure.percent is None or figure.shown is None else f"{figure.percent} %"
    pace = line.line.pace
    return [
        indicator.number,
        Mark(indicator.title, below=indicator.description, strong=True),
        or_dash(figure.target),
        Mark(str(shown(figure)), strong=True),
        share,
        or_dash(figure.under_way),
        *([Mark(_(PACE_WORDS[pace]), tone=TONES[pace])] if has_pace else []),
    ]


def _by_partner(report: Report) -> Iterator[Block]:
    """The partners' figures beside each other; a partner's own report has none."""
    if not report.partners:
        return
    yield blocks.heading(2, _("Achieved by partner"))
    yield blocks.note(
        _(
            "Each partner's achieved actions, with its own share of the target where it has one."
            " An action of several partners counts for each of them, and once for the consortium."
        )
    )
    columns = [Column(_("No."), 7, number=True), Column(_("Performance indicator"), 40)]
    columns += [Column(partner.code, 12, number=True) for partner in report.partners]
    columns.append(Column(_("All"), 9, number=True))
    rows = [
        [
            line.indicator.number,
            line.indicator.title,
            *(_share(line, partner.code) for partner in report.partners),
            Mark(str(shown(line.figure)), strong=True),
        ]
        for line in report.figures
    ]
    yield blocks.table("", columns, rows, wide=False)


def _share(line: FigureLine, code: str) -> Content:
    figure = line.partners[code]
    return figure_words(figure.shown, figure.target)


# Actions


def _actions(report: Report) -> Iterator[Block]:
    yield blocks.chapter(_("Actions and results"))
    if not report.sections:
        yield blocks.paragraph(_("The project has no table of actions."))
    for section in report.sections:
        yield blocks.heading(2, section.heading)
        for table in section.tables:
            yield from _action_table(table)


def _action_table(table: ReportTable) -> Iterator[Block]:
    caption = _captioned(table.name, table.caption)
    headings = [column.heading for column in table.columns[: table.printed]]
    headings += [] if table.has_status else [_("Status")]
    rows = [_action(table, row) for row in table.rows()]
    if not rows:
        yield blocks.note(_("%(table)s: there is no action.") % {"table": caption})
        return
    shares = blocks.widths(headings, rows)
    numbers = [_is_column_of_numbers([row[at] for row in rows]) for at in range(len(headings))]
    columns = [Column(*each) for each in zip(headings, shares, numbers, strict=True)]
    yield blocks.table(caption, columns, rows, wide=True)


def _action(table: ReportTable, row: TableRow) -> list[Content]:
    """The printed cells; the id of the row stands below its title."""
    cells: list[Content] = list(row.cells[: table.printed])
    printed = table.columns[: table.printed]
    at = next((n for n, column in enumerate(printed) if "title" in column.parts), 0)
    title = "" if cells[at] is None else str(cells[at])
    cells[at] = Mark(title, below=row.reference, strong=True)
    return cells if table.has_status else [*cells, row.status_word]


def _is_column_of_numbers(cells: Sequence[Content]) -> bool:
    known = [cell for cell in cells if cell not in (None, "")]
    return bool(known) and all(map(blocks.is_number, known))


# Timeline


def _timeline(report: Report, pictures: dict[str, Picture]) -> Iterator[Block]:
    yield blocks.chapter(_("Timeline"))
    if not report.deadlines:
        yield blocks.paragraph(_("The project has no deadline."))
        return
    drawn, words = pictures[TIMELINE], _("What is due in which month")
    alt = _("%(figure)s. Table 12 names them all.") % {"figure": drawn.alt}
    yield blocks.picture(TIMELINE, drawn, words, alt, wide=True)
    columns = [
        Column(_("Deadline"), 18),
        Column(_("Activity"), 70),
        Column(_("Mission"), 20),
        Column(_("Status"), 24),
    ]
    rows = [
        [
            month_label(deadline),
            deadline.activity,
            deadline.mission.name if deadline.mission else "",
            str(deadline.get_status_display()),
        ]
        for deadline in report.deadlines
    ]
    yield blocks.table(_captioned("Table 12", _("Planning")), columns, rows, wide=True)


# Deviations


def _deviations(report: Report) -> Iterator[Block]:
    yield blocks.chapter(_("Deviations"))
    if not report.deviations:
        yield blocks.paragraph(_("Every indicator has reached its target."))
        return
    yield blocks.paragraph(
        _("Short of their targets on %(day)s, with the partners' words on why:")
        % {"day": f"{report.scope.day:%d.%m.%Y}"}
    )
    for shortfall in report.deviations:
        yield from _shortfall(shortfall)


def _shortfall(shortfall: Shortfall) -> Iterator[Block]:
    indicator, figure = shortfall.line.indicator, shortfall.figure
    yield blocks.heading(2, f"{_kpi(indicator.number)}: {indicator.title}")
    words = {
        "figure": figure_words(figure.shown, figure.target),
        "missing": shortfall.missing,
    }
    yield blocks.paragraph(_("%(figure)s achieved, %(missing)d missing.") % words)
    if shortfall.short and not shortfall.is_share:
        short = ", ".join(
            f"{code} ({figure_words(share.shown, share.target)})" for code, share in shortfall.short
        )
        yield blocks.note(_("Short of their own share: %(partners)s.") % {"partners": short})
    for deviation in shortfall.words:
        yield blocks.quote(deviation.partner.code, deviation.text)
    if not shortfall.words:
        yield blocks.note(_("No partner has given a reason yet."))


def _kpi(number: int) -> str:
    return _("KPI %(number)d") % {"number": number}


# The rows behind the figures


def _proofs(report: Report) -> Iterator[Block]:
    yield blocks.chapter(_("Annex: the rows behind each figure"), numbered=False)
    yield blocks.paragraph(
        _("Each row has an id, which stands below its title in the tables of this report.")
    )
    for proof in report.proofs:
        yield from _proof(proof)


def _proof(proof: Proof) -> Iterator[Block]:
    line = proof.line
    numbers = {"kpi": _kpi(line.indicator.number), "title": line.indicator.title}
    figure = figure_words(line.figure.shown, line.figure.target)
    yield blocks.heading(2, f"%(kpi)s: %(title)s ({figure})" % numbers, numbered=False)
    count = len(proof.counted)
    yield blocks.ids(_("Counted (%(count)d):") % {"count": count}, proof.counted)
    left_out = sorted(proof.left_out, key=lambda pair: pair[1])
    for reason, group in groupby(left_out, key=lambda pair: pair[1]):
        references = [reference for reference, _reason in group]
        label = _("%(reason)s (%(count)d):") % {"reason": reason, "count": len(references)}
        yield blocks.ids(label, references)
