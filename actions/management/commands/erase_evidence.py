"""Erases files of evidence whose day is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from actions.retention import erase_overdue, leftovers, overdue_files
from partners.models import Project


class Command(BaseCommand):
    help = (
        "Deletes for good the contents of the files of evidence whose day is over, as of those"
        " with personal data; that they were there stays on record. Meant to run every day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased only")
        parser.add_argument(
            "--project", default="", metavar="SLUG", help="of this project only (default: of all)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = self._project(options["project"])
        number = 0
        for file in overdue_files(project):
            # No name: what a command says goes to logs, which nobody erases.
            said = f"{file.action.reference}: {file.get_kind_display()}, until {file.keep_until}"
            if options["dry_run"] or erase_overdue(file, source="erase_evidence"):
                self.stdout.write(said)
                number += 1
        if options["dry_run"]:
            left = sum(1 for _name in leftovers(project))
            self.stdout.write(f"{number} to erase, {left} to sweep up; nothing was erased.")
            return
        self.stdout.write(f"{number} erased, {self._sweep(project)} swept up.")

    def _project(self, slug: str) -> Project | None:
        if not slug:
            return None
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"There is no project “{slug}”.")
        return project

    def _sweep(self, project: Project | None) -> int:
        """Delete the contents that are left; raises CommandError where the disk refuses."""
        names = list(leftovers(project))
        for name in names:
            try:
                default_storage.delete(name)
            except OSError as error:
                raise CommandError(f"{name} cannot be deleted: {error.strerror}.") from error
        return len(names)
