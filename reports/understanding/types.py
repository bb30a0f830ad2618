"""Says which action type each table of a sheet holds, and how that was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from actions.models import ActionType
from reports.reading.cells import Book, Row, Sheet

from .cellkinds import table_number_of
from .headings import EXACT, Vocabulary, squeezed
from .naming import FIRM, UNSURE, Named, are_of_other_table, is_caption
from .scanning import Scanner, Segment, text_alone
from .vocabulary import ROW_ID_FIELD

BY_IDS, BY_OPTION, CONFIRMED = 0.7, 0.9, 0.95
SAYS_SO = 0.8  # from this confidence on a table says itself which one it is


@dataclass
class Typed:
    """What a table was taken for, before anybody is asked; ``conflict`` is a second answer."""

    type: ActionType | None = None
    confidence: float = 0.0
    how: str = "unknown"
    title: str = ""
    conflict: ActionType | None = None
    other: bool = False

    @property
    def says(self) -> bool:
        """Whether the file itself says which table it is."""
        return self.confidence >= SAYS_SO and self.how in ("title", "sheet name")


class Typer:
    """Finds the action types of the tables of a book."""

    def __init__(self, book: Book, scanner: Scanner, by_type: Mapping[str, Vocabulary]) -> None:
        self.scanner = scanner
        self.namer = scanner.namer
        self.by_type = by_type
        self.is_document = book.kind == "docx"
        self.captions_follow = self._captions_follow(book) if self.is_document else False

    def types_of(self, sheet: Sheet, segments: Sequence[Segment]) -> list[Typed]:
        headed = [self._by_headings(segment) for segment in segments]
        _share_lines(segments, [named.type if named else None for named in headed], self._line)
        alone = len(segments) == 1
        found = [
            self._typed(sheet, segment, named, alone=alone)
            for segment, named in zip(segments, headed, strict=True)
        ]
        for typed, segment in zip(found, segments, strict=True):
            typed.other = typed.other or (not typed.type and are_of_other_table(segment.headings))
        return found

    def _by_headings(self, segment: Segment) -> Named | None:
        """The table whose title one of the headings is."""
        upper = map(squeezed, segment.heading.cells if segment.heading else [])
        texts = dict.fromkeys(text for text in (*segment.headings, *upper) if text)
        named = [self.scanner.title_in(text) for text in texts]
        return max((n for n in named if n), key=lambda n: n.confidence, default=None)

    def _line(self, row: Row) -> Named | None:
        text = text_alone(row)
        return self.namer.by_caption(text) if text else None

    def _typed(self, sheet: Sheet, segment: Segment, headed: Named | None, *, alone: bool) -> Typed:
        line, text = self._caption(sheet, segment, alone=alone)
        name = self.namer.by_sheet_name(sheet.name) if alone and not self.is_document else None
        typed = Typed(title=text)
        if headed and (headed.confidence > UNSURE or not (line or name)):
            sure = CONFIRMED if line and line.type == headed.type else 0.0
            typed = Typed(headed.type, max(headed.confidence, sure), "title", text)
        elif line:
            typed = Typed(line.type, line.confidence, "title", text, other=line.type is None)
        if name and name.type:
            self._compare_with_name(typed, name)
        if not typed.type and not typed.other:
            self._guess(typed, segment)
        return typed

    def _compare_with_name(self, typed: Typed, name: Named) -> None:
        if typed.type and typed.type != name.type:
            if typed.says and name.confidence >= FIRM:
                typed.conflict = name.type
            elif not typed.says and name.confidence > typed.confidence:
                typed.type, typed.confidence = name.type, name.confidence
                typed.how = "sheet name"
        elif typed.type:
            typed.confidence = max(typed.confidence, CONFIRMED)
        elif not typed.other:
            typed.type, typed.confidence, typed.how = name.type, name.confidence, "sheet name"

    def _caption(self, sheet: Sheet, segment: Segment, *, alone: bool) -> tuple[Named | None, str]:
        """The line next to a table that says which one it is, and its words."""
        rows = [*reversed(segment.before), *segment.tail]
        lines = [(self._line(row), text_alone(row)) for row in rows]
        if alone:
            beside = [sheet.above, sheet.below]
            ordered = reversed(beside) if self.captions_follow else beside
            lines += [(self.namer.by_caption(text), text) for text in ordered if text]
        named = [(line, text) for line, text in lines if line]
        best = max(named, key=lambda pair: pair[0].confidence, default=None)
        return best or (None, next((text for _line, text in lines if text), ""))

    def _captions_follow(self, book: Book) -> bool:
        """Whether the captions of a document stand below its tables, as most of them show."""
        below = above = 0
        for sheet in book.sheets:
            titles = self._titles_in_first_row(sheet)
            below += _says_one_of(self.namer.by_caption(sheet.below), titles)
            above += _says_one_of(self.namer.by_caption(sheet.above), titles)
        if below == above:
            first = next((s for s in book.sheets if is_caption(s.above + s.below)), None)
            return first is not None and not is_caption(first.above)
        return below > above

    def _titles_in_first_row(self, sheet: Sheet) -> list[ActionType]:
        cells = sheet.rows[0].cells if sheet.rows else []
        named = [self.scanner.title_in(cell) for cell in cells if isinstance(cell, str)]
        return [n.type for n in named if n and n.type]

    def _guess(self, typed: Typed, segment: Segment) -> None:
        """What the ids of rows say, or words of headings that only one table has."""
        guess = self._by_row_ids(segment)
        if guess:
            typed.type, typed.confidence, typed.how = guess, BY_IDS, "cells"
            return
        guess = self._by_particular_headings(segment)
        if guess:
            typed.type, typed.confidence, typed.how = guess, UNSURE, "headings"

    def _by_row_ids(self, segment: Segment) -> ActionType | None:
        for at, heading in enumerate(segment.headings):
            readings = self.scanner.vocabulary.known(heading)
            if readings and readings[0].field == ROW_ID_FIELD:
                said = {table_number_of(row.cell(at)) for row in segment.body} - {None}
                number = said.pop() if len(said) == 1 else None
                return self.namer.by_number.get(number) if number is not None else None
        return None

    def _by_particular_headings(self, segment: Segment) -> ActionType | None:
        """The only table that has all of the headings that any table has word by word."""
        for heading in segment.headings[:1]:
            named = self.namer.by_words(heading)
            if named:
                return named.type
        fitting = set(self.by_type)
        for heading in segment.headings:
            knowing = {slug for slug, words in self.by_type.items() if _is_exact(words, heading)}
            fitting &= knowing or fitting
        types = [action_type for action_type in self.namer.types if action_type.slug in fitting]
        return types[0] if len(types) == 1 and len(self.by_type) > 1 else None


def _is_exact(vocabulary: Vocabulary, heading: str) -> bool:
    readings = vocabulary.known(heading)
    return bool(readings) and readings[0].confidence == EXACT


def _says_one_of(named: Named | None, types: Sequence[ActionType]) -> bool:
    return named is not None and named.type in types


def _share_lines(
    segments: Sequence[Segment],
    types: Sequence[ActionType | None],
    named: Callable[[Row], Named | None],
) -> None:
    """Give each line between two tables to the one that it is about."""
    follow = _lines_follow(segments, named)
    for at in range(1, len(segments)):
        upper, lower = segments[at - 1], segments[at]
        said = [(row, line) for row in lower.before if (line := named(row))]
        ups = [
            row.number
            for place, (row, line) in enumerate(said)
            if _is_about_upper(line, types[at - 1], types[at], place, len(said), follow)
        ]
        last = max(ups, default=0)
        upper.tail += [row for row in lower.before if row.number <= last]
        lower.before = [row for row in lower.before if row.number > last]


def _is_about_upper(
    line: Named,
    upper: ActionType | None,
    lower: ActionType | None,
    place: int,
    lines: int,
    follow: bool,
) -> bool:
    if upper:
        return line.type == upper
    if lower:
        return line.type != lower
    # Of several lines between two tables, the first is about the upper one.
    return place == 0 if lines > 1 else follow


def _lines_follow(segments: Sequence[Segment], named: Callable[[Row], Named | None]) -> bool:
    """Whether the captions of a sheet stand below its tables."""
    above = any(named(row) for row in segments[0].before)
    below = any(named(row) for row in segments[-1].tail)
    if above != below:
        return below
    return not above and len(segments) > 1
