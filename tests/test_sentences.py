"""Sentences by place."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.document import Span
from summarizer.sentences import sentences


def split(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Lee saw her. She was better.", 2),
        ("Pain is 4.5 of 10. No change.", 2),
        ("The plan, i.e. rest, was kept. It helped.", 2),
        ('He reported "no change." He went home.', 2),
        ("The request is granted.The next one is not.", 2),
        ("1. Sciatica was noted.", 1),
        ("Seen by J. Smith at noon. Stable.", 2),
        ("Is it needed? It is! Yes.", 3),
        ("See fig. 3 for the plan.", 1),
        ("No stop at the end", 1),
        ("He had 6 visits of PT. There was no gain.", 2),
        ("Pt. Lee was seen. He was well.", 2),
        ("Heat, ice, etc. The pain stayed.", 2),
        ("Heat, ice, etc. were tried. It stayed.", 2),
        ("It was tried.. Then it stopped.", 2),
        ("It was tried\n. Then it stopped.", 2),
        ("1\n. Sciatica was noted.", 1),
        ("It was tried . Then it stopped.", 1),
    ],
)
def test_number_of_sentences(text: str, count: int) -> None:
    assert len(split(text)) == count, split(text)


def test_a_span_inside_a_text_is_split_by_its_own_words() -> None:
    text = "Before. Inside one. Inside two. After."
    start, end = text.index("Inside"), text.index(" After")
    assert [span.of(text) for span in sentences(text, Span(start, end))] == ["Inside one.", "Inside two."]


@given(st.text(alphabet="aB .?!\n\"'19)", max_size=80))
def test_sentences_cover_every_word_in_order_without_overlap(text: str) -> None:
    spans = sentences(text, Span(0, len(text)))
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert "".join("".join(span.of(text) for span in spans).split()) == "".join(text.split())
