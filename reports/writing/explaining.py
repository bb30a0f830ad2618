"""The lines that explain figures, as cells: headings and order are those of every form."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from kpis.explanation import Explained
from partners.catalogue import spoken
from reports.layout import ROW_ID, Cell

# What the cells of a line are, in their order; after them comes a column for each partner.
EXPLAINED = [
    gettext_noop("Indicator"),
    ROW_ID,
    gettext_noop("Table"),
    gettext_noop("Title"),
    gettext_noop("Responsible"),
    gettext_noop("Status"),
    gettext_noop("Achieved on"),
    gettext_noop("Counts from"),
    gettext_noop("Why"),
    gettext_noop("What is counted"),
    gettext_noop("Row"),
    gettext_noop("Adds"),
]


def explained_headings() -> list[str]:
    return [*map(spoken, EXPLAINED)]


def explained_cells(row: Explained, codes: Iterable[str]) -> list[Cell]:
    """One line: 1 or 0 is what it adds to a figure, blank where a partner has no part in it."""
    return [
        row.indicator.number, row.reference, row.table, row.title, row.responsible, row.status,
        row.achieved_on or None, row.counts_from, row.reason, row.thing or None,
        int(row.is_first), row.adds, *(row.partners.get(code) for code in codes),
    ]  # fmt: skip
