"""Says which day it is: today, or the past day as whose reader the project is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.utils import timezone

_day: ContextVar[date | None] = ContextVar("day", default=None)


def today() -> date:
    """The day as of which everything is asked that does not name one itself."""
    return _day.get() or timezone.localdate()


@contextmanager
def as_if_on(day: date) -> Iterator[None]:
    """Let ``today`` be a past day, for whoever looks at what was known then."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)
