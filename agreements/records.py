"""The agreement as a record type: its own columns and words, and how a signature is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.columns import CellError, Column, DateColumn, StatusColumn
from actions.dates import DateError, PartialDate, take_date
from actions.finding import find_dates, says_nothing
from actions.joined import JoinedColumn, check_note
from actions.lookup import Remark
from actions.models import Status
from actions.records import DATES, OUTCOME, RecordType, common_columns, register
from partners.catalogue import in_every_language
from partners.words import Words

from .models import Agreement
from .signing import State, find_state, printed

if TYPE_CHECKING:
    from actions.lookup import Lookup

AGREEMENT_STATUS: dict[str, Words] = {
    Status.PLANNED: gettext_lazy("Identified"),
    Status.UNDER_WAY: gettext_lazy("In negotiation"),
    Status.ACHIEVED: gettext_lazy("Signed"),
    Status.DROPPED: gettext_lazy("Not pursued"),
}


class SignatureColumn(JoinedColumn):
    """*Expected date of signature*: the dates and ``SIGNED`` or ``NOT SIGNED`` in one cell."""

    def write(self, values: Mapping[str, Any]) -> str | None:
        signed, expected = values["signed_on"], values["expected_signature"]
        state = printed(values["status"])
        lines = [f"{_('Expected')} {expected}" if expected else ""]
        lines += [f"{signed} {state}" if signed else state, values["dates_note"]]
        return "\n".join(line for line in lines if line)

    def read(self, cell: object, lookup: Lookup) -> dict[str, Any]:
        text = f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell or "").strip()
        try:
            return self._read_text(text, lookup)
        except DateError as error:
            raise CellError(str(error)) from error

    def _read_text(self, text: str, lookup: Lookup) -> dict[str, Any]:
        expected, text = _take_expected(text)
        state = find_state(text)
        if text and state is None:
            message = _("“SIGNED” or “NOT SIGNED” is missing: read as not signed.")
            lookup.warnings.append(Remark(message))
        status = state.status if state else Status.PLANNED
        signed, words = None, text
        if status == Status.ACHIEVED:
            signed, words = _date_of(text, state, alone=False)
        elif status != Status.DROPPED and expected is None:
            expected, words = _date_of(text, state, alone=True)
        elif state:
            words = _without(text, state)
        check_note(words)
        return {
            "status": status,
            "signed_on": signed,
            "expected_signature": expected,
            "dates_note": words,
        }


class SigningColumn(StatusColumn):
    """The status of an agreement, which only a word for a signature makes a signed one."""

    def status_of(self, text: str) -> str | None:
        status = state_in(text) or super().status_of(text)
        return status if status != Status.ACHIEVED else state_in(text)


def _with_signing(columns: Sequence[Column]) -> tuple[Column, ...]:
    return tuple(
        SigningColumn(**{f.name: getattr(column, f.name) for f in fields(column)})
        if isinstance(column, StatusColumn)
        else column
        for column in columns
    )


def state_in(text: str) -> str | None:
    """The status that a text says as SIGNED, NOT SIGNED or the like, if it says one."""
    state = find_state(text)
    return state.status if state else None


def _date_of(text: str, state: State | None, *, alone: bool) -> tuple[PartialDate | None, str]:
    """The date that belongs to a state, and the words that are left of the text.

    ``alone``: a date before the state counts only if nothing stands beside it.
    """
    if state is None:
        return _only_date(text)
    if not state.is_plain:
        when, _left = take_date(text[state.start : state.end])
        return when, text.strip()
    before, after = text[: state.start], text[state.end :]
    same_line, _break, below = after.partition("\n")
    when, left = take_date(same_line)
    if when is not None and (alone or _follows_at_once(same_line)):
        same_line = left
    elif alone:
        when, before = _only_date(before)
    else:
        when, before = take_date(before)
        if when is None:
            when, same_line = take_date(same_line)
    return when, _note(before, same_line, below)


def _follows_at_once(text: str) -> bool:
    """Whether a text opens with a date, or with a word such as “on” and a date."""
    found = find_dates(text)
    return bool(found) and says_nothing(text[: found[0].start])


def _without(text: str, state: State) -> str:
    if not state.is_plain:
        return text.strip()
    same_line, _break, below = text[state.end :].partition("\n")
    return _note(text[: state.start], same_line, below)


def _note(before: str, same_line: str, below: str) -> str:
    """The words around a state and its date, without those that only tied them together."""
    parts = [before.strip(" ,;"), same_line.strip(" .,;")]
    words = " ".join(part for part in parts if part and not says_nothing(part))
    return "\n".join(part for part in (words, below.strip()) if part)


def _take_expected(text: str) -> tuple[PartialDate | None, str]:
    """The date of a line “Expected 03.2023”, and the text without that line."""
    line = _expected_line().search(text)
    when, _left = _only_date(line.group(1)) if line else (None, "")
    return (when, text.replace(line.group(), "", 1).strip()) if line and when else (None, text)


@cache
def _expected_line() -> re.Pattern[str]:
    words = "|".join(map(re.escape, in_every_language("Expected")))
    return re.compile(rf"^[ \t]*(?:{words})[ \t]+(.+)$", re.I | re.M)


def _only_date(text: str) -> tuple[PartialDate | None, str]:
    """The date that a text is and nothing besides, or none and the text."""
    when, left = take_date(text)
    return (None, text) if left else (when, "")


AGREEMENT = RecordType(
    key="agreement",
    path="agreements",
    model=Agreement,
    label=gettext_lazy("Agreement"),
    label_plural=gettext_lazy("Agreements"),
    add_label=gettext_lazy("Log an agreement"),
    columns=_with_signing(
        common_columns(
            AGREEMENT_STATUS,
            DateColumn(
                name="expected_signature",
                heading=gettext_lazy("Expected signature"),
                section="agreement",
            ),
            DateColumn(name="signed_on", heading=gettext_lazy("Signed on"), section="agreement"),
        )
    ),
    joined=(
        DATES,
        OUTCOME,
        SignatureColumn("signature", ("status", "expected_signature", "signed_on", "dates_note")),
    ),
    status_words=AGREEMENT_STATUS,
    essential=(
        "title", "organisations", "status", "expected_signature", "signed_on", "partners",
        "occasions",
    ),
    quick=("status", "expected_signature", "signed_on"),
)  # fmt: skip


def register_agreement() -> None:
    register(AGREEMENT)
