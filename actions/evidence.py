"""Which evidence an action type asks for, and whether an action has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from .models import ActionType, Evidence, EvidenceFile, EvidenceKind


def asked_kinds(action_type: ActionType) -> list[EvidenceKind]:
    """The kinds of evidence that an achieved action of the type needs, in their own order."""
    return [kind for kind in EvidenceKind if kind in (action_type.evidence or ())]


def lacks_evidence(types: Iterable[ActionType]) -> Q:
    """Which actions of some types lack a kind of evidence that their type asks for.

    A link, a name of a paper and a file are evidence alike; so is a file whose content was erased
    when its time was over.
    """
    asking: dict[EvidenceKind, list[int]] = defaultdict(list)
    for action_type in types:
        for kind in asked_kinds(action_type):
            asking[kind].append(action_type.pk)
    lacking = Q(pk__in=())
    for kind, pks in asking.items():
        lacking |= Q(type__in=pks) & ~Q(has_evidence(kind))
    return lacking


def has_evidence(kind: EvidenceKind) -> Q:
    """Whether an action has a link or a file of a kind."""
    links = Evidence.objects.filter(action=OuterRef("pk"), kind=kind)
    files = EvidenceFile.objects.filter(action=OuterRef("pk"), kind=kind)
    return Q(Exists(links)) | Q(Exists(files))
