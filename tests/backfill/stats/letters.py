"""A dozen invented letters, few enough to be counted by hand."""

from __future__ import annotations

from datetime import date

from schemas import (
    Category,
    Citation,
    CitationSource,
    Determination,
    DocumentInfo,
    DrugClass,
    Item,
    Medication,
    Outcome,
    Priority,
    Reason,
    ReviewCode,
    ReviewFlag,
    TextFrom,
)
from summarizer.backfill.kept import Stored, packed
from summarizer.backfill.stats.facts import facts_of
from summarizer.backfill.stats.tallies import By, Tallies, tally

UP, OVER, PART = Outcome.UPHELD, Outcome.OVERTURNED, Outcome.MODIFIED
CHAPTER = Citation(source=CitationSource.MTUS, title="Knee Complaints", year=2004)
ODG = Citation(source=CitationSource.NON_MTUS, title="Official Disability Guidelines (ODG), Knee")
OTHER = Citation(source=CitationSource.OTHER, title="Müller, Rückenschmerz")


def drug(outcome: Outcome, drug_class: DrugClass | None, *reasons: Reason) -> Item:
    medication = None if drug_class is None else Medication(name="an invented drug", drug_class=drug_class)
    return item(outcome, Category.PHARMACEUTICAL, *reasons, medication=medication)


def item(
    outcome: Outcome,
    category: Category,
    *reasons: Reason,
    admin: tuple[Citation, ...] = (),
    reviewer: tuple[Citation, ...] = (),
    medication: Medication | None = None,
) -> Item:
    return Item(
        treatment="a treatment",
        outcome=outcome,
        category=category,
        medication=medication,
        primary_reason=reasons[0] if reasons else None,
        reasons=reasons,
        claims_administrator_guidelines=admin,
        reviewer_guidelines=reviewer,
        rationale="Because.",
    )


def letter(
    decided: date | None,
    *items: Item,
    assigned: date | None = None,
    received: date | None = None,
    priority: Priority | None = Priority.STANDARD,
    layout: str | None = "imr_form_2014",
    flags: tuple[ReviewCode, ...] = (),
) -> Determination:
    return Determination(
        decision_date=decided,
        date_assigned=assigned,
        application_received=received,
        priority=priority,
        items=items,
        document=DocumentInfo(source="a.pdf", sha256="0" * 64, layout=layout, text_from=TextFrom.PLAIN),
        review=tuple(ReviewFlag(code=code, message="look") for code in flags),
    )


def day(month: int, number: int, year: int = 2016) -> date:
    return date(year, month, number)


def dozen() -> list[Determination]:
    """Twelve letters, 16 items: 11 upheld, 4 overturned, 1 modified."""
    rehab, test = Category.REHABILITATION, Category.DIAGNOSTIC_TESTING
    limits, met, nothing = Reason.EXCEEDS_LIMITS, Reason.CRITERIA_MET, Reason.NO_OBJECTIVE_FINDINGS
    return [
        letter(day(1, 20), item(UP, rehab, limits, admin=(CHAPTER, CHAPTER)), assigned=day(1, 10)),
        letter(day(1, 25), item(OVER, rehab, met, reviewer=(CHAPTER, ODG)), assigned=day(1, 5)),
        letter(day(1, 31), item(UP, rehab, limits), item(PART, rehab, limits, met), assigned=day(1, 1)),
        letter(day(2, 10), item(UP, test, nothing, admin=(ODG,)), assigned=day(2, 10)),
        letter(day(2, 11), item(OVER, test, met), item(OVER, test, met), assigned=day(1, 12)),
        letter(day(5, 2), drug(UP, DrugClass.OPIOID, limits), drug(UP, None), assigned=day(5, 12)),
        letter(day(5, 3), drug(UP, DrugClass.OPIOID), received=day(4, 3), priority=Priority.EXPEDITED),
        letter(day(5, 4), drug(OVER, DrugClass.NSAID, met), drug(UP, DrugClass.NSAID, limits), assigned=day(4, 4)),
        letter(day(1, 1, 2017), item(UP, Category.SURGERY, nothing), flags=(ReviewCode.WEAK_LAYOUT,) * 2),
        letter(None, item(UP, test, nothing, reviewer=(OTHER,)), item(UP, test, nothing), priority=None),
        letter(None, item(UP, rehab, limits), layout=None, flags=(ReviewCode.MISSING_FIELD,), assigned=day(1, 1)),
        letter(day(1, 2, 2017), flags=(ReviewCode.MISSING_FIELD, ReviewCode.WEAK_LAYOUT), layout="generic"),
    ]


def stored(determination: Determination, number: int = 0, copies: int = 1) -> Stored:
    kept = packed(determination)
    return Stored(f"{number:064x}", f"/letters/{number}.pdf", copies, kept.state, kept.packed)


def all_stored() -> list[Stored]:
    """The dozen as a store gives it back; two of them were named twice, one three times."""
    return [stored(one, at, {0: 2, 3: 2, 5: 3}.get(at, 1)) for at, one in enumerate(dozen())]


def tallied(by: By = By.MONTH) -> Tallies:
    return tally(map(facts_of, all_stored()), by)
