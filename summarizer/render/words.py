"""Plain words for every code that a reader meets: one table a vocabulary, shared by all formats."""

from __future__ import annotations

from typing import NamedTuple

from schemas import Category, DrugClass, MistakeKind, Outcome, Priority, Reason, ReviewCode, Status, TextFrom
from summarizer.vocabulary.pattern import Pattern


class Sign(NamedTuple):
    """A symbol and the word that always stands beside it, so that color is never the only sign."""

    symbol: str
    """One character of single width."""
    plain: str
    """The same in ASCII, for streams that cannot show the symbol."""
    word: str
    """The word."""
    meaning: str
    """What it means for the reader, in a few words."""


OUTCOMES: dict[Outcome, Sign] = {
    Outcome.UPHELD: Sign("✗", "x", "Upheld", "the denial stands"),
    Outcome.OVERTURNED: Sign("✓", "+", "Overturned", "the treatment is necessary"),
    Outcome.MODIFIED: Sign("◐", "/", "Modified", "part of the request is necessary"),
}
"""What was decided about an item."""

STATUSES: dict[Status, Sign] = {
    Status.VERIFIED: Sign("✓", "=", "verified", "the letter's own words"),
    Status.CITED: Sign("≈", "~", "cited", "judged from the words on that page"),
    Status.UNVERIFIED: Sign("?", "?", "unverified", "not proven by the letter"),
}
"""How well a field is proven."""

CATEGORIES: dict[Category, str] = {
    Category.PHARMACEUTICAL: "Drug or supplement",
    Category.REHABILITATION: "Rehabilitation",
    Category.DIAGNOSTIC_TESTING: "Diagnostic testing",
    Category.DMEPOS: "Equipment or supplies",
    Category.INJECTION: "Injection or block",
    Category.SURGERY: "Surgery",
    Category.EVALUATION_MANAGEMENT: "Consultation or visit",
    Category.BEHAVIORAL_MENTAL_HEALTH: "Mental health care",
    Category.PROGRAM: "Treatment program",
    Category.HOME_HEALTH: "Home care or transport",
    Category.OTHER: "Other service",
}
"""The program's report groups."""

DRUG_CLASSES: dict[DrugClass, str] = {
    DrugClass.OPIOID: "opioid",
    DrugClass.NSAID: "anti-inflammatory (NSAID)",
    DrugClass.MUSCLE_RELAXANT: "muscle relaxant",
    DrugClass.BENZODIAZEPINE: "benzodiazepine",
    DrugClass.ANTICONVULSANT: "anticonvulsant",
    DrugClass.ANTIDEPRESSANT: "antidepressant",
    DrugClass.TOPICAL: "topical",
    DrugClass.GASTROINTESTINAL: "stomach or bowel drug",
    DrugClass.SEDATIVE_HYPNOTIC: "sleeping drug",
    DrugClass.OTHER: "other drug",
}
"""What kind of drug it is."""

REASONS: dict[Reason, str] = {
    Reason.INSUFFICIENT_DOCUMENTATION: "Records insufficient",
    Reason.CRITERIA_NOT_MET: "Criteria not met",
    Reason.NOT_RECOMMENDED: "Not recommended by the guideline",
    Reason.EXCEEDS_LIMITS: "Goes past the guideline's limits",
    Reason.NO_FUNCTIONAL_BENEFIT: "No benefit shown from earlier use",
    Reason.CONSERVATIVE_CARE_NOT_TRIED: "Simpler care not tried first",
    Reason.NO_OBJECTIVE_FINDINGS: "No findings on examination call for it",
    Reason.SAFETY_RISK: "Safety risk",
    Reason.REQUEST_INCOMPLETE: "Request incomplete",
    Reason.DEPENDS_ON_DENIED_SERVICE: "Serves another service that is not necessary",
    Reason.ALTERNATIVE_SUFFICIENT: "Something simpler is enough",
    Reason.CRITERIA_MET: "Criteria met",
    Reason.DOCUMENTED_BENEFIT: "Benefit shown from earlier use",
    Reason.OBJECTIVE_FINDINGS_SUPPORT: "Findings on examination or tests call for it",
    Reason.CONSERVATIVE_CARE_FAILED: "Simpler care tried and failed",
    Reason.SAFETY_NEED: "Needed for safe treatment",
    Reason.OTHER: "Another reason",
}
"""Why the reviewer decided so."""

PRIORITIES: dict[Priority, str] = {
    Priority.STANDARD: "standard review",
    Priority.EXPEDITED: "expedited review",
}
"""How fast the review had to be made."""

REVIEW_CODES: dict[ReviewCode, str] = {
    ReviewCode.UNVERIFIED_FIELD: "Not proven by the letter",
    ReviewCode.WEAK_LAYOUT: "Unfamiliar form",
    ReviewCode.INCOMPLETE_ITEM: "Letter breaks off",
    ReviewCode.MISSING_FIELD: "Something is missing",
    ReviewCode.LOW_TEXT_QUALITY: "Hard to read",
    ReviewCode.UNCERTAIN_JUDGEMENT: "Uncertain judgment",
    ReviewCode.UNSUPPORTED_SUMMARY: "Summary says more than the letter",
    ReviewCode.AMOUNTS_DISAGREE: "Amounts do not add up",
    ReviewCode.DATES_OUT_OF_ORDER: "Dates out of order",
    ReviewCode.HEADER_DISAGREES: "Header and narrative differ",
    ReviewCode.ENGINES_DISAGREE: "Rules and model differ",
    ReviewCode.MODEL_FAILED: "No usable answer by the model",
    ReviewCode.REASON_AGAINST_OUTCOME: "Reasons argue against the outcome",
    ReviewCode.POSSIBLE_MISTAKE_OF_FACT: "Possible mistake of fact",
}
"""Why a person should look."""

MISTAKES: dict[MistakeKind, str] = {
    MistakeKind.BODY_PART: "body part",
    MistakeKind.TREATMENT: "treatment",
    MistakeKind.AMOUNT: "amount",
    MistakeKind.FINDING: "finding",
    MistakeKind.CARE: "earlier care",
    MistakeKind.OUTCOME: "outcome",
    MistakeKind.DATE: "date",
    MistakeKind.WORKER: "the worker",
    MistakeKind.OTHER: "other",
}
"""What two passages contradict each other about."""

TEXT_FROM: dict[TextFrom, str] = {
    TextFrom.TEXT_LAYER: "",
    TextFrom.OCR: "text recognized from a picture",
    TextFrom.PLAIN: "plain text",
}
"""Where the text came from, said only where it is not a PDF's own."""

FIELDS: dict[str, str] = {
    "case_number": "case number",
    "date_assigned": "date assigned",
    "date_of_injury": "date of injury",
    "decision_date": "decision date",
    "ur_denial_date": "utilization review denial",
    "application_received": "application received",
    "priority": "priority",
    "reviewer": "reviewer",
    "injured_worker": "worker",
    "diagnoses": "diagnoses",
    "case_summary": "case summary",
    "treatment": "treatment",
    "original_request": "original request",
    "authorized_portion": "authorized portion",
    "outcome": "outcome",
    "category": "category",
    "medication": "medication",
    "claims_administrator_guidelines": "claims administrator's guidelines",
    "reviewer_guidelines": "reviewer's guidelines",
    "primary_reason": "primary reason",
    "reasons": "reasons",
    "rationale": "rationale",
    "rationale_summary": "why",
    "key_quotes": "key quotes",
    "items": "disputed items",
}
"""Field names as a reader says them."""

MONTHS = (
    "January February March April May June July August September October November December"
).split()  # not the calendar module's: those follow the machine's locale
"""Month names in order."""

_STEP = Pattern(r"(?P<name>\w+)(?:\[(?P<index>\d+)\])?")


def of_field(path: str | None) -> str:
    """Name the field at ``path`` for a reader: ``items[1].key_quotes[0]`` is ``item 2, key quotes``.

    ``None`` is ``whole letter``; a part that has no name of its own is called by the part above it.
    """
    names = []
    for step in _STEP.finditer(path or ""):
        if step["name"] == "items" and step["index"] is not None:
            names.append(f"item {int(step['index']) + 1}")
        elif step["name"] in FIELDS:
            names.append(FIELDS[step["name"]])
    return ", ".join(names) or "whole letter"


def count(number: int, one: str, many: str | None = None) -> str:
    """``number`` with its noun: ``1 item``, ``3 items``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """``0.8 s``, ``42 s``, ``6 min``, ``3 h 20 min``, ``4 d 2 h``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min"
    days, hours = divmod(round(minutes / 60), 24)
    return f"{days} d {hours} h"
