"""Chooses the language at the foot of a page, signed in or not, and leads back to that page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from .account import choose_language
from .languages import languages


@method_decorator([login_not_required, require_POST], name="dispatch")
class LanguageChoice(View):
    """Keeps the choice in a cookie, and with the user who is signed in: e-mails follow it too.

    The cookie stays when one signs out, so that the next sign-in page speaks as one left it.
    """

    def post(self, request: HttpRequest) -> HttpResponseBase:
        language = request.POST.get("language", "")
        if request.user.is_authenticated and language in dict(languages()):
            choose_language(user=request.user, language=language)
        return set_language(request)
