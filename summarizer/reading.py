"""A reading: every value found in a letter together with the place it was found.

The parts mirror ``schemas.Determination`` field by field, with a ``Found`` where that has a
value. Evidence is carried along from the moment a value is read, never searched for afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from schemas import Category, CitationSource, DrugClass, Origin, Outcome, Priority, Reason, ReviewCode, Sex
from schemas.taxonomy import MistakeKind
from summarizer.document import Document, Span
from summarizer.folding import fold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and the spans of the document it was read from."""

    value: T
    """The value as the Determination will hold it."""
    spans: tuple[Span, ...] = ()
    """Where it stands, in reading order; a judged value names the sentences it rests on."""
    origin: Origin = Origin.RULES
    """Who read it."""
    prompt: str | None = None
    """Where a model read it, the prompt it was asked by, such as ``read_determination@v1``."""


def verbatim(document: Document, span: Span) -> Found[str]:
    """The folded words of ``span``, with ``span`` as their evidence."""
    return Found(fold(span.of(document.text)), (span,))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person should look, before pages and boxes are known."""

    code: ReviewCode
    """What kind of doubt it is."""
    message: str
    """One sentence for a claims examiner."""
    field: str | None = None
    """Path of the field in doubt, such as ``items[0].rationale``."""
    spans: tuple[Span, ...] = ()
    """The places to look at."""
    kind: MistakeKind | None = None
    """Of a possible mistake of fact, what it is about."""
    material: bool | None = None
    """Of a possible mistake of fact, whether the decision leans on it."""


@dataclass(frozen=True, slots=True)
class ReviewerReading:
    """``schemas.Reviewer`` with evidence."""

    licensure_states: tuple[Found[str], ...] = ()
    specialties: tuple[Found[str], ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerReading:
    """``schemas.InjuredWorker`` with evidence."""

    age: Found[int] | None = None
    sex: Found[Sex] | None = None


@dataclass(frozen=True, slots=True)
class MedicationReading:
    """``schemas.Medication`` with evidence."""

    name: Found[str]
    drug_class: Found[DrugClass]
    strength: Found[str] | None = None
    quantity: Found[int | float] | None = None


@dataclass(frozen=True, slots=True)
class CitationReading:
    """``schemas.Citation`` with evidence."""

    source: Found[CitationSource]
    title: Found[str]
    year: Found[int] | None = None
    sections: Found[str] | None = None
    pages: Found[str] | None = None


@dataclass(frozen=True, slots=True)
class JudgementReading:
    """The judged fields of an item, with the sentences they rest on."""

    primary_reason: Found[Reason] | None = None
    reasons: tuple[Found[Reason], ...] = ()
    key_quotes: tuple[Found[str], ...] = ()
    rationale_summary: Found[str] | None = None
    weak: bool = False
    """Whether no cue was strong enough to be trusted alone."""


@dataclass(frozen=True, slots=True)
class ItemReading:
    """``schemas.Item`` with evidence."""

    treatment: Found[str]
    outcome: Found[Outcome]
    category: Found[Category]
    region: Span
    """The whole item in the letter, heading to the end of its rationale."""
    original_request: Found[str] | None = None
    authorized_portion: Found[str] | None = None
    medication: MedicationReading | None = None
    claims_administrator_guidelines: tuple[CitationReading, ...] = ()
    reviewer_guidelines: tuple[CitationReading, ...] = ()
    rationale: Found[str] | None = None
    judgement: JudgementReading = JudgementReading()


@dataclass(frozen=True, slots=True)
class Reading:
    """``schemas.Determination`` with evidence."""

    layout: str
    """Name of the form it was read as."""
    case_number: Found[str] | None = None
    date_assigned: Found[date] | None = None
    date_of_injury: Found[date] | None = None
    decision_date: Found[date] | None = None
    ur_denial_date: Found[date] | None = None
    application_received: Found[date] | None = None
    priority: Found[Priority] | None = None
    reviewer: ReviewerReading = ReviewerReading()
    injured_worker: WorkerReading = WorkerReading()
    diagnoses: tuple[Found[str], ...] = ()
    case_summary: Found[str] | None = None
    items: tuple[ItemReading, ...] = ()
    clinical_summary: Span | None = None
    """The clinical case summary in the letter, for cross-checks; ``None`` where the form has none."""
    model: str | None = None
    """Name of the model that read a part of it; ``None`` where none did."""
    doubts: tuple[Doubt, ...] = ()
    """What the layout and the rules themselves were unsure of."""
