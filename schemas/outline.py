"""What a model is asked to return for a letter of unknown form: where its sections and items stand, by line number."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.judgement import Answer
from schemas.taxonomy import Outcome


class Lines(Answer):
    """Consecutive numbered lines, both ends included."""

    first: Annotated[int, Field(ge=1)]
    """Number of the first line."""
    last: Annotated[int, Field(ge=1)]
    """Number of the last line."""


class ItemOutline(Answer):
    """Where one disputed item and its parts stand."""

    heading: Lines
    """The lines that name what is disputed."""
    outcome: Outcome
    """What was decided about it."""
    outcome_at: Annotated[int, Field(ge=1)]
    """Number of the line that says so."""
    claims_administrator: Lines | None = None
    """What the claims administrator relied upon."""
    reviewer: Lines | None = None
    """What the reviewer relied upon."""
    rationale: Lines | None = None
    """Why it was decided so."""


class LetterOutline(Answer):
    """Where a letter's sections and disputed items stand."""

    header: Lines | None = None
    """Case number and dates."""
    reviewer: Lines | None = None
    """Who decided: licence and specialty."""
    clinical_summary: Lines | None = None
    """The facts of the case."""
    items: tuple[ItemOutline, ...] = ()
    """The disputed items in the letter's order; empty where the text is no determination."""
