"""What was used last: the tables in which a user logs, the organisations of a partner."""

from __future__ import annotations

from django.db.models import Max

from partners.models import Partner, Project, User

from .models import Action, ActionType

MOST_ORGANISATIONS = 8


def types_by_use(project: Project, user: User) -> list[ActionType]:
    """The tables of a project: first those in which the user logged, the last used first of all."""
    own = Action.objects.of(project).filter(created_by=user).order_by()
    used = dict(own.values_list("type").annotate(last=Max("pk")))
    types = list(project.action_types.all())
    for action_type in types:
        action_type.used_last = action_type.pk in used
    return sorted(types, key=lambda action_type: -used.get(action_type.pk, 0))


def recent_organisations(project: Project, partner: Partner | None) -> list[str]:
    """The organisations of the actions that a partner logged last; of all, for who has none."""
    links = Action.organisations.through.objects.filter(action__project=project)
    if partner:
        links = links.filter(action__partners=partner)
    named = links.values("organisation__name").annotate(last=Max("action"))
    found = named.order_by("-last", "organisation__name")[:MOST_ORGANISATIONS]
    return [row["organisation__name"] for row in found]
