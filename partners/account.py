"""What users write of themselves: address, language, notices, calendar.

It belongs to no project, so no history of one tells of it.
"""

from __future__ import annotations

import secrets

from .models import Membership, User
from .roles import Role

TOKEN_BYTES = 32
# Who is sent notices without asking for them.
TOLD_BY_THEMSELVES = frozenset({Role.PARTNER, Role.LEADER})


def change_email(*, user: User, email: str) -> None:
    user.email = email
    user.save(update_fields=["email"])


def change_settings(*, user: User, language: str, notices: bool | None, search_key: bool) -> None:
    """Write the language, blank for that of the browser, whether notices are wanted, and whether
    the key “/” leads to the search.

    None for notices leaves it to the role.
    """
    user.language, user.notices, user.search_key = language, notices, search_key
    user.save(update_fields=["language", "notices", "search_key"])


def choose_language(*, user: User, language: str) -> None:
    """Write the language alone, as it is chosen at the foot of a page."""
    user.language = language
    user.save(update_fields=["language"])


def stop_notices(*, user: User) -> None:
    user.notices = False
    user.save(update_fields=["notices"])


def new_calendar_address(*, user: User) -> None:
    """Give the calendar of a user another address: the former one stops working."""
    user.calendar_token = secrets.token_urlsafe(TOKEN_BYTES)
    user.save(update_fields=["calendar_token"])


def no_calendar_address(*, user: User) -> None:
    user.calendar_token = ""
    user.save(update_fields=["calendar_token"])


def wants_notices(membership: Membership) -> bool:
    """Whether a member is to be sent notices of a project: as the user says, else by the role."""
    said = membership.user.notices
    return membership.role in TOLD_BY_THEMSELVES if said is None else said


def is_sent_notices(user: User) -> bool:
    """Whether notices of any project are wanted."""
    if user.notices is not None:
        return user.notices
    return user.memberships.filter(role__in=TOLD_BY_THEMSELVES).exists()
