"""Texts for people: a string, or a translation that waits for the reader's language."""

from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = str


def in_html(sentence: Words, **parts: SafeString) -> SafeString:
    """A sentence for a page, with parts of HTML in the places that its language gives them."""
    return mark_safe(escape(sentence) % parts)
