"""The form of a change of several actions at once: what is set in all of them, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.fields import LONGEST_KEY
from partners.models import LONGEST_NAME, Membership, Sector
from partners.names import name_key

from .changing_many import MOST_AT_ONCE, Wanted
from .fields import PartnersField
from .models import Action
from .records import PLAIN_STATUS, record_of

AS_IT_IS = gettext_lazy("leave as it is")
NO_MISSION = "-"


def ticked_keys(values: list[str]) -> list[int]:
    """The keys of ticked rows, each once; at most one more than may be changed at once."""
    fit = (v for v in values if v.isascii() and v.isdigit() and len(v) <= LONGEST_KEY)
    return list(dict.fromkeys(map(int, fit)))[: MOST_AT_ONCE + 1]


class BulkForm(forms.Form):
    """What is to become of all the ticked actions; what is left empty stays as it is in each."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    mission = forms.ChoiceField(label=gettext_lazy("Mission"), required=False)
    organisation = forms.CharField(
        label=gettext_lazy("Add an organisation"),
        help_text=gettext_lazy("A known one is found by any spelling; a new name is added."),
        required=False,
        max_length=LONGEST_NAME,
    )
    sector = forms.ModelChoiceField(
        queryset=Sector.objects.none(),
        label=gettext_lazy("Add a sector"),
        required=False,
        empty_label=AS_IT_IS,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("One sentence; it stands in the history of each."),
        max_length=300,
    )

    def __init__(
        self, *args: Any, membership: Membership, actions: list[Action], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        project, self.actions = membership.project, actions
        self.missions = {mission.slug: mission for mission in project.missions.all()}
        status, mission = self.fields["status"], self.fields["mission"]
        assert isinstance(status, forms.ChoiceField)
        assert isinstance(mission, forms.ChoiceField)
        records = {record_of(action).key: record_of(action) for action in actions}
        alone = next(iter(records.values())) if len(records) == 1 else None
        # Rows of several kinds have no words of their own in common.
        words = alone.status_words if alone else PLAIN_STATUS
        status.choices = [("", AS_IT_IS), *words.items()]
        names = [(slug, one.name) for slug, one in self.missions.items()]
        mission.choices = [("", AS_IT_IS), (NO_MISSION, _("no mission")), *names]
        self.fields["sector"].queryset = project.sectors.by_name()  # type: ignore[attr-defined]
        self.fields["partners"] = PartnersField(
            queryset=project.partners.all(),
            label=_("Responsible"),
            help_text=_("Those whom you tick answer for all of them, and nobody else."),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["status", "mission", "organisation", "sector", "partners", "reason"])

    def clean_organisation(self) -> str:
        name = " ".join(self.cleaned_data["organisation"].split())
        if name and not name_key(name):
            raise ValidationError(_("This cannot be the name of an organisation."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = ("status", "mission", "organisation", "sector", "partners")
        if not self.errors and not any(data.get(name) for name in wanted):
            raise ValidationError(_("Choose what is to be changed."))
        return data

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Wanted(
            status=data["status"],
            mission=self.missions.get(data["mission"]),
            no_mission=data["mission"] == NO_MISSION,
            partners=tuple(data["partners"]),
            organisation=data["organisation"],
            sector=data["sector"],
        )
