"""Checks of figures and of the partners behind them: who is silent, short, or adds up wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.gaps import silences
from kpis.models import Indicator
from partners.roles import Capability

from .finding import Check, Found, Link, Severity
from .material import Material

# As printed headings say targets: “12 in total”, “(4 per partner)”.
_TOTAL = re.compile(r"\b(\d{1,5}) in total\b", re.I)
_EACH = re.compile(r"\b(\d{1,5}) per partner\b", re.I)


def silent(material: Material) -> Iterator[Found]:
    heard = {
        partner.pk: max(
            (row.updated_at for row in material.rows if partner in row.partners), default=None
        )
        for partner in material.partners
    }
    for silence in silences(material.partners, heard):
        words = _("Nothing was recorded for %(code)s since %(day)s.")
        if silence.since is None:
            words = _("Nothing was ever recorded for %(code)s.")
        day = date_format(silence.since, "DATE_FORMAT") if silence.since else ""
        sentence = words % {"code": silence.partner.code, "day": day}
        url = reverse("action-add", args=[material.project.slug])
        link = Link(silence.partner.name, silence.partner.get_absolute_url())
        way = Link(_("Log an action"), url, Capability.ADD_ACTION)
        who = material.partner(silence.partner)
        yield Found(silence.partner.code, sentence, who, way, (), (link,))


def unexplained(material: Material) -> Iterator[Found]:
    """Indicators, and shares of partners, that fall short without a word why."""
    for indicator in material.indicators:
        terms, line = material.terms[indicator.pk], material.progress.line(indicator.number)
        achieved = line.total.achieved
        if achieved < indicator.target and not terms.told:
            words = _(
                "KPI %(number)d “%(title)s” stands at %(achieved)d of %(target)d, and nobody has"
                " said why."
            )
            joint = next((p for p in material.partners if p.is_joint or p.is_task_leader), None)
            texts = _texts(indicator, achieved, indicator.target)
            key = f"kpi-{indicator.number}"
            code = joint.code if joint else ""
            yield _short(material, indicator, key, words % texts, code)
        for partner in material.partners:
            share, own = terms.shares.get(partner.pk), line.partners[partner.code].achieved
            if share is not None and own < share and partner.pk not in terms.told:
                words = _(
                    "%(code)s stands at %(achieved)d of its share of %(target)d in KPI %(number)d"
                    " “%(title)s”, and has not said why."
                )
                sentence = words % {**_texts(indicator, own, share), "code": partner.code}
                key = f"kpi-{indicator.number}-{partner.code}"
                yield _short(material, indicator, key, sentence, partner.code)


def _texts(indicator: Indicator, achieved: int, target: int) -> dict[str, object]:
    texts = {"number": indicator.number, "title": indicator.title}
    return {**texts, "achieved": achieved, "target": target}


def _named(indicator: Indicator) -> str:
    return _("KPI %(number)d %(title)s") % {"number": indicator.number, "title": indicator.title}


def _short(material: Material, indicator: Indicator, key: str, sentence: str, code: str) -> Found:
    slug, is_share = material.project.slug, key.count("-") > 1
    partner = next((p for p in material.partners if p.code == code), None)
    who = material.partner(partner) if partner and is_share else material.leader
    way = Link(_("Say why"), reverse("deviations", args=[slug]))
    if code:
        url = reverse("deviation", args=[slug, indicator.number, code])
        way = Link(_("Say why"), url, Capability.EXPLAIN_ANY_DEVIATION, (code,))
    link = Link(_named(indicator), indicator.get_absolute_url())
    return Found(key, sentence, who, way, (), (link,))


def shares(material: Material) -> Iterator[Found]:
    for indicator in material.indicators:
        parts = list(material.terms[indicator.pk].shares.values())
        if parts and sum(parts) != indicator.target:
            words = _(
                "The shares of the partners in KPI %(number)d “%(title)s” add up to %(achieved)d;"
                " its target is %(target)d."
            )
            sentence = words % _texts(indicator, sum(parts), indicator.target)
            yield _about(material, indicator, f"kpi-{indicator.number}", sentence)


def headings(material: Material) -> Iterator[Found]:
    """Targets in the printed headings of tables that are not those of their indicators."""
    for indicator in material.indicators:
        terms = material.terms[indicator.pk]
        each = set(terms.shares.values())
        for pk in sorted(terms.types):
            printed = " ".join(str(c.get("heading", "")) for c in material.types[pk].columns)
            wrong = [
                match.group()
                for pattern, right in ((_TOTAL, {indicator.target}), (_EACH, each))
                for match in pattern.finditer(printed)
                if right and {int(match.group(1))} != right
            ]
            if wrong:
                words = _(
                    "The heading of %(table)s says “%(printed)s”; the target of KPI %(number)d is"
                    " %(target)d, the shares are %(shares)s."
                )
                sentence = words % {
                    "table": material.types[pk].table_name,
                    "printed": ", ".join(wrong),
                    "number": indicator.number,
                    "target": indicator.target,
                    "shares": ", ".join(map(str, sorted(each))) or "–",
                }
                yield _about(material, indicator, f"kpi-{indicator.number}-{pk}", sentence)


def _about(material: Material, indicator: Indicator, key: str, sentence: str) -> Found:
    url = reverse("targets", args=[material.project.slug, indicator.number])
    link = Link(_named(indicator), indicator.get_absolute_url())
    way = Link(_("Targets"), url, Capability.SET_TARGETS)
    return Found(key, sentence, material.leader, way, (), (link,))


def deadlines(material: Material) -> Iterator[Found]:
    for deadline in material.deadlines:
        if deadline.is_overdue(material.today):
            words = _(
                "“%(activity)s” was due by %(day)s, in M%(month)d, and is not done: %(state)s."
            )
            sentence = words % {
                "activity": deadline.activity,
                "day": date_format(deadline.due_on, "DATE_FORMAT"),
                "month": deadline.month,
                "state": deadline.get_status_display(),
            }
            url = reverse("timeline", args=[material.project.slug])
            way = Link(_("Timeline"), f"{url}#deadline-{deadline.pk}")
            yield Found(str(deadline.pk), sentence, material.leader, way)


CHECKS = (
    Check(
        "unexplained",
        Severity.SHOULD,
        gettext_lazy("Short of the target without a word why"),
        gettext_lazy("Say why on the page of deviations."),
        unexplained,
    ),
    Check(
        "silent",
        Severity.SHOULD,
        gettext_lazy("Silent partner"),
        gettext_lazy("Log what was done; a word on what was not stands with the deviations."),
        silent,
    ),
    Check(
        "shares",
        Severity.SHOULD,
        gettext_lazy("Shares that do not add up"),
        gettext_lazy("Share the target out anew."),
        shares,
    ),
    Check(
        "heading",
        Severity.LOOK,
        gettext_lazy("A printed target that is another one"),
        gettext_lazy("Let an administrator correct the heading of the table."),
        headings,
    ),
    Check(
        "deadline",
        Severity.SHOULD,
        gettext_lazy("Deadline passed"),
        gettext_lazy("Set the status on the timeline."),
        deadlines,
    ),
)
