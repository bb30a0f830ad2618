"""Reads all that the checks look at, once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from actions.evidence import asked_kinds, has_evidence, lacks_evidence
from actions.models import Action, ActionType, EvidenceKind, Occasion, ReviewNote, Status
from actions.partial import PartialDate
from kpis.models import Deadline, Indicator
from kpis.progress import Progress, project_progress
from kpis.verdicts import COUNTED, counted_things, is_doubled, rules, verdict_by
from partners.clock import today
from partners.models import Change, Membership, Organisation, Partner, Project
from partners.roles import Role

from .finding import ADMIN, LEADER, Who
from .rows import Known, Row

# What says when an action was achieved, by the names under which history keeps it.
DATING = ["status", "occasions", "signed_on"]
NUMBERS = ("participants", "smes", "clusters", "research", "public")
_PLAIN = (
    "pk", "type_id", "reference", "title", "title_key", "description", "results", "dates_note",
    "status", "review", "mission_id", "first_on", "first_precision", "counts_from", "excluded",
    "duplicate_of_id", "created_at", "updated_at", "reviewed_at",
)  # fmt: skip
_ELSEWHERE = {
    "mission_name": "mission__name",
    "signed_on": "agreement__signed_on",
    "signed_precision": "agreement__signed_on_precision",
    "expected_on": "agreement__expected_signature",
    "expected_precision": "agreement__expected_signature_precision",
    "proposed_state": "proposed__state",
    "proposed_at": "proposed__at",
}


@dataclass
class Terms:
    """What belongs to an indicator: its tables, the partners' shares, and who has said why."""

    types: set[int] = field(default_factory=set)
    shares: dict[int, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)


class Material:
    """A project as the checks see it: each thing is read when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.today = today()

    @cached_property
    def types(self) -> dict[int, ActionType]:
        return {t.pk: t for t in self.project.action_types.all()}

    @cached_property
    def _answering(self) -> tuple[list[Partner], dict[int, list[Partner]]]:
        """The partners, and those who answer for each action: one query for both."""
        partners: dict[int, Partner] = {}
        answering: dict[int, list[Partner]] = defaultdict(list)
        for found in self.project.partners.annotate(action=F("actions")):
            partner = partners.setdefault(found.pk, found)
            partner.project = self.project
            if found.action is not None:
                answering[found.action].append(partner)
        return list(partners.values()), answering

    @property
    def partners(self) -> list[Partner]:
        return self._answering[0]

    @property
    def indicators(self) -> list[Indicator]:
        return self._indicators[0]

    @property
    def terms(self) -> dict[int, Terms]:
        """By the keys of the indicators."""
        return self._indicators[1]

    @cached_property
    def _indicators(self) -> tuple[list[Indicator], dict[int, Terms]]:
        """The indicators, and all that hangs on them: one query for both."""
        indicators: dict[int, Indicator] = {}
        terms: dict[int, Terms] = defaultdict(Terms)
        for found in self.project.indicators.annotate(
            table=F("action_types"),
            sharer=F("partner_targets__partner"),
            share=F("partner_targets__target"),
            teller=F("deviations__partner"),
        ):
            indicator = indicators.setdefault(found.pk, found)
            indicator.project = self.project
            terms[found.pk].types |= {found.table} - {None}
            terms[found.pk].told |= {found.teller} - {None}
            if found.sharer is not None:
                terms[found.pk].shares[found.sharer] = found.share
        return list(indicators.values()), terms

    @cached_property
    def deadlines(self) -> list[Deadline]:
        deadlines = list(self.project.deadlines.all())
        for deadline in deadlines:
            deadline.project = self.project
        return deadlines

    @cached_property
    def organisations(self) -> list[Known]:
        found: dict[int, Known] = {}
        organisations: QuerySet[Any] = Organisation.objects.of(self.project).order_by("pk")
        for pk, name, country, note, alias, action in organisations.values_list(
            "pk", "name", "country", "note", "aliases__name", "actions"
        ):
            if pk not in found:
                found[pk] = Known(pk, name, str(country or ""), note, self.project.slug)
            found[pk].aliases |= {alias} - {None}
            found[pk].actions |= {action} - {None}
        return list(found.values())

    @cached_property
    def rows(self) -> list[Row]:
        """The actions of the project but those that were dropped, in the order of the tables."""
        rows = {row.pk: row for row in self._read_rows()}
        for row in rows.values():
            row.partners = self._answering[1].get(row.pk, [])
        for organisation in self.organisations:
            for action in organisation.actions & rows.keys():
                rows[action].organisations.append(organisation)
        occasions = Occasion.objects.filter(action__project=self.project)
        names = ("action", "start", "end", "precision", "place")
        for action, start, end, precision, place in occasions.values_list(*names):
            if action in rows:
                rows[action].occasions.append((PartialDate(start, end, precision), place))
        order = {pk: number for number, pk in enumerate(self.types)}
        return sorted(rows.values(), key=lambda row: (order[row.type.pk], row.pk))

    def _read_rows(self) -> Iterator[Row]:
        things = sorted({counted_things(i) or "" for i in self.indicators} | {""})
        values = _values(self.project, list(self.types.values()), things)
        asked = {pk: asked_kinds(action_type) for pk, action_type in self.types.items()}
        for value in values:
            value["type"] = action_type = self.types[value.pop("type_id")]
            has = {kind: value.pop(f"has_{kind.value}") for kind in EvidenceKind}
            value["lacking"] = [kind for kind in asked[action_type.pk] if not has[kind]]
            value["numbers"] = {name: value.pop(f"n_{name}") for name in NUMBERS}
            value["verdicts"] = {
                each or None: value.pop(f"verdict_{at}") for at, each in enumerate(things)
            }
            yield Row(project_slug=self.project.slug, **value)

    # Figures, and the rows behind them

    def counted_rows(self, indicator: Indicator) -> list[Row]:
        """The rows that the leading figure of an indicator counts."""
        things, types = counted_things(indicator), self.terms[indicator.pk].types
        return [
            row for row in self.rows if row.type.pk in types and row.verdicts[things] == COUNTED
        ]

    @cached_property
    def progress(self) -> Progress:
        return project_progress(self.project, partners=self.partners)

    # Who can close something

    @cached_property
    def _members(self) -> dict[str, list[tuple[int | None, str]]]:
        """The members by role: the partner of each, and the name."""
        found: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
        members: QuerySet[Membership] = self.project.memberships.select_related("user")
        for member in members.order_by("user__last_name", "user__username"):
            name = member.user.get_full_name() or member.user.get_username()
            found[member.role].append((member.partner_id, name))
        return found

    def partner(self, partner: Partner) -> Who:
        """The users of a partner, by name; the partner itself where nobody signs in for it."""
        if partner.is_joint:
            return self.leader
        of_role = (self._members[role] for role in (Role.PARTNER, Role.LEADER))
        users = next((u for members in of_role if (u := _of(partner, members))), [])
        names = [f"{name} ({partner.code})" for name in users] or [partner.code]
        return Who((partner.code,), tuple(names))

    def owners(self, *rows: Row) -> Who:
        """Who answers for some rows: the users of their partners."""
        partners = {partner.pk: partner for row in rows for partner in row.partners}
        who = [self.partner(partner) for partner in partners.values()] or [self.leader]
        return together(who)

    @cached_property
    def leader(self) -> Who:
        names = [name for _partner, name in self._members[Role.LEADER]]
        return Who((LEADER,), tuple(names) or (_("task leader"),))

    @cached_property
    def admin(self) -> Who:
        names = [name for _partner, name in self._members[Role.ADMIN]]
        return Who((ADMIN,), tuple(names) or (_("administrator"),))


def _of(partner: Partner, members: list[tuple[int | None, str]]) -> list[str]:
    return [name for pk, name in members if pk == partner.pk]


def together(who: Iterable[Who]) -> Who:
    """Several who can close something, each once."""
    codes = dict.fromkeys(code for each in who for code in each.codes)
    names = dict.fromkeys(name for each in who for name in each.names)
    return Who(tuple(codes), tuple(names))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _values(
    project: Project, types: list[ActionType], things: list[str]
) -> Iterable[dict[str, Any]]:
    """The values of all actions by the names that a row gives them: one query."""
    lacking = lacks_evidence(types)
    changes = Change.objects.filter(project=project, record="action", record_id=OuterRef("pk"))
    dating = Q()
    for name in DATING:
        dating |= Q(fields__has_key=name)
    notes = ReviewNote.objects.filter(action=OuterRef("pk"), event=ReviewNote.Event.SUBMITTED)
    verdicts = {
        f"verdict_{at}": verdict_by(
            rules(
                project.lead_figure,
                things=each or None,
                lacking=lacking,
                doubled=None if each else is_doubled(),
            )
        )
        for at, each in enumerate(things)
    }
    actions: QuerySet[Any] = Action.objects.of(project).exclude(status=Status.DROPPED)
    return actions.order_by().values(
        *_PLAIN,
        **{name: F(path) for name, path in _ELSEWHERE.items()},
        **{f"n_{name}": F(f"event__{name}") for name in NUMBERS},
        **verdicts,
        **{f"has_{kind.value}": _flag(has_evidence(kind)) for kind in EvidenceKind},
        dated_at=Subquery(changes.filter(dating).order_by("-at").values("at")[:1]),
        sent_at=Subquery(notes.order_by("-at").values("at")[:1]),
    )
