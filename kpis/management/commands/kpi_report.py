"""Prints the figures of every indicator, for people or for other programs."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kpis.arguments import add_day_and_partner, add_project, asked
from kpis.progress import Figure, IndicatorProgress, Progress, project_progress
from partners.models import Partner

Line = dict[str, Any]


class Command(BaseCommand):
    help = "Prints target, achieved and rows of every indicator, of the consortium and by partner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser)
        add_day_and_partner(parser)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        want = asked(options)
        progress = project_progress(want.project, as_of=want.as_of, since=want.since)
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
        **({"since": progress.since.isoformat()} if progress.since else {}),
        "indicators": [_indicator(line, partner) for line in progress.lines],
    }


def _indicator(line: IndicatorProgress, partner: Partner | None) -> Line:
    codes = [partner.code] if partner else list(line.partners)
    return {
        "number": line.indicator.number,
        "title": line.indicator.title,
        **_figure(line.partners[partner.code] if partner else line.total),
        "partners": {code: _figure(line.partners[code]) for code in codes},
    }


def _figure(figure: Figure) -> Line:
    return {"target": figure.target, "achieved": figure.achieved, "rows": figure.rows}


def as_text(figures: dict[str, Any], partner: Partner | None) -> list[str]:
    """The figures as a table of fixed width; a dash where there is no target or no data."""
    whose = f", {partner.code}" if partner else ""
    since = f", since {figures['since']}" if "since" in figures else ""
    lines = [f"{figures['project']}{whose}{since}, as of {figures['as_of']}", ""]
    indicators: list[Line] = figures["indicators"]
    codes = [] if partner else list(indicators[0]["partners"]) if indicators else []
    width = max((len(line["title"]) for line in indicators), default=0)
    heads = ["achieved", "target", "rows", *codes]
    lines.append(f"{'':>3} {'':<{width}} " + " ".join(f"{head:>8}" for head in heads))
    for line in indicators:
        cells = [_shown(line), _dash(line["target"]), line["rows"]]
        cells += [_shown(line["partners"][code]) for code in codes]
        numbers = " ".join(f"{cell:>8}" for cell in cells)
        lines.append(f"{line['number']:>3} {line['title']:<{width}} {numbers}")
    if codes:
        lines += ["", "A joint action counts once for the consortium and once for each partner."]
    return lines


def _shown(figure: Line) -> object:
    return figure["achieved"] if figure["rows"] else "-"


def _dash(number: int | None) -> object:
    return "-" if number is None else number
