"""The cells of a written sheet that are more than a plain value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """A figure that the spreadsheet counts itself; ``value`` is what it gives."""

    text: str
    value: int | float | str

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Link:
    """A text that leads to a place in the workbook, such as ``internal:'Table 7'!A1``."""

    target: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Styled:
    """A text with a look of its own, by the name of the look."""

    text: str
    look: str

    def __str__(self) -> str:
        return self.text
