"""A model's judgement laid over the rules' reading: judgements from the model, printed facts from the letter.

Verbatim fields come from the document by the numbers that the model gave, never from its words.
Where both judged and differ plainly, the model's judgement stands and a doubt tells both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from schemas import Category, MistakeKind, Origin, Reason, ReviewCode
from schemas.judgement import FoundContradiction, GivenReason, ItemJudgement, LetterJudgement, argues_against
from summarizer.document import Document, Span
from summarizer.folding import comparable
from summarizer.layouts import Structure
from summarizer.layouts.structure import ItemRegion
from summarizer.reading import Doubt, Found, ItemReading, JudgementReading, MedicationReading, Reading, verbatim
from summarizer.rules.medication import medication_of

_KINDS: Mapping[MistakeKind, str] = {
    MistakeKind.BODY_PART: "body part, side or level",
    MistakeKind.TREATMENT: "treatment, test, drug or dose",
    MistakeKind.AMOUNT: "amount",
    MistakeKind.FINDING: "finding",
    MistakeKind.CARE: "earlier care",
    MistakeKind.OUTCOME: "outcome",
    MistakeKind.DATE: "date",
    MistakeKind.WORKER: "worker",
    MistakeKind.OTHER: "case",
}
"""What two passages disagree about, in words for a person."""


class Places(Protocol):
    """Where the numbers of a shown letter stand in its document."""

    def span_of(self, number: int) -> Span:
        """The sentence with this number."""

    def item_of(self, number: int) -> int | None:
        """Index from 0 of the item that the sentence belongs to; ``None`` in the clinical summary."""

    def place_of(self, number: int, words: str) -> Span | None:
        """Where ``words`` stand in that sentence; ``None`` where they do not."""


def with_case(document: Document, reading: Reading, judged: LetterJudgement, places: Places, prompt: str) -> Reading:
    """``reading`` with the model's case summary and diagnoses."""
    spans = (reading.clinical_summary,) if reading.clinical_summary else tuple(item.region for item in reading.items)
    named = [places.place_of(each.at, each.words) for each in judged.diagnoses]
    diagnoses = tuple(
        replace(verbatim(document, place), origin=Origin.MODEL, prompt=prompt) for place in named if place is not None
    )
    doubts = []
    ours, theirs = ({comparable(each.value).lower() for each in several} for several in (reading.diagnoses, diagnoses))
    if ours != theirs:
        what = f"The rules read {len(ours)} diagnoses, the model {len(theirs)}, not all the same"
        doubts.append(_disagreement("diagnoses", what))
    if len(diagnoses) < len(named):
        what = f"{len(named) - len(diagnoses)} of the diagnoses that the model named stand nowhere in the letter"
        doubts.append(Doubt(ReviewCode.ENGINES_DISAGREE, f"{what} and were left out.", "diagnoses"))
    return replace(
        reading,
        case_summary=Found(judged.summary, spans, Origin.MODEL, prompt),
        diagnoses=diagnoses,
        doubts=(*reading.doubts, *doubts),
    )


def with_contradictions(reading: Reading, judged: LetterJudgement, places: Places) -> Reading:
    """``reading`` with a doubt for each contradiction that the model found."""
    doubts = tuple(_contradiction(each, places) for each in judged.contradictions)
    return replace(reading, doubts=(*reading.doubts, *doubts))


def with_items(
    document: Document, structure: Structure, reading: Reading, judged: LetterJudgement, places: Places, prompt: str
) -> Reading:
    """``reading`` with the judgement of the items that ``judged`` holds; the others stay as the rules read them."""
    items = list(reading.items)
    doubts = list(reading.doubts)
    for judgement in judged.items:
        index = judgement.item - 1
        path = f"items[{index}]"
        before = items[index]
        items[index] = _item(document, structure.items[index], before, judgement, places, prompt)
        settled = (ReviewCode.UNCERTAIN_JUDGEMENT, f"{path}.primary_reason")
        doubts = [doubt for doubt in doubts if (doubt.code, doubt.field) != settled]
        doubts += _disagreements(path, before, items[index], judgement)
        if argues_against(before.outcome.value, (given.code for given in judgement.reasons)):
            doubts.append(_against_outcome(path, items[index]))
    return replace(reading, items=tuple(items), doubts=tuple(doubts))


def _item(
    document: Document, region: ItemRegion, before: ItemReading, judged: ItemJudgement, places: Places, prompt: str
) -> ItemReading:
    """One item with the model's judgement."""

    def found_reason(given: GivenReason) -> Found[Reason]:
        return Found(given.code, _spans(given.at, places), Origin.MODEL, prompt)

    by_rules = _drug_by_rules(before, judged)
    reasons = tuple(found_reason(given) for given in judged.reasons)
    carried = sorted({number for given in judged.reasons for number in given.at})
    return replace(
        before,
        category=before.category if by_rules else Found(judged.category, before.treatment.spans, Origin.MODEL, prompt),
        medication=before.medication if by_rules else _medication(document, region, before, judged, prompt),
        judgement=JudgementReading(
            primary_reason=reasons[0],
            reasons=reasons,
            key_quotes=tuple(
                replace(verbatim(document, span), origin=Origin.MODEL, prompt=prompt)
                for span in _spans(judged.quotes, places)
            ),
            rationale_summary=Found(judged.summary, _spans(carried, places), Origin.MODEL, prompt),
        ),
    )


def _drug_by_rules(before: ItemReading, judged: ItemJudgement) -> bool:
    """Whether the rules' category stands: a drug's printed name makes an item a drug, a scan's or tool's makes it none.

    Only where the rules know no word of the treatment may a model make a drug of it.
    """
    is_drug, judged_drug = (
        category is Category.PHARMACEUTICAL for category in (before.category.value, judged.category)
    )
    return is_drug is not judged_drug and before.category.value is not Category.OTHER


def _spans(numbers: tuple[int, ...] | list[int], places: Places) -> tuple[Span, ...]:
    return tuple(places.span_of(number) for number in numbers)


def _medication(
    document: Document, region: ItemRegion, before: ItemReading, judged: ItemJudgement, prompt: str
) -> MedicationReading | None:
    """The drug as printed, with the class that the model gives; none where the item is no drug."""
    if judged.category is not Category.PHARMACEUTICAL:
        return None
    printed = before.medication or medication_of(document, before.treatment.spans[0], region)
    if judged.drug_class is None:
        return printed
    return replace(printed, drug_class=Found(judged.drug_class, printed.name.spans, Origin.MODEL, prompt))


def _disagreements(path: str, rules: ItemReading, model: ItemReading, judged: ItemJudgement) -> list[Doubt]:
    """What the rules and the model judged differently of one item, where the rules were sure."""
    doubts = []
    if rules.category.value is not judged.category:
        what = f"The rules put this item under {_plain(rules.category.value)}, the model under "
        taken = "the letter's own word for it" if model.category is rules.category else "the model's"
        doubts.append(_disagreement(f"{path}.category", what + _plain(judged.category), rules.category.spans, taken))
    if rules.medication and model.medication:
        ours, theirs = rules.medication.drug_class.value, model.medication.drug_class.value
        if ours is not theirs:
            what = f"The rules take this drug for {_plain(ours)}, the model for {_plain(theirs)}"
            doubts.append(_disagreement(f"{path}.medication.drug_class", what, model.medication.name.spans))
    given = {reason.value for reason in model.judgement.reasons}
    known = {reason.value for reason in rules.judgement.reasons}
    if known and not rules.judgement.weak and not known & given:
        first = rules.judgement.reasons[0]
        what = f"The rules read the reason as {_plain(first.value)}, the model as "
        primary = model.judgement.reasons[0]
        spans = tuple(sorted({*first.spans, *primary.spans}))
        doubts.append(_disagreement(f"{path}.primary_reason", what + _plain(primary.value), spans))
    return doubts


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _disagreement(field: str, what: str, spans: tuple[Span, ...] = (), taken: str = "the model's") -> Doubt:
    return Doubt(ReviewCode.ENGINES_DISAGREE, f"{what}; {taken} was taken, check it.", field, spans)


def _against_outcome(path: str, item: ItemReading) -> Doubt:
    spans = sorted({*item.outcome.spans, *(span for reason in item.judgement.reasons for span in reason.spans)})
    return Doubt(
        ReviewCode.REASON_AGAINST_OUTCOME,
        f"The letter says {item.outcome.value.value}, but the reasons that the model reads argue for the opposite; "
        "read the rationale.",
        f"{path}.primary_reason",
        tuple(spans),
    )


def _contradiction(found: FoundContradiction, places: Places) -> Doubt:
    """A possible mistake of fact with both sentences."""
    items = [index for number in (found.b, found.a) if (index := places.item_of(number)) is not None]
    return Doubt(
        ReviewCode.POSSIBLE_MISTAKE_OF_FACT,
        f"By the model's reading these two passages cannot both be true ({_KINDS[found.kind]}); compare them.",
        f"items[{max(items)}].rationale" if items else None,
        tuple(sorted({places.span_of(found.a), places.span_of(found.b)})),
        found.kind,
        found.material,
    )
