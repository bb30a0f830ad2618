"""An action and an organisation as the checks see them: plain values, read without a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from actions.models import ActionType, EvidenceKind, Status
from actions.partial import PartialDate
from partners.models import Partner


def overlap(one: PartialDate, other: PartialDate) -> bool:
    return one.start <= other.end and other.start <= one.end


@dataclass
class Known:
    """An organisation with all its names, and the actions that name it."""

    pk: int
    name: str
    country: str
    note: str
    project_slug: str
    aliases: set[str] = field(default_factory=set)
    actions: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        return reverse("organisation", args=[self.project_slug, self.pk])

    @property
    def names(self) -> list[str]:
        return [self.name, *sorted(self.aliases)]


@dataclass
class Row:
    """An action; its values have the names of the fields from which they come."""

    pk: int
    type: ActionType
    project_slug: str
    reference: str
    title: str
    title_key: str
    description: str
    results: str
    dates_note: str
    status: str
    review: str
    mission_id: int | None
    mission_name: str | None
    first_on: date | None
    first_precision: str
    counts_from: date | None
    excluded: bool
    duplicate_of_id: int | None
    created_at: datetime
    updated_at: datetime
    reviewed_at: datetime | None
    dated_at: datetime | None  # when its status or its dates were last changed
    sent_at: datetime | None  # when it was last submitted
    proposed_state: str | None
    proposed_at: datetime | None
    lacking: list[
        EvidenceKind
    ]  # the kinds of evidence that it has not, of those that are asked for
    verdicts: dict[str | None, str]  # its own, by the things counted; of None: of actions
    signed_on: date | None
    signed_precision: str | None
    expected_on: date | None
    expected_precision: str | None
    numbers: dict[str, int | None]  # the participants of an event, and its parts
    partners: list[Partner] = field(default_factory=list)
    organisations: list[Known] = field(default_factory=list)
    occasions: list[tuple[PartialDate, str]] = field(default_factory=list)  # when, and the place

    @property
    def url(self) -> str:
        return reverse(self.type.record, args=[self.project_slug, self.pk])

    @property
    def edit_url(self) -> str:
        return reverse(f"{self.type.record}-edit", args=[self.project_slug, self.pk])

    @property
    def label(self) -> str:
        return _("%(reference)s “%(title)s”") % {"reference": self.reference, "title": self.title}

    @property
    def texts(self) -> tuple[str, str]:
        """What it says of itself; what is expected lies ahead, and is no claim."""
        return self.description, self.results

    @property
    def is_achieved(self) -> bool:
        return self.status == Status.ACHIEVED and not self.excluded

    @property
    def is_open(self) -> bool:
        return self.status in (Status.PLANNED, Status.UNDER_WAY)

    @property
    def is_agreement(self) -> bool:
        return self.type.record == "agreement"

    @property
    def is_event(self) -> bool:
        return self.type.record in ("event", "matchmaking")

    @property
    def is_single(self) -> bool:
        """Whether it is no known duplicate, and not left out of the count."""
        return self.duplicate_of_id is None and not self.excluded

    @property
    def signed(self) -> PartialDate | None:
        return _date(self.signed_on, self.signed_precision)

    @property
    def expected(self) -> PartialDate | None:
        return _date(self.expected_on, self.expected_precision)

    @property
    def first_date(self) -> PartialDate | None:
        return _date(self.first_on, self.first_precision)

    @property
    def dates(self) -> list[PartialDate]:
        """All its dates; of an agreement that of the signature as well."""
        own = [when for when, _place in self.occasions]
        return [*own, self.signed] if self.signed else own

    @property
    def named(self) -> set[int]:
        return {organisation.pk for organisation in self.organisations}

    def covers(self, when: PartialDate) -> bool:
        return any(overlap(own, when) for own in self.dates)


def _date(first: date | None, precision: str | None) -> PartialDate | None:
    return PartialDate.of(first, precision or "") if first else None
