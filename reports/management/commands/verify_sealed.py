"""Says whether sealed reports are still what was sealed, with their files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from partners.models import Project
from reports.sealing.opening import Opened, fault_of_file, files_of, opened_all, sealings


class Command(BaseCommand):
    help = (
        "Computes the checksum of every sealed report and of its files anew. The exit code is 1"
        " where one is not what was sealed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", metavar="SLUG", help="only the reports of this project")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = Project.objects.order_by("slug")
        if options["project"]:
            projects = projects.filter(slug=options["project"])
            if not projects:
                raise CommandError(f"There is no project “{options['project']}”.")
        faults = [
            fault
            for project in projects
            for found in opened_all(project, project.sealed_reports.order_by("number"))
            for fault in self.faults_of(project, found)
        ]
        faults += [fault for project in projects for fault in self.gone_of(project)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} of what was sealed does not verify.")

    def gone_of(self, project: Project) -> list[str]:
        """The reports of whose sealing the history tells, and which are not there."""
        there = set(project.sealed_reports.values_list("pk", flat=True))
        said = _("The report that was sealed under this number is gone.")
        return [
            f"{project.slug} {sealing.number}: {said}"
            for pk, sealing in sealings(project).items()
            if pk not in there
        ]

    def faults_of(self, project: Project, found: Opened) -> list[str]:
        """What is wrong with one report, in sentences; its checksum is written where nothing is."""
        name = f"{project.slug} {found.sealed.number}"
        if not found.verifies:
            return [f"{name}: {found.fault}"]
        self.stdout.write(f"{name}: verifies, {found.sealed.checksum}")
        files = ((file, fault_of_file(file, found)) for file in files_of(found))
        return [f"{name}, file of {file.reference}: {fault}" for file, fault in files if fault]
