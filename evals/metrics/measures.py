"""The metric families by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from evals.gold import Labeled
from evals.metrics.case import case
from evals.metrics.citations import citations
from evals.metrics.contradictions import contradictions
from evals.metrics.cost import cost
from evals.metrics.flags import flags
from evals.metrics.items import items
from evals.metrics.judgement import judgement
from evals.metrics.measured import Measure, Measured, Reading
from evals.metrics.summaries import summaries
from evals.metrics.verbatim import verbatim

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "items": items,
        "case": case,
        "verbatim": verbatim,
        "citations": citations,
        "judgement": judgement,
        "summaries": summaries,
        "flags": flags,
        "contradictions": contradictions,
        "cost": cost,
    }
)
"""Each with the name that ``Metric.family`` has."""


def measured(labeled: Labeled, reading: Reading) -> dict[str, Measured]:
    """What every family counts in one reading."""
    return {name: measure(labeled, reading) for name, measure in MEASURES.items()}
