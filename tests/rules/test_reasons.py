"""Reasons of a rationale: invented sentences for each code, and the traps of the language they are written in."""

import csv
from pathlib import Path

import pytest

from schemas import Category, Outcome, Reason
from summarizer.document import Span
from summarizer.reading import JudgementReading
from summarizer.rules.reasons import judge
from tests.forms import document, whole

DATA = Path(__file__).parent / "data"
RECITAL = (
    "The cited guideline recommends this kind of treatment for selected patients when its criteria are fulfilled. "
)
DENIED = " Therefore, the request is not medically necessary."
GRANTED = " Therefore, the request is medically necessary."


def judged(
    rationale: str,
    outcome: Outcome = Outcome.UPHELD,
    treatment: str = "requested item",
    category: Category = Category.OTHER,
) -> JudgementReading:
    return judge(document(rationale), whole(rationale), outcome, treatment, category)


def reasons(judgement: JudgementReading) -> list[Reason]:
    return [found.value for found in judgement.reasons]


def sentences() -> list[tuple[Reason, str]]:
    with (DATA / "reason_sentences.csv").open(encoding="utf-8", newline="") as rows:
        return [(Reason(row["reason"]), row["sentence"]) for row in csv.DictReader(rows)]


@pytest.mark.parametrize(("reason", "sentence"), sentences())
def test_a_plain_sentence_gives_its_reason_with_itself_as_evidence(reason: Reason, sentence: str) -> None:
    against = reason.supports is Outcome.UPHELD
    rationale = RECITAL + sentence + (DENIED if against else GRANTED)
    judgement = judged(rationale, Outcome.UPHELD if against else Outcome.OVERTURNED)
    given = {found.value: found.spans for found in judgement.reasons}
    assert reason in given
    assert sentence in [span.of(rationale) for span in given[reason]]


def test_the_primary_reason_is_the_first_of_the_reasons() -> None:
    judgement = judged(
        RECITAL
        + "However, no neurologic deficit was noted on examination. In addition, there is no indication that the worker "
        "has failed conservative treatment. Moreover, no rationale was provided for this study." + DENIED,
        category=Category.DIAGNOSTIC_TESTING,
        treatment="MRI of the elbow",
    )
    assert judgement.primary_reason is not None
    assert judgement.primary_reason.value is Reason.NO_OBJECTIVE_FINDINGS
    assert reasons(judgement)[0] is Reason.NO_OBJECTIVE_FINDINGS
    assert {Reason.CONSERVATIVE_CARE_NOT_TRIED, Reason.INSUFFICIENT_DOCUMENTATION} < set(reasons(judgement))
    assert len(reasons(judgement)) == len(set(reasons(judgement)))


def test_a_guideline_recital_gives_no_reason() -> None:
    judgement = judged(
        "The guidelines state that imaging should not be ordered in patients without red flags, and that physical "
        "therapy should be tried first. In this case, the requested 30 visits exceed the recommended number." + DENIED
    )
    assert reasons(judgement) == [Reason.EXCEEDS_LIMITS]


def test_a_recital_that_bars_the_named_drug_is_a_reason_where_the_case_adds_little() -> None:
    judgement = judged(
        "The guidelines state that Xylodone is not recommended. The plan was to continue Xylodone." + DENIED,
        treatment="Xylodone 5 mg #30",
        category=Category.PHARMACEUTICAL,
    )
    assert Reason.NOT_RECOMMENDED in reasons(judgement)


def test_failing_to_improve_with_care_is_about_care_and_not_about_benefit() -> None:
    judgement = judged(
        RECITAL
        + "The file does not show that the worker failed to improve with bracing and other conservative care."
        + DENIED
    )
    assert reasons(judgement) == [Reason.CONSERVATIVE_CARE_NOT_TRIED]


def test_what_a_denied_fact_would_warrant_is_not_denied() -> None:
    judgement = judged(
        RECITAL + "However, there were no red flags on the exam to warrant surgical intervention at the wrist." + DENIED
    )
    assert reasons(judgement) == [Reason.NO_OBJECTIVE_FINDINGS]


def test_a_denial_ends_with_its_clause() -> None:
    judgement = judged(
        RECITAL + "There is no swelling, but the patient failed physical therapy and injections." + GRANTED,
        Outcome.OVERTURNED,
    )
    assert Reason.CONSERVATIVE_CARE_FAILED in reasons(judgement)


def test_no_benefit_with_therapy_is_no_documented_benefit() -> None:
    judgement = judged(
        RECITAL + "The claimant had eight therapy visits with no documented improvement." + GRANTED, Outcome.OVERTURNED
    )
    assert Reason.DOCUMENTED_BENEFIT not in reasons(judgement)
    assert Reason.CONSERVATIVE_CARE_FAILED in reasons(judgement)


@pytest.mark.parametrize(
    ("outcome", "closing"), [(Outcome.UPHELD, DENIED), (Outcome.OVERTURNED, GRANTED)], ids=["upheld", "overturned"]
)
def test_reasons_argue_for_the_outcome(outcome: Outcome, closing: str) -> None:
    judgement = judged(
        "The claimant has weakness of the grip and failed therapy. There is no documentation of functional improvement "
        "with earlier treatment, and the request exceeds the guideline." + closing,
        outcome,
    )
    assert {reason.supports for reason in reasons(judgement)} == {outcome}


def test_a_modified_item_may_have_reasons_of_both_sides() -> None:
    judgement = judged(
        RECITAL
        + "The patient reported 60% pain relief and better function with earlier visits. However, the 20 visits "
        "requested exceed the guideline recommendation. Six visits are medically necessary.",
        Outcome.MODIFIED,
        category=Category.REHABILITATION,
    )
    assert {reason.supports for reason in reasons(judgement)} == {Outcome.UPHELD, Outcome.OVERTURNED}


def test_a_rationale_that_closes_against_its_heading_keeps_the_reasons_it_gives() -> None:
    judgement = judged(
        RECITAL + "The patient reported 60% pain relief and better function with the medication." + GRANTED,
        Outcome.UPHELD,
    )
    assert Reason.DOCUMENTED_BENEFIT in reasons(judgement)


def test_quantity_unknown_in_the_heading_is_not_an_incomplete_request() -> None:
    judgement = judged(
        "There is no evidence the patient failed first-line therapy. Given the above, the request for Xylodone (unspecified "
        "quantity) is not medically necessary.",
        treatment="Xylodone (unspecified quantity)",
        category=Category.PHARMACEUTICAL,
    )
    assert Reason.REQUEST_INCOMPLETE not in reasons(judgement)
    assert reasons(judgement)[0] is Reason.CONSERVATIVE_CARE_NOT_TRIED


def test_a_service_that_hangs_on_a_denied_one() -> None:
    judgement = judged(
        "Since the planned wrist surgery is not medically necessary, this associated service is not medically necessary.",
        treatment="Associated surgical service: wrist brace",
        category=Category.DMEPOS,
    )
    assert reasons(judgement) == [Reason.DEPENDS_ON_DENIED_SERVICE]
    assert not judgement.weak


def test_the_closing_of_a_denied_surgery_is_no_dependence() -> None:
    judgement = judged(
        RECITAL
        + "There was no trial of therapy. As such, the requested surgical intervention is not medically necessary.",
        treatment="Carpal tunnel release",
        category=Category.SURGERY,
    )
    assert Reason.DEPENDS_ON_DENIED_SERVICE not in reasons(judgement)


def test_words_that_no_cue_knows_are_weak_and_still_judged() -> None:
    rationale = "Blue lanterns drift over quiet hills." + DENIED
    judgement = judged(rationale)
    assert judgement.weak
    assert judgement.primary_reason is not None
    assert all(Span(0, len(rationale)).contains(span) for span in judgement.primary_reason.spans)
    assert judgement.key_quotes


def test_an_empty_rationale_gives_nothing_and_is_weak() -> None:
    assert judge(document("abc"), Span(3, 3), Outcome.UPHELD, "x", Category.OTHER) == JudgementReading(weak=True)


def test_evidence_stands_in_the_rationale_and_not_before_it() -> None:
    rationale = RECITAL + "No red flags were found." + DENIED
    text = "Heading: Upheld\nNo red flags were found. Rationale: " + rationale
    start = text.index(rationale)
    judgement = judge(document(text), Span(start, len(text)), Outcome.UPHELD, "MRI", Category.DIAGNOSTIC_TESTING)
    assert judgement.primary_reason is not None
    assert [span.of(text) for span in judgement.primary_reason.spans] == ["No red flags were found."]
    assert all(span.start >= start for found in judgement.reasons for span in found.spans)


def test_where_no_cue_fires_the_treatment_says_what_is_usual() -> None:
    judgement = judged(
        "Blue lanterns drift over quiet hills." + DENIED,
        treatment="Omeprazole 20 mg #60",
        category=Category.PHARMACEUTICAL,
    )
    assert judgement.weak
    assert reasons(judgement)[0] is Reason.CRITERIA_NOT_MET


def test_what_the_rationale_says_outweighs_what_is_usual() -> None:
    judgement = judged(
        RECITAL + "However, the request does not specify the quantity, strength or frequency of the drug." + DENIED,
        treatment="Omeprazole",
        category=Category.PHARMACEUTICAL,
    )
    assert reasons(judgement)[0] is Reason.REQUEST_INCOMPLETE
