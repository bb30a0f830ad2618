"""Deletes old sign-ins, sessions that have run out, and long files of last week."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from reports.forgetting import forget, forgettable


class Command(BaseCommand):
    help = (
        "Deletes sign-ins, failed or not, that are older than KEEP_SIGN_INS_DAYS, sessions that"
        " have run out, and long files that were asked for more than a week ago. Meant to run"
        " every day: the page on privacy says that it does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted only")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers: Counter[str] = Counter()
        for name, rows in forgettable():
            numbers[name] += rows.count()
        if not options["dry_run"]:
            forget()
        said = ", ".join(f"{number} {name}" for name, number in numbers.items())
        end = "nothing was deleted" if options["dry_run"] else "deleted"
        self.stdout.write(f"{said}: {end}.")
