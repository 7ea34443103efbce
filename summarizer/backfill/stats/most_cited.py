"""The most cited titles of a stream, in bounded memory.

Misra and Gries (1982), Finding repeated elements, Science of Computer Programming 2, 143-152, in the form of Agarwal et
al. (2013), Mergeable summaries, ACM Transactions on Database Systems 38: when there are too many titles, the count of
one of them is taken off all, and those without a count are dropped. Frequent titles stay, and each count is short by
``short_by`` at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 20_000
"""Titles that a side keeps; twice as many before they are thinned out. Most have under 150 characters."""


@dataclass(slots=True)
class MostCited:
    """Titles and how often each was counted."""

    most: int = _MOST
    """Titles kept when there are twice as many."""
    short_by: int = 0
    """Most that a count may be too low by; 0: all of them are exact."""
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _shown: dict[str, str] = field(default_factory=dict)

    def add(self, title: str) -> None:
        """Count ``title``; case and spacing do not tell titles apart."""
        words = " ".join(title.split()).rstrip(" .,;:")
        key = words.casefold()
        held = self._counts.get(key)
        if held is not None:
            held[0] += 1
            return
        self._counts[key] = [1]
        self._shown[key] = words
        if len(self._counts) > 2 * self.most:
            self._thin()

    def first(self, number: int) -> list[tuple[str, int]]:
        """The ``number`` most counted titles, as first printed, with their counts; equal ones by the alphabet."""
        ranked = sorted(self._counts.items(), key=lambda pair: (-pair[1][0], pair[0]))
        return [(self._shown[key], held[0]) for key, held in ranked[:number]]

    def _thin(self) -> None:
        ranked = sorted((held[0] for held in self._counts.values()), reverse=True)
        less = ranked[self.most]
        self.short_by += less
        self._counts = {key: [held[0] - less] for key, held in self._counts.items() if held[0] > less}
        self._shown = {key: self._shown[key] for key in self._counts}
