"""What one metric family finds in one reading of one letter; sums over letters are made from these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from evals.gold import Labeled
from evals.metrics.tally import Tally
from schemas import Determination
from summarizer.document import Document


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a letter, as metrics see it."""

    determination: Determination
    """What was read; an empty Determination where the letter failed."""
    document: Document | None
    """The letter as it was loaded; ``None`` where it could not be."""
    failure: str | None = None
    """The error that the letter ended with, or why the rules judged although a model was asked."""
    failed: bool = False
    """Whether nothing was read; every labeled value then counts as missed."""
    asked: bool = False
    """Whether a model was asked, or was to be asked, to judge."""
    saved: Mapping[str, float] = field(default_factory=dict)
    """What answers that came from a cache had cost when they were asked: ``input_tokens``, ``output_tokens``,
    ``cost_usd`` (absent where unknown), ``requests``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a reading and the label do not have in common."""

    metrics: tuple[str, ...]
    """Identifiers of the counts (``Metric.counts``) in which it is an error."""
    field: str
    """Path in the label, such as ``items[2].outcome``; an item that only the reading has is ``items[+0]``."""
    gold: tuple[str, ...]
    """The label's value, one entry each where it is a list; empty where it has none."""
    read: tuple[str, ...]
    """The reading's value in the same form."""
    score: float | None = None
    """What it adds to the tally of the graded metric among ``metrics``: the token F1 of key quotes, the number of
    unsupported facts; ``None`` where an error is one error."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A labeled class and the one that was read, for a confusion matrix."""

    field: str
    """``category``, ``drug_class``, ``outcome`` or ``primary_reason``."""
    gold: str | None
    """Code of the label; ``None`` where only the reading has the item."""
    read: str | None
    """Code of the reading; ``None`` where it missed the item."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one family counts in one reading of one letter."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """Counts by ``Metric.counts``; they sum over letters."""
    pairs: tuple[Pair, ...] = ()
    """Classes side by side, one for each item of either."""
    differences: tuple[Difference, ...] = ()
    """Fields that are not alike, in the letter's order."""


class Measure(Protocol):
    """A metric family: a pure function of label and reading."""

    def __call__(self, labeled: Labeled, reading: Reading) -> Measured:
        """Count."""
        ...
