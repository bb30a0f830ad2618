"""The columns of a record, each declared once: read, written, asked for, listed and filtered.

A column knows one value of an action. Everything that shows or takes records walks the columns
of their record type: the list, the filter, the form, the import, the export and the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.catalogue import english, in_every_language, spoken
from partners.listing import NameColumn
from partners.models import Mission, Project
from partners.names import folded, name_key
from partners.returning import with_back
from partners.words import Words

from .dates import (
    DateError,
    PartialDate,
    Precision,
    read_date,
)
from .fields import PartialDateField
from .models import LONG_TEXT, Action, Status
from .statuses import status_of_words

if TYPE_CHECKING:
    from .lookup import Lookup

_ISO_LENGTHS: dict[str, int] = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}


def ordered(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows in the order that their model says, which a base manager does not give by itself."""
    return rows.order_by(*rows.model._meta.ordering)


class CellError(ValueError):
    """A cell that cannot be read; the message is for people, as is what they may have meant."""

    def __init__(self, message: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.suggestions: tuple[str, ...] = tuple(suggestions)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One value of a record. The base class is a text of one line.

    ``section`` places the column in the form. ``wide`` gives it the whole width of the form, and
    ``speaks`` says that its cells hold words of a language, beside those that people wrote.
    """

    wide: ClassVar[bool] = False
    speaks: ClassVar[bool] = False
    name: str
    heading: Words
    section: str = "what"
    help_text: Words = ""
    required: bool = False
    listed: bool = False
    after_save: bool = False
    max_length: int = 300

    def get(self, action: Action) -> Any:
        """The value that a saved action has."""
        return getattr(action, self.name)

    def get_many(self, actions: Sequence[Action]) -> list[Any]:
        """The values that saved actions have, in their order: at most two queries for all."""
        get = self.get
        return [get(action) for action in actions]

    def set(self, action: Action, value: Any) -> None:
        """Put the value on the action before it is saved; not asked of one ``after_save``."""
        setattr(action, self.name, value)

    def set_many(self, pairs: Sequence[tuple[Action, Any]]) -> None:
        """Write the values of saved actions that have none yet; asked of one ``after_save``."""
        raise NotImplementedError

    def clear_many(self, actions: Sequence[int]) -> None:
        """Take away the values of saved actions, by their ids; asked of one ``after_save``."""
        raise NotImplementedError

    def empty(self) -> Any:
        return ""

    def normal(self, value: Any, lookup: Lookup) -> Any:
        """The form in which two equal values compare as equal."""
        return value

    def dump(self, value: Any) -> Any:
        """The value as JSON, from which ``load`` makes the very same again."""
        return value

    def load(self, data: Any, lookup: Lookup) -> Any:
        """The value that JSON holds; None is nothing. Raises CellError."""
        return self.empty() if data is None else data

    def show(self, value: Any) -> str:
        """The value as a text that is stored, such as in the history: the same for every reader."""
        return str(value if value is not None else "")

    def tell(self, text: str) -> str:
        """A text of ``show`` in the reader's language."""
        return text

    def display(self, value: Any) -> str:
        """The value on a page, in the reader's language and form."""
        return self.tell(self.show(value))

    def write(self, value: Any) -> Any:
        """The value as a spreadsheet cell: a text, a number, or None for nothing."""
        return self.show(value) or None

    def read(self, cell: object, lookup: Lookup) -> Any:
        """The value that a spreadsheet cell says; raises CellError."""
        text = "" if cell is None else str(cell).strip()
        self._check_length(text)
        return text

    def form_field(self, project: Project) -> forms.Field | None:
        """The field that asks for the value; None where a formset does."""
        return forms.CharField(
            label=self.heading,
            help_text=self.help_text,
            required=self.required,
            max_length=self.max_length,
        )

    def table_column(self) -> tables.Column | None:
        return tables.Column(verbose_name=self.heading) if self.listed else None

    def filters(self, project: Project) -> dict[str, django_filters.Filter]:
        return {}

    def _check_length(self, text: str) -> None:
        if len(text) > self.max_length:
            message = ngettext(
                "This text has %(length)d character; at most %(most)d fit.",
                "This text has %(length)d characters; at most %(most)d fit.",
                len(text),
            )
            raise CellError(message % {"length": len(text), "most": self.max_length})


@dataclass(frozen=True, kw_only=True)
class TitleColumn(Column):
    """The name of the row; in a list it opens the record."""

    wide: ClassVar[bool] = True

    def table_column(self) -> tables.Column | None:
        attrs = {"td": {"class": "main"}}
        return NameColumn(of="title", verbose_name=self.heading, linkify=_address, attrs=attrs)


def _address(record: Action, table: Any) -> str:
    """The page of a record, which leads back to the list as it is filtered."""
    return with_back(record.get_absolute_url(), table.back)


@dataclass(frozen=True, kw_only=True)
class TextColumn(Column):
    """A text of several lines."""

    wide: ClassVar[bool] = True
    rows: int = 3
    max_length: int = LONG_TEXT

    def form_field(self, project: Project) -> forms.Field:
        return forms.CharField(
            label=self.heading,
            help_text=self.help_text,
            required=self.required,
            max_length=self.max_length,
            widget=forms.Textarea(attrs={"rows": self.rows}),
        )

    def normal(self, value: Any, lookup: Lookup) -> str:
        return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())


@dataclass(frozen=True, kw_only=True)
class ChoiceColumn(Column):
    """One of a few words, which are stored by their keys."""

    speaks: ClassVar[bool] = True
    choices: Sequence[tuple[str, Words]]

    @cached_property
    def _labels(self) -> dict[str, Words]:
        return dict(self.choices)

    @cached_property
    def _english(self) -> dict[str, str]:
        return {key: english(label) for key, label in self.choices}

    @cached_property
    def meanings(self) -> dict[str, list[str]]:
        """The keys that a word means in any language; in two it may mean two of them."""
        found: dict[str, list[str]] = {}
        for key, label in self.choices:
            words = [key, *in_every_language(label)]
            for word in {name_key(spelt) for each in words for spelt in (each, folded(each))}:
                found.setdefault(word, []).append(key)
        return found

    def show(self, value: Any) -> str:
        return self._english.get(value) or str(value or "")

    def tell(self, text: str) -> str:
        return spoken(text)

    def display(self, value: Any) -> str:
        return str(self._labels.get(value, value or ""))

    def write(self, value: Any) -> str | None:
        return self.display(value) or None

    def read(self, cell: object, lookup: Lookup) -> str:
        text = name_key(str(cell or ""))
        if not text:
            return ""
        found = self.meanings.get(text, [])
        if len(found) == 1:
            return found[0]
        known = ", ".join(str(self._labels[key]) for key in found or self._labels)
        message = _("“%(cell)s” is none of: %(known)s.")
        if found:
            message = _("“%(cell)s” can mean any of these, each in a language: %(known)s.")
        raise CellError(message % {"cell": cell, "known": known})

    def form_field(self, project: Project) -> forms.Field:
        blank = [] if self.required else [("", "—")]
        return forms.ChoiceField(
            label=self.heading,
            help_text=self.help_text,
            required=self.required,
            choices=[*blank, *self.choices],
        )


@dataclass(frozen=True, kw_only=True)
class StatusColumn(ChoiceColumn):
    """How far the action is, in the words of its record type."""

    def read(self, cell: object, lookup: Lookup) -> str:
        try:
            return super().read(cell, lookup) or Status.PLANNED
        except CellError:
            status = self.status_of(str(cell))
            if status is None or status not in dict(self.choices):
                raise
            return status

    def status_of(self, text: str) -> str | None:
        """The status that a text says in words that are not the record's own."""
        return status_of_words(text)

    def empty(self) -> str:
        return Status.PLANNED

    def table_column(self) -> tables.Column:
        return tables.TemplateColumn(
            template_name="actions/cells/status.html",
            accessor="status",
            verbose_name=self.heading,
        )

    def filters(self, project: Project) -> dict[str, django_filters.Filter]:
        return {self.name: django_filters.ChoiceFilter(choices=self.choices, label=self.heading)}


@dataclass(frozen=True, kw_only=True)
class NumberColumn(Column):
    """A whole number, or nothing where it is not known."""

    def empty(self) -> None:
        return None

    def write(self, value: Any) -> int | None:
        return value

    def read(self, cell: object, lookup: Lookup) -> int | None:
        text = "" if cell is None else str(cell).strip()
        if not text:
            return None
        whole = text.removesuffix(".0")
        if not whole.isascii() or not whole.isdigit() or len(whole) > 9:
            raise CellError(_("“%(cell)s” is not a whole number.") % {"cell": cell})
        return int(whole)

    def form_field(self, project: Project) -> forms.Field:
        return forms.IntegerField(
            label=self.heading,
            help_text=self.help_text,
            required=self.required,
            min_value=0,
            max_value=999_999_999,
        )

    def table_column(self) -> tables.Column | None:
        attrs = {"td": {"class": "num"}, "th": {"class": "num"}}
        return tables.Column(verbose_name=self.heading, attrs=attrs) if self.listed else None


@dataclass(frozen=True, kw_only=True)
class DateColumn(Column):
    """A day, a month or a year: stored as ``<name>`` and ``<name>_precision``."""

    def empty(self) -> None:
        return None

    def get(self, action: Action) -> PartialDate | None:
        start = getattr(action, self.name)
        precision = getattr(action, f"{self.name}_precision")
        return PartialDate.of(start, precision) if start else None

    def set(self, action: Action, value: PartialDate | None) -> None:
        setattr(action, self.name, value.start if value else None)
        setattr(action, f"{self.name}_precision", value.precision if value else "")

    def dump(self, value: Any) -> str | None:
        """As ISO 8601, cut to its precision: ``2022``, ``2022-03`` or ``2022-03-14``."""
        return value.start.isoformat()[: _ISO_LENGTHS[value.precision]] if value else None

    def load(self, data: Any, lookup: Lookup) -> PartialDate | None:
        if not data:
            return None
        precision = next(name for name, most in _ISO_LENGTHS.items() if most == len(data))
        return PartialDate.of(date.fromisoformat(data + "-01-01"[len(data) - 4 :]), precision)

    def display(self, value: Any) -> str:
        return value.localised() if value else ""

    def write(self, value: Any) -> date | str | None:
        """A day as a date of the spreadsheet; a month or a year, which are no days, as a text."""
        if value and value.precision == Precision.DAY:
            return value.start
        return super().write(value)

    def read(self, cell: object, lookup: Lookup) -> PartialDate | None:
        if cell is None or not str(cell).strip():
            return None
        try:
            when = read_date(cell)
        except DateError as error:
            raise CellError(str(error)) from error
        if not when.is_single:
            days = _("“%(cell)s” is several days; one is asked for.")
            more = _("“%(cell)s” is several months; write one month, or the year.")
            message = days if when.precision == Precision.DAY else more
            raise CellError(message % {"cell": cell})
        return when

    def form_field(self, project: Project) -> forms.Field:
        return PartialDateField(
            label=self.heading, help_text=self.help_text, required=self.required
        )


@dataclass(frozen=True, kw_only=True)
class MissionColumn(Column):
    """The journey to a target market to which the action belongs."""

    def empty(self) -> None:
        return None

    def get_many(self, actions: Sequence[Action]) -> list[Mission | None]:
        ids = {action.mission_id for action in actions if action.mission_id}
        missions = Mission.objects.in_bulk(ids) if ids else {}
        return [missions[a.mission_id] if a.mission_id else None for a in actions]

    def dump(self, value: Any) -> str | None:
        return value.slug if value else None

    def load(self, data: Any, lookup: Lookup) -> Mission | None:
        return lookup.mission(data) if data else None

    def show(self, value: Any) -> str:
        return value.name if value else ""

    def read(self, cell: object, lookup: Lookup) -> Mission | None:
        text = str(cell or "").strip()
        return lookup.mission(text) if text else None

    def form_field(self, project: Project) -> forms.Field:
        return forms.ModelChoiceField(
            queryset=project.missions.all(),
            label=self.heading,
            help_text=self.help_text,
            required=False,
            empty_label="—",
        )

    def table_column(self) -> tables.Column:
        return tables.Column(verbose_name=self.heading, order_by="mission__position", default="")

    def filters(self, project: Project) -> dict[str, django_filters.Filter]:
        return {
            "mission": django_filters.ModelChoiceFilter(
                queryset=project.missions.all(), to_field_name="slug", label=self.heading
            )
        }
