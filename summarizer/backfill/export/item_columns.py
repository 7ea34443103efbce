"""The tables of items, of what was cited for each, and of the reasons for each decision."""

from __future__ import annotations

from typing import Final

from schemas import Category, CitationSource, DrugClass, Origin, Outcome, Reason, ReviewCode, Status
from summarizer.backfill.export.rows import CitationRow, ItemRow, ReasonRow, citations_of, items_of, reasons_of
from summarizer.backfill.export.tables import LETTER_KEY, Column, Kind, Table, Value, codes_of

_TEXT, _WHOLE, _NUMBER, _TEXTS = Kind.TEXT, Kind.WHOLE, Kind.NUMBER, Kind.TEXTS
_ITEM_KEY: Final = "Number of the item in the letter's order, from 1."


def _status(row: ItemRow, field: str) -> Value:
    return proof.status if (proof := row.proof(field)) else None


def _quantity(row: ItemRow) -> Value:
    drug = row.item.medication
    try:
        return None if drug is None or drug.quantity is None else float(drug.quantity)
    except OverflowError:  # more digits than any quantity has
        return None


_DECIDED: Final[tuple[Column[ItemRow], ...]] = (
    Column("letter", _TEXT, LETTER_KEY, lambda row: row.letter.stored.sha256),
    Column("item", _WHOLE, _ITEM_KEY, lambda row: row.number),
    Column("case_number", _TEXT, "As in the table of letters.", lambda row: row.letter.determination.case_number),
    Column(
        "treatment",
        _TEXT,
        "The words that name what the outcome applies to, verbatim; of a partly authorized request, what is left.",
        lambda row: row.item.treatment,
    ),
    Column(
        "original_request",
        _TEXT,
        "Of a partly authorized request, what was asked for; else null.",
        lambda row: row.item.original_request,
    ),
    Column(
        "authorized_portion",
        _TEXT,
        "Of a partly authorized request, what the claims administrator authorized; else null.",
        lambda row: row.item.authorized_portion,
    ),
    Column("outcome", _TEXT, "What the reviewer decided.", lambda row: row.item.outcome, Outcome),
    Column("category", _TEXT, "The program's report group.", lambda row: row.item.category, Category),
)
_DRUG: Final[tuple[Column[ItemRow], ...]] = (
    Column(
        "drug_name",
        _TEXT,
        "The drug, verbatim; null unless the category is `pharmaceutical`.",
        lambda row: drug.name if (drug := row.item.medication) else None,
    ),
    Column(
        "drug_strength",
        _TEXT,
        "Its strength, verbatim.",
        lambda row: drug.strength if (drug := row.item.medication) else None,
    ),
    Column("drug_quantity", _NUMBER, "Units, grams or millilitres; refills are not counted.", _quantity),
    Column(
        "drug_class",
        _TEXT,
        "What kind of drug it is.",
        lambda row: drug.drug_class if (drug := row.item.medication) else None,
        DrugClass,
    ),
)
_WHY: Final[tuple[Column[ItemRow], ...]] = (
    Column(
        "primary_reason",
        _TEXT,
        "The one reason that carries the decision; all are in the table of reasons.",
        lambda row: row.item.primary_reason,
        Reason,
    ),
    Column("rationale", _TEXT, "The rationale, verbatim.", lambda row: row.item.rationale),
    Column(
        "rationale_summary",
        _TEXT,
        "Why the reviewer decided so; at most 35 words.",
        lambda row: row.item.rationale_summary,
    ),
    Column(
        "key_quotes",
        _TEXTS,
        "Sentences or clauses of the rationale that carry the decision, verbatim.",
        lambda row: row.item.key_quotes,
    ),
)
_PROOF: Final[tuple[Column[ItemRow], ...]] = (
    Column("page", _WHOLE, "Page on which the treatment is named, from 1.", lambda row: row.page),
    Column(
        "treatment_status", _TEXT, "How well the treatment is proven.", lambda row: _status(row, "treatment"), Status
    ),
    Column("outcome_status", _TEXT, "How well the outcome is proven.", lambda row: _status(row, "outcome"), Status),
    Column(
        "reason_status",
        _TEXT,
        "How well the primary reason is proven.",
        lambda row: _status(row, "primary_reason"),
        Status,
    ),
    Column(
        "judged_by",
        _TEXT,
        "Who judged the item.",
        lambda row: proof.origin if (proof := row.judgement) else None,
        Origin,
    ),
    Column(
        "model",
        _TEXT,
        "Name of the model that judged it; null where the rules did.",
        lambda row: proof.model if (proof := row.judgement) else None,
    ),
    Column(
        "prompt",
        _TEXT,
        "Name and version of the prompt by which that model was asked.",
        lambda row: proof.prompt if (proof := row.judgement) else None,
    ),
    Column(
        "review_codes",
        _TEXTS,
        "Why a person should look at this item: kinds of reasons, each once.",
        lambda row: codes_of(row.flags),
        ReviewCode,
    ),
)

ITEMS: Final[Table[ItemRow]] = Table(
    "items",
    "One row a disputed item.",
    ("letter", "item"),
    items_of,
    (*_DECIDED, *_DRUG, *_WHY, *_PROOF),
)

CITATIONS: Final[Table[CitationRow]] = Table(
    "citations",
    "One row a guideline that one side relied upon for an item.",
    ("letter", "item", "side", "number"),
    citations_of,
    (
        Column("letter", _TEXT, LETTER_KEY, lambda row: row.item.letter.stored.sha256),
        Column("item", _WHOLE, _ITEM_KEY, lambda row: row.item.number),
        Column("side", _TEXT, "`claims_administrator` (utilization review) or `reviewer`.", lambda row: row.side),
        Column("number", _WHOLE, "Place among the item's citations of this side, from 1.", lambda row: row.number),
        Column("source", _TEXT, "Body of guidelines.", lambda row: row.citation.source, CitationSource),
        Column("title", _TEXT, "Title, verbatim; for MTUS without the year.", lambda row: row.citation.title),
        Column("year", _WHOLE, "Edition year; MTUS only.", lambda row: row.citation.year),
        Column("sections", _TEXT, "The words after `Section(s):`, verbatim.", lambda row: row.citation.sections),
        Column("pages", _TEXT, "The words after `Page(s):`, verbatim.", lambda row: row.citation.pages),
        Column(
            "title_status",
            _TEXT,
            "How well the title is proven.",
            lambda row: proof.status if (proof := row.proof) else None,
            Status,
        ),
    ),
)

REASONS: Final[Table[ReasonRow]] = Table(
    "reasons",
    "One row a reason that the rationale gives for the decision on an item.",
    ("letter", "item", "number"),
    reasons_of,
    (
        Column("letter", _TEXT, LETTER_KEY, lambda row: row.item.letter.stored.sha256),
        Column("item", _WHOLE, _ITEM_KEY, lambda row: row.item.number),
        Column(
            "number",
            _WHOLE,
            "Place among the item's reasons, from 1; the primary one is first.",
            lambda row: row.number,
        ),
        Column("reason", _TEXT, "The reason.", lambda row: row.reason, Reason),
        Column(
            "is_primary",
            Kind.FLAG,
            "Whether it is the one that carries the decision; at most one an item.",
            lambda row: row.reason is row.item.item.primary_reason,
        ),
    ),
)
