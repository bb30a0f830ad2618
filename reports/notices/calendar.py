"""The deadlines of a user’s projects as an iCalendar file (RFC 5545), for calendar programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from kpis.models import Deadline
from partners.models import Project, RowVersion, User

from .addresses import host_of, one_line

ASK_AGAIN = timedelta(hours=12)  # calendar programs need not ask more often


def calendar_of(user: User, site: str) -> bytes:
    """All deadlines that a user may see today, in the language of the moment: three queries."""
    visible = Deadline.objects.visible_to(user).select_related("project", "mission")
    deadlines = list(visible.order_by("project__slug", "month", "position", "pk"))
    changed = _last_changes(deadlines)
    calendar = Calendar()
    calendar.add("prodid", "-//ELCA Tracker//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _("Deadlines of ELCA Tracker"))
    calendar.add("name", _("Deadlines of ELCA Tracker"))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for deadline in deadlines:
        calendar.add_component(_event(deadline, site, changed[deadline.pk]))
    return calendar.to_ical()


def _event(deadline: Deadline, site: str, changed: datetime) -> Event:
    """A deadline on the last day of its month, the whole day long; nobody is busy by it."""
    project = deadline.project
    url = f"{site}{reverse('timeline', args=[project.slug])}#deadline-{deadline.pk}"
    title = _("%(project)s: %(activity)s")
    event = Event()
    event.add("uid", f"deadline-{deadline.pk}@{host_of(site)}")
    # Without a METHOD both say when the deadline was changed last.
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", deadline.due_on)
    event.add("dtend", deadline.due_on + timedelta(days=1))
    words = {"project": project.acronym, "activity": deadline.activity}
    event.add("summary", one_line(title % words))
    event.add("description", "\n".join([*_told(deadline), url]))
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    if deadline.mission:
        event.add("categories", [one_line(deadline.mission.name)])
    return event


def _told(deadline: Deadline) -> list[str]:
    said = [
        _("Status: %(status)s") % {"status": deadline.get_status_display()},
        _("Project: %(project)s") % {"project": deadline.project.title},
    ]
    if deadline.mission:
        said.append(_("Mission: %(mission)s") % {"mission": deadline.mission.name})
    return [one_line(line) for line in said]


def _last_changes(deadlines: list[Deadline]) -> dict[int, datetime]:
    """When each deadline was changed last: itself, or its project, which has its first month.

    The record of rows tells; what it does not know is as old as the project.
    """
    versions = RowVersion.objects.filter(project_id__in={d.project_id for d in deadlines})
    own = _last(versions.filter(table=Deadline._meta.db_table))
    projects = _last(versions.filter(table=Project._meta.db_table))
    found = {}
    for deadline in deadlines:
        first = deadline.project.first_month
        moments = [datetime(first.year, first.month, first.day, tzinfo=UTC)]
        moments += [own[deadline.pk]] if deadline.pk in own else []
        moments += [projects[deadline.project_id]] if deadline.project_id in projects else []
        found[deadline.pk] = max(moments).astimezone(UTC).replace(microsecond=0)
    return found


def _last(versions: QuerySet[RowVersion]) -> dict[int, datetime]:
    return dict(versions.order_by().values_list("row_id").annotate(last=Max("at")))
