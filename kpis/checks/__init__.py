"""The checks before a report: one list of all that an auditor would ask about.

Each module holds a group of checks, each a function that gives true sentences with the records
they are about and who can close them. ``findings`` runs them all in a fixed number of queries.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from kpis.models import CheckAnswer
from partners.models import Project

from . import dates, duplicates, figures, names, proof, signing, words
from .finding import Answered, Check, Finding, Findings, Link, Severity
from .material import Material
from .rows import Row

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            check
            for group in (dates, proof, figures, words, signing, duplicates, names)
            for check in group.CHECKS
        ),
        key=lambda check: list(Severity).index(check.severity),
    )
)


def findings(project: Project) -> Findings:
    """All findings of a project, and what was said to some of them."""
    material = Material(project)
    found, answers = Findings(partners=material.partners), _answers(project)
    dismissed: dict[tuple[str, str], Finding] = {}
    for check in CHECKS:
        for each in {one.key: one for one in check.look(material)}.values():
            finding = Finding(check, each)
            answer = answers.get((check.kind, each.key))
            if check.dismissible and answer and answer.answer == CheckAnswer.Answer.DISMISSED:
                dismissed[check.kind, each.key] = finding
            else:
                found.open.append(finding)
    rows = {row.pk: row for row in material.rows}
    for key, answer in answers.items():
        said = _dismissed(answer, dismissed.get(key)) or _confirmed(answer, rows)
        found.answered += [said] if said else []
    return found


def _answers(project: Project) -> dict[tuple[str, str], CheckAnswer]:
    """What was said to findings, by kind and key, the newest first: one query."""
    answers = CheckAnswer.objects.of(project).select_related("user")
    return {(answer.finding, answer.key): answer for answer in answers}


def _dismissed(answer: CheckAnswer, finding: Finding | None) -> Answered | None:
    """What was dismissed, where it would still be found; else there is nothing to tell."""
    if finding is None:
        return None
    return Answered(answer, finding.found.sentence, finding.records)


def _confirmed(answer: CheckAnswer, rows: dict[int, Row]) -> Answered | None:
    """Which row is the duplicate of which, while it is."""
    if answer.answer != CheckAnswer.Answer.CONFIRMED:
        return None
    pair = [rows[int(pk)] for pk in answer.key.split("-") if int(pk) in rows]
    for row in pair:
        of = next((other for other in pair if other.pk == row.duplicate_of_id), None)
        if of:
            words = _("%(row)s is a duplicate of %(of)s, and is left out of the figures.")
            records = [Link(each.reference, each.url) for each in (row, of)]
            return Answered(answer, words % {"row": row.label, "of": of.label}, records)
    return None
