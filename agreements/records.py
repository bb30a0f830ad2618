"""The agreement as a record type: its own columns and words, and how a signature is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.columns import CellError, DateColumn
from actions.dates import DateError, PartialDate, take_date
from actions.joined import JoinedColumn
from actions.models import Status
from actions.records import DATES, OUTCOME, RecordType, common_columns, register
from partners.words import Words

from .models import Agreement

if TYPE_CHECKING:
    from actions.lookup import Lookup

AGREEMENT_STATUS: dict[str, Words] = {
    Status.PLANNED: gettext_lazy("Identified"),
    Status.UNDER_WAY: gettext_lazy("In negotiation"),
    Status.ACHIEVED: gettext_lazy("Signed"),
    Status.DROPPED: gettext_lazy("Not pursued"),
}
# As the report prints the state of an agreement: the longer words first, for reading.
PRINTED: dict[str, str] = {
    Status.UNDER_WAY: "TO BE SIGNED",
    Status.PLANNED: "NOT SIGNED",
    Status.DROPPED: "NOT PURSUED",
    Status.ACHIEVED: "SIGNED",
}
_STATE = re.compile("|".join(rf"(?P<{key}>\b{words}\b)" for key, words in PRINTED.items()), re.I)


class SignatureColumn(JoinedColumn):
    """*Expected date of signature*: the dates and ``SIGNED`` or ``NOT SIGNED`` in one cell."""

    def write(self, values: Mapping[str, Any]) -> str | None:
        signed, expected = values["signed_on"], values["expected_signature"]
        state = PRINTED[values["status"]]
        lines = [f"Expected {expected}" if expected else ""]
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
        state = _STATE.search(text)
        if text and state is None:
            lookup.warnings.append(_("“SIGNED” or “NOT SIGNED” is missing: read as not signed."))
        before, after = (text[: state.start()], text[state.end() :]) if state else (text, "")
        same_line, _break, below = after.partition("\n")
        status = (state.lastgroup if state else None) or Status.PLANNED
        signed = None
        if status == Status.ACHIEVED:
            signed, before = take_date(before)
            if signed is None:
                signed, same_line = take_date(same_line)
        elif status != Status.DROPPED and expected is None:
            expected, same_line = take_date(same_line)
            if expected is None:
                expected, before = _only_date(before)
        words = " ".join(part for part in (before.strip(), same_line.strip(" .,;")) if part)
        return {
            "status": status,
            "signed_on": signed,
            "expected_signature": expected,
            "dates_note": "\n".join(part for part in (words, below.strip()) if part),
        }


def state_in(text: str) -> str | None:
    """The status that a text prints as SIGNED, NOT SIGNED or TO BE SIGNED, if it prints one."""
    state = _STATE.search(text)
    return state.lastgroup if state else None


def _take_expected(text: str) -> tuple[PartialDate | None, str]:
    """The date of a line “Expected 03.2023”, and the text without that line."""
    line = re.search(r"^[ \t]*expected[ \t]+(.+)$", text, re.I | re.M)
    when, _left = _only_date(line.group(1)) if line else (None, "")
    return (when, text.replace(line.group(), "", 1).strip()) if line and when else (None, text)


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
    columns=common_columns(
        AGREEMENT_STATUS,
        DateColumn(
            name="expected_signature",
            heading=gettext_lazy("Expected signature"),
            section="agreement",
        ),
        DateColumn(name="signed_on", heading=gettext_lazy("Signed on"), section="agreement"),
    ),
    joined=(
        DATES,
        OUTCOME,
        SignatureColumn("signature", ("status", "expected_signature", "signed_on", "dates_note")),
    ),
    status_words=AGREEMENT_STATUS,
)


def register_agreement() -> None:
    register(AGREEMENT)
