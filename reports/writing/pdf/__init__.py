"""The report as an accessible PDF, set by typst."""

from .pdf import MOST_ROWS, write_pdf

__all__ = ["MOST_ROWS", "write_pdf"]
