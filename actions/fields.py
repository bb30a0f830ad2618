"""Form fields for what actions need: a date of any precision, and names one per line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.fields import RowsField
from partners.models import LONGEST_NAME, Partner
from partners.names import name_key

from .dates import DateError, DatesRead, Mode, OccasionData, PartialDate, read_date, read_occasions

HELP_DATE = gettext_lazy("For example 14.03.2022, July 2021 or 2021.")
HELP_OCCASIONS = gettext_lazy(
    "As you have it, with the place if you like: “14.03.2022, Warsaw”, “July 2021 (online)”."
)
MOST_NAMES = 100
LONGEST_OCCASION = 500  # characters of when and where, as they are pasted


class PartialDateField(forms.CharField):
    """A day, a month or a year as people type it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or HELP_DATE
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
        if not when.is_single:
            raise forms.ValidationError(_("These are several days; one is asked for."))
        return when

    def run_validators(self, value: Any) -> None:
        """The length is checked by the reader, which knows the value as a date."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "").strip()


class OccasionsField(forms.CharField):
    """When it was, and where if that stands beside it: whatever a cell of an import may say.

    A text that is nothing but a date gives an occasion without words of its own.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_OCCASION, help_text=HELP_OCCASIONS, **kwargs)

    def to_python(self, value: Any) -> DatesRead | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        super().run_validators(text)
        try:
            return DatesRead((OccasionData(read_date(text)),))
        except DateError as error:
            read = self._read_words(text)
            if not read.occasions:
                raise forms.ValidationError(str(error)) from error
            return read

    def _read_words(self, text: str) -> DatesRead:
        try:
            return read_occasions(text)
        except DateError as error:
            raise forms.ValidationError(str(error)) from error

    def run_validators(self, value: Any) -> None:
        """Done on the text already, in ``to_python``."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "").strip()


def told(read: DatesRead) -> str:
    """What was read of a text about dates and places, for whoever typed it."""
    said = _("Understood: %(dates)s") % {"dates": "; ".join(map(_told, read.occasions))}
    if not read.note:
        return said
    kept = _("As words about the dates: %(words)s") % {"words": read.note}
    return f"{said}. {kept}"


def _told(item: OccasionData) -> str:
    mode = str(Mode(item.mode).label) if item.mode else ""
    return " · ".join(filter(None, [item.when.localised(), item.place, item.country, mode]))


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
            words = ngettext(
                "At most %(most)d name fits.", "At most %(most)d names fit.", MOST_NAMES
            )
            raise forms.ValidationError(words % {"most": MOST_NAMES})
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
