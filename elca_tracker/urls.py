"""All addresses: signing in, the projects, and below each project the pages of every floor."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from partners.public_views import AccessibilityPage, PrivacyPage
from partners.views import Home, health

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
    path("admin/", admin.site.urls),
    path("<slug:project>/", include(in_project)),
]
