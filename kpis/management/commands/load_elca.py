"""Loads the ELCA project from the fixtures; running it again adds nothing twice."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kpis.loading import load_project


class Command(BaseCommand):
    help = "Loads the ELCA project: partners, indicators, deadlines and the rows of its tables."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-actions",
            action="store_true",
            help="only the project, its partners, tables, indicators, missions and deadlines",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures" / "elca"
        loaded = load_project(folder, with_actions=not options["without_actions"])
        self.stdout.write(
            f"{loaded.project}: {loaded.actions} actions and {loaded.organisations} organisations"
            f" added, {loaded.kept} actions were there already."
        )
