"""The forms of organisations: adding, changing, merging two into one; and why something is done."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from .fields import RowsField
from .models import LONGEST_NAME, Organisation, Project, Sector
from .names import name_key
from .querysets import organisations_by_key
from .sorting import in_order

MOST_ALIASES = 50


class OrganisationForm(forms.Form):
    """An organisation with its other spellings; warns of one that is there already."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Organisation.Kind.choices)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    sectors = RowsField(
        label=gettext_lazy("Sectors"),
        queryset=Sector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    aliases = forms.CharField(
        label=gettext_lazy("Other spellings"),
        help_text=gettext_lazy("One per line. Imports find the organisation by any of them."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, project: Project, organisation: Organisation | None = None, **kwargs: Any
    ) -> None:
        self.project, self.organisation = project, organisation
        if organisation:
            kwargs.setdefault("initial", self._initial(organisation))
        super().__init__(*args, **kwargs)
        sectors = cast(RowsField, self.fields["sectors"])
        sectors.queryset = project.sectors.by_name()
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [("", "—"), *in_order(countries)]

    def _initial(self, organisation: Organisation) -> dict[str, Any]:
        return {
            "name": organisation.name,
            "kind": organisation.kind,
            "country": organisation.country.code,
            "sectors": organisation.sectors.all(),
            "aliases": "\n".join(alias.name for alias in organisation.aliases.all()),
            "note": organisation.note,
        }

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = self.project.organisations.all()
        if self.organisation:
            others = others.exclude(pk=self.organisation.pk)
        known = others.named(name).first()
        if known:
            message = _("%(name)s is known already, under this name or as another spelling.")
            raise ValidationError(message % {"name": known.name})
        return name

    def clean_aliases(self) -> list[str]:
        names = [n.strip() for n in self.cleaned_data["aliases"].splitlines() if name_key(n)]
        if len(names) > MOST_ALIASES or any(len(name) > LONGEST_NAME for name in names):
            raise ValidationError(_("At most 50 spellings of 250 characters fit."))
        known = organisations_by_key(self.project)
        for name in names:
            other = known.get(name_key(name))
            if other and other != self.organisation:
                message = _("“%(alias)s” is %(name)s: merge the two instead.")
                raise ValidationError(message % {"alias": name, "name": other.name})
        return names

    def values(self) -> dict[str, Any]:
        """The values for adding an organisation."""
        return {**self.cleaned_data, "sectors": list(self.cleaned_data["sectors"])}

    def changes(self) -> dict[str, Any]:
        """The values for changing one: columns apart from what stands in rows of its own."""
        values = self.values()
        rows = {name: values.pop(name) for name in ("sectors", "aliases")}
        return {"values": values, **rows}

    def take_errors(self, error: ValidationError) -> None:
        for name, found in error.message_dict.items():
            for message in found:
                self.add_error(name if name in self.fields else "name", message)


class MergeForm(forms.Form):
    """The organisation into which another is merged."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Merge into"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose one"),
    )

    def __init__(self, *args: Any, merged: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = merged.project.organisations.exclude(pk=merged.pk)
        cast("forms.ModelChoiceField[Organisation]", self.fields["into"]).queryset = others


class ReasonForm(forms.Form):
    """Why something is done that an auditor will ask about."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("One sentence; it stands in the history."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
