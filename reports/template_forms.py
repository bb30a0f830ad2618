"""The forms of Word templates and of the title page."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Project
from partners.services import TITLE_PAGE

from .writing.word.sentences import sentence

LONGEST_NAME = 200
ENDINGS = (".docx", ".dotx")


class TemplateForm(forms.Form):
    """A Word template."""

    file = forms.FileField(
        label=gettext_lazy("Word template"),
        help_text=gettext_lazy("A Word document (.docx, .dotx) with placeholders."),
        max_length=LONGEST_NAME,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        name = (file.name or "").lower()
        if name.endswith((".docm", ".dotm")):
            raise forms.ValidationError(sentence("macros", {}))
        if not name.endswith(ENDINGS):
            raise forms.ValidationError(_("Choose a Word document (.docx)."))
        if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
            most = {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}
            raise forms.ValidationError(sentence("large", most))
        return file


class TitlePageForm(forms.ModelForm):
    """What the title page of the report says of the project."""

    class Meta:
        model = Project
        fields = list(TITLE_PAGE)
