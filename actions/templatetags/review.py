"""Shows parts of the review on pages of other floors."""

from typing import Any

from django import template

from actions.reviewing import drafts_of as drafts
from actions.reviewing import returned_to as returned_rows
from partners.models import Partner

MOST = 10
register = template.Library()


@register.inclusion_tag("actions/returned.html")
def returned_to(partner: Partner) -> dict[str, Any]:
    """What came back to a partner, with the reasons: the oldest first."""
    rows = list(returned_rows(partner).prefetch_related(None)[: MOST + 1])
    return {"partner": partner, "rows": rows[:MOST], "more": len(rows) > MOST}


@register.inclusion_tag("actions/drafts.html")
def drafts_of(partner: Partner) -> dict[str, Any]:
    """What a partner has begun and not sent in, the oldest first."""
    rows = list(drafts(partner)[: MOST + 1])
    return {"partner": partner, "rows": rows[:MOST], "more": len(rows) > MOST}
