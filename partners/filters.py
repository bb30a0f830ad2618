"""The filters of the list of organisations."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries import countries
from django_filters.fields import ModelChoiceField

from .fields import DAY_FORMATS
from .models import Change, Organisation, Project, Sector, User
from .querysets import OrganisationQuerySet
from .sorting import in_order
from .story import record_kind
from .words import Words

# By the names under which people are listed: who has none is listed by the user name.
AS_CALLED = (
    Lower(Coalesce(NullIf(Concat("first_name", "last_name"), Value("")), "username")),
    Lower("last_name"),
    "username",
)
LONGEST_SEARCH = 200  # characters: each word of a search costs the database

# Whom the project reaches is asked of some of its actions: of the achieved ones, or of all.
REACHES: list[tuple[str, Words]] = [
    ("achieved", _("achieved actions")),
    ("all", _("planned ones too")),
]
NO_COUNTRY = "none"


class OrganisationFilter(django_filters.FilterSet):
    """Search over names and other spellings; kind, country and sector."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=LONGEST_SEARCH)
    kind = django_filters.ChoiceFilter(choices=Organisation.Kind.choices, label=_("Kind"))
    country = django_filters.ChoiceFilter(choices=[], method="of_country", label=_("Country"))
    sector = django_filters.ModelChoiceFilter(
        field_name="sectors", queryset=Sector.objects.none(), label=_("Sector")
    )
    reach = django_filters.ChoiceFilter(choices=REACHES, method="reached", label=_("Reached by"))

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["sector"].queryset = project.sectors.by_name()
        used = project.organisations.exclude(country="").values_list("country", flat=True)
        names = {code: countries.name(code) for code in used.distinct().order_by()}
        known = in_order(names.items())
        self.filters["country"].extra["choices"] = [*known, (NO_COUNTRY, _("not recorded"))]

    def of_country(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> QuerySet[Organisation]:
        return queryset.filter(country="" if value == NO_COUNTRY else value)

    def reached(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> QuerySet[Organisation]:
        return queryset.reached(value)

    def search(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> QuerySet[Organisation]:
        return queryset.containing(value)

    def rows(self) -> QuerySet[Organisation]:
        """The rows that fit; none where a filter is wrong."""
        return self.qs if self.form.is_valid() else self.queryset.none()


def day_filter(**options: Any) -> django_filters.DateFilter:
    """A filter by a day, with the browser's own field of dates."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(widget=widget, input_formats=DAY_FORMATS, **options)


class PersonField(ModelChoiceField):
    """A choice of people by their names, which user names alone do not tell."""

    def label_from_instance(self, obj: User) -> str:
        return obj.called


class PersonFilter(django_filters.ModelChoiceFilter):
    field_class = PersonField


class HistoryFilter(django_filters.FilterSet):
    """Search over the names of records; kind of record, of change, who, and when."""

    q = django_filters.CharFilter(
        field_name="label", lookup_expr="icontains", label=_("Search"), max_length=LONGEST_SEARCH
    )
    type = django_filters.ChoiceFilter(field_name="record", choices=[], label=_("Record"))
    kind = django_filters.ChoiceFilter(
        choices=Change.Kind.choices, label=pgettext_lazy("noun", "Change")
    )
    user = PersonFilter(queryset=User.objects.none(), label=_("Who"))
    since = day_filter(field_name="at", lookup_expr="date__gte", label=_("From"))
    until = day_filter(field_name="at", lookup_expr="date__lte", label=_("To"))

    class Meta:
        model = Change
        fields: list[str] = []

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = project.changes.order_by("record").values_list("record", flat=True).distinct()
        names = [(name, record_kind(name)) for name in used]
        self.filters["type"].extra["choices"] = in_order(names)
        writers = project.changes.exclude(user=None).values("user")
        people = User.objects.filter(pk__in=writers)
        self.filters["user"].queryset = people.order_by(*AS_CALLED)

    def rows(self) -> QuerySet[Change]:
        """The rows that fit; none where a filter is wrong."""
        return self.qs if self.form.is_valid() else self.queryset.none()
