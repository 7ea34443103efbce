"""Figures of the whole set as ReportEvaluators of pydantic-evals: values, confusion matrices, errors by letter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from pydantic_evals.evaluators import ReportEvaluator, ReportEvaluatorContext
from pydantic_evals.reporting.analyses import ConfusionMatrix, ReportAnalysis, ScalarResult, TableResult

from evals.gold import Labeled
from evals.metrics.measured import Pair, Reading
from evals.running.families import Facets, Inputs, handed_on
from evals.running.runs import letters_of
from evals.scores import metrics_of, value

_MISSED: Final = "missed"
_INVENTED: Final = "invented"


@dataclass(repr=False)
class Values(ReportEvaluator[Inputs, Reading | Labeled, Facets]):
    """Every metric of the catalog over all letters of the pass."""

    def evaluate(self, ctx: ReportEvaluatorContext[Inputs, Reading | Labeled, Facets]) -> list[ReportAnalysis]:
        """One scalar a metric that has something to count."""
        letters = letters_of([ctx.report], dict.fromkeys((case.name for case in ctx.report.cases), ""))
        found = ((metric, value(metric, letters)) for metric in metrics_of())
        return [
            ScalarResult(title=metric.title, description=metric.formula, value=figure, unit=metric.unit)
            for metric, figure in found
            if figure is not None
        ]


@dataclass(repr=False)
class Confusion(ReportEvaluator[Inputs, Reading | Labeled, Facets]):
    """Labeled against read classes of one field; items that only one side has are ``missed`` and ``invented``."""

    field: str
    """Field of the pairs."""

    def evaluate(self, ctx: ReportEvaluatorContext[Inputs, Reading | Labeled, Facets]) -> ReportAnalysis:
        """Count the pairs of all letters."""
        pairs = [pair for case in ctx.report.cases for one in handed_on(case.attributes) for pair in one.pairs]
        counts = Counter(_cell(pair) for pair in pairs if pair.field == self.field)
        classes = sorted({code for cell in counts for code in cell} - {_MISSED, _INVENTED})
        classes += [code for code in (_MISSED, _INVENTED) if any(code in cell for cell in counts)]
        return ConfusionMatrix(
            title=self.field,
            class_labels=classes,
            matrix=[[counts[gold, read] for read in classes] for gold in classes],
        )


@dataclass(repr=False)
class Errors(ReportEvaluator[Inputs, Reading | Labeled, Facets]):
    """How many fields of each letter are unlike the label; letters without one are left out."""

    def evaluate(self, ctx: ReportEvaluatorContext[Inputs, Reading | Labeled, Facets]) -> ReportAnalysis:
        """One row a letter, most errors first."""
        rows: list[tuple[str, int]] = [
            (case.name, sum(len(one.differences) for one in handed_on(case.attributes))) for case in ctx.report.cases
        ]
        rows = sorted((row for row in rows if row[1]), key=lambda row: (-row[1], row[0]))
        columns = ["letter", "differences"]
        return TableResult(title="differences by letter", columns=columns, rows=[[*row] for row in rows])


def _cell(pair: Pair) -> tuple[str, str]:
    return pair.gold or _INVENTED, pair.read or _MISSED


CLASSES: Final = ("outcome", "category", "drug_class", "primary_reason")
"""Fields that have a confusion matrix."""
ANALYSES: Final = (Values(), *(Confusion(field) for field in CLASSES), Errors())
"""Every one of them."""
