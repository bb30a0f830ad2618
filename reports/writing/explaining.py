"""The lines that explain figures, as cells: headings and order are those of every form."""

from __future__ import annotations

from collections.abc import Iterable

from kpis.explanation import Explained
from reports.layout import ROW_ID, Cell

# What the cells of a line are, in their order; after them comes a column for each partner.
EXPLAINED = [
    "Indicator", ROW_ID, "Table", "Title", "Responsible", "Status", "Achieved on", "Counts from",
    "Why", "What is counted", "Row", "Adds",
]  # fmt: skip


def explained_cells(row: Explained, codes: Iterable[str]) -> list[Cell]:
    """One line: 1 or 0 is what it adds to a figure, blank where a partner has no part in it."""
    return [
        row.indicator.number, row.reference, row.table, row.title, row.responsible, row.status,
        row.achieved_on or None, row.counts_from, row.reason, row.thing or None,
        int(row.is_first), row.adds, *(row.partners.get(code) for code in codes),
    ]  # fmt: skip
