"""The filters of the list of organisations."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from .models import Organisation, Project, Sector
from .querysets import OrganisationQuerySet

LONGEST_SEARCH = 200  # characters: each word of a search costs the database


class OrganisationFilter(django_filters.FilterSet):
    """Search over names and other spellings; kind, country and sector."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=LONGEST_SEARCH)
    kind = django_filters.ChoiceFilter(choices=Organisation.Kind.choices, label=_("Kind"))
    country = django_filters.ChoiceFilter(choices=[], label=_("Country"))
    sector = django_filters.ModelChoiceFilter(
        field_name="sectors", queryset=Sector.objects.none(), label=_("Sector")
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["sector"].queryset = project.sectors.all()
        used = project.organisations.exclude(country="").values_list("country", flat=True)
        names = {code: countries.name(code) for code in used.distinct().order_by()}
        self.filters["country"].extra["choices"] = sorted(names.items(), key=lambda item: item[1])

    def search(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> QuerySet[Organisation]:
        return queryset.containing(value)

    def rows(self) -> QuerySet[Organisation]:
        """The rows that fit; none where a filter is wrong."""
        return self.qs if self.form.is_valid() else self.queryset.none()
