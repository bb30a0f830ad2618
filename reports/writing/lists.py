"""Writes lists as they are filtered: records of one kind, and organisations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from actions.models import Action
from actions.records import RecordType
from partners.catalogue import spoken
from partners.funder import funder_of
from partners.models import Organisation, Project
from reports.layout import ROW_ID, Cell, own_columns

from .content import Tell
from .pack import write_rows
from .rows import ROWS_AT_ONCE, with_cells
from .sheets import Workbook


def write_list(
    project: Project,
    record: RecordType,
    queryset: QuerySet[Action],
    out: BinaryIO,
    ending: str = "xlsx",
    tell: Tell | None = None,
) -> None:
    """Write the rows of a list: their ids, their tables, then every value of the record."""
    name = str(record.label_plural)
    headings = [spoken(ROW_ID), _("Table"), *(column.heading for column in own_columns(record))]
    rows = list_rows(project, record, queryset, tell)
    _write(project, name, headings, rows, out, ending)


def _write(
    project: Project,
    name: str,
    headings: list[str],
    rows: Iterator[list[Cell]],
    out: BinaryIO,
    ending: str,
) -> None:
    if ending == "csv":
        write_rows(out, headings, rows)
        return
    title, funder = f"{project.acronym} {name.lower()}", funder_of(project)
    with Workbook(out, title, foot=funder.statement) as book:
        book.mark_exported()
        book.fill(book.sheet(name), headings, rows, caption=project.title)


def list_rows(
    project: Project, record: RecordType, queryset: QuerySet[Action], tell: Tell | None
) -> Iterator[list[Cell]]:
    """The rows of a list, so many in memory as are read at once."""
    found = record.model.objects.of(project).filter(pk__in=queryset.order_by().values("pk"))
    columns, total = own_columns(record), queryset.count() if tell else 0
    tables = {t.pk: t.table_name for t in project.action_types.all()}
    rows = with_cells(record, columns, found.order_by("type__table_number", "pk"))
    for number, (action, cells) in enumerate(rows):
        if tell and number % ROWS_AT_ONCE == 0:
            tell(number, total)
        yield [action.reference, tables[action.type_id], *cells]


def write_organisations(
    project: Project, organisations: QuerySet[Organisation], out: BinaryIO, ending: str = "xlsx"
) -> None:
    """Write a list of organisations; ``organisations`` comes from ``for_table()``."""
    headings = [
        _("Name"), _("Kind"), _("Country"), _("Other spellings"), _("Sectors"), _("Note"),
        _("Actions"),
    ]  # fmt: skip
    rows = (organisation_row(o) for o in organisations.iterator(chunk_size=ROWS_AT_ONCE))
    _write(project, _("Organisations"), headings, rows, out, ending)


def organisation_row(organisation: Organisation) -> list[Cell]:
    return [
        organisation.name,
        str(organisation.get_kind_display()),
        str(organisation.country.name or ""),
        "\n".join(alias.name for alias in organisation.aliases.all()),
        "\n".join(sector.name for sector in organisation.sectors.all()),
        organisation.note,
        organisation.action_count,  # type: ignore[attr-defined]
    ]
