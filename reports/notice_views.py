"""Pages that work without signing in, by a private address: the calendar, and no more e-mails."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from partners.account import stop_notices
from partners.languages import chosen_language, speaking_to
from partners.models import User

from .notices.addresses import site_url, user_of
from .notices.calendar import calendar_of

CALENDAR_IS_FRESH = 60 * 60  # seconds


class PrivateAddress(View):
    """A page whose address is the key to it: kept out of referrers, search and shared caches."""

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        patch_cache_control(response, private=True)
        return response


@method_decorator(login_not_required, name="dispatch")
class CalendarFeed(PrivateAddress):
    """The deadlines of a user’s projects, for the calendar program that knows the address."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        user = get_object_or_404(User, calendar_token=token, is_active=True)
        site = site_url() or request.build_absolute_uri("/").rstrip("/")
        with speaking_to(user):
            content = calendar_of(user, site)
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
        patch_cache_control(response, private=True, max_age=CALENDAR_IS_FRESH)
        return response


# A mail program posts without a cookie (RFC 8058); the signed address says whose mails it stops.
@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class StopNotices(PrivateAddress):
    """Asks, then stops the weekly e-mails of a user; a mail program posts without asking."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(request, self.find(token), done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        user = self.find(token)
        stop_notices(user=user)
        return self.show(request, user, done=True)

    def find(self, token: str) -> User:
        user = user_of(token)
        if user is None:
            raise Http404
        return user

    def show(self, request: HttpRequest, user: User, *, done: bool) -> HttpResponse:
        with translation.override(chosen_language(user) or translation.get_language()):
            return render(request, "reports/notices/stop.html", {"done": done})
