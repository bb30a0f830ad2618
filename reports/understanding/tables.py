"""Finds the tables of a file, what each of them is and what its columns hold."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from actions.models import ActionType
from actions.records import record_type
from reports.layout import SheetColumn, printed_columns
from reports.reading.cells import Book, Sheet

from .cellkinds import Partners
from .columns import PARTNERS, SAID, ColumnReader, apply_mapping, duplicates, guessed, left_out
from .found import Choice, Found, FoundColumn, FoundTable
from .headings import Vocabulary, fields, plain_key
from .joining import Table
from .naming import Namer, are_of_other_table, is_help, is_own_sheet
from .rows import RowSorter
from .scanning import Scanner, Segment
from .types import BY_OPTION, SAYS_SO, Typed, Typer
from .vocabulary import ROW_ID_FIELD, TITLE

__all__ = [
    "ROW_ID_FIELD",
    "Choice",
    "Found",
    "FoundColumn",
    "FoundTable",
    "Table",
    "fields_of",
    "find_tables",
    "to_table",
]

WITHOUT_HEADINGS = 0.4


def find_tables(
    book: Book,
    types: Sequence[ActionType],
    *,
    partners: Collection[str] = (),
    only_type: ActionType | None = None,
    chosen: Mapping[str, Choice] | None = None,
    remembered: Mapping[str, Choice] | None = None,
) -> Found:
    """Every table of a book with what it was taken for; raises nothing.

    ``partners`` are the codes, names and other spellings by which partners are known in cells.
    ``only_type`` is the type of tables that do not say theirs. ``chosen`` is what somebody said of
    this file, by the keys of its tables, ``remembered`` what was confirmed before, by shape.
    """
    finder = _Finder(book, types, Partners(partners), only_type, chosen or {}, remembered or {})
    for index, sheet in enumerate(book.sheets):
        finder.read(index, sheet)
    return finder.found


def fields_of(action_type: ActionType) -> list[tuple[str, str]]:
    """What a column of the table may be, with the words for it, for people to choose from."""
    return [*_labels(action_type).items()]


def to_table(found: FoundTable) -> Table:
    """The table for an import; only of one without problems."""
    assert found.type is not None
    offered, labels = fields(found.type), _labels(found.type)
    columns: dict[SheetColumn, list[int]] = {}
    roles: dict[int, str] = {}
    for name in dict.fromkeys(c.field for c in found.columns if c.field in offered):
        places = [column for column in found.columns if column.field == name]
        heading = places[0].heading or labels[name]
        columns[SheetColumn(heading, offered[name].source)] = [c.at for c in places]
        roles |= {column.at: column.role for column in places if len(places) > 1}
    ids = found.places(ROW_ID_FIELD)
    row_id = ids[0] if ids else None
    headed = next((c.heading for c in found.columns if c.at == row_id), "") or labels[ROW_ID_FIELD]
    return Table(found.type, found.heading_row, columns, row_id, found.rows, roles, headed)


def _labels(action_type: ActionType) -> dict[str, str]:
    """The words for each field: the heading that is printed, or the name of the value."""
    own = {c.name: str(c.heading) for c in record_type(action_type.record).columns}
    found = {name: own.get(name, column.heading) for name, column in fields(action_type).items()}
    return {**found, ROW_ID_FIELD: _("Row id")}


class _Finder:
    """Goes through the sheets of a book."""

    def __init__(
        self,
        book: Book,
        types: Sequence[ActionType],
        partners: Partners,
        only_type: ActionType | None,
        chosen: Mapping[str, Choice],
        remembered: Mapping[str, Choice],
    ) -> None:
        self.found = Found()
        self.types = {action_type.slug: action_type for action_type in types}
        self.partners = partners
        self.only_type = only_type
        self.chosen = chosen
        self.remembered = remembered
        self.is_document = book.kind == "docx"
        self.is_exported = book.exported_at is not None
        self.vocabularies = {slug: Vocabulary([kind]) for slug, kind in self.types.items()}
        self.offered: dict[str, dict[str, SheetColumn]] = {}
        self.any_vocabulary = Vocabulary(types)
        self.scanner = Scanner(Namer(types), self.any_vocabulary, partners)
        self.typer = Typer(book, self.scanner, self.vocabularies)

    def read(self, index: int, sheet: Sheet) -> None:
        segments = self.scanner.segments(sheet)
        typed = self.typer.types_of(sheet, segments)
        if self._is_skipped(index, sheet, segments, typed):
            self.found.skipped.append(sheet.name)
            return
        for segment, kind in zip(segments, typed, strict=True):
            self.found.tables.append(self._table(index, sheet, segment, kind))

    def _is_skipped(
        self, index: int, sheet: Sheet, segments: Sequence[Segment], typed: Sequence[Typed]
    ) -> bool:
        """Whether a sheet holds no actions; one of which somebody said what it is never does."""
        if any(_key(index, segment) in self.chosen for segment in segments):
            return False
        if not sheet.rows or self.scanner.namer.is_other_sheet(sheet.name):
            return True
        if are_of_other_table([str(cell or "") for cell in sheet.rows[0].cells]):
            return True
        if self.is_exported and is_own_sheet(sheet.name):
            return True
        if any(kind.type for kind in typed):
            return False
        if is_help(sheet.name) or all(kind.other for kind in typed):
            return True
        if all(not segment.body for segment in segments):
            return True
        # Documents are full of tables that only lay out a page.
        loose = all(segment.heading is None for segment in segments)
        return self.is_document and loose and not self.scanner.holds_rows(sheet.rows)

    def _table(self, index: int, sheet: Sheet, segment: Segment, kind: Typed) -> FoundTable:
        table = FoundTable(
            key=_key(index, segment),
            sheet=sheet.name,
            sheet_index=index,
            title=kind.title,
            heading_row=segment.row,
            columns=[],
            rows=[],
            type=kind.type,
            confidence=kind.confidence,
            how=kind.how,
            skip=kind.other,
        )
        if self.only_type and not kind.says and not kind.other:
            table.type, table.confidence, table.how = self.only_type, BY_OPTION, "option"
        if not segment.heading:
            table.confidence = min(table.confidence, WITHOUT_HEADINGS)
        table.shape = _shape(segment, kind)
        choice, how = self._choice(table)
        self._choose_type(table, choice, how)
        self._read_columns(table, segment, choice, how)
        RowSorter(table, self.scanner).sort(segment)
        if not table.skip:
            self._tell(table, segment, sheet, kind)
        return table

    def _choice(self, table: FoundTable) -> tuple[Choice, str]:
        """What was said of a table, where the project still has all that it names."""
        how = "chosen" if table.key in self.chosen else "remembered"
        said = self.chosen.get(table.key) or self._remembered(table) or {}
        slug = said.get("type")
        kind = self.types.get(slug) if slug else table.type
        names = set(_columns_of(said).values()) - {""}
        fits = (not slug or kind) and names <= self._vocabulary(kind).names
        return (said, how) if fits else ({}, how)

    def _remembered(self, table: FoundTable) -> Choice | None:
        return self.remembered.get(table.shape) if table.shape else None

    def _choose_type(self, table: FoundTable, choice: Choice, how: str) -> None:
        slug = choice.get("type")
        if slug == "":
            table.skip, table.confidence, table.how = True, 1.0, how
        elif slug:
            table.skip = False
            table.type, table.confidence, table.how = self.types[slug], 1.0, how

    def _read_columns(self, table: FoundTable, segment: Segment, choice: Choice, how: str) -> None:
        vocabulary = self._vocabulary(table.type)
        reader = ColumnReader(vocabulary, self._offered(table.type), self.partners)
        table.columns = reader.read(segment.headings, segment.body, sure=table.type is not None)
        apply_mapping(table.columns, _columns_of(choice), vocabulary, how)

    def _vocabulary(self, kind: ActionType | None) -> Vocabulary:
        if kind is None:
            return self.any_vocabulary
        if kind.slug not in self.vocabularies:
            self.vocabularies[kind.slug] = Vocabulary([kind])
        return self.vocabularies[kind.slug]

    def _offered(self, kind: ActionType | None) -> dict[str, SheetColumn]:
        slug = kind.slug if kind else ""
        if slug not in self.offered:
            kinds = [kind] if kind else list(self.types.values())
            self.offered[slug] = {n: c for kind in kinds for n, c in fields(kind).items()}
        return self.offered[slug]

    def _tell(self, table: FoundTable, segment: Segment, sheet: Sheet, kind: Typed) -> None:
        """What stops the table, and what is worth a word about it."""
        table.problems += [(segment.row or 1, words) for words in self._problems(table, kind)]
        remarks = list(left_out(table, self._vocabulary(table.type)))
        if table.type:
            remarks += guessed(table, _labels(table.type))
            if table.confidence < SAYS_SO:
                message = _("This was taken for %(table)s, which is not certain.")
                remarks.insert(0, message % {"table": table.type.table_name})
        if sheet.hidden:
            remarks.append(_("This sheet is hidden in the file; its rows were read."))
        table.remarks[:0] = [(segment.row or 1, words) for words in remarks]

    def _problems(self, table: FoundTable, kind: Typed) -> Iterator[str]:
        if table.type is None:
            yield _(
                "It is not clear which table of the report this is. Call the sheet “Table 3”, for"
                " instance, keep the heading of the table's first column, or say which table it is."
            )
            return
        if kind.conflict and kind.type and table.how not in ("chosen", "remembered"):
            yield (
                _("The sheet is called “%(sheet)s”, but its heading is that of %(other)s.")
                % {"sheet": table.sheet, "other": kind.type.table_name}
            )
        titles = [column for column in table.columns if column.field == TITLE]
        sure = bool(table.places(PARTNERS)) or any(column.how in SAID for column in titles)
        if not table.heading_row and not (titles and sure):
            yield _("No row of headings was found.")
            return
        yield from duplicates(table, self._vocabulary(table.type), _labels(table.type))
        if not titles and not table.places(ROW_ID_FIELD):
            heading = printed_columns(table.type)[0].heading
            yield _("There is no column for the title (“%(heading)s”).") % {"heading": heading}


def _key(index: int, segment: Segment) -> str:
    return f"{index}:{segment.row}"


def _shape(segment: Segment, kind: Typed) -> str:
    """Tables of the same headings share a shape, unless the file says that they are two.

    Without headings a table has none: any other without them would be taken for the same.
    """
    if not segment.heading:
        return ""
    said = kind.type.slug if kind.type and kind.says else ""
    keys = [plain_key(heading) for heading in segment.headings]
    while keys and not keys[-1]:
        keys.pop()
    return hashlib.sha256("\n".join([said, *keys]).encode()).hexdigest()[:32]


def _columns_of(choice: Choice) -> dict[str, str]:
    columns: Any = choice.get("columns")
    if not isinstance(columns, Mapping):
        return {}
    return {str(at): str(name) for at, name in columns.items()}
