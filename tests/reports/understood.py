"""Makes books of plain cells for tests, and understands them with the tables of a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from partners.models import Project
from reports.importing import names_of_partners
from reports.reading.cells import Book, Row, Sheet
from reports.understanding.tables import Found, FoundTable, find_tables


def rows(lines: Sequence[Sequence[Any]]) -> list[Row]:
    """The lines as a reader gives them: blank ones left out, the others with their numbers."""
    return [
        Row(number, list(line))
        for number, line in enumerate(lines, start=1)
        if any(cell is not None for cell in line)
    ]


def book(sheets: Mapping[str, Sequence[Sequence[Any]]], kind: str = "xlsx") -> Book:
    return Book(kind, [Sheet(name, rows=rows(lines)) for name, lines in sheets.items()])


def find(project: Project, content: Book, **options: Any) -> Found:
    types = list(project.action_types.all())
    return find_tables(content, types, partners=names_of_partners(project), **options)


def found_table(found: Found) -> FoundTable:
    """The only table of a file."""
    [table] = found.tables
    return table
