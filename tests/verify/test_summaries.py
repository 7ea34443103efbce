"""Summaries that say another outcome, or too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas import Origin, ReviewCode
from summarizer.reading import Found, Reading
from summarizer.verify.summaries import unsupported_summaries
from tests.forms import LetterItem, letter
from tests.llm.readings import Read, read


def with_summary(letter_read: Read, words: str) -> Reading:
    (item,) = letter_read.reading.items
    judgement = replace(item.judgement, rationale_summary=Found(words, item.outcome.spans, Origin.MODEL))
    return replace(letter_read.reading, case_summary=None, items=(replace(item, judgement=judgement),))


@pytest.mark.parametrize(
    ("outcome", "words", "flagged"),
    [
        ("Upheld", "The denial is overturned.", True),
        ("Upheld", "The reviewer reversed the denial.", True),
        ("Overturned", "The denial was upheld.", True),
        ("Upheld", "The denial was upheld.", False),
        ("Overturned", "A denial once upheld is overturned.", False),
        ("Modified", "The denial was upheld in part.", False),
        ("Upheld", "Nothing on examination calls for it.", False),
    ],
)
def test_a_summary_that_says_another_outcome_is_doubtful(outcome: str, words: str, flagged: bool) -> None:
    letter_read = read(letter(LetterItem(outcome=outcome)))
    doubts = unsupported_summaries(letter_read.document, with_summary(letter_read, words))
    assert [(doubt.code, doubt.field) for doubt in doubts] == (
        [(ReviewCode.UNSUPPORTED_SUMMARY, "items[0].rationale_summary")] if flagged else []
    )


@pytest.mark.parametrize(("count", "flagged"), [(35, False), (36, True)])
def test_a_summary_longer_than_the_codebook_allows_is_doubtful(count: int, flagged: bool) -> None:
    letter_read = read(letter())
    doubts = unsupported_summaries(letter_read.document, with_summary(letter_read, "word " * count))
    assert [doubt.code for doubt in doubts] == ([ReviewCode.UNCERTAIN_JUDGEMENT] if flagged else [])
