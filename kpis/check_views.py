"""The page of all that should be closed before a report, and the page on which one is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from partners.access import ProjectView
from partners.models import Membership, Partner
from partners.roles import Capability, Role

from .checks import CHECKS, findings
from .checks.answers import LONGEST_NOTE, ask_again, confirm, dismiss
from .checks.finding import ADMIN, LEADER, Answered, Check, Finding, Link, Severity
from .models import CheckAnswer

FINDINGS_A_PAGE = 200
MOST_UNFOLDED = 8  # findings of one kind that are shown without being asked for


class CheckFilter(forms.Form):
    """Whose findings, how grave, and of which kind; nothing chosen is all."""

    who = forms.ChoiceField(label=gettext_lazy("Who can close it"), required=False)
    severity = forms.ChoiceField(
        label=gettext_lazy("How grave"),
        choices=[("", pgettext_lazy("filter", "All")), *Severity.choices],
        required=False,
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is about"), required=False)

    def __init__(self, data: Any, partners: list[Partner]) -> None:
        super().__init__(data)
        everyone = [("", _("Everyone")), (LEADER, _("Task leader")), (ADMIN, _("Administrator"))]
        codes = [(p.code, p.code) for p in partners if not p.is_joint]
        self.fields["who"].choices = everyone + codes  # type: ignore[attr-defined]
        kinds = [(check.kind, check.label) for check in CHECKS]
        self.fields["kind"].choices = [("", _("Everything")), *kinds]  # type: ignore[attr-defined]

    def keeps(self, finding: Finding) -> bool:
        said = self.cleaned_data
        who, kind, severity = said.get("who"), said.get("kind"), said.get("severity")
        return (
            (not who or who in finding.codes)
            and (not kind or kind == finding.kind)
            and (not severity or severity == finding.check.severity)
        )


@dataclass(frozen=True)
class Item:
    """A finding as a member reads it: with the way to close it, where the member may go it."""

    finding: Finding
    way: Link | None

    @property
    def records(self) -> list[Link]:
        """The records that the way to close it does not lead to."""
        found = self.finding.records
        return [] if self.way and len(found) == 1 else found


@dataclass(frozen=True)
class Part:
    """The findings of one kind that the same people can close."""

    names: tuple[str, ...]
    items: list[Item]


@dataclass(frozen=True)
class Group:
    """The findings of one kind that stand together on the page."""

    check: Check
    parts: list[Part]
    own: bool

    @property
    def total(self) -> int:
        return sum(len(part.items) for part in self.parts)

    @property
    def folded(self) -> bool:
        """Whether there are so many that they open on demand."""
        return self.total > MOST_UNFOLDED


class Checks(ProjectView):
    """Everything that is open, by kind; a partner user's own comes first."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        found = findings(self.project)
        form = CheckFilter(request.GET, found.partners)
        valid = form.is_valid()
        kept = [f for f in found.open if not valid or form.keeps(f)]
        own = own_codes(self.membership)
        kept.sort(key=lambda finding: set(own).isdisjoint(finding.codes))
        page = Paginator(kept, FINDINGS_A_PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "kpis/checks.html",
            {
                "form": form,
                "filtered": any(request.GET.get(name) for name in form.fields),
                "found": found,
                "numbers": [(s, s.label, found.count(s)) for s in Severity],
                "own": own[0] if len(own) == 1 else "",
                "own_number": sum(not set(own).isdisjoint(f.codes) for f in found.open),
                "groups": groups_of(list(page), self.membership),
                "page_obj": page,
                "may_answer": self.may(Capability.ANSWER_CHECKS),
            },
        )


def own_codes(membership: Membership) -> list[str]:
    """By which codes the findings that a member can close go; a reader can close none."""
    role = {Role.LEADER: [LEADER], Role.ADMIN: [ADMIN]}.get(Role(membership.role), [])
    closes = membership.may(Capability.ADD_ACTION) and membership.partner
    return [*role, *([membership.partner.code] if closes and membership.partner else [])]


def groups_of(found: list[Finding], member: Membership) -> list[Group]:
    """Findings under their kinds, those that the reader can close in groups of their own."""
    own = set(own_codes(member))
    return [
        Group(check, parts_of(group, member), is_own)
        for (is_own, check), group in groupby(found, lambda f: (bool(own & {*f.codes}), f.check))
    ]


def parts_of(found: Iterable[Finding], member: Membership) -> list[Part]:
    """Findings of one kind by who can close them, in the order in which they come."""
    parts: dict[tuple[str, ...], list[Item]] = {}
    for finding in found:
        items = parts.setdefault(finding.found.who.names, [])
        items.append(Item(finding, way_of(finding, member)))
    return [Part(names, items) for names, items in parts.items()]


def way_of(finding: Finding, member: Membership) -> Link | None:
    """Where a member closes a finding; None where the member may not, or answers it instead."""
    way = finding.found.way
    allowed = member.may(way.needs) or not set(own_codes(member)).isdisjoint(way.own)
    return way if allowed and way.url else None


class AnswerForm(forms.Form):
    """What is said to a finding; ``stays`` is asked where one of two rows may be a duplicate."""

    stays = forms.ChoiceField(
        label=gettext_lazy("Which one stays"), required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy("Needed to dismiss it: whoever reads this later asks for it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, finding: Finding) -> None:
        super().__init__(data)
        pair = finding.found.pair
        if pair:
            rows = [(str(row.pk), row.label) for row in pair]
            self.fields["stays"].choices = rows  # type: ignore[attr-defined]
        else:
            del self.fields["stays"]


class CheckAnswerPage(ProjectView):
    """One finding with its records beside each other, and what can be said to it."""

    capability = Capability.VIEW
    write_capability = Capability.ANSWER_CHECKS

    def get(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        finding, answered = self.find(kind, key)
        form = AnswerForm(None, finding) if finding else None
        return self.show(request, finding, answered, form)

    # In one transaction: what was found still stands when it is answered.
    @transaction.atomic
    def post(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        finding, answered = self.find(kind, key)
        if answered:
            ask_again(answer=answered.answer, user=self.membership.user)
            messages.success(request, _("The answer is taken back."))
            return redirect("checks", self.project.slug)
        assert finding is not None
        form = AnswerForm(request.POST, finding)
        if form.is_valid() and self.answer(form, finding, request.POST.get("answer", "")):
            messages.success(request, _("Saved: this is not asked again."))
            return redirect("checks", self.project.slug)
        return self.show(request, finding, answered, form)

    def answer(self, form: AnswerForm, finding: Finding, said: str) -> bool:
        """Write what was said; what cannot be written stands beside its field."""
        note = form.cleaned_data["note"]
        user, project = self.membership.user, self.project
        try:
            with transaction.atomic():
                if said == CheckAnswer.Answer.CONFIRMED:
                    stays = int(form.cleaned_data.get("stays") or 0)
                    confirm(project=project, finding=finding, stays=stays, note=note, user=user)
                elif said == CheckAnswer.Answer.DISMISSED:
                    dismiss(project=project, finding=finding, note=note, user=user)
                else:
                    raise ValidationError(_("Choose an answer."))
        except ValidationError as error:
            confirmed = said == CheckAnswer.Answer.CONFIRMED and "stays" in form.fields
            form.add_error("stays" if confirmed else "note", error)
        return not form.errors

    def find(self, kind: str, key: str) -> tuple[Finding | None, Answered | None]:
        """The open finding, or what was said to it."""
        found = findings(self.project)
        finding, answered = found.of(kind, key), found.answer(kind, key)
        if finding is None and answered is None:
            raise Http404
        return finding, answered

    def show(
        self,
        request: HttpRequest,
        finding: Finding | None,
        answered: Answered | None,
        form: AnswerForm | None,
    ) -> HttpResponse:
        return render(
            request,
            "kpis/checks_answer.html",
            {
                "finding": finding,
                "answered": answered,
                "form": form,
                "way": way_of(finding, self.membership) if finding else None,
                "may_answer": self.may(Capability.ANSWER_CHECKS),
                "crumbs": [(_("Checks"), reverse("checks", args=[self.project.slug]))],
            },
            status=422 if form is not None and form.errors else 200,
        )
