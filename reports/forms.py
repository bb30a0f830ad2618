"""The forms of reports and imports: which report, and which file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import ActionType
from kpis.forms import AsOfForm
from partners.models import Partner, Project

ENDINGS = (".xlsx", ".xlsm", ".ods", ".csv", ".tsv", ".txt", ".docx")
LONGEST_NAME = 200


class ReportForm(AsOfForm):
    """The day as of which the report counts, and the partner whose it is; empty is all."""

    partner = forms.ModelChoiceField(
        label=gettext_lazy("Partner"),
        queryset=Partner.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("the whole consortium"),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = project.partners.all()  # type: ignore[attr-defined]


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
            lambda action_type: f"{action_type.table_name}: {action_type.caption}"
        )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
            most = {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
            raise forms.ValidationError(_("The file is larger than %(most)s.") % most)
        return file
