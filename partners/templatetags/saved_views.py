"""The menu of saved views beside a list."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import ValidationError
from django.template import Context

from partners.models import Membership, SavedView
from partners.roles import Capability
from partners.saved_views import address_of, clean_query

register = template.Library()


@register.inclusion_tag("partners/views_menu.html", takes_context=True)
def views_menu(context: Context) -> dict[str, Any]:
    """The views of the list that is shown, and the way to save it as it is: one query."""
    request = context["request"]
    member: Membership = request.membership
    page = request.resolver_match.url_name
    try:
        query = clean_query(request.GET.urlencode())
    except ValidationError:
        query = ""
    rows = SavedView.objects.of(member.project).visible_to(request.user).filter(page=page)
    shown = [
        {"name": row.name, "url": address_of(row, member.project), "current": row.query == query}
        | {"own": row.user_id == member.user_id, "by": row.user}
        for row in rows.select_related("user")
    ]
    return {
        "project": member.project,
        "page": page,
        "query": query,
        "own": [row for row in shown if row["own"]],
        "shared": [row for row in shown if not row["own"]],
        "may_save": member.may(Capability.SAVE_VIEW),
        "may_share": member.may(Capability.SHARE_VIEW),
        "csrf_token": context.get("csrf_token"),
    }
