"""The columns whose value is several rows of its own: occasions and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import F, Model
from django.utils.translation import gettext_lazy

from partners.bulk import insert_values
from partners.fields import DAY_FORMATS
from partners.lookups import Among
from partners.models import Project

from .columns import CellError, Column, ordered
from .dates import DateError, OccasionData, PartialDate, read_occasions
from .evidence import first_missing
from .models import LONGEST_WORDS, Action, ActionType, Evidence, EvidenceKind, Occasion
from .proofs import english, guessed_kind, kind_and_title, with_kind

if TYPE_CHECKING:
    from .lookup import Lookup

BAR = " | "  # between the title of a proof and its link


@dataclass(frozen=True, kw_only=True)
class RowsColumn(Column):
    """A value of several rows of its own, which a formset asks for; one line each in a cell."""

    after_save: bool = True

    def empty(self) -> tuple[Any, ...]:
        return ()

    def dump(self, value: Any) -> list[dict[str, Any]]:
        return [asdict(item) for item in value]

    model: ClassVar[type[Model]]
    row_fields: ClassVar[tuple[str, ...]]  # that of the action first, that of the position last

    def rows_of(self, value: Any) -> Iterator[tuple[Any, ...]]:
        """The fields of each row of a value, but for its action and its position."""
        raise NotImplementedError

    def item_of(self, *fields: Any) -> Any:
        """One item of a value from the fields of its row, as ``rows_of`` gives them."""
        raise NotImplementedError

    def get_many(self, actions: Sequence[Action]) -> list[tuple[Any, ...]]:
        owner, *fields, _position = self.row_fields
        ids = [action.pk for action in actions]
        rows = ordered(self.model._base_manager.filter(Among(F(owner), ids)))
        found: dict[int, list[Any]] = defaultdict(list)
        for action, *values in rows.values_list(owner, *fields):
            found[action].append(self.item_of(*values))
        return [tuple(found.get(pk, ())) for pk in ids]

    def set_many(self, pairs: Sequence[tuple[Action, Any]]) -> None:
        rows = [
            (action.pk, *row, position)
            for action, value in pairs
            for position, row in enumerate(self.rows_of(value))
        ]
        insert_values(self.model, self.row_fields, rows)

    def clear_many(self, actions: Sequence[int]) -> None:
        owned = {f"{self.row_fields[0]}__in": actions}
        self.model._base_manager.filter(**owned).delete()

    def show(self, value: Any) -> str:
        return "\n".join(str(item) for item in value)

    def display(self, value: Any) -> str:
        return "\n".join(self.line_of(item) for item in value)

    def line_of(self, item: Any) -> str:
        """One item as a line of a cell, in the reader's language."""
        return str(item)

    def write(self, value: Any) -> str | None:
        return self.display(value) or None

    def form_field(self, project: Project) -> forms.Field | None:
        return None

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        raise NotImplementedError

    def initial(self, value: Any) -> list[dict[str, Any]]:
        """The value as the initial data of the formset."""
        raise NotImplementedError

    def form_kwargs(
        self, action_type: ActionType, action: Action | None, like: Action | None = None
    ) -> dict[str, Any]:
        """What each form of the formset is told besides; ``like`` is another one to begin with."""
        return {}

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

    speaks: ClassVar[bool] = True
    model: ClassVar[type[Model]] = Occasion
    row_fields: ClassVar[tuple[str, ...]] = (
        "action_id", "start", "end", "precision", "mode", "place", "country", "words", "position",
    )  # fmt: skip

    def get(self, action: Action) -> tuple[OccasionData, ...]:
        return tuple(occasion.data for occasion in action.occasions.all())

    def item_of(self, *fields: Any) -> OccasionData:
        start, end, precision, mode, place, country, words = fields
        when = PartialDate(start, end, precision)
        return OccasionData(when, mode, place, country or "", words)

    def dump(self, value: Sequence[OccasionData]) -> list[dict[str, Any]]:
        return [
            {
                "start": item.when.start.isoformat(),
                "end": item.when.end.isoformat(),
                "precision": str(item.when.precision),
                "mode": str(item.mode),
                "place": item.place,
                "country": item.country,
                "words": item.words,
            }
            for item in value
        ]

    def load(self, data: Any, lookup: Lookup) -> tuple[OccasionData, ...]:
        return tuple(
            OccasionData(
                PartialDate(
                    date.fromisoformat(row["start"]),
                    date.fromisoformat(row["end"]),
                    row["precision"],
                ),
                row["mode"],
                row["place"],
                row["country"],
                row["words"],
            )
            for row in data or ()
        )

    def rows_of(self, value: Sequence[OccasionData]) -> Iterator[tuple[Any, ...]]:
        for item in value:
            when, words = item.when, item.words[:LONGEST_WORDS]
            yield (
                when.start, when.end, when.precision, item.mode, item.place, item.country, words,
            )  # fmt: skip

    def read(self, cell: object, lookup: Lookup) -> tuple[OccasionData, ...]:
        try:
            return read_occasions(cell).occasions
        except DateError as error:
            raise CellError(str(error)) from error

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        from .forms import OccasionFormSet

        return OccasionFormSet

    def line_of(self, item: OccasionData) -> str:
        return item.localised

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
        return tuple(item for row in kept_rows(formset) for item in row["occasions"])

    def form_kwargs(
        self, action_type: ActionType, action: Action | None, like: Action | None = None
    ) -> dict[str, Any]:
        first = like.occasions.first() if like else None
        if first is None:
            return {}
        return {"where": {name: getattr(first, name) for name in ("mode", "place", "country")}}

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
                input_formats=DAY_FORMATS,
            ),
            "until": django_filters.DateFilter(
                field_name="first_on",
                lookup_expr="lte",
                label=gettext_lazy("To"),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                input_formats=DAY_FORMATS,
            ),
        }


@dataclass(frozen=True)
class EvidenceData:
    """A proof before it is stored."""

    title: str
    url: str = ""
    kind: str = EvidenceKind.OTHER

    def __str__(self) -> str:
        """The proof as it is stored: in English."""
        return self.line(english(self.kind))

    @property
    def localised(self) -> str:
        """The proof as a cell says it, in the reader's language."""
        return self.line(str(EvidenceKind(self.kind).label))

    def line(self, kind: str) -> str:
        """The proof in a line, which is read as the very same; ``kind`` is its kind in words."""
        title = with_kind(self.kind, self.title, kind)
        if self.url:
            return f"{title} | {self.url}"
        # A bar at the end says that no link follows the bars of the title.
        return f"{title} |" if BAR in title or title.endswith(BAR.rstrip()) else title


@dataclass(frozen=True, kw_only=True)
class EvidenceColumn(RowsColumn):
    """What proves the action, by a name and a link."""

    speaks: ClassVar[bool] = True
    model: ClassVar[type[Model]] = Evidence
    row_fields: ClassVar[tuple[str, ...]] = ("action_id", "title", "url", "kind", "position")

    def get(self, action: Action) -> tuple[EvidenceData, ...]:
        return tuple(EvidenceData(e.title, e.url, e.kind) for e in action.evidence.all())

    def item_of(self, *fields: Any) -> EvidenceData:
        return EvidenceData(*fields)

    def line_of(self, item: EvidenceData) -> str:
        return item.localised

    def load(self, data: Any, lookup: Lookup) -> tuple[EvidenceData, ...]:
        return tuple(EvidenceData(**row) for row in data or ())

    def rows_of(self, value: Sequence[EvidenceData]) -> Iterator[tuple[Any, ...]]:
        return ((item.title, item.url, item.kind) for item in value)

    def read(self, cell: object, lookup: Lookup) -> tuple[EvidenceData, ...]:
        lines = [line.strip() for line in str(cell or "").splitlines() if line.strip()]
        return tuple(self._read_line(line) for line in lines)

    def _read_line(self, line: str) -> EvidenceData:
        title, url = _title_and_link(line)
        field_ = forms.URLField(required=False, max_length=500, assume_scheme="https")
        try:
            kind, title = kind_and_title(title)
            return EvidenceData(
                forms.CharField(max_length=200).clean(title), field_.clean(url), kind
            )
        except forms.ValidationError as error:
            raise CellError(" ".join(error.messages)) from error

    def formset_class(self) -> type[forms.BaseFormSet[Any]]:
        from .forms import EvidenceFormSet

        return EvidenceFormSet

    def initial(self, value: Any) -> list[dict[str, Any]]:
        return [{"title": item.title, "url": item.url, "kind": item.kind} for item in value]

    def form_kwargs(
        self, action_type: ActionType, action: Action | None, like: Action | None = None
    ) -> dict[str, Any]:
        return {"kind": first_missing(action_type, action)}

    def cleaned(self, formset: forms.BaseFormSet[Any]) -> tuple[EvidenceData, ...]:
        return tuple(
            EvidenceData(row["title"], row["url"], row["kind"] or guessed_kind(row["title"]))
            for row in kept_rows(formset)
            if row["title"]  # the kind of an empty row is only the one that was offered
        )


def _title_and_link(line: str) -> tuple[str, str]:
    """The two parts of a proof in a cell; the link stands behind the last bar."""
    if line.endswith(BAR.rstrip()) or BAR not in line:
        return line.removesuffix(BAR.rstrip()), ""
    title, _bar, url = line.rpartition(BAR)
    return title.strip(), url.strip()
