"""Shows parts of a record in templates: its status in its own words, its dates for reading."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.models import Action, Occasion
from actions.records import record_of
from partners.returning import with_back

register = template.Library()


@register.inclusion_tag("components/status_badge.html")
def status_badge(action: Action) -> dict[str, Any]:
    """The status with its sign, in the words of the action's record type."""
    return {"status": action.status, "label": record_of(action).status_word(action.status)}


@register.filter
def first_date(action: Action) -> str:
    """The first date of an action for reading, or a dash."""
    when = action.first_date
    return when.localised() if when else _("–")


@register.filter
def localised(occasion: Occasion) -> str:
    """The days, the month or the year of an occasion, for reading."""
    return occasion.when.localised()


@register.simple_tag
def quick_url(action: Action, back: str) -> str:
    """The small form of status and date of an action, which leads back to the list."""
    name = f"{action.type.record}-quick"
    return with_back(reverse(name, args=[action.project.slug, action.pk]), back)
