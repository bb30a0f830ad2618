"""Brings deleted records back as they were, with their ids and everything that hung on them.

What the rows were stands in their versions (``RowVersion``), written when they went. Rows of a
record that is still there come back where their app says how (``comes_back_alone``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Field, ForeignKey, JSONField, Model
from django.utils.translation import gettext as _

from .models import Change, Project, RowVersion, User
from .rowwords import model_of
from .services import record_change
from .story import record_model


class BringBack(Protocol):
    """Stores rows of a record that is still there, with history; gives the record.

    Raises ValidationError, in words, where they cannot come back.
    """

    def __call__(
        self, *, change: Change, rows: Sequence[Model], user: User | None, reason: str
    ) -> Model: ...


@dataclass(frozen=True)
class Part:
    """A table whose rows come back to a record that is still there.

    ``name`` is the field under which the history tells that one went; ``why_not`` says of a row
    why it cannot come back, if it cannot.
    """

    model: type[Model]
    record: str
    name: str
    why_not: Callable[[Model], str]
    bring_back: BringBack


_mending: dict[type[Model], Callable[[Model], str]] = {}
_parts: list[Part] = []


def on_restore(model: type[Model], mend: Callable[[Model], str]) -> None:
    """Let an app look at each row of a table before it comes back with its record.

    ``mend`` makes it what it can be by now, and says in words what of it does not come back.
    """
    _mending[model] = mend


def comes_back_alone(part: Part) -> None:
    """Let rows of a table come back by themselves; an app says so once, when it is ready."""
    _parts.append(part)


@dataclass
class Plan:
    """The rows that come back, parents first; ``lost`` is what cannot come back with them.

    ``faults`` say why nothing can come back at all; ``part`` is the table of the rows, where their
    record is still there.
    """

    change: Change
    rows: list[Model] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    part: Part | None = None


def deleted_rows(change: Change) -> models.QuerySet[RowVersion]:
    """The versions of the rows that went with a record, in the order in which they come back."""
    gone = RowVersion.objects.filter(
        project_id=change.project_id,
        record=change.record,
        record_id=change.record_id,
        transaction=change.transaction,
        new__isnull=True,
    )
    return gone.order_by("-pk")


def is_restorable(change: Change) -> bool:
    """Whether rows went by this change, can be told one by one and are not back yet."""
    return change.pk in restorable_among([change])


def restorable_among(changes: Iterable[Change]) -> set[int]:
    """The ids of the changes that are restorable: two or three queries for each kind of record."""
    told = [change for change in changes if change.transaction]
    by_record: dict[str, list[Change]] = defaultdict(list)
    for change in told:
        if change.kind == Change.Kind.DELETED:
            by_record[change.record].append(change)
    whole = {pk for name, some in by_record.items() for pk in _restorable(name, some)}
    return whole | {pk for part in _parts for pk in _restorable_parts(part, told)}


def part_of(change: Change) -> Part | None:
    """The table of which a change took rows away from a record that it left, as it tells."""
    if change.kind != Change.Kind.CHANGED:
        return None
    mine = (part for part in _parts if part.record == change.record)
    return next((p for p in mine if _went(change.fields.get(p.name))), None)


def _went(pair: Sequence[str] | None) -> bool:
    return bool(pair and pair[0] and not pair[1])


def _restorable_parts(part: Part, changes: Sequence[Change]) -> set[int]:
    """The ids of the changes by which rows of the table last went, whose records are there."""
    some = [change for change in changes if part_of(change) is part]
    model = record_model(part.record)
    if not some or model is None:
        return set()
    ids = {change.record_id for change in some}
    gone = RowVersion.objects.filter(
        project_id=some[0].project_id,
        record=part.record,
        record_id__in=ids,
        table=part.model._meta.db_table,
        new__isnull=True,
    )
    told = gone.order_by("pk").values_list("row_id", "record_id", "transaction")
    last = {row: (record, transaction_) for row, record, transaction_ in told}
    rows = set(part.model._base_manager.filter(pk__in=last).values_list("pk", flat=True))
    known = {went for row, went in last.items() if row not in rows}
    there = set(model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
    return {
        change.pk
        for change in some
        if change.record_id in there and (change.record_id, change.transaction) in known
    }


def _restorable(name: str, changes: Sequence[Change]) -> set[int]:
    model = record_model(name)
    if model is None:
        return set()
    ids = [change.record_id for change in changes]
    there = set(model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
    told = RowVersion.objects.filter(
        project_id=changes[0].project_id,
        table=model._meta.db_table,
        row_id__in=ids,
        new__isnull=True,
    )
    # Of a record that was deleted twice, only the last deletion says what it was.
    last = dict(told.order_by("pk").values_list("row_id", "transaction"))
    return {
        change.pk
        for change in changes
        if change.record_id not in there and last.get(change.record_id) == change.transaction
    }


def plan_of(change: Change) -> Plan:
    """What a restoration would bring back, checked against what is there now."""
    plan = Plan(change, part=part_of(change))
    rows = [row for version in deleted_rows(change) if (row := row_of(version))]
    if plan.part:
        rows = [row for row in rows if isinstance(row, plan.part.model)]
    present = {(type(row)._meta.db_table, row.pk) for row in rows}
    there = _targets_there(rows)
    for row in rows:
        missing = [
            f for f in _links(row) if (_key(f, row) not in present and _key(f, row) not in there)
        ]
        for f in missing:
            if f.null:
                setattr(row, f.attname, None)
        required = [f for f in missing if not f.null]
        if not required:
            plan.rows.append(row)
            continue
        said = _("%(what)s: the %(other)s that it belongs to is no longer there.")
        words = said % {
            "what": type(row)._meta.verbose_name,
            "other": required[0].related_model._meta.verbose_name,
        }
        # A link between records may stay away; without the record itself nothing comes back.
        is_link = row.pk != change.record_id or type(row)._meta.auto_created
        (plan.lost if is_link else plan.faults).append(words)
    if plan.part:
        plan.faults += filter(None, map(plan.part.why_not, plan.rows))
    else:
        plan.lost += filter(None, map(_mended, plan.rows))
    return plan


def _mended(row: Model) -> str:
    mend = _mending.get(type(row))
    return mend(row) if mend else ""


@transaction.atomic
def restore(*, change: Change, user: User | None, reason: str) -> Model:
    """Bring back what went by a change, and give its record.

    Raises ValidationError in words where it cannot be.
    """
    Project.objects.select_for_update(no_key=True).get(pk=change.project_id)
    if not is_restorable(change):
        raise ValidationError(_("There is nothing to bring back: it may be there again by now."))
    plan = plan_of(change)
    if plan.faults:
        raise ValidationError(plan.faults)
    if plan.part:
        return plan.part.bring_back(change=change, rows=plan.rows, user=user, reason=reason)
    try:
        with transaction.atomic():
            for row in plan.rows:
                row.save_base(raw=True, force_insert=True)
    except IntegrityError as error:
        message = _("Another record has taken its place by now: its name or its number is in use.")
        raise ValidationError(message) from error
    model = record_model(change.record)
    assert model is not None
    record: Model = model._base_manager.get(pk=change.record_id)
    record_change(
        project=change.project,
        user=user,
        kind=Change.Kind.RESTORED,
        record=record,
        fields={name: (new, old) for name, (old, new) in change.fields.items()},
        reason=reason,
    )
    return record


def row_of(version: RowVersion) -> Model | None:
    """The row that a version says was there, as an object that is not stored; None if unknown."""
    model = model_of(version.table)
    if model is None or version.old is None:
        return None
    return model(
        **{
            f.attname: value_of(f, version.old[f.column])
            for f in model._meta.local_concrete_fields
            if f.column in version.old
        }
    )


def value_of(field: Field[Any, Any], stored: Any) -> Any:
    """A value of a field from what the database wrote of it as JSON."""
    if isinstance(field, JSONField):
        # SQLite keeps JSON as text, and so tells it as text.
        return json.loads(stored) if isinstance(stored, str) else stored
    target = field.target_field if isinstance(field, ForeignKey) else field
    return target.to_python(stored)


def _links(row: Model) -> Sequence[Any]:
    return [
        f
        for f in row._meta.local_concrete_fields
        if isinstance(f, ForeignKey) and getattr(row, f.attname) is not None
    ]


def _key(field: Any, row: Model) -> tuple[str, Any]:
    return field.related_model._meta.db_table, getattr(row, field.attname)


def _targets_there(rows: Sequence[Model]) -> set[tuple[str, Any]]:
    """What rows point to, as far as it is there: one query for each table."""
    wanted: Mapping[type[Model], set[Any]] = defaultdict(set)
    for row in rows:
        for f in _links(row):
            wanted[f.related_model].add(getattr(row, f.attname))
    return {
        (model._meta.db_table, pk)
        for model, pks in wanted.items()
        for pk in model._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
    }
