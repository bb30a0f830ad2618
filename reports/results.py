"""What an import found and did, row by row, for the screen and for the command line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

NEW, CHANGED, UNCHANGED, ERROR = "new", "changed", "unchanged", "error"
VERDICTS = (NEW, CHANGED, UNCHANGED, ERROR)
MOST_ROWS_KEPT = 500
MOST_PROBLEMS_KEPT = 500
LONGEST_TEXT_KEPT = 500


@dataclass
class Problem:
    """What is wrong, or worth a word, at a cell: the row as numbered, the column by its heading."""

    row: int
    column: str
    message: str


@dataclass
class RowResult:
    """What became of one row; ``changes`` are (heading, old, new), as people read them."""

    row: int
    verdict: str
    reference: str = ""
    title: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class SheetResult:
    """What became of one sheet; ``type`` is the slug of its action type, None where not known."""

    name: str
    type: str | None = None
    table: str = ""
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    rows: list[RowResult] = field(default_factory=list)

    def count(self, verdict: str) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type,
            **{verdict: self.count(verdict) for verdict in (NEW, CHANGED, UNCHANGED)},
            "errors": [asdict(problem) for problem in self.errors],
            "warnings": [asdict(problem) for problem in self.warnings],
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
    """The whole of an import. ``outdated`` says that it is no longer what a preview promised."""

    sheets: list[SheetResult] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    applied: bool = False
    outdated: bool = False

    @property
    def errors(self) -> list[Problem]:
        return [problem for sheet in self.sheets for problem in sheet.errors]

    def count(self, verdict: str) -> int:
        return sum(sheet.count(verdict) for sheet in self.sheets)

    def as_json(self) -> dict[str, Any]:
        """What ``import_actions --format json`` prints."""
        return {"applied": self.applied, "sheets": [sheet.as_json() for sheet in self.sheets]}

    def summary(self) -> dict[str, Any]:
        """What is kept of an import and shown: all counts, the first problems and rows."""
        left = MOST_ROWS_KEPT
        sheets = []
        for sheet in self.sheets:
            errors, warnings = (list(map(asdict, kind)) for kind in (sheet.errors, sheet.warnings))
            telling = [row for row in sheet.rows if row.verdict != UNCHANGED]
            kept = telling[:left]
            left -= len(kept)
            sheets.append(
                {
                    **sheet.as_json(),
                    "table": sheet.table,
                    "errors": errors[:MOST_PROBLEMS_KEPT],
                    "warnings": warnings[:MOST_PROBLEMS_KEPT],
                    "problems_left_out": _beyond(errors) + _beyond(warnings),
                    "error_rows": sheet.count(ERROR),
                    "rows": [_kept(row) for row in kept],
                    "rows_left_out": len(telling) - len(kept),
                }
            )
        return {
            "sheets": sheets,
            "skipped": self.skipped,
            "effects": [asdict(effect) for effect in self.effects],
            "counts": {verdict: self.count(verdict) for verdict in VERDICTS},
            "problems": len(self.errors),
            "warned": sum(len(sheet.warnings) for sheet in self.sheets),
            "digest": self.digest(),
        }

    def digest(self) -> str:
        """A mark that is the same where an import would do the very same again."""
        said = [(sheet.name, sheet.type, _told(sheet.rows), sheet.errors) for sheet in self.sheets]
        return hashlib.sha256(json.dumps(said, default=asdict).encode()).hexdigest()


def _beyond(problems: list[dict[str, Any]]) -> int:
    return max(len(problems) - MOST_PROBLEMS_KEPT, 0)


def _told(rows: Iterable[RowResult]) -> list[Any]:
    """The rows for comparing; the references of new ones are given only when they are applied."""
    return [
        (row.row, row.verdict, "" if row.verdict == NEW else row.reference, row.title, row.changes)
        for row in rows
    ]


def _kept(row: RowResult) -> dict[str, Any]:
    changes = [(name, _short(old), _short(new)) for name, old, new in row.changes]
    return {**asdict(row), "changes": changes}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT_KEPT else f"{text[:LONGEST_TEXT_KEPT]} …"
