"""How the search finds actions and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Count, Window
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partners.ordering import best_first
from partners.searching import Group, Hit, Search
from partners.spelling import Asked, spelt
from partners.words import Words

from .models import Action, Evidence, EvidenceFile
from .querysets import TEXTS, references
from .records import record_of


def find_actions(search: Search) -> Group:
    """Actions by all their words: five queries."""
    asked = search.asked
    rows = Action.objects.of(search.project).visible_to(search.user).searched(asked.words)
    rows = rows.select_related("type").prefetch_related("organisations__aliases", "occasions")
    rank = best_first(asked, "title", exact=references(asked.words), by="reference")
    rows = rows.annotate(rank=rank, total=Window(Count("pk")))
    found = list(rows.order_by("rank", "type__table_number", "pk")[: search.most])
    return Group(
        "actions",
        _("Actions"),
        [_action(search, row) for row in found],
        found[0].total if found else 0,
        f"{reverse('action-list', args=[search.project.slug])}?{urlencode({'q': asked.words})}",
    )


def _action(search: Search, row: Action) -> Hit:
    asked = search.asked
    row.project = search.project
    where, excerpt = _place(asked, row)
    return Hit(
        reference=asked.marked(row.reference),
        title=asked.marked(row.title),
        url=row.get_absolute_url(),
        sort=(row.rank,),  # type: ignore[attr-defined]
        where=where,
        excerpt=excerpt,
        meta=f"{row.type.caption} · {record_of(row).status_word(row.status)}",
    )


def _place(asked: Asked, row: Action) -> tuple[Words, SafeString | str]:
    """The words of an action that hold most of what the title does not, and what they are."""
    said = f"{row.reference} {row.title}"
    sought = [key for key in asked.keys if not Asked(key).is_in(said)]
    best = max(
        (
            (sum(Asked(key).is_in(text) for key in sought), label, text)
            for label, text in _texts(row)
        ),
        key=lambda found: found[0],
        default=(0, "", ""),
    )
    return (best[1], asked.excerpt(best[2])) if best[0] else ("", "")


def _texts(row: Action) -> Iterator[tuple[Words, str]]:
    for name in TEXTS:
        yield capfirst(str(Action._meta.get_field(name).verbose_name)), getattr(row, name)  # type: ignore[union-attr]
    for organisation in row.organisations.all():
        names = [organisation.name, *(alias.name for alias in organisation.aliases.all())]
        yield _("Organisation"), " · ".join(names)
    for occasion in row.occasions.all():
        yield _("Dates and places"), f"{occasion.place} {occasion.words}".strip()


def find_evidence(search: Search) -> Group:
    """Links and files of evidence by their names; not what is closed to the user: two queries."""
    visible = Action.objects.of(search.project).visible_to(search.user)
    links = Evidence.objects.filter(action__in=visible)
    files = EvidenceFile.objects.of(search.project).visible_to(search.user)
    for key in search.asked.keys:
        links = links.filter(spelt("title", "url", key=key))
        files = files.filter(spelt("title", "name", key=key))
    hits = [
        _evidence(search, row, beside)
        for rows, name in ((links, "url"), (files, "name"))
        for row in rows.select_related("action__type")
        for beside in [getattr(row, name)]
    ]
    return search.group("evidence", _("Evidence"), hits)


def _evidence(search: Search, row: Evidence | EvidenceFile, beside: str) -> Hit:
    asked = search.asked
    row.action.project = search.project
    return Hit(
        title=asked.marked(row.title),
        url=f"{row.action.get_absolute_url()}#evidence",
        sort=(asked.rank(row.title), row.action_id, row.pk),
        where=_("File") if isinstance(row, EvidenceFile) else _("Link"),
        excerpt=asked.excerpt(beside) if beside else "",
        meta=str(row.action),
    )
