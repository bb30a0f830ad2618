"""The form of what pages and files show of the funder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Emblem, Project

from .emblems import ENDINGS, drawn_emblem


class FunderForm(forms.ModelForm):
    """Statement, disclaimer and emblem; ``drawn`` is the new picture, where one was uploaded."""

    picture = forms.FileField(
        label=gettext_lazy("Picture of your own"),
        help_text=gettext_lazy(
            "PNG or JPEG, at most 2 MB. It is scaled to 600 pixels. Left empty, the picture that is"
            " in use stays."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    field_order = ("funder_statement", "disclaimer", "emblem", "picture", "emblem_alt")
    drawn: bytes = b""

    class Meta:
        model = Project
        fields = ("funder_statement", "disclaimer", "emblem", "emblem_alt")
        widgets = {
            "disclaimer": forms.Textarea(attrs={"rows": 5}),
            "emblem": forms.RadioSelect(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["emblem"].choices = Emblem.choices  # type: ignore[attr-defined]
        # A browser cuts off silently what is pasted beyond it; ours says so and keeps the text.
        self.fields["disclaimer"].widget.attrs.pop("maxlength", None)

    def clean_disclaimer(self) -> str:
        # A browser sends other line breaks than the ones that are stored.
        return str(self.cleaned_data["disclaimer"]).replace("\r\n", "\n")

    def clean_picture(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["picture"]
        if file:
            self.drawn = drawn_emblem(file)
        return file

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("emblem") == Emblem.OWN:
            if not self.drawn and not self.instance.emblem_image and "picture" not in self.errors:
                self.add_error("picture", _("Choose the picture of your emblem."))
            if not found.get("emblem_alt") and "emblem_alt" not in self.errors:
                self.add_error("emblem_alt", _("Say what the picture shows."))
        elif self.drawn:
            # Nothing that was given is dropped silently.
            self.add_error("emblem", _("Choose “A picture of your own” to show the picture."))
        return found

    def values(self) -> dict[str, str]:
        """The words and the choice; where the picture is kept is not among them."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
