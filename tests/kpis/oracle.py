"""Makes random actions and counts them by hand, one after the other: what progress.py must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from actions.models import Action, CreditShare, Evidence, EvidenceFile, Review, Status
from actions.models import EvidenceKind as Kind
from kpis.models import Indicator
from partners.models import Measure, Organisation, Partner, Project

T = TypeVar("T")
FIRST = date(2021, 1, 1)
KINDS: list[str] = [Kind.AGREEMENT, Kind.AGENDA, Kind.ATTENDANCE, Kind.PICTURE]
COUNTRIES = {"One": "DE", "Two": "DE", "Three": "FR", "Four": "", "Five": "IN"}


@dataclass
class Row:
    """An action as the oracle sees it: plain values, none asked of the database again."""

    pk: int
    reference: str
    type_id: int
    partners: set[str]
    status: str
    review: str
    excluded: bool
    of: int | None
    day: date | None
    kinds: set[str]
    asked: set[str]
    organisations: set[str]
    sectors: set[str]
    shares: dict[str, Decimal]

    def things(self, counts: str) -> set[str] | None:
        """What it names of what is counted distinctly; None where actions are counted."""
        countries = {COUNTRIES[name] for name in self.organisations} - {""}
        return {
            Indicator.Counts.SECTORS: self.sectors,
            Indicator.Counts.ORGANISATIONS: self.organisations,
            Indicator.Counts.COUNTRIES: countries,
        }.get(Indicator.Counts(counts))

    @property
    def event(self) -> int:
        """What the row tells of, as the row that stays is called."""
        return self.of or self.pk

    def own(
        self, indicator: Indicator, measure: str, as_of: date | None, since: date | None
    ) -> str:
        """The verdict on the row as if no other told of the same event."""
        return next(self._verdicts(indicator, measure, as_of, since))

    def _verdicts(
        self, indicator: Indicator, measure: str, as_of: date | None, since: date | None
    ) -> Iterator[str]:
        if self.excluded:
            yield "excluded"
        if self.status == Status.DROPPED:
            yield "dropped"
        if self.review in (Review.DRAFT, Review.RETURNED):
            yield str(self.review)
        if self.status != Status.ACHIEVED:
            yield str(self.status)
        if self.day is None and (as_of or since):
            yield "undated"
        if as_of and self.day and self.day > as_of:
            yield "later"
        if since and self.day and self.day < since:
            yield "earlier"
        if self.things(indicator.counts) == set():
            yield "nothing_named"
        if measure != Measure.CLAIMED and self.asked - self.kinds:
            yield "not_evidenced"
        if measure == Measure.VERIFIED and self.review != Review.ACCEPTED:
            yield "not_accepted"
        yield "counted"

    def credit(self, code: str) -> Decimal:
        """What the action is worth to one of its partners."""
        if self.shares.keys() == self.partners and sum(self.shares.values()) == 100:
            return self.shares[code] / 100
        return Decimal(1)


def tellers(rows: list[Row], partner: str = "") -> dict[int, int]:
    """The row that tells of each event: that which stays, or else the first that stands for it."""
    standing = [
        row
        for row in rows
        if row.status == Status.ACHIEVED
        and row.review in (Review.SUBMITTED, Review.ACCEPTED)
        and not row.excluded
        and (not partner or partner in row.partners)
    ]
    standing.sort(key=lambda row: (row.of is None, -row.pk))
    return {row.event: row.pk for row in standing}


def verdicts_of(
    rows: list[Row],
    indicator: Indicator,
    measure: str,
    as_of: date | None,
    since: date | None,
    partner: str = "",
) -> dict[str, str]:
    """The verdict on each row in one figure; ``rows`` are all rows of the project."""
    types = {t.pk for t in indicator.action_types.all()}
    tells = tellers(rows, partner)
    found = {}
    for row in rows:
        if row.type_id not in types or (partner and partner not in row.partners):
            continue
        verdict = row.own(indicator, measure, as_of, since)
        counts_events = partner or row.things(indicator.counts) is None
        if verdict == "counted" and counts_events and tells[row.event] != row.pk:
            verdict = "duplicate"
        found[row.reference] = verdict
    return found


def things_of(
    rows: list[Row], indicator: Indicator, measure: str, as_of: date | None, since: date | None
) -> set[str] | None:
    """The distinct things, each at the first of the rows that count and name it."""
    first: dict[str, date] = {}
    for row in rows:
        if (named := row.things(indicator.counts)) is None:
            return None
        if row.own(indicator, measure, as_of, None) == "counted":
            for thing in named:
                first[thing] = min(first.get(thing, date.max), row.day or date.max)
    return {t for t, day in first.items() if since is None or date.max > day >= since}


class Maker:
    """Makes random actions of a project, and keeps them as the oracle sees them."""

    def __init__(self, project: Project, random: Random) -> None:
        self.project, self.random = project, random
        self.types = list(project.action_types.all())
        self.partners = list(project.partners.all())
        self.sectors = list(project.sectors.all())
        self.organisations = [
            Organisation.objects.create(project=project, name=name, country=country)
            for name, country in COUNTRIES.items()
        ]
        self.actions: list[Action] = []
        self.single: list[Action] = []

    def make(self, number: int) -> list[Row]:
        return [self._row(n) for n in range(number)]

    def _some(self, of: list[T], most: int, least: int = 0) -> list[T]:
        return self.random.sample(of, self.random.randint(least, min(most, len(of))))

    def _row(self, number: int) -> Row:
        random = self.random
        action_type = random.choice(self.types)
        day = random.choice([None, *[FIRST + timedelta(days=random.randrange(700))] * 4])
        excluded = random.random() < 0.05
        of = random.choice(self.single) if self.single and number % 3 == 0 else None
        if of and random.random() < 0.8:
            action_type = of.type
        action = Action.objects.create(
            project=self.project,
            type=action_type,
            reference=f"R-{number}",
            title=f"Row {number}",
            status=random.choice([*[Status.ACHIEVED] * 6, *Status]),
            review=random.choice([*[Review.ACCEPTED] * 3, *Review]),
            excluded=excluded,
            exclusion_reason="Out" if excluded else "",
            duplicate_of=of,
            first_on=day,
            first_precision="day" if day else "",
            counts_from=day,
            project_start=self.project.starts_on,
        )
        self.actions.append(action)
        if of is None:
            self.single.append(action)
        partners = self._some(self.partners, 3, 1)
        organisations, sectors = self._some(self.organisations, 2), self._some(self.sectors, 2)
        action.partners.set(partners)
        action.organisations.set(organisations)
        action.sectors.set(sectors)
        asked = set(action_type.evidence)
        return Row(
            pk=action.pk,
            reference=action.reference,
            type_id=action_type.pk,
            partners={p.code for p in partners},
            status=action.status,
            review=action.review,
            excluded=excluded,
            of=action.duplicate_of_id,
            day=day,
            kinds=self._evidence(action, asked),
            asked=asked,
            organisations={o.name for o in organisations},
            sectors={s.name for s in sectors if s.beyond_mobility},
            shares=self._shares(action, partners),
        )

    def _evidence(self, action: Action, asked: set[str]) -> set[str]:
        """Mostly all that is asked for, as links and as files."""
        kinds = asked if self.random.random() < 0.6 else set(self._some(KINDS, 3))
        for kind in sorted(kinds):
            if self.random.random() < 0.5:
                Evidence.objects.create(action=action, title="Link", kind=kind)
            else:
                EvidenceFile.objects.create(
                    action=action, title="File", kind=kind, name="f", size=1, sha256=f"{kind}"
                )
        return set(kinds)

    def _shares(self, action: Action, partners: list[Partner]) -> dict[str, Decimal]:
        """Shares of some actions: whole ones, of others than the partners, of less than 100."""
        fate = self.random.randrange(6)
        if fate < 3:
            return {}
        sharing = partners if fate > 3 else self._some(self.partners, 3, 1)
        rest, shares = 10_000, {}
        for partner in sharing[:-1]:
            part = self.random.randint(0, rest)
            shares[partner.code], rest = Decimal(part) / 100, rest - part
        shares[sharing[-1].code] = Decimal(rest) / 100
        if fate == 5:
            shares[sharing[0].code] = max(shares[sharing[0].code] - 1, Decimal(0))
        for partner in sharing:
            CreditShare.objects.create(action=action, partner=partner, percent=shares[partner.code])
        return shares
