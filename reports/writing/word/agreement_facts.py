"""What an agreement says of itself, as plain data for a template."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext_lazy

from actions.dates import PartialDate
from actions.records import record_type
from agreements.models import Agreement
from partners.models import Organisation, Partner, Project
from partners.words import Words
from reports.models import DocumentTemplate

from . import built_in
from .facts import Facts, project_values, properties
from .writer import fill

BLANK = "____________________"  # to be filled in by hand
BUSINESS = "business"
MOST_TRIED = 500  # agreements among which one of a kind is sought
TOLD = (
    "reference", "title", "subject", "expectations", "results", "status", "table",
    "expected_signature", "signed_on",
)  # fmt: skip

# What each loop gives, for the help page.
LOOP_WORDS: dict[str, Words] = {
    "partners": gettext_lazy("the partners of the consortium that answer for the agreement"),
    "parties": gettext_lazy("the organisations that it is made with"),
    "signatories": gettext_lazy("both, one after the other"),
}


def template_kind(agreement: Agreement) -> str:
    """Which template an agreement is filled into, by the table that it stands in."""
    is_business = agreement.type.kind == BUSINESS
    kinds = DocumentTemplate.Kind
    return kinds.BUSINESS if is_business else kinds.COOPERATION


def any_agreement(project: Project, kind: str) -> Agreement | None:
    """The oldest agreement that a kind of template is for, if the project has one."""
    rows = Agreement.objects.of(project).select_related("type")
    rows = rows.prefetch_related("partners", "organisations").order_by("pk")
    found = next((row for row in rows[:MOST_TRIED] if template_kind(row) == kind), None)
    if found:
        found.project = project
    return found


def built_in_agreement(kind: str) -> bytes:
    if kind == DocumentTemplate.Kind.BUSINESS:
        return built_in.business_template()
    return built_in.cooperation_template()


def write_agreement(
    agreement: Agreement, out: BinaryIO, *, author: str = "", template: bytes | None = None
) -> None:
    """Write the document of an agreement as .docx; raises TemplateError."""
    content = template or built_in_agreement(template_kind(agreement))
    fill(content, agreement_facts(agreement.project, agreement, author=author), out)


def agreement_facts(
    project: Project, agreement: Agreement | None = None, *, author: str = ""
) -> Facts:
    """The values of a document; what the row does not tell is a line to fill in.

    Without an agreement everything is such a line: so a template is tried in a new project.
    """
    title = f"{agreement.reference} {agreement.title}" if agreement else ""
    subject = agreement.type.caption if agreement else ""
    partners = [_partner(p) for p in agreement.partners.all()] if agreement else []
    parties = [_party(o) for o in agreement.organisations.all()] if agreement else []
    partners, parties = partners or [_unnamed()], parties or [_unnamed()]
    values = {
        "project": project_values(project, BLANK),
        "agreement": _agreement(agreement) if agreement else dict.fromkeys(TOLD, BLANK),
        "partners": partners,
        "parties": parties,
        "signatories": [*partners, *parties],
    }
    return Facts(values, properties=properties(title, subject=subject, author=author))


def _agreement(agreement: Agreement) -> dict[str, str]:
    told = (
        agreement.reference,
        agreement.title,
        agreement.description,
        agreement.expectations,
        agreement.results,
        _status_of(agreement),
        agreement.type.caption,
        _date(agreement, "expected_signature"),
        _date(agreement, "signed_on"),
    )
    return {name: value or BLANK for name, value in zip(TOLD, told, strict=True)}


def _partner(partner: Partner) -> dict[str, str]:
    return {"name": partner.name, "country": _country(partner), "code": partner.code}


def _party(organisation: Organisation) -> dict[str, str]:
    return {"name": organisation.name, "country": _country(organisation), "code": ""}


def _country(record: Partner | Organisation) -> str:
    return str(record.country.name or "") or BLANK


def _status_of(agreement: Agreement) -> str:
    return str(record_type(agreement.type.record).status_word(agreement.status))


def _date(agreement: Agreement, name: str) -> str:
    """A date with the precision that is known: a day, a month or a year."""
    day, precision = getattr(agreement, name), getattr(agreement, f"{name}_precision")
    return str(PartialDate.of(day, precision)) if day else ""


def _unnamed() -> dict[str, str]:
    return {"name": BLANK, "country": BLANK, "code": ""}
