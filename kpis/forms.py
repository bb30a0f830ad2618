"""The forms of the dashboards: a past day, a deadline's status, the partners' targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Partner

from .models import Deadline, Indicator


class AsOfForm(forms.Form):
    """The day as of which figures are asked for; empty is today."""

    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
    )


class DeadlineStatusForm(forms.Form):
    """The status of one deadline."""

    status = forms.ChoiceField(label=_("Status"), choices=Deadline.Status.choices)


class TargetsForm(forms.Form):
    """One whole number for each partner; empty is no target of its own."""

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = {p.code: p for p in indicator.project.partners.filter(is_joint=False)}
        known = {t.partner_id: t.target for t in indicator.partner_targets.all()}
        for code, partner in self.partners.items():
            self.fields[code] = forms.IntegerField(
                label=f"{code} – {partner.name}",
                required=False,
                min_value=0,
                max_value=1_000_000,
                initial=known.get(partner.pk),
            )

    def targets(self) -> dict[Partner, int | None]:
        return {partner: self.cleaned_data[code] for code, partner in self.partners.items()}
