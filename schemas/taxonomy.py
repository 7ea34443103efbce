"""The vocabularies of a determination: every code with the rule that decides it.

The rules are the codebook's, in this project's own words. They are data, not
comments: the JSON Schema shows them, prompts quote them, and
``Category.PROGRAM.rule`` reads one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Code(StrEnum):
    """A string enum whose members each carry the rule that decides them."""

    rule: str
    """When this code is the right one, in one sentence."""

    def __new__(cls, code: str, rule: str = "") -> Self:
        """Make the member ``code`` and attach its ``rule``.

        The default lets type checkers read ``Outcome("upheld")`` as the look-up it is; every member has a rule.
        """
        member = str.__new__(cls, code)
        member._value_ = code
        member.rule = rule
        return member

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add every member's rule to the JSON Schema that pydantic makes."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["description"] = "\n".join(f"{member.value}: {member.rule}" for member in cls)
        return schema


class Outcome(Code):
    """What the reviewer decided about one disputed item."""

    UPHELD = "upheld", "The denial stands: the treatment is not medically necessary."
    OVERTURNED = "overturned", "The denial falls: the treatment is medically necessary."
    MODIFIED = "modified", "A part of the request is medically necessary, the rest is not."


class Priority(Code):
    """How fast the review had to be made."""

    STANDARD = "standard", "The header or notice calls the review standard."
    EXPEDITED = "expedited", "The header or notice calls the review expedited."


class Sex(Code):
    """The injured worker's sex as the clinical case summary gives it."""

    FEMALE = "female", "A noun says female or woman; without a noun, she or her does."
    MALE = "male", "A noun says male or man; without a noun, he or his does."


class CitationSource(Code):
    """Which body of guidelines a citation belongs to."""

    MTUS = "MTUS", "The letter cites California's Medical Treatment Utilization Schedule."
    NON_MTUS = "Non-MTUS", "The letter names the citation Non-MTUS."
    OTHER = "other", "The letter speaks of other medical treatment guidelines, or gives only an address."


class Category(Code):
    """The group that the program's yearly report counts an item under."""

    PHARMACEUTICAL = (
        "pharmaceutical",
        "Drugs by any route that are not given as a procedure: tablets, topicals, compounds, supplements.",
    )
    REHABILITATION = (
        "rehabilitation",
        "Therapy given in sessions: physical, occupational, chiropractic, acupuncture, massage, shockwave, "
        "neurostimulation in the office, work conditioning, inpatient rehabilitation.",
    )
    DIAGNOSTIC_TESTING = (
        "diagnostic_testing",
        "Imaging, electrodiagnostics, laboratory and drug tests, sleep studies, motion and strength tests, "
        "preoperative tests, functional capacity evaluations.",
    )
    DMEPOS = (
        "dmepos",
        "Equipment, braces, prostheses, supplies, beds, hearing aids and units that the worker takes home, "
        "rented or bought.",
    )
    INJECTION = (
        "injection",
        "Needle procedures: epidural, facet, joint, trigger-point and nerve blocks, radiofrequency ablation, "
        "botulinum toxin, platelet-rich plasma.",
    )
    SURGERY = (
        "surgery",
        "Operations and what belongs to them: assistant surgeon, anesthesia, hospital stay, implanted stimulators.",
    )
    EVALUATION_MANAGEMENT = (
        "evaluation_management",
        "A clinician sees the worker: consultation, referral, office or follow-up visit, medical clearance.",
    )
    BEHAVIORAL_MENTAL_HEALTH = (
        "behavioral_mental_health",
        "Psychotherapy, psychological testing, psychiatric care, biofeedback.",
    )
    PROGRAM = (
        "program",
        "A bundled program: functional restoration, weight loss, detoxification, interdisciplinary pain care, "
        "day treatment, psychiatric partial hospitalization.",
    )
    HOME_HEALTH = "home_health", "Care brought to the worker's home, and transport: aides, nursing, rides."
    OTHER = "other", "None of the other groups, a gym membership for one."


class DrugClass(Code):
    """What kind of drug a pharmaceutical item is."""

    OPIOID = "opioid", "An opioid analgesic, alone or combined with another drug."
    NSAID = "nsaid", "An oral or injected non-steroidal anti-inflammatory drug."
    MUSCLE_RELAXANT = "muscle_relaxant", "A skeletal muscle relaxant or antispasticity drug taken by mouth."
    BENZODIAZEPINE = "benzodiazepine", "A benzodiazepine, whatever it is taken for."
    ANTICONVULSANT = "anticonvulsant", "An antiepilepsy drug, usually given for nerve pain."
    ANTIDEPRESSANT = "antidepressant", "An antidepressant, for mood or for pain."
    TOPICAL = "topical", "Anything put on the skin: cream, gel, ointment, lotion, patch, whatever it contains."
    GASTROINTESTINAL = "gastrointestinal", "A drug for stomach or bowel: acid reducers, antiemetics, laxatives."
    SEDATIVE_HYPNOTIC = "sedative_hypnotic", "A sleeping drug that is no benzodiazepine."
    OTHER = "other", "Every other drug or supplement."


class Reason(Code):
    """Why the reviewer decided as they did."""

    INSUFFICIENT_DOCUMENTATION = (
        "insufficient_documentation",
        "The records lack a fact that the decision needs, or the requesting provider gives no reason.",
    )
    CRITERIA_NOT_MET = (
        "criteria_not_met",
        "The guideline allows the treatment under criteria, and the reviewer names one that this case does not meet.",
    )
    NOT_RECOMMENDED = (
        "not_recommended",
        "The guideline does not recommend the treatment for the condition at all, or evidence for it is lacking.",
    )
    EXCEEDS_LIMITS = (
        "exceeds_limits",
        "Amount, duration or frequency goes past what the guideline allows; a short-term drug used for long counts.",
    )
    NO_FUNCTIONAL_BENEFIT = (
        "no_functional_benefit",
        "Earlier use or treatment shows no objective gain in function or pain.",
    )
    CONSERVATIVE_CARE_NOT_TRIED = (
        "conservative_care_not_tried",
        "First-line or less invasive care was not tried, or has not failed.",
    )
    NO_OBJECTIVE_FINDINGS = (
        "no_objective_findings",
        "No red flag, deficit or change on examination calls for the treatment.",
    )
    SAFETY_RISK = (
        "safety_risk",
        "Side effects, dependence, interactions or contraindications weigh against it.",
    )
    REQUEST_INCOMPLETE = (
        "request_incomplete",
        "The request leaves out a dose, amount, frequency, duration, body part or the like.",
    )
    DEPENDS_ON_DENIED_SERVICE = (
        "depends_on_denied_service",
        "It only serves another service that was found not necessary.",
    )
    ALTERNATIVE_SUFFICIENT = (
        "alternative_sufficient",
        "Something simpler, already given or already authorized, is enough.",
    )
    CRITERIA_MET = "criteria_met", "The case meets the guideline's criteria."
    DOCUMENTED_BENEFIT = "documented_benefit", "Earlier use or treatment brought improvement."
    OBJECTIVE_FINDINGS_SUPPORT = (
        "objective_findings_support",
        "Findings on examination or testing call for the treatment.",
    )
    CONSERVATIVE_CARE_FAILED = "conservative_care_failed", "First-line care was tried and did not help."
    SAFETY_NEED = "safety_need", "It is needed to treat or monitor safely: weaning, screening, monitoring."
    OTHER = "other", "A reason that no other code covers."

    @property
    def supports(self) -> Outcome | None:
        """The outcome this reason argues for; ``None`` where it can argue for either."""
        if self is Reason.OTHER:
            return None
        return Outcome.OVERTURNED if self in _FOR_NECESSITY else Outcome.UPHELD


_FOR_NECESSITY = frozenset(
    {
        Reason.CRITERIA_MET,
        Reason.DOCUMENTED_BENEFIT,
        Reason.OBJECTIVE_FINDINGS_SUPPORT,
        Reason.CONSERVATIVE_CARE_FAILED,
        Reason.SAFETY_NEED,
    }
)


class MistakeKind(Code):
    """What two passages of one letter contradict each other about."""

    BODY_PART = "body_part", "The rationale decides about another body part, side or level."
    TREATMENT = "treatment", "The rationale decides about another treatment, test, drug or dose."
    AMOUNT = "amount", "Another number of sessions, units, days or refills."
    FINDING = "finding", "A finding is present in one place and absent in the other."
    CARE = "care", "Earlier care was given in one place, not tried or not documented in the other."
    OUTCOME = "outcome", "The rationale argues for, or closes with, the opposite of its heading."
    DATE = "date", "Two dates of the same event differ."
    WORKER = "worker", "The worker's age or sex differs."
    OTHER = "other", "Another pair of statements that cannot both be true of the case."


class TextFrom(Code):
    """Where a document's text came from."""

    TEXT_LAYER = "text_layer", "A PDF's own text."
    OCR = "ocr", "Recognized from the picture of a page."
    PLAIN = "plain", "A text file, a DOCX or a string."


class Origin(Code):
    """Who read a field."""

    RULES = "rules", "The rules, from the text alone."
    MODEL = "model", "A language model, by reference to numbered sentences."


class Status(Code):
    """How well a field is proven."""

    VERIFIED = "verified", "The value equals its words in the letter, or follows from them by a fixed rule."
    CITED = "cited", "A judgement that names the sentences it rests on."
    UNVERIFIED = "unverified", "Neither; a person should look."


class ReviewCode(Code):
    """Why a person should look at a determination."""

    UNVERIFIED_FIELD = "unverified_field", "A value could not be proven by the letter's own words."
    WEAK_LAYOUT = (
        "weak_layout",
        "No known form fits well; sections and items were read from headings and outcome words.",
    )
    INCOMPLETE_ITEM = "incomplete_item", "The letter ends or breaks inside an item."
    MISSING_FIELD = "missing_field", "A part that this form always has was not found."
    LOW_TEXT_QUALITY = "low_text_quality", "The text was recognized from a picture with low confidence."
    UNCERTAIN_JUDGEMENT = "uncertain_judgement", "A judged field rests on weak signs."
    UNSUPPORTED_SUMMARY = "unsupported_summary", "A summary states a fact that the letter does not."
    AMOUNTS_DISAGREE = "amounts_disagree", "The authorized and remaining amounts do not add up to the request."
    DATES_OUT_OF_ORDER = "dates_out_of_order", "Dates that must follow each other do not."
    HEADER_DISAGREES = "header_disagrees", "The header and the narrative give different facts."
    ENGINES_DISAGREE = "engines_disagree", "The rules and the model read this field differently."
    MODEL_FAILED = "model_failed", "The model gave no usable answer; the judgement is that of the rules."
    REASON_AGAINST_OUTCOME = "reason_against_outcome", "The reasons argue for the opposite of the outcome."
    POSSIBLE_MISTAKE_OF_FACT = (
        "possible_mistake_of_fact",
        "Two passages cannot both be true of the case; a plainly erroneous finding of fact is a ground of appeal "
        "(California Labor Code 4610.6(h)).",
    )
