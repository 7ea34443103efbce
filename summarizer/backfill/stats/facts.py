"""What the statistics count of one stored letter: a Determination without its words and proofs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from schemas.taxonomy import Category, CitationSource, DrugClass, Outcome, Priority, Reason, ReviewCode
from summarizer.backfill.input import name_of
from summarizer.backfill.kept import State
from summarizer.errors import StoreError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from summarizer.backfill.kept import Stored


@dataclass(frozen=True, slots=True)
class CitationFacts:
    """One guideline that one side relied upon."""

    source: CitationSource
    """Which body of guidelines it belongs to."""
    title: str
    """Title as printed."""


@dataclass(frozen=True, slots=True)
class Drug:
    """The drug of a pharmaceutical item."""

    drug_class: DrugClass
    """What kind of drug it is."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One disputed item."""

    outcome: Outcome
    """What the reviewer decided."""
    category: Category
    """The program's report group."""
    medication: Drug | None = None
    """The drug, where there is one."""
    claims_administrator_guidelines: tuple[CitationFacts, ...] = ()
    """What the claims administrator relied upon."""
    reviewer_guidelines: tuple[CitationFacts, ...] = ()
    """What the reviewer relied upon."""
    primary_reason: Reason | None = None
    """The one reason that carries the decision."""
    reasons: tuple[Reason, ...] = ()
    """Every reason that is given."""


@dataclass(frozen=True, slots=True)
class Form:
    """Where a letter was read from."""

    layout: str | None = None
    """Name of the form that it was read as."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason why a person should look."""

    code: ReviewCode
    """What kind of doubt it is."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One letter. Fields have the names of a Determination's, so that they are read straight from its JSON."""

    decision_date: date | None = None
    """Day the determination was made."""
    date_assigned: date | None = None
    """Day the review was assigned."""
    application_received: date | None = None
    """Day the application was received."""
    priority: Priority | None = None
    """Standard or expedited."""
    items: tuple[ItemFacts, ...] = ()
    """The disputed items."""
    document: Form | None = None
    """Where it was read from."""
    review: tuple[Flag, ...] = ()
    """Why a person should look."""
    copies: int = 1
    """Inputs with the same bytes, this one included."""
    needs_review: bool = False
    """Whether a person should look."""


def facts_of(stored: Stored) -> LetterFacts:
    """The facts of one stored letter; nothing else of its Determination is made into objects.

    Raises:
        StoreError: what is stored is damaged, or no Determination that this version knows.
    """
    from pydantic import ValidationError

    try:
        read = _adapter().validate_json(zlib.decompress(stored.packed))
    except (zlib.error, ValidationError):
        # Their own words could hold the letter's.
        raise StoreError(
            name_of(stored.address), "its stored answer cannot be read", "use the version of imr that wrote the store"
        ) from None
    return replace(read, copies=stored.copies, needs_review=stored.state is State.NEEDS_REVIEW)


@cache
def _adapter() -> TypeAdapter[LetterFacts]:
    from pydantic import TypeAdapter

    return TypeAdapter(LetterFacts)
