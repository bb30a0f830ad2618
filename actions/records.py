"""The record types: which columns a record has, what its states are called, where it lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.story import register_headings, register_tellers
from partners.words import Words

from .columns import (
    Column,
    MissionColumn,
    StatusColumn,
    TextColumn,
    TitleColumn,
)
from .joined import DatesColumn, JoinedColumn, OutcomeColumn
from .links import OrganisationsColumn, PartnersColumn, SectorsColumn
from .models import NOTE_LENGTH, Action, ActionType, Status
from .rows import EvidenceColumn, OccasionsColumn

SECTIONS: dict[str, Words] = {
    "what": _("What"),
    "when": _("When and where"),
    "agreement": _("Signature"),
    "participants": _("Who took part"),
    "outcome": _("What came of it"),
    "evidence": _("Evidence"),
}


@dataclass(frozen=True)
class RecordType:
    """One kind of record: the model that holds it, and everything that differs from the others.

    ``path`` is the part of the address under the project, ``key`` the name of the detail URL.
    ``essential`` columns open the form, the others stand behind “More”; ``quick`` ones are asked
    for beside a row of the list.
    """

    key: str
    path: str
    model: type[Action]
    label: Words
    label_plural: Words
    columns: tuple[Column, ...]
    joined: tuple[JoinedColumn, ...]
    status_words: Mapping[str, Words]
    add_label: Words
    essential: tuple[str, ...] = ("title", "occasions", "organisations", "status", "partners")
    quick: tuple[str, ...] = ("status", "occasions")

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def printed(self, name: str) -> Column | JoinedColumn:
        """What stands in a printed column: one value, or several joined."""
        found: list[Column | JoinedColumn] = [*self.joined, *self.columns]
        return next(column for column in found if column.name == name)

    def status_word(self, status: str) -> str:
        return str(self.status_words[status])

    def values(self, action: Action) -> dict[str, Any]:
        """Every value of a saved action, by the name of its column."""
        return {column.name: column.get(action) for column in self.columns}

    def values_of(self, actions: Sequence[Action]) -> dict[str, list[Any]]:
        """The values of many saved actions, by the names of the columns, in a few queries."""
        return {column.name: column.get_many(actions) for column in self.columns}

    @property
    def particular_columns(self) -> list[Column]:
        """The columns that only this record type has, beside those of every action."""
        return [column for column in self.columns if column.name not in COMMON_NAMES]

    def holds(self, action_type: ActionType) -> bool:
        return action_type.record == self.key

    def sections(self) -> dict[str, list[Column]]:
        """The columns by the section of the form in which they stand, in order."""
        found: dict[str, list[Column]] = {}
        for section in SECTIONS:
            columns = [c for c in self.columns if c.section == section]
            if columns:
                found[section] = columns
        return found


def common_columns(status_words: Mapping[str, Words], *more: Column) -> tuple[Column, ...]:
    """The columns that every record has, with a record's own in front of its evidence."""
    return (
        TitleColumn(name="title", heading=_("Title"), required=True, listed=True),
        PartnersColumn(
            name="partners",
            heading=_("Responsible"),
            help_text=_("Who answers for it. Several partners act jointly."),
            listed=True,
        ),
        StatusColumn(
            name="status",
            heading=_("Status"),
            choices=tuple(status_words.items()),
            required=True,
            listed=True,
        ),
        OrganisationsColumn(
            name="organisations",
            heading=_("Organisations"),
            help_text=_(
                "Known ones are found by any spelling; a new name is added. One on each line."
            ),
        ),
        MissionColumn(name="mission", heading=_("Mission"), listed=True),
        SectorsColumn(name="sectors", heading=_("Sectors")),
        TextColumn(name="description", heading=_("Description")),
        OccasionsColumn(
            name="occasions", heading=_("Dates & Location"), section="when", listed=True
        ),
        TextColumn(
            name="dates_note",
            heading=_("About the dates"),
            section="when",
            help_text=_("Words where there is no date, such as “regular contact”."),
            rows=2,
            max_length=NOTE_LENGTH,
        ),
        *more,
        TextColumn(name="expectations", heading=_("Expectations"), section="outcome"),
        TextColumn(name="results", heading=_("Results"), section="outcome"),
        EvidenceColumn(name="evidence", heading=_("Evidence"), section="evidence"),
    )


COMMON_NAMES = frozenset(column.name for column in common_columns({}))
DATES = DatesColumn("dates", ("occasions", "dates_note"))
OUTCOME = OutcomeColumn("outcome", ("expectations", "results"))

_registry: dict[str, RecordType] = {}


def register(record: RecordType) -> None:
    """Make a record type known; each app does so once, when Django is ready."""
    _registry[record.key] = record
    register_headings("action", {column.name: column.heading for column in record.columns})
    register_tellers("action", {column.name: column.tell for column in record.columns})


def record_types() -> list[RecordType]:
    return list(_registry.values())


def record_type(key: str) -> RecordType:
    """The record type of that key; KeyError for an unknown one."""
    return _registry[key]


def record_of(action: Action) -> RecordType:
    return _registry[action.type.record]


PLAIN_STATUS: dict[str, Words] = {
    Status.PLANNED: _("Planned"),
    Status.UNDER_WAY: _("Under way"),
    Status.ACHIEVED: _("Achieved"),
    Status.DROPPED: _("Dropped"),
}


def register_plain_action() -> None:
    register(
        RecordType(
            key="action",
            path="actions",
            model=Action,
            label=_("Action"),
            label_plural=_("Actions"),
            add_label=_("Log an action"),
            columns=common_columns(PLAIN_STATUS),
            joined=(DATES, OUTCOME),
            status_words=PLAIN_STATUS,
        )
    )
