"""Draws whom the project reaches, for the page and for files, from what ``reach.py`` found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import charts
from .reach import ACHIEVED, Country, Joint, Reach

MOST_ORGANISATIONS = 90  # in one network: more cannot be read


def map_heading(reach: Reach) -> str:
    """What the map shows, as a sentence."""
    number = len(reach.countries)
    if reach.which == ACHIEVED:
        said = ngettext(
            "Achieved actions reach %(number)d country",
            "Achieved actions reach %(number)d countries",
            number,
        )
    else:
        said = ngettext(
            "Actions reach %(number)d country, counting what is planned and under way",
            "Actions reach %(number)d countries, counting what is planned and under way",
            number,
        )
    return said % {"number": number}


def map_words(reach: Reach) -> str:
    """How many organisations the map stands for."""
    said = ngettext(
        "The actions name %(number)d organisation whose country is recorded.",
        "The actions name %(number)d organisations whose country is recorded.",
        reach.with_country,
    )
    return said % {"number": reach.with_country}


def country_words(country: Country) -> str:
    """One country with its numbers, for whoever points at it or hears it."""
    actions = ngettext("%(number)d action", "%(number)d actions", country.actions)
    organisations = ngettext(
        "%(number)d organisation", "%(number)d organisations", country.organisations
    )
    return _("%(country)s: %(actions)s, %(organisations)s") % {
        "country": country.name,
        "actions": actions % {"number": country.actions},
        "organisations": organisations % {"number": country.organisations},
    }


def _places(reach: Reach) -> list[charts.Place]:
    return [
        charts.Place(country.code, country_words(country), country.actions, country.actions_url)
        for country in reach.countries
    ]


def undrawn(reach: Reach) -> list[Country]:
    """The countries that the map has no place for: they stand in the table alone."""
    return [country for country in reach.countries if not charts.is_drawn(country.code)]


def map_parts(reach: Reach) -> dict[str, Any]:
    """The two frames of the page, and what their shades mean."""
    places = _places(reach)
    bounds = charts.step_bounds(max((place.number for place in places), default=0))
    names = {charts.WORLD: _("The world"), charts.EUROPE: _("Europe")}
    return {
        "frames": [
            (name, charts.world_map(frame, places, f"{map_heading(reach)}: {name}"))
            for frame, name in names.items()
        ],
        "steps": [
            (charts.shade(low, bounds), words)
            for low, words in zip(bounds, charts.step_words(bounds), strict=True)
        ],
        "undrawn": undrawn(reach),
    }


def map_picture(reach: Reach, day: date) -> charts.Picture:
    """The map as a file."""
    heading = map_heading(reach)
    number = _("The numbers are actions; the stronger the colour, the more.")
    source = f"{_source(reach, day)}. {map_words(reach)} {number} {_credit()}"
    said = "; ".join(country_words(country) for country in reach.countries)
    return charts.picture(
        charts.world_maps(_places(reach), heading),
        heading=heading,
        source=source,
        alt=f"{heading}. {said}.",
    )


def _credit() -> str:
    return _("Outlines: Natural Earth. They say nothing on the status of any territory.")


def _source(reach: Reach, day: date) -> str:
    words = {"project": reach.project.acronym, "day": date_format(day, "SHORT_DATE_FORMAT")}
    return _("%(project)s, as of %(day)s") % words


@dataclass(frozen=True)
class Network:
    """The network as drawn: its heading, its shape, and the rows behind it."""

    heading: str
    svg: Any
    shown: int
    total: int
    rows: list[Joint]

    @property
    def is_cut(self) -> bool:
        return self.shown < self.total


def network_of(reach: Reach) -> Network:
    """The organisations with most partners and actions, beside those who work with them."""
    ties = [charts.Tie(j.partner.pk, j.organisation.pk, j.actions) for j in reach.joint]
    names = {pk: organisation.name for pk, organisation in reach.organisations.items()}
    kept = charts.most_connected(ties, names, MOST_ORGANISATIONS)
    rows = [joint for joint in reach.joint if joint.organisation.pk in set(kept)]
    heading = network_heading(reach)
    svg = charts.network(_partners(reach), _organisations(reach, kept), ties, heading)
    return Network(heading, svg, len(kept), len(names), rows)


def network_heading(reach: Reach) -> str:
    """What the network shows, as a sentence."""
    total = len({joint.organisation.pk for joint in reach.joint})
    said = ngettext(
        "Several partners work with %(shared)d of %(total)d organisation",
        "Several partners work with %(shared)d of %(total)d organisations",
        total,
    )
    return said % {"shared": reach.shared, "total": total}


def _partners(reach: Reach) -> list[charts.Node]:
    return [
        charts.Node(
            partner.pk, partner.code, f"{partner.code}, {partner.name}", partner.get_absolute_url()
        )
        for partner in reach.partners
    ]


def _organisations(reach: Reach, kept: Sequence[int]) -> list[charts.Node]:
    """The kept organisations, each with the partners and the numbers in words."""
    met: dict[int, list[str]] = defaultdict(list)
    for joint in reach.joint:
        met[joint.organisation.pk].append(joint_words(joint))
    return [
        charts.Node(
            pk,
            reach.organisations[pk].name,
            f"{reach.organisations[pk].name}: {'; '.join(met[pk])}",
            reach.organisations[pk].get_absolute_url(),
        )
        for pk in kept
    ]


def joint_words(joint: Joint) -> str:
    said = ngettext(
        "%(number)d action with %(partner)s", "%(number)d actions with %(partner)s", joint.actions
    )
    return said % {"number": joint.actions, "partner": joint.partner.code}


def network_picture(reach: Reach, day: date) -> charts.Picture:
    """The network as a file."""
    drawn = network_of(reach)
    words = [f"{_source(reach, day)}.", network_words(reach)]
    if drawn.is_cut:
        words.append(cut_words(drawn))
    named = (f"{j.organisation.name}: {joint_words(j)}" for j in drawn.rows)
    return charts.picture(
        drawn.svg,
        heading=drawn.heading,
        source=" ".join(words),
        alt=f"{drawn.heading}. {'; '.join(named)}.",
    )


def network_words(reach: Reach) -> str:
    """How the network is read."""
    if reach.which == ACHIEVED:
        return _(
            "Lines are achieved actions, thicker where there are more; a number after a name says"
            " how many. In the middle stands whom several partners work with."
        )
    return _(
        "Lines are actions, planned ones and those under way too, thicker where there are more; a"
        " number after a name says how many. In the middle stands whom several partners work with."
    )


def cut_words(drawn: Network) -> str:
    words = ngettext(
        "Shown are the %(shown)d most connected of %(total)d organisations.",
        "Shown are the %(shown)d most connected of %(total)d organisations.",
        drawn.shown,
    )
    return words % {"shown": drawn.shown, "total": drawn.total}
