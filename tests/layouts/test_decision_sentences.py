"""Statements of necessity: negation, double negation, parts and names."""

from __future__ import annotations

import pytest

from schemas import Outcome
from summarizer.document import Span
from summarizer.layouts.decision_sentences import decisions, is_conditional, named


def all_of(text: str) -> Span:
    return Span(0, len(text))


@pytest.mark.parametrize(
    ("sentence", "outcome", "words"),
    [
        ("The brace is medically necessary.", Outcome.OVERTURNED, "is medically necessary"),
        ("The brace is not medically necessary.", Outcome.UPHELD, "is not medically necessary"),
        (
            "The brace is notmedically necessary and\nappropriate.",
            Outcome.UPHELD,
            "is notmedically necessary and\nappropriate",
        ),
        (
            "The braces are, therefore, not medically necessary.",
            Outcome.UPHELD,
            "are, therefore, not medically necessary",
        ),
        ("The brace isn’t medically necessary.", Outcome.UPHELD, "isn’t medically necessary"),
        ("The brace is medically unnecessary.", Outcome.UPHELD, "is medically unnecessary"),
        ("The brace is not medically unnecessary.", Outcome.OVERTURNED, "is not medically unnecessary"),
        (
            "It is not found to be not medically necessary.",
            Outcome.OVERTURNED,
            "is not found to be not medically necessary",
        ),
        (
            "The brace is determined to not be medically necessary.",
            Outcome.UPHELD,
            "is determined to not be medically necessary",
        ),
        (
            "The brace cannot be considered medically necessary.",
            Outcome.UPHELD,
            "cannot be considered medically necessary",
        ),
        ("The brace is no longer medically necessary.", Outcome.UPHELD, "is no longer medically necessary"),
        (
            "The brace is not only medically necessary but urgent.",
            Outcome.OVERTURNED,
            "is not only medically necessary",
        ),
        ("The drug is partially medically necessary.", Outcome.MODIFIED, "is partially medically necessary"),
        ("The drug is medically necessary in part.", Outcome.MODIFIED, "is medically necessary in part"),
        ("The request for the drug is modified.", Outcome.MODIFIED, "is modified"),
        (
            "None of the requests is medically necessary.",
            Outcome.UPHELD,
            "None of the requests is medically necessary",
        ),
    ],
)
def test_reads_what_the_words_before_necessary_say(sentence: str, outcome: Outcome, words: str) -> None:
    (decision,) = decisions(sentence, all_of(sentence))
    assert (decision.outcome, decision.span.of(sentence)) == (outcome, words)


@pytest.mark.parametrize(
    "sentence",
    [
        "She asks for medically necessary treatment.",
        "Whether the brace, medically necessary or not, was given.",
        "His duties were modified.",
        "It is necessary to wait.",
    ],
)
def test_words_without_a_verdict_are_no_decision(sentence: str) -> None:
    assert decisions(sentence, all_of(sentence)) == ()


def test_two_statements_keep_their_order() -> None:
    text = "Six visits are medically necessary; six are not medically necessary."
    assert [one.outcome for one in decisions(text, all_of(text))] == [Outcome.OVERTURNED, Outcome.UPHELD]


def test_a_condition_is_told_from_a_statement() -> None:
    text = "If it fails, surgery is medically necessary. The brace is medically necessary."
    conditional, plain = decisions(text, all_of(text))
    assert is_conditional(text, 0, conditional)
    assert not is_conditional(text, 0, plain)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("1. The request for a lumbar brace", "lumbar brace"),
        ("#2 Soma 350 mg #60", "Soma 350 mg #60"),
        ("3) 10 sessions of massage", "10 sessions of massage"),
        ("1.5 Tesla MRI of the hip", "1.5 Tesla MRI of the hip"),
        ("The request for “MRI, hip”,", "MRI, hip"),
        ("Retrospective request for a walker", "Retrospective request for a walker"),
        ("ACME Review, Inc. has determined that the requests for X-rays", "X-rays"),
        ("Anesthesia for the hip", "Anesthesia for the hip"),
    ],
)
def test_a_name_is_the_item_only(words: str, name: str) -> None:
    found = named(words, all_of(words))
    assert found is not None
    assert found.of(words) == name


@pytest.mark.parametrize("words", ["The request", "this", "The requested treatment", "  "])
def test_words_that_name_nothing(words: str) -> None:
    assert named(words, all_of(words)) is None
