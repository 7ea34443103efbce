"""Small labels and readings for tests of metrics: only what a test is about need be given."""

from __future__ import annotations

from pathlib import Path

from evals.gold import Contradiction, Labeled
from evals.metrics.measured import Difference, Measured, Reading
from schemas import Category, Determination, Item, Outcome
from summarizer.document import Document
from tests.forms import document


def item(treatment: str, **more: object) -> Item:
    """An upheld item of category ``other``."""
    plain = {"treatment": treatment, "outcome": Outcome.UPHELD, "category": Category.OTHER}
    return Item.model_validate(plain | more)


def labeled(*items: Item, contradictions: tuple[Contradiction, ...] | None = None, **more: object) -> Labeled:
    """A label of ``items`` whose letter is nowhere."""
    label = Determination.model_validate({"items": items, **more})
    return Labeled("a", Path("a.txt"), label, contradictions, gold_set="invented")


def reading(*items: Item, text: str | Document = "", saved: dict[str, float] | None = None, **more: object) -> Reading:
    """A reading of ``items`` in a letter that says ``text``."""
    read = Determination.model_validate({"items": items, **more})
    return Reading(read, document(text) if isinstance(text, str) else text, saved=saved or {})


FAILED = Reading(Determination(), None, "a.txt: it is no determination; look", failed=True)
"""A letter that could not be read."""


def at(measured: Measured, field: str) -> Difference:
    """The one difference at ``field``."""
    (found,) = [difference for difference in measured.differences if difference.field == field]
    return found


def fields(measured: Measured) -> list[str]:
    """Where label and reading differ."""
    return [difference.field for difference in measured.differences]
