"""Key quotes: case facts that carry the decision, verbatim, in text order."""

import pytest

from schemas import Category, Outcome
from summarizer.folding import fold
from summarizer.reading import Found
from summarizer.rules.reasons import judge
from tests.forms import document, whole

RECITAL = (
    "According to the guidelines, acupuncture is an option when medication is reduced or not tolerated. "
    "An initial trial of 3 to 6 visits is recommended. "
)


def quoted(rationale: str, outcome: Outcome = Outcome.UPHELD) -> tuple[Found[str], ...]:
    return judge(document(rationale), whole(rationale), outcome, "Acupuncture", Category.REHABILITATION).key_quotes


def words(quotes: tuple[Found[str], ...]) -> list[str]:
    return [found.value for found in quotes]


def test_case_facts_are_quoted_and_recital_and_closing_are_not() -> None:
    first = "However, the medication was not reduced or poorly tolerated."
    second = "Additionally, the 12 visits requested exceed the recommended trial."
    assert words(quoted(f"{RECITAL}{first} {second} As such, the request is not medically necessary.")) == [
        first,
        second,
    ]


def test_a_closing_that_gives_a_reason_is_quoted() -> None:
    closing = (
        "As the operation is not medically necessary, the associated cold therapy unit is not medically necessary."
    )
    assert words(quoted(closing)) == [closing]


def test_never_more_than_three_and_in_text_order() -> None:
    facts = [
        "There is no documentation of functional improvement.",
        "The claimant has not failed conservative treatment.",
        "No neurologic deficit was found on examination.",
        "No rationale was provided for this request.",
        "The request exceeds the guideline.",
    ]
    rationale = RECITAL + " ".join(facts) + " The request is not medically necessary."
    quotes = quoted(rationale)
    assert 1 <= len(quotes) <= 3
    starts = [found.spans[0].start for found in quotes]
    assert starts == sorted(starts)
    assert set(words(quotes)) <= set(facts)


def test_a_quote_equals_its_folded_span_over_line_breaks() -> None:
    rationale = (
        RECITAL + "However, there is no\nindication of functional\nimprovement. The request is not medically necessary."
    )
    (found,) = quoted(rationale)
    assert found.value == "However, there is no indication of functional improvement."
    assert fold(found.spans[0].of(rationale)) == found.value


def test_a_sentence_that_recites_before_it_turns_to_the_case_is_quoted_from_the_turn() -> None:
    rationale = (
        "While the guideline notes that acupuncture can be an option in workers who do not tolerate medication, here, "
        "however, the provider gave no rationale for it. Therefore, the request was not medically necessary."
    )
    assert words(quoted(rationale)) == ["the provider gave no rationale for it."]


def test_a_concession_about_the_case_itself_stays_whole() -> None:
    fact = "While the provider says that therapy is planned, there was, however, no documentation of failed conservative care."
    assert words(quoted(f"{RECITAL}{fact} The request is not medically necessary.")) == [fact]


def test_what_follows_a_semicolon_without_a_cue_is_left_out() -> None:
    rationale = (
        RECITAL + "There is no documentation of functional improvement; the bus was blue. The request is denied."
    )
    assert words(quoted(rationale)) == ["There is no documentation of functional improvement"]


@pytest.mark.parametrize("rationale", ["The request is not medically necessary.", "Denied", "???"])
def test_something_is_always_quoted(rationale: str) -> None:
    assert words(quoted(rationale)) == [rationale]
