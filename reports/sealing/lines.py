"""What can differ between a sealed report and what is known now, as lines for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.words import Words

ADDED, WITHDRAWN, CHANGED, NEW, GONE = "added", "withdrawn", "changed", "new", "gone"
TERMS, RULES, PARTNER, THINGS, OTHER = "terms", "rules", "partner", "things", "other"
KINDS: dict[str, Words] = {
    ADDED: gettext_lazy("Counted now, not then"),
    WITHDRAWN: gettext_lazy("Counted then, not now"),
    CHANGED: gettext_lazy("Row changed"),
    NEW: gettext_lazy("New row, in no figure"),
    GONE: gettext_lazy("Row gone, was in no figure"),
    PARTNER: gettext_lazy("Figure of a partner"),
    THINGS: gettext_lazy("Thing that is counted"),
    TERMS: gettext_lazy("Terms of an indicator"),
    RULES: gettext_lazy("Rule of counting"),
    OTHER: gettext_lazy("Other words of the report"),
}


@dataclass(frozen=True)
class Line:
    """One thing that differs: where, which row, which field, what it was and what it is.

    ``pk`` is the action whose history tells who changed it, if it is one of an action.
    """

    kind: str
    where: str
    old: str = ""
    new: str = ""
    field: str = ""
    reference: str = ""
    title: str = ""
    pk: int | None = None
    is_later: bool = False  # achieved after the day of the report

    @property
    def words(self) -> Words:
        return KINDS[self.kind]


@dataclass
class Compared:
    """One indicator: its figure then and now by each measure, and what made the difference.

    A figure of None is a dash: there was no row, or the indicator was not there.
    """

    number: int
    title: str
    then: int | None
    now: int | None
    measures: list[tuple[str, int | None, int | None]]
    lines: list[Line] = field(default_factory=list)

    def of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def rows(self) -> list[Line]:
        """The rows that count now and did not then, and those that counted then."""
        return [*self.of(ADDED), *self.of(WITHDRAWN)]

    @property
    def others(self) -> list[Line]:
        """The figures of partners, the things counted and the terms that differ."""
        return [line for line in self.lines if line.kind not in (ADDED, WITHDRAWN)]

    @property
    def differs(self) -> bool:
        return bool(self.lines) or any(then != now for _m, then, now in self.measures)

    @property
    def sentence(self) -> str:
        """Such as: reported 14, now 16: 3 added, 1 withdrawn."""
        said = _("reported %(then)s, now %(now)s") % {
            "then": shown(self.then),
            "now": shown(self.now),
        }
        added, withdrawn = len(self.of(ADDED)), len(self.of(WITHDRAWN))
        words = [
            ngettext("%(n)d added", "%(n)d added", added) % {"n": added} if added else "",
            ngettext("%(n)d withdrawn", "%(n)d withdrawn", withdrawn) % {"n": withdrawn}
            if withdrawn
            else "",
        ]
        told = ", ".join(each for each in words if each)
        return f"{said}: {told}" if told else said


@dataclass
class Differences:
    """All that differs: by indicator, by row, and what belongs to neither."""

    indicators: list[Compared]
    rows: list[Line]
    others: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [
            *(line for compared in self.indicators for line in compared.lines),
            *self.rows,
            *self.others,
        ]

    @property
    def pks(self) -> set[int]:
        """The actions that some difference is about."""
        return {line.pk for line in self.lines if line.pk is not None}

    @property
    def is_empty(self) -> bool:
        return not self.lines and not any(each.differs for each in self.indicators)


def shown(value: Any) -> str:
    return "–" if value is None else str(value)
