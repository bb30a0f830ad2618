"""Writes the report to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.arguments import (
    add_day_and_partner,
    add_language,
    add_project,
    asked_then,
    in_language,
)
from reports.moment import one_moment
from reports.writing.content import NotWrittenError, Report, Scope
from reports.writing.formats import FORMATS, Format


class Command(BaseCommand):
    help = (
        "Writes the report to a file, whose ending is its form: .xlsx, .docx, .pdf, .csv (all"
        " tables in one file) or .zip (a CSV file for each table)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; its ending is the form")
        add_project(parser)
        add_day_and_partner(parser)
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        format_ = FORMATS.get(path.suffix.lower().removeprefix("."))
        if format_ is None:
            endings = ", ".join(f".{ending}" for ending in FORMATS)
            raise CommandError(f"“{path.name}” must end in one of: {endings}.")
        try:
            with in_language(options), asked_then(options) as want:
                report = Report(Scope(want.project, want.as_of, want.since, want.partner))
                self._write(report, format_, path)
        except NotWrittenError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"“{path}” cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{path} was written.")

    def _write(self, report: Report, format_: Format, path: Path) -> None:
        """Write beside the file first: a file that was there stays whole if anything fails."""
        if format_.most:
            report.check_length(format_.most, str(format_.label))
        beside = path.with_name(f".{path.name}.part")
        try:
            with beside.open("wb") as out, one_moment():
                format_.write(report, out)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
