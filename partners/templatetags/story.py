"""Says who did what to a record, in whole sentences: each language orders its words itself."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Change, User
from partners.story import Entry
from partners.words import Words, in_html

Kind = Change.Kind
register = template.Library()

# On the page of the record itself.
_IT: dict[str, Words] = {
    Kind.ADDED: _("%(who)s added it"),
    Kind.CHANGED: _("%(who)s changed it"),
    Kind.DELETED: _("%(who)s deleted it"),
    Kind.MERGED: _("%(who)s merged it"),
    Kind.RESTORED: _("%(who)s restored it"),
}
# Among the changes of many records.
_NAMED: dict[str, Words] = {
    Kind.ADDED: _("%(who)s added %(record)s"),
    Kind.CHANGED: _("%(who)s changed %(record)s"),
    Kind.DELETED: _("%(who)s deleted %(record)s"),
    Kind.MERGED: _("%(who)s merged %(record)s"),
    Kind.RESTORED: _("%(who)s restored %(record)s"),
}
# What no function of the application did: nobody is known who did it.
_IT_OUTSIDE: dict[str, Words] = {
    Kind.ADDED: _("Added past the application"),
    Kind.CHANGED: _("Changed past the application"),
    Kind.DELETED: _("Deleted past the application"),
}
_NAMED_OUTSIDE: dict[str, Words] = {
    Kind.ADDED: _("Added past the application: %(record)s"),
    Kind.CHANGED: _("Changed past the application: %(record)s"),
    Kind.DELETED: _("Deleted past the application: %(record)s"),
}


@register.simple_tag
def happening(entry: Entry, label: str = "", url: str = "") -> SafeString:
    """What an entry of a story tells; ``label`` names the record where several are told of."""
    if entry.outside:
        sentences = _NAMED_OUTSIDE if label else _IT_OUTSIDE
    else:
        sentences = _NAMED if label else _IT
    record = format_html('<a href="{}">{}</a>', url, label) if url else format_html("{}", label)
    return in_html(sentences[entry.kind], who=by_whom(entry.user), record=record)


def by_whom(user: User | None) -> SafeString:
    """Who did something, as the subject of a sentence."""
    name = user.get_full_name() or user.get_username() if user else gettext("the system")
    return format_html("<b>{}</b>", name)
