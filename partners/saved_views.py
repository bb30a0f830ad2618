"""Saved views: of which lists there can be some, what they keep, how they are written."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import LONGEST_QUERY, Membership, Project, SavedView, User
from .roles import Capability
from .words import Words

# The lists that can be saved, by the names of their addresses.
PAGES: dict[str, Words] = {
    "action-list": _("Actions"),
    "agreement-list": _("Agreements"),
    "event-list": _("Events"),
    "matchmaking-list": _("Matchmaking"),
    "organisation-list": _("Organisations"),
    "history": _("History"),
    "checks": _("Checks"),
}
# Where one stands in a list is no part of its filters, nor is the day of the past.
_LEFT_OUT = frozenset({"page", "as_of", "sense"})
MOST_FILTERS = 60


def clean_query(query: str) -> str:
    """The filters of an address that choose something, written anew."""
    try:
        pairs = parse_qsl(query.removeprefix("?"), max_num_fields=MOST_FILTERS)
    except ValueError:
        raise ValidationError(_("These are too many filters for a view.")) from None
    kept = urlencode([(n, v) for n, v in pairs if n not in _LEFT_OUT and "\0" not in n + v])
    if len(kept) > LONGEST_QUERY:
        raise ValidationError(_("These filters are too long for a view."))
    return kept


def address_of(view: SavedView, project: Project) -> str:
    """Where a view is shown."""
    base = reverse(view.page, args=[project.slug])
    return f"{base}?{view.query}" if view.query else base


def may_delete(view: SavedView, membership: Membership) -> bool:
    """Whether a member may delete a view: the own ones; those of others where they are shared."""
    own = view.user_id == membership.user_id and membership.may(Capability.SAVE_VIEW)
    return own or (view.shared and membership.may(Capability.DELETE_SHARED_VIEW))


@transaction.atomic
def save_view(
    *, project: Project, user: User, page: str, query: str, name: str, shared: bool
) -> SavedView:
    """Save the filters of a list under a name; raises ValidationError by field."""
    return _written(
        SavedView(project=project, user=user, page=page, query=query), name=name, shared=shared
    )


@transaction.atomic
def change_view(*, view: SavedView, name: str, shared: bool) -> SavedView:
    """Give a view another name, share it, or keep it to oneself."""
    return _written(view, name=name, shared=shared)


def delete_view(*, view: SavedView) -> None:
    view.delete()


def _written(view: SavedView, *, name: str, shared: bool) -> SavedView:
    view.name, view.shared = name, shared
    view.full_clean(validate_constraints=False)
    try:
        view.validate_constraints()
    except ValidationError as error:
        raise ValidationError({"name": error.messages}) from None
    view.save()
    return view
