"""What the report says, as plain data for a template: values, loops, and blocks of elements."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.deviations import Shortfall, shortfalls
from kpis.drawing import overview_picture
from kpis.models import Deadline
from partners.models import Partner
from partners.words import Words
from reports.writing.content import (
    NO_DATA,
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

Item = dict[str, Any]
Values = dict[str, Any]
# Blocks that are made in the document itself, or that may be without content.
SILENT = ["contents"]
OVERVIEW = "overview.png"
LANGUAGE = "en-GB"
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


def report_facts(
    report: Report,
) -> tuple[Values, dict[str, Any], dict[str, list[Item]], dict[str, str]]:
    """The values, their shape, the blocks and the properties of the document."""
    blocks = report_blocks(report)
    values = report_values(report)
    for fact in values["tables"]:
        fact["rows"] = len(blocks[f"table_{fact['number']}"][0]["rows"])
    shape: dict[str, Any] = {name: [dict.fromkeys(keys)] for name, keys in LOOPS.items()}
    shape["kpis"][0]["partners"] = [dict.fromkeys(IN_KPIS)]
    properties = {
        "title": _document_title(report),
        "author": report.author,
        "last_modified_by": report.author,
        "subject": report.coverage,
        "keywords": "",
        "comments": "",
        "language": LANGUAGE,
    }
    return values, shape, blocks, properties


def _document_title(report: Report) -> str:
    project = report.project
    title = project.report_title or _("Report on performance indicators")
    return " ".join(each for each in (project.acronym, project.deliverable, title) if each)


def report_values(report: Report) -> Values:
    """Everything that a placeholder of its own or an item of a loop can say."""
    project, scope = report.project, report.scope
    return {
        "project": {
            "acronym": project.acronym,
            "title": project.title,
            "grant_agreement": project.grant_agreement,
            "programme": project.programme,
            "starts_on": f"{project.starts_on:%d.%m.%Y}",
            "ends_on": f"{project.ends_on:%d.%m.%Y}",
        },
        "report": {
            "deliverable": project.deliverable,
            "title": project.report_title or _("Report on performance indicators"),
            "work_package": project.work_package,
            "disclaimer": project.disclaimer,
            "day": f"{scope.day:%d.%m.%Y}",
            "since": f"{scope.since:%d.%m.%Y}" if scope.since else "",
            "period": _period(report),
            "coverage": report.coverage,
            "partner": scope.partner.code if scope.partner else "",
            "partner_name": scope.partner.name if scope.partner else "",
            "written_on": f"{report.written_at:%d.%m.%Y}",
            "author": report.author,
        },
        "cover": [{"label": label, "value": value} for label, value in _cover(report) if value],
        "kpis": [_kpi(report, line) for line in report.figures],
        "partners": [_partner(partner) for partner in _covered(report)],
        "tables": [_table_fact(table) for table in report.tables],
        "deadlines": [_deadline(deadline) for deadline in report.deadlines],
    }


def _covered(report: Report) -> list[Partner]:
    """The partners whose figures the report has."""
    return [report.scope.partner] if report.scope.partner else report.partners


def _partner(partner: Partner) -> Item:
    country = str(partner.country.name or "")
    return {"code": partner.code, "name": partner.name, "country": country}


def _period(report: Report) -> str:
    since = report.scope.since
    begins = since or report.project.starts_on
    return f"{begins:%d.%m.%Y} – {report.scope.day:%d.%m.%Y}"


def _cover(report: Report) -> list[tuple[str, str]]:
    """The facts of the title page, each with its name; what is empty is left out."""
    project, partner = report.project, report.scope.partner
    return [
        (_("Project"), f"{project.title} ({project.acronym})"),
        (_("Grant agreement"), project.grant_agreement),
        (_("Programme"), project.programme),
        (_("Work package"), project.work_package),
        (_("Partner"), f"{partner.code}, {partner.name}" if partner else ""),
        (_("Period"), _period(report) if report.scope.since else ""),
        (_("Figures as of"), f"{report.scope.day:%d.%m.%Y}"),
        (_("Version of"), f"{report.written_at:%d.%m.%Y %H:%M}"),
        (_("Written by"), report.author),
    ]


def _kpi(report: Report, line: FigureLine) -> Item:
    figure, indicator = line.figure, line.indicator
    names = {partner.code: partner.name for partner in report.partners}
    return {
        "number": indicator.number,
        "title": indicator.title,
        "description": indicator.description,
        "target": or_dash(figure.target),
        "achieved": shown(figure),
        "percent": _percent(figure.percent),
        "rows": figure.rows,
        "under_way": or_dash(figure.under_way),
        "planned": or_dash(figure.planned),
        "missing": or_dash(figure.missing),
        "pace": _pace(report, line),
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


def _percent(value: int | None) -> str:
    return NO_DATA if value is None else f"{value}\N{NO-BREAK SPACE}%"


def _pace(report: Report, line: FigureLine) -> str:
    """How the whole indicator stands; a partner's share and a period have no straight line."""
    if report.scope.partner or report.scope.since:
        return NO_DATA
    return _(PACE_WORDS.get(line.line.pace, "")) if line.line.pace else NO_DATA


def _table_fact(table: ReportTable) -> Item:
    return {
        "number": table.action_type.table_number,
        "name": table.name,
        "caption": table.caption,
        "heading": table.action_type.heading,
    }


def _deadline(deadline: Deadline) -> Item:
    return {
        "month": month_label(deadline),
        "activity": deadline.activity,
        "mission": deadline.mission.name if deadline.mission else "",
        "status": str(deadline.get_status_display()),
    }


# Blocks


def report_blocks(report: Report) -> dict[str, list[Item]]:
    """Every block of a template by its name."""
    tables = {f"table_{t.action_type.table_number}": _action_table(t) for t in report.tables}
    return {
        "indicators": [_indicator_table(report)],
        "figures_by_partner": _partner_table(report),
        "actions": list(_sections(report, tables)),
        **{name: [item] for name, item in tables.items()},
        "timeline": [_timeline(report)],
        "deviations": list(_deviations(report)),
        "rules": [{"kind": "bullets", "texts": report.rules}],
        "proofs": [_proofs(report)],
    }


def _column(heading: str, *, number: bool = False) -> Item:
    return {"heading": heading, "number": number}


def _table(
    name: str, caption: str, columns: list[Item], rows: list[list[Any]], empty: str = ""
) -> Item:
    return {
        "kind": "table",
        "name": name,
        "caption": caption,
        "columns": columns,
        "rows": rows,
        "empty": empty,
    }


def _indicator_table(report: Report) -> Item:
    columns = [
        _column("#", number=True),
        _column(_("Performance indicator")),
        _column(_("Target"), number=True),
        _column(_("Achieved"), number=True),
        _column("%", number=True),
        _column(_("Under way"), number=True),
        _column(_("Pace")),
    ]
    rows = [
        [
            kpi["number"],
            {"text": kpi["title"], "bold": True, "under": kpi["description"],
             "under_style": "Table Text"},
            kpi["target"],
            {"text": kpi["achieved"], "bold": True},
            kpi["percent"],
            kpi["under_way"],
            kpi["pace"],
        ]
        for kpi in (_kpi(report, line) for line in report.figures)
    ]  # fmt: skip
    if report.scope.partner or report.scope.since:
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    empty = _("The project has no indicator.")
    return _table("Table 0", _("Performance indicators"), columns, rows, empty)


def _partner_table(report: Report) -> list[Item]:
    """The partners' figures beside each other; there are none in a partner's own report."""
    if not report.partners:
        return []
    columns = [_column("#", number=True), _column(_("Performance indicator"))]
    columns += [_column(partner.code, number=True) for partner in report.partners]
    rows = []
    for line in report.figures:
        shares = [_share(line.partners[partner.code]) for partner in report.partners]
        rows.append([line.indicator.number, line.indicator.title, *shares])
    note = _("Each partner's achieved actions, and after “of” the share that it promised, if any.")
    return [
        {"kind": "text", "text": note, "with_next": True},
        _table("", _("Achieved by partner"), columns, rows, _("The project has no indicator.")),
    ]


def _share(figure: Any) -> str:
    if figure.target is None:
        return str(shown(figure))
    return _("%(achieved)s of %(target)d") % {"achieved": shown(figure), "target": figure.target}


def _sections(report: Report, tables: dict[str, Item]) -> Iterable[Item]:
    for section in report.sections:
        yield {"kind": "heading", "level": 2, "text": section.heading}
        for table in section.tables:
            yield tables[f"table_{table.action_type.table_number}"]


def _action_table(table: ReportTable) -> Item:
    columns = table.columns[: table.printed]
    titles = [at for at, column in enumerate(columns) if "title" in column.parts]
    title = titles[0] if titles else 0
    heads = [_column(column.heading) for column in columns]
    if not table.has_status:
        heads.append(_column(_("Status")))
    rows = [_action_row(table, row, title) for row in table.rows()]
    return _table(table.name, table.caption, heads, rows, _empty(table))


def _empty(table: ReportTable) -> str:
    if table.scope.since:
        return _("No action of this table is dated in the period.")
    return _("There is no action in this table.")


def _action_row(table: ReportTable, row: TableRow, title: int) -> list[Any]:
    cells: list[Any] = list(row.cells[: table.printed])
    cells[title] = {"text": cells[title], "bold": True, "under": row.reference}
    return cells if table.has_status else [*cells, row.status_word]


def _timeline(report: Report) -> Item:
    columns = [_column(_("Month")), _column(_("Activity")), _column(_("Mission")),
               _column(_("Status"))]  # fmt: skip
    keys = LOOPS["deadlines"]
    rows = [[fact[key] for key in keys] for fact in map(_deadline, report.deadlines)]
    return _table("Table 12", _("Planning"), columns, rows, _("The project has no deadline."))


def _deviations(report: Report) -> Iterable[Item]:
    found = shortfalls(report.progress, partner=report.scope.partner)
    if not found:
        yield {"kind": "text", "text": _("Every indicator has reached its target.")}
    for shortfall in found:
        yield from _shortfall(shortfall)


def _shortfall(shortfall: Shortfall) -> Iterable[Item]:
    indicator, figure = shortfall.line.indicator, shortfall.figure
    numbers = {"number": indicator.number, "title": indicator.title}
    yield {"kind": "heading", "level": 3, "text": _("KPI %(number)d: %(title)s") % numbers}
    said = {"achieved": shown(figure), "target": figure.target, "missing": shortfall.missing}
    yield {"kind": "text", "text": _short_words(shortfall, said)}
    for deviation in shortfall.words:
        yield {"kind": "text", "lead": f"{deviation.partner.code}:", "text": deviation.text}
    if not shortfall.words:
        yield {"kind": "text", "text": _("No partner has given a reason yet.")}


def _short_words(shortfall: Shortfall, said: dict[str, Any]) -> str:
    words = _("%(achieved)s of %(target)d: %(missing)d missing.") % said
    short = [
        _("%(code)s (%(achieved)s of %(target)d)")
        % {"code": code, "achieved": shown(share), "target": share.target}
        for code, share in shortfall.short
    ]
    if short and not shortfall.is_share:
        words += " " + _("Short of their own share: %(partners)s.") % {"partners": ", ".join(short)}
    return words


def _proofs(report: Report) -> Item:
    columns = [
        _column(_("Indicator")),
        _column(_("Figure"), number=True),
        _column(_("Rows counted")),
        _column(_("Rows left out, and why")),
    ]
    rows = [_proof(proof) for proof in report.proofs]
    return _table("", _("The rows behind each figure"), columns, rows,
                  _("The project has no indicator."))  # fmt: skip


def _proof(proof: Proof) -> list[Any]:
    indicator = proof.line.indicator
    ordered = sorted(proof.left_out, key=lambda pair: pair[1])
    left_out = [
        f"{reason}: {', '.join(reference for reference, _why in group)}"
        for reason, group in groupby(ordered, key=lambda pair: pair[1])
    ]
    return [
        {"text": f"KPI {indicator.number}", "bold": True, "under": indicator.title,
         "under_style": "Table Text"},
        shown(proof.line.figure),
        ", ".join(proof.counted) or NO_DATA,
        "\n".join(left_out) or NO_DATA,
    ]  # fmt: skip


def pictures_of(report: Report) -> tuple[dict[str, bytes], dict[str, list[Item]]]:
    """The pictures by the names of their files, and the blocks that show them."""
    drawn = overview_picture(report.progress, report.scope.partner)
    block = {
        "kind": "picture",
        "file": OVERVIEW,
        "name": _("Achieved against target"),
        "alt": drawn.alt,
    }
    return {OVERVIEW: drawn.png()}, {"chart_overview": [block]}


# What each block gives, for the help page.
BLOCK_WORDS: dict[str, Words] = {
    "contents": gettext_lazy("the contents, by the headings of the document"),
    "indicators": gettext_lazy("Table 0: each indicator with target and achieved"),
    "chart_overview": gettext_lazy("a chart of the indicators against their targets"),
    "figures_by_partner": gettext_lazy("the partners' figures beside each other"),
    "actions": gettext_lazy("all sections with their headings and tables"),
    "timeline": gettext_lazy("Table 12: month, activity, mission and status"),
    "deviations": gettext_lazy("the indicators short of target, with the partners' words"),
    "rules": gettext_lazy("how the figures are counted, as a list"),
    "proofs": gettext_lazy("the rows behind each figure, by their ids"),
}

LOOP_WORDS: dict[str, Words] = {
    "kpis": gettext_lazy("the indicators"),
    "partners": gettext_lazy("the partners"),
    "tables": gettext_lazy("the tables of actions"),
    "deadlines": gettext_lazy("the deadlines of Table 12"),
    "cover": gettext_lazy("the facts of the title page that are known, each with its name"),
}
