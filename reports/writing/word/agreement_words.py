"""The words of our own agreements: short and plain, with placeholders for what a row tells."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Clause:
    """A heading and the paragraphs under it."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class AgreementText:
    """The words of one kind of agreement."""

    title: str
    opening: str
    clauses: tuple[Clause, ...]
    signing: str


def cooperation() -> AgreementText:
    """A cluster or a company and partners of the consortium work together."""
    return AgreementText(
        title=_("Cooperation agreement"),
        opening=_("This agreement is made between:"),
        clauses=(
            _subject(
                _(
                    "The parties cooperate within the project {{ project.title }}"
                    " ({{ project.acronym }}, grant agreement {{ project.grant_agreement }}):"
                )
            ),
            _contributions(),
            _duration(),
            _confidentiality(),
            _money(
                _(
                    "This agreement obliges no party to pay another. Each party bears its own"
                    " costs, unless the parties agree otherwise in writing."
                )
            ),
            _changes(),
        ),
        signing=_signing(),
    )


def business() -> AgreementText:
    """Companies do business that partners of the consortium have brought about."""
    return AgreementText(
        title=_("Business agreement"),
        opening=_("This agreement is made between the companies and the cluster partners named:"),
        clauses=(
            _subject(
                _(
                    "The parties intend to do business with each other. They met through the"
                    " project {{ project.title }} ({{ project.acronym }}, grant agreement"
                    " {{ project.grant_agreement }}):"
                )
            ),
            _contributions(),
            Clause(
                _("Orders and prices"),
                (
                    _(
                        "Goods, services, prices and dates of delivery are settled in separate"
                        " orders or contracts between the companies."
                    ),
                    _("The cluster partners introduce and support; they buy and sell nothing."),
                ),
            ),
            _duration(),
            _confidentiality(),
            _money(
                _(
                    "No payment is owed under this agreement itself, unless the parties agree"
                    " otherwise in writing."
                )
            ),
            _changes(),
        ),
        signing=_signing(),
    )


def _subject(opening: str) -> Clause:
    return Clause(_("Subject"), (opening, "{{ agreement.subject }}"))


def _contributions() -> Clause:
    return Clause(
        _("What each party contributes"),
        (
            "{%p for signatory in signatories %}",
            "{{ signatory.name }}: ______________________________________________",
            "{%p endfor %}",
            _("Expected of the cooperation: {{ agreement.expectations }}"),
        ),
    )


def _duration() -> Clause:
    return Clause(
        _("Duration"),
        (
            _(
                "The agreement is to be signed by: {{ agreement.expected_signature }}. It was"
                " signed on: {{ agreement.signed_on }}. It begins with the last signature."
            ),
            _(
                "It lasts until: ____________________. Each party may end it in writing, with"
                " three months' notice."
            ),
        ),
    )


def _confidentiality() -> Clause:
    return Clause(
        _("Confidentiality"),
        (
            _(
                "What one party marks as confidential, the others keep to themselves and use for"
                " this agreement only, also for three years after its end. The parties may"
                " tell the funder of the project that this agreement exists, and its results."
            ),
        ),
    )


def _money(words: str) -> Clause:
    return Clause(_("Costs"), (words,))


def _changes() -> Clause:
    return Clause(
        _("Changes and disputes"),
        (
            _(
                "Changes need the written consent of all parties. The parties first try to settle"
                " a dispute by talking to each other. The law that applies is that of:"
                " ____________________."
            ),
        ),
    )


def _signing() -> str:
    return _("Signed by the parties, each of which keeps a copy:")
