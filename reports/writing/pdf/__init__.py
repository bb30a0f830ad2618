"""The report as an accessible PDF, set by typst."""

from .pdf import write_pdf

__all__ = ["write_pdf"]
