"""How the search finds sealed reports."""

from __future__ import annotations

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.searching import Group, Hit, Search

from .models import SealedReport


def find_sealed(search: Search) -> Group:
    """Sealed reports by number, title and note, without their content: one query."""
    rows = SealedReport.objects.of(search.project).visible_to(search.user).defer("content")
    hits = (_sealed(search, row) for row in rows)
    return search.group("sealed", gettext_lazy("Sealed reports"), (hit for hit in hits if hit))


def _sealed(search: Search, row: SealedReport) -> Hit | None:
    asked = search.asked
    name = _("Report %(number)s") % {"number": row.number}
    if not asked.is_in(f"{name} {row.title} {row.note}"):
        return None
    in_title = asked.is_in(f"{name} {row.title}")
    return Hit(
        reference=asked.marked(name),
        title=asked.marked(row.title),
        url=reverse("sealed", args=[search.project.slug, row.number]),
        sort=(asked.rank(row.title, name), -row.number),
        where="" if in_title else gettext_lazy("Note"),
        excerpt="" if in_title else asked.excerpt(row.note),
        meta=_("as of %(day)s") % {"day": date_format(row.as_of, "DATE_FORMAT")},
    )
