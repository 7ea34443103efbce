"""Invented letters as a store gives them back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from schemas import (
    Category,
    Citation,
    CitationSource,
    Determination,
    DocumentInfo,
    DrugClass,
    Evidence,
    FieldProvenance,
    InjuredWorker,
    Item,
    Medication,
    Origin,
    Outcome,
    Priority,
    Reason,
    ReviewCode,
    Reviewer,
    ReviewFlag,
    Sex,
    Status,
    TextFrom,
    Usage,
)
from summarizer.backfill.kept import Stored, packed

DRUG = Item(
    treatment="Norvalin 10/325 mg #60",
    original_request="Norvalin 10/325 mg #90",
    authorized_portion="Norvalin 10/325 mg #30",
    outcome=Outcome.MODIFIED,
    category=Category.PHARMACEUTICAL,
    medication=Medication(name="Norvalin", strength="10/325 mg", quantity=60, drug_class=DrugClass.OPIOID),
    claims_administrator_guidelines=(
        Citation(source=CitationSource.MTUS, title="Chronic Pain", year=2009, sections="Opioids", pages="74-95"),
        Citation(source=CitationSource.NON_MTUS, title="ODG, Pain"),
    ),
    reviewer_guidelines=(Citation(source=CitationSource.MTUS, title="Chronic Pain", year=2009),),
    primary_reason=Reason.SAFETY_NEED,
    reasons=(Reason.SAFETY_NEED, Reason.EXCEEDS_LIMITS),
    rationale="A taper is called for.\nThirty tablets are enough.",
    rationale_summary="A taper is called for.",
    key_quotes=("A taper is called for.", "Thirty tablets are enough."),
)
SCAN = Item(treatment="MRI of the left knee", outcome=Outcome.UPHELD, category=Category.DIAGNOSTIC_TESTING)
FULL = Determination(
    case_number="CM16-0900001",
    date_assigned=date(2016, 11, 30),
    date_of_injury=date(2014, 2, 28),
    decision_date=date(2017, 1, 6),
    ur_denial_date=date(2016, 11, 4),
    application_received=date(2016, 11, 21),
    priority=Priority.EXPEDITED,
    reviewer=Reviewer(licensure_states=("Oregon", "California"), specialties=("Hand Surgery",)),
    injured_worker=InjuredWorker(age=41, sex=Sex.FEMALE),
    diagnoses=("lumbar strain", "sciatica"),
    case_summary="A 41-year-old woman, Zoë, fell.",
    items=(DRUG, SCAN),
    document=DocumentInfo(source="a.pdf", sha256="0" * 64, pages=4, layout="imr", text_from=TextFrom.TEXT_LAYER),
    provenance={
        "items[0].treatment": FieldProvenance(
            origin=Origin.RULES, status=Status.VERIFIED, evidence=(Evidence(start=5, end=9, page=3),)
        ),
        "items[0].outcome": FieldProvenance(origin=Origin.RULES, status=Status.VERIFIED),
        "items[0].category": FieldProvenance(origin=Origin.RULES, status=Status.CITED),
        "items[0].primary_reason": FieldProvenance(
            origin=Origin.MODEL, model="gpt-x", prompt="read@v1", status=Status.CITED
        ),
        "items[0].reviewer_guidelines[0].title": FieldProvenance(origin=Origin.RULES, status=Status.VERIFIED),
        "items[1].outcome": FieldProvenance(origin=Origin.RULES, status=Status.UNVERIFIED),
        "items[1].category": FieldProvenance(origin=Origin.RULES, status=Status.CITED),
    },
    review=(
        ReviewFlag(code=ReviewCode.UNVERIFIED_FIELD, field="items[1].outcome", message="Check the outcome."),
        ReviewFlag(code=ReviewCode.POSSIBLE_MISTAKE_OF_FACT, field="items[0]", message="Two sides.", material=True),
        ReviewFlag(code=ReviewCode.POSSIBLE_MISTAKE_OF_FACT, field="items[1].rationale", message="Two ages."),
        ReviewFlag(code=ReviewCode.UNVERIFIED_FIELD, field="items[11].outcome", message="Another item's."),
    ),
    usage=Usage(requests=2, input_tokens=900, cached_input_tokens=100, output_tokens=50, cost_usd=0.25, seconds=1.5),
)
BARE = Determination()
LONG = Determination(
    case_number="CM16-0900002",
    items=tuple(SCAN.model_copy(update={"treatment": f"Visit {number}"}) for number in range(1, 22)),
    usage=Usage(cost_usd=None),
)


def stored(determination: Determination, name: str = "a.pdf", copies: int = 1) -> Stored:
    """``determination`` as a store gives it back."""
    kept = packed(determination)
    return Stored(sha256(name.encode()).hexdigest(), f"/letters/{name}", copies, kept.state, kept.packed)


STORED = (stored(FULL, "a.pdf", 3), stored(BARE, "b.pdf"), stored(LONG, "c.pdf"))


def until_it_breaks(error: BaseException) -> Iterator[Stored]:
    """Some letters, and then ``error``."""
    for number in range(260):
        yield stored(FULL, f"{number}.pdf")
    raise error


def with_text(hostile: str) -> Stored:
    """A letter that holds ``hostile`` wherever a letter's words go."""
    cited = Citation(source=CitationSource.OTHER, title=hostile, sections=hostile, pages=hostile)
    drug = Medication(name=hostile, strength=hostile, drug_class=DrugClass.OTHER)
    item = DRUG.model_copy(
        update={
            "treatment": hostile,
            "medication": drug,
            "rationale": hostile,
            "key_quotes": (hostile, "b"),
            "reviewer_guidelines": (cited,),
        }
    )
    return stored(FULL.model_copy(update={"diagnoses": (hostile,), "case_number": hostile, "items": (item,)}))
