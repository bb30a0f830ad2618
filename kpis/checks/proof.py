"""Checks of evidence and of the review: what is not proven, sent in or accepted yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actions.models import ProposedChange, Review

from .dates import edit
from .finding import Check, Found, Link, Severity
from .material import Material
from .rows import Row

WAITS_LONG = timedelta(days=30)


def unproven(material: Material) -> Iterator[Found]:
    for row in material.rows:
        if row.is_achieved and row.is_single and row.lacking:
            words = _("%(row)s is achieved and lacks evidence: %(kinds)s.")
            sentence = words % {
                "row": row.label,
                "kinds": ", ".join(str(kind.label) for kind in row.lacking),
            }
            way = Link(_("Open %(row)s") % {"row": row.reference}, row.url)
            yield Found(str(row.pk), sentence, material.owners(row), way, (row,))


def unsent(material: Material) -> Iterator[Found]:
    for row in material.rows:
        sentence = _unsent_words(row)
        if sentence:
            yield Found(str(row.pk), sentence, material.owners(row), edit(row), (row,))


def _unsent_words(row: Row) -> str:
    texts = {"row": row.label}
    if row.review == Review.DRAFT:
        words = _("%(row)s is a draft since %(day)s, and counts in no figure.")
        return words % {**texts, "day": _day(row.sent_at or row.created_at)}
    if row.review == Review.RETURNED:
        words = _("%(row)s was returned on %(day)s and not sent in again: it counts in no figure.")
        return words % {**texts, "day": _day(row.reviewed_at or row.updated_at)}
    state = ProposedChange.State
    if row.proposed_at and row.proposed_state in (state.DRAFT, state.RETURNED):
        words = _("A change of %(row)s is not sent in since %(day)s; the row stands as accepted.")
        return words % {**texts, "day": _day(row.proposed_at)}
    return ""


def _day(moment: datetime) -> str:
    return date_format(timezone.localdate(moment), "DATE_FORMAT")


def unreviewed(material: Material) -> Iterator[Found]:
    """One finding for all that waits for the task leader."""
    state = ProposedChange.State.SUBMITTED
    waiting = [_sent_at(r) for r in material.rows if r.review == Review.SUBMITTED and _claims(r)]
    waiting += [r.proposed_at for r in material.rows if r.proposed_at and r.proposed_state == state]
    late = [since for since in waiting if since < timezone.now() - WAITS_LONG]
    if late:
        words = ngettext(
            "%(number)d achieved row or change waits for the review for more than %(days)d days,"
            " since %(day)s.",
            "%(number)d achieved rows and changes wait for the review for more than %(days)d days,"
            " the first since %(day)s.",
            len(late),
        )
        texts = {"number": len(late), "days": WAITS_LONG.days, "day": _day(min(late))}
        way = Link(_("Open the actions"), reverse("action-list", args=[material.project.slug]))
        yield Found("queue", words % texts, material.leader, way)


def _sent_at(row: Row) -> datetime:
    return row.sent_at or row.created_at


def _claims(row: Row) -> bool:
    return row.is_achieved and row.is_single


CHECKS = (
    Check(
        "unproven",
        Severity.MUST,
        gettext_lazy("Achieved without the evidence that is asked for"),
        gettext_lazy("Attach what is missing to the action, as a file or as a link."),
        unproven,
    ),
    Check(
        "unsent",
        Severity.SHOULD,
        gettext_lazy("Not sent in"),
        gettext_lazy("Edit the action and submit it."),
        unsent,
    ),
    Check(
        "unreviewed",
        Severity.SHOULD,
        gettext_lazy("Waiting for the review"),
        gettext_lazy("Accept the actions, or return them with a reason."),
        unreviewed,
    ),
)
