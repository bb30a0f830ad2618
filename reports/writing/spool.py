"""Keeps the rows of a sheet on disk until its columns are known: memory stays flat."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator

from reports.layout import LONGEST_PIECE, Cell, continued, pieces

ROWS_AT_ONCE = 500
ROWS_MEASURED = 300  # a column gets its width from so many rows
BYTES_IN_MEMORY = 4_000_000
NARROWEST, WIDEST = 9, 52  # characters


class Spool:
    """The rows of a sheet, and what must be known of all of them before the first is written.

    ``headings`` has a further column at the end for each piece of a text that is too long for a
    cell; ``widths`` a width for each column, in characters.
    """

    def __init__(self, headings: list[str], rows: Iterable[list[Cell]]) -> None:
        self.headings = list(headings)
        self.length = 0
        self._places: dict[tuple[int, int], int] = {}
        self._longest = [_longest_of_heading(heading) for heading in headings]
        self._file = tempfile.SpooledTemporaryFile(BYTES_IN_MEMORY)  # noqa: SIM115 closed by close
        self._batches = 0
        self._keep(rows)
        # Only our own lists of plain values are ever in that file.
        self.widths = [_width(most) for most in self._longest]

    def rows(self) -> Iterator[list[Cell]]:
        """The rows once more; a continued text stands in the columns at the end."""
        self._file.seek(0)
        for _batch in range(self._batches):
            # What stands in the file was put there by this object, and by nobody else.
            yield from pickle.load(self._file)

    def close(self) -> None:
        self._file.close()

    def _keep(self, rows: Iterable[list[Cell]]) -> None:
        batch: list[list[Cell]] = []
        for row in rows:
            if self.length < ROWS_MEASURED:
                self._measure(row)
            self.length += 1
            batch.append(self._split(row))
            if len(batch) == ROWS_AT_ONCE:
                self._write(batch)
                batch = []
        if batch:
            self._write(batch)

    def _write(self, batch: list[list[Cell]]) -> None:
        pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)
        self._batches += 1

    def _measure(self, row: list[Cell]) -> None:
        for at, cell in enumerate(row):
            if cell is not None:
                lines = str(cell).splitlines()
                self._longest[at] = max(self._longest[at], *map(len, lines), 0)

    def _split(self, row: list[Cell]) -> list[Cell]:
        """The row with texts cut that are too long for a cell."""
        long = [
            at for at, cell in enumerate(row) if isinstance(cell, str) and len(cell) > LONGEST_PIECE
        ]
        return self._cut(row, long) if long else row

    def _cut(self, row: list[Cell], long: list[int]) -> list[Cell]:
        found = list(row)
        for at in long:
            first, *more = pieces(str(row[at]))
            found[at] = first
            for number, piece in enumerate(more, start=1):
                place = self._place(at, number)
                found += [None] * (place + 1 - len(found))
                found[place] = piece
        return found

    def _place(self, at: int, number: int) -> int:
        """The column at the end in which a further piece of a column stands."""
        if (at, number) not in self._places:
            self._places[at, number] = len(self.headings)
            self.headings.append(continued(self.headings[at], number))
            self._longest.append(WIDEST)
        return self._places[at, number]


def width_of(heading: str, cells: Iterable[Cell] = ()) -> float:
    """A width in which most of a column reads well without taking the page from the others."""
    lines = [len(line) for cell in cells for line in str(cell or "").splitlines()]
    return _width(max([_longest_of_heading(heading), *lines]))


def _width(most: int) -> float:
    return min(max(most * 1.05 + 2, NARROWEST), WIDEST)


def _longest_of_heading(heading: str) -> int:
    words = [len(word) for word in heading.split()]
    return max([*words, min(len(heading), 24)], default=0)
