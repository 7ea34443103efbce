"""One invented letter of two pages, as a Document and as the Determination read from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from schemas import (
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
    MistakeKind,
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
from schemas.taxonomy import Category
from summarizer.document import Document, Page, Span

FIRST_PAGE = """\
Case Number: CM20-0000042
Date Assigned: 03/02/2020 Date of Injury: 06/14/2018
Decision Date: 03/30/2020 UR Denial Date: 02/11/2020
Priority: Standard Application
Received:
02/20/2020
HOW THE IMR FINAL DETERMINATION WAS MADE
State(s) of Licensure: Oregon
Certification(s)/Specialty: Orthopedic Surgery
CLINICAL CASE SUMMARY
The injured worker is a 52-year-old female baker 🥖 who slipped on a wet floor. Diagnoses
include right rotator cuff tear and right shoulder impingement. She has finished eight visits
of physical therapy and reports that she can lift a tray again. An x-ray of the right
shoulder was normal.
"""
SECOND_PAGE = """\
IMR ISSUES, DECISIONS AND RATIONALES
12 visits of physical therapy for the right shoulder was the original request. 4 visits were authorized
by the Claims Administrator. The remaining IMR eligible portion of the original request, 8 visits of
physical therapy for the right shoulder is: Upheld
Claims Administrator guideline: Decision based on MTUS Shoulder Complaints 2004.
MAXIMUS guideline: Decision based on MTUS Shoulder Complaints 2004, Section(s): Initial Care,
Physical Methods.
Decision rationale: Guidelines allow a short course first. This worker has not yet used the four
visits that were authorized. No earlier therapy is on record. Therefore, the request is not medically
necessary.
MRI of the right shoulder: Overturned
MAXIMUS guideline: Decision based on Non-MTUS Citation Official Disability Guidelines (ODG), Shoulder.
Decision rationale: The arm drop sign is positive and three months of care have failed. Therefore, the
request is medically necessary.
"""
TEXT = FIRST_PAGE + "\n" + SECOND_PAGE

Place = Callable[..., tuple[Evidence, ...]]


def document_of(*pages: str, source: str = "letter.pdf") -> Document:
    """A document of these pages."""
    marks, start = [], 0
    for number, page in enumerate(pages, 1):
        marks.append(Page(number, start, start + len(page)))
        start += len(page) + 1
    return Document("\n".join(pages), tuple(marks), source, "0" * 64, TextFrom.TEXT_LAYER)


def places_in(document: Document, *passages: str, nth: int = 0) -> tuple[Evidence, ...]:
    """The places where ``passages`` stand, the occurrence after ``nth`` others."""
    found = []
    for passage in passages:
        start = -1
        for _ in range(nth + 1):
            start = document.text.index(passage, start + 1)
        for page, span in document.by_page(Span(start, start + len(passage))):
            found.append(Evidence(start=span.start, end=span.end, page=page))
    return tuple(found)


@pytest.fixture
def document() -> Document:
    """The letter."""
    return document_of(FIRST_PAGE, SECOND_PAGE)


def _therapy() -> Item:
    return Item(
        treatment="8 visits of physical therapy for the right shoulder",
        original_request="12 visits of physical therapy for the right shoulder",
        authorized_portion="4 visits",
        outcome=Outcome.UPHELD,
        category=Category.REHABILITATION,
        claims_administrator_guidelines=(Citation(source=CitationSource.MTUS, title="Shoulder Complaints", year=2004),),
        reviewer_guidelines=(
            Citation(
                source=CitationSource.MTUS,
                title="Shoulder Complaints",
                year=2004,
                sections="Initial Care, Physical Methods",
            ),
        ),
        primary_reason=Reason.ALTERNATIVE_SUFFICIENT,
        reasons=(Reason.ALTERNATIVE_SUFFICIENT, Reason.INSUFFICIENT_DOCUMENTATION),
        rationale="Guidelines allow a short course first. This worker has not yet used the four visits that were "
        "authorized. No earlier therapy is on record. Therefore, the request is not medically necessary.",
        rationale_summary="Four visits were authorized and not yet used, and no earlier therapy is on record.",
        key_quotes=(
            "This worker has not yet used the four visits that were authorized.",
            "No earlier therapy is on record.",
        ),
    )


def _mri() -> Item:
    return Item(
        treatment="MRI of the right shoulder",
        outcome=Outcome.OVERTURNED,
        category=Category.DIAGNOSTIC_TESTING,
        reviewer_guidelines=(
            Citation(source=CitationSource.NON_MTUS, title="Official Disability Guidelines (ODG), Shoulder"),
        ),
        primary_reason=Reason.OBJECTIVE_FINDINGS_SUPPORT,
        reasons=(Reason.OBJECTIVE_FINDINGS_SUPPORT, Reason.CONSERVATIVE_CARE_FAILED),
        rationale="The arm drop sign is positive and three months of care have failed. Therefore, the request is "
        "medically necessary.",
        rationale_summary="The examination points to a tear and three months of care did not help.",
        key_quotes=("The arm drop sign is positive and three months of care have failed.",),
    )


def _proof(document: Document) -> dict[str, FieldProvenance]:
    def proven(*passages: str, status: Status = Status.VERIFIED, nth: int = 0) -> FieldProvenance:
        return FieldProvenance(origin=Origin.RULES, status=status, evidence=places_in(document, *passages, nth=nth))

    cited = Status.CITED
    used = "This worker has not yet used the four\nvisits that were authorized."
    record = "No earlier therapy is on record."
    arm = "The arm drop sign is positive and three months of care have failed."
    first, second = "items[0]", "items[1]"
    return {
        "case_number": proven("CM20-0000042"),
        "date_assigned": proven("03/02/2020"),
        "date_of_injury": proven("06/14/2018"),
        "decision_date": proven("03/30/2020"),
        "ur_denial_date": proven("02/11/2020"),
        "application_received": proven("02/20/2020"),
        "priority": proven("Standard"),
        "reviewer.licensure_states[0]": proven("Oregon"),
        "reviewer.specialties[0]": proven("Orthopedic Surgery"),
        "injured_worker.age": proven("52-year-old"),
        "injured_worker.sex": proven("female"),
        "diagnoses[0]": proven("right rotator cuff tear"),
        "diagnoses[1]": proven("right shoulder impingement"),
        "case_summary": _by_model(Status.UNVERIFIED),
        f"{first}.treatment": proven("8 visits of\nphysical therapy for the right shoulder"),
        f"{first}.original_request": proven("12 visits of physical therapy for the right shoulder"),
        f"{first}.authorized_portion": proven("4 visits"),
        f"{first}.outcome": proven("Upheld"),
        f"{first}.category": proven("8 visits of\nphysical therapy for the right shoulder", status=cited),
        f"{first}.claims_administrator_guidelines[0].source": proven("MTUS"),
        f"{first}.claims_administrator_guidelines[0].title": proven("Shoulder Complaints"),
        f"{first}.claims_administrator_guidelines[0].year": proven("2004"),
        f"{first}.reviewer_guidelines[0].title": proven("Shoulder Complaints", nth=1),
        f"{first}.reviewer_guidelines[0].sections": proven("Initial Care,\nPhysical Methods"),
        f"{first}.primary_reason": proven(used, status=cited),
        f"{first}.reasons": proven(used, record, status=cited),
        f"{first}.rationale": proven(SECOND_PAGE[SECOND_PAGE.index("Guidelines allow") : SECOND_PAGE.index("\nMRI")]),
        f"{first}.rationale_summary": proven(used, record, status=cited),
        f"{first}.key_quotes[0]": proven(used),
        f"{first}.key_quotes[1]": proven(record),
        f"{second}.treatment": proven("MRI of the right shoulder"),
        f"{second}.outcome": proven("Overturned"),
        f"{second}.category": proven("MRI of the right shoulder", status=cited),
        f"{second}.reviewer_guidelines[0].title": proven("Official Disability Guidelines (ODG), Shoulder"),
        f"{second}.reasons": proven(arm, status=cited),
        f"{second}.rationale": proven(arm + " Therefore, the\nrequest is medically necessary."),
        f"{second}.rationale_summary": _by_model(cited, places_in(document, arm)),
        f"{second}.key_quotes[0]": proven(arm),
    }


def _by_model(status: Status, evidence: tuple[Evidence, ...] = ()) -> FieldProvenance:
    return FieldProvenance(
        origin=Origin.MODEL, model="gpt-5-mini", prompt="read_determination@v1", status=status, evidence=evidence
    )


def _flags(document: Document) -> tuple[ReviewFlag, ...]:
    return (
        ReviewFlag(
            code=ReviewCode.UNVERIFIED_FIELD,
            field="case_summary",
            message="The case summary names no sentence of the letter; compare it with the clinical case summary.",
        ),
        ReviewFlag(
            code=ReviewCode.POSSIBLE_MISTAKE_OF_FACT,
            field="items[0].rationale",
            message="The letter reports eight visits of therapy in one place and none in another; check the records.",
            evidence=places_in(
                document,
                "She has finished eight visits\nof physical therapy and reports that she can lift a tray again.",
                "No earlier therapy is on record.",
            ),
            kind=MistakeKind.CARE,
            material=True,
        ),
    )


@pytest.fixture
def determination(document: Document) -> Determination:
    """What was read from the letter: two items, one partly authorized, two review flags."""
    return Determination(
        case_number="CM20-0000042",
        date_assigned=date(2020, 3, 2),
        date_of_injury=date(2018, 6, 14),
        decision_date=date(2020, 3, 30),
        ur_denial_date=date(2020, 2, 11),
        application_received=date(2020, 2, 20),
        priority=Priority.STANDARD,
        reviewer=Reviewer(licensure_states=("Oregon",), specialties=("Orthopedic Surgery",)),
        injured_worker=InjuredWorker(age=52, sex=Sex.FEMALE),
        diagnoses=("right rotator cuff tear", "right shoulder impingement"),
        case_summary="A 52-year-old baker hurt her right shoulder in a fall and had eight visits of physical "
        "therapy. More therapy and an MRI were disputed.",
        items=(_therapy(), _mri()),
        document=DocumentInfo(
            source="letter.pdf", sha256="0" * 64, pages=2, layout="maximus_2016", text_from=TextFrom.TEXT_LAYER
        ),
        provenance=_proof(document),
        review=_flags(document),
        usage=Usage(
            requests=1, input_tokens=2310, cached_input_tokens=1920, output_tokens=240, cost_usd=0.0021, seconds=3.4
        ),
    )


@pytest.fixture
def bare() -> tuple[Determination, Document]:
    """A determination without provenance, dates or case number, and its letter without pages."""
    document = Document("Naproxen 550mg #60: Upheld", (), "note.txt", "1" * 64, TextFrom.PLAIN)
    drug = Medication(name="Naproxen", strength="550mg", quantity=60, drug_class=DrugClass.NSAID)
    item = Item(
        treatment="Naproxen 550mg #60",
        outcome=Outcome.UPHELD,
        category=Category.PHARMACEUTICAL,
        medication=drug,
    )
    return Determination(items=(item,)), document


@pytest.fixture
def many(determination: Determination) -> Determination:
    """Twenty-one items."""
    items = tuple(determination.items[number % 2] for number in range(21))
    proof = dict(determination.provenance)
    for number in range(2, 21):
        for path, entry in determination.provenance.items():
            if path.startswith(f"items[{number % 2}]"):
                proof[path.replace(f"items[{number % 2}]", f"items[{number}]", 1)] = entry
    return determination.model_copy(update={"items": items, "provenance": proof})


class _Text(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def as_text(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """A snapshot in a text file of its own; ``pytest --snapshot-update`` writes it anew."""
    return snapshot.use_extension(_Text)
