"""Which tables are recorded, to which record and project a row belongs, and what stays as is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Field, Model

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
    """Columns of a table that the database refuses to change, and what it says then."""

    model: type[Model]
    columns: tuple[str, ...]
    words: Words

    @property
    def table(self) -> str:
        return self.model._meta.db_table


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


def freeze(model: type[Model], *names: str, words: Words) -> None:
    """Let the database refuse to change the named fields of rows that are there."""
    columns = tuple(column_of(model, name) for name in names)
    _frozen[model._meta.db_table] = Frozen(model, columns, words)


def kept_tables() -> list[Kept]:
    return list(_kept.values())


def frozen_tables() -> list[Frozen]:
    return list(_frozen.values())
