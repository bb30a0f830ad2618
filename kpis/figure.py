"""One figure: how many rows there are by verdict, and what people ask of such numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from actions.credit import plain
from actions.models import Status
from partners.models import Measure

from .things import FirstNamed
from .verdicts import COUNTED, DUPLICATE


@dataclass
class Figure:
    """Rows by verdict, for one indicator, of the consortium or of one partner.

    ``things`` are the distinct things that the counted rows name, where such are counted, and
    ``named`` the same with the row that first names each.
    ``measures`` holds the figure by each measure, of which the leading one is ``achieved``.
    ``shared`` is by how many actions the credit is less than the rows, by agreed splits.
    """

    target: int | None = None
    verdicts: dict[str, int] = field(default_factory=dict)
    things: list[str] | None = None
    past: bool = False
    measures: dict[str, int] = field(default_factory=dict)
    shared: Decimal = Decimal(0)
    named: list[FirstNamed] | None = None

    @property
    def rows(self) -> int:
        """How many actions there are, counted or not."""
        return sum(self.verdicts.values())

    @property
    def counted_rows(self) -> int:
        return self.verdicts.get(COUNTED, 0)

    @property
    def achieved(self) -> int:
        """The figure: the actions counted, or the distinct things among them."""
        return self.counted_rows if self.things is None else len(self.things)

    @property
    def claimed(self) -> int:
        return self.measures.get(Measure.CLAIMED, 0)

    @property
    def evidenced(self) -> int:
        return self.measures.get(Measure.EVIDENCED, 0)

    @property
    def verified(self) -> int:
        return self.measures.get(Measure.VERIFIED, 0)

    @property
    def three(self) -> list[int | None]:
        """Claimed, evidenced and verified; None each where there is no data at all."""
        if self.shown is None:
            return [None, None, None]
        return [self.claimed, self.evidenced, self.verified]

    @property
    def duplicates(self) -> int:
        """The rows left out only since they are duplicates."""
        return self.verdicts.get(DUPLICATE, 0)

    @property
    def gross(self) -> int:
        """The rows that count, duplicates too."""
        return self.counted_rows + self.duplicates

    @property
    def credit(self) -> Decimal:
        """The figure by agreed splits: joint actions in the share that the partner is given."""
        return plain(self.achieved - self.shared)

    @property
    def shown(self) -> int | None:
        """The figure for people: None, shown as a dash, where there is no data at all."""
        return self.achieved if self.rows else None

    @property
    def under_way(self) -> int | None:
        return self._open(Status.UNDER_WAY)

    @property
    def planned(self) -> int | None:
        return self._open(Status.PLANNED)

    def _open(self, status: str) -> int | None:
        """Rows not achieved yet; unknown for a past day, on which they may have been otherwise."""
        return None if self.past or not self.rows else self.verdicts.get(status, 0)

    @property
    def missing(self) -> int | None:
        return None if self.target is None else max(self.target - self.achieved, 0)

    @property
    def percent(self) -> int | None:
        """Achieved of the target in whole per cent, rounded down so that 100 means all of it."""
        return self.achieved * 100 // self.target if self.target else None
