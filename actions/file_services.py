"""The few functions that write files of evidence, each with its history in one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import clock
from partners.models import Change, Project, User
from partners.roles import Capability
from partners.services import record_change

from .evidence import is_held, tell_erased, tell_restricted
from .files import Kind, digest_of, kind_of
from .forgetting import forget_in_history, forget_in_versions, note_in_last_version
from .gone_files import Gone, gone_file, why_not_back
from .models import MOST_FILES, Action, EvidenceFile, EvidenceKind, Review
from .proofs import english, guessed_kind

# What would break a line, or turn the direction in which a name is read.
_MISLEADING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class HeldError(Exception):
    """A file stands in a sealed report: it can be erased, but not taken back as a mistake."""


class AcceptedError(PermissionDenied):
    """The evidence of an accepted action is described anew and taken back by reviewers only."""


def add_evidence_file(
    *,
    action: Action,
    title: str,
    file: File[bytes],
    user: User | None,
    kind: str = "",
    restricted: bool = False,
    keep_until: date | None = None,
) -> EvidenceFile:
    """Keep a file as evidence of an action; raises ValidationError with messages by field.

    Without a kind it is what its title says. Raises Action.DoesNotExist where the action was
    deleted meanwhile.
    """
    added = EvidenceFile(
        action=action,
        title=" ".join(title.split()),
        name=_MISLEADING.sub("", PurePath(file.name or "").name),
        media_type=_kind_of(file).media_type,
        size=file.size,
        sha256=digest_of(file),
        uploaded_by=user,
    )
    _describe(added, kind or guessed_kind(added.title), restricted, keep_until)
    try:
        _keep_file(added, file, user)
    except BaseException:
        if added.file:
            added.file.delete(save=False)
        raise
    return added


def _kind_of(file: File[bytes]) -> Kind:
    try:
        return kind_of(file)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error


def _describe(file: EvidenceFile, kind: str, restricted: bool, keep_until: date | None) -> None:
    """Say what a file is, who sees it and how long: a list of people is always restricted."""
    before = file.keep_until
    file.kind = kind
    file.restricted = restricted or kind == EvidenceKind.ATTENDANCE
    file.keep_until = keep_until
    if file.restricted and not keep_until:
        file.keep_until = kept_until(file.action.project)
        if file.keep_until <= clock.today():
            message = _("Say until when it is kept: the usual time, until %(day)s, is over.")
            raise ValidationError({"keep_until": [message % {"day": file.keep_until}]})
    elif keep_until and keep_until <= clock.today() and keep_until != before:
        raise ValidationError({"keep_until": [_("This day must lie ahead.")]})


def kept_until(project: Project) -> date:
    """The last day on which a restricted file is kept, where nobody says another."""
    end = project.ends_on
    year = end.year + settings.KEEP_RESTRICTED_YEARS
    leap_day = (end.month, end.day) == (2, 29)
    return date(year, 2, 28) if leap_day else end.replace(year=year)


@transaction.atomic
def _keep_file(added: EvidenceFile, file: File[bytes], user: User | None) -> None:
    """Store the row and the file; locked, so that two at once cannot attach too many."""
    action = Action.objects.select_for_update(no_key=True).get(pk=added.action_id)
    if action.files.count() >= MOST_FILES:
        message = ngettext(
            "An action takes %(most)d file at most: remove it first.",
            "An action takes %(most)d files at most: remove one first.",
            MOST_FILES,
        )
        raise ValidationError({"file": [message % {"most": MOST_FILES}]})
    added.full_clean(exclude=["file"])
    added.file.save(added.name, file, save=False)
    added.save()
    _record_file(action, user, ("", str(added)))


def _record_file(
    action: Action, user: User | None, change: tuple[str, str], reason: str = "", source: str = ""
) -> None:
    # The action counts as changed: the undo of an import must not delete it with its new file.
    action.save(update_fields=["updated_at"])
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=action,
        fields={"files": change},
        source=source,
        reason=reason,
    )


def _lock(file: EvidenceFile) -> Action:
    """The action of a file, which nobody reviews meanwhile; the file becomes what it is by now.

    Raises EvidenceFile.DoesNotExist where it is gone. Actions are locked before their files.
    """
    action = _locked_action(file.action_id)
    if action is None:
        raise EvidenceFile.DoesNotExist
    file.refresh_from_db(from_queryset=EvidenceFile.objects.select_for_update(of=("self",)))
    file.action = action
    return action


def _locked_action(pk: int) -> Action | None:
    rows = Action.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk)
    found: Action | None = rows.select_related("project", "type").first()
    return found


def _check_may_take_back(action: Action, user: User | None) -> None:
    """Ask once more what the page asked: the action may have been accepted since."""
    if user is None or action.review != Review.ACCEPTED:
        return
    membership = user.memberships.filter(project=action.project_id).first()
    if membership is None or not membership.may(Capability.REVIEW):
        raise AcceptedError


@transaction.atomic
def change_evidence_file(
    *,
    file: EvidenceFile,
    user: User | None,
    title: str,
    kind: str,
    restricted: bool,
    keep_until: date | None,
) -> bool:
    """Say anew what a file is; whether anything changed. The content stays what it is.

    A file that becomes restricted loses its name in the history too: everyone reads that. Raises
    EvidenceFile.DoesNotExist where it is gone or erased, AcceptedError where only reviewers may.
    """
    _check_may_take_back(_lock(file), user)
    if file.erased_at:
        raise EvidenceFile.DoesNotExist
    values, before = _values(file), _described(file)
    name_before, open_before = str(file), not file.restricted
    file.title = " ".join(title.split())
    _describe(file, kind or guessed_kind(file.title), restricted, keep_until)
    file.full_clean(exclude=["file"])
    if _values(file) == values:
        return False
    file.save(update_fields=["title", "kind", "restricted", "keep_until"])
    _record_file(file.action, user, (before, _described(file)))
    if open_before and file.restricted:
        forget_in_history(file, name_before)
        tell_restricted(file)
    return True


def _values(file: EvidenceFile) -> tuple[object, ...]:
    return file.title, file.kind, file.restricted, file.keep_until


def _described(file: EvidenceFile) -> str:
    """A file as the history tells a change of what is said of it."""
    until = _("until %(day)s") % {"day": date_format(file.keep_until)} if file.keep_until else ""
    return ", ".join(filter(None, [str(file), str(file.get_kind_display()), until]))


@transaction.atomic
def remove_evidence_file(*, file: EvidenceFile, user: User | None) -> None:
    """Take back a file that was attached by mistake; its content stays, so that it can come back.

    But that of a restricted file goes with it. Raises HeldError where a sealed report holds such a
    file, AcceptedError where only reviewers may.
    """
    try:
        action = _lock(file)
    except EvidenceFile.DoesNotExist:
        return  # somebody else was quicker
    _check_may_take_back(action, user)
    if file.restricted and is_held(file):
        raise HeldError
    EvidenceFile.objects.filter(pk=file.pk).delete()
    _record_file(action, user, (str(file), ""))
    if file.restricted:
        tell_erased(file)
        _delete_content(file)


@transaction.atomic
def erase_evidence_file(
    *, file: EvidenceFile, user: User | None, reason: str, source: str = ""
) -> bool:
    """Delete the content of a file for good, also where a sealed report names it.

    The row stays and is evidence as before; of a restricted file, whose name may be that of a
    person, only the kind is left. So it is with a file whose row is gone. Whether this did it:
    somebody else may have been quicker.
    """
    now = EvidenceFile(pk=file.pk, action_id=file.action_id)
    try:
        action = _lock(now)
    except EvidenceFile.DoesNotExist:
        return _erase_gone(file, user, reason, source)
    if now.erased_at:
        return False
    told = _mark_erased(now, user, reason)
    now.save(update_fields=["erased_at", "erased_by", "erased_why", "name", "title"])
    if now.restricted:
        forget_in_versions(now)
    tell_erased(now)
    _record_file(action, user, told, reason, source)
    _delete_content(now)
    return True


def _mark_erased(file: EvidenceFile, user: User | None, reason: str) -> tuple[str, str]:
    """Say of a file that it is erased, and forget its name; gives what it was and is called."""
    before = str(file)
    file.erased_at, file.erased_by, file.erased_why = timezone.now(), user, reason
    if file.restricted:
        file.name, file.title = "", english(file.kind)
    return before, _("%(file)s, erased") % {"file": str(file)}


def _erase_gone(file: EvidenceFile, user: User | None, reason: str, source: str) -> bool:
    """Erase a file whose row is gone; locked, so that nobody brings it back meanwhile."""
    project_id = file.action.project_id
    Project.objects.select_for_update(no_key=True).filter(pk=project_id).first()
    gone = gone_file(project_id, file.pk)
    if gone is None:
        return False
    now = gone.file
    told = _mark_erased(now, user, reason)
    if now.restricted:
        forget_in_versions(now)
    note_in_last_version(now)
    if gone.project:
        tell_erased(now)
        _record_gone(gone, user, told, reason, source)
    _delete_content(now)
    return True


def _record_gone(
    gone: Gone, user: User | None, change: tuple[str, str], reason: str, source: str
) -> None:
    action = gone.file.action
    if gone.action_is_there:
        _record_file(action, user, change, reason, source)
        return
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=action,
        fields={"files": change},
        source=source,
        reason=reason,
    )


@transaction.atomic
def bring_back_files(
    *, change: Change, rows: Sequence[Model], user: User | None, reason: str
) -> Model:
    """Attach removed files to their action again, with their ids; for ``partners.restoring``.

    Raises ValidationError, in words, where one of them cannot come back.
    """
    action = _locked_action(change.record_id)
    if action is None:
        raise ValidationError(_("It has been deleted meanwhile."))
    files = [row for row in rows if isinstance(row, EvidenceFile)]
    for file in files:
        why = why_not_back(file)
        if why:
            raise ValidationError(why)
        file.save_base(raw=True, force_insert=True)
    _record_file(action, user, ("", ", ".join(map(str, files))), reason)
    return action


def _delete_content(file: EvidenceFile) -> None:
    """Delete the content once the rows are certain; what the disk refuses is swept up later."""
    transaction.on_commit(partial(file.file.storage.delete, file.file.name), robust=True)
