"""Imports a spreadsheet of actions: all of its rows or none, and says what it did."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from actions.models import ActionType
from kpis.arguments import add_project, asked
from partners.models import Project
from reports.keeping import import_now
from reports.reading.reader import FileError
from reports.results import CHANGED, NEW, PROPOSED, UNCHANGED, ImportResult, Problem, SheetResult


class Command(BaseCommand):
    help = (
        "Imports the tables of a spreadsheet (.xlsx, .ods, .csv) or a Word document. With an error"
        " in any row nothing is applied and the exit code is 1, unless --valid-rows asks for the"
        " rows without one. What was applied can be undone on the page of imports."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file with one table of the report or more")
        add_project(parser)
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument(
            "--valid-rows", action="store_true", help="apply the rows that have no error"
        )
        parser.add_argument(
            "--type",
            metavar="SLUG",
            help="the table of the sheets that do not say it themselves, such as sme-business",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        project = asked(options).project
        path: Path = options["file"]
        try:
            result = import_now(
                project=project,
                user=None,
                path=path,
                only_type=find_type(project, options["type"]),
                dry_run=options["dry_run"],
                valid_rows=options["valid_rows"],
            )
        except FileError as error:
            raise CommandError(f"{path.name}: {error}") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        else:
            self._print(result)
        if result.errors and not options["valid_rows"]:
            number = len(result.errors)
            raise CommandError(f"{number} error{'s' * (number > 1)}: nothing was imported.")

    def _print(self, result: ImportResult) -> None:
        for note in result.notes:
            self.stdout.write(note)
        for sheet in result.sheets:
            self.stdout.write(counts_of(sheet))
            for problem in sheet.all_warnings:
                self.stdout.write(f"  warning: {words_of(problem)}")
            for problem in sheet.all_errors:
                self.stderr.write(f"{sheet.name}, {words_of(problem)}")
        for effect in result.effects:
            said = f"KPI {effect.number} {effect.title}: {effect.before} -> {effect.after}"
            self.stdout.write(said)
        written = result.applied and result.count(NEW) + result.count(CHANGED)
        self.stdout.write(f"{written} rows were written." if written else "Nothing was written.")
        proposed = result.applied and result.count(PROPOSED)
        if proposed:
            self.stdout.write(f"{proposed} changes of accepted actions wait for the task leader.")


def counts_of(sheet: SheetResult) -> str:
    counts = [f"{sheet.count(verdict)} {verdict}" for verdict in (NEW, CHANGED, UNCHANGED)]
    return f"{sheet.name} ({sheet.type or 'unknown'}): {', '.join(counts)}"


def words_of(problem: Problem) -> str:
    where = [f"row {problem.row}", " ".join(problem.column.split())]
    return f"{', '.join(part for part in where if part)}: {problem.message}"


def find_type(project: Project, slug: str | None) -> ActionType | None:
    """The action type of a slug; raises CommandError for one that the project does not have."""
    if slug is None:
        return None
    types = {action_type.slug: action_type for action_type in project.action_types.all()}
    if slug not in types:
        raise CommandError(f"“{slug}” is no table of {project}. Tables are: {', '.join(types)}.")
    return types[slug]
