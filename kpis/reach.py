"""Whom the project reaches: countries, organisations, and the partners who work with them.

These are no figures of indicators. Each row is a submitted action that is not left out, whatever
its table: an achieved one, or any that is not dropped (``ActionQuerySet.reaching``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django_countries import countries

from actions.models import Action, Occasion
from partners.filters import NO_COUNTRY
from partners.models import Organisation, Partner, Project
from partners.sorting import reading_key

ACHIEVED, ALL = "achieved", "all"


@dataclass(frozen=True)
class Country:
    """A country with its organisations, the actions that name one or took place there, and the
    codes of the partners at home in it."""

    code: str
    name: str
    organisations: int
    actions: int
    partners: str
    actions_url: str
    organisations_url: str


@dataclass(frozen=True)
class Joint:
    """A partner and an organisation with the number of their actions, and where those open."""

    partner: Partner
    organisation: Organisation
    actions: int
    url: str


@dataclass(frozen=True)
class Reach:
    """Everything that the two charts and their tables show; asked by ``reach_of``."""

    project: Project
    which: str
    countries: list[Country]
    partners: list[Partner]
    organisations: dict[int, Organisation]
    joint: list[Joint]

    @cached_property
    def without_country(self) -> int:
        return sum(not organisation.country for organisation in self.organisations.values())

    @cached_property
    def with_country(self) -> int:
        return len(self.organisations) - self.without_country

    @cached_property
    def shared(self) -> int:
        """How many organisations several partners work with."""
        met: dict[int, int] = defaultdict(int)
        for joint in self.joint:
            met[joint.organisation.pk] += 1
        return sum(number > 1 for number in met.values())

    @property
    def without_country_url(self) -> str:
        return _list(self.project, "organisation-list", reach=self.which, country=NO_COUNTRY)


def reach_of(project: Project, which: str = ACHIEVED) -> Reach:
    """The whole reach of a project in five queries, whatever the number of its actions."""
    actions = Action.objects.of(project).order_by().reaching(which)
    partners = list(project.partners.all())
    found = Organisation.objects.of(project).reached(which).by_name()
    organisations = {organisation.pk: organisation for organisation in found}
    for row in (*partners, *organisations.values()):
        row.project = project
    return Reach(
        project=project,
        which=which,
        countries=_countries(project, which, actions, partners, organisations),
        partners=partners,
        organisations=organisations,
        joint=_joint(project, which, actions, partners, organisations),
    )


def _countries(
    project: Project,
    which: str,
    actions: Any,
    partners: list[Partner],
    organisations: dict[int, Organisation],
) -> list[Country]:
    """The countries, those with most actions first. An action counts once in each of its own."""
    touched: dict[str, set[int]] = defaultdict(set)
    for pk, code in actions.values_list("pk", "organisations__country").distinct():
        if code:  # an action may name none, or one whose country is not recorded
            touched[code].add(pk)
    held = Occasion.objects.filter(action__in=actions.values("pk")).exclude(country="")
    for pk, code in held.order_by().values_list("action", "country").distinct():
        touched[code].add(pk)
    located: dict[str, int] = defaultdict(int)
    for organisation in organisations.values():
        located[organisation.country.code or ""] += 1
    at_home: dict[str, list[str]] = defaultdict(list)
    for partner in partners:
        at_home[partner.country.code or ""].append(partner.code)
    rows = [
        Country(
            code=code,
            name=str(countries.name(code) or code),
            organisations=located[code],
            actions=len(keys),
            partners=", ".join(at_home[code]),
            actions_url=_list(project, "action-list", reach=which, country=code),
            organisations_url=_list(project, "organisation-list", reach=which, country=code),
        )
        for code, keys in touched.items()
    ]
    return sorted(rows, key=lambda row: (-row.actions, -row.organisations, reading_key(row.name)))


def _joint(
    project: Project,
    which: str,
    actions: Any,
    partners: list[Partner],
    organisations: dict[int, Organisation],
) -> list[Joint]:
    """Each partner with each organisation that it has actions with, in the order of both."""
    pairs = actions.exclude(organisations=None).exclude(partners=None)
    counted = pairs.values_list("partners", "organisations").annotate(number=Count("pk"))
    numbers = {(partner, organisation): number for partner, organisation, number in counted}
    return [
        Joint(
            partner=partner,
            organisation=organisation,
            actions=numbers[partner.pk, organisation.pk],
            url=_list(
                project,
                "action-list",
                reach=which,
                partner=partner.code,
                organisation=str(organisation.pk),
            ),
        )
        for partner in partners
        for organisation in organisations.values()
        if (partner.pk, organisation.pk) in numbers
    ]


def _list(project: Project, name: str, **filters: str) -> str:
    """The address of a list with its filters."""
    return f"{reverse(name, args=[project.slug])}?{urlencode(filters)}"
