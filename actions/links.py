"""The columns whose value is rows of another table: partners, organisations, sectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import F, Model
from django.utils.translation import gettext_lazy

from partners.bulk import insert_values
from partners.fields import RowsField
from partners.lookups import Among
from partners.models import Partner, Project, Sector

from .columns import Column, ordered
from .fields import NamesField, PartnersField
from .models import Action

if TYPE_CHECKING:
    from .lookup import Lookup


@dataclass(frozen=True, kw_only=True)
class LinksColumn(Column):
    """Rows of another table that the action points to."""

    wide: ClassVar[bool] = True
    after_save: bool = True

    @property
    def _links(self) -> type[Model]:
        """The table of the links; the field of it that points away from actions is its last."""
        return getattr(Action, self.name).through

    def item(self, row: Any) -> Any:
        """What a value holds of a row that the action points to."""
        return row

    def get(self, action: Action) -> tuple[Any, ...]:
        return tuple(self.item(row) for row in getattr(action, self.name).all())

    def get_many(self, actions: Sequence[Action]) -> list[tuple[Any, ...]]:
        links, ids = self._links, [action.pk for action in actions]
        other: Any = links._meta.concrete_fields[-1]
        owned = links._base_manager.filter(Among(F("action"), ids))
        pairs = list(owned.values_list("action_id", other.attname))
        # In the order of their table, in which each action then gets its own.
        rows = other.related_model._base_manager.filter(pk__in={pk for _action, pk in pairs})
        found = list(ordered(rows))
        rank = {row.pk: number for number, row in enumerate(found)}
        items = [self.item(row) for row in found]
        places: dict[int, list[int]] = defaultdict(list)
        for action, pk in pairs:
            places[action].append(rank[pk])
        return [tuple([items[at] for at in sorted(places.get(pk, ()))]) for pk in ids]

    def set_many(self, pairs: Sequence[tuple[Action, Any]]) -> None:
        links = self._links
        other = links._meta.concrete_fields[-1].attname
        rows = [
            (action.pk, pk)
            for action, value in pairs
            for pk in dict.fromkeys([item.pk for item in value])
        ]
        insert_values(links, ("action_id", other), rows)

    def clear_many(self, actions: Sequence[int]) -> None:
        self._links._base_manager.filter(action__in=actions).delete()


@dataclass(frozen=True, kw_only=True)
class PartnersColumn(LinksColumn):
    """The partners who answer for the action."""

    def empty(self) -> tuple[Partner, ...]:
        return ()

    def normal(self, value: Any, lookup: Lookup) -> tuple[Partner, ...]:
        return tuple(sorted(set(value), key=lambda p: (p.position, p.code)))

    def dump(self, value: Any) -> list[str]:
        return [partner.code for partner in value]

    def load(self, data: Any, lookup: Lookup) -> tuple[Partner, ...]:
        return lookup.partners(", ".join(data)) if data else ()

    def show(self, value: Any) -> str:
        return ", ".join(partner.code for partner in value)

    def read(self, cell: object, lookup: Lookup) -> tuple[Partner, ...]:
        return lookup.partners(str(cell or ""))

    def form_field(self, project: Project) -> forms.Field:
        return PartnersField(
            queryset=project.partners.all(),
            label=self.heading,
            help_text=self.help_text,
            required=True,
            widget=forms.CheckboxSelectMultiple,
        )

    def table_column(self) -> tables.Column:
        return tables.TemplateColumn(
            template_name="actions/cells/partners.html",
            accessor="partners",
            verbose_name=self.heading,
            orderable=False,
        )

    def filters(self, project: Project) -> dict[str, django_filters.Filter]:
        return {
            "partner": django_filters.ModelChoiceFilter(
                field_name="partners",
                queryset=project.partners.all(),
                to_field_name="code",
                label=gettext_lazy("Partner"),
            )
        }


@dataclass(frozen=True, kw_only=True)
class OrganisationsColumn(LinksColumn):
    """The organisations that the action touches, by their names; a new name adds one."""

    def empty(self) -> tuple[str, ...]:
        return ()

    def item(self, row: Any) -> str:
        return str(row.name)

    def normal(self, value: Any, lookup: Lookup) -> tuple[str, ...]:
        return tuple(sorted({lookup.organisation_name(name) for name in value}))

    def dump(self, value: Any) -> list[str]:
        return list(value)

    def load(self, data: Any, lookup: Lookup) -> tuple[str, ...]:
        return tuple(data or ())

    def show(self, value: Any) -> str:
        return "\n".join(value)

    def read(self, cell: object, lookup: Lookup) -> tuple[str, ...]:
        names = [name.strip() for name in str(cell or "").splitlines() if name.strip()]
        for name in names:
            lookup.check_organisation(name)
        return tuple(names)

    def form_field(self, project: Project) -> forms.Field:
        return NamesField(label=self.heading, help_text=self.help_text, required=False)


@dataclass(frozen=True, kw_only=True)
class SectorsColumn(LinksColumn):
    """The sectors that the action touches."""

    def empty(self) -> tuple[Sector, ...]:
        return ()

    def normal(self, value: Any, lookup: Lookup) -> tuple[Sector, ...]:
        return tuple(sorted(set(value), key=lambda s: s.name))

    def dump(self, value: Any) -> list[str]:
        return [sector.name for sector in value]

    def load(self, data: Any, lookup: Lookup) -> tuple[Sector, ...]:
        return tuple(lookup.sector(name) for name in data or ())

    def show(self, value: Any) -> str:
        return "\n".join(sector.name for sector in value)

    def read(self, cell: object, lookup: Lookup) -> tuple[Sector, ...]:
        names = [name.strip() for name in str(cell or "").splitlines() if name.strip()]
        return tuple(lookup.sector(name) for name in names)

    def form_field(self, project: Project) -> forms.Field | None:
        return RowsField(
            queryset=project.sectors.by_name(),
            label=self.heading,
            help_text=self.help_text,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
