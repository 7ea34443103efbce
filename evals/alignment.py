"""Which item of a reading is which item of the label: optimal assignment, never greedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from schemas import Item
from summarizer.folding import comparable

LEAST_ALIKE: Final = 0.5
"""Token F1 of two treatments below which they are not the same item."""


def align(label: Sequence[Item], read: Sequence[Item]) -> list[tuple[int, int]]:
    """Pairs ``(index in label, index in read)`` of the same items; the rest are missed or invented.

    The assignment with the largest total of treatment likeness is chosen; among equals the one that
    keeps the order, since a letter may dispute the same treatment twice.
    """
    if not label or not read:
        return []
    likeness = np.array([[token_f1(gold.treatment, mine.treatment) for mine in read] for gold in label])
    order = np.array([[-abs(i - j) for j in range(len(read))] for i in range(len(label))])
    rows, columns = linear_sum_assignment(likeness + order * 1e-6, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if likeness[i, j] >= LEAST_ALIKE]


def token_f1(one: str, other: str) -> float:
    """Harmonic mean of precision and recall over the lower-cased words of two texts."""
    words, other_words = Counter(comparable(one).lower().split()), Counter(comparable(other).lower().split())
    shared = (words & other_words).total()
    total = words.total() + other_words.total()
    return 2 * shared / total if total else 1.0
