from __future__ import annotations

import pytest

from schemas import Category, DrugClass, MistakeKind, Origin, Reason, ReviewCode
from summarizer.llm.merge import with_case, with_contradictions, with_items
from summarizer.reading import Reading
from tests.forms import LetterItem, letter
from tests.llm.readings import Read, item, judged, read

PROMPT = "read_determination@v1"
CLOSING = "Therefore, the request is not medically necessary."


def merged(letter_read: Read, *items: dict[str, object]) -> Reading:
    answer = judged(items=list(items))
    return with_items(
        letter_read.document, letter_read.structure, letter_read.reading, answer, letter_read.view, PROMPT
    )


def codes(reading: Reading) -> list[ReviewCode]:
    return [doubt.code for doubt in reading.doubts]


def test_judgements_come_from_the_model_and_their_words_from_the_letter() -> None:
    letter_read = read(letter())
    at = letter_read.number("shows no red flag")
    (one,) = merged(letter_read, item(1, at)).items
    assert [reason.value for reason in one.judgement.reasons] == [Reason.NO_OBJECTIVE_FINDINGS]
    (quote,) = one.judgement.key_quotes
    assert quote.value == "The examination shows no red flag."
    assert quote.spans == (letter_read.view.span_of(at),)
    judged_fields = [one.category, one.judgement.primary_reason, quote, one.judgement.rationale_summary]
    assert {found.origin for found in judged_fields if found} == {Origin.MODEL}
    assert {found.prompt for found in judged_fields if found} == {PROMPT}


def test_printed_facts_stay_as_the_rules_read_them() -> None:
    letter_read = read(letter())
    (one,) = merged(letter_read, item(1, letter_read.number("shows no red flag"))).items
    (before,) = letter_read.reading.items
    assert (one.treatment, one.outcome, one.rationale) == (before.treatment, before.outcome, before.rationale)
    assert one.reviewer_guidelines == before.reviewer_guidelines


def test_an_item_without_an_answer_stays_as_the_rules_judged_it() -> None:
    letter_read = read(letter(LetterItem(), LetterItem("Knee brace")))
    at = letter_read.view.rationale_of(2)[0]
    reading = merged(letter_read, item(2, at, category="dmepos"))
    assert reading.items[0] == letter_read.reading.items[0]
    assert reading.items[1].judgement != letter_read.reading.items[1].judgement


def test_another_category_than_the_rules_is_told() -> None:
    letter_read = read(letter())
    reading = merged(letter_read, item(1, letter_read.number("shows no red flag"), category="surgery"))
    assert reading.items[0].category.value is Category.SURGERY
    (doubt,) = [doubt for doubt in reading.doubts if doubt.code is ReviewCode.ENGINES_DISAGREE]
    assert doubt.field == "items[0].category"
    assert "diagnostic testing" in doubt.message
    assert "surgery" in doubt.message


DRUG = LetterItem("Norco 10/325mg #60", rationale=f"There is no functional gain from it. {CLOSING}")


def test_the_drug_is_printed_and_its_class_judged() -> None:
    letter_read = read(letter(DRUG))
    at = letter_read.number("no functional gain")
    answer = item(1, at, category="pharmaceutical", drug_class="nsaid")
    reading = merged(letter_read, answer)
    drug = reading.items[0].medication
    assert drug
    assert drug.name == letter_read.reading.items[0].medication.name  # type: ignore[union-attr]
    assert (drug.drug_class.value, drug.drug_class.origin) == (DrugClass.NSAID, Origin.MODEL)
    assert "items[0].medication.drug_class" in [doubt.field for doubt in reading.doubts]


def test_a_drug_with_a_known_name_stays_one_whatever_the_model_says() -> None:
    letter_read = read(letter(DRUG))
    reading = merged(letter_read, item(1, letter_read.number("no functional gain"), category="dmepos"))
    before, after = letter_read.reading.items[0], reading.items[0]
    assert (after.category, after.medication) == (before.category, before.medication)
    assert after.medication
    (doubt,) = [doubt for doubt in reading.doubts if doubt.field == "items[0].category"]
    assert "letter's own word" in doubt.message


def test_a_known_treatment_that_is_no_drug_does_not_become_one() -> None:
    letter_read = read(letter())
    at = letter_read.number("shows no red flag")
    reading = merged(letter_read, item(1, at, category="pharmaceutical", drug_class="nsaid"))
    assert reading.items[0].category.value is Category.DIAGNOSTIC_TESTING
    assert reading.items[0].medication is None
    assert "items[0].category" in [doubt.field for doubt in reading.doubts]


def test_what_the_model_alone_takes_for_a_drug_has_a_printed_name() -> None:
    letter_read = read(letter(LetterItem("Kelp paste, one jar")))
    at = letter_read.number("shows no red flag")
    reading = merged(letter_read, item(1, at, category="pharmaceutical", drug_class="topical"))
    drug = reading.items[0].medication
    assert drug
    assert drug.name.value in "Kelp paste, one jar"


def test_reasons_wholly_against_the_outcome_are_flagged() -> None:
    letter_read = read(letter())
    at = letter_read.number("shows no red flag")
    reading = merged(letter_read, item(1, at, reasons=[{"code": "criteria_met", "at": [at]}]))
    assert ReviewCode.REASON_AGAINST_OUTCOME in codes(reading)


@pytest.mark.parametrize(
    ("outcome", "reasons"),
    [
        ("Upheld", ["criteria_met", "not_recommended"]),
        ("Upheld", ["other"]),
        ("Modified", ["criteria_met"]),
        ("Modified", ["exceeds_limits"]),
        ("Overturned", ["criteria_met"]),
    ],
)
def test_reasons_that_may_stand_with_the_outcome_are_not(outcome: str, reasons: list[str]) -> None:
    letter_read = read(letter(LetterItem(outcome=outcome)))
    at = letter_read.number("shows no red flag")
    reading = merged(letter_read, item(1, at, reasons=[{"code": code, "at": [at]} for code in reasons]))
    assert ReviewCode.REASON_AGAINST_OUTCOME not in codes(reading)


def test_a_judgement_settles_what_the_rules_were_unsure_of() -> None:
    letter_read = read(letter(LetterItem(rationale="Kelp is a sea plant. Boats float on water.")))
    assert ReviewCode.UNCERTAIN_JUDGEMENT in codes(letter_read.reading)
    reading = merged(letter_read, item(1, letter_read.number("sea plant")))
    assert ReviewCode.UNCERTAIN_JUDGEMENT not in codes(reading)


def test_diagnoses_are_the_letter_s_words_at_the_place_named() -> None:
    letter_read = read(letter())
    at = letter_read.number("diagnoses include")
    answer = judged(diagnoses=[{"at": at, "words": "lumbar strain"}, {"at": at, "words": "sciatica"}])
    reading = with_case(letter_read.document, letter_read.reading, answer, letter_read.view, PROMPT)
    assert [found.value for found in reading.diagnoses] == ["lumbar strain", "sciatica"]
    for found in reading.diagnoses:
        assert found.spans[0].of(letter_read.document.text) == found.value
        assert found.origin is Origin.MODEL
    assert codes(reading) == codes(letter_read.reading)


def test_other_diagnoses_than_the_rules_are_told() -> None:
    letter_read = read(letter())
    answer = judged(diagnoses=[{"at": letter_read.number("diagnoses include"), "words": "sciatica"}])
    reading = with_case(letter_read.document, letter_read.reading, answer, letter_read.view, PROMPT)
    assert [doubt.field for doubt in reading.doubts if doubt.code is ReviewCode.ENGINES_DISAGREE] == ["diagnoses"]


def test_a_contradiction_shows_both_sentences_and_the_item_it_concerns() -> None:
    letter_read = read(letter(LetterItem(rationale=f"No ibuprofen was ever tried. {CLOSING}")))
    told, denied = letter_read.number("included ibuprofen"), letter_read.number("No ibuprofen")
    answer = judged(contradictions=[{"kind": "care", "a": denied, "b": told, "material": True}])
    (doubt,) = with_contradictions(letter_read.reading, answer, letter_read.view).doubts[-1:]
    assert (doubt.code, doubt.kind, doubt.material) == (
        ReviewCode.POSSIBLE_MISTAKE_OF_FACT,
        MistakeKind.CARE,
        True,
    )
    assert doubt.field == "items[0].rationale"
    assert doubt.spans == (letter_read.view.span_of(told), letter_read.view.span_of(denied))
