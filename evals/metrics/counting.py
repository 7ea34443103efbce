"""What a family collects on its way through one reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from evals.metrics.measured import Difference, Measured, Pair
from evals.metrics.tally import Tally
from schemas import Citation, Medication

NOT_READ = ("not read",)
"""What stands for the value of a letter that could not be read, where the label has none either."""


@dataclass(slots=True)
class Counting:
    """Counts, classes and differences while they are collected."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    """So far, by ``Metric.counts``."""
    pairs: list[Pair] = field(default_factory=list)
    """So far."""
    differences: list[Difference] = field(default_factory=list)
    """So far."""

    def add(self, name: str, tally: Tally) -> None:
        """Add to the counts of ``name``."""
        self.tallies[name] = self.tallies.get(name, Tally()) + tally

    def same(self, names: tuple[str, ...], right: bool) -> None:
        """Count one unit, right or not, in each of ``names``."""
        for name in names:
            self.add(name, Tally(float(right), 1, 1))

    def differ(self, names: tuple[str, ...], path: str, gold: object, read: object, score: float | None = None) -> None:
        """Note that label and reading are unlike at ``path``, an error in ``names``; nothing without names.

        ``score`` is what the field adds to the graded metric among them.
        """
        if names:
            self.differences.append(Difference(names, path, shown(gold), shown(read), score))

    def measured(self) -> Measured:
        """What was collected."""
        return Measured(self.tallies, tuple(self.pairs), tuple(self.differences))


def shown(value: object) -> tuple[str, ...]:
    """A value as a person reads it: codes, dates in ISO form, a citation or a drug on one line; empty for none."""
    match value:
        case None:
            return ()
        case tuple():
            return tuple(words for entry in value for words in shown(entry))
        case StrEnum():
            return (value.value,)
        case date():
            return (value.isoformat(),)
        case float() if value.is_integer():
            return (str(int(value)),)
        case Citation():
            return (_citation(value),)
        case Medication():
            parts = (value.name, value.strength, *(f"#{number}" for number in shown(value.quantity)), value.drug_class)
            return (", ".join(part for part in parts if part),)
        case _:
            return (str(value),)


def _citation(cited: Citation) -> str:
    """``MTUS: Low Back Complaints 2004, Section(s): Summary, Page(s): 3``."""
    head = f"{cited.source.value}: {cited.title}" + (f" {cited.year}" if cited.year else "")
    parts = (head, cited.sections and f"Section(s): {cited.sections}", cited.pages and f"Page(s): {cited.pages}")
    return ", ".join(part for part in parts if part)
