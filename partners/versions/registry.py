"""Which tables are recorded, to which record and project a row belongs, and what stays as is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import BooleanField, CharField, Field, Model, TextField

from partners.words import Words

VERSIONS = "partners_rowversion"
_kept: dict[str, Kept] = {}
_frozen: dict[str, Frozen] = {}


@dataclass(frozen=True)
class Kept:
    """A recorded table. ``through`` is the field by which a row points to its record, if it does.

    ``travels`` says whether the past is shown by it: the rights of today hold on every page.
    ``today`` are the columns that have their value of today on pages of the past, too.
    """

    model: type[Model]
    record: str
    through: str
    travels: bool
    today: tuple[str, ...] = ()

    @cached_property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def fields(self) -> list[Field]:
        return list(self.model._meta.local_concrete_fields)

    @cached_property
    def columns(self) -> list[str]:
        return [field.column for field in self.fields]

    @cached_property
    def pk(self) -> str:
        assert self.model._meta.pk is not None
        return self.model._meta.pk.column

    @cached_property
    def record_column(self) -> str:
        """The column with the id of the record that a row belongs to."""
        return column_of(self.model, self.through) if self.through else self.pk

    @cached_property
    def root(self) -> Kept:
        """The table of the records to which the rows belong: this one, where it has its own."""
        roots = (kept for kept in _kept.values() if kept.record == self.record and not kept.through)
        return self if not self.through else next(roots)

    @property
    def project_column(self) -> str:
        """The column of the root that says the project; that of projects is their id."""
        return self.root.pk if self.record == "project" else "project_id"

    def project_of(self, row: str) -> str:
        """SQL for the project of a row; of one whose record is gone, what was written of it."""
        if not self.through:
            return f'{row}."{self.project_column}"'
        record = f'{row}."{self.record_column}"'
        return (
            f'COALESCE((SELECT p."{self.project_column}" FROM "{self.root.table}" p'
            f' WHERE p."{self.root.pk}" = {record}),'
            f' (SELECT w."project_id" FROM "{VERSIONS}" w WHERE w."record" = \'{self.record}\''
            f' AND w."record_id" = {record} AND w."project_id" IS NOT NULL'
            f' ORDER BY w."id" DESC LIMIT 1))'
        )


@dataclass(frozen=True)
class Frozen:
    """A table whose rows the database refuses to delete, and which of their columns stay.

    ``once`` are columns that are filled or become true once and stay so; ``emptied`` those that can
    only be emptied. The door lets rows go, and lets them change where they are ``forgettable``.
    """

    model: type[Model]
    columns: tuple[str, ...]
    once: tuple[str, ...]
    emptied: tuple[str, ...]
    forgettable: bool
    words: Words

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def changed(self, differs: str) -> str:
        """SQL that tells whether a row was changed as it must not; ``differs`` compares values."""
        pairs = {name: f'OLD."{name}" {differs} NEW."{name}"' for name in self._all()}
        return " OR ".join(
            [
                *(pairs[name] for name in self.columns),
                *(f"({pairs[name]} AND {self._is_filled('OLD', name)})" for name in self.once),
                *(f"({pairs[name]} AND {self._is_filled('NEW', name)})" for name in self.emptied),
            ]
        )

    def _all(self) -> tuple[str, ...]:
        return (*self.columns, *self.once, *self.emptied)

    def _is_filled(self, row: str, name: str) -> str:
        field = next(f for f in self.model._meta.local_concrete_fields if f.column == name)
        if isinstance(field, BooleanField):
            return f'{row}."{name}"'
        if isinstance(field, CharField | TextField):
            return f"{row}.\"{name}\" <> ''"
        return f'{row}."{name}" IS NOT NULL'


def column_of(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.column


def keep(
    model: type[Model],
    *,
    record: str,
    through: str = "",
    travels: bool = True,
    today: Iterable[str] = (),
) -> None:
    """Record every change of the rows of a table; ``record`` as ``Change.record`` names it."""
    columns = tuple(column_of(model, name) for name in today)
    kept = Kept(model, record, through, travels, columns)
    _kept[kept.table] = kept


def freeze(
    model: type[Model],
    *,
    words: Words,
    once: Iterable[str] = (),
    emptied: Iterable[str] = (),
    forgettable: bool = False,
) -> None:
    """Let the database refuse to delete the rows of a table and to change those that are there.

    See ``Frozen`` for the fields that may change in one way, and what the door lets through.
    """
    some = tuple(column_of(model, name) for name in once)
    others = tuple(column_of(model, name) for name in emptied)
    columns = (field.column for field in model._meta.local_concrete_fields)
    stay = tuple(column for column in columns if column not in (*some, *others))
    _frozen[model._meta.db_table] = Frozen(model, stay, some, others, forgettable, words)


def kept_tables() -> list[Kept]:
    return list(_kept.values())


def frozen_tables() -> list[Frozen]:
    return list(_frozen.values())
