"""Shows parts of the review on pages of other floors."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from actions.models import ReviewNote
from actions.reviewing import drafts_of as drafts
from actions.reviewing import returned_to as returned_rows
from partners.models import Partner
from partners.templatetags.story import by_whom
from partners.words import Words, in_html

MOST = 10
Event = ReviewNote.Event
register = template.Library()

_NOTES: dict[str, Words] = {
    Event.SUBMITTED: _("%(who)s submitted it"),
    Event.ACCEPTED: _("%(who)s accepted it"),
    Event.RETURNED: _("%(who)s returned it"),
    Event.PROPOSED: _("%(who)s submitted a change"),
    Event.CHANGE_ACCEPTED: _("%(who)s accepted the change"),
    Event.CHANGE_RETURNED: _("%(who)s returned the change"),
    Event.WITHDRAWN: _("%(who)s took the change back"),
    Event.COMMENT: _("%(who)s wrote"),
}


@register.simple_tag
def who_said(note: ReviewNote) -> SafeString:
    """Who did what in the conversation about an action, as a sentence."""
    return in_html(_NOTES[note.event], who=by_whom(note.user))


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
