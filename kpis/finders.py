"""How the search finds indicators, deadlines and the words on deviations."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.searching import Group, Hit, Search
from partners.spelling import spelt

from .models import Deadline, Deviation, Indicator


def find_indicators(search: Search) -> Group:
    """Indicators by number, title and description: one query, since there are few of them."""
    rows = Indicator.objects.of(search.project).visible_to(search.user)
    hits = (_indicator(search, row) for row in rows)
    return search.group("indicators", gettext_lazy("Indicators"), (hit for hit in hits if hit))


def _indicator(search: Search, row: Indicator) -> Hit | None:
    asked = search.asked
    name = _("KPI %(number)s") % {"number": row.number}
    rank = asked.rank(row.title, name, f"kpi{row.number}", f"indicator {row.number}", row.title)
    if rank and not asked.is_in(f"{name} {row.title} {row.description}"):
        return None
    row.project = search.project
    in_title = not rank or asked.is_in(f"{name} {row.title}")
    return Hit(
        reference=asked.marked(name),
        title=asked.marked(row.title),
        url=row.get_absolute_url(),
        sort=(rank, row.number),
        where="" if in_title else gettext_lazy("Description"),
        excerpt="" if in_title else asked.excerpt(row.description),
        meta=_("target: %(target)s") % {"target": row.target},
    )


def find_deadlines(search: Search) -> Group:
    """Deadlines by month, activity and mission: one query, since there are few of them."""
    rows = Deadline.objects.of(search.project).visible_to(search.user).select_related("mission")
    hits = (_deadline(search, row) for row in rows)
    return search.group("deadlines", gettext_lazy("Deadlines"), (hit for hit in hits if hit))


def _deadline(search: Search, row: Deadline) -> Hit | None:
    asked = search.asked
    month = f"M{row.month}"
    mission = row.mission.name if row.mission else ""
    if not asked.is_in(f"{month} {row.activity} {mission}"):
        return None
    url = reverse("timeline", args=[search.project.slug])
    return Hit(
        reference=asked.marked(month),
        title=asked.marked(row.activity),
        url=f"{url}#deadline-{row.pk}",
        sort=(asked.rank(row.activity, month), row.month, row.position, row.pk),
        where=gettext_lazy("Mission") if mission else "",
        excerpt=asked.marked(mission),
        meta=row.get_status_display(),
    )


def find_deviations(search: Search) -> Group:
    """What partners said of targets that are missed: one query."""
    visible = Indicator.objects.of(search.project).visible_to(search.user)
    rows = Deviation.objects.filter(indicator__in=visible)
    for key in search.asked.keys:
        rows = rows.filter(spelt("text", key=key))
    hits = [_deviation(search, row) for row in rows.select_related("indicator", "partner")]
    return search.group("deviations", gettext_lazy("Words on deviations"), hits)


def _deviation(search: Search, row: Deviation) -> Hit:
    url = reverse("deviations", args=[search.project.slug])
    return Hit(
        reference=_("KPI %(number)s") % {"number": row.indicator.number},
        title=search.asked.marked(row.indicator.title),
        url=f"{url}#kpi-{row.indicator.number}",
        sort=(1, row.indicator.number, row.partner.position, row.pk),
        where=row.partner.code,
        excerpt=search.asked.excerpt(row.text),
    )
