"""Proof: what follows from its words and what does not."""

from datetime import date

import pytest

from schemas import Category, CitationSource, Outcome, Priority, Sex, Status
from summarizer.document import Span
from summarizer.reading import Found
from summarizer.verify.proof import status_of
from tests.forms import document, whole


def status(field: str, value: object, words: str) -> Status:
    return status_of(field, Found(value, (whole(words),)), document(words))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("treatment", "right- sided brace", "right-\nsided   brace"),
        ("treatment", "right-sided brace", "right-\nsided brace"),
        ("decision_date", date(2016, 11, 2), "11-02-2016"),
        ("decision_date", date(2016, 11, 2), "November 2, 2016"),
        ("age", 47, "47-year-old"),
        ("age", 32, "thirty-two year old"),
        ("quantity", 60, "#60"),
        ("quantity", 2.5, "2.5 grams"),
        ("year", 2004, "2004"),
        ("sex", Sex.FEMALE, "woman"),
        ("sex", Sex.MALE, "he"),
        ("sex", Sex.MALE, "M"),
        ("priority", Priority.EXPEDITED, "Expedited"),
        ("source", CitationSource.NON_MTUS, "Non-MTUS Citation"),
        ("source", CitationSource.OTHER, "Other Medical Treatment\nGuidelines"),
        ("outcome", Outcome.UPHELD, "Upheld"),
        ("outcome", Outcome.UPHELD, "is not medically necessary"),
        ("outcome", Outcome.OVERTURNED, "is medically necessary"),
        ("outcome", Outcome.MODIFIED, "Partially Overturned"),
    ],
)
def test_verified(field: str, value: object, words: str) -> None:
    assert status(field, value, words) is Status.VERIFIED


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("treatment", "7.5325mg", "7.5- 325mg"),
        ("treatment", "Norco 10/500mg", "Norco 10/325mg"),
        ("rationale", "is medically necessary", "is not medically necessary"),
        ("decision_date", date(2016, 2, 11), "11-02-2016"),
        ("age", 47, "born 1947, 46"),
        ("quantity", 60, "#90"),
        ("sex", Sex.MALE, "woman"),
        ("sex", Sex.MALE, "F"),
        ("source", CitationSource.MTUS, "Non-MTUS"),
        ("outcome", Outcome.OVERTURNED, "Upheld"),
        ("outcome", Outcome.OVERTURNED, "is not medically necessary"),
    ],
)
def test_unverified(field: str, value: object, words: str) -> None:
    assert status(field, value, words) is Status.UNVERIFIED


def test_a_judgement_can_only_be_cited() -> None:
    assert status("category", Category.OTHER, "Gym membership") is Status.CITED
    assert status_of("category", Found(Category.OTHER), document("x")) is Status.UNVERIFIED


def test_a_place_outside_the_letter_proves_nothing() -> None:
    assert status_of("treatment", Found("x", (Span(0, 9),)), document("x")) is Status.UNVERIFIED
    assert status_of("category", Found(Category.OTHER, (Span(3, 3),)), document("xxxxx")) is Status.UNVERIFIED


def test_a_passage_over_two_places_is_one_value() -> None:
    text = "Back brace [page 2] for purchase"
    spans = (Span(0, 10), Span(20, 32))
    assert status_of("treatment", Found("Back brace for purchase", spans), document(text)) is Status.VERIFIED
