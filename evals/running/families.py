"""The metric families as Evaluators of pydantic-evals, and what a Case of a gold letter is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from pydantic_evals import Case
from pydantic_evals.evaluators import Evaluator, EvaluatorContext

from evals.gold import Labeled, Split
from evals.metrics.catalog import METRICS
from evals.metrics.measured import Measured, Reading
from evals.metrics.measures import MEASURES
from evals.scores import value_of_tally

_METRICS_OF: Final = {name: [metric for metric in METRICS if metric.family == name] for name in MEASURES}
_KEPT: Final = "evals.measured."
"""What attributes of a case begin with under which families hand on what they counted."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the task under test is given: a letter, and nothing of its label."""

    letter: Path
    """The file."""
    stem: str
    """Its file stem."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What gold letters are grouped by; the metadata of a Case."""

    gold_set: str
    """Name of the gold set."""
    split: Split
    """Whether it is held back."""
    categories: tuple[str, ...]
    """Category of each labeled item, in order."""


GoldCase: TypeAlias = Case[Inputs, Reading | Labeled, Facets]
"""A gold letter: ``expected_output`` is its ``Labeled``, the output of the task a ``Reading``."""
GoldContext: TypeAlias = EvaluatorContext[Inputs, Reading | Labeled, Facets]
"""What an Evaluator of gold letters is given."""
GoldEvaluator: TypeAlias = Evaluator[Inputs, Reading | Labeled, Facets]
"""An Evaluator of gold letters; one without these parameters will do as well."""


@dataclass(repr=False)
class Family(Evaluator[Inputs, Reading | Labeled, Facets]):
    """One metric family; scores are the letter's own values, what is summed over letters goes on in ``attributes``."""

    name: str
    """As in ``MEASURES``."""

    def get_default_evaluation_name(self) -> str:
        """Its name."""
        return self.name

    def evaluate(self, ctx: GoldContext) -> dict[str, float]:
        """Values of the family's metrics for this letter, as ``family/metric``."""
        labeled, reading = ctx.expected_output, ctx.output
        assert isinstance(labeled, Labeled)
        assert isinstance(reading, Reading)
        measured = MEASURES[self.name](labeled, reading)
        ctx.attributes[_KEPT + self.name] = measured
        counted = [metric for metric in _METRICS_OF[self.name] if metric.counts in measured.tallies]
        values = ((metric, value_of_tally(metric, measured.tallies[metric.counts])) for metric in counted)
        return {f"{self.name}/{metric.name}": value for metric, value in values if value is not None}


FAMILIES: Final = tuple(Family(name) for name in MEASURES)
"""One each, in the order of the table."""


def case_of(labeled: Labeled) -> GoldCase:
    """A gold letter as a Case, named by gold set and stem."""
    categories = tuple(item.category.value for item in labeled.label.items)
    return Case(
        name=key_of(labeled),
        inputs=Inputs(labeled.letter, labeled.stem),
        expected_output=labeled,
        metadata=Facets(labeled.gold_set, labeled.split, categories),
    )


def key_of(labeled: Labeled) -> str:
    """Gold set and stem, as ``Letter.key``."""
    return f"{labeled.gold_set}/{labeled.stem}"


def handed_on(attributes: Mapping[str, Any]) -> Sequence[Measured]:
    """What the families counted, from the attributes of a case of the report, in the order of the table."""
    return [attributes[_KEPT + name] for name in MEASURES if _KEPT + name in attributes]
