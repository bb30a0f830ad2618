"""What the page of an action says of its evidence: what is asked for, and what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partners.models import Membership
from partners.roles import Capability
from partners.travel import journey, there_today

from .evidence import asked_kinds, first_missing, missing_kinds
from .file_forms import EvidenceFileForm
from .models import MOST_FILES, Action, Evidence, EvidenceFile, EvidenceKind, Review, Status


@dataclass(frozen=True)
class Asked:
    """A kind of evidence that the type of an action asks for, and whether it is there."""

    kind: EvidenceKind
    is_there: bool


@dataclass(frozen=True)
class ShownFile:
    """A file in the list of an action; one that the reader may not open has no name there.

    One that is not there has no page: on pages of the past, what is gone today.
    """

    file: EvidenceFile
    is_open: bool
    is_there: bool
    may_change: bool
    may_erase: bool


@dataclass(frozen=True)
class EvidencePart:
    """The evidence of an action for one reader."""

    asked: list[Asked]
    links: Iterable[Evidence]
    files: list[ShownFile]
    may_attach: bool
    form: EvidenceFileForm
    is_needed_now: bool
    most: int = MOST_FILES

    @property
    def is_full(self) -> bool:
        return len(self.files) >= self.most

    @property
    def lacks(self) -> bool:
        return not all(asked.is_there for asked in self.asked)


def evidence_part(action: Action, membership: Membership, *, may_edit: bool) -> EvidencePart:
    """The evidence of an action with its rows prefetched; restricted files take a query more."""
    missing = missing_kinds(action)
    opened, gone = _opened(action, membership), _gone(action)
    may_change = may_edit and may_take_back(action, membership)
    may_erase = membership.may(Capability.ERASE_FILE)
    return EvidencePart(
        [Asked(kind, kind not in missing) for kind in asked_kinds(action.type)],
        action.evidence.all(),
        [
            ShownFile(
                file,
                file.pk in opened,
                file.pk not in gone,
                may_change,
                may_erase and not file.erased_at,
            )
            for file in action.files.all()
        ],
        may_edit,
        EvidenceFileForm(project=action.project, kind=first_missing(action.type, action)),
        action.status == Status.ACHIEVED,
    )


def _opened(action: Action, membership: Membership) -> set[int]:
    """The files that a member who sees the action may open."""
    files = action.files.all()
    if not journey() and not any(file.restricted for file in files):
        return {file.pk for file in files}
    visible = EvidenceFile.objects.filter(action=action).visible_to(membership.user)
    return set(visible.values_list("pk", flat=True))


def _gone(action: Action) -> set[int]:
    """The files of a page of the past that are gone today."""
    if not journey():
        return set()
    there = EvidenceFile.objects.filter(action=action, pk__in=there_today(EvidenceFile))
    return {file.pk for file in action.files.all()} - set(there.values_list("pk", flat=True))


def may_take_back(action: Action, membership: Membership) -> bool:
    """Whether files of an action may be changed and removed: of an accepted one by few."""
    return action.review != Review.ACCEPTED or membership.may(Capability.REVIEW)
