"""In which language somebody is spoken to: as they chose, else as the browser says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

if TYPE_CHECKING:
    from .models import User


def languages() -> list[tuple[str, str]]:
    """The languages that are offered; asked when needed, so that a new one needs no migration."""
    return list(settings.LANGUAGES)


def chosen_language(user: User) -> str:
    """The language that a user chose; blank for none, and for one that is offered no longer."""
    return user.language if user.language in dict(languages()) else ""


def speaking_to(user: User) -> AbstractContextManager[None]:
    """Speak the language of a user where no browser says one: in e-mails and in calendars."""
    return translation.override(chosen_language(user) or settings.LANGUAGE_CODE)


class UserLanguageMiddleware:
    """Speaks the language that the user chose; without one, that of the cookie or the browser.

    It stands behind the one that knows the user; ``LocaleMiddleware`` has looked at the rest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = chosen_language(request.user) if request.user.is_authenticated else ""
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
