"""Checks of organisations: one under two names, a partner among them, one without a country."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from rapidfuzz.distance import OSA

from actions.similar import initials
from kpis.models import Indicator
from partners.names import core_key, name_key
from partners.roles import Capability

from .finding import Check, Found, Link, Severity
from .material import Material
from .rows import Known

MOST_ALIKE = 20  # organisations that share a beginning: with more, it is no name
SHORTEST_WORD = 5  # letters of a word in which one other letter is a slip
SHORTEST_HEAD = 2  # words of a name that begins another one
_IN_BRACKETS = re.compile(r"\(([^()]{2,})\)")
_Names = list[tuple[str, Known]]  # a name, and whose it is


def two_names(material: Material) -> Iterator[Found]:
    names: _Names = [(name, o) for o in material.organisations for name in o.names]
    looks = (
        (_("the names differ only in their form"), _by_core(names)),
        (_("one is what the other is called for short"), _by_short_name(names)),
        (_("the names differ in one letter"), _by_slip(names)),
        (_("one name begins with the other"), _by_head(names)),
    )
    seen: set[tuple[int, int]] = set()
    for reason, found in looks:
        for one, other in found:
            pair = (min(one.pk, other.pk), max(one.pk, other.pk))
            if one.pk != other.pk and pair not in seen and not _is_told(one, other):
                seen.add(pair)
                first, second = sorted((one, other), key=lambda o: o.pk)
                yield _two_names(material, first, second, reason)


def _by_core(names: _Names) -> Iterator[tuple[Known, Known]]:
    """Names that are equal but for their legal form and what stands in brackets."""
    groups: dict[str, dict[int, Known]] = defaultdict(dict)
    for name, organisation in names:
        for form in {name, _IN_BRACKETS.sub(" ", name)}:
            groups[core_key(form)][organisation.pk] = organisation
    yield from _pairs(groups)


def _by_short_name(names: _Names) -> Iterator[tuple[Known, Known]]:
    """“ABC”, and “Alpha Beta Co (ABC)” or a name with these initials."""
    short: dict[str, dict[int, Known]] = defaultdict(dict)
    long: dict[str, dict[int, Known]] = defaultdict(dict)
    for name, organisation in names:
        key = name_key(name)
        if key and " " not in key and name.upper() == name:
            short[key][organisation.pk] = organisation
        told = [name_key(each) for each in _IN_BRACKETS.findall(name)]
        for form in {initials(_IN_BRACKETS.sub(" ", name)), *told} - {""}:
            long[form][organisation.pk] = organisation
    for key, found in short.items():
        yield from ((a, b) for a in found.values() for b in long.get(key, {}).values())


def _by_slip(names: _Names) -> Iterator[tuple[Known, Known]]:
    """Names of which one word is spelt otherwise: the words around it are looked up."""
    groups: dict[str, dict[int, tuple[Known, str]]] = defaultdict(dict)
    for name, organisation in names:
        words = core_key(name).split()
        for at, word in enumerate(words):
            if len(word) < SHORTEST_WORD:
                continue
            around = [*words[:at], "*", *words[at + 1 :]]
            # Of a name of one word its beginning or its end is taken to be right.
            for half in {word[:3], f"*{word[-3:]}"} if len(words) == 1 else {""}:
                groups[" ".join([*around, half])][organisation.pk] = (organisation, word)
    for group in groups.values():
        if len(group) <= MOST_ALIKE:
            for (one, a), (other, b) in combinations(group.values(), 2):
                if a != b and OSA.distance(a, b, score_cutoff=1) <= 1:
                    yield one, other


def _by_head(names: _Names) -> Iterator[tuple[Known, Known]]:
    """Names that are the beginning of another one, in whole words."""
    whole: dict[str, dict[int, Known]] = defaultdict(dict)
    for name, organisation in names:
        whole[core_key(name)][organisation.pk] = organisation
    for name, organisation in names:
        words = core_key(name).split()
        for size in range(SHORTEST_HEAD, len(words)):
            others = whole.get(" ".join(words[:size]), {})
            yield from ((other, organisation) for other in others.values())


def _pairs(groups: dict[str, dict[int, Known]]) -> Iterator[tuple[Known, Known]]:
    for group in groups.values():
        if 1 < len(group) <= MOST_ALIKE:
            yield from combinations(group.values(), 2)


def _is_told(one: Known, other: Known) -> bool:
    """Whether the note of one says what it has to do with the other: the question is answered."""
    return _is_named(one, other.note) or _is_named(other, one.note)


def _is_named(organisation: Known, note: str) -> bool:
    plain = f" {name_key(note)} "
    return any(f" {name_key(name)} " in plain for name in organisation.names)


def _two_names(material: Material, one: Known, other: Known, reason: str) -> Found:
    words = _("“%(one)s” and “%(other)s” may be one organisation: %(reason)s.")
    sentence = words % {"one": one.name, "other": other.name, "reason": reason}
    url = reverse("organisation-merge", args=[material.project.slug, one.pk])
    links = tuple(Link(each.name, each.url) for each in (one, other))
    way = Link(_("Merge"), url, Capability.MERGE_ORGANISATIONS)
    return Found(f"{one.pk}-{other.pk}", sentence, material.admin, way, (), links)


def partner_names(material: Material) -> Iterator[Found]:
    """Organisations that have the name or the code of a partner: those are no outsiders."""
    known = {name_key(form): p for p in material.partners for form in (p.name, p.code)}
    for organisation in material.organisations:
        partner = next((known[k] for k in map(name_key, organisation.names) if k in known), None)
        if partner:
            words = _("“%(name)s” is listed as an organisation, and is the partner %(code)s.")
            sentence = words % {"name": organisation.name, "code": partner.code}
            links = (Link(organisation.name, organisation.url),)
            way = Link(pgettext("verb", "Open"), organisation.url)
            yield Found(str(organisation.pk), sentence, material.leader, way, (), links)


def without_country(material: Material) -> Iterator[Found]:
    """Organisations that a figure of countries would count, were their country known."""
    for indicator in material.indicators:
        if indicator.counts != Indicator.Counts.COUNTRIES:
            continue
        types = material.terms[indicator.pk].types
        rows = [r for r in material.rows if r.type.pk in types and r.is_achieved and r.is_single]
        missing = {o.pk: o for row in rows for o in row.organisations if not o.country}
        for organisation in missing.values():
            words = _("“%(name)s” has no country, and KPI %(number)d counts countries.")
            sentence = words % {"name": organisation.name, "number": indicator.number}
            url = reverse("organisation-edit", args=[material.project.slug, organisation.pk])
            links = (Link(organisation.name, organisation.url),)
            key = f"{indicator.number}-{organisation.pk}"
            way = Link(_("Edit"), url, Capability.EDIT_ORGANISATION)
            yield Found(key, sentence, material.leader, way, (), links)


CHECKS = (
    Check(
        "no-country",
        Severity.SHOULD,
        gettext_lazy("No country where countries are counted"),
        gettext_lazy("Edit the organisation and choose its country."),
        without_country,
    ),
    Check(
        "two-names",
        Severity.LOOK,
        gettext_lazy("Likely one organisation under two names"),
        gettext_lazy(
            "Merge the two. If they are two, dismiss this, or let the note of one name the other."
        ),
        two_names,
    ),
    Check(
        "partner-name",
        Severity.LOOK,
        gettext_lazy("A partner among the organisations"),
        gettext_lazy("Take it out of the actions that name it, or say why it is there."),
        partner_names,
    ),
)
