"""The forms of one's own account: the e-mail address, and how one is spoken to."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .account import is_sent_notices
from .languages import chosen_language, languages
from .models import User


class EmailForm(forms.Form):
    """Another e-mail address, confirmed by the password."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Blank: you get no e-mail."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("So that nobody changes the address at your open screen."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        kwargs.setdefault("initial", {"email": user.email})
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password


class LanguageSelect(forms.Select):
    """A choice of languages, each named in its own and marked as that."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"attrs": option["attrs"] | ({"lang": value} if value else {})}


class SettingsForm(forms.Form):
    """The language of pages and e-mails, the weekly e-mail, and the key of the search."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        widget=LanguageSelect,
        help_text=gettext_lazy("Of pages, e-mails and the calendar."),
        required=False,
    )
    notices = forms.BooleanField(
        label=gettext_lazy("Send me a weekly e-mail"),
        help_text=gettext_lazy(
            "For each of your projects: what is due, what came back and what is missing. Nothing to"
            " say, no e-mail."
        ),
        required=False,
    )

    # Single keys get in the way of people who speak to their computer: WCAG 2.2, criterion 2.1.4.
    search_key = forms.BooleanField(
        label=gettext_lazy("The key / leads to the search"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        now = {
            "language": chosen_language(user),
            "notices": is_sent_notices(user),
            "search_key": user.search_key,
        }
        kwargs.setdefault("initial", now)
        super().__init__(*args, **kwargs)
        offered = [("", _("As the browser says")), *languages()]
        cast(forms.ChoiceField, self.fields["language"]).choices = offered

    def notices_said(self) -> bool | None:
        """What the user says of notices; who left it as it was is still told by the role."""
        if "notices" not in self.changed_data:
            return self.user.notices
        return bool(self.cleaned_data["notices"])
