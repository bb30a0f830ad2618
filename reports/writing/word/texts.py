"""Makes any text fit for XML: what XML forbids becomes a mark that one can see."""

from __future__ import annotations

import re
from typing import Any

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
LOST = "\ufffd"  # the sign by which every program shows a character that it could not read


def clean(text: str) -> str:
    """The text with one kind of line break, and a sign for each character that XML forbids."""
    return _FORBIDDEN.sub(LOST, _BREAKS.sub("\n", text))


def clean_all(value: Any) -> Any:
    """The same for every text inside lists and mappings."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_all(each) for each in value]
    if isinstance(value, dict):
        return {name: clean_all(each) for name, each in value.items()}
    return value
