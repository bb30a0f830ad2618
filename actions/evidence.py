"""Which evidence an action type asks for, whether an action has it, and who else keeps files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _

from partners.words import Words

from .models import Action, ActionType, Evidence, EvidenceFile, EvidenceKind

# The kinds within a sentence: only a translator knows which words have a capital there.
KIND_WORDS: dict[EvidenceKind, Words] = {
    EvidenceKind.AGREEMENT: _("signed agreement"),
    EvidenceKind.AGENDA: _("agenda"),
    EvidenceKind.ATTENDANCE: _("signed attendance list"),
    EvidenceKind.PICTURE: _("picture"),
    EvidenceKind.OTHER: _("other evidence"),
}


def asked_kinds(action_type: ActionType) -> list[EvidenceKind]:
    """The kinds of evidence that an achieved action of the type needs, in their own order."""
    return [kind for kind in EvidenceKind if kind in (action_type.evidence or ())]


def missing_kinds(action: Action) -> list[EvidenceKind]:
    """The kinds that the type of an action asks for and that it has not: over prefetched rows."""
    there = {item.kind for item in action.evidence.all()}
    there |= {file.kind for file in action.files.all()}
    return [kind for kind in asked_kinds(action.type) if kind not in there]


def first_missing(action_type: ActionType, action: Action | None) -> str:
    """The kind that a form offers first; nothing where all that is asked for is there."""
    missing = missing_kinds(action) if action else asked_kinds(action_type)
    return missing[0] if missing else ""


def lacks_evidence(types: Iterable[ActionType] | None = None) -> Q:
    """Which actions lack a kind of evidence that their type asks for.

    Of the named types only, whose rows somebody has read; None asks the database what each type
    asks for. A link, a name of a paper and a file are evidence alike; so is a file whose content
    was erased when its time was over.
    """
    known = None if types is None else list(types)
    lacking = Q(pk__in=())
    for kind in EvidenceKind:
        asked = _asked_for(kind, known)
        if asked:
            lacking |= asked & ~Q(has_evidence(kind))
    return lacking


def _asked_for(kind: EvidenceKind, types: list[ActionType] | None) -> Q:
    """Which actions are asked for a kind of evidence; empty where none of the types asks."""
    if types is None:
        return Q(Contains(Cast("type__evidence", TextField()), f'"{kind}"'))
    asking = [action_type.pk for action_type in types if kind in asked_kinds(action_type)]
    return Q(type__in=asking) if asking else Q()


def has_evidence(kind: EvidenceKind) -> Q:
    """Whether an action has a link or a file of a kind."""
    links = Evidence.objects.filter(action=OuterRef("pk"), kind=kind)
    files = EvidenceFile.objects.filter(action=OuterRef("pk"), kind=kind)
    return Q(Exists(links)) | Q(Exists(files))


def _nothing(_file: EvidenceFile) -> None:
    """What a keeper does that has nothing to do."""


@dataclass(frozen=True)
class Keeper:
    """A higher floor that keeps files of evidence too: what it is asked, and what it is told.

    A file that it is told of may be one whose row is gone, as it last was.
    """

    holds: Callable[[EvidenceFile], bool]
    erased: Callable[[EvidenceFile], None]
    restricted: Callable[[EvidenceFile], None] = _nothing


_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """Let a floor above know of files that are erased; an app does so once, when it is ready."""
    _keepers.append(keeper)


def is_held(file: EvidenceFile) -> bool:
    """Whether something above needs the file as it is, such as a sealed report."""
    return any(keeper.holds(file) for keeper in _keepers)


def tell_erased(file: EvidenceFile) -> None:
    """Say that the content of a file goes for good, in the transaction that erases it."""
    for keeper in _keepers:
        keeper.erased(file)


def tell_restricted(file: EvidenceFile) -> None:
    """Say that a file is not for everyone any more, in the transaction that says so of its row."""
    for keeper in _keepers:
        keeper.restricted(file)
