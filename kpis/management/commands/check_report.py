"""Prints what should be closed before a report, for people or for other programs.

Leaves with 1 while something is open that must be closed, so that a script can wait for it.
"""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kpis.arguments import add_project, asked
from kpis.checks import findings
from kpis.checks.finding import Finding, Severity


class Command(BaseCommand):
    help = (
        "Prints what should be closed before a report. Leaves with 1 while something is open"
        " that must be closed, with 0 otherwise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_project(parser)
        parser.add_argument("--partner", metavar="CODE", help="only what this partner can close")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        want = asked(options)
        code = want.partner.code if want.partner else ""
        found = [f for f in findings(want.project).open if not code or code in f.codes]
        if options["format"] == "json":
            lines = [json.dumps([plain(f) for f in found], ensure_ascii=False, indent=2)]
        else:
            lines = as_text(found)
        self.stdout.write("\n".join(lines))
        if any(finding.check.severity == Severity.MUST for finding in found):
            sys.exit(1)


def plain(finding: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    return {
        "kind": finding.kind,
        "key": finding.key,
        "severity": str(finding.check.severity.value),
        "sentence": finding.found.sentence,
        "rows": [row.reference for row in finding.found.rows],
        "who": list(finding.found.who.names),
    }


def as_text(found: list[Finding]) -> list[str]:
    """A line for each finding below its kind, and how many there are at the end."""
    lines: list[str] = []
    kind = ""
    for finding in found:
        if finding.kind != kind:
            kind = finding.kind
            lines += ["", f"{finding.check.label} ({finding.check.severity.label})"]
        names = ", ".join(finding.found.who.names)
        lines.append(f"  {finding.found.sentence} [{names}]")
    if not found:
        return ["Nothing to close before the report."]
    numbers = [(s, sum(f.check.severity == s for f in found)) for s in Severity]
    return [*lines[1:], "", ", ".join(f"{s.label}: {number}" for s, number in numbers)]
