"""The questions asked of projects, memberships and organisations, in the words of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from . import clock
from .door import past_may_go
from .names import name_key
from .roles import CAPABILITIES, OF_THE_PAST, Capability
from .sorting import Alphabetical
from .spelling import Asked, spelt

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Organisation, Project, User


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The projects in which the user has a membership; none for an anonymous user."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete projects with all their rows, their history among them; not one that is sealed."""
        with past_may_go():
            return super().delete()


class OfProjectQuerySet(models.QuerySet[Any]):
    """Rows that belong to a project: what a user may see follows from the membership there."""

    def of(self, project: Project) -> Self:
        return self.filter(project=project)

    def by_name(self) -> Self:
        """In the order in which their names are looked up in the reader's language."""
        return self.order_by(Alphabetical("name"), "pk")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.allowed_to(user, Capability.VIEW)

    def allowed_to(self, user: User | AnonymousUser, capability: Capability) -> Self:
        """The rows of the projects in which the user's role has the capability."""
        if not user.is_authenticated or (clock.is_past() and capability not in OF_THE_PAST):
            return self.none()
        roles = [role for role, allowed in CAPABILITIES.items() if capability in allowed]
        memberships = user.memberships.filter(role__in=roles)
        return self.filter(project__in=memberships.values("project"))


class SavedViewQuerySet(OfProjectQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The user's own views, and those that are shared."""
        if not user.is_authenticated:
            return self.none()
        return super().visible_to(user).filter(models.Q(user=user) | models.Q(shared=True))


class OrganisationQuerySet(OfProjectQuerySet):
    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.allowed_to(user, Capability.EDIT_ORGANISATION)

    def for_table(self) -> Self:
        """With what a list shows: the other spellings and the number of actions."""
        actions = models.Count("actions", distinct=True)
        rows = self.select_related("project").prefetch_related("aliases")
        return rows.annotate(action_count=actions)

    def reached(self, which: str) -> Self:
        """The organisations that actions name: ``achieved`` ones, or ``all`` (see there)."""
        actions = self.model.actions.rel.related_model.objects.order_by().reaching(which)
        return self.filter(pk__in=actions.values("organisations"))

    def named(self, name: str) -> Self:
        """The organisations of this very name or alias, whatever its case and punctuation."""
        key = name_key(name)
        alias = self.model.aliases.rel.related_model.objects.filter(key=key)
        return self.filter(models.Q(key=key) | models.Q(pk__in=alias.values("organisation")))

    def containing(self, words: str) -> Self:
        """The organisations with every word somewhere in the name or in an alias."""
        keys = Asked(words).keys
        if not keys:
            return self.none()
        found, aliases = self, self.model.aliases.rel.related_model.objects
        for key in keys:
            alias = aliases.filter(spelt("key", key=key)).values("organisation")
            found = found.filter(spelt("name", "key", key=key) | models.Q(pk__in=alias))
        return found


def organisations_by_key(project: Project) -> dict[str, Organisation]:
    """Every name and alias of the project's organisations, by its key: two queries."""
    found: dict[str, Organisation] = {}
    for organisation in project.organisations.prefetch_related("aliases"):
        for alias in organisation.aliases.all():
            found[alias.key] = organisation
        found[organisation.key] = organisation
    return found
