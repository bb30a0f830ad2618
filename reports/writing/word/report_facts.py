"""What the report says, as plain data for a Word template: values, loops, blocks, pictures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from partners.catalogue import spoken
from partners.models import Partner
from partners.words import Words
from reports.writing.content import FigureLine, Report, or_dash, shown
from reports.writing.document import (
    BLOCKS,
    Document,
    country_of,
    deadline_words,
    pace_word,
    percent,
)
from reports.writing.outline import Image, as_data
from reports.writing.rows import ReportTable

from .facts import Facts, project_values, properties

Item = dict[str, Any]
Values = dict[str, Any]
# Made in the document itself, of its headings.
SILENT = ["contents"]
EMBLEM = "emblem"
EMBLEM_BOX = (40, 16)  # millimetres that the emblem may take
# What each item of a loop holds, known even where there is no item.
LOOPS: dict[str, tuple[str, ...]] = {
    "cover": ("label", "value"),
    "kpis": (
        "number", "title", "description", "target", "achieved", "percent", "rows", "under_way",
        "planned", "missing", "pace", "partners",
    ),
    "partners": ("code", "name", "country"),
    "tables": ("number", "name", "caption", "heading", "rows"),
    "deadlines": ("month", "activity", "mission", "status"),
}  # fmt: skip
IN_KPIS = ("code", "name", "target", "achieved", "rows")


def report_facts(report: Report) -> Facts:
    """All that a document of the report can say."""
    document = Document(report)
    shape: dict[str, Any] = {name: [dict.fromkeys(keys)] for name, keys in LOOPS.items()}
    shape["kpis"][0]["partners"] = [dict.fromkeys(IN_KPIS)]
    values = report_values(report)
    for fact in values["tables"]:
        fact["rows"] = len(document.tables[fact["number"]].rows)
    return Facts(
        values,
        shape,
        report_blocks(document),
        SILENT,
        properties(document.title, subject=report.coverage, author=report.author),
        {**{chart.name: chart.drawn.png() for chart in document.charts}, **_emblem_file(report)},
    )


def _emblem_file(report: Report) -> dict[str, bytes]:
    emblem = report.funder.emblem
    return {EMBLEM: emblem.png} if emblem else {}


def _emblem(report: Report) -> list[Item]:
    """The emblem as a block: nothing where there is none."""
    emblem = report.funder.emblem
    if emblem is None:
        return []
    width, _height = emblem.within(*EMBLEM_BOX)
    return [as_data(Image(EMBLEM, emblem.alt, width))]


def report_blocks(document: Document) -> dict[str, list[Item]]:
    """Every block that a template can ask for: those of the document, and each table alone."""
    blocks = {name: [*map(as_data, items)] for name, items in document.blocks.items()}
    tables = {f"table_{number}": [as_data(table)] for number, table in document.tables.items()}
    return {**blocks, **tables, EMBLEM: _emblem(document.report)}


def report_values(report: Report) -> Values:
    """Everything that a placeholder of its own or an item of a loop can say."""
    project, scope = report.project, report.scope
    return {
        "project": project_values(project),
        "report": {
            "deliverable": project.deliverable,
            "title": report.name,
            "work_package": project.work_package,
            "funding": report.funder.statement,
            "disclaimer": report.funder.disclaimer,
            "day": f"{scope.day:%d.%m.%Y}",
            "since": f"{scope.since:%d.%m.%Y}" if scope.since else "",
            "period": _period(report),
            "coverage": report.coverage,
            "partner": scope.partner.code if scope.partner else "",
            "partner_name": scope.partner.name if scope.partner else "",
            "written_on": f"{report.written_at:%d.%m.%Y}",
            "author": report.author,
        },
        "cover": [{"label": name, "value": value} for name, value in Document(report).title_page],
        "kpis": [_kpi(report, line) for line in report.figures],
        "partners": [_partner(partner) for partner in _covered(report)],
        "tables": [_table_fact(table) for table in report.tables],
        "deadlines": [
            dict(zip(LOOPS["deadlines"], deadline_words(each), strict=True))
            for each in report.deadlines
        ],
    }


def _covered(report: Report) -> list[Partner]:
    """The partners whose figures the report has."""
    return [report.scope.partner] if report.scope.partner else report.partners


def _partner(partner: Partner) -> Item:
    return {"code": partner.code, "name": partner.name, "country": country_of(partner)}


def _period(report: Report) -> str:
    since = report.scope.since
    begins = since or report.project.starts_on
    return f"{begins:%d.%m.%Y} – {report.scope.day:%d.%m.%Y}"


def _kpi(report: Report, line: FigureLine) -> Item:
    figure, indicator = line.figure, line.indicator
    names = {partner.code: partner.name for partner in report.partners}
    return {
        "number": indicator.number,
        "title": indicator.title,
        "description": indicator.description,
        "target": or_dash(figure.target),
        "achieved": shown(figure),
        "percent": percent(figure),
        "rows": figure.rows,
        "under_way": or_dash(figure.under_way),
        "planned": or_dash(figure.planned),
        "missing": or_dash(figure.missing),
        "pace": pace_word(report, line),
        "partners": [
            {
                "code": code,
                "name": names.get(code, ""),
                "target": or_dash(share.target),
                "achieved": shown(share),
                "rows": share.rows,
            }
            for code, share in line.partners.items()
        ],
    }


def _table_fact(table: ReportTable) -> Item:
    return {
        "number": table.action_type.table_number,
        "name": table.name,
        "caption": table.caption,
        "heading": spoken(table.action_type.heading),
    }


# What each block gives, for the help page.
BLOCK_WORDS: dict[str, Words] = {
    "contents": gettext_lazy("the contents, by the headings of the document"),
    **{name: block.words for name, block in BLOCKS.items()},
    EMBLEM: gettext_lazy("the emblem of the funder"),
}

LOOP_WORDS: dict[str, Words] = {
    "kpis": gettext_lazy("the indicators"),
    "partners": gettext_lazy("the partners"),
    "tables": gettext_lazy("the tables of actions"),
    "deadlines": gettext_lazy("the deadlines of Table 12"),
    "cover": gettext_lazy("the facts of the title page that are known, each with its name"),
}
