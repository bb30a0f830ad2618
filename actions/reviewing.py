"""The review: actions and proposed changes go from partner to task leader, and back with a reason.

Services lock the action first, whether it is about itself or about the change proposed to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Change, Partner, Project, User
from partners.services import record_change

from .evidence import missing_kinds
from .lookup import Lookup
from .models import Action, ActionType, EvidenceKind, ProposedChange, Review, ReviewNote, Status
from .proposals import PROPOSED, change_of, take_back, values_of
from .querysets import ActionQuerySet
from .records import record_of
from .services import Saved, save_action

Event = ReviewNote.Event
State = ProposedChange.State
WAITS = Q(review=Review.SUBMITTED) | Q(proposed__state=State.SUBMITTED)
IN_DRAFT = Q(review=Review.DRAFT) | Q(proposed__state=State.DRAFT)
BACK = Q(review=Review.RETURNED) | Q(proposed__state=State.RETURNED)


class Intent(StrEnum):
    """What is to become of a form that is saved."""

    SUBMIT = "submit"
    DRAFT = "draft"
    ACCEPT = "accept"


def waiting(project: Project) -> QuerySet[Action]:
    """What waits for the task leader, the oldest first: actions, and changes of accepted ones."""
    rows: ActionQuerySet = Action.objects.of(project)
    return _since(rows.filter(WAITS)).order_by("waiting_since", "pk")


def with_partner(partner: Partner) -> QuerySet[Action]:
    """What a partner has at hand or waits for: what came back first, then drafts, then the rest."""
    rows: ActionQuerySet = Action.objects.of(partner.project)
    mine = Action.partners.through.objects.filter(partner=partner).values("action")
    open_ = ~Q(review=Review.ACCEPTED) | Q(proposed__isnull=False)
    turn = Case(
        When(BACK, then=0),
        When(IN_DRAFT, then=1),
        default=2,
    )
    found = _since(rows.filter(open_, pk__in=mine))
    return found.order_by(turn, "waiting_since", "pk")


def _since(rows: QuerySet[Action]) -> QuerySet[Action]:
    """With the day since which a row waits, why it was returned last, and all that is shown."""
    notes = ReviewNote.objects.filter(action=OuterRef("pk")).order_by("-at", "-pk")
    submitted = notes.filter(event=Event.SUBMITTED).values("at")[:1]
    returned = notes.filter(event__in=[Event.RETURNED, Event.CHANGE_RETURNED])[:1]
    return (
        rows.select_related("type", "project", "proposed")
        .prefetch_related("partners", "evidence", "files")
        .annotate(
            waiting_since=Case(
                When(proposed__isnull=False, then=F("proposed__at")),
                default=Coalesce(Subquery(submitted), F("created_at")),
            ),
            returned_why=Subquery(returned.values("text")),
        )
    )


def returned_to(partner: Partner) -> QuerySet[Action]:
    """The actions, and those with a change, that came back to a partner with a reason."""
    return with_partner(partner).filter(BACK)


def drafts_of(partner: Partner) -> QuerySet[Action]:
    """The actions of a partner that are not sent in yet, and those with a change that is not."""
    return with_partner(partner).filter(IN_DRAFT)


def state_of(action: Action) -> str:
    """How far the review is with what is on its way: the action, or the change proposed to it."""
    change = change_of(action)
    return str(change.state if change else action.review)


def stamp_of(action: Action) -> str:
    """A mark of what a reviewer was shown: another one where it has changed since."""
    change = change_of(action)
    moments = [action.updated_at, *([change.at] if change else [])]
    return ".".join(moment.isoformat() for moment in moments)


def lacking(action: Action) -> list[EvidenceKind]:
    """The evidence that an action must have before it can be accepted: when it is achieved."""
    return missing_kinds(action) if action.status == Status.ACHIEVED else []


# Actions


def submit(*, action: Action, user: User | None) -> None:
    """Send a draft in, or what was returned again."""
    with transaction.atomic():
        now = _locked(action)
        if now.review not in (Review.DRAFT, Review.RETURNED):
            raise _refusal(_("It is submitted already."))
        _move(now, Review.SUBMITTED, Event.SUBMITTED, user)


def accept(*, action: Action, user: User | None, seen: str = "") -> None:
    """Accept a submitted action; an achieved one only with the evidence that is asked for.

    ``seen`` is the stamp of what the reviewer was shown. Raises ValidationError.
    """
    with transaction.atomic():
        now = _locked(action)
        if now.review == Review.ACCEPTED:
            raise _refusal(_("It is accepted already."))
        _check_seen(now, seen)
        if now.review != Review.SUBMITTED:
            raise _refusal(_("It is not submitted: there is nothing to accept."))
        _check_evidence(now)
        _move(now, Review.ACCEPTED, Event.ACCEPTED, user)


def return_action(*, action: Action, user: User | None, reason: str) -> None:
    """Give a submitted action back to its partner, with the reason."""
    with transaction.atomic():
        now = _locked(action)
        if now.review != Review.SUBMITTED:
            raise _refusal(_("It is not submitted: there is nothing to return."))
        _move(now, Review.RETURNED, Event.RETURNED, user, _needed(reason))


def comment(*, action: Action, user: User | None, text: str) -> None:
    """Add a word to the conversation about an action."""
    with transaction.atomic():
        _tell(action, Event.COMMENT, user, {"comment": ("", _needed(text))})


# Changes proposed to accepted actions


def accept_change(*, action: Action, user: User | None, seen: str = "") -> None:
    """Write the proposed values over what was accepted; raises ValidationError where they break
    a rule, or lack evidence, and then everything stays as it is.
    """
    with transaction.atomic():
        now, change = _locked_change(action, State.SUBMITTED)
        _check_seen(now, seen)
        record, lookup = record_of(now), Lookup(now.project)
        values, gone = values_of(change, record, lookup)
        if gone:
            message = _("What is proposed is no longer there: %(columns)s. Return the change.")
            raise _refusal(message % {"columns": ", ".join(gone)})
        whole = record.model._default_manager.get(id=now.pk)
        whole.project = now.project
        save_action(
            project=now.project,
            action_type=now.type,
            user=user,
            values=values,
            action=whole,
            lookup=lookup,
            source=change.source,
            over_accepted=True,
        )
        _accept_anew(now, user)


def return_change(*, action: Action, user: User | None, reason: str) -> None:
    """Give a proposed change back to who proposed it, with the reason."""
    with transaction.atomic():
        now, change = _locked_change(action, State.SUBMITTED)
        reason = _needed(reason)
        before = change.get_state_display()
        change.state = State.RETURNED
        change.save(update_fields=["state", "at"])
        fields = {PROPOSED: (str(before), str(change.get_state_display()))}
        _tell(now, Event.CHANGE_RETURNED, user, fields, reason)


def submit_change(*, action: Action, user: User | None) -> None:
    """Send in a proposed change that was kept as a draft, or returned, as it stands."""
    with transaction.atomic():
        now, change = _locked_change(action, State.DRAFT, State.RETURNED)
        before = change.get_state_display()
        change.state, change.user = State.SUBMITTED, user
        change.save(update_fields=["state", "user", "at"])
        fields = {PROPOSED: (str(before), str(change.get_state_display()))}
        _tell(now, Event.PROPOSED, user, fields)


def withdraw_change(*, action: Action, user: User | None) -> None:
    """Take a proposed change back: the action stays as it was accepted."""
    with transaction.atomic():
        _now, change = _locked_change(action, *State)
        take_back(change, {}, user=user)


# Both at once


@dataclass
class Outcome:
    """What became of several that were to be accepted: those that were, and why others not."""

    accepted: list[Action] = field(default_factory=list)
    refused: list[tuple[Action, str]] = field(default_factory=list)


def accept_many(*, project: Project, user: User | None, seen: Mapping[int, str]) -> Outcome:
    """Accept what waits, by the ids of actions and the stamps that were shown of each."""
    outcome = Outcome()
    rows = Action.objects.of(project).select_related("type", "project", "proposed")
    for action in rows.filter(pk__in=seen).order_by("pk"):
        decide = accept_change if change_of(action) else accept
        try:
            decide(action=action, user=user, seen=seen[action.pk])
        except ValidationError as error:
            outcome.refused.append((action, " ".join(error.messages)))
        else:
            outcome.accepted.append(action)
    return outcome


@dataclass(frozen=True)
class Sent:
    """What became of a form: what was saved, and whether that moved the review on."""

    saved: Saved
    moved: bool = False
    withdrawn: bool = False


def save_for_review(
    *,
    intent: Intent,
    project: Project,
    action_type: ActionType,
    user: User | None,
    values: Mapping[str, Any],
    action: Action | None = None,
) -> Sent:
    """Save what a form says, as a draft, as submitted or as accepted; raises ValidationError.

    Of an accepted action the values become the change that is proposed to it, unless they are
    accepted at once.
    """
    with transaction.atomic():
        over = action is not None and action.review == Review.ACCEPTED
        change = change_of(action) if over and action else None
        saved = save_action(
            project=project,
            action_type=action_type,
            user=user,
            values=values,
            action=action,
            lookup=Lookup(project),
            review=Review.DRAFT if intent == Intent.DRAFT else Review.SUBMITTED,
            proposing=_proposing(intent, change),
            over_accepted=intent == Intent.ACCEPT,
        )
        if over:
            return _after_change(saved, intent, change, user)
        moved = intent != Intent.DRAFT and _send_in(saved, user)
        if intent == Intent.ACCEPT:
            accept(action=saved.action, user=user)
            moved = True
        return Sent(saved, moved)


def _proposing(intent: Intent, change: ProposedChange | None) -> str:
    """The state of a proposed change: what was returned stays so until it is submitted again."""
    if intent != Intent.DRAFT:
        return State.SUBMITTED
    return State.RETURNED if change and change.state == State.RETURNED else State.DRAFT


def _after_change(
    saved: Saved, intent: Intent, change: ProposedChange | None, user: User | None
) -> Sent:
    if intent == Intent.ACCEPT:
        if saved.changes or change:
            _accept_anew(_locked(saved.action), user)
        return Sent(saved, moved=True)
    if change and not saved.changes:
        withdraw_change(action=saved.action, user=user)
        return Sent(saved, withdrawn=True)
    return Sent(saved)


def _send_in(saved: Saved, user: User | None) -> bool:
    """Submit what was saved, where it was not submitted before."""
    if saved.added:
        ReviewNote.objects.create(action=saved.action, event=Event.SUBMITTED, user=user)
    elif saved.action.review in (Review.DRAFT, Review.RETURNED):
        submit(action=saved.action, user=user)
        return True
    return False


# What they share


def _refusal(words: str) -> ValidationError:
    return ValidationError({"__all__": [words]})


def _needed(text: str) -> str:
    if not text.strip():
        raise ValidationError({"reason": [_("Say why.")]})
    return text.strip()


def _locked(action: Action) -> Action:
    """The action as it is now; nobody else reviews or changes it meanwhile."""
    rows = Action.objects.select_for_update(no_key=True, of=("self",)).filter(pk=action.pk)
    now = rows.select_related("type", "project").prefetch_related("evidence", "files").first()
    if now is None:
        raise _refusal(_("It has been deleted meanwhile."))
    return now


def _locked_change(action: Action, *states: str) -> tuple[Action, ProposedChange]:
    now = _locked(action)
    change = change_of(now)
    if change is None or change.state not in states:
        raise _refusal(_("No change of this action waits for that: look at it again."))
    return now, change


def _check_seen(action: Action, seen: str) -> None:
    if seen and seen != stamp_of(action):
        raise _refusal(_("It has changed since you opened the page: look at it again."))


def _check_evidence(action: Action) -> None:
    missing = lacking(action)
    if missing:
        message = _("It is achieved, and lacks: %(kinds)s.")
        raise _refusal(message % {"kinds": ", ".join(str(kind.label) for kind in missing)})


def _move(action: Action, to: str, event: str, user: User | None, reason: str = "") -> None:
    before = action.get_review_display()
    action.review = to
    if to == Review.ACCEPTED:
        action.reviewed_at, action.reviewed_by = timezone.now(), user
    action.save(update_fields=["review", "reviewed_at", "reviewed_by", "updated_at"])
    fields = {"review": (str(before), str(action.get_review_display()))}
    _tell(action, event, user, fields, reason)


def _accept_anew(action: Action, user: User | None) -> None:
    """Accept an accepted action with its new values, which are written already."""
    now = _locked(action)
    _check_evidence(now)
    ProposedChange.objects.filter(action=now).delete()
    before = _signature(now.reviewed_at, now.reviewed_by)
    now.reviewed_at, now.reviewed_by = timezone.now(), user
    now.save(update_fields=["reviewed_at", "reviewed_by", "updated_at"])
    fields = {"accepted": (before, _signature(now.reviewed_at, user))}
    _tell(now, Event.CHANGE_ACCEPTED, user, fields)


def _signature(at: datetime | None, user: User | None) -> str:
    when = timezone.localtime(at).strftime("%d.%m.%Y %H:%M") if at else ""
    return " ".join(part for part in (when, str(user) if user else "") if part)


def _tell(
    action: Action,
    event: str,
    user: User | None,
    fields: Mapping[str, tuple[str, str]],
    reason: str = "",
) -> None:
    """Write what was said or decided into the history and into the conversation."""
    record_change(
        project=action.project,
        user=user,
        kind=Change.Kind.CHANGED,
        record=action,
        fields=fields,
        reason=reason,
    )
    text = fields["comment"][1] if event == Event.COMMENT else reason
    ReviewNote.objects.create(action=action, event=event, text=text, user=user)


def notes_of(action: Action) -> Iterable[ReviewNote]:
    """The conversation about an action, the oldest word first."""
    return action.review_notes.select_related("user")
