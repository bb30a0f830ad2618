"""What the page of an action says of its review: the state, what is proposed, the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from partners.models import Membership
from partners.roles import Capability
from partners.words import Words

from .evidence import missing_kinds
from .models import Action, EvidenceKind, ProposedChange, Review, ReviewNote, Status
from .proposals import change_of
from .records import record_of
from .review_forms import CommentForm, ReturnForm
from .reviewing import notes_of, stamp_of

State = ProposedChange.State
BACK = (ReviewNote.Event.RETURNED, ReviewNote.Event.CHANGE_RETURNED)


@dataclass(frozen=True)
class Proposed:
    """One value that is to change: as it was accepted, and as it is proposed."""

    heading: Words
    now: str
    new: str


@dataclass(frozen=True)
class ReviewPart:
    """The review of an action for one reader: what it says, and which buttons it offers."""

    change: ProposedChange | None
    proposed: Sequence[Proposed]
    notes: Sequence[ReviewNote]
    returned_why: str
    missing: Sequence[EvidenceKind]
    stamp: str
    may_submit: bool
    may_decide: bool
    may_withdraw: bool
    may_comment: bool
    return_form: ReturnForm
    comment_form: CommentForm

    @property
    def missing_words(self) -> str:
        return ", ".join(str(kind.label) for kind in self.missing)


def review_part(action: Action, membership: Membership, *, may_edit: bool) -> ReviewPart:
    change, notes = change_of(action), list(notes_of(action))
    may_review = membership.may(Capability.REVIEW)
    submitted = change.state == State.SUBMITTED if change else action.review == Review.SUBMITTED
    settled = change is None and action.review == Review.ACCEPTED
    achieved = action.status == Status.ACHIEVED
    return ReviewPart(
        change=change,
        proposed=proposed_of(action, change) if change else [],
        notes=notes,
        returned_why=_why(action, change, notes),
        missing=missing_kinds(action) if achieved and not change else [],
        stamp=stamp_of(action),
        may_submit=may_edit and not submitted and not settled,
        may_decide=may_review and submitted,
        may_withdraw=may_edit and change is not None,
        may_comment=may_edit or may_review,
        return_form=ReturnForm(auto_id="id_return_%s"),
        comment_form=CommentForm(auto_id="id_comment_%s"),
    )


def proposed_of(action: Action, change: ProposedChange) -> list[Proposed]:
    """What a change proposes, beside what stands there now."""
    record = record_of(action)
    return [
        Proposed(
            column.heading,
            column.tell(column.show(column.get(action))),
            column.tell(change.changes[column.name][1]),
        )
        for column in record.columns
        if column.name in change.changes
    ]


def returned_why(action: Action) -> str:
    """Why an action, or the change proposed to it, came back; nothing where it did not."""
    change = change_of(action)
    back = change.state == State.RETURNED if change else action.review == Review.RETURNED
    return _why(action, change, notes_of(action)) if back else ""


def _why(action: Action, change: ProposedChange | None, notes: Iterable[ReviewNote]) -> str:
    state = change.state if change else action.review
    if state != Review.RETURNED:
        return ""
    return next((note.text for note in reversed(list(notes)) if note.event in BACK), "")
