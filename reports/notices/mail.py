"""Makes the e-mail of what there is to tell: text and HTML, with the way to have no more of it."""

from __future__ import annotations

from email.utils import make_msgid

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Membership

from .addresses import host_of, one_line, stop_path
from .content import Content


def mail_of(membership: Membership, content: Content, site: str) -> EmailMultiAlternatives:
    """The e-mail to a member, in the language of the moment; ``site`` is where links lead to."""
    user, project = membership.user, membership.project
    subject = one_line(_("%(project)s: what waits for you") % {"project": project.acronym})
    stop = f"{site}{stop_path(user)}"
    context = {
        "subject": subject,
        "name": one_line(user.get_full_name() or user.username),
        "project": one_line(project.title),
        "content": content,
        "site": site,
        "home": project.get_absolute_url(),
        "account": reverse("account"),
        "stop": stop,
    }
    text = render_to_string("reports/notices/digest.txt", context)
    mail = EmailMultiAlternatives(
        subject,
        text,
        to=[user.email],
        headers={
            "Message-ID": make_msgid(domain=host_of(site)),
            # Nobody’s out-of-office note shall answer.
            "Auto-Submitted": "auto-generated",
            # RFC 8058: the mail program of the reader has a button that posts to the address.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("reports/notices/digest.html", context), "text/html")
    return mail
