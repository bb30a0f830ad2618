"""Creates the users of the demonstration, one of each role, and prints how to sign in."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partners.models import Partner, Project, User
from partners.roles import Role
from partners.services import add_member


class Command(BaseCommand):
    source = "demonstration"  # stands in the history where no user does
    help = (
        "Creates a leader, a partner user for each partner, an administrator and a reader, with"
        " random passwords kept in var/demo-users.txt. Only where a demonstration is wanted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", default="elca", help="address of the project")
        parser.add_argument(
            "--show", action="store_true", help="only print how to sign in, create nobody"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        notes = Path(settings.BASE_DIR) / "var" / "demo-users.txt"
        if not options["show"]:
            project = Project.objects.filter(slug=options["project"]).first()
            if project is None:
                raise CommandError(f"There is no project “{options['project']}”.")
            self._create(project, notes)
        if notes.exists():
            self.stdout.write(notes.read_text(encoding="utf-8"))

    @transaction.atomic
    def _create(self, project: Project, notes: Path) -> None:
        lines = []
        for username, role, partner in self._cast(project):
            if User.objects.filter(username=username).exists():
                continue
            password = secrets.token_urlsafe(12)
            user = User.objects.create_user(username, password=password)
            add_member(
                project=project, user=user, role=role, partner=partner, by=None, source=self.source
            )
            lines.append(f"  {username:<8} {password:<18} {role.label}, {partner or project}")
        if lines:
            notes.parent.mkdir(parents=True, exist_ok=True)
            notes.touch(mode=0o600)
            heading = "Users of the demonstration: name, password, role"
            notes.write_text("\n".join([heading, *lines, ""]), encoding="utf-8")

    def _cast(self, project: Project) -> list[tuple[str, Role, Partner | None]]:
        partners = list(project.partners.filter(is_joint=False))
        leader = next((p for p in partners if p.is_task_leader), None)
        return [
            ("leader", Role.LEADER, leader),
            *((p.code.lower(), Role.PARTNER, p) for p in partners),
            ("admin", Role.ADMIN, None),
            ("reader", Role.READER, None),
        ]
