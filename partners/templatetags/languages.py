"""The choice of languages, each called as its own readers call it."""

from __future__ import annotations

from django import template

from partners.languages import languages

register = template.Library()


@register.simple_tag
def offered_languages() -> list[tuple[str, str]]:
    """Code and name of each: Django's own tag would translate the names."""
    return languages()
