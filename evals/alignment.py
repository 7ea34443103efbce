"""Which item of a reading is which item of the label: optimal assignment, never greedy.

Only treatments and places in the letter decide; nothing that is scored later does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from schemas import Determination, Item
from summarizer.folding import comparable

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_ALIKE: Final = 0.5
"""Token F1 of two treatments below which they are not the same item."""
_ALL_PLACES: Final = 1e-6
"""What the places of all items together weigh, beside a likeness of 1: less than a word more or less in common."""
_ITEM: Final = re.compile(r"items\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the label beside the same item of the reading."""

    field: str
    """Its path in the label, such as ``items[2]``; ``items[+0]`` is the first that only the reading has."""
    gold: Item | None
    """As labeled; ``None`` where only the reading has it."""
    read: Item | None
    """As read; ``None`` where it was missed."""
    place: int | None
    """Its index in the reading."""


def align(label: Sequence[Item], read: Sequence[Item]) -> list[tuple[int, int]]:
    """Pairs ``(index in label, index in read)`` of the same items, by label; the rest are missed or invented.

    The assignment with the largest total likeness of treatments is chosen, where a pair below ``LEAST_ALIKE``
    counts nothing and is none. Among equals, as where a letter disputes the same treatment twice, it is the one
    nearest to the expected places: those beside the nearest item whose treatment leaves no choice.
    """
    return list(_aligned(tuple(item.treatment for item in label), tuple(item.treatment for item in read)))


def side_by_side(label: Determination, read: Determination) -> tuple[Row, ...]:
    """Every item of both: the label's in its order, then those that only the reading has in its order."""
    partner = dict(align(label.items, read.items))
    rows = [
        Row(f"items[{index}]", gold, None if place is None else read.items[place], place)
        for index, gold in enumerate(label.items)
        for place in (partner.get(index),)
    ]
    invented = (place for place in range(len(read.items)) if place not in partner.values())
    more = (Row(f"items[+{number}]", None, read.items[place], place) for number, place in enumerate(invented))
    return (*rows, *more)


def in_label(path: str, rows: Sequence[Row]) -> str:
    """A field path of the reading as the path of the same field in the label."""
    place = item_of(path)
    if place is None:
        return path
    return next((row.field + path[path.index("]") + 1 :] for row in rows if row.place == place), path)


def item_of(path: str) -> int | None:
    """Index of the item that a field path is or lies in, from 0; ``None`` where it is of no item of its own side."""
    found = _ITEM.match(path)
    return None if found is None else int(found[1])


def token_f1(one: str, other: str) -> float:
    """Harmonic mean of precision and recall over the lower-cased words of two texts."""
    words, other_words = _words(one), _words(other)
    total = words.total() + other_words.total()
    return 2 * (words & other_words).total() / total if total else 1.0


@lru_cache(maxsize=4096)
def _words(text: str) -> Counter[str]:
    """The words of a text; not to be changed."""
    return Counter(comparable(text).lower().split())


@lru_cache(maxsize=2048)
def _aligned(label: tuple[str, ...], read: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """The same from the treatments alone; kept, since every family asks for it."""
    if not label or not read:
        return ()
    likeness = np.array([[token_f1(gold, mine) for mine in read] for gold in label])
    # Before the assignment: two pairs that are none must not outweigh one that is.
    likeness[likeness < LEAST_ALIKE] = 0.0
    apart = _apart(likeness)
    nearness = apart / ((apart.max() + 1) * min(likeness.shape)) * _ALL_PLACES
    rows, columns = linear_sum_assignment(likeness - nearness, maximize=True)
    pairs = ((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if likeness[i, j])
    return tuple(sorted(pairs))


def _apart(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each item of the reading is from where the label should have it, in items: shape of ``likeness``."""
    labeled, read = (np.arange(size) for size in likeness.shape)
    anchors = _anchors(likeness) or [(0, 0)]
    apart = np.full(likeness.shape, np.inf)
    steps = np.array([[abs(j - at) for j in read] for _, at in anchors])
    nearest = steps == steps.min(axis=0)
    for (i, at), near in zip(anchors, nearest, strict=True):
        distance = np.abs(labeled[:, None] - (i + read - at)[None, :])
        apart = np.where(near[None, :], np.minimum(apart, distance), apart)
    return apart


def _anchors(likeness: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs that are more alike than either is to any other item."""
    anchors = []
    for i, row in enumerate(likeness):
        j = int(row.argmax())
        rivals = np.concatenate((np.delete(row, j), np.delete(likeness[:, j], i)))
        if row[j] > 0 and (rivals < row[j]).all():
            anchors.append((i, j))
    return anchors
