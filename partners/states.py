"""What the list of projects says of each: short facts, which higher floors hand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .models import Membership

# The facts by the keys of the projects, for all memberships of a user in a fixed number of queries.
Teller = Callable[[Sequence[Membership]], dict[int, list[str]]]
_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Add facts to the list of projects; an app does so once, when Django is ready."""
    _tellers.append(teller)


def facts_of(memberships: Sequence[Membership]) -> dict[int, list[str]]:
    told = [teller(memberships) for teller in _tellers]
    return {
        member.project_id: [fact for facts in told for fact in facts.get(member.project_id, ())]
        for member in memberships
    }
