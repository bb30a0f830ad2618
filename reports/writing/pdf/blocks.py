"""The blocks of which the PDF consists, as data for typst: headings, texts, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from kpis.typesetting import readable
from reports.writing.outline import (
    Bullets,
    Cell,
    Chart,
    Heading,
    Item,
    Labelled,
    Quote,
    Rich,
    Table,
    Text,
)

BREAK = "\u200b"
# Letters of the size of tables that fit on a line as wide as the page.
LETTERS_UPRIGHT, LETTERS_WIDE = 112, 170
# What a page has room for across and down, below a heading, in millimetres.
PAGE_UPRIGHT, PAGE_WIDE = (170, 215), (257, 132)
LETTERS_OF_PADDING = 2.5
# Lines of a cell from which on a row may break: half a page, so that an estimate that is too low
# by half still lets no row run off the page.
MOST_LINES = 18
NARROWEST, WIDEST = 7.0, 70.0
TITLE_LETTERS = 26.0
WIDE_FROM = 0x1100  # from here on letters are twice as wide: Korean, Chinese, Japanese, emoji

Block = dict[str, Any]


def block(item: Item, *, is_wide: bool) -> Block:
    """An item of the document as typst takes it; ``is_wide`` is for a page on its side."""
    match item:
        case Heading(words, level, is_numbered):
            return heading(level, words, is_numbered=is_numbered)
        case Text(words, is_small, leads):
            return {"kind": "text", "words": said(words), "small": is_small, "leads": leads}
        case Labelled(label, words):
            return {"kind": "labelled", "label": said(label), "words": said(words)}
        case Quote(who, words):
            return {"kind": "quote", "who": said(who), "words": said(words)}
        case Bullets(items):
            return {"kind": "bullets", "items": [said(each) for each in items]}
        case Chart():
            return chart(item, is_wide=is_wide)
        case Table(rows=[]):
            return paragraph(f"{item.caption}. {item.empty}")
        case Table():
            return table(item, is_wide=is_wide)


def chapter(words: str, *, is_numbered: bool, on_new_page: bool) -> Block:
    return {**heading(1, words, is_numbered=is_numbered), "new-page": on_new_page}


def heading(level: int, words: str, *, is_numbered: bool) -> Block:
    return {
        "kind": "heading",
        "level": level,
        "words": said(words),
        "numbered": is_numbered,
        "new-page": False,
    }


def paragraph(words: str) -> Block:
    return block(Text(words), is_wide=False)


def chart(item: Chart, *, is_wide: bool) -> Block:
    """A chart as wide as the page, or less where it would be too high for it."""
    most_wide, most_high = PAGE_WIDE if is_wide else PAGE_UPRIGHT
    return {
        "kind": "chart",
        "file": f"{item.name}.svg",
        "caption": said(item.caption),
        "alt": said(item.alt),
        "width": min(most_wide, most_high * item.drawn.width / item.drawn.height),
    }


def table(item: Table, *, is_wide: bool) -> Block:
    """A table whose heading is repeated on each page."""
    across = LETTERS_WIDE if is_wide else LETTERS_UPRIGHT
    shares = widths(item, across)
    letters = [max(share / sum(shares) * across - LETTERS_OF_PADDING, 4) for share in shares]
    return {
        "kind": "table",
        "caption": said(item.caption),
        "columns": [
            {"heading": said(column.heading, most), "width": share, "number": column.is_number}
            for column, share, most in zip(item.columns, shares, letters, strict=True)
        ],
        "rows": [_row(row, letters) for row in item.rows],
    }


def _row(row: Sequence[Cell], letters: Sequence[float]) -> Block:
    pairs = list(zip(row, letters, strict=True))
    tall = max((_lines(_text(cell), most) for cell, most in pairs), default=0)
    return {"cells": [_cell(cell, most) for cell, most in pairs], "breaks": tall > MOST_LINES}


def _cell(cell: Cell, most: float) -> str | Block:
    if not isinstance(cell, Rich):
        return said(cell, most)
    return {
        "words": said(cell.words, most),
        "below": said(cell.below, most),
        "strong": cell.is_strong,
        "tone": cell.tone,
    }


def _text(cell: Cell) -> str:
    if isinstance(cell, Rich):
        return f"{cell.words}\n{cell.below}" if cell.below else cell.words
    return str(cell)


def said(words: object, most: float = LETTERS_UPRIGHT * 0.7) -> str:
    """A text that typst can set, in which words longer than a line may be broken."""
    text = readable(str(words)).replace(BREAK, "")
    if len(text) <= most:
        return text
    return "".join(_breakable(word, most) for word in _words(text))


def _words(text: str) -> Iterable[str]:
    """The text in words and the spaces between them, none left out."""
    start = 0
    for at in range(1, len(text)):
        if text[at].isspace() != text[at - 1].isspace():
            yield text[start:at]
            start = at
    yield text[start:]


def _breakable(word: str, most: float) -> str:
    if word.isspace() or wide(word) <= most:
        return word
    return BREAK.join(word[at : at + 4] for at in range(0, len(word), 4))


def wide(text: str) -> int:
    """How many letters wide a text is."""
    return len(text) + sum(1 for letter in text if ord(letter) >= WIDE_FROM)


def _lines(text: str, most: float) -> int:
    return sum(max(ceil(wide(line) / most), 1) for line in text.split("\n"))


def widths(item: Table, across: float) -> list[float]:
    """How many letters of a page each column gets: by what it mostly holds, not too few or many.

    What is left of the page goes to columns whose lines would still break.
    """
    texts = [[_text(row[at]) for row in item.rows] for at in range(len(item.columns))]
    found = [
        max(_usual(column), _longest_word([head.heading, *column]), _least(item.rows, at))
        for at, (head, column) in enumerate(zip(item.columns, texts, strict=True))
    ]
    lacking = [_lacking(column, has) for column, has in zip(texts, found, strict=True)]
    spare = max(across - sum(found), 0)
    # Those that lack little first: a few letters save them a line.
    for left, at in zip(range(len(found), 0, -1), _in_order(lacking), strict=True):
        given = min(lacking[at], spare / left)
        found[at] += given
        spare -= given
    return found


def _in_order(numbers: Sequence[float]) -> list[int]:
    """The places of numbers, from the smallest number on."""
    return sorted(range(len(numbers)), key=numbers.__getitem__)


def _usual(texts: Sequence[str]) -> float:
    """What a column asks for: the power keeps one long column from starving the others."""
    usual = sum(min(wide(text), 400) for text in texts) / max(len(texts), 1)
    return min(float(usual**0.62) * 2, WIDEST)


def _longest_word(texts: Iterable[str]) -> float:
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    return min(longest, 16) + 3.0


def _least(rows: Sequence[Sequence[Cell]], at: int) -> float:
    cells = (row[at] for row in rows)
    is_title = any(isinstance(cell, Rich) and cell.below for cell in cells)
    return TITLE_LETTERS if is_title else NARROWEST


def _lacking(texts: Sequence[str], has: float) -> float:
    """How many letters its longest line lacks in a column, as far as a page can give them."""
    longest = max((wide(line) for text in texts for line in text.split("\n")), default=0)
    return min(max(longest + 3 - has, 0), WIDEST)
