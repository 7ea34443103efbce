"""What every layout returns: where the sections and the items of a letter are."""

from __future__ import annotations

from typing import NamedTuple

from schemas import Outcome
from summarizer.document import Span


class ItemRegion(NamedTuple):
    """Where one disputed item and its parts stand. Spans hold no surrounding white space."""

    heading: Span
    """The words that name the item, lead-ins and partly authorized wordings included, outcome left out."""
    outcome: Outcome
    """What was decided."""
    outcome_span: Span
    """The words that say so: ``Upheld``, or ``is not medically necessary`` in a form of sentences."""
    whole: Span
    """The item from its heading to the end of its rationale."""
    claims_administrator: Span | None = None
    """The sentences on what the claims administrator relied upon, label left out."""
    reviewer: Span | None = None
    """The sentences on what the reviewer relied upon, label left out."""
    rationale: Span | None = None
    """The rationale, label left out."""
    complete: bool = True
    """False where the letter ends or breaks inside the item."""


class Structure(NamedTuple):
    """A letter's sections by place."""

    layout: str
    """Name of the layout that read it."""
    confidence: float
    """How sure the layout is that this is its form, from 0 to 1."""
    header: Span | None = None
    """Case number and dates."""
    reviewer: Span | None = None
    """How the determination was made, with the reviewer's licence and specialty."""
    clinical_summary: Span | None = None
    """The clinical case summary, heading and boilerplate left out."""
    items: tuple[ItemRegion, ...] = ()
    """The disputed items in the letter's order."""
