"""Tells the changes of a record as people read them: who, what, and each value old and new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .models import Change
from .words import Words


def story(changes: Iterable[Change], headings: Mapping[str, Words]) -> list[dict[str, Any]]:
    """Changes with their fields as (heading, old, new); a field of no column keeps its name."""
    return [
        {
            "change": change,
            "fields": [
                (headings.get(name, name.replace("_", " ")), old, new)
                for name, (old, new) in change.fields.items()
            ],
        }
        for change in changes
    ]
