"""The form field for several rows of the database, and how people write a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
LONGEST_KEY = 18  # digits: a longer number fits no key of a database


class RowsField(forms.ModelMultipleChoiceField):
    """Rows to choose from; a number that no key can be is an unknown choice like any other."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if len(str(key)) > LONGEST_KEY:
                message = self.error_messages["invalid_choice"]
                raise ValidationError(
                    message, code="invalid_choice", params={"value": str(key)[:LONGEST_KEY]}
                )
        return super().clean(value)
