"""What people are told of a Word template that cannot be filled, and what they can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from partners.words import Words

WHERE: dict[str, Words] = {
    "body": gettext_lazy("in the text"),
    "table": gettext_lazy("in a table"),
    "header": gettext_lazy("in a header"),
    "footer": gettext_lazy("in a footer"),
    "footnote": gettext_lazy("in a footnote"),
}
SENTENCES = {
    "damaged": gettext_noop(
        "The file is damaged, or Word wrote something in it that cannot be filled."
        " Open it in Word, save it anew as .docx and try again."
    ),
    "not_word": gettext_noop("The file is no Word document (.docx), or has a password."),
    "large": gettext_noop("The file is larger than %(most)s."),
    "unpacked": gettext_noop("Unpacked, the file is far too large for a template."),
    "hostile": gettext_noop("The file holds what a Word document must not hold."),
    "macros": gettext_noop("The file holds macros. Save it as .docx, without them."),
    "embedded": gettext_noop(
        "The file holds another file inside. Take it out, or put a picture in its place."
    ),
    "external": gettext_noop(
        "The template refers to something outside of it: %(target)s. Put it into the file itself."
    ),
    "fetching": gettext_noop(
        "A field of the template fetches something from elsewhere: %(field)s. Remove it."
    ),
    "endnote": gettext_noop(
        "A placeholder stands in an endnote, where none is filled. Move it into the text."
    ),
    "slow": gettext_noop(
        "Filling the template takes too long. Look for loops inside loops, and for large powers."
    ),
    "heavy": gettext_noop(
        "Filling the template takes too much memory. Look for a text that is repeated very often."
    ),
    "not_closed": gettext_noop("%(tag)s is not closed (%(where)s): }} or %%} is missing."),
    "syntax": gettext_noop("%(tag)s cannot be understood (%(where)s): %(reason)s."),
    "unknown": gettext_noop("There is no placeholder “%(name)s”: %(tag)s (%(where)s)."),
    "unknown_near": gettext_noop(
        "There is no placeholder “%(name)s”: %(tag)s (%(where)s). Is “%(near)s” meant?"
    ),
    "open": gettext_noop("%(tag)s is never ended (%(where)s): %(end)s is missing."),
    "nothing_open": gettext_noop("%(tag)s ends or divides what nothing has begun (%(where)s)."),
    "statement": gettext_noop(
        "%(tag)s is not possible here (%(where)s): a template may use for, if, elif, else and set."
    ),
    "not_alone": gettext_noop("%(tag)s must stand alone in its paragraph (%(where)s)."),
    "not_alone_in_row": gettext_noop("%(tag)s must stand alone in its row of a table (%(where)s)."),
    "misplaced": gettext_noop(
        "%(tag)s gives tables or whole paragraphs: it can stand in the text, but not %(where)s."
    ),
    "torn": gettext_noop(
        "A loop or a condition begins in one place and ends in another that it cannot reach, such"
        " as inside and outside of a table. Put both into paragraphs or rows beside each other."
    ),
    "not_filled": gettext_noop("The placeholders cannot be worked out: %(reason)s."),
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What people are told of one fault."""
    said = dict(params)
    if "where" in said:
        said["where"] = str(WHERE.get(said["where"], said["where"]))
    if "reason" in said:
        said["reason"] = str(said["reason"]).rstrip(".")
    key = "unknown_near" if code == "unknown" and said.get("near") else code
    return _(SENTENCES.get(key, SENTENCES["damaged"])) % said
