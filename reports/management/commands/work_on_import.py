"""Does one job on an import that was brought on a page; the application starts it by itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from partners.models import User
from reports.jobs import JOBS, work
from reports.models import Import


class Command(BaseCommand):
    help = "Reads, applies or undoes an import. The application calls this for long imports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", type=int, help="the number of the import")
        parser.add_argument("job", choices=list(JOBS))
        parser.add_argument("user", type=int, help="the number of the user who asked for it")
        parser.add_argument("--language", default="en", help="in which it says what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        imports = Import.objects.select_related("project", "only_type")
        record = imports.filter(pk=options["record"]).first()
        user = User.objects.filter(pk=options["user"]).first()
        if record is None or user is None:
            raise CommandError("There is no such import or user.")
        _allowed, working, _fallback = JOBS[options["job"]]
        if record.state != working:
            raise CommandError(f"The import is {record.state}, and not {working}.")
        with override(options["language"]):
            work(record, options["job"], user)
