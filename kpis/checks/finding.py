"""What the checks before a report find, how grave it is, and who can close it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.roles import Capability
from partners.words import Words

if TYPE_CHECKING:
    from kpis.models import CheckAnswer
    from partners.models import Partner

    from .material import Material
    from .rows import Row

LEADER = "leader"  # stands among the codes of partners, which are in capitals
ADMIN = "admin"


class Severity(models.TextChoices):
    MUST = "must", _("Must be closed")
    SHOULD = "should", _("Should be closed")
    LOOK = "look", _("To be looked at")


@dataclass(frozen=True)
class Link:
    """Where something is shown or closed, and what it is called.

    Who may follow it: members with the capability, and the users of the partners in ``own``.
    """

    label: str
    url: str
    needs: Capability = Capability.VIEW
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Who:
    """Those who can close a finding: the codes to filter by, and their names to be read."""

    codes: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One thing that a check found: a true sentence, its records, and the way to close it.

    ``key`` says what it is about in letters, digits, dots and hyphens. It stays the same while
    the facts do, so that an answer is not asked for again. ``pair`` are the two rows of which one
    may be the duplicate of the other.
    """

    key: str
    sentence: str
    who: Who
    way: Link
    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()
    pair: tuple[Row, Row] | None = None


@dataclass(frozen=True)
class Check:
    """One kind of finding; ``look`` lists every one of them in a project."""

    kind: str
    severity: Severity
    label: Words
    closing: Words
    look: Callable[[Material], Iterable[Found]]

    @property
    def dismissible(self) -> bool:
        """Whether a reason can close it; what must or should be closed is closed by its cause."""
        return self.severity == Severity.LOOK


@dataclass(frozen=True)
class Finding:
    """A finding with the check that made it."""

    check: Check
    found: Found

    @property
    def kind(self) -> str:
        return self.check.kind

    @property
    def key(self) -> str:
        return self.found.key

    @property
    def codes(self) -> tuple[str, ...]:
        return self.found.who.codes

    @property
    def records(self) -> list[Link]:
        """The records it is about, each with its page; its sentence has the titles of rows."""
        rows = [Link(row.reference, row.url) for row in self.found.rows]
        return [*rows, *self.found.links]


@dataclass(frozen=True)
class Answered:
    """What was said to a finding, and what that is about."""

    answer: CheckAnswer
    sentence: str
    records: list[Link]


@dataclass
class Findings:
    """All findings of a project: those that are open, and those to which something was said."""

    open: list[Finding] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)

    def of(self, kind: str, key: str) -> Finding | None:
        """The open finding of a kind and a key."""
        return next((f for f in self.open if (f.kind, f.key) == (kind, key)), None)

    def answer(self, kind: str, key: str) -> Answered | None:
        return next(
            (a for a in self.answered if (a.answer.finding, a.answer.key) == (kind, key)), None
        )

    def count(self, severity: Severity) -> int:
        return sum(finding.check.severity == severity for finding in self.open)
