"""Sends the weekly e-mail to whom something waits for; for cron."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from partners.models import Membership, Project, User
from reports.notices.addresses import site_url
from reports.notices.content import Line
from reports.notices.sending import Outcome, Result, send_all

Plain = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Sends each member of a project, at most once a week, what is due, returned and missing."
        " Whoever has nothing waiting gets no e-mail. Leaves with 1 when one could not be sent;"
        " the next run tries it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would get what; send and write nothing"
        )
        parser.add_argument(
            "--project", default="", metavar="SLUG", help="of this project only (default: of all)"
        )
        parser.add_argument(
            "--user", default="", metavar="NAME", help="to this user only (default: to all)"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        site = site_url()
        if not site:
            raise CommandError(
                "SITE_URL is not set: links in e-mails would lead nowhere. Set it to the address"
                " of this installation, such as https://tracker.example.org."
            )
        members = self._members(options["project"], options["user"])
        dry_run: bool = options["dry_run"]
        outcomes = []
        for outcome in send_all(members, site=site, dry_run=dry_run):
            outcomes.append(outcome)
            if options["format"] == "text":
                self.stdout.write("\n".join(as_text(outcome, told=dry_run)))
            if outcome.fault:
                self.stderr.write(f"{_name(outcome)}: {outcome.fault}")
        if options["format"] == "json":
            found = [as_plain(outcome) for outcome in outcomes]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self._sum_up(outcomes, dry_run=dry_run)
        failed = sum(outcome.result == Result.FAILED for outcome in outcomes)
        if failed:
            raise CommandError(f"{failed} could not be sent.")

    def _members(self, slug: str, username: str) -> QuerySet[Membership]:
        members = Membership.objects.filter(user__is_active=True)
        if slug and not Project.objects.filter(slug=slug).exists():
            raise CommandError(f"There is no project “{slug}”.")
        if username and not User.objects.filter(username=username).exists():
            raise CommandError(f"There is no user “{username}”.")
        if slug:
            members = members.filter(project__slug=slug)
        if username:
            members = members.filter(user__username=username)
        members = members.select_related("project", "partner", "user")
        return members.order_by("project__slug", "user__username")

    def _sum_up(self, outcomes: list[Outcome], *, dry_run: bool) -> None:
        numbers = Counter(outcome.result for outcome in outcomes)
        result = Result.DUE if dry_run else Result.SENT
        note = " Nothing was sent." if dry_run else ""
        self.stdout.write(f"{numbers[result]} {result}, of {len(outcomes)} members.{note}")


def _name(outcome: Outcome) -> str:
    """Whom it is about. No address: what a command says goes to logs, which nobody erases."""
    return f"{outcome.membership.project.slug} {outcome.membership.user.username}"


def as_text(outcome: Outcome, *, told: bool) -> list[str]:
    """A line for a member, and with ``told`` what the e-mail says."""
    lines = [f"{_name(outcome)}: {outcome.result}"]
    for section in outcome.content.sections if told and outcome.content else []:
        lines.append(f"  {section.title}")
        lines += [f"    {words}" for words in _words(section.lines, section.more)]
    if told and outcome.content and outcome.content.standing:
        lines += [f"  {words}" for words in _words([outcome.content.standing])]
    return lines


def _words(lines: Sequence[Line], more: Line | None = None) -> list[str]:
    shown = [*lines, more] if more else lines
    return [f"{line.text} – {line.note}" if line.note else line.text for line in shown]


def as_plain(outcome: Outcome) -> Plain:
    """A member as plain values; sections by their keys, with the lines of each."""
    content = outcome.content
    return {
        "project": outcome.membership.project.slug,
        "user": outcome.membership.user.username,
        "result": outcome.result.name.lower(),
        "sections": {s.key: _words(s.lines, s.more) for s in content.sections} if content else {},
        "standing": _words([content.standing]) if content and content.standing else [],
        **({"fault": outcome.fault} if outcome.fault else {}),
    }
