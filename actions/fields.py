"""Form fields for what actions need: a date of any precision, and names one per line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.fields import RowsField
from partners.models import LONGEST_NAME, Partner
from partners.names import name_key

from .dates import DateError, PartialDate, read_date

HELP_DATE = gettext_lazy("For example 14.03.2022, July 2021 or 2021.")
HELP_DATES = gettext_lazy("For example 14.03.2022, 4-8.02.2022, July 2021 or 2021.")
MOST_NAMES = 100


class PartialDateField(forms.CharField):
    """A day, a month or a year as people type it; with ``run`` several days as well."""

    def __init__(self, *, run: bool = False, **kwargs: Any) -> None:
        self.run = run
        kwargs["help_text"] = kwargs.get("help_text") or (HELP_DATES if run else HELP_DATE)
        super().__init__(max_length=60, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, PartialDate) else value

    def to_python(self, value: Any) -> PartialDate | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            when = read_date(text)
        except DateError as error:
            raise forms.ValidationError(str(error)) from error
        if not self.run and not when.is_single:
            raise forms.ValidationError(_("These are several days; one is asked for."))
        return when

    def run_validators(self, value: Any) -> None:
        """The length is checked by the reader, which knows the value as a date."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "").strip()


class NamesField(forms.CharField):
    """Names of organisations, one per line; known ones are found, others are added."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        text = super().to_python(value) or ""
        super().run_validators(text)
        names = [name.strip() for name in text.splitlines() if name.strip()]
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(_("At most %(most)d names fit.") % {"most": MOST_NAMES})
        for name in names:
            if not name_key(name) or len(name) > LONGEST_NAME:
                message = _("“%(name)s” cannot be the name of an organisation.")
                raise forms.ValidationError(message % {"name": name[:80]})
        return tuple(dict.fromkeys(names))

    def run_validators(self, value: Any) -> None:
        """Done on the text already, in ``to_python``."""


class PartnersField(RowsField):
    """Partners to choose from, each by code and name."""

    def label_from_instance(self, obj: Partner) -> str:
        return obj.code if obj.code == obj.name else f"{obj.code} – {obj.name}"
