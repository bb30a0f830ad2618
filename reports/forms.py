"""The forms of reports and imports: which report, and which file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import ActionType
from kpis.forms import DAY_FORMATS, AsOfForm
from partners import clock
from partners.catalogue import language_now
from partners.languages import languages
from partners.models import Partner, Project

from .writing.formats import FORMATS

ENDINGS = (".xlsx", ".xlsm", ".ods", ".csv", ".tsv", ".txt", ".docx")
LONGEST_NAME = 200
# A choice with a line below it that says what it is good for.
DESCRIBED = '<span>{}<span class="cell-sub">{}</span></span>'


class ReportForm(AsOfForm):
    """Which report: its form, the days that it covers, the partner whose it is; empty is all."""

    form = forms.ChoiceField(label=gettext_lazy("Format"), required=False, widget=forms.RadioSelect)
    since = forms.DateField(
        label=gettext_lazy("Since"),
        help_text=gettext_lazy("For the report of a period: only what was achieved from then on."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
    )
    partner = forms.ModelChoiceField(
        label=gettext_lazy("Partner"),
        queryset=Partner.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("the whole consortium"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("Of headings, words and notes; what people wrote stays as it is."),
        required=False,
    )
    field_order = ("form", "language", "as_of", "since", "partner")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [  # type: ignore[attr-defined]
            (format_.ending, format_html(DESCRIBED, format_.label, format_.words))
            for format_ in FORMATS.values()
        ]
        self.initial.setdefault("form", next(iter(FORMATS)))
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]
        self.initial.setdefault("language", language_now())
        self.fields["partner"].queryset = project.partners.all()  # type: ignore[attr-defined]

    def clean_form(self) -> str:
        return self.cleaned_data["form"] or next(iter(FORMATS))

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, day = found.get("since"), found.get("as_of") or clock.today()
        if since and since > day:
            self.add_error("since", _("The period begins after the day of the report."))
        return found

    def wishes(self) -> dict[str, str]:
        """What was asked for, as plain values."""
        said = {name: self.cleaned_data[name] for name in ("language", "as_of", "since", "partner")}
        return {name: _plain(value) for name, value in said.items() if value}


def _plain(value: Partner | date | str) -> str:
    if isinstance(value, Partner):
        return value.code
    return value.isoformat() if isinstance(value, date) else value


class UploadForm(forms.Form):
    """A file to import, and which table it is where the file does not say so."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet or document"),
        help_text=gettext_lazy(
            "Excel (.xlsx, .xlsm), LibreOffice (.ods), text (.csv, .tsv) or Word (.docx)."
        ),
        max_length=LONGEST_NAME,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    only_type = forms.ModelChoiceField(
        label=gettext_lazy("Which table is it?"),
        help_text=gettext_lazy("Only needed where neither a title nor a heading says so."),
        queryset=ActionType.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("as the file says itself"),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = project.action_types.all()
        self.fields["only_type"].queryset = types  # type: ignore[attr-defined]
        self.fields["only_type"].label_from_instance = (  # type: ignore[attr-defined]
            lambda action_type: f"{action_type.table_name}: {action_type.spoken_caption}"
        )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
            most = {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
            raise forms.ValidationError(_("The file is larger than %(most)s.") % most)
        return file


class PeriodForm(forms.Form):
    """Which days a report to be sealed covers."""

    since = forms.DateField(
        label=gettext_lazy("Since"),
        help_text=gettext_lazy("For the report of a period; empty is from the first day on."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("What was achieved by the end of this day is counted."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
    )

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, day = found.get("since"), found.get("as_of")
        if since and day and since > day:
            self.add_error("since", _("The period begins after the day of the report."))
        return found


class SealForm(PeriodForm):
    """Seals the report that its page has shown: its days and its number come from there."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Such as to whom it is submitted. It is sealed with the report."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    number = forms.IntegerField(min_value=1, max_value=32_767, widget=forms.HiddenInput)
    field_order = ("title", "note", "since", "as_of", "number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("since", "as_of"):
            self.fields[name].widget = forms.HiddenInput()
