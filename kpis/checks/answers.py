"""Writes what is said to a finding: one of two rows stays, it is dismissed, or asked again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from actions.duplicates import mark_duplicate, unmark_duplicate
from actions.models import Action
from kpis.models import CheckAnswer
from partners.models import Change, Project, User
from partners.services import record_change

from .finding import Finding

LONGEST_NOTE = 300


@transaction.atomic
def confirm(
    *, project: Project, finding: Finding, stays: int, note: str, user: User | None
) -> CheckAnswer:
    """Let one row of a pair stay and the other be its duplicate; raises ValidationError."""
    pair = {row.pk for row in finding.found.pair or ()}
    if stays not in pair:
        raise ValidationError(_("Choose which of the two stays."))
    rows = {row.pk: row for row in Action.objects.of(project).filter(pk__in=pair)}
    if len(rows) < len(pair):
        raise ValidationError(_("One of the two was deleted meanwhile."))
    of = rows.pop(stays)
    (action,) = rows.values()
    mark_duplicate(action=action, of=of, user=user, reason=note)
    return _answer(project, finding, CheckAnswer.Answer.CONFIRMED, note, user)


@transaction.atomic
def dismiss(*, project: Project, finding: Finding, note: str, user: User | None) -> CheckAnswer:
    """Close a finding for good with a reason; raises ValidationError where it cannot be."""
    if not finding.check.dismissible:
        raise ValidationError(_("This is closed by its cause, and not with a reason."))
    if not note.strip():
        raise ValidationError(_("Say why."))
    return _answer(project, finding, CheckAnswer.Answer.DISMISSED, note.strip(), user)


def _answer(
    project: Project, finding: Finding, answer: str, note: str, user: User | None
) -> CheckAnswer:
    found, _added = CheckAnswer.objects.update_or_create(
        project=project,
        finding=finding.kind,
        key=finding.key,
        defaults={"answer": answer, "note": note[:LONGEST_NOTE], "user": user},
    )
    said = f"{finding.check.label}: {found.get_answer_display()}"
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=found,
        fields={"answer": ("", said), "finding": ("", finding.found.sentence)},
        reason=note,
    )
    return found


@transaction.atomic
def ask_again(*, answer: CheckAnswer, user: User | None, note: str = "") -> None:
    """Take an answer back: the finding is open again, and the duplicate counts again."""
    if answer.answer == CheckAnswer.Answer.CONFIRMED:
        pks = [int(pk) for pk in answer.key.split("-")]
        for action in Action.objects.of(answer.project).filter(pk__in=pks, duplicate_of__in=pks):
            unmark_duplicate(action=action, user=user, reason=note)
    record_change(
        project=answer.project,
        user=user,
        kind=Change.Kind.DELETED,
        record=answer,
        fields={"answer": (f"{answer.get_answer_display()}: {answer.note}", "")},
        reason=note,
    )
    answer.delete()
