"""Rationale summary: at most 35 words, whole thoughts, nothing that the rationale does not say."""

import re

import pytest

from schemas import Outcome
from schemas.lengths import RATIONALE_SUMMARY_WORDS
from summarizer.document import Span
from summarizer.rules.rationale_summary import rationale_summary, simplified
from tests.forms import document, place


def summary(*telling: str, outcome: Outcome = Outcome.UPHELD) -> tuple[str, list[str]]:
    """The summary of sentences given most telling first, and its evidence."""
    text = " ".join(reversed(telling))
    found = rationale_summary(document(text), [place(text, sentence) for sentence in telling], outcome)
    return found.value, [span.of(text) for span in found.spans]


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("However, there were no red flags.", "There were no red flags."),
        ("Additionally, the 12 visits exceed the guideline.", "The 12 visits exceed the guideline."),
        ("In this case, the exam was normal.", "The exam was normal."),
        (
            "Based on the clinical information submitted for review, no improvement was shown.",
            "No improvement was shown.",
        ),
        ("There was also lack of a risk assessment.", "There was lack of a risk assessment."),
        (
            "And with negative testing, there are no signs of a tear.",
            "With negative testing, there are no signs of a tear.",
        ),
        (
            "There are no factors which would require 12 more visits therefore this request is not medically necessary.",
            "There are no factors which would require 12 more visits.",
        ),
        ('He notes that it is "helping with pain."', 'He notes that it is "helping with pain."'),
        ("Here, the record is silent", "The record is silent."),
        ("the provider gave no rationale.", "The provider gave no rationale."),
    ],
)
def test_lead_ins_and_formulas_go_and_the_words_stay(sentence: str, plain: str) -> None:
    assert simplified(sentence) == plain


def test_whole_sentences_in_text_order_with_their_evidence() -> None:
    value, evidence = summary("In addition, no trial was made.", "However, the exam was normal.")
    assert value == "The exam was normal. No trial was made."
    assert evidence == ["However, the exam was normal.", "In addition, no trial was made."]


def test_a_sentence_that_does_not_fit_is_left_out_whole() -> None:
    long = "The claimant " + "really " * 20 + "has had no gain."
    value, evidence = summary(long, long.replace("gain", "relief"))
    assert value == long
    assert evidence == [long]


def test_a_long_sentence_is_cut_at_the_end_of_a_clause() -> None:
    start = "The 12 visits requested for the left elbow exceed the guideline recommendation of 6 visits over 2 weeks"
    value, _ = summary(start + ", and the provider " + "very " * 25 + "much insists on it.")
    assert value == start + "."


def test_a_long_concession_gives_way_to_the_main_clause() -> None:
    value, _ = summary(
        "Although the patient "
        + "very " * 25
        + "much wants it, there is no documentation of a failed trial of oral medication."
    )
    assert value == "There is no documentation of a failed trial of oral medication."


def test_a_sentence_without_a_clause_to_cut_at_gives_the_outcome() -> None:
    value, evidence = summary("The worker " + "very " * 40 + "much insists.", outcome=Outcome.OVERTURNED)
    assert value == "The reviewer found the request medically necessary."
    assert len(evidence) == 1


@pytest.mark.parametrize(
    "telling",
    [
        (
            "Given the lack of evidence that 10 mg twice a day (as of 1/2/2016) helped, the request is not medically necessary.",
        ),
        ("However, there were no red flags.", "The request is for 12 visits; the guideline allows 6, 8 or 10."),
        ("The left knee (not the right, " + "as noted " * 20 + ") was examined.",),
        ('He said "' + "no " * 40 + '" and left.',),
        ("No.",),
    ],
)
def test_at_most_35_words_one_period_capital_first_and_no_new_number(telling: tuple[str, ...]) -> None:
    value, _ = summary(*telling)
    assert len(value.split()) <= RATIONALE_SUMMARY_WORDS
    assert value[0].isupper()
    assert re.search(r'[^.,;][.!?]"?$', value)
    assert set(re.findall(r"\d+", value)) <= set(re.findall(r"\d+", " ".join(telling)))
    assert value.count("(") == value.count(")")
    assert value.count('"') % 2 == 0


def test_no_telling_sentence_gives_the_outcome_without_evidence() -> None:
    found = rationale_summary(document(""), [], Outcome.UPHELD)
    assert found.value == "The reviewer found the request not medically necessary."
    assert found.spans == ()


def test_the_same_sentence_twice_is_said_once() -> None:
    text = "No red flags were found. No red flags were found."
    found = rationale_summary(document(text), [Span(0, 24), Span(25, 49)], Outcome.UPHELD)
    assert found.value == "No red flags were found."
    assert found.spans == (Span(0, 24),)
