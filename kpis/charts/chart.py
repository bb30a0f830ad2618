"""A chart with all that belongs to it: its sentence, its numbers, and what its shapes mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from partners.words import Words

from .legend import legend_of
from .numbers import Numbers
from .picture import Picture, picture


@dataclass(frozen=True)
class Chart:
    """``title`` is a sentence that says what is to be seen; ``keys`` are those of LEGEND.

    ``notes`` are sentences that a reader must know, ``words`` tell what is drawn to who cannot see
    it. ``width`` is that of the file of a chart which takes any width on a page.
    """

    svg: SafeString
    title: str
    numbers: Numbers
    keys: Sequence[str] = ()
    notes: Sequence[str] = ()
    width: float = 0
    words: str = ""

    @property
    def legend(self) -> list[tuple[SafeString, Words]]:
        return legend_of(self.keys)

    def picture(self, source: str) -> Picture:
        """The chart as a file, below its sentence and above its source."""
        return picture(
            self.svg,
            heading=self.title,
            source=" ".join([f"{source}.", *self.notes]) if self.notes else source,
            legend=self.keys,
            width=self.width,
            alt=f"{self.title} {self.words}." if self.words else "",
        )
