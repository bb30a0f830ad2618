"""The blocks of which the PDF consists, as data for typst: headings, texts, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from kpis.charts import Picture
from kpis.typesetting import readable
from reports.layout import Cell

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


@dataclass(frozen=True)
class Column:
    """A column of a table; a width of 0 is as wide as what it holds, another a share."""

    heading: str
    width: float = 0
    number: bool = False


@dataclass(frozen=True)
class Mark:
    """A cell with more than plain words: strong, in a tone, or with small words below."""

    words: str
    below: str = ""
    strong: bool = False
    tone: str = "plain"


Content = Cell | Mark


def heading(level: int, words: str, *, numbered: bool = True, new_page: bool = False) -> Block:
    return {
        "kind": "heading",
        "level": level,
        "words": said(words),
        "numbered": numbered,
        "new-page": new_page,
    }


def chapter(words: str, *, numbered: bool = True) -> Block:
    """The heading of a chapter, on a page of its own."""
    return heading(1, words, numbered=numbered, new_page=True)


def paragraph(words: str) -> Block:
    return {"kind": "text", "words": said(words)}


def note(words: str) -> Block:
    return {"kind": "note", "words": said(words)}


def items(words: Iterable[str]) -> Block:
    return {"kind": "list", "items": [said(each) for each in words]}


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """What is known, each under its name; what is not known is left out."""
    return {"kind": "facts", "rows": [[said(name), said(value)] for name, value in rows if value]}


def quote(who: str, words: str) -> Block:
    return {"kind": "quote", "who": said(who), "words": said(words)}


def ids(label: str, references: Sequence[str]) -> Block:
    return {"kind": "ids", "label": said(label), "words": said(", ".join(references) or "–")}


def picture(file: str, drawn: Picture, caption: str, alt: str, *, wide: bool) -> Block:
    """A chart as wide as the page, or less where it would be too high for it."""
    most_wide, most_high = PAGE_WIDE if wide else PAGE_UPRIGHT
    return {
        "kind": "picture",
        "file": file,
        "caption": said(caption),
        "alt": said(alt),
        "width": min(most_wide, most_high * drawn.width / drawn.height),
    }


def table(
    caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]], *, wide: bool
) -> Block:
    """A table whose heading is repeated on each page; ``wide`` is for a page on its side."""
    letters = _letters(columns, LETTERS_WIDE if wide else LETTERS_UPRIGHT)
    return {
        "kind": "table",
        "caption": said(caption),
        "columns": [
            {"heading": said(c.heading, most), "width": c.width, "number": c.number}
            for c, most in zip(columns, letters, strict=True)
        ],
        "rows": [_row(row, letters) for row in rows],
    }


def _letters(columns: Sequence[Column], all_: float) -> list[float]:
    """How many letters fit on a line of each column; those without a width are short anyway."""
    shares = sum(column.width for column in columns) or 1
    free = all_ - sum(NARROWEST for column in columns if not column.width)
    return [
        max(c.width / shares * free - LETTERS_OF_PADDING, 4) if c.width else all_ for c in columns
    ]


def _row(row: Sequence[Content], letters: Sequence[float]) -> dict[str, Any]:
    pairs = list(zip(row, letters, strict=True))
    tall = max((_lines(_text(content), most) for content, most in pairs), default=0)
    return {"cells": [_cell(c, most) for c, most in pairs], "breaks": tall > MOST_LINES}


def _cell(content: Content, most: float) -> Any:
    if not isinstance(content, Mark):
        return said(_text(content), most)
    return {
        "words": said(content.words, most),
        "below": said(content.below, most),
        "strong": content.strong,
        "tone": content.tone,
    }


def _text(content: Content) -> str:
    if isinstance(content, Mark):
        return f"{content.words}\n{content.below}" if content.below else content.words
    if isinstance(content, date):
        return f"{content:%d.%m.%Y}"
    return "" if content is None else str(content)


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


def widths(headings: Sequence[str], rows: Sequence[Sequence[Content]]) -> list[float]:
    """Shares of the page for columns of text: by what they mostly hold, none too narrow or wide."""
    found = []
    for at, title in enumerate(headings):
        least = TITLE_LETTERS if any(isinstance(row[at], Mark) for row in rows) else NARROWEST
        texts = [_text(row[at]) for row in rows]
        usual = sum(min(wide(text), 400) for text in texts) / max(len(texts), 1)
        longest = max((len(word) for text in [title, *texts] for word in text.split()), default=0)
        found.append(max(min(usual**0.62 * 2, WIDEST), min(longest, 16) + 3.0, least))
    return found


def is_number(value: Content) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
