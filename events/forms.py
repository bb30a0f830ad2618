"""The rows of a matchmaking meeting: who met whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.forms import rows_of


class MeetingForm(forms.Form):
    """One business meeting between two parties."""

    first = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=250)
    second = forms.CharField(label=gettext_lazy("Met whom"), required=False, max_length=250)
    outcome = forms.CharField(label=gettext_lazy("Outcome"), required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.get(name) for name in ("first", "second", "outcome")):
            for name in ("first", "second"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Name both who met and whom they met."))
        return data


MeetingFormSet = rows_of(MeetingForm)
