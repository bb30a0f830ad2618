"""Sends what there is to tell to whom it concerns: once a week, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone, translation

from partners import clock
from partners.account import wants_notices
from partners.languages import speaking_to
from partners.models import Membership
from reports.models import Digest

from .content import Content, News
from .mail import mail_of

# Less than a week, so that a mail of Tuesday does not silence next Monday.
APART = timedelta(days=4)
# A run that has held a claim for longer has died: another one may send.
CLAIM_HOLDS = timedelta(hours=1)


class Result(StrEnum):
    """What became of one member."""

    SENT = "sent"
    DUE = "would be sent"
    FAILED = "failed"
    ALREADY = "was sent already"
    NOTHING = "nothing to say"
    NO_ADDRESS = "has no e-mail address"
    OFF = "wants none"


@dataclass(frozen=True)
class Outcome:
    """What became of one member, with what was to be told; ``fault`` says why it was not."""

    membership: Membership
    result: Result
    content: Content | None = None
    fault: str = ""


def send_all(
    memberships: Iterable[Membership], *, site: str, dry_run: bool = False
) -> Iterator[Outcome]:
    """Send to each member what there is to tell; a dry run sends and writes nothing.

    What there is to tell of a project is asked once for each language.
    """
    news: dict[tuple[int, str], News] = {}
    for membership in memberships:
        with speaking_to(membership.user):
            key = (membership.project_id, translation.get_language() or "")
            of_project = news.setdefault(key, News(membership.project))
            yield _send(membership, of_project, site, dry_run=dry_run)


def _send(membership: Membership, news: News, site: str, *, dry_run: bool) -> Outcome:
    if not wants_notices(membership):
        return Outcome(membership, Result.OFF)
    if not membership.user.email:
        return Outcome(membership, Result.NO_ADDRESS)
    if _is_served(membership):
        return Outcome(membership, Result.ALREADY)
    if membership.partner:
        membership.partner.project = membership.project
    content = news.of(membership)
    if not content.sections:
        return Outcome(membership, Result.NOTHING)
    if dry_run:
        return Outcome(membership, Result.DUE, content)
    claimed = _claim(membership)
    if claimed is None:
        return Outcome(membership, Result.ALREADY)
    return _hand_over(membership, content, site, claimed)


def _hand_over(membership: Membership, content: Content, site: str, claimed: Digest) -> Outcome:
    """Send the mail; only what the mail server took is recorded as sent."""
    claim, sent = Digest.objects.filter(pk=claimed.pk), False
    try:
        mail = mail_of(membership, content, site)
        mail.send()
        sent = True
    except (OSError, ValueError) as error:
        return Outcome(membership, Result.FAILED, content, f"{type(error).__name__}: {error}")
    finally:
        if not sent:
            claim.delete()
    claim.update(sent_at=timezone.now(), message_id=str(mail.extra_headers["Message-ID"]))
    return Outcome(membership, Result.SENT, content)


def week_of(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


def _own(membership: Membership) -> Q:
    return Q(project=membership.project_id, user=membership.user_id)


def _is_served(membership: Membership) -> bool:
    """Whether the member had an e-mail this week or a few days ago, or another run sends it now."""
    now = timezone.now()
    this_week = Q(week=week_of(clock.today())) & (Q(sent_at__isnull=False) | ~_let_go(now))
    lately = Q(sent_at__gt=now - APART)
    return Digest.objects.filter(_own(membership)).filter(this_week | lately).exists()


def _let_go(now: datetime) -> Q:
    return Q(sent_at__isnull=True, claimed_at__lt=now - CLAIM_HOLDS)


def _claim(membership: Membership) -> Digest | None:
    """Take the right to send this week’s mail; None where another run has it or has sent."""
    now = timezone.now()
    digest, mine = Digest.objects.get_or_create(
        project=membership.project,
        user=membership.user,
        week=week_of(clock.today()),
        defaults={"claimed_at": now},
    )
    if mine:
        return digest
    abandoned = Digest.objects.filter(_let_go(now), pk=digest.pk)
    return digest if abandoned.update(claimed_at=now) else None
