"""Gives an action the values again that it had before a change, through the door of every save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from partners.models import Change, User
from partners.travel import known
from partners.versions import versions_of

from .columns import CellError
from .lookup import Lookup
from .models import Action
from .proposals import change_of
from .records import record_of
from .saving import Changes, differences
from .services import Saved, save_action


@dataclass(frozen=True)
class Former:
    """The values that an action had before a change; ``changes`` is what going back changes now.

    ``gone`` names the columns whose values of that time are no longer there.
    """

    values: Mapping[str, Any]
    changes: Changes
    gone: list[str]


def moment_before(change: Change) -> int | None:
    """The last version of any row before a change was written; None where nobody recorded it."""
    written = versions_of(change.project, change.record, change.record_id).order_by("pk")
    first = written.filter(transaction=change.transaction).first()
    if first is None or not change.transaction:
        return None
    if first.old is not None:
        return first.pk - 1
    # It was added in the same transaction: what came before is told by the line before.
    earlier = Change.objects.of(change.project).filter(
        record=change.record, record_id=change.record_id, pk__lt=change.pk
    )
    before = earlier.order_by("pk").last()
    last = written.filter(at__lte=before.at).last() if before else None
    return last.pk if last else None


def former_of(action: Action, change: Change, moment: int) -> Former:
    """What an action was before a change, beside what it is now."""
    record = record_of(action)
    with known(change.project, moment):
        then = record.model.objects.for_detail().get(id=action.pk)
        dumped = {c.name: c.dump(c.get(then)) for c in record.columns}
    lookup, now = Lookup(action.project), record.values(action)
    values, gone = {}, []
    for column in record.columns:
        try:
            values[column.name] = column.load(dumped[column.name], lookup)
        except CellError:
            gone.append(str(column.heading))
    return Former(values, differences(record, now, values, lookup), gone)


def go_back(*, action: Action, change: Change, moment: int, user: User | None) -> Saved:
    """Save the values of before a change; of an accepted action they are proposed.

    Raises ValidationError where the rules refuse them now.
    """
    former = former_of(action, change, moment)
    if not former.changes:
        raise ValidationError(_("Nothing differs from then."))
    if change_of(action):
        message = _("A change of this action waits: it is to be decided or taken back first.")
        raise ValidationError(message)
    at = date_format(localtime(change.at), "DATETIME_FORMAT")
    with transaction.atomic():
        return save_action(
            project=action.project,
            action_type=action.type,
            user=user,
            values={name: former.values[name] for name in former.changes},
            action=action,
            source=_("back to before %(at)s") % {"at": at},
        )
