"""The form of an agreed split: a share for each partner of a joint action, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Partner

from .credit import LONGEST_REASON, split_of
from .models import Action


class ShareField(forms.DecimalField):
    """A share as it is written in any of our languages, with a point or a comma."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class CreditForm(forms.Form):
    """Shares in per cent: all of them, or none where there is no split."""

    def __init__(self, data: Any = None, *, action: Action) -> None:
        super().__init__(data)
        self.partners = {partner.code: partner for partner in action.partners.all()}
        known = split_of(action).shares
        for code, partner in self.partners.items():
            self.fields[code] = ShareField(
                label=f"{code} – {partner.name}",
                required=False,
                min_value=Decimal(0),
                max_value=Decimal(100),
                max_digits=5,
                decimal_places=2,
                initial=f"{known[code]:f}" if code in known else None,
            )
        self.fields["reason"] = forms.CharField(
            label=_("What was agreed, and where"),
            help_text=_("Such as: minutes of the meeting of 14 July 2022."),
            max_length=LONGEST_REASON,
        )

    @property
    def share_fields(self) -> list[forms.BoundField]:
        return [self[code] for code in self.partners]

    def shares(self) -> dict[Partner, Decimal]:
        """What is filled in, by partner."""
        found = {p: self.cleaned_data.get(code) for code, p in self.partners.items()}
        return {partner: share for partner, share in found.items() if share is not None}
