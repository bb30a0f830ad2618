"""What to do first in a project that is empty, and for a partner that has not begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.models import Action, ActionType
from actions.reviewing import waiting
from partners import clock
from partners.models import Membership, Partner, Project
from partners.roles import Capability, Role

from .progress import Progress

Way = tuple[str, str]  # the words of a link and its address


@dataclass(frozen=True)
class Step:
    """One thing to do: whether it is done, and where this member does it."""

    label: str
    done: bool
    ways: Sequence[Way] = ()
    hint: str = ""


@dataclass(frozen=True)
class FirstSteps:
    """The steps in the order in which one takes them."""

    words: str
    steps: Sequence[Step]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)


def first_steps(progress: Progress, member: Membership) -> FirstSteps | None:
    """What a project without partners, indicators, people or actions needs; one query.

    None where it has all of them, and in the past, where nothing can be done.
    """
    there = _there(progress.project)
    partners = any(not partner.is_joint for partner in progress.partners)
    needed = (partners, bool(progress.indicators), there["people"], there["actions"])
    if all(needed) or clock.is_past():
        return None
    if not member.may(Capability.ADD_ACTION):
        return FirstSteps(_("The project is being set up. Its figures will stand here."), ())
    steps = (
        Step(_("Add the partners of the consortium"), partners, _admin(member, "partners_partner")),
        Step(
            _("Set up the tables of the report"),
            there["tables"],
            _admin(member, "actions_actiontype"),
            _("Each table holds one kind of action."),
        ),
        Step(
            _("Add the indicators with their targets"),
            bool(progress.indicators),
            _admin(member, "kpis_indicator"),
        ),
        _shares(progress, member),
        Step(
            _("Let the people of the partners in"),
            there["people"],
            _admin(member, "partners_membership"),
        ),
        Step(_("Log the first action"), there["actions"], _ways_of_actions(member)),
    )
    return FirstSteps(_("Nothing is counted yet. In this order it goes fastest:"), steps)


def _there(project: Project) -> dict[str, bool]:
    """What a project has: tables, people beside the one who asks, actions."""
    mine = {"project": OuterRef("pk")}
    second = Membership.objects.filter(**mine).order_by("pk").values("pk")[1:2]
    found = Project.objects.filter(pk=project.pk).values_list(
        Exists(ActionType.objects.filter(**mine)),
        Exists(second),
        Exists(Action.objects.filter(**mine)),
    )
    return dict(zip(("tables", "people", "actions"), found.get(), strict=True))


def _shares(progress: Progress, member: Membership) -> Step:
    lines = progress.lines
    done = any(share.target is not None for line in lines for share in line.partners.values())
    ways = []
    if lines and member.may(Capability.SET_TARGETS):
        address = reverse("targets", args=[progress.project.slug, lines[0].indicator.number])
        ways = [(_("Set targets"), address)]
    hint = _("Where an indicator is shared out among the partners.")
    return Step(_("Say which share each partner carries"), done, ways, hint)


def _admin(member: Membership, model: str) -> Sequence[Way]:
    """The form of administration, for who may open it."""
    if member.role != Role.ADMIN:
        return ()
    return ((_("Add"), reverse(f"admin:{model}_add")),)


def _ways_of_actions(member: Membership) -> list[Way]:
    slug = member.project.slug
    ways = [(_("Log an action"), reverse("action-add", args=[slug]))]
    if member.may(Capability.IMPORT):
        ways.append((_("Import a spreadsheet"), reverse("import", args=[slug])))
    return ways


def first_steps_of_partner(partner: Partner, member: Membership) -> FirstSteps | None:
    """How a partner begins, for its own users, while no action is its own; one query."""
    own = member.partner_id == partner.pk and member.may(Capability.ADD_ACTION)
    if not own or partner.actions.exists():
        return None
    slug = partner.project.slug
    return FirstSteps(
        _("Your partner has logged no action yet. This is how it goes:"),
        (
            Step(
                _("Look at what your partner has promised"),
                False,
                [(_("Indicators"), "#indicators")],
            ),
            Step(
                _("Log the first action"),
                False,
                [(_("Log an action"), reverse("action-add", args=[slug]))],
                _("A contact, an agreement or an event, also one that is only planned."),
            ),
            Step(
                _("Attach what proves it"),
                False,
                (),
                _("A file or a link, on the page of the action: the agenda, the signed paper."),
            ),
            Step(
                _("Send it in for review"),
                False,
                [(_("Review"), reverse("review", args=[slug]))],
                _("The task leader accepts it, or returns it with a word why."),
            ),
        ),
    )


def waiting_of(member: Membership) -> int:
    """How much waits for a member who reviews; nothing for all others."""
    return waiting(member.project).count() if member.may(Capability.REVIEW) else 0
