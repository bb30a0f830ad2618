"""What a project has of one table, for finding the rows of a file among it, and those alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from actions.models import Action, ActionType
from actions.records import record_type
from partners.models import Project
from partners.names import name_key

from .layout import whole_records

CLOSE_TITLES = 90  # of 100: so alike that two titles of one day are likely one action
MOST_COMPARED = 200  # so many rows of one title or day at most: the work must not grow squared
# A day and the numbers in a title: “Workshop 1” and “Workshop 2” of one day are two, however alike.
Day = tuple[date, tuple[str, ...]]
Place = tuple[str, int]  # the name of a sheet, and the number of a row in it


def place_words(place: Place) -> str:
    sheet, row = place
    return _("row %(row)d of “%(sheet)s”") % {"row": row, "sheet": sheet}


@dataclass
class Known:
    """An action of the project, or a row of the file, that a new row may repeat."""

    title: str
    partners: frozenset[int]
    occasions: Sequence[Any]
    action: Action | None = None
    place: Place = ("", 0)

    @classmethod
    def of(cls, action: Action) -> Known:
        occasions = [occasion.data for occasion in action.occasions.all()]
        return cls(action.title_key, partner_ids(action.partners.all()), occasions, action)

    @classmethod
    def of_row(cls, values: Mapping[str, Any], place: Place) -> Known:
        partners = partner_ids(values["partners"])
        return cls(name_key(values["title"]), partners, values.get("occasions", ()), place=place)

    def __str__(self) -> str:
        return str(self.action) if self.action else place_words(self.place)

    @property
    def days(self) -> dict[Day, None]:
        digits = tuple(re.findall(r"\d+", self.title))
        return dict.fromkeys((occasion.when.start, digits) for occasion in self.occasions)

    @property
    def reference(self) -> str:
        return self.action.reference if self.action else ""


class Shelf:
    """The actions of one type, and the rows of a file that were found to be new."""

    def __init__(self, project: Project, kind: ActionType) -> None:
        self.actions: dict[str, Action] = {}
        self.by_title: dict[str, list[Action]] = defaultdict(list)
        self.brought: set[str] = set()  # the ids that rows of the file say
        self.changed_by: dict[int, Place] = {}  # which row changes an action, by the action's id
        self._known_by_title: dict[str, list[Known]] = defaultdict(list)
        self._known_by_day: dict[Day, list[Known]] = defaultdict(list)
        self._rows: dict[tuple[Any, ...], Place] = {}
        for action in whole_records(record_type(kind.record), project).filter(type=kind):
            action.project = project
            self.actions[action.reference] = action
            self.by_title[action.title_key].append(action)
            self.remember(Known.of(action))

    def remember(self, known: Known) -> None:
        self._known_by_title[known.title].append(known)
        for day in known.days:
            self._known_by_day[day].append(known)

    def first_of(self, values: Mapping[str, Any], place: Place) -> Place:
        """Where the file said these very values first: here, unless a row before did."""
        return self._rows.setdefault(tuple(values.items()), place)

    def titled(self, title: str) -> list[Known]:
        return self._known_by_title.get(name_key(title), [])

    def like(self, new: Known) -> list[Known]:
        """What a new row may be once more: a title alike, a partner in common, no other date."""
        found = [
            known
            for known in self._known_by_title[new.title][:MOST_COMPARED]
            if known.partners & new.partners and may_coincide(known.occasions, new.occasions)
        ]
        for day in new.days:
            near = self._known_by_day[day][:MOST_COMPARED]
            found += [known for known in near if is_alike(known, new)]
        # One of several days in common is found on each of them.
        return list({id(known): known for known in found}.values())


def is_alike(known: Known, new: Known) -> bool:
    """Whether two titles of one day are as one, but for a letter or two."""
    return bool(
        known.title != new.title
        and known.partners & new.partners
        and fuzz.ratio(known.title, new.title, score_cutoff=CLOSE_TITLES)
    )


def may_coincide(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Whether two lists of occasions may be of one action: they share a day, or one is empty."""
    if not first or not second:
        return True
    return any(
        a.when.start <= b.when.end and b.when.start <= a.when.end for a in first for b in second
    )


def partner_ids(partners: Iterable[Any]) -> frozenset[int]:
    return frozenset(partner.pk for partner in partners)
