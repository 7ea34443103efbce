"""Figures over groups of letters, and errors over items of a category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.alignment import item_of
from evals.figures.figure import Figure, figure_of, figures_over, per_reading
from evals.metrics.catalog import METRICS
from evals.metrics.metric import Better, Kind, Metric
from evals.metrics.tally import Tally
from evals.run_file import Letter, Run
from evals.scores import LABELED, RIGHT
from evals.statistics.bootstrap import DRAWS, SEED, weights_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIELD_FAMILIES: Final = ("case", "verbatim", "judgement")
_NO_FIELD: Final = ("evidence",)

FIELDS: Final = tuple(
    metric
    for metric in METRICS
    if metric.kind is Kind.SHARE and metric.tested and metric.family in _FIELD_FAMILIES and metric.name not in _NO_FIELD
)
"""The metrics that each count a field as right or wrong, none of them twice."""
WRONG_FIELDS: Final = Metric(
    "wrong_fields",
    "wrong fields",
    "errors",
    Kind.SHARE,
    "wrong_fields",
    "fields",
    "fields of the case, verbatim and judged fields of items that are unlike the label / such fields labeled",
    Better.LOWER,
    tested=False,
)
"""Errors a labeled field, over letters."""
ITEM_ERRORS: Final = Metric(
    "item_errors",
    "errors an item",
    "errors",
    Kind.MEAN,
    "item_errors",
    "items",
    "fields of items that are unlike the label, in the metrics of fields and the citations / items labeled",
    Better.LOWER,
    tested=False,
)
"""Errors a labeled item, which is what can be told of items of one category."""
_ITEM_COUNTS: Final = frozenset(metric.counts for metric in FIELDS) | {"citations", "reasons"}


class Facet(StrEnum):
    """What letters or items can be grouped by."""

    LAYOUT = "layout"
    """Form that the letter was read as."""
    SPLIT = "split"
    """For development or held back."""
    GOLD_SET = "gold set"
    """Set it belongs to."""
    ITEMS = "number of items"
    """Labeled items: 1, 2 to 3, 4 to 6, 7 or more."""
    LENGTH = "length"
    """Words of the letter, in thirds; letters that could not be loaded apart."""
    CATEGORY = "category"
    """Category of an item, by its label."""


@dataclass(frozen=True, slots=True)
class Group:
    """Letters, or items, that have something in common."""

    facet: Facet
    """What they are grouped by."""
    name: str
    """What they have in common."""
    letters: int
    """How many letters."""
    items: int
    """How many labeled items."""
    errors: Figure | None
    """``WRONG_FIELDS`` over the letters, of a category ``ITEM_ERRORS``; ``None`` where nothing was labeled."""
    figures: tuple[Figure, ...]
    """Every metric over the letters; empty for a category, as most metrics cannot be told apart by item."""


def figures_by(run: Run, facet: Facet, *, seed: int = SEED, draws: int = DRAWS) -> tuple[Group, ...]:
    """The groups of ``run`` by ``facet``, each with errors and figures; in order of name, or of number or length."""
    if facet is Facet.CATEGORY:
        return tuple(_categories(run.letters, seed, draws))
    groups: dict[str, list[Letter]] = {}
    for name, letter in sorted(_named(run.letters, facet), key=lambda pair: pair[0]):
        groups.setdefault(name[1], []).append(letter)
    return tuple(
        Group(
            facet,
            name,
            len(letters),
            sum(len(letter.categories) for letter in letters),
            figure_of(WRONG_FIELDS, _wrong_fields(letters), weights_of(len(letters), draws, seed)),
            figures_over(run, letters, seed, draws),
        )
        for name, letters in groups.items()
    )


def _named(letters: Sequence[Letter], facet: Facet) -> Iterator[tuple[tuple[int, str], Letter]]:
    """Each letter under the name of its group, which is preceded by its place in the order."""
    cuts = _thirds([letter.words for letter in letters if letter.words])
    for letter in letters:
        match facet:
            case Facet.LAYOUT:
                yield (0, letter.layout), letter
            case Facet.SPLIT:
                yield (0, letter.split.value), letter
            case Facet.GOLD_SET:
                yield (0, letter.gold_set), letter
            case Facet.ITEMS:
                yield _item_number(len(letter.categories)), letter
            case _:
                yield _length(letter.words, cuts), letter


def _item_number(items: int) -> tuple[int, str]:
    for most, name in ((0, "none"), (1, "1"), (3, "2 to 3"), (6, "4 to 6")):
        if items <= most:
            return most, name
    return 7, "7 or more"


def _thirds(words: list[int]) -> list[int]:
    """The longest letter of each third but the last, without repetition."""
    ranked = sorted(words)
    return sorted({ranked[len(ranked) * part // 3 - 1] for part in (1, 2) if len(ranked) * part // 3})


def _length(words: int, cuts: list[int]) -> tuple[int, str]:
    if not words:
        return 0, "length not known"
    for cut in cuts:
        if words <= cut:
            return cut, f"up to {cut} words"
    return words + 1 if not cuts else cuts[-1] + 1, f"over {cuts[-1]} words" if cuts else "any length"


def _wrong_fields(letters: Sequence[Letter]) -> NDArray[np.float64]:
    """Counts of ``WRONG_FIELDS``, shape ``(letters, 1, 3)``."""
    sums = np.sum([per_reading(metric, letters) for metric in FIELDS], axis=0)
    wrong = sums[..., LABELED] - sums[..., RIGHT]
    return np.stack((wrong, sums[..., LABELED], sums[..., LABELED]), axis=-1)


def _categories(letters: Sequence[Letter], seed: int, draws: int) -> Iterator[Group]:
    """Errors an item by the item's category; items that only a reading has belong to none."""
    if not letters:
        return
    weights = weights_of(len(letters), draws, seed)
    for category in sorted({category for letter in letters for category in letter.categories}):
        tallies = [_item_errors(letter, category) for letter in letters]
        counts = np.array([[(one.right, one.labeled, one.read)] for one in tallies], dtype=np.float64)
        held = [letter for letter in letters if category in letter.categories]
        items = sum(letter.categories.count(category) for letter in held)
        yield Group(Facet.CATEGORY, category, len(held), items, figure_of(ITEM_ERRORS, counts, weights), ())


def _item_errors(letter: Letter, category: str) -> Tally:
    own = {index for index, other in enumerate(letter.categories) if other == category}
    wrong = {
        (number, difference.field)
        for number, attempt in enumerate(letter.attempts)
        for difference in attempt.differences
        if item_of(difference.field) in own and not _ITEM_COUNTS.isdisjoint(difference.metrics)
    }
    return Tally(len(wrong) / max(1, len(letter.attempts)), len(own), len(own))
