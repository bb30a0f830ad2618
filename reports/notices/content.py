"""What an e-mail tells a member of a project: what is due, what came back, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.models import Action, ProposedChange, Review
from actions.reviewing import returned_to, waiting, with_partner
from kpis.checks import findings
from kpis.checks.finding import Finding, Severity
from kpis.gaps import silent_partners
from kpis.models import Deadline
from kpis.progress import Progress, project_progress
from partners import clock
from partners.models import Membership, Partner, Project
from partners.roles import Role

from .addresses import one_line

DRAFTS_LIE = timedelta(days=14)
LOOK_AHEAD = timedelta(days=30)
MOST_LINES = 8  # of one section: an e-mail is read at a glance


@dataclass(frozen=True)
class Line:
    """One thing, with the page where it is seen or settled; ``note`` says more below it."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Things of one kind; ``more`` leads to those that are not listed."""

    key: str
    title: str
    lines: Sequence[Line]
    more: Line | None = None


@dataclass(frozen=True)
class Content:
    """All that one e-mail tells; without a section there is nothing to say.

    ``standing`` is what the partner owes to its targets: it goes along, and is no reason to write.
    """

    sections: list[Section] = field(default_factory=list)
    standing: Line | None = None


class News:
    """What there is to tell of a project, in the language of the moment; asked once for many."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def of(self, membership: Membership) -> Content:
        """What a member is told: a partner user what concerns the partner, others the whole."""
        if membership.role == Role.PARTNER and membership.partner:
            sections = self._of_partner(membership.partner)
            return Content([s for s in sections if s], self._standing(membership.partner))
        return Content([section for section in self._of_project() if section])

    def _of_partner(self, partner: Partner) -> Iterator[Section | None]:
        page = reverse("partner", args=[self.project.slug, partner.code])
        yield self._section("returned", _("Returned to you"), self._returned(partner), page)
        yield self._section("drafts", _("Drafts that lie around"), self._drafts(partner), page)
        yield self._deadlines
        checks = f"{self._checks}?{urlencode({'who': partner.code})}"
        missing = [
            Line(one_line(finding.found.sentence), finding.found.way.url)
            for finding in self._to_close
            if partner.code in finding.codes
        ]
        yield self._section("missing", _("Missing"), missing, checks)

    def _of_project(self) -> Iterator[Section | None]:
        number, review = waiting(self.project).count(), reverse("review", args=[self.project.slug])
        words = ngettext("%(number)d waits for you.", "%(number)d wait for you.", number)
        lines = [Line(words % {"number": number}, review)] if number else []
        yield self._section("review", _("Review"), lines, review)
        yield self._deadlines
        yield self._section("silent", _("Silent partners"), self._silent(), review)
        number = len(self._to_close)
        words = ngettext(
            "%(number)d thing must be closed before a report.",
            "%(number)d things must be closed before a report.",
            number,
        )
        lines = [Line(words % {"number": number}, self._checks)] if number else []
        yield self._section("checks", _("Checks"), lines, self._checks)

    def _section(
        self, key: str, title: str, lines: Sequence[Line], all_of_them: str
    ) -> Section | None:
        """A section of the first lines, and how many more there are; None without any."""
        if not lines:
            return None
        over = len(lines) - MOST_LINES
        if over <= 0:
            return Section(key, title, lines)
        words = ngettext("%(number)d more", "%(number)d more", over) % {"number": over}
        return Section(key, title, lines[:MOST_LINES], Line(words, all_of_them))

    def _returned(self, partner: Partner) -> list[Line]:
        return [
            Line(self._name(action), action.get_absolute_url(), one_line(action.returned_why or ""))
            for action in self._rows(returned_to(partner))
        ]

    def _drafts(self, partner: Partner) -> list[Line]:
        """What lies unsent and untouched: drafts, and changes of accepted actions kept as one."""
        limit = timezone.now() - DRAFTS_LIE
        old = Q(review=Review.DRAFT, updated_at__lt=limit)
        old |= Q(proposed__state=ProposedChange.State.DRAFT, proposed__at__lt=limit)
        return [
            Line(self._name(action), action.get_absolute_url(), self._untouched(action))
            for action in self._rows(with_partner(partner).filter(old))
        ]

    def _untouched(self, action: Action) -> str:
        moment = action.updated_at
        if action.review != Review.DRAFT:
            moment = action.proposed.at
        day = date_format(timezone.localdate(moment), "DATE_FORMAT")
        return _("Untouched since %(day)s.") % {"day": day}

    @cached_property
    def _deadlines(self) -> Section | None:
        """What is due in the next weeks, then what is overdue, the longest first."""
        today = clock.today()
        timeline = reverse("timeline", args=[self.project.slug])
        open_ = list(self.project.deadlines.exclude(status=Deadline.Status.DONE))
        for deadline in open_:
            deadline.project = self.project
        near = [deadline for deadline in open_ if deadline.due_on <= today + LOOK_AHEAD]
        near.sort(key=lambda deadline: deadline.is_overdue(today))
        lines = [
            Line(
                one_line(deadline.activity),
                f"{timeline}#deadline-{deadline.pk}",
                self._when(deadline, late=deadline.is_overdue(today)),
            )
            for deadline in near
        ]
        return self._section("deadlines", _("Deadlines"), lines, timeline)

    def _when(self, deadline: Deadline, *, late: bool) -> str:
        words = _("Overdue since %(day)s.") if late else _("Due by %(day)s.")
        return words % {"day": date_format(deadline.due_on, "DATE_FORMAT")}

    def _silent(self) -> list[Line]:
        lines = []
        for silence in silent_partners(self.project):
            url = reverse("partner", args=[self.project.slug, silence.partner.code])
            words = _("%(partner)s: nothing was ever recorded.")
            day = ""
            if silence.since:
                words = _("%(partner)s: nothing was recorded since %(day)s.")
                day = date_format(silence.since, "DATE_FORMAT")
            lines.append(Line(one_line(words % {"partner": silence.partner.name, "day": day}), url))
        return lines

    def _standing(self, partner: Partner) -> Line | None:
        """What a partner owes to its targets, in one line; None where it has none."""
        shares = [(li, f) for li, f in self._progress.of_partner(partner.code) if f.target]
        if not shares:
            return None
        url = reverse("partner", args=[self.project.slug, partner.code])
        reached = sum(not figure.missing for _line, figure in shares)
        words = ngettext(
            "%(partner)s has reached %(reached)d of its %(number)d target.",
            "%(partner)s has reached %(reached)d of its %(number)d targets.",
            len(shares),
        )
        said = words % {"partner": partner.code, "reached": reached, "number": len(shares)}
        one = _("%(indicator)s (%(achieved)d of %(target)d)")
        short = [
            one % {"indicator": li.indicator.title, "achieved": f.achieved, "target": f.target}
            for li, f in shares
            if f.missing
        ]
        note = _("Not reached: %(indicators)s.") % {"indicators": ", ".join(short)} if short else ""
        return Line(said, url, one_line(note))

    @cached_property
    def _to_close(self) -> list[Finding]:
        found = findings(self.project).open
        return [f for f in found if f.check.severity == Severity.MUST]

    @cached_property
    def _progress(self) -> Progress:
        return project_progress(self.project)

    @property
    def _checks(self) -> str:
        return reverse("checks", args=[self.project.slug])

    def _name(self, action: Action) -> str:
        return one_line(f"{action.reference} {action.title}")

    def _rows(self, found: Any) -> list[Any]:
        rows = list(found)
        for row in rows:
            row.project = self.project
        return rows
