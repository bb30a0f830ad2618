"""The filters that open the rows of whom the project reaches: a country, an organisation."""

from __future__ import annotations

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partners.filters import REACHES
from partners.models import Organisation, Project
from partners.sorting import in_order

from .models import Action, Occasion
from .querysets import ActionQuerySet


def in_country(code: str) -> Q:
    """Which actions name an organisation of a country or took place there."""
    named = Action.organisations.through.objects.filter(
        action=OuterRef("pk"), organisation__country=code
    )
    held = Occasion.objects.filter(action=OuterRef("pk"), country=code)
    return Q(Exists(named)) | Q(Exists(held))


def countries_of(project: Project) -> list[tuple[str, str]]:
    """The countries of the project's organisations and occasions, by name: one query."""
    of_organisations = project.organisations.exclude(country="").values_list("country")
    held = Occasion.objects.filter(action__project=project).exclude(country="")
    codes = of_organisations.order_by().union(held.order_by().values_list("country"))
    return in_order((code, str(countries.name(code) or code)) for (code,) in codes)


class ReachFilter(django_filters.FilterSet):
    """Country, one organisation, and whom the project reaches."""

    country = django_filters.ChoiceFilter(choices=[], method="of_country", label=_("Country"))
    reach = django_filters.ChoiceFilter(choices=REACHES, method="reaching", label=_("Reach"))
    organisation = django_filters.ModelChoiceFilter(
        field_name="organisations",
        queryset=Organisation.objects.none(),
        label=_("Organisation"),
    )

    def offer_reach(self, project: Project) -> None:
        """Give the filters their choices; an organisation is offered where one is asked for.

        They stand behind those of the columns.
        """
        for name in ReachFilter.base_filters:
            self.filters[name] = self.filters.pop(name)
        self.filters["country"].extra["choices"] = countries_of(project)
        asked = str((self.data or {}).get("organisation") or "")
        if asked:
            known = project.organisations.filter(pk=int(asked)) if is_key(asked) else None
            self.filters["organisation"].queryset = known or project.organisations.none()
        else:
            del self.filters["organisation"]

    def of_country(self, queryset: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        return queryset.filter(in_country(value))

    def reaching(self, queryset: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        return queryset.reaching(value)


def is_key(said: str) -> bool:
    """Whether an address says a key that every database can be asked for."""
    return said.isascii() and said.isdigit() and len(said) < 18
