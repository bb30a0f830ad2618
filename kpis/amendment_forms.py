"""The forms of amendments: the terms of every indicator as they are from a day on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import LONGEST_PROJECT_MONTHS, Project
from partners.words import Words

from .amendments import Terms, fault_of_day, indicators_with_terms, terms_of
from .forms import DAY_FORMATS, WordsField
from .models import Amendment, FormerTerms, Indicator
from .terms import TERMS

MOST_OF_A_TARGET = 1_000_000
LONGEST_NOTE = 2000


class AmendmentForm(forms.Form):
    """An amendment with the terms of all indicators, filled in with those of today.

    Every field of an indicator is called by its number: ``4-target``, ``4-AMZ``.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=Amendment._meta.get_field("name").max_length,
        help_text=_("As it is called in the grant, such as: Amendment 2."),
    )
    in_force_from = forms.DateField(
        label=_("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
        help_text=_("Figures asked as of an earlier day keep the terms before it."),
    )
    note = WordsField(
        label=_("What it changes, and why"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data)
        self.project = project
        self.indicators = indicators_with_terms(project)
        self.codes = [p.code for p in project.partners.all() if not p.is_joint]
        for indicator in self.indicators:
            self._add_fields(indicator)

    def _add_fields(self, indicator: Indicator) -> None:
        terms = terms_of(indicator)
        for name, form_field in self._term_fields().items():
            form_field.initial = getattr(terms, name)
            form_field.label = _label(indicator, form_field.label)
            self.fields[f"{indicator.number}-{name}"] = form_field
        for code in self.codes:
            self.fields[f"{indicator.number}-{code}"] = forms.IntegerField(
                label=_label(indicator, _("target of %(code)s") % {"code": code}),
                required=False,
                min_value=0,
                max_value=MOST_OF_A_TARGET,
                initial=terms.partner_targets.get(code),
            )

    def _term_fields(self) -> dict[str, forms.Field]:
        longest = FormerTerms._meta.get_field("description").max_length
        return {
            "title": forms.CharField(
                label=_("title"), max_length=FormerTerms._meta.get_field("title").max_length
            ),
            "description": WordsField(
                label=_("description"),
                required=False,
                max_length=longest,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            "target": forms.IntegerField(
                label=_("target"), min_value=0, max_value=MOST_OF_A_TARGET
            ),
            "first_month": _month(_("first month")),
            "last_month": _month(_("last month")),
        }

    @property
    def head(self) -> list[forms.BoundField]:
        return [self["name"], self["in_force_from"], self["note"]]

    def groups(self) -> Iterator[dict[str, Any]]:
        """The fields by indicator: its words, its numbers, the shares; open where one is wrong."""
        for indicator in self.indicators:
            number = indicator.number
            fields = {
                "words": [self[f"{number}-title"], self[f"{number}-description"]],
                "numbers": [self[f"{number}-{n}"] for n in ("target", "first_month", "last_month")],
                "shares": [self[f"{number}-{code}"] for code in self.codes],
            }
            bound = [each for group in fields.values() for each in group]
            is_open = any(each.errors for each in bound) or (
                self.is_bound and any(each.name in self.changed_data for each in bound)
            )
            yield {"indicator": indicator, "open": is_open, **fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day = data.get("in_force_from")
        if day and (fault := fault_of_day(self.project, day)):
            self.add_error("in_force_from", fault)
        for indicator in self.indicators:
            first = data.get(f"{indicator.number}-first_month")
            last = data.get(f"{indicator.number}-last_month")
            if first and last and last < first:
                words = _("The last month cannot come before the first.")
                self.add_error(f"{indicator.number}-last_month", words)
        return data

    def terms(self) -> dict[int, Terms]:
        return {indicator.number: self._terms(indicator) for indicator in self.indicators}

    def _terms(self, indicator: Indicator) -> Terms:
        """The terms as they are filled in; a share of the consortium itself stays as it is."""
        said = {name: self.cleaned_data[f"{indicator.number}-{name}"] for name in TERMS}
        shares = dict(terms_of(indicator).partner_targets)
        for code in self.codes:
            shares[code] = self.cleaned_data[f"{indicator.number}-{code}"]
        return Terms(**said, partner_targets={c: n for c, n in shares.items() if n is not None})

    def take_errors(self, error: ValidationError) -> None:
        """Show what the rules refused, beside the field where they name one."""
        self.add_error(None, error)


def _month(label: Words) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=LONGEST_PROJECT_MONTHS)


def _label(indicator: Indicator, words: Any) -> str:
    """Said with the number of the indicator, since the form has the same fields for each."""
    return gettext("KPI %(number)d: %(field)s") % {"number": indicator.number, "field": words}


class TakeBackForm(forms.Form):
    """Why an amendment is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=300)
