"""Says which day it is: today, or the past day as whose reader the project is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.utils import timezone

_day: ContextVar[date | None] = ContextVar("day", default=None)
_looking_back: ContextVar[bool] = ContextVar("looking_back", default=False)


def today() -> date:
    """The day as of which everything is asked that does not name one itself."""
    return _day.get() or timezone.localdate()


def is_past() -> bool:
    """Whether the project is looked at as it was: then nothing can be changed."""
    return _looking_back.get()


@contextmanager
def looking_back() -> Iterator[None]:
    """Withhold what only the present allows."""
    token = _looking_back.set(True)
    try:
        yield
    finally:
        _looking_back.reset(token)


@contextmanager
def as_if_on(day: date) -> Iterator[None]:
    """Let ``today`` be a past day, for whoever looks at what was known then."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)
