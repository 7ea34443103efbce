"""The Determination: the one contract that every engine, store, label and renderer keeps."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.provenance import DocumentInfo, FieldProvenance, Frozen, ReviewFlag, Usage
from schemas.taxonomy import Category, CitationSource, DrugClass, Outcome, Priority, Reason, Sex

SCHEMA_VERSION = "1.0"
"""Version of the Determination's shape; the part before the dot changes when old readers would break."""


class Reviewer(Frozen):
    """Who decided, as far as the letter says."""

    licensure_states: tuple[str, ...] = ()
    """States in which the reviewer is licensed, verbatim, one entry each."""
    specialties: tuple[str, ...] = ()
    """Certifications or specialties, verbatim, one entry each."""


class InjuredWorker(Frozen):
    """The worker, from the clinical case summary."""

    age: Annotated[int, Field(ge=0, le=120)] | None = None
    """Whole years as stated; null where the summary does not state it."""
    sex: Sex | None = None
    """Sex as a noun gives it, or a pronoun where no noun does."""


class Medication(Frozen):
    """The drug of a pharmaceutical item."""

    name: str
    """Drug name, verbatim, without strength and dosage form; a compound keeps its printed name."""
    strength: str | None = None
    """Strength, verbatim, such as ``10/325 mg``."""
    quantity: Annotated[int | float, Field(ge=0)] | None = None
    """Printed number of units, grams or millilitres; refills are not counted."""
    drug_class: DrugClass
    """What kind of drug it is."""


class Citation(Frozen):
    """One guideline that one side relied upon."""

    source: CitationSource
    """Which body of guidelines it belongs to."""
    title: str
    """Title, verbatim; for MTUS without the year."""
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    """Edition year; MTUS only."""
    sections: str | None = None
    """The words after ``Section(s):``, verbatim."""
    pages: str | None = None
    """The words after ``Page(s):``, verbatim."""


class Item(Frozen):
    """One disputed item and what was decided about it."""

    treatment: str
    """The words that name what the outcome applies to, verbatim; of a partly authorized request, what is left."""
    original_request: str | None = None
    """Of a partly authorized request, what was asked for; else null."""
    authorized_portion: str | None = None
    """Of a partly authorized request, what the claims administrator authorized; else null."""
    outcome: Outcome
    """What the reviewer decided."""
    category: Category
    """The program's report group."""
    medication: Medication | None = None
    """The drug, where the category is pharmaceutical; else null."""
    claims_administrator_guidelines: tuple[Citation, ...] = ()
    """What the claims administrator's utilization review relied upon, in order."""
    reviewer_guidelines: tuple[Citation, ...] = ()
    """What the reviewer relied upon, in order."""
    primary_reason: Reason | None = None
    """The one reason that carries the decision."""
    reasons: tuple[Reason, ...] = ()
    """Every reason that the rationale gives, the primary one first."""
    rationale: str | None = None
    """The rationale, verbatim."""
    rationale_summary: str | None = None
    """Why the reviewer decided so, at most 35 words, faithful to the rationale."""
    key_quotes: tuple[str, ...] = ()
    """One to three verbatim sentences or clauses of the rationale that carry the decision."""


class Determination(Frozen):
    """One Independent Medical Review final determination, structured and proven."""

    schema_version: str = SCHEMA_VERSION
    """Version of this shape."""
    case_number: str | None = None
    """Case number as printed."""
    date_assigned: date | None = None
    """Day the review was assigned."""
    date_of_injury: date | None = None
    """Day of the injury; the header's where it has one, else the narrative's."""
    decision_date: date | None = None
    """Day the determination was made."""
    ur_denial_date: date | None = None
    """Day of the utilization review denial."""
    application_received: date | None = None
    """Day the application for review was received."""
    priority: Priority | None = None
    """Standard or expedited."""
    reviewer: Reviewer = Field(default_factory=Reviewer)
    """Who decided."""
    injured_worker: InjuredWorker = Field(default_factory=InjuredWorker)
    """Whose case it is."""
    diagnoses: tuple[str, ...] = ()
    """Conditions the worker has or is treated for, each a short verbatim phrase, in order of first mention."""
    case_summary: str | None = None
    """At most 60 words: who, the injury or main conditions, treatment so far, what was disputed."""
    items: tuple[Item, ...] = ()
    """The disputed items in the letter's order."""
    document: DocumentInfo | None = None
    """Where this was read from."""
    provenance: dict[str, FieldProvenance] = Field(default_factory=dict)
    """Field path, such as ``items[0].outcome``, to who read it, how well it is proven and where it stands."""
    review: tuple[ReviewFlag, ...] = ()
    """Why a person should look; empty when nothing is doubtful."""
    usage: Usage = Field(default_factory=Usage)
    """What the reading cost; stands outside equality."""

    def __eq__(self, other: object) -> bool:
        """Equal where everything but ``usage`` is: two runs of one reading differ in seconds."""
        if not isinstance(other, Determination):
            return NotImplemented
        mine, theirs = dict(self.__dict__), dict(other.__dict__)
        mine.pop("usage"), theirs.pop("usage")
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]  # a dict field: not hashable
