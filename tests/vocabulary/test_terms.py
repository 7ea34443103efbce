"""Looking up terms in a text."""

import pytest

from summarizer.document import Span
from summarizer.vocabulary.terms import Terms, term_key
from tests.forms import whole

TERMS = Terms({"drug": "pills", "drug screen": "laboratory", "x ray": "imaging", "brace": "device"})


def found(text: str) -> list[tuple[str, str]]:
    return [(term.span.of(text), term.value) for term in TERMS.find(text, whole(text))]


def test_the_longest_term_hides_the_shorter() -> None:
    assert found("a drug screen and a drug") == [("drug screen", "laboratory"), ("drug", "pills")]


@pytest.mark.parametrize("text", ["X-Ray", "x ray", "X-\nrays", "x/ray"])
def test_case_punctuation_and_plural_do_not_count(text: str) -> None:
    assert found(text) == [(text, "imaging")]


def test_part_of_a_word_is_no_term() -> None:
    assert found("embraced drugstore") == []


def test_only_the_span_is_read_and_places_are_those_of_the_text() -> None:
    text = "İ brace, brace"
    assert [term.span for term in TERMS.find(text, Span(8, len(text)))] == [Span(9, 14)]


def test_a_term_key_is_lower_case_words() -> None:
    assert term_key("H-Wave  (unit)/pads") == "h wave unit pads"
