"""Folding proves that words are the same, and never that different words are."""

from hypothesis import given
from hypothesis import strategies as st

from summarizer.folding import are_same_words, comparable, fold

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)


def test_line_breaks_become_single_spaces() -> None:
    assert fold("  twelve \n sessions\tof\r\ntherapy ") == "twelve sessions of therapy"


def test_ligatures_are_spelled_out() -> None:
    assert fold("o\ufb03ce e\ufb00ect \ufb02at \ufb01t \ufb06ep") == "office effect flat fit step"


def test_line_end_hyphen_stays_in_print_and_compares_as_hyphen() -> None:
    assert fold("right-\nsided") == "right- sided"
    assert comparable("right-\nsided") == comparable("right-sided")


def test_no_hyphen_is_ever_dropped() -> None:
    assert comparable("7.5- 325mg") != comparable("7.5325mg")
    assert comparable("7.5- 325mg") != comparable("7.5-325mg")
    assert comparable("re-\nsigned") != comparable("resigned")


def test_nearly_alike_is_not_the_same() -> None:
    assert comparable("is not medically necessary") != comparable("is medically necessary")
    assert comparable("10/325mg") != comparable("10/500mg")


@given(WORDS)
def test_folding_twice_changes_nothing(words: str) -> None:
    assert fold(fold(words)) == fold(words)
    assert comparable(comparable(words)) == comparable(words)


@given(st.lists(st.text(alphabet="abcdefgh0123.,/%", min_size=1, max_size=8), min_size=1, max_size=12), st.data())
def test_folding_does_not_depend_on_where_lines_break(words: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from([" ", "\n", " \n", "\r\n", "\n\n"])) for _ in words[1:]]
    broken = words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=True))
    assert fold(broken) == " ".join(words)


@given(WORDS, WORDS)
def test_words_are_the_same_exactly_where_their_comparable_forms_are(one: str, other: str) -> None:
    assert are_same_words(one, other) == (comparable(one) == comparable(other))
    assert are_same_words(one, fold(one))


def test_a_hyphen_that_opens_a_word_or_ends_the_text_is_no_line_end() -> None:
    assert comparable("pain - knee") == "pain - knee"
    assert comparable("5- 10 visits") == "5- 10 visits"
    assert comparable("post- ") == "post-"
    assert comparable("non- - weight") == "non-- weight"
