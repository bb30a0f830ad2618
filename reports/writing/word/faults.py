"""What is wrong with a template, as a code and its parameters: the sentence is made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; the code becomes a sentence for people."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


class FaultyError(Exception):
    """A template that cannot be filled, with everything that was found wrong with it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__([fault.code for fault in faults])
        self.faults = faults


def refuse(code: str, **params: Any) -> FaultyError:
    return FaultyError(Fault(code, params))
