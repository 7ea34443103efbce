"""The share of items that go one way, and Wilson's interval of it, where items come in letters.

Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212. Items of one
letter go alike and are worth items / design effect, as in Korn and Graubard (1998), Survey Methodology 24, 193-201.
The design effect is Kish's (1965), Survey Sampling, ``1 + (m - 1) * correlation``; the correlation within letters is
estimated as by Fleiss and Cuzick (1979), Applied Psychological Measurement 3, 537-542. All of it needs sums over
letters alone, so that letters are counted as they come and none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

Z: Final = 1.959963984540054
"""Of the normal distribution, the point that 2.5 % lie above."""
_ALIKE: Final = 0.4
"""Correlation of items of a letter before any was seen, with the weight of one item: few items prove nothing."""


@dataclass(slots=True)
class Share:
    """Sums over letters."""

    items: int = 0
    """Items counted."""
    hits: int = 0
    """Of them, those that go the way in question."""
    letters: int = 0
    """Letters that have an item here."""
    squares: int = 0
    """Sum over letters of their items squared."""
    mixed: float = 0.0
    """Sum over letters of hits * misses / items."""

    def add(self, hits: int, items: int) -> None:
        """Count a letter with so many ``items``, one at least."""
        self.items += items
        self.hits += hits
        self.letters += 1
        self.squares += items * items
        self.mixed += hits * (items - hits) / items

    @property
    def value(self) -> float | None:
        """The share; ``None`` of no items."""
        return self.hits / self.items if self.items else None

    @property
    def design_effect(self) -> float:
        """How much the variance grows because items of a letter go alike; 1 where every letter has one item."""
        if self.squares == self.items:
            return 1.0
        share = self.hits / self.items
        independent = (self.items - self.letters) * share * (1 - share)
        alike = 1 - (1 - _ALIKE + self.mixed) / (1 + independent)
        return 1 + (self.squares / self.items - 1) * min(1.0, max(0.0, alike))

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the 95 % interval; ``None`` of no items."""
        if not self.items:
            return None
        size = max(self.items / self.design_effect, 1.0)
        return wilson(self.hits / self.items * size, size)


def wilson(hits: float, of: float) -> tuple[float, float]:
    """Both ends of Wilson's 95 % interval of ``hits`` in ``of`` units; an effective sample need not be whole."""
    share, weight = hits / of, Z * Z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = Z * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    low = 0.0 if hits <= 0 else max(0.0, middle - reach)
    high = 1.0 if hits >= of else min(1.0, middle + reach)
    return low, high
