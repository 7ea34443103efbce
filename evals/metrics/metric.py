"""What a metric is: how its value follows from counts that add up over letters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a value follows from the summed ``Tally`` (right, labeled, read)."""

    SHARE = "share"
    """A proportion of units, ``right / labeled``; its interval is Wilson's, its test McNemar's."""
    F1 = "f1"
    """``2 right / (labeled + read)``."""
    PRECISION = "precision"
    """``right / read``."""
    RECALL = "recall"
    """``right / labeled``."""
    MEAN = "mean"
    """``right / labeled`` where ``right`` is a sum of amounts and not a count of units."""
    MICRO_F1 = "micro_f1"
    """F1 over all classes of the pairs of ``counts`` together."""
    MACRO_F1 = "macro_f1"
    """Unweighted mean of each class's F1, over the classes that the labels or the readings have."""


class Better(StrEnum):
    """In which direction a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
    """Reported, never judged."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the table."""

    name: str
    """Identifier, as in ``gates.toml``: lower case and underscores."""
    title: str
    """A few words for a table."""
    family: str
    """The family that counts it; groups the table."""
    kind: Kind
    """How the value follows from the counts."""
    counts: str
    """Key of the tally, or for ``MICRO_F1`` and ``MACRO_F1`` the field of the pairs."""
    unit: str
    """What one labeled unit is: ``letters``, ``items``, ``fields``, ``citations`` ..."""
    formula: str
    """Definition in one line of words and symbols, shown on the page of metrics."""
    better: Better = Better.HIGHER
    """Direction of improvement."""
    tested: bool = True
    """Whether comparisons test it; what hangs on the machine, restates another metric, or is a share of the run's own
    errors is not."""

    @property
    def of_classes(self) -> bool:
        """Whether it is made from pairs and not from a tally."""
        return self.kind in (Kind.MICRO_F1, Kind.MACRO_F1)
