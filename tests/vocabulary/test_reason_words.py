"""Single words that lean a sentence toward a reason."""

import pytest

from schemas import Reason
from summarizer.vocabulary.reason_words import ReasonWords, reason_words, stem


@pytest.mark.parametrize(("word", "begins"), [("therapeutic", "therap"), ("pain", "pain"), ("120", "#"), ("50%", "#")])
def test_forms_of_a_word_share_a_stem_and_numbers_are_alike(word: str, begins: str) -> None:
    assert stem(word) == begins


def test_shares_are_those_of_a_softmax_and_none_keeps_the_rest() -> None:
    words = ReasonWords((None, Reason.SAFETY_RISK), (0.0, 0.0), {"risk": "1:2"})
    assert words.shares(["unknown"]) == {Reason.SAFETY_RISK: 0.5}
    assert words.shares(["risk"])[Reason.SAFETY_RISK] == pytest.approx(0.8808, abs=1e-4)


def test_the_vocabulary_s_weights_know_every_reason_and_none() -> None:
    words = reason_words()
    assert set(words.codes) == {None, *Reason}
    assert len(words.bias) == len(words.codes)
    numbers = {int(each.partition(":")[0]) for written in words.of.values() for each in written.split()}
    assert numbers == set(range(len(words.codes)))
