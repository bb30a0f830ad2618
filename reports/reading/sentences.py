"""What people are told of a file, or a cell of it, that cannot be read, and what they can do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

DAMAGED = gettext_noop("The file is damaged or is no spreadsheet: it cannot be read.")
SENTENCES = {
    "missing": gettext_noop("The file cannot be opened: %(reason)s."),
    "large": gettext_noop("The file is larger than %(most)d MB."),
    "empty": gettext_noop("The file is empty."),
    "blank": gettext_noop("There is nothing in the file: all of it is blank."),
    "damaged": DAMAGED,
    "cut": gettext_noop(
        "The file is damaged: it was perhaps not copied whole. Save it anew and try again."
    ),
    "unpacked": gettext_noop("Unpacked, the file is far too large for a spreadsheet of actions."),
    "hostile": gettext_noop("The file holds what a spreadsheet must not hold."),
    "slow": gettext_noop(
        "Reading the file takes too long. Save the sheets that matter in a smaller file."
    ),
    "heavy": gettext_noop(
        "Reading the file takes too much memory. Save the sheets that matter in a smaller file."
    ),
    "sheets": gettext_noop("The file has more than %(most)d sheets."),
    "rows": gettext_noop("The file has more than %(most)d rows. Split it into smaller files."),
    "columns": gettext_noop(
        "Sheet “%(sheet)s” has more than %(most)d columns: something stands in cell %(cell)s."
    ),
    "cells": gettext_noop("The file has more than %(most)d cells. Split it into smaller files."),
    "characters": gettext_noop(
        "The texts in the file are longer than %(most)d characters together."
        " Split it into smaller files."
    ),
    "quotation": gettext_noop(
        "In row %(row)d of the file a quotation mark opens a text and none closes it."
        " Add the missing one, or save the file anew from a spreadsheet program."
    ),
    "password": gettext_noop(
        "The file is protected by a password. Save it without a password and try again."
    ),
    "old_excel": gettext_noop(
        "The file is in an older or a binary form of Excel (.xls, .xlsb)."
        " Open it in Excel or LibreOffice and save it as .xlsx."
    ),
    "old_word": gettext_noop(
        "The file is in an older form of Word (.doc)."
        " Open it in Word or LibreOffice and save it as .docx."
    ),
    "rich_text": gettext_noop(
        "The file is a text in the form .rtf. Open it in Word or LibreOffice and save it as .docx."
    ),
    "open_text": gettext_noop(
        "The file is a text document (.odt) and not a spreadsheet."
        " Save it as .docx, or copy its tables into a spreadsheet."
    ),
    "presentation": gettext_noop(
        "The file is a presentation. Copy its tables into a spreadsheet and save that as .xlsx."
    ),
    "pdf": gettext_noop(
        "The file is a PDF, from which rows cannot be read reliably."
        " Save it as .xlsx or .docx in the program in which it was written."
    ),
    "picture": gettext_noop(
        "The file is a picture. Type its rows into a spreadsheet and save that as .xlsx."
    ),
    "apple": gettext_noop(
        "The file was written by Numbers or Pages."
        " Export it there for Excel (.xlsx) or for Word (.docx)."
    ),
    "google": gettext_noop(
        "The file is only a link to a Google sheet."
        " Open it in Google and download it as Microsoft Excel (.xlsx)."
    ),
    "packed": gettext_noop(
        "The file is an archive of other files. Unpack it and upload its files one by one."
    ),
    "markup": gettext_noop(
        "The file is a web page or XML and not a spreadsheet."
        " Open it in Excel or LibreOffice and save it as .xlsx."
    ),
    "not_as_named": gettext_noop(
        "The file is not a spreadsheet in the form that its name says."
        " Open it in the program in which it was written and save it as .xlsx."
    ),
    "binary": gettext_noop(
        "The file is not a spreadsheet that can be read."
        " Save it as .xlsx, .ods, .csv or .docx and try again."
    ),
    "no_tables": gettext_noop(
        "There is no table in the document. Its rows must stand in a table of Word."
    ),
}
IN_CELLS = {
    "formula": gettext_noop(
        "The formula in %(cell)s has no stored result. Write its result as a value."
    ),
    "error": gettext_noop("The cell holds an error of the spreadsheet: %(cell)s."),
}


def sentence(code: str, **params: Any) -> str:
    """What people are told of a file."""
    return _(SENTENCES[code]) % params


def in_cell(code: str, param: str) -> str:
    """What people are told of a cell."""
    return _(IN_CELLS[code]) % {"cell": param}
