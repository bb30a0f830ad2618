"""Writes a long file that was asked for on a page; the application starts it by itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.exporting import work
from reports.models import Export


class Command(BaseCommand):
    help = "Writes the file of an export. The application calls this for long files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("export", type=int, help="the number of the export")

    def handle(self, *args: Any, **options: Any) -> None:
        exports = Export.objects.select_related("project", "user")
        export = exports.filter(pk=options["export"], state=Export.State.WORKING).first()
        if export is None:
            raise CommandError("There is no such export to be written.")
        work(export)
