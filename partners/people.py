"""What the histories of projects tell of a person whom an administrator changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.forms import ModelForm
from django.utils.translation import gettext as _

from .models import Change, Project, User
from .services import record_change

NAMES = ("username", "first_name", "last_name")
FLAGS = ("is_active", "is_superuser")


def told_of_person(form: ModelForm[User]) -> dict[str, tuple[str, str]]:
    """Old and new of the names and rights that a form changed; of an address only that it did."""
    changed = set(form.changed_data)
    fields = {
        name: (str(form.initial.get(name) or ""), str(form.cleaned_data.get(name) or ""))
        for name in NAMES
        if name in changed
    }
    for name in FLAGS:
        if name in changed:
            fields[name] = (_yes_no(form.initial.get(name)), _yes_no(form.cleaned_data.get(name)))
    if "email" in changed:
        fields["email"] = ("", _("changed"))
    return fields


def _yes_no(value: Any) -> str:
    return _("yes") if value else _("no")


@transaction.atomic
def record_person(*, user: User, by: User | None, fields: Mapping[str, tuple[str, str]]) -> None:
    """Write a line into the history of each project in which the user is a member."""
    if not fields:
        return
    for project in Project.objects.filter(memberships__user=user):
        record_change(
            project=project, user=by, kind=Change.Kind.CHANGED, record=user, fields=fields
        )
