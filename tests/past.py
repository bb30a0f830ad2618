"""Lets time pass for tests: what was recorded so far becomes days old."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from partners.door import past_may_go
from partners.models import Change, RowVersion


def let_days_pass(days: int) -> None:
    """Make everything that was recorded so far as many days older."""
    older = timedelta(days=days)
    with past_may_go():
        RowVersion.objects.update(at=F("at") - older)
        Change.objects.update(at=F("at") - older)
