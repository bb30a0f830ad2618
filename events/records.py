"""Events and matchmaking meetings as record types: their own columns and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.columns import CellError, ChoiceColumn, Column, NumberColumn
from actions.models import Action, Status
from actions.records import DATES, OUTCOME, RecordType, common_columns, register
from actions.rows import RowsColumn, kept_rows
from partners.words import Words

from .forms import MeetingFormSet
from .models import BusinessMeeting, Event, MatchmakingMeeting

if TYPE_CHECKING:
    from actions.lookup import Lookup

EVENT_STATUS: dict[str, Words] = {
    Status.PLANNED: gettext_lazy("Planned"),
    Status.UNDER_WAY: gettext_lazy("In preparation"),
    Status.ACHIEVED: gettext_lazy("Held"),
    Status.DROPPED: gettext_lazy("Cancelled"),
}


@dataclass(frozen=True)
class MeetingData:
    """Who met whom, before it is stored."""

    first: str
    second: str
    outcome: str = ""

    def __str__(self) -> str:
        return " | ".join(part for part in (self.first, self.second, self.outcome) if part)


@dataclass(frozen=True, kw_only=True)
class MeetingsColumn(RowsColumn):
    """Who met whom, one meeting a line."""

    model: ClassVar[type[Model]] = BusinessMeeting
    row_fields: ClassVar[tuple[str, ...]] = (
        "matchmaking_id", "first", "second", "outcome", "position",
    )  # fmt: skip

    def get(self, action: Action) -> tuple[MeetingData, ...]:
        meetings = cast(MatchmakingMeeting, action).business_meetings.all()
        return tuple(MeetingData(m.first, m.second, m.outcome) for m in meetings)

    def item_of(self, *fields: Any) -> MeetingData:
        return MeetingData(*fields)

    def load(self, data: Any, lookup: Lookup) -> tuple[MeetingData, ...]:
        return tuple(MeetingData(**row) for row in data or ())

    def rows_of(self, value: Sequence[MeetingData]) -> Iterator[tuple[Any, ...]]:
        return ((item.first, item.second, item.outcome) for item in value)

    def read(self, cell: object, lookup: Lookup) -> tuple[MeetingData, ...]:
        lines = [line.strip() for line in str(cell or "").splitlines() if line.strip()]
        return tuple(self._read_line(line) for line in lines)

    def _read_line(self, line: str) -> MeetingData:
        first, second, outcome = ([part.strip() for part in line.split(" | ", 2)] + ["", ""])[:3]
        if not second:
            raise CellError(_("Write who met whom as “first | second | outcome”."))
        if max(len(first), len(second)) > 250 or len(outcome) > 500:
            raise CellError(_("A name has at most 250 characters, an outcome 500."))
        return MeetingData(first, second, outcome)

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        return MeetingFormSet

    def initial(self, value: Any) -> list[dict[str, Any]]:
        return [{"first": m.first, "second": m.second, "outcome": m.outcome} for m in value]

    def cleaned(self, formset: forms.BaseFormSet[Any]) -> tuple[MeetingData, ...]:
        return tuple(
            MeetingData(row["first"], row["second"], row["outcome"]) for row in kept_rows(formset)
        )


def event_columns(*more: Column) -> tuple[Column, ...]:
    numbers = [
        ("smes", gettext_lazy("SMEs")),
        ("clusters", gettext_lazy("Clusters")),
        ("research", gettext_lazy("Research")),
        ("public", gettext_lazy("Public bodies")),
        ("organisations_present", gettext_lazy("Organisations represented")),
    ]
    return common_columns(
        EVENT_STATUS,
        NumberColumn(
            name="participants",
            heading=gettext_lazy("Participants"),
            section="participants",
            listed=True,
        ),
        ChoiceColumn(
            name="participants_certainty",
            heading=gettext_lazy("How sure the number is"),
            section="participants",
            choices=Event.Certainty.choices,
        ),
        *(
            NumberColumn(name=name, heading=heading, section="participants")
            for name, heading in numbers
        ),
        *more,
    )


EVENT = RecordType(
    key="event",
    path="events",
    model=Event,
    label=gettext_lazy("Event"),
    label_plural=gettext_lazy("Events"),
    add_label=gettext_lazy("Log an event"),
    columns=event_columns(),
    joined=(DATES, OUTCOME),
    status_words=EVENT_STATUS,
)
MATCHMAKING = RecordType(
    key="matchmaking",
    path="matchmaking",
    model=MatchmakingMeeting,
    label=gettext_lazy("Matchmaking meeting"),
    label_plural=gettext_lazy("Matchmaking meetings"),
    add_label=gettext_lazy("Log a matchmaking meeting"),
    columns=event_columns(
        MeetingsColumn(
            name="meetings", heading=gettext_lazy("Who met whom"), section="participants"
        )
    ),
    joined=(DATES, OUTCOME),
    status_words=EVENT_STATUS,
)


def register_events() -> None:
    register(EVENT)
    register(MATCHMAKING)
