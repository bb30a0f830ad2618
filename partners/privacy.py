"""What the application keeps of persons: the facts of the page on privacy, which a test compares.

A new table with a person in it, or a new cookie, is named here; otherwise a test fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .words import Words


@dataclass(frozen=True)
class Said:
    """What the page says of one kind of data."""

    what: str
    why: str
    how_long: str
    who: str


@dataclass(frozen=True)
class Kept:
    """One kind of data: the tables that hold it, what it is, why, how long, and for whom."""

    tables: tuple[str, ...]
    what: Words
    why: Words
    how_long: Words
    who: Words

    def said(self) -> Said:
        days = {"days": settings.KEEP_SIGN_INS_DAYS, "years": settings.KEEP_RESTRICTED_YEARS}
        return Said(str(self.what), str(self.why), str(self.how_long) % days, str(self.who))


@dataclass(frozen=True)
class Cookie:
    """A cookie: its name, what it is for, and how long a browser keeps it."""

    name: str
    purpose: Words
    how_long: Words


MEMBERS = _("Members of the same project; the operator.")
OPERATOR = _("The operator.")
WITH_THE_PROJECT = _("As long as the project: until the operator deletes it.")

KEPT = (
    Kept(
        ("partners.User", "partners.Membership"),
        _(
            "Your account: user name, first and last name, e-mail address, your password as an"
            " Argon2 hash (the password itself is not kept), when the account was made and when"
            " you last signed in; your role and your partner in each project; your language,"
            " whether you want the weekly e-mail, and the private address of your calendar."
        ),
        _("So that you can sign in, and do what your role allows."),
        _(
            "Until the operator deletes the account: what it did then stays without the name, but"
            " in sealed reports. An account that is no longer needed is closed before that."
        ),
        _(
            "Your name: members of your projects. The rest: administrators of your projects, the"
            " operator. Nobody sees the password."
        ),
    ),
    Kept(
        ("axes.AccessAttempt", "axes.AccessAttemptExpiration", "axes.AccessFailureLog"),
        _(
            "Failed sign-ins: the user name that was typed, the network address, the name that the"
            " browser gives itself, and when. Not the password that was typed."
        ),
        _("To lock out who guesses passwords: 15 minutes after five failures."),
        _(
            "Until this name signs in from this address, or until the next sign-in of anybody after"
            " the 15 minutes; at most %(days)d days, then the daily clean-up deletes them."
        ),
        OPERATOR,
    ),
    Kept(
        ("axes.AccessLog",),
        _(
            "Sign-ins that succeeded: user name, network address, the name that the browser gives"
            " itself, when you signed in and out."
        ),
        _("To find out what happened when an account was misused."),
        _("%(days)d days; then the daily clean-up deletes them."),
        OPERATOR,
    ),
    Kept(
        ("sessions.Session",),
        _("Your session: that you are signed in on this browser."),
        _("So that you need not sign in on every page."),
        _("12 hours, or until you sign out; the daily clean-up deletes what has run out."),
        OPERATOR,
    ),
    Kept(
        ("partners.Change", "partners.RowVersion", "admin.LogEntry"),
        _(
            "The history: who added, changed or deleted what, when, and why; and every row as it"
            " was before and after. Rows can name persons, such as who met whom."
        ),
        _("Figures that are reported to a funder must be traceable in an audit."),
        WITH_THE_PROJECT,
        MEMBERS,
    ),
    Kept(
        (
            "actions.Action",
            "actions.Evidence",
            "events.BusinessMeeting",
            "actions.ProposedChange",
            "actions.ReviewNote",
            "kpis.Deviation",
            "kpis.CheckAnswer",
            "kpis.Amendment",
        ),
        _(
            "What members write about the work: actions, review and its conversation, reasons for"
            " deviations, answers to checks, each with the name of who wrote it and when."
        ),
        _("It is the work of the project, and its report."),
        WITH_THE_PROJECT,
        MEMBERS,
    ),
    Kept(
        ("actions.EvidenceFile",),
        _(
            "Files of evidence, and who uploaded them. Some hold personal data of others, such as"
            " attendance lists; these are marked as restricted."
        ),
        _("To prove to the funder what was done."),
        _(
            "Restricted files: until the day that stands beside them, %(years)d years after the"
            " end of the project where none was named; then their content is erased, also from"
            " sealed reports. It can be erased earlier. Other files: as long as the project."
        ),
        _(
            "Restricted files: the partners of the action, the task leader, administrators of the"
            " project and the operator. Other files: members of the project."
        ),
    ),
    Kept(
        ("reports.Import", "reports.ImportRow", "reports.KnownShape"),
        _("Imported files with their rows, and who brought them."),
        _("So that an import can be looked at and taken back."),
        _(
            "As long as the project. A file that could not be read at its upload is deleted at"
            " once."
        ),
        _("Administrators of the project; the operator."),
    ),
    Kept(
        ("reports.Export",),
        _("Long files that you asked for, such as a report of many rows."),
        _("They take longer to write than a page can wait."),
        _("A week; then the daily clean-up or the next long file takes them away."),
        _("You; the operator."),
    ),
    Kept(
        ("reports.Digest",),
        _("Which weekly e-mails about a project you were sent, and when; not what they said."),
        _("So that none is sent twice in a week."),
        _("Until the operator deletes the account or the project."),
        OPERATOR,
    ),
    Kept(
        ("partners.SavedView",),
        _("Views of lists that you saved: a name, the list and its filters."),
        _("So that you find them again."),
        _("Until you delete them, or the operator deletes the account."),
        _("You; those that you share, the members of the project."),
    ),
    Kept(
        ("reports.SealedReport", "reports.SealedFile", "reports.DocumentTemplate"),
        _(
            "Reports as they were submitted, with what stood in their rows, who sealed them, and"
            " their files; Word templates, and who uploaded them."
        ),
        _("A figure that was reported must be shown again exactly as it was."),
        _(
            "As long as the project; a sealed report is never changed. Restricted files in it are"
            " erased when their time is over."
        ),
        MEMBERS,
    ),
)


def cookies() -> Iterator[Cookie]:
    """The cookies that pages set; each is needed for what its user asked for."""
    hours = settings.SESSION_COOKIE_AGE // 3600
    until = ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
    yield Cookie(settings.SESSION_COOKIE_NAME, _("Keeps you signed in."), until)
    yield Cookie(
        settings.CSRF_COOKIE_NAME,
        _("Proves that a form was sent from our own page."),
        _("one year"),
    )
    yield Cookie(
        "messages",
        _("Carries a confirmation, such as “Saved”, to the next page."),
        _("until that page is shown"),
    )
    yield Cookie(
        f"theme, {settings.LANGUAGE_COOKIE_NAME}",
        _("Display choice: light or dark, and the language. Set only when you choose."),
        _("until you choose otherwise, five years at most"),
    )
