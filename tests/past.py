"""Lets time pass for tests: what was recorded so far becomes days old."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import F

from partners.models import Change, RowVersion
from partners.versions.installing import install


def let_days_pass(days: int) -> None:
    """Make everything that was recorded so far as many days older.

    The database refuses to change the record, so its triggers are away for that moment.
    """
    older = timedelta(days=days)
    if connection.vendor == "sqlite":
        drop = 'DROP TRIGGER "freeze_partners_rowversion"'
    else:
        drop = 'DROP TRIGGER "freeze_partners_rowversion" ON partners_rowversion'
    with connection.cursor() as cursor:
        cursor.execute(drop)
    RowVersion.objects.update(at=F("at") - older)
    Change.objects.update(at=F("at") - older)
    install(using="default", plan=[])
