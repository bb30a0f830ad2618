"""Keeps texts from being taken for formulas by the spreadsheets that open a CSV file."""

from __future__ import annotations

# What a spreadsheet would take for a formula at the beginning of a cell.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def disarmed(text: str) -> str:
    """A text which no spreadsheet takes for a formula (OWASP, CSV injection).

    Reading takes one apostrophe away again, so that a text with one of its own gets another.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text
