"""The small forms of the review: why something is returned, a word in the conversation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.fields import LONGEST_KEY
from partners.models import Partner, Project

from .models import NOTE_LENGTH, Action, ActionType


class ReturnForm(forms.Form):
    """Why an action or a proposed change goes back to its partner."""

    reason = forms.CharField(
        label=_("What is to be corrected"),
        help_text=_("The partner reads it beside the action."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CommentForm(forms.Form):
    """A word about an action, for partner and task leader."""

    text = forms.CharField(
        label=_("Your words"), max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )


class QueueFilter(forms.Form):
    """Which rows of the queue are shown: of one partner, of one table."""

    partner = forms.ModelChoiceField(
        queryset=Partner.objects.none(),
        to_field_name="code",
        required=False,
        label=_("Partner"),
        empty_label=pgettext_lazy("filter", "All"),
    )
    type = forms.ModelChoiceField(
        queryset=ActionType.objects.none(),
        to_field_name="slug",
        required=False,
        label=_("Table"),
        empty_label=pgettext_lazy("filter", "All"),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = project.partners.all()  # type: ignore[attr-defined]
        self.fields["type"].queryset = project.action_types.all()  # type: ignore[attr-defined]

    def rows(self, rows: Any) -> Any:
        """The rows that fit; none where a filter is wrong."""
        if not self.is_valid():
            return rows.none()
        partner, kind = self.cleaned_data["partner"], self.cleaned_data["type"]
        if partner:
            mine = Action.partners.through.objects.filter(partner=partner)
            rows = rows.filter(pk__in=mine.values("action"))
        return rows.filter(type=kind) if kind else rows


def ticked(values: list[str]) -> dict[int, str]:
    """The ids of actions with the stamps that were shown of them, as checkboxes send them."""
    parts = (value.partition(":") for value in values)
    return {
        int(pk): stamp
        for pk, _colon, stamp in parts
        if pk.isascii() and pk.isdigit() and len(pk) <= LONGEST_KEY
    }
