"""All addresses: signing in, the projects, and below each project the pages of every floor."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from kpis.style_guide import StyleGuide
from partners.account_views import AccountCalendar, AccountEmail, AccountPage
from partners.language_views import LanguageChoice
from partners.public_views import AccessibilityPage, PrivacyPage
from partners.theme import ThemeChoice
from partners.views import Home, health
from reports.notice_views import CalendarFeed, StopNotices

handler404 = "partners.views.not_found"

in_project = [
    path("", include("kpis.urls")),
    path("", include("reports.urls")),
    path("", include("actions.urls")),
    path("", include("partners.urls")),
]

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("health/", health, name="health"),
    path("accessibility/", AccessibilityPage.as_view(), name="accessibility"),
    path("privacy/", PrivacyPage.as_view(), name="privacy"),
    path(
        "sign-in/",
        auth.LoginView.as_view(template_name="registration/sign-in.html"),
        name="sign-in",
    ),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("language/", LanguageChoice.as_view(), name="language"),
    path("theme/", ThemeChoice.as_view(), name="theme"),
    path("style-guide/", StyleGuide.as_view(), name="style-guide"),
    path("account/", AccountPage.as_view(), name="account"),
    path("account/email/", AccountEmail.as_view(), name="account-email"),
    path("account/calendar/", AccountCalendar.as_view(), name="account-calendar"),
    path("calendar/<str:token>.ics", CalendarFeed.as_view(), name="calendar-feed"),
    path("notices/stop/<str:token>/", StopNotices.as_view(), name="notices-stop"),
    path("admin/", admin.site.urls),
    path("<slug:project>/", include(in_project)),
]
