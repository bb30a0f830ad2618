"""Writes the report to a file."""

from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.arguments import add_day_and_partner, add_project, asked
from reports.workbook import write_report

ENDINGS = [".xlsx"]


class Command(BaseCommand):
    help = "Writes the report to a file: .xlsx, with one sheet for each of its tables."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; its ending is the form")
        add_project(parser)
        add_day_and_partner(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.suffix.lower() not in ENDINGS:
            raise CommandError(f"“{path.name}” must end in {' or '.join(ENDINGS)}.")
        want = asked(options)
        out = BytesIO()
        write_report(want.project, out, as_of=want.as_of, partner=want.partner)
        try:
            path.write_bytes(out.getvalue())
        except OSError as error:
            raise CommandError(f"“{path}” cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{path} was written.")
