"""Tells what happened to records as people read it: who, what, when, why, each value old and new.

Most of it was written by the functions that made the changes (``Change``). What reached the rows by
any other way is told from their versions (``RowVersion``), which the database itself writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from .models import Change, Project, RowVersion, User
from .rowwords import RowWords, Told, model_of
from .services import root_name
from .words import Words

MOST_ENTRIES = 50
MOST_VERSIONS = 500  # of rows that were changed past the application, on one page
_headings: dict[str, dict[str, Words]] = defaultdict(dict)
_tellers: dict[str, dict[str, Callable[[str], str]]] = defaultdict(dict)


@dataclass(frozen=True)
class Entry:
    """One entry of a story; ``change`` is None for what no function of the application wrote.

    ``meanwhile`` is the change of another record in whose course this one was changed.
    """

    at: datetime
    kind: str  # one of Change.Kind
    user: User | None = None
    fields: Sequence[Told] = ()
    change: Change | None = None
    meanwhile: Change | None = None
    source: str = ""
    reason: str = ""

    @property
    def outside(self) -> bool:
        return self.change is None and self.meanwhile is None

    @property
    def shows_fields(self) -> bool:
        """Whether old and new values are told: of what was added the record itself says them."""
        return bool(self.fields) and (self.change is None or self.change.kind != Change.Kind.ADDED)


def register_headings(record: str, headings: Mapping[str, Words]) -> None:
    """Say how the fields of a kind of record are called in its story."""
    _headings[record].update(headings)


def register_tellers(record: str, tellers: Mapping[str, Callable[[str], str]]) -> None:
    """Say how stored values of the fields of a kind of record are told in a reader's language."""
    _tellers[record].update(tellers)


def told(change: Change) -> Entry:
    """A line of history as an entry; a field of no heading keeps its name."""
    headings, tellers = _headings[change.record], _tellers[change.record]
    fields = [
        (
            capfirst(str(headings.get(name, name.replace("_", " ")))),
            tellers.get(name, str)(old),
            tellers.get(name, str)(new),
        )
        for name, (old, new) in change.fields.items()
    ]
    return Entry(
        change.at,
        change.kind,
        change.user,
        fields,
        change,
        source=change.source,
        reason=change.reason,
    )


def told_all(changes: Iterable[Change]) -> list[Entry]:
    """Lines of history as entries; one without values of its own tells those of its rows."""
    entries = [told(change) for change in changes]
    bare = [e.change for e in entries if e.change and not e.change.fields]
    rows = RowVersion.objects.filter(
        transaction__in={change.transaction for change in bare if change.transaction},
        record__in={change.record for change in bare},
        record_id__in={change.record_id for change in bare},
    )
    if not bare:
        return entries
    found = list(rows.order_by("pk")[:MOST_VERSIONS])
    words = RowWords(found)
    groups: dict[tuple[int, str, int | None], list[RowVersion]] = defaultdict(list)
    for version in found:
        groups[version.transaction, version.record, version.record_id].append(version)
    return [_with_rows(entry, groups, words) for entry in entries]


def _with_rows(
    entry: Entry,
    groups: Mapping[tuple[int, str, int | None], Sequence[RowVersion]],
    words: RowWords,
) -> Entry:
    change = entry.change
    if change is None or change.fields:
        return entry
    group = groups.get((change.transaction, change.record, change.record_id), ())
    lines = [line for v in group for line in words.told(v, _headings[v.record])]
    return replace(entry, fields=_together(lines))


def story_of(record: models.Model, project: Project) -> list[Entry]:
    """The story of one record, newest first: a fixed number of queries."""
    mine = Change.objects.of(project).filter(record=root_name(record), record_id=record.pk)
    changes = told_all(mine.select_related("user")[:MOST_ENTRIES])
    versions = RowVersion.objects.filter(
        project_id=project.pk, record=root_name(record), record_id=record.pk
    ).exclude(transaction__in=mine.values("transaction"))
    others = _told_versions(project, versions)
    return sorted([*changes, *others], key=lambda entry: entry.at, reverse=True)[:MOST_ENTRIES]


def record_model(name: str) -> type[models.Model] | None:
    """The model of a kind of record, by the name under which history keeps it."""
    return next((m for m in apps.get_models() if m._meta.model_name == name), None)


def record_kind(name: str) -> str:
    """What a kind of record is called by people."""
    model = record_model(name)
    return capfirst(str(model._meta.verbose_name)) if model else name


def outside_entries(project: Project) -> list[tuple[str, Entry]]:
    """What no line of history accounts for, the newest first: the kind of record and its entry."""
    found = outside_versions(project).order_by("-pk")[:MOST_ENTRIES]
    by_record: dict[tuple[int, str, int | None], list[RowVersion]] = defaultdict(list)
    for version in found:
        by_record[version.transaction, version.record, version.record_id].append(version)
    words = RowWords(found)
    told_ = [
        (f"{record_kind(record)} #{pk}", _entry(group[::-1], words, None))
        for (_tx, record, pk), group in by_record.items()
    ]
    return [(name, entry) for name, entry in told_ if entry.fields]


def outside_versions(project: Project) -> models.QuerySet[RowVersion]:
    """The versions of rows that no line of history of their transaction accounts for."""
    accounted = Change.objects.of(project).filter(transaction=models.OuterRef("transaction"))
    versions = RowVersion.objects.filter(project_id=project.pk)
    return versions.filter(~models.Exists(accounted)).exclude(transaction=0)


def _told_versions(project: Project, versions: models.QuerySet[RowVersion]) -> list[Entry]:
    """Versions of rows by transaction; what is due to the change of another record says so."""
    found = list(versions.exclude(transaction=0).order_by("-pk")[:MOST_VERSIONS])
    if not found:
        return []
    groups: dict[int, list[RowVersion]] = defaultdict(list)
    for version in reversed(found):
        groups[version.transaction].append(version)
    others = Change.objects.of(project).filter(transaction__in=groups).select_related("user")
    # The last one says what it was all for: a merge comes after the deletion that it needs.
    meanwhile = {change.transaction: change for change in others.order_by("pk")}
    words = RowWords(found)
    entries = [_entry(group, words, meanwhile.get(tx)) for tx, group in groups.items()]
    return [entry for entry in entries if entry.fields]


def _entry(group: Sequence[RowVersion], words: RowWords, meanwhile: Change | None) -> Entry:
    headings = _headings[group[0].record]
    fields = [line for version in group for line in words.told(version, headings)]
    return Entry(
        group[-1].at,
        _kind(group),
        meanwhile.user if meanwhile else None,
        _together(fields),
        meanwhile=meanwhile,
        source=meanwhile.source if meanwhile else "",
    )


def _kind(group: Sequence[RowVersion]) -> str:
    """What happened to the record as a whole."""
    own = [v for v in group if model_of(v.table) is record_model(v.record)]
    if any(v.old is None for v in own):
        return Change.Kind.ADDED
    if any(v.new is None for v in own):
        return Change.Kind.DELETED
    return Change.Kind.CHANGED


def _together(lines: Iterable[Told]) -> list[Told]:
    """Lines of the same heading in one: what went and what came, each once."""
    old: dict[str, list[str]] = defaultdict(list)
    new: dict[str, list[str]] = defaultdict(list)
    for heading, was, is_now in lines:
        if was:
            old[str(heading)].append(was)
        new[str(heading)] += [is_now] if is_now else []
    found: list[Told] = []
    for heading in new:
        gone = [word for word in old[heading] if word not in new[heading]]
        come = [word for word in new[heading] if word not in old[heading]]
        if gone or come:
            found.append((capfirst(heading), "\n".join(gone), "\n".join(come)))
    return found
