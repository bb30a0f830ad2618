"""The forms of files of evidence: attaching one, saying what it is, and why it is erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from partners.fields import DAY_FORMATS
from partners.models import Project

from .file_services import kept_until
from .files import ENDINGS, kind_of
from .forms import KINDS_OF_EVIDENCE
from .models import LONGEST_FILE_NAME

FILE_HELP = gettext_lazy(
    "A PDF, a picture (.png, .jpg), a document (.docx, .xlsx, .odt, .ods) or a text (.txt), "
    "%(most)s at most."
)
KEEP_HELP = gettext_lazy(
    "The content is erased after this day. Left empty: %(day)s for personal data, and without an"
    " end for other files."
)


class FileDescriptionForm(forms.Form):
    """What a file of evidence is, who sees it, and how long it is kept."""

    title = forms.CharField(
        label=gettext_lazy("What it is"),
        help_text=gettext_lazy("Such as “signed agreement” or “attendance list”."),
        max_length=200,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=KINDS_OF_EVIDENCE)
    restricted = forms.BooleanField(
        label=gettext_lazy("It holds personal data"),
        help_text=gettext_lazy(
            "Only the responsible partners, the task leader and administrators see it then. An"
            " attendance list is always kept so."
        ),
        required=False,
    )
    keep_until = forms.DateField(
        label=gettext_lazy("Keep until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
    )

    def __init__(self, *args: Any, project: Project, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = kind
        usual = {"day": date_format(kept_until(project), "DATE_FORMAT")}
        self.fields["keep_until"].help_text = KEEP_HELP % usual

    def take_errors(self, error: ValidationError) -> None:
        """Show what the rules say; what is about no field is about the file."""
        for name, found in error.message_dict.items():
            for message in found:
                field = name if name in self.fields else "file"
                self.add_error(field if field in self.fields else None, message)


class EvidenceFileForm(FileDescriptionForm):
    """A file of evidence, and what it is."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=LONGEST_FILE_NAME,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    field_order = ("title", "kind", "restricted", "keep_until", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
        self.fields["file"].help_text = FILE_HELP % most

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        kind_of(file)
        return file


class ErasureForm(forms.Form):
    """Why the content of a file is deleted for good."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is erased"),
        help_text=gettext_lazy(
            "Such as “its time is over”. Everyone who sees the action reads it."
        ),
        max_length=300,
    )
