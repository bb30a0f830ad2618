"""The pages on the site itself, which everyone may read: accessibility and privacy."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from .privacy import KEPT, cookies

# The day on which the pages were last compared with what the application does.
PREPARED_ON = date(2026, 11, 23)


@method_decorator(login_not_required, name="dispatch")
class PublicPage(TemplateView):
    """A page that needs no account; whom to write to is said by the settings."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            contact_name=settings.CONTACT_NAME,
            contact_email=settings.CONTACT_EMAIL,
            prepared_on=PREPARED_ON,
        )


class AccessibilityPage(PublicPage):
    """The accessibility statement, in the parts that Decision (EU) 2018/1523 asks for."""

    template_name = "public/accessibility.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(enforcement=settings.ACCESSIBILITY_ENFORCEMENT, **kwargs)


class PrivacyPage(PublicPage):
    """What is kept of persons, why, how long, and who sees it."""

    template_name = "public/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kept=[kept.said() for kept in KEPT],
            cookies=cookies(),
            server_location=settings.SERVER_LOCATION,
            **kwargs,
        )
