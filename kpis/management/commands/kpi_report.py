"""Prints the figures of every indicator, for people or for other programs."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from kpis.arguments import (
    add_day_and_partner,
    add_language,
    add_project,
    asked_then,
    in_language,
)
from kpis.figure import Figure
from kpis.progress import IndicatorProgress, Progress, project_progress
from partners.models import Measure, Partner

Line = dict[str, Any]


class Command(BaseCommand):
    help = "Prints target, achieved and rows of every indicator, of the consortium and by partner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser)
        add_day_and_partner(parser)
        add_language(parser)
        parser.add_argument(
            "--measure",
            choices=Measure.values,
            help="which figure is the achieved one (default: the one that leads in the project)",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        with in_language(options):
            self._write(options)

    def _write(self, options: dict[str, Any]) -> None:
        with asked_then(options) as want:
            progress = project_progress(
                want.project, as_of=want.as_of, since=want.since, measure=options["measure"]
            )
            figures = figures_of(progress, want.partner)
        if options["format"] == "json":
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(as_text(figures, want.partner)))


def figures_of(progress: Progress, partner: Partner | None) -> dict[str, Any]:
    """All figures as plain values; with a partner, that partner's alone."""
    return {
        "project": progress.project.slug,
        "as_of": progress.as_of.isoformat(),
        **_measure(progress),
        **({"since": progress.since.isoformat()} if progress.since else {}),
        "indicators": [_indicator(line, partner) for line in progress.lines],
    }


def _measure(progress: Progress) -> Line:
    """Which figure is the achieved one, where another was asked for than the one that leads."""
    asked = progress.measure != progress.project.lead_figure
    return {"measure": str(progress.measure)} if asked else {}


def _indicator(line: IndicatorProgress, partner: Partner | None) -> Line:
    codes = [partner.code] if partner else list(line.partners)
    return {
        "number": line.indicator.number,
        "title": line.indicator.title,
        **_figure(line.partners[partner.code] if partner else line.total),
        "partners": {code: _figure(line.partners[code]) for code in codes},
    }


def _figure(figure: Figure) -> Line:
    return {
        "target": figure.target,
        "achieved": figure.achieved,
        "rows": figure.rows,
        **{str(measure): number for measure, number in figure.measures.items()},
        **({"credit": float(figure.credit)} if figure.shared else {}),
    }


def as_text(figures: dict[str, Any], partner: Partner | None) -> list[str]:
    """The figures as a table of fixed width; a dash where there is no target or no data."""
    whose = f", {partner.code}" if partner else ""
    since = _(", since %(day)s") % {"day": figures["since"]} if "since" in figures else ""
    figure = f", {str(Measure(figures['measure']).label).lower()}" if "measure" in figures else ""
    day = _(", as of %(day)s") % {"day": figures["as_of"]}
    lines = [f"{figures['project']}{whose}{since}{day}{figure}", ""]
    indicators: list[Line] = figures["indicators"]
    codes = [] if partner else list(indicators[0]["partners"]) if indicators else []
    width = max((len(line["title"]) for line in indicators), default=0)
    measures = [str(measure.label).lower() for measure in Measure]
    heads = [_("achieved"), _("target"), _("rows"), *measures, *codes]
    lines.append(f"{'':>3} {'':<{width}} " + " ".join(f"{head:>8}" for head in heads))
    for line in indicators:
        cells = [_shown(line), _dash(line["target"]), line["rows"]]
        cells += [line[measure] if line["rows"] else "-" for measure in Measure.values]
        cells += [_shown(line["partners"][code]) for code in codes]
        numbers = " ".join(
            f"{cell:>{max(8, len(head))}}" for cell, head in zip(cells, heads, strict=True)
        )
        lines.append(f"{line['number']:>3} {line['title']:<{width}} {numbers}")
    if codes:
        lines += ["", _("A joint action counts once for the consortium and once for each partner.")]
    return lines


def _shown(figure: Line) -> object:
    return figure["achieved"] if figure["rows"] else "-"


def _dash(number: int | None) -> object:
    return "-" if number is None else number
