"""The pages of one's own account, open to everyone who is signed in."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from .account import change_email, change_settings, new_calendar_address, no_calendar_address
from .account_forms import EmailForm, SettingsForm
from .models import User

REMOVE = "remove"


@method_decorator(never_cache, name="dispatch")
class OwnPage(View):
    """A page of the user who is signed in, and of nobody else."""

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


class AccountPage(OwnPage):
    """Who one is here, and the settings of language and notices."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, SettingsForm(user=self.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SettingsForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.show(request, form)
        change_settings(
            user=self.user,
            language=form.cleaned_data["language"],
            notices=form.notices_said(),
            search_key=form.cleaned_data["search_key"],
        )
        messages.success(request, _("Your settings are saved."))
        return redirect("account")

    def show(self, request: HttpRequest, form: SettingsForm) -> HttpResponse:
        token = self.user.calendar_token
        path = reverse("calendar-feed", args=[token]) if token else ""
        memberships = self.user.memberships.select_related("project", "partner")
        context = {
            "form": form,
            "memberships": memberships.order_by("project__acronym", "pk"),
            "calendar": request.build_absolute_uri(path) if path else "",
        }
        status = 422 if form.is_bound else 200
        return render(request, "partners/account.html", context, status=status)


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class AccountEmail(OwnPage):
    """Changes the e-mail address, when the password is right."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, EmailForm(user=self.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EmailForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.show(request, form)
        change_email(user=self.user, email=form.cleaned_data["email"])
        said = _("Your e-mail address is saved.")
        messages.success(request, said if self.user.email else _("You get no e-mail any more."))
        return redirect("account")

    def show(self, request: HttpRequest, form: EmailForm) -> HttpResponse:
        context = {"form": form}
        status = 422 if form.is_bound else 200
        return render(request, "partners/account_email.html", context, status=status)


class AccountCalendar(OwnPage):
    """Asks, then gives the calendar another private address, or takes the address away."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"has_one": bool(self.user.calendar_token)}
        return render(request, "partners/account_calendar.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("do") == REMOVE:
            no_calendar_address(user=self.user)
            messages.success(request, _("Your calendar has no address any more."))
        else:
            new_calendar_address(user=self.user)
            messages.success(request, _("Your calendar has a new address."))
        return redirect(reverse("account") + "#calendar")
