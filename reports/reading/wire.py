"""The form in which sheets travel between the two processes: lines of JSON, never objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from .cells import CellFault, Row, Sheet
from .gathering import Fault

ROWS_IN_A_LINE = 500


def line(kind: str, content: Any) -> bytes:
    """One line of an answer."""
    text = json.dumps([kind, content], ensure_ascii=False, separators=(",", ":"), default=_tagged)
    return text.encode("utf-8", "replace") + b"\n"


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Fault):
        return {"f": value.code, "p": value.param}
    raise TypeError(f"{type(value).__name__} does not travel")


def sheet_lines(sheet: Sheet) -> Iterator[bytes]:
    """A sheet as lines: what it is, then its rows, some hundreds at a time."""
    yield line("sheet", [sheet.name, sheet.hidden, sheet.above, sheet.below])
    for start in range(0, len(sheet.rows), ROWS_IN_A_LINE):
        rows = sheet.rows[start : start + ROWS_IN_A_LINE]
        yield line("rows", [_packed(row) for row in rows])


def _packed(row: Row) -> list[Any]:
    # A list of pairs: the keys of a JSON object would come back as texts.
    return [row.number, row.cells, list(row.filled.items()), row.after_break]


def messages(lines: Iterable[bytes], words: Callable[[str, str], str]) -> Iterator[tuple[str, Any]]:
    """The messages of an answer; ``words`` gives the sentence of a fault in a cell."""

    def untagged(tagged: dict[str, Any]) -> Any:
        if "d" in tagged:
            text = tagged["d"]
            return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        if "f" in tagged:
            return CellFault(words(tagged["f"], tagged["p"]))
        return tagged

    for text in lines:
        kind, content = json.loads(text, object_hook=untagged)
        yield kind, content


def sheet_of(content: list[Any]) -> Sheet:
    name, hidden, above, below = content
    return Sheet(name, hidden, above=above, below=below)


def row_of(content: list[Any]) -> Row:
    number, cells, filled, after_break = content
    return Row(number, cells, dict(filled), after_break)
