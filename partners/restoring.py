"""Brings deleted records back as they were, with their ids and everything that hung on them.

What the rows were stands in their versions (``RowVersion``), written when they went.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Field, ForeignKey, JSONField, Model
from django.utils.translation import gettext as _

from .models import Change, Project, RowVersion, User
from .rowwords import model_of
from .services import record_change
from .story import record_model


@dataclass
class Plan:
    """The rows of a deleted record, parents first; ``lost`` is what cannot come back with them.

    ``faults`` say why the record cannot come back at all.
    """

    change: Change
    rows: list[Model] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


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
    """Whether a record was deleted by this change, can be told row by row and is not back yet."""
    return change.pk in restorable_among([change])


def restorable_among(changes: Iterable[Change]) -> set[int]:
    """The ids of the changes that are restorable: two queries for each kind of record."""
    by_record: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.kind == Change.Kind.DELETED and change.transaction:
            by_record[change.record].append(change)
    return {pk for name, some in by_record.items() for pk in _restorable(name, some)}


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
    known = set(told.values_list("row_id", "transaction"))
    return {
        change.pk
        for change in changes
        if change.record_id not in there and (change.record_id, change.transaction) in known
    }


def plan_of(change: Change) -> Plan:
    """What a restoration would bring back, checked against what is there now."""
    plan = Plan(change)
    rows = [row for version in deleted_rows(change) if (row := row_of(version))]
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
    return plan


@transaction.atomic
def restore(*, change: Change, user: User | None, reason: str) -> Model:
    """Bring a deleted record back; raises ValidationError in words where it cannot be."""
    Project.objects.select_for_update(no_key=True).get(pk=change.project_id)
    if not is_restorable(change):
        raise ValidationError(_("There is nothing to bring back: it may be there again by now."))
    plan = plan_of(change)
    if plan.faults:
        raise ValidationError(plan.faults)
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
