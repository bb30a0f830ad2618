"""Tells versions of rows, as the database wrote them, in words: which value was what and became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, JSONField, Model
from django.utils.translation import gettext as _

from .models import RowVersion
from .words import Words

# (heading, old, new), as the lines of a Change are told.
Told = tuple[Words, str, str]
# What follows from other values, or says nothing to people.
_QUIET_NAMES = {
    "key", "title_key", "project_start", "last_number", "position", "first_precision",
    "counts_from",
}  # fmt: skip
_hidden: dict[str, frozenset[str]] = {}


def hide_in_words(model: type[Model], *names: str) -> None:
    """Keep fields of a table out of what is told, such as the names of restricted files."""
    _hidden[model._meta.db_table] = frozenset(names)


@cache
def model_of(table: str) -> type[Model] | None:
    """The model whose rows a table holds; None where it is no longer known."""
    models = apps.get_models(include_auto_created=True)
    return next((m for m in models if m._meta.db_table == table), None)


class RowWords:
    """The words on many versions: what they point to is asked for in one query for each table."""

    def __init__(self, versions: Iterable[RowVersion]) -> None:
        self._versions = list(versions)
        self._names = self._names_of_rows()

    def told(self, version: RowVersion, headings: Mapping[str, Words]) -> list[Told]:
        """What a version changed: field by field, or the row as a whole where it came or went."""
        model = model_of(version.table)
        if model is None:
            return []
        if version.old and version.new and not model._meta.auto_created:
            return self._differences(model, version.old, version.new, headings)
        return [self._row(model, version, headings)]

    def _differences(
        self,
        model: type[Model],
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        headings: Mapping[str, Words],
    ) -> list[Told]:
        return [
            (
                headings.get(field.name, field.verbose_name),
                self._words(field, old.get(field.column)),
                self._words(field, new.get(field.column)),
            )
            for field in _told_fields(model)
            if old.get(field.column) != new.get(field.column)
        ]

    def _row(self, model: type[Model], version: RowVersion, headings: Mapping[str, Words]) -> Told:
        old, new = (self._whole(model, row) if row else "" for row in (version.old, version.new))
        name = model._meta.verbose_name or version.table
        if model._meta.auto_created:
            target = _told_fields(model)[-1]
            name = getattr(target, "verbose_name", name)
        return headings.get(model._meta.model_name or "", name), old, new

    def _whole(self, model: type[Model], row: Mapping[str, Any]) -> str:
        """The values of a row that came or went; of a link only what it points to."""
        fields = _told_fields(model)
        if model._meta.auto_created:
            fields = fields[-1:]
        words = (self._words(field, row.get(field.column)) for field in fields)
        return ", ".join(word for word in words if word)

    def _words(self, field: Field[Any, Any], value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(field, ForeignKey):
            key = (target_of(field)._meta.db_table, int(value))
            return self._names.get(key, f"#{value}")
        if isinstance(field, JSONField):
            return str(value)
        if field.get_internal_type() == "BooleanField":
            return str(_("yes") if value else _("no"))
        choices = dict(field.flatchoices)
        return str(choices.get(value, value))

    def _names_of_rows(self) -> dict[tuple[str, int], str]:
        """What the rows are called that the versions point to, as far as they are still there."""
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for version in self._versions:
            model = model_of(version.table)
            for field in _told_fields(model) if model else ():
                if isinstance(field, ForeignKey):
                    for row in (version.old, version.new):
                        if row and row.get(field.column) is not None:
                            wanted[target_of(field)].add(int(row[field.column]))
        return {
            (model._meta.db_table, pk): str(found)
            for model, pks in wanted.items()
            for pk, found in model._base_manager.in_bulk(pks).items()
        }


def target_of(field: ForeignKey[Any, Any]) -> type[Model]:
    """The model that a foreign key points to."""
    target = field.remote_field.model
    assert not isinstance(target, str), "Django has found it by now"
    return target


def _told_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The fields of a table that say something to people."""
    hidden = _hidden.get(model._meta.db_table, frozenset()) | _QUIET_NAMES
    return [
        field
        for field in model._meta.local_concrete_fields
        if not (
            field.primary_key
            or field.name in hidden
            or (field.name in ("project", "action") and not model._meta.auto_created)
            or getattr(field, "auto_now", False)
            or getattr(field, "auto_now_add", False)
        )
    ]
