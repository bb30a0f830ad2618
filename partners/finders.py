"""How the search finds organisations and partners."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Count, Window
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import Organisation, Partner
from .ordering import best_first
from .searching import Group, Hit, Search
from .sorting import Alphabetical


def find_organisations(search: Search) -> Group:
    """Organisations by their names and other spellings: two queries."""
    rows = Organisation.objects.of(search.project).visible_to(search.user)
    rows = rows.containing(search.asked.words).prefetch_related("aliases")
    rows = rows.annotate(rank=best_first(search.asked, "name"), total=Window(Count("pk")))
    found = list(rows.order_by("rank", Alphabetical("name"), "pk")[: search.most])
    base = reverse("organisation-list", args=[search.project.slug])
    return Group(
        "organisations",
        _("Organisations"),
        [_organisation(search, row) for row in found],
        found[0].total if found else 0,
        f"{base}?{urlencode({'q': search.asked.words})}",
    )


def _organisation(search: Search, row: Organisation) -> Hit:
    asked = search.asked
    alias = next((a.name for a in row.aliases.all() if not asked.is_in(row.name)), "")
    return Hit(
        title=asked.marked(row.name),
        url=reverse("organisation", args=[search.project.slug, row.pk]),
        sort=(1,),
        where=_("Other spelling") if alias else "",
        excerpt=asked.excerpt(alias) if alias else "",
        meta=", ".join(filter(None, (str(row.get_kind_display()), str(row.country.name)))),
    )


def find_partners(search: Search) -> Group:
    """Partners by code, name and other spellings: two queries, since there are few of them."""
    rows = Partner.objects.of(search.project).visible_to(search.user)
    hits = (_partner(search, row) for row in rows.prefetch_related("aliases"))
    return search.group("partners", _("Partners"), (hit for hit in hits if hit))


def _partner(search: Search, row: Partner) -> Hit | None:
    asked = search.asked
    names = [row.code, row.name, *(alias.name for alias in row.aliases.all())]
    if not asked.is_in(" ".join(names)):
        return None
    alias = next((name for name in names[2:] if not asked.is_in(f"{row.code} {row.name}")), "")
    return Hit(
        reference=asked.marked(row.code),
        title=asked.marked(row.name),
        url=reverse("partner", args=[search.project.slug, row.code]),
        sort=(asked.rank(row.name, *names), row.position),
        where=_("Other spelling") if alias else "",
        excerpt=asked.excerpt(alias) if alias else "",
        meta=str(row.country.name),
    )
