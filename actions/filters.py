"""The filters of a record type, made from its columns."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partners.filters import LONGEST_SEARCH
from partners.models import Project

from .evidence import lacks_evidence
from .models import Action, ActionType, Review
from .querysets import ActionQuerySet, gap_rule
from .reach import ReachFilter
from .records import RecordType

GAPS = [
    ("undated", _("achieved without a date")),
    ("no_evidence", _("achieved without evidence")),
    ("lacks_evidence", _("lacks evidence that is asked for")),
    ("overdue", _("open although the date has passed")),
    ("excluded", _("left out of the count")),
]


class ActionFilter(ReachFilter):
    """Search, table and gaps; the record's columns add their own filters."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=LONGEST_SEARCH)
    type = django_filters.ModelChoiceFilter(
        queryset=ActionType.objects.none(), to_field_name="slug", label=_("Table")
    )
    gap = django_filters.ChoiceFilter(choices=GAPS, method="only_gap", label=_("Gap"))

    review = django_filters.ChoiceFilter(choices=Review.choices, label=_("Review"))

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, *args: Any, project: Project, record: RecordType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = project.action_types.all()
        if record.key != "action":
            types = types.filter(record=record.key)
        self.filters["type"].queryset = types
        for column in record.columns:
            for name, extra in column.filters(project).items():
                extra.parent, extra.model = self, Action
                extra.field_name = extra.field_name or name
                self.filters[name] = extra
        self.offer_reach(project)

    def search(self, queryset: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        return queryset.searched(value)

    def only_gap(self, queryset: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        return queryset.filter(gap_rule(value, lacks_evidence()))

    def rows(self) -> QuerySet[Action]:
        """The rows that fit; none where a filter is wrong, so that nobody reads too much."""
        return self.qs if self.form.is_valid() else self.queryset.none()
