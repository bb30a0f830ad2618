"""Values as plain data and back, and that data as one text with one checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

Plain = dict[str, Any]
DAY, NUMBER = "date", "decimal"  # the keys that tell a day and an exact number from a text


def plain(value: Any) -> Any:
    """A value as JSON holds it, so that ``typed`` makes the same again; TypeError for others."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Promise):
        return str(value)
    if type(value) is date:
        return {DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {NUMBER: str(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} cannot be sealed")


def typed(value: Any) -> Any:
    """The value of which ``plain`` made this."""
    if isinstance(value, list):
        return [typed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {DAY}:
        return date.fromisoformat(value[DAY])
    if value.keys() == {NUMBER}:
        return Decimal(value[NUMBER])
    return {key: typed(each) for key, each in value.items()}


def plain_fields(record: Any, *without: str) -> Plain:
    """A dataclass as plain data, field by field."""
    names = (each.name for each in fields(record) if each.name not in without)
    return {name: plain(getattr(record, name)) for name in names}


def known_fields(kind: type, data: Plain) -> dict[str, Any]:
    """What the data says of a dataclass; what it did not have yet is left to its defaults."""
    names = {each.name for each in fields(kind)}
    return {name: typed(value) for name, value in data.items() if name in names}


def canonical(data: Plain) -> str:
    """The one text of some data: keys in order, no spaces, letters as they are."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def checksum(text: str) -> str:
    """The SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
