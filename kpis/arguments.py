"""What several commands ask for alike: the project, the day as of which to count, the partner."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import override

from partners import clock
from partners.catalogue import ENGLISH, LANGUAGES, offered
from partners.models import Partner, Project
from partners.travel import NothingRecordedError, end_of, known

DEFAULT_PROJECT = "elca"


@dataclass
class Asked:
    """The options of a command, found in the database; no day is today, no partner is all."""

    project: Project
    as_of: date | None = None
    partner: Partner | None = None
    since: date | None = None


def add_project(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--project",
        default="",
        metavar="SLUG",
        help=f"address of the project (default: {DEFAULT_PROJECT}, or the only project)",
    )


def add_day_and_partner(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        metavar="YYYY-MM-DD",
        help="count what was achieved by the end of this day (default: today)",
    )
    parser.add_argument(
        "--since",
        metavar="YYYY-MM-DD",
        help="count only what was achieved from this day on: the report of a period",
    )
    parser.add_argument("--partner", metavar="CODE", help="only what this partner answers for")
    parser.add_argument(
        "--known",
        metavar="YYYY-MM-DD",
        help="say what was known at the end of this past day, as it was recorded at the time",
    )


def add_language(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        default=ENGLISH,
        metavar="CODE",
        help=f"the language of words and headings: {', '.join(LANGUAGES)} (default: {ENGLISH})",
    )


@contextmanager
def in_language(options: dict[str, Any]) -> Iterator[None]:
    """Speak the language of ``--language``; CommandError for one that is not offered."""
    code = offered(options["language"])
    if not code:
        known = ", ".join(LANGUAGES)
        raise CommandError(f"“{options['language']}” is no language of reports. Choose: {known}.")
    with override(code):
        yield


def asked(options: dict[str, Any]) -> Asked:
    """What the options name; raises CommandError for what is not there."""
    project = find_project(options["project"])
    as_of, since = _day(options.get("as_of")), _day(options.get("since"))
    if since and since > (as_of or clock.today()):
        raise CommandError(f"The period begins on {since}, after its last day.")
    return Asked(project, as_of, _partner(project, options.get("partner")), since)


@contextmanager
def asked_then(options: dict[str, Any]) -> Iterator[Asked]:
    """The same within the past of ``--known``, where that is given; without it, in the present."""
    day = _day(options.get("known"))
    if day is None:
        yield asked(options)
        return
    if day >= clock.today():
        raise CommandError(f"What was known is asked of a past day; {day} is none.")
    try:
        with known(find_project(options["project"]), end_of(day)):
            yield asked(options)
    except NothingRecordedError as error:
        raise CommandError(str(error)) from error


def find_project(slug: str) -> Project:
    """The project of that address; without one the usual, or the only one there is."""
    if slug:
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"There is no project “{slug}”. {_known_projects()}")
        return project
    usual = Project.objects.filter(slug=DEFAULT_PROJECT).first()
    projects = [usual] if usual else list(Project.objects.all()[:2])
    if len(projects) != 1:
        raise CommandError(f"Say which project is meant, with --project. {_known_projects()}")
    return projects[0]


def _known_projects() -> str:
    slugs = list(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
    return f"Projects are: {', '.join(slugs)}." if slugs else "There is no project yet."


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise CommandError(f"“{text}” is not a day. Write it as YYYY-MM-DD, such as 2022-06-30.")
    return day


def _partner(project: Project, code: str | None) -> Partner | None:
    if code is None:
        return None
    partners = {partner.code: partner for partner in project.partners.all()}
    if code.upper() not in partners:
        known = ", ".join(partners)
        raise CommandError(f"“{code}” is no partner of {project}. Partners are: {known}.")
    return partners[code.upper()]
