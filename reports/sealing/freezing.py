"""Makes plain data of everything that a report says, in whatever form."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import override as language

from actions.models import Action, CreditShare, Evidence, EvidenceFile
from kpis.deviations import Shortfall
from kpis.explanation import Explained
from kpis.figure import Figure
from kpis.models import Amendment, Deadline
from kpis.progress import IndicatorProgress
from partners.funder import Picture
from partners.models import Partner, Project
from reports.writing.content import Report
from reports.writing.rows import ReportTable

from .plain import Plain, plain, plain_fields

FORMAT = 1  # grows when older content has to be read in another way
APPLICATION = "ELCA Tracker"
# What is sealed is the same whoever seals it, so that it can be compared with any day.
LANGUAGE = "en"
PROJECT = (
    "id", "slug", "acronym", "title", "grant_agreement", "programme", "first_month",
    "length_months", "deliverable", "report_title", "work_package", "disclaimer", "lead_figure",
    "funder_statement",
)  # fmt: skip
PARTNER = ("id", "code", "name", "country", "is_task_leader", "is_joint", "position")
INDICATOR = (
    "id", "number", "title", "description", "target", "counts", "first_month", "last_month",
)  # fmt: skip
TABLE = ("id", "slug", "table_number", "number", "heading", "caption", "section", "record")
# Of a figure; the rest of it says for charts on pages which row came first.
FIGURE = ("target", "verdicts", "things", "past", "measures", "shared")
DEADLINE = ("id", "month", "activity", "status", "position")
AMENDMENT = ("id", "name", "in_force_from", "note")


def freeze(report: Report) -> Plain:
    """Everything that the report says, as plain data: a fixed number of queries for each table."""
    with language(LANGUAGE):
        tables = [_table(table) for table in report.tables]
        explained: dict[int, list[Plain]] = defaultdict(list)
        for row in report.explained():
            explained[row.indicator.pk].append(_explained(row))
        references = {row["reference"] for table in tables for row in table["rows"]}
        references |= {row["reference"] for rows in explained.values() for row in rows}
        return {
            "format": FORMAT,
            "application": APPLICATION,
            "author": report.author,
            "written_at": moment(report.written_at),
            "today": plain(report.today),
            "as_of": plain(report.scope.as_of),
            "since": plain(report.scope.since),
            "measure": str(report.progress.measure),
            "project": _values(report.project, PROJECT),
            "emblem": _emblem(report.funder.emblem),
            "facts": plain(report.facts),
            "rules": plain(report.rules),
            "coverage": report.coverage,
            "title": report.title,
            "partners": [_partner(partner) for partner in report.progress.partners],
            "indicators": [
                _indicator(line, explained[line.indicator.pk]) for line in report.progress.lines
            ],
            "tables": tables,
            "deadlines": [_deadline(deadline, report.today) for deadline in report.deadlines],
            "deviations": [_shortfall(each) for each in report.deviations],
            "amendments": [
                _values(each, AMENDMENT) for each in Amendment.objects.of(report.project)
            ],
            "actions": _actions(report.project, references),
        }


def moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _values(record: Any, names: Iterable[str]) -> Plain:
    return {name: plain(getattr(record, name)) for name in names}


def _emblem(emblem: Picture | None) -> Plain | None:
    """The picture itself: another one may stand in its place later."""
    if emblem is None:
        return None
    return {"alt": emblem.alt, "png": b64encode(emblem.png).decode("ascii")}


def _partner(partner: Partner) -> Plain:
    names = (name for name in PARTNER if name != "country")
    return {**_values(partner, names), "country": str(partner.country.code or "")}


def _indicator(line: IndicatorProgress, rows: list[Plain]) -> Plain:
    """An indicator with its terms, its figures, and each row that it counts or leaves out."""
    return {
        **_values(line.indicator, INDICATOR),
        "tables": [t.table_name for t in line.indicator.action_types.all()],
        "total": _figure(line.total),
        "partners": {code: _figure(figure) for code, figure in line.partners.items()},
        "expected": line.expected,
        "pace": line.pace,
        "rows": rows,
    }


def _figure(figure: Figure) -> Plain:
    return _values(figure, FIGURE)


def _explained(row: Explained) -> Plain:
    return plain_fields(row, "indicator")


def _table(table: ReportTable) -> Plain:
    return {
        **_values(table.action_type, TABLE),
        "printed": table.printed,
        "columns": [plain_fields(column) for column in table.columns],
        "help": table.read_help(),
        "rows": [plain_fields(row) for row in table.rows()],
    }


def _deadline(deadline: Deadline, today: date) -> Plain:
    return {
        **_values(deadline, DEADLINE),
        "mission": deadline.mission.name if deadline.mission else None,
        "overdue": deadline.is_overdue(today),
    }


def _shortfall(short: Shortfall) -> Plain:
    return {
        "indicator": short.line.indicator.pk,
        "figure": _figure(short.figure),
        "short": [[code, _figure(figure)] for code, figure in short.short],
        "words": [[deviation.partner.code, deviation.text] for deviation in short.words],
    }


# What stands behind the rows: who answers, the review, credit and evidence


def _actions(project: Project, references: set[str]) -> Plain:
    """What is known of each action that the report names, by reference: five queries."""
    partners = _partners_of(project)
    links, files, credit = _links(project), _files(project), _credit(project)
    found = Action.objects.of(project).order_by("pk").values_list("pk", "reference", "review")
    return {
        reference: {
            "id": pk,
            "review": review,
            "partners": partners.get(pk, []),
            "credit": credit.get(pk, {}),
            "links": links.get(pk, []),
            "files": files.get(pk, []),
        }
        for pk, reference, review in found.iterator()
        if reference in references
    }


def _partners_of(project: Project) -> dict[int, list[str]]:
    through = Action.partners.through.objects.filter(action__project=project)
    pairs = through.order_by("partner__position", "partner__code")
    return _grouped(pairs.values_list("action_id", "partner__code"))


def _links(project: Project) -> dict[int, list[Plain]]:
    links = Evidence.objects.filter(action__project=project)
    return _grouped(
        (link.action_id, _values(link, ("id", "kind", "title", "url"))) for link in links.iterator()
    )


def _files(project: Project) -> dict[int, list[Plain]]:
    return _grouped(
        (file.action_id, _file(file)) for file in EvidenceFile.objects.of(project).iterator()
    )


def _file(file: EvidenceFile) -> Plain:
    """What is sealed of a file: no title or name, which may have to be hidden or forgotten."""
    return _values(file, ("id", "kind", "size", "sha256"))


def _credit(project: Project) -> dict[int, Plain]:
    shares = CreditShare.objects.filter(action__project=project).select_related("partner")
    found: dict[int, Plain] = defaultdict(dict)
    for share in shares:
        found[share.action_id][share.partner.code] = plain(share.percent)
    return found


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
