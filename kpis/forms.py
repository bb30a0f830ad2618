"""The forms of the dashboards: a past day, a deadline's status, targets, words on deviations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners import clock
from partners.fields import DAY_FORMATS as DAY_FORMATS  # of all forms that ask for days
from partners.middleware import ACHIEVED, KNOWN
from partners.models import Measure, Partner

from .models import LONGEST_DEVIATION, Deadline, Deviation, Indicator

OVERTAKEN = _(
    "Somebody has changed these words since you opened the page. Nothing is lost: theirs stand "
    "above, yours below. Put together what should stand, and save again."
)


class AsOfForm(forms.Form):
    """The day as of which figures are asked for; empty is today."""

    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
    )

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and day > clock.today():
            raise ValidationError(_("This day has not come yet. Leave it empty for today."))
        return day


class PastForm(AsOfForm):
    """A past day, and in which of two senses; what was known then has an address of its own."""

    sense = forms.ChoiceField(
        required=False,
        initial=lambda: KNOWN if clock.is_past() else ACHIEVED,
        choices=[
            (ACHIEVED, _("What had been achieved by then, as we know today")),
            (KNOWN, _("What was known then, as it was recorded at the time")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        if data is not None and "sense" not in data:
            data = data.copy()
            data["sense"] = KNOWN if clock.is_past() else ACHIEVED
        super().__init__(data)
        self.fields["as_of"].initial = clock.today() if clock.is_past() else None


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


class LeadFigureForm(forms.Form):
    """Which figure leads, and why."""

    figure = forms.ChoiceField(
        label=_("Leading figure"), choices=Measure.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Why"), max_length=300)


class WordsField(forms.CharField):
    """Words of several lines, in which a line break counts once, as it does in the browser."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without a length at which a browser would cut what is pasted, and say nothing."""
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}


class DeviationForm(forms.Form):
    """Why an indicator falls short, in a partner's words; empty takes the words away.

    ``seen`` is the moment of the words that the page showed: what somebody else has written
    since is not written over unread.
    """

    text = WordsField(
        label=_("Why the target is not reached"),
        help_text=_(
            "What happened, what it means for the project, what is done about it. "
            "Leave it empty to take the words away."
        ),
        required=False,
        max_length=LONGEST_DEVIATION,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, deviation: Deviation | None) -> None:
        self.deviation = deviation
        self.overtaken = False
        super().__init__(data, initial={"text": deviation.text if deviation else ""})

    @property
    def moment(self) -> str:
        """When the words that are stored now were written: what a page shown now has seen."""
        return self.deviation.updated_at.isoformat() if self.deviation else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        stored = self.deviation.text if self.deviation else ""
        if data.get("seen", "") != self.moment and data.get("text") != stored:
            self.overtaken = True
            raise ValidationError({"text": OVERTAKEN})
        return data
