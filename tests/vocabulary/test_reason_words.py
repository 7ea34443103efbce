"""Single words that lean a sentence toward a reason."""

from math import exp

import pytest

from schemas import Reason
from summarizer.vocabulary.reason_words import ReasonWords, reason_words, stems


@pytest.mark.parametrize(("word", "begins"), [("therapeutic", "therap"), ("pain", "pain"), ("120", "#"), ("50%", "#")])
def test_forms_of_a_word_share_a_stem_and_numbers_are_alike(word: str, begins: str) -> None:
    assert stems([word]) == [begins]


def test_shares_are_those_of_a_softmax_and_none_keeps_the_rest() -> None:
    words = ReasonWords((None, Reason.SAFETY_RISK), (0.0, 0.0), {"risk": "1:2"})
    assert words.shares(["unknown"]) == {Reason.SAFETY_RISK: 0.5}
    assert words.shares(["risk"])[Reason.SAFETY_RISK] == pytest.approx(0.8808, abs=1e-4)


def test_scores_below_zero_do_not_reach_into_each_other() -> None:
    words = ReasonWords(
        (None, Reason.SAFETY_RISK, Reason.OTHER), (-1.5, 0.25, -0.75), {"risk": "0:-2.5 1:-1 2:0.5", "dose": "1:-0.25"}
    )
    powers = [exp(-4.0), exp(-1.0), exp(-0.25)]
    shares = words.shares(["risk", "dose"])
    assert shares[Reason.SAFETY_RISK] == pytest.approx(powers[1] / sum(powers))
    assert shares[Reason.OTHER] == pytest.approx(powers[2] / sum(powers))


def test_the_vocabulary_s_weights_know_every_reason_and_none() -> None:
    words = reason_words()
    assert set(words.codes) == {None, *Reason}
    assert len(words.bias) == len(words.codes)
    numbers = {int(each.partition(":")[0]) for written in words.of.values() for each in written.split()}
    assert numbers == set(range(len(words.codes)))
