"""Where links outside of pages lead to, and the addresses that work without signing in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from partners.models import User

SALT = "reports.notices.stop"
_NO_LETTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def site_url() -> str:
    """The address of this installation without its last slash; blank where none is named."""
    url: str = settings.SITE_URL.strip().rstrip("/")
    parts = urlsplit(url)
    named = parts.scheme in ("http", "https") and parts.hostname
    return url if named and not (parts.query or parts.fragment) else ""


def host_of(site: str) -> str:
    return urlsplit(site).hostname or ""


def stop_path(user: User) -> str:
    """Where a user stops the e-mails without signing in; it works as long as the user is there."""
    return reverse("notices-stop", args=[Signer(salt=SALT).sign(str(user.pk))])


def user_of(token: str) -> User | None:
    """Whose e-mails a token stops; None for one that was not given by us."""
    try:
        pk = Signer(salt=SALT).unsign(token)
    except BadSignature:
        return None
    return User.objects.filter(pk=pk).first()


def one_line(text: str) -> str:
    """A text without line breaks and control characters, which could say more than it should."""
    return " ".join(_NO_LETTERS.sub(" ", text).split())
