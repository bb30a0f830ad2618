"""The questions asked of actions, in the words of the domain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from partners import clock
from partners.querysets import OfProjectQuerySet
from partners.roles import CAPABILITIES, Capability, Role
from partners.spelling import MOST_WORDS, search_key, spelt
from partners.travel import gone_and_once, journey, there_today

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Project, User

TEXTS = ("description", "expectations", "results", "dates_note")

_REFERENCE = re.compile(r"\s*[tT]?\s*(\d{1,3})\s*[-–—. ]\s*(\d{1,5})\s*")


def references(words: str) -> tuple[str, ...]:
    """The references that somebody may mean: “t8 4” and “8-04” are T8-04."""
    match = _REFERENCE.fullmatch(words)
    said = words.strip().upper()
    return (said, f"T{int(match[1])}-{int(match[2]):02}") if match else (said,)


def gap_rule(gap: str, lacking: Q) -> Q:
    """Which rows have a gap: ``undated``, ``no_evidence``, ``lacks_evidence``, ``overdue`` or
    ``excluded``; ``lacking`` are those without the evidence that their types ask for.

    Lists and the figures of gaps both use it. ``no_evidence`` looks at the evidence and at the
    files of each row: who counts by it counts distinct rows.
    """
    achieved = Q(status="achieved", excluded=False)
    open_ = Q(status__in=["planned", "under_way"])
    rules = {
        "undated": achieved & Q(counts_from__isnull=True),
        "no_evidence": achieved & Q(evidence__isnull=True, files__isnull=True),
        "lacks_evidence": achieved & lacking,
        "overdue": open_ & Q(counts_from__lt=clock.today()),
        "excluded": Q(excluded=True),
    }
    return rules[gap]


class ActionQuerySet(OfProjectQuerySet):
    def editable_by(self, user: User | AnonymousUser) -> Self:
        """All of a project for who keeps it; for a partner user, what the partner answers for."""
        if not user.is_authenticated or clock.is_past():
            return self.none()
        keepers = [r for r, may in CAPABILITIES.items() if Capability.EDIT_ANY_ACTION in may]
        writers = [r for r, may in CAPABILITIES.items() if Capability.ADD_ACTION in may]
        kept = user.memberships.filter(role__in=keepers).values("project")
        own = user.memberships.filter(role__in=writers, partner__isnull=False).values("partner")
        responsible = self.model.partners.through.objects.filter(
            action=OuterRef("pk"), partner__in=own
        )
        return self.filter(Q(project__in=kept) | Exists(responsible))

    def saying_editable_by(self, user: User | AnonymousUser) -> Self:
        """With ``is_editable`` on each row: whether the user may change it."""
        root = self.model.partners.through.action.field.related_model
        editable = root.objects.editable_by(user).filter(pk=OuterRef("pk"))
        return self.annotate(is_editable=Exists(editable))

    def for_table(self) -> Self:
        """With what a list shows, in a fixed number of queries."""
        return self.select_related("type", "mission", "project").prefetch_related("partners")

    def for_detail(self) -> Self:
        """With everything that a detail page, a form or an export reads."""
        rows = self.model.files.rel.related_model.objects
        files = rows.select_related("uploaded_by", "erased_by")
        return self.for_table().prefetch_related(
            "organisations", "sectors", "occasions", "evidence", Prefetch("files", files)
        )

    def reaching(self, which: str) -> Self:
        """The rows that are asked for whom they reach: ``achieved`` ones, or ``all`` not dropped.

        No indicator is asked: every table counts alike, and each row is one action.
        """
        status = Q(status="achieved") if which == "achieved" else ~Q(status="dropped")
        return self.filter(status, excluded=False, review__in=("submitted", "accepted"))

    def searched(self, words: str) -> Self:
        """The actions with every word somewhere in their own texts, in the name of an organisation
        or in their places and dates as they were written.
        """
        fits = Q()
        for word in words.split()[:MOST_WORDS]:
            key = search_key(word)
            fits &= self._spelt(key) if key else self._holding(word)
        return self.filter(fits | Q(reference__in=references(words))) if fits else self.all()

    def _spelt(self, key: str) -> Q:
        """The actions with one word, whatever its case and accents."""
        through = self.model.organisations.through.objects.filter(action=OuterRef("pk"))
        name = spelt("organisation__name", "organisation__key", key=key)
        alias = spelt("organisation__aliases__key", key=key)
        occasions = self.model.occasions.rel.related_model.objects.filter(action=OuterRef("pk"))
        return (
            spelt("title", "reference", *TEXTS, key=key)
            | Exists(through.filter(name | alias))
            | Exists(occasions.filter(spelt("place", "words", key=key)))
        )

    def _holding(self, sign: str) -> Q:
        """The actions with a sign that is no letter or digit, exactly as it is."""
        found = Q()
        for name in ("title", *TEXTS):
            found |= Q(**{f"{name}__contains": sign})
        return found


class EvidenceFileQuerySet(QuerySet[Any]):
    """Files of evidence: who edits an action edits its files; who sees it sees most of them."""

    def of(self, project: Project) -> Self:
        return self.filter(action__project=project)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The files that the user may know; that a restricted one is there, its action tells.

        On pages of the past it is today that says which are restricted; of a file that is gone
        today, whether it ever was.
        """
        found = self.filter(action__in=self._actions().visible_to(user).values("pk"))
        closed = Q(restricted=True)
        if journey():
            closed |= Q(pk__in=gone_and_once(self.model, "restricted"))
        return found.filter(~closed | Q(action__in=self._entrusted(user).values("pk")))

    def with_content(self) -> Self:
        """The files whose content may be handed out: none that is erased or gone today."""
        found = self.filter(erased_at__isnull=True)
        return found.filter(pk__in=there_today(self.model)) if journey() else found

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(action__in=self._actions().editable_by(user).values("pk"))

    def overdue(self) -> Self:
        """The files whose content should have been erased: their day is over."""
        return self.filter(erased_at__isnull=True, keep_until__lt=clock.today())

    def _entrusted(self, user: User | AnonymousUser) -> ActionQuerySet:
        """The actions whose restricted files a user opens: a partner's own; all, for some roles."""
        actions = self._actions()
        if not user.is_authenticated:
            return actions.none()
        keepers = [r for r, may in CAPABILITIES.items() if Capability.SEE_RESTRICTED in may]
        kept = user.memberships.filter(role__in=keepers).values("project")
        if journey():
            # Who answered for an action then need not do so today.
            return actions.filter(project__in=kept)
        own = user.memberships.filter(role=Role.PARTNER, partner__isnull=False).values("partner")
        responsible = actions.model.partners.through.objects.filter(
            action=OuterRef("pk"), partner__in=own
        )
        return actions.filter(Q(project__in=kept) | Exists(responsible))

    def _actions(self) -> ActionQuerySet:
        actions: ActionQuerySet = self.model.action.field.related_model.objects.order_by()
        return actions
