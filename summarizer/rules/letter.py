"""A whole letter read by rules: every field, with its evidence."""

from __future__ import annotations

from dataclasses import replace

from schemas import Category, ReviewCode
from summarizer.document import Document
from summarizer.layouts import WEAK, ItemRegion, Structure
from summarizer.reading import Doubt, Found, ItemReading, Reading, WorkerReading, verbatim
from summarizer.rules.case_summary import case_summary_of
from summarizer.rules.category import category_of
from summarizer.rules.citations import citations_of
from summarizer.rules.diagnoses import diagnoses_of
from summarizer.rules.header import header_of
from summarizer.rules.medication import medication_of
from summarizer.rules.reasons import judge
from summarizer.rules.request import request_of
from summarizer.rules.reviewer import reviewer_of
from summarizer.rules.worker import worker_of


def read_by_rules(document: Document, structure: Structure) -> Reading:
    """Every field of the Determination that the text alone can give, with its evidence."""
    header = header_of(document, structure)
    summary = structure.clinical_summary
    worker = worker_of(document, summary) if summary else WorkerReading()
    diagnoses = diagnoses_of(document, summary) if summary else ()
    items = tuple(_item(document, region) for region in structure.items)
    treatments = tuple(item.treatment for item in items)
    return Reading(
        layout=structure.layout,
        case_number=header.case_number,
        date_assigned=header.date_assigned,
        date_of_injury=header.date_of_injury,
        decision_date=header.decision_date,
        ur_denial_date=header.ur_denial_date,
        application_received=header.application_received,
        priority=header.priority,
        reviewer=reviewer_of(document, structure.reviewer),
        injured_worker=worker,
        diagnoses=diagnoses,
        case_summary=case_summary_of(document, summary, worker, diagnoses, header.date_of_injury, treatments),
        items=items,
        clinical_summary=summary,
        doubts=_doubts(structure, items),
    )


def _item(document: Document, region: ItemRegion) -> ItemReading:
    """One disputed item, from its heading to its judgement."""
    request = request_of(document, region.heading)
    treatment = request.treatment
    category = category_of(document, treatment.spans[0], region)
    item = ItemReading(
        treatment=treatment,
        outcome=Found(region.outcome, (region.outcome_span,)),
        category=category,
        region=region.whole,
        original_request=request.original_request,
        authorized_portion=request.authorized_portion,
        medication=(
            medication_of(document, treatment.spans[0], region) if category.value is Category.PHARMACEUTICAL else None
        ),
        claims_administrator_guidelines=citations_of(document, region.claims_administrator),
        reviewer_guidelines=citations_of(document, region.reviewer),
    )
    if region.rationale is None:
        return item
    return replace(
        item,
        rationale=verbatim(document, region.rationale),
        judgement=judge(document, region.rationale, region.outcome, treatment.value, category.value),
    )


def _doubts(structure: Structure, items: tuple[ItemReading, ...]) -> tuple[Doubt, ...]:
    """What the layout and the rules were unsure of themselves."""
    doubts = []
    if structure.confidence < WEAK:
        doubts.append(
            Doubt(
                ReviewCode.WEAK_LAYOUT,
                "The letter follows no known form; check that every disputed item is here and whole.",
            )
        )
    for index, (region, item) in enumerate(zip(structure.items, items, strict=True)):
        if not region.complete:
            doubts.append(
                Doubt(
                    ReviewCode.INCOMPLETE_ITEM,
                    "The letter breaks off inside this item; get the rest of it before relying on it.",
                    f"items[{index}]",
                    (region.heading,),
                )
            )
        elif item.judgement.weak:
            doubts.append(
                Doubt(
                    ReviewCode.UNCERTAIN_JUDGEMENT,
                    "The rationale gives its reason in words that the rules do not know; read it.",
                    f"items[{index}].primary_reason",
                    (region.rationale,) if region.rationale else (),
                )
            )
    return tuple(doubts)
