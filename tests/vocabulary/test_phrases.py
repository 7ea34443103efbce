"""Phrases found in a sentence's words: alternatives, beginnings and gaps."""

import pytest

from summarizer.vocabulary.phrases import Phrases, words_of


def found(phrase: str, sentence: str) -> list[tuple[int, int]]:
    """First word and one past the last of each place of ``phrase`` in ``sentence``."""
    return [(hit.start, hit.end) for hit in Phrases([(phrase, "value", 1.0)]).find(words_of(sentence))]


@pytest.mark.parametrize(
    ("phrase", "sentence", "places"),
    [
        ("sleep*", "Sleeping tablets and sleep.", [(0, 1), (3, 4)]),
        ("no gain", "There was no gain, and no real gain.", [(2, 4)]),
        ("no gain", "There was no", []),
        ("no|little gain", "No gain, little gain.", [(0, 2), (3, 5)]),
        ("no .. gain", "There was no real or lasting gain.", [(2, 7)]),
        ("no .. gain", "No one two three four five six seven gain.", []),
        ("no .. gain", "The gain was no use.", []),
        ("no .. gain", "No gain and gain again.", [(0, 2)]),
        ("no .. gain .. at all", "No gain of any kind was seen at all.", [(0, 9)]),
        ("no .. lasting gain", "No lasting help, no lasting gain.", [(0, 7), (4, 7)]),
    ],
)
def test_places_of_a_phrase(phrase: str, sentence: str, places: list[tuple[int, int]]) -> None:
    assert found(phrase, sentence) == places


def test_a_word_that_is_listed_and_so_begun_opens_both_phrases() -> None:
    phrases = Phrases([("fail trial", "listed", 1.0), ("fail* trial", "begun", 2.0), ("fail* .. trial", "gap", 3.0)])
    hits = phrases.find(words_of("They fail trial."))
    assert sorted(hit.value for hit in hits) == ["begun", "gap", "listed"]
    assert [hit.value for hit in phrases.find(words_of("They failed trial after trial."))] == ["begun", "gap"]
