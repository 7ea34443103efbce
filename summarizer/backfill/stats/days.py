"""How many days passed between two dates of a letter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from math import floor


@dataclass(slots=True)
class Days:
    """Letters by days between two of their dates."""

    counts: Counter[int] = field(default_factory=Counter)
    """Number of days, 0 or more, to letters."""
    negative: int = 0
    """Letters whose second date is before the first."""
    missing: int = 0
    """Letters that lack one of both dates."""

    def add(self, start: date | None, end: date | None) -> None:
        """Count a letter."""
        if start is None or end is None:
            self.missing += 1
        elif end < start:
            self.negative += 1
        else:
            self.counts[(end - start).days] += 1

    @property
    def letters(self) -> int:
        """Letters whose days are counted."""
        return self.counts.total()

    @property
    def longest(self) -> int | None:
        """Most days; ``None`` without letters."""
        return max(self.counts, default=None)

    @property
    def mean(self) -> float | None:
        """Mean; ``None`` without letters."""
        return sum(days * letters for days, letters in self.counts.items()) / self.letters if self.counts else None

    def quantile(self, share: float) -> float | None:
        """Days that ``share`` of the letters stay below, between two neighbors by a straight line; ``None`` of none.

        Type 7 of Hyndman and Fan (1996), The American Statistician 50, 361-365, which spreadsheets use too.
        """
        if not self.counts:
            return None
        place = share * (self.letters - 1)
        rank = floor(place)
        low, high = self._ranked(rank), self._ranked(min(rank + 1, self.letters - 1))
        return low + (place - rank) * (high - low)

    def _ranked(self, rank: int) -> int:
        """Days of the letter that has ``rank`` letters before it."""
        before = 0
        for days in sorted(self.counts):
            before += self.counts[days]
            if before > rank:
                return days
        raise IndexError(rank)
