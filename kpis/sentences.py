"""The titles of charts: sentences that say what is to be seen, made from the figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Partner
from partners.months import month_in_words

from .charts import figure_words, shown
from .figure import Figure
from .forecast import Forecast
from .models import Indicator
from .progress import IndicatorProgress, Pace, Progress
from .shares import shares_of

MOST_NAMED = 3  # partners in a sentence


def said(*sentences: str) -> str:
    """Whole sentences one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


def has_reached(figure: Figure) -> bool:
    return bool(figure.target) and figure.achieved >= (figure.target or 0)


def of_overview(progress: Progress, partner: Partner | None = None) -> str:
    """How many targets are reached; of the whole also how many are missed or behind."""
    figures = [line.partners[partner.code] if partner else line.total for line in progress.lines]
    all_ = sum(bool(figure.target) for figure in figures)
    numbers = {"reached": sum(map(has_reached, figures)), "all": all_}
    if partner:
        words = {**numbers, "partner": partner.code}
        counted = ngettext(
            "%(partner)s has reached %(reached)d of its own targets, of which there is %(all)d.",
            "%(partner)s has reached %(reached)d of its %(all)d own targets.",
            all_,
        )
        return counted % words if all_ else _("%(partner)s has no target of its own.") % words
    if not all_:
        return _("No target has been set yet.")
    reached = ngettext(
        "%(reached)d of %(all)d indicators has reached its target.",
        "%(reached)d of %(all)d indicators have reached their target.",
        numbers["reached"],
    )
    # A period is not held against the straight line, which runs over the whole time.
    return said(reached % numbers, *(_behind(progress.lines) if progress.since is None else ()))


def _behind(lines: Sequence[IndicatorProgress]) -> list[str]:
    paces = [line.pace for line in lines if line.indicator.target]
    missed, behind = paces.count(Pace.MISSED), paces.count(Pace.BEHIND)
    sentences = []
    if missed:
        words = ngettext(
            "%(number)d was missed: its last month is over.",
            "%(number)d were missed: their last month is over.",
            missed,
        )
        sentences.append(words % {"number": missed})
    if behind:
        words = ngettext(
            "%(number)d is behind the straight line.",
            "%(number)d are behind the straight line.",
            behind,
        )
        sentences.append(words % {"number": behind})
    return sentences


def of_figure(title: str, figure: Figure) -> str:
    """The figure beside its target."""
    words = {"title": title, "figure": figure_words(figure.shown, figure.target)}
    return _("%(title)s: %(figure)s achieved.") % words


def of_review(figure: Figure) -> str:
    """How much of what is claimed is evidenced and verified."""
    if not figure.claimed:
        return ""
    words = ngettext(
        "Of %(claimed)d claimed, %(evidenced)d has the evidence asked for and %(verified)d is"
        " verified.",
        "Of %(claimed)d claimed, %(evidenced)d have the evidence asked for and %(verified)d are"
        " verified.",
        figure.claimed,
    )
    return words % figure.measures


def of_months(
    indicator: Indicator,
    figure: Figure,
    *,
    reached_in: date | None,
    is_over: bool,
    forecast: Forecast | None,
) -> str:
    """When the target was reached, or that it was missed, or what is to come."""
    if reached_in:
        month = month_in_words(reached_in)
        return _("The target was reached in %(month)s.") % {"month": month}
    end = {"month": month_in_words(indicator.ends_on)}
    if figure.target and is_over and not has_reached(figure):
        return _("The target was missed: the last month was %(month)s.") % end
    if forecast is None:
        return ""
    end["number"] = shown(forecast.last)
    return _("At its present pace it comes to %(number)s by the end of %(month)s.") % end


def of_forecast(forecast: Forecast) -> str:
    """The rule of the forecast, with its numbers."""
    words = ngettext(
        "Forecast: what was achieved in the last month, %(monthly)s a month, is carried on to"
        " the last month.",
        "Forecast: what was achieved in the last %(over)d months, on average %(monthly)s a month,"
        " is carried on to the last month.",
        forecast.over,
    )
    return words % {"over": forecast.over, "monthly": number_format(forecast.monthly, 2)}


def of_partners(progress: Progress, line: IndicatorProgress) -> str:
    """How many partners contribute to an indicator, and who does most."""
    figures = {p.code: line.partners[p.code].achieved for p in progress.partners}
    active = [code for code, achieved in figures.items() if achieved]
    words = {"title": line.indicator.title, "number": len(active), "all": len(figures)}
    sentence = ngettext(
        "%(title)s: %(number)d of %(all)d partners has contributed.",
        "%(title)s: %(number)d of %(all)d partners have contributed.",
        len(active),
    )
    most = max(figures.values(), default=0)
    first = [code for code in active if figures[code] == most]
    if not first or len(first) > MOST_NAMED:
        return sentence % words
    led = _("Most of all: %(partners)s, with %(most)d.")
    names = get_text_list(first, _("and"))
    return said(sentence % words, led % {"partners": names, "most": most})


def of_shares(progress: Progress) -> str:
    """How many of the partners' own targets are reached."""
    own = [s for line in progress.lines for s in shares_of(progress, line) if s.of_own]
    if not own:
        return _("No partner has a target of its own.")
    words = {"reached": sum(has_reached(share.figure) for share in own), "all": len(own)}
    sentence = ngettext(
        "%(reached)d of the partners' %(all)d own targets is reached.",
        "%(reached)d of the partners' %(all)d own targets are reached.",
        words["reached"],
    )
    return sentence % words
