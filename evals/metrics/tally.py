"""Counts that a proportion or an F1 is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were right, of how many labeled and how many read. Tallies add up."""

    right: float = 0
    """Read and labeled alike."""
    labeled: float = 0
    """What the label has."""
    read: float = 0
    """What the reading has."""

    def __add__(self, other: Tally) -> Tally:
        """The counts of both."""
        return Tally(self.right + other.right, self.labeled + other.labeled, self.read + other.read)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, ``2 right / (labeled + read)``; 1 where both are empty."""
        total = self.labeled + self.read
        return 2 * self.right / total if total else 1.0


def overlap(label: Iterable[Hashable], read: Iterable[Hashable]) -> Tally:
    """Two collections as multisets: right is what they share."""
    gold, mine = Counter(label), Counter(read)
    return Tally((gold & mine).total(), gold.total(), mine.total())
