"""Deletes what is no longer needed: old sign-ins, sessions that have run out, old long files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from .exporting import old_exports, remove_old


def forgettable() -> Iterator[tuple[str, QuerySet]]:
    """What is past its time, by what it is called on the page on privacy."""
    now = timezone.now()
    before = now - timedelta(days=settings.KEEP_SIGN_INS_DAYS)
    failed = (AccessAttempt, AccessFailureLog)
    for model in failed:
        yield "failed sign-ins", model.objects.filter(attempt_time__lt=before)
    yield "sign-ins", AccessLog.objects.filter(attempt_time__lt=before)
    yield "sessions", Session.objects.filter(expire_date__lt=now)
    yield "long files", old_exports()


def forget() -> None:
    """Delete all of it; of a long file, its content with its row."""
    for _name, rows in forgettable():
        if rows.model._meta.label != "reports.Export":
            rows.delete()
    remove_old()
