"""The columns of a record, each declared once: read, written, asked for, listed and filtered.

A column knows one value of an action. Everything that shows or takes records walks the columns
of their record type: the list, the filter, the form, the import, the export and the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import override as language

from partners.fields import RowsField
from partners.models import Mission, Organisation, Partner, Project, Sector
from partners.names import name_key
from partners.words import Words

from .dates import (
    DateError,
    PartialDate,
    Precision,
    read_date,
)
from .fields import NamesField, PartialDateField, PartnersField
from .models import LONG_TEXT, Action, Status

if TYPE_CHECKING:
    from .lookup import Lookup


class CellError(ValueError):
    """A cell that cannot be read; the message is for people."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One value of a record. The base class is a text of one line.

    ``section`` places the column in the form; ``cell_heading`` is its heading in a workbook where
    the report's own table prints none. ``wide`` gives it the whole width of the form.
    """

    wide: ClassVar[bool] = False
    name: str
    heading: Words
    section: str = "what"
    help_text: Words = ""
    required: bool = False
    listed: bool = False
    after_save: bool = False
    max_length: int = 300

    @property
    def cell_heading(self) -> str:
        """The heading in workbooks: English always, as in the report, so that it reads back."""
        with language("en"):
            return str(self.heading)

    def get(self, action: Action) -> Any:
        """The value that a saved action has."""
        return getattr(action, self.name)

    def set(self, action: Action, value: Any) -> None:
        """Put the value on the action: before it is saved, or after if ``after_save``."""
        setattr(action, self.name, value)

    def empty(self) -> Any:
        return ""

    def normal(self, value: Any, lookup: Lookup) -> Any:
        """The form in which two equal values compare as equal."""
        return value

    def show(self, value: Any) -> str:
        """The value as a text for people: in the history, and in a workbook."""
        return str(value if value is not None else "")

    def display(self, value: Any) -> str:
        """The value on a page, in the reader's language and form."""
        return self.show(value)

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
            message = _("This text has %(length)d characters; at most %(most)d fit.")
            raise CellError(message % {"length": len(text), "most": self.max_length})


@dataclass(frozen=True, kw_only=True)
class TitleColumn(Column):
    """The name of the row; in a list it opens the record."""

    wide: ClassVar[bool] = True

    def table_column(self) -> tables.Column | None:
        attrs = {"td": {"class": "main"}}
        return tables.Column(verbose_name=self.heading, linkify=True, attrs=attrs)


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

    choices: Sequence[tuple[str, Words]]

    def show(self, value: Any) -> str:
        return str(dict(self.choices).get(value, value or ""))

    def write(self, value: Any) -> str | None:
        with language("en"):
            return self.show(value) or None

    def read(self, cell: object, lookup: Lookup) -> str:
        text = name_key(str(cell or ""))
        with language("en"):
            words = {name_key(str(label)): key for key, label in self.choices}
        if text and text not in words and text.replace(" ", "_") not in dict(self.choices):
            known = ", ".join(str(label) for _key, label in self.choices)
            raise CellError(_("“%(cell)s” is none of: %(known)s.") % {"cell": cell, "known": known})
        return words.get(text, text.replace(" ", "_"))

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
        return super().read(cell, lookup) or Status.PLANNED

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

    def display(self, value: Any) -> str:
        return value.localised() if value else ""

    def read(self, cell: object, lookup: Lookup) -> PartialDate | None:
        if cell is None or not str(cell).strip():
            return None
        try:
            when = read_date(cell)
        except DateError as error:
            raise CellError(str(error)) from error
        if when.precision == Precision.DAY and when.start != when.end:
            raise CellError(_("“%(cell)s” is several days; one is asked for.") % {"cell": cell})
        return when

    def form_field(self, project: Project) -> forms.Field:
        return PartialDateField(
            label=self.heading, help_text=self.help_text, required=self.required
        )


@dataclass(frozen=True, kw_only=True)
class PartnersColumn(Column):
    """The partners who answer for the action."""

    wide: ClassVar[bool] = True
    after_save: bool = True

    def empty(self) -> tuple[Partner, ...]:
        return ()

    def get(self, action: Action) -> tuple[Partner, ...]:
        return tuple(action.partners.all())

    def set(self, action: Action, value: Sequence[Partner]) -> None:
        action.partners.set(value)

    def normal(self, value: Any, lookup: Lookup) -> tuple[Partner, ...]:
        return tuple(sorted(set(value), key=lambda p: (p.position, p.code)))

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
class OrganisationsColumn(Column):
    """The organisations that the action touches, by their names; a new name adds one."""

    wide: ClassVar[bool] = True
    after_save: bool = True

    def empty(self) -> tuple[str, ...]:
        return ()

    def get(self, action: Action) -> tuple[str, ...]:
        return tuple(o.name for o in action.organisations.all())

    def set(self, action: Action, value: Sequence[Organisation]) -> None:
        action.organisations.set(value)

    def normal(self, value: Any, lookup: Lookup) -> tuple[str, ...]:
        return tuple(sorted({lookup.organisation_name(name) for name in value}))

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
class SectorsColumn(Column):
    """The sectors that the action touches."""

    wide: ClassVar[bool] = True
    after_save: bool = True

    def empty(self) -> tuple[Sector, ...]:
        return ()

    def get(self, action: Action) -> tuple[Sector, ...]:
        return tuple(action.sectors.all())

    def set(self, action: Action, value: Sequence[Sector]) -> None:
        action.sectors.set(value)

    def normal(self, value: Any, lookup: Lookup) -> tuple[Sector, ...]:
        return tuple(sorted(set(value), key=lambda s: s.name))

    def show(self, value: Any) -> str:
        return "\n".join(sector.name for sector in value)

    def read(self, cell: object, lookup: Lookup) -> tuple[Sector, ...]:
        names = [name.strip() for name in str(cell or "").splitlines() if name.strip()]
        return tuple(lookup.sector(name) for name in names)

    def form_field(self, project: Project) -> forms.Field | None:
        return RowsField(
            queryset=project.sectors.all(),
            label=self.heading,
            help_text=self.help_text,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )


@dataclass(frozen=True, kw_only=True)
class MissionColumn(Column):
    """The journey to a target market to which the action belongs."""

    def empty(self) -> None:
        return None

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
