"""What an import found and did, row by row, for the screen and for the command line."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
PROPOSED = "proposed"  # of an accepted action: waits for the task leader, nothing is written
DUPLICATE, CONFLICT, ERROR, LEFT_OUT = "duplicate", "conflict", "error", "left_out"
VERDICTS = (NEW, CHANGED, PROPOSED, UNCHANGED, DUPLICATE, CONFLICT, ERROR, LEFT_OUT)
STOPPING = (DUPLICATE, CONFLICT, ERROR)  # rows that wait for somebody's word
WRITING = (NEW, CHANGED)
APPLYING = (*WRITING, PROPOSED)
MOST_PROBLEMS_KEPT = 500  # of those that belong to no row


@dataclass
class Problem:
    """What is wrong, or worth a word, at a cell: the row as numbered, the column by its heading.

    ``field`` is what the column holds, ``at`` its place from 0, ``said`` the cell as written.
    ``name`` is the name that a suggestion would replace: a name as part of the cell.
    """

    row: int
    column: str
    message: str
    field: str = ""
    at: int | None = None
    said: str = ""
    suggestions: tuple[str, ...] = ()
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "message": self.message}

    def told(self) -> dict[str, Any]:
        """What is to be kept of it: all that says anything."""
        return {name: said for name, said in vars(self).items() if said not in ("", None, ())}


@dataclass
class RowResult:
    """What became of one row; ``changes`` are (heading, old, new), as people read them.

    ``cells`` are (heading, words) as they stood in the file. ``action`` is the id of the action
    that it is, ``like`` the references of those that it might be. ``before`` holds the values
    that an undo would bring back, ``former_at`` when the action had been changed before. Of a row
    that is proposed both are about the change that waits, not about the action.
    """

    row: int
    verdict: str
    reference: str = ""
    title: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    action: int | None = None
    like: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    written_at: datetime | None = None
    former_at: datetime | None = None


@dataclass
class SheetResult:
    """What became of one table; ``type`` is the slug of its action type, None where not known.

    ``errors`` and ``warnings`` are those of the table itself; each row has its own.
    """

    name: str
    index: int = 0
    type: str | None = None
    table: str = ""
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    rows: list[RowResult] = field(default_factory=list)

    def count(self, verdict: str) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def all_errors(self) -> list[Problem]:
        return [*self.errors, *(problem for row in self.rows for problem in row.errors)]

    @property
    def all_warnings(self) -> list[Problem]:
        return [*self.warnings, *(problem for row in self.rows for problem in row.warnings)]

    def as_json(self) -> dict[str, Any]:
        proposed = self.count(PROPOSED)
        return {
            "name": self.name,
            "type": self.type,
            **{verdict: self.count(verdict) for verdict in (NEW, CHANGED, UNCHANGED)},
            **({PROPOSED: proposed} if proposed else {}),
            "errors": [problem.as_json() for problem in self.all_errors],
            "warnings": [problem.as_json() for problem in self.all_warnings],
        }

    def summary(self) -> dict[str, Any]:
        """What is kept of the table itself; its rows are kept one by one."""
        counts = Counter(row.verdict for row in self.rows)
        return {
            "name": self.name,
            "index": self.index,
            "type": self.type,
            "table": self.table,
            "counts": {verdict: counts[verdict] for verdict in VERDICTS},
            "errors": [problem.told() for problem in self.errors[:MOST_PROBLEMS_KEPT]],
            "warnings": [problem.told() for problem in self.warnings[:MOST_PROBLEMS_KEPT]],
        }


@dataclass
class Effect:
    """What an import does to the figure of an indicator."""

    number: int
    title: str
    before: int
    after: int


@dataclass
class ImportResult:
    """The whole of an import. ``outdated`` says that it is no longer what a preview promised.

    ``organisations`` are the ids of those that it added.
    """

    sheets: list[SheetResult] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    exported_at: datetime | None = None
    applied: bool = False
    outdated: bool = False

    @property
    def errors(self) -> list[Problem]:
        return [problem for sheet in self.sheets for problem in sheet.all_errors]

    @property
    def stopped(self) -> bool:
        """Whether anything waits for somebody's word."""
        return bool(self.errors)

    def count(self, verdict: str) -> int:
        return sum(sheet.count(verdict) for sheet in self.sheets)

    def as_json(self) -> dict[str, Any]:
        """What ``import_actions --format json`` prints."""
        return {"applied": self.applied, "sheets": [sheet.as_json() for sheet in self.sheets]}

    def summary(self) -> dict[str, Any]:
        """What is kept of an import beside its rows."""
        return {
            "sheets": [sheet.summary() for sheet in self.sheets],
            "skipped": self.skipped,
            "notes": self.notes,
            "tables": self.tables,
            "effects": [asdict(effect) for effect in self.effects],
            "organisations": self.organisations,
            "counts": {verdict: self.count(verdict) for verdict in VERDICTS},
            "problems": len(self.errors),
            "table_problems": sum(len(sheet.errors) for sheet in self.sheets),
            "warned": sum(len(sheet.all_warnings) for sheet in self.sheets),
            "digest": self.digest(),
        }

    def digest(self) -> str:
        """A mark that is the same where an import would do the very same again."""
        said = [
            (sheet.index, sheet.type, _places(sheet.errors), _told(sheet.rows))
            for sheet in self.sheets
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _places(problems: Iterable[Problem]) -> list[Any]:
    """Where something is wrong; in which words that is said hangs on the reader."""
    return [(each.row, each.field, each.at, each.said) for each in problems]


def _told(rows: Iterable[RowResult]) -> list[Any]:
    """The rows for comparing; the references of new ones are given only when they are applied."""
    return [
        (row.row, row.verdict, "" if row.verdict == NEW else row.reference, row.title, row.changes)
        for row in rows
    ]
