"""Every placeholder of a template, and what each gives now: the help beside an upload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Project
from reports.models import DocumentTemplate
from reports.writing.content import Report, Scope

from .agreement_facts import LOOP_WORDS as AGREEMENT_LOOPS
from .agreement_facts import agreement_facts, any_agreement
from .report_facts import BLOCK_WORDS, report_values
from .report_facts import LOOP_WORDS as REPORT_LOOPS

MOST_CHARACTERS = 160
SINGULAR = {
    "kpis": "kpi", "partners": "partner", "tables": "table", "deadlines": "deadline",
    "cover": "fact", "parties": "party", "signatories": "signatory",
}  # fmt: skip


@dataclass(frozen=True)
class Placeholder:
    """A placeholder as one writes it, and what it gives."""

    text: str
    gives: str


@dataclass(frozen=True)
class Loop:
    """A list that a template can walk: how one writes it, and what each of its items holds."""

    opening: str
    closing: str
    words: str
    parts: list[Placeholder]


@dataclass(frozen=True)
class Help:
    """The placeholders of one kind of template."""

    values: list[Placeholder]
    blocks: list[Placeholder]
    loops: list[Loop]


def help_for(project: Project, kind: str) -> Help:
    """The placeholders of a kind with what they give for the project as it is now."""
    if kind == DocumentTemplate.Kind.REPORT:
        values: Mapping[str, Any] = report_values(Report(Scope(project)))
        return Help(_values(values), list(_blocks(project)), list(_loops(values, REPORT_LOOPS)))
    facts = agreement_facts(project, any_agreement(project, kind)).values
    return Help(_values(facts), [], list(_loops(facts, AGREEMENT_LOOPS)))


def _values(values: Mapping[str, Any]) -> list[Placeholder]:
    return [
        Placeholder(f"{{{{ {owner}.{name} }}}}", _short(value))
        for owner, parts in values.items()
        if isinstance(parts, Mapping)
        for name, value in parts.items()
    ]


def _blocks(project: Project) -> Iterator[Placeholder]:
    for name, words in BLOCK_WORDS.items():
        yield Placeholder(f"{{{{p {name} }}}}", str(words))
        if name == "actions":
            for action_type in project.action_types.all():
                number, caption = action_type.table_number, action_type.caption
                words = _("Table %(number)d: %(caption)s") % {"number": number, "caption": caption}
                yield Placeholder(f"{{{{p table_{number} }}}}", words)


def _loops(values: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[Loop]:
    for name, meaning in words.items():
        one = SINGULAR[name]
        first = values[name][0] if values[name] else {}
        parts = [
            Placeholder(f"{{{{ {one}.{part} }}}}", _short(value))
            for part, value in first.items()
            if not isinstance(value, list)
        ]
        yield Loop(f"{{%p for {one} in {name} %}}", "{%p endfor %}", str(meaning), parts)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
