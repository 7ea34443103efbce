"""The figures of one run: every metric with its interval, over all letters and over groups of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.metrics.catalog import METRICS
from evals.metrics.metric import Better, Kind, Metric
from evals.metrics.tally import Tally
from evals.run_file import Letter, Run
from evals.scores import LABELED, READ, RIGHT, counts_of, metrics_of, value, value_of
from evals.statistics.bootstrap import DRAWS, SEED, replicates, spread, weights_of
from evals.statistics.detectable import detectable, detectable_share
from evals.statistics.interval import Interval
from evals.statistics.proportion import clustered_wilson, effective_size
from evals.statistics.scatter import Scatter, scatter

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ITEM: Final = re.compile(r"items\[(\d+)\]")
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


class Method(StrEnum):
    """How an interval was made."""

    WILSON = "Wilson"
    """Of a share of units, less certain where units of one letter are alike."""
    BOOTSTRAP = "bootstrap by letter"
    """Percentiles over letters drawn again."""
    NONE = "none"
    """No interval: all that was counted is alike, or there is one letter only."""


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
    """Words of the letter, in thirds."""
    CATEGORY = "category"
    """Category of an item, by its label."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value over some letters, and how sure it is."""

    metric: Metric
    """Which."""
    value: float
    """Its value; attempts are pooled."""
    low: float | None
    """Lower end of the 95 % interval; ``None`` without one."""
    high: float | None
    """Upper end."""
    units: float
    """What the value is a share or mean of: labeled units, or read ones for a precision."""
    letters: int
    """Letters that have something to count."""
    method: Method
    """How the interval was made."""
    detectable: float | None
    """Smallest difference that another run over these letters can show (power 0.8, two-sided 0.05, before Holm): of
    shares if all changes go one way, of other metrics if the two runs are no more alike than any two samples. ``None``
    where no difference can be shown."""
    scatter: Scatter | None = None
    """The model's own scatter over repeats, apart from the interval, which is about letters."""


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


def figures_of(run: Run, *, seed: int = SEED, draws: int = DRAWS) -> tuple[Figure, ...]:
    """Every metric that has something to count in ``run``, in the order of the table."""
    return _figures(run, run.letters, seed, draws)


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
            _figures(run, letters, seed, draws),
        )
        for name, letters in groups.items()
    )


def figure_of(metric: Metric, counts: NDArray[np.float64], weights: NDArray[np.float64]) -> Figure | None:
    """The figure of counts of shape ``(letters, classes, 3)``; ``None`` where there is nothing to count."""
    found = float(value_of(metric, counts.sum(axis=0)))
    if np.isnan(found):
        return None
    right, of = units_of(metric, counts)
    interval, error = None, 0.0
    if metric.kind is not Kind.SHARE:
        drawn = spread(replicates(weights, counts, partial(value_of, metric)))
        interval, error = drawn.interval, drawn.error
    method = Method.BOOTSTRAP
    least: float | None = detectable(sqrt(2) * error)
    if interval is None:
        interval, method, least = _without_draws(metric, found, right, of)
    parts = counts.sum(axis=1)
    units = parts[:, READ if metric.kind is Kind.PRECISION else LABELED].sum()
    low, high = (None, None) if interval is None else interval
    letters = int((parts.sum(axis=1) > 0).sum())
    return Figure(metric, found, low, high, float(units), letters, method, least)


def units_of(metric: Metric, counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Right units and units of each letter, whose ratio over letters is the metric; for a macro F1 its micro F1."""
    sums = counts.sum(axis=1)
    if metric.kind is Kind.PRECISION:
        return sums[:, RIGHT], sums[:, READ]
    if metric.kind is Kind.F1 or metric.of_classes:
        return sums[:, RIGHT], (sums[:, LABELED] + sums[:, READ]) / 2
    return sums[:, RIGHT], sums[:, LABELED]


def _without_draws(
    metric: Metric, found: float, right: NDArray[np.float64], of: NDArray[np.float64]
) -> tuple[Interval | None, Method, float | None]:
    """Interval, its method and the smallest detectable difference of a share, or where all draws agree.

    An F1 of 1 is no more certain than a share of 1. An amount that never varies has no interval, unless it is
    0 or 1 throughout, as a share would be.
    """
    amount = metric.family == "cost" or (metric.kind is Kind.MEAN and found not in (0.0, 1.0))
    if amount or not 0 <= right.sum() <= of.sum():
        return None, Method.NONE, None
    low, high = clustered_wilson(right, of)
    reached = Interval(min(low, found), max(high, found))
    return reached, Method.WILSON, detectable_share(effective_size(right, of))


def _figures(run: Run, letters: Sequence[Letter], seed: int, draws: int) -> tuple[Figure, ...]:
    if not letters:
        return ()
    weights = weights_of(len(letters), draws, seed)
    return tuple(_figures_in_order(run, letters, weights))


def _figures_in_order(run: Run, letters: Sequence[Letter], weights: NDArray[np.float64]) -> Iterator[Figure]:
    for metric in metrics_of(run):
        figure = figure_of(metric, counts_of(metric, letters), weights)
        if figure is not None:
            yield _with_scatter(figure, letters, run.repeat)


def _with_scatter(figure: Figure, letters: Sequence[Letter], repeat: int) -> Figure:
    if repeat < 2:
        return figure
    values = [value(figure.metric, letters, attempt) for attempt in range(repeat)]
    return replace(figure, scatter=scatter([one for one in values if one is not None]))


def _named(letters: Sequence[Letter], facet: Facet) -> Iterator[tuple[tuple[int, str], Letter]]:
    """Each letter under the name of its group, which is preceded by its place in the order."""
    cuts = _thirds([letter.words for letter in letters])
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
    for cut in cuts:
        if words <= cut:
            return cut, f"up to {cut} words"
    return words + 1 if not cuts else cuts[-1] + 1, f"over {cuts[-1]} words" if cuts else "any length"


def _wrong_fields(letters: Sequence[Letter]) -> NDArray[np.float64]:
    """Counts of ``WRONG_FIELDS``, shape ``(letters, 1, 3)``."""
    sums = np.sum([counts_of(metric, letters) for metric in FIELDS], axis=0)
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
        if (item := _ITEM.match(difference.field)) is not None
        and int(item[1]) in own
        and not _ITEM_COUNTS.isdisjoint(difference.metrics)
    }
    units = len(own) * len(letter.attempts)
    return Tally(len(wrong), units, units)
