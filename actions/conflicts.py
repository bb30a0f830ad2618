"""Two people at the form of one action: finds what the other has changed, and brings both together.

A form carries what it was opened on, signed. What is sent is compared with that: a value that
differs was typed; any other was left alone, and takes over what has become of it meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Max
from django.forms import BaseForm, BaseFormSet, BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from partners.models import Change, Project, User
from partners.querysets import OfProjectQuerySet
from partners.services import root_name
from partners.words import Words

from .columns import CellError, Column
from .lookup import Lookup
from .models import Action, Review
from .proposals import PROPOSED
from .records import RecordType
from .rows import RowsColumn

if TYPE_CHECKING:
    from .forms import ActionForm

BASIS = "basis"  # the name of the hidden field
SALT = "actions.conflicts"


@dataclass(frozen=True)
class Basis:
    """What a form was opened on: the values of its action, as ``Column.dump`` gives them."""

    action: int
    type: str
    at: str  # the action's updated_at
    change: int  # the newest line of its history
    review: str
    values: dict[str, Any]

    def signed(self) -> str:
        return signing.dumps(vars(self), salt=SALT, compress=True)


def basis_of(action: Action, record: RecordType, values: Mapping[str, Any]) -> Basis:
    """The basis of a form that shows some values of an action."""
    newest = _history(action).order_by().aggregate(pk=Max("pk"))["pk"]
    at = action.updated_at.isoformat(timespec="microseconds")
    slug = action.type.slug
    return Basis(action.pk, slug, at, newest or 0, action.review, _dumped(record, values))


def _history(action: Action) -> OfProjectQuerySet:
    """The lines of history of an action, the newest first."""
    lines = Change.objects.of(action.project)
    return lines.filter(record=root_name(action), record_id=action.pk)


def read_basis(text: str, pk: int) -> Basis | None:
    """The basis that a form of an action sends; None for any other text."""
    try:
        found = Basis(**signing.loads(text, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None
    return found if found.action == pk else None


def values_then(
    basis: Basis, record: RecordType, now: Mapping[str, Any], project: Project
) -> dict[str, Any]:
    """The values that a form was opened on; where one is about what is gone since, that of now."""
    values, differing = dict(now), _differing(basis, record, now)
    lookup = Lookup(project) if differing else None
    for column in differing:
        assert lookup is not None
        try:
            values[column.name] = column.load(basis.values[column.name], lookup)
        except CellError:
            continue
    return values


def _dumped(record: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON gives them back, of those columns of which there are any."""
    asked = [column for column in record.columns if column.name in values]
    found = {column.name: column.dump(values[column.name]) for column in asked}
    return dict(json.loads(json.dumps(found)))


def _differing(basis: Basis, record: RecordType, now: Mapping[str, Any]) -> list[Column]:
    """The columns whose value is not the one that the form was opened on."""
    present, then = _dumped(record, now), basis.values
    return [c for c in record.columns if c.name in then and then[c.name] != present[c.name]]


@dataclass(frozen=True)
class Difference:
    """One value that somebody else has changed; ``typed`` is None where it was left alone here."""

    heading: Words
    was: str
    now: str
    typed: str | None
    user: User | None
    at: datetime | None


@dataclass(frozen=True)
class Conflict:
    """What others have changed since a form was opened, and what the form shows of both."""

    differences: list[Difference]
    data: QueryDict
    is_blind: bool = False  # nobody can tell what the form was opened on

    @property
    def clashes(self) -> bool:
        """Whether the same value was changed on both sides."""
        return any(difference.typed is not None for difference in self.differences)


def conflict_of(form: ActionForm) -> Conflict | None:
    """What has changed since the form was opened; None where nothing has, or it is a new action.

    A form that does not say what it was opened on saves nothing unseen: all that it would change
    is shown first.
    """
    basis, action = form.opened, form.action
    if action is None:
        return None
    if basis is None:
        return _blind_conflict(form)
    columns = _differing(basis, form.record, form.now)
    if not columns and basis.review == action.review:
        return None
    form.full_clean()
    changes = list(_history(action).filter(pk__gt=basis.change).select_related("user"))
    differences = [
        Difference(
            column.heading,
            column.tell(column.show(form.initial[column.name])),
            column.tell(column.show(form.now[column.name])),
            _typed(form, column),
            *_who(changes, column.name),
        )
        for column in columns
    ]
    if basis.review != action.review:
        was, now = str(Review(basis.review).label), str(action.get_review_display())
        differences.append(Difference(_("Review"), was, now, None, *_who(changes, "review")))
    return Conflict(differences, _merged(form, columns))


def _blind_conflict(form: ActionForm) -> Conflict | None:
    form.full_clean()
    columns = [column for column in form.record.columns if _is_touched(form, column)]
    differences = [
        Difference(
            column.heading,
            "",
            column.tell(column.show(form.now[column.name])),
            _typed(form, column),
            None,
            None,
        )
        for column in columns
    ]
    data = form.sent.copy()
    data[BASIS] = form.fresh().basis
    return Conflict(differences, data, is_blind=True) if differences else None


def _who(changes: Sequence[Change], name: str) -> tuple[User | None, datetime | None]:
    """Who changed a value last, and when, as far as the history tells."""
    of_value = [change for change in changes if name in change.fields]
    proposed = [change for change in changes if PROPOSED in change.fields]
    found = next(iter([*of_value, *proposed, *changes]), None)
    return (found.user, found.at) if found else (None, None)


def _is_touched(form: ActionForm, column: Column) -> bool:
    if column.name in form.formsets:
        return any(row.has_changed() for row in form.formsets[column.name].forms)
    return column.name in form.changed_data


def _typed(form: ActionForm, column: Column) -> str | None:
    """What was typed as a value, as a text; as it was sent where it cannot be read."""
    if not _is_touched(form, column):
        return None
    if isinstance(column, RowsColumn):
        rows = form.formsets[column.name]
        return (
            column.tell(column.show(column.cleaned(rows))) if rows.is_valid() else _sent_rows(rows)
        )
    if column.name in form.cleaned_data:
        return column.tell(column.show(form.cleaned_data[column.name]))
    return str(form[column.name].data or "")


def _sent_rows(formset: BaseFormSet[Any]) -> str:
    lines = ([str(field.data or "") for field in row.visible_fields()] for row in formset.forms)
    return "\n".join(" | ".join(filter(None, line)) for line in lines if any(line))


# What the form shows next


def _merged(form: ActionForm, columns: Sequence[Column]) -> QueryDict:
    """What was sent, with the values of others where nothing was typed."""
    data, fresh = form.sent.copy(), form.fresh()
    for column in columns:
        if column.name in form.formsets:
            _merge_rows(data, form, fresh, column.name)
        elif column.name in form.fields and not _is_touched(form, column):
            data.setlist(column.name, _sent(fresh[column.name]))
    data[BASIS] = fresh.basis
    return data


def _sent(field: BoundField) -> list[str]:
    """What a browser would send of a field that nobody touches."""
    shown = field.field.widget.format_value(field.value())
    if isinstance(shown, list | tuple):
        return [str(one) for one in shown]
    return ["" if shown is None else str(shown)]


RowData = dict[str, list[str]]


def _merge_rows(data: QueryDict, form: ActionForm, fresh: ActionForm, name: str) -> None:
    """Rows as they are now, each with what was typed in it, then those that were added here."""
    mine, theirs = form.formsets[name], fresh.formsets[name]
    then, now = _keys(mine.initial), _keys(theirs.initial)
    # The last of an unbound formset is the empty row that it offers.
    rows = [_row_of(row) for row in theirs.forms[: len(now)]]
    more = []
    for i, j in _pairs(then, now):
        row = mine.forms[i] if i is not None and i < len(mine.forms) else None
        if row is None or not row.has_changed():
            continue
        if j is not None:
            rows[j] = _row_sent(data, row)
        elif not data.get(row.add_prefix("DELETE")):
            more.append(_row_sent(data, row))
    added = mine.forms[len(then) :]
    more += [_row_sent(data, row) for row in added if row.has_changed()]
    _write_rows(data, name, rows, more)


def _keys(initial: Sequence[Mapping[str, Any]] | None) -> list[str]:
    return [json.dumps(row, default=str, sort_keys=True) for row in initial or ()]


def _pairs(then: list[str], now: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Which row of then is which of now: None on a side where it was not, or is no longer."""
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        for step in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + step, j1 + step
            yield (i if i < i2 else None), (j if j < j2 else None)


def _row_of(row: BaseForm) -> RowData:
    return {name: _sent(row[name]) for name in row.fields if name != "DELETE"}


def _row_sent(data: QueryDict, row: BaseForm) -> RowData:
    return {name: data.getlist(row.add_prefix(name)) for name in row.fields}


def _write_rows(
    data: QueryDict, prefix: str, initial: Sequence[RowData], more: Sequence[RowData]
) -> None:
    """Put rows into what is sent; one empty row more stands at the end."""
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        if key.removeprefix(f"{prefix}-")[0].isdigit():
            del data[key]
    for number, row in enumerate([*initial, *more]):
        for name, values in row.items():
            if values:
                data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-INITIAL_FORMS"] = str(len(initial))
    data[f"{prefix}-TOTAL_FORMS"] = str(len(initial) + len(more) + 1)


def as_new(data: QueryDict, names: Sequence[str]) -> QueryDict:
    """What was sent of an action that is gone, for the form of a new one; ``names`` have rows."""
    data = data.copy()
    data.pop(BASIS, None)
    for name in names:
        data[f"{name}-INITIAL_FORMS"] = "0"
    return data
