"""The columns whose value is several rows of its own: occasions and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django_filters
import django_tables2 as tables
from django import forms
from django.utils.translation import gettext_lazy

from partners.models import Project

from .columns import CellError, Column
from .dates import DateError, OccasionData, read_occasions
from .models import Action, Evidence, Occasion

if TYPE_CHECKING:
    from .lookup import Lookup


@dataclass(frozen=True, kw_only=True)
class RowsColumn(Column):
    """A value of several rows of its own, which a formset asks for; one line each in a cell."""

    after_save: bool = True

    def empty(self) -> tuple[Any, ...]:
        return ()

    def show(self, value: Any) -> str:
        return "\n".join(str(item) for item in value)

    def form_field(self, project: Project) -> forms.Field | None:
        return None

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        raise NotImplementedError

    def initial(self, value: Any) -> list[dict[str, Any]]:
        """The value as the initial data of the formset."""
        raise NotImplementedError

    def cleaned(self, formset: forms.BaseFormSet[Any]) -> Any:
        """The value that a valid formset holds."""
        raise NotImplementedError


def kept_rows(formset: forms.BaseFormSet[Any]) -> list[dict[str, Any]]:
    """The cleaned rows of a formset that are neither empty nor ticked for removal."""
    rows = [form.cleaned_data for form in formset.forms]
    return [row for row in rows if any(row.values()) and not row.get("DELETE")]


@dataclass(frozen=True, kw_only=True)
class OccasionsColumn(RowsColumn):
    """When and where it took place."""

    def get(self, action: Action) -> tuple[OccasionData, ...]:
        return tuple(occasion.data for occasion in action.occasions.all())

    def set(self, action: Action, value: Sequence[OccasionData]) -> None:
        action.occasions.all().delete()
        Occasion.objects.bulk_create(
            Occasion(
                action=action,
                start=item.when.start,
                end=item.when.end,
                precision=item.when.precision,
                mode=item.mode,
                place=item.place,
                country=item.country,
                words=item.words[:500],
                position=position,
            )
            for position, item in enumerate(value)
        )

    def read(self, cell: object, lookup: Lookup) -> tuple[OccasionData, ...]:
        try:
            return read_occasions(cell).occasions
        except DateError as error:
            raise CellError(str(error)) from error

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        from .forms import OccasionFormSet

        return OccasionFormSet

    def initial(self, value: Any) -> list[dict[str, Any]]:
        return [
            {
                "when": str(item.when),
                "mode": item.mode,
                "place": item.place,
                "country": item.country,
                "words": item.words,
            }
            for item in value
        ]

    def cleaned(self, formset: forms.BaseFormSet[Any]) -> tuple[OccasionData, ...]:
        return tuple(
            OccasionData(
                row["when"], row["mode"], row["place"], row["country"], row.get("words", "")
            )
            for row in kept_rows(formset)
        )

    def table_column(self) -> tables.Column:
        return tables.TemplateColumn(
            template_name="actions/cells/first_date.html",
            accessor="first_on",
            verbose_name=gettext_lazy("First date"),
            order_by=("first_on", "pk"),
        )

    def filters(self, project: Project) -> dict[str, django_filters.Filter]:
        return {
            "since": django_filters.DateFilter(
                field_name="first_on",
                lookup_expr="gte",
                label=gettext_lazy("From"),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
            "until": django_filters.DateFilter(
                field_name="first_on",
                lookup_expr="lte",
                label=gettext_lazy("To"),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
        }


@dataclass(frozen=True)
class EvidenceData:
    """A proof before it is stored."""

    title: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.title} | {self.url}" if self.url else self.title


@dataclass(frozen=True, kw_only=True)
class EvidenceColumn(RowsColumn):
    """What proves the action, by a name and a link."""

    def get(self, action: Action) -> tuple[EvidenceData, ...]:
        return tuple(EvidenceData(e.title, e.url) for e in action.evidence.all())

    def set(self, action: Action, value: Sequence[EvidenceData]) -> None:
        action.evidence.all().delete()
        Evidence.objects.bulk_create(
            Evidence(action=action, title=item.title, url=item.url, position=position)
            for position, item in enumerate(value)
        )

    def read(self, cell: object, lookup: Lookup) -> tuple[EvidenceData, ...]:
        lines = [line.strip() for line in str(cell or "").splitlines() if line.strip()]
        return tuple(self._read_line(line) for line in lines)

    def _read_line(self, line: str) -> EvidenceData:
        title, _bar, url = (part.strip() for part in line.partition(" | "))
        field_ = forms.URLField(required=False, max_length=500, assume_scheme="https")
        try:
            return EvidenceData(forms.CharField(max_length=200).clean(title), field_.clean(url))
        except forms.ValidationError as error:
            raise CellError(" ".join(error.messages)) from error

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        from .forms import EvidenceFormSet

        return EvidenceFormSet

    def initial(self, value: Any) -> list[dict[str, Any]]:
        return [{"title": item.title, "url": item.url} for item in value]

    def cleaned(self, formset: forms.BaseFormSet[Any]) -> tuple[EvidenceData, ...]:
        return tuple(EvidenceData(row["title"], row["url"]) for row in kept_rows(formset))
