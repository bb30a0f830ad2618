"""The search over everything: what is found, and the registry of those who find it.

Each floor registers how its own records are found; the page asks them all and knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from .models import Project, User
from .spelling import Asked
from .words import Words


@dataclass(frozen=True)
class Hit:
    """One record that was found: its name, where it is shown, and which of its words fit.

    ``sort`` orders the hits of a group; the first part of it is 0 for exactly what was asked for.
    """

    title: SafeString
    url: str
    sort: tuple[int, ...]
    reference: SafeString | str = ""
    where: Words = ""
    excerpt: SafeString | str = ""
    meta: Words = ""


@dataclass
class Group:
    """The records of one kind that were found: the best of them, and how many there are.

    ``url`` is the list of them all, where the kind has one.
    """

    key: str
    label: Words
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    url: str = ""

    @property
    def exact(self) -> bool:
        return any(hit.sort[0] == 0 for hit in self.hits)


@dataclass(frozen=True)
class Search:
    """One search of a user in a project; a finder gives ``most`` hits at most."""

    asked: Asked
    project: Project
    user: User
    most: int

    def group(self, key: str, label: Words, hits: Iterable[Hit], url: str = "") -> Group:
        """A group of all hits there are, of which the best are kept."""
        found = sorted(hits, key=lambda hit: hit.sort)
        return Group(key, label, found[: self.most], len(found), url)


Finder = Callable[[Search], Group]
_finders: dict[str, tuple[int, Finder]] = {}


def register_finder(key: str, finder: Finder, *, position: int) -> None:
    """Add a kind of record to the search; an app does so once, when Django is ready."""
    _finders[key] = (position, finder)


def found(search: Search, only: str = "") -> list[Group]:
    """Everything that was found, by kind; the kind with exactly what was asked for comes first."""
    in_order = sorted(_finders.items(), key=lambda item: item[1][0])
    chosen = [finder for key, (_position, finder) in in_order if only in ("", key)]
    groups = [group for group in (finder(search) for finder in chosen) if group.hits]
    return sorted(groups, key=lambda group: not group.exact)


def is_kind(key: str) -> bool:
    return key in _finders
