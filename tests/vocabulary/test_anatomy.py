"""Body parts, sides and levels."""

from __future__ import annotations

import pytest

from summarizer.document import Span
from summarizer.vocabulary.anatomy import any_overlap, levels_in, overlap, parts_in, regions_of


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("right shoulder", [("shoulder", "right")]),
        ("Left small finger", [("finger", "left")]),
        ("bilateral wrists and hands", [("wrist", "left right"), ("hand", "left right")]),
        ("left and right knees", [("knee", "left right")]),
        ("right wrist and hand", [("wrist", "right"), ("hand", "right")]),
        ("right foot pain after lumbar surgery", [("foot", "right"), ("low_back", "")]),
        ("left shoulder and neck", [("shoulder", "left"), ("neck", "")]),
        ("right-sided low back", [("low_back", "right")]),
        ("knee (left)", [("knee", "left")]),
        ("shoulder, right", [("shoulder", "right")]),
        ("ribs on the left", [("chest", "left")]),
        ("NCS of the RUE", [("upper_extremity", "right")]),
        ("in lieu of the brace", []),
        ("low-back pain", [("low_back", "")]),
        ("Left L5-S1 injection", [("low_back", "left"), ("sacrum", "left")]),
        ("his right. The knee", [("knee", "")]),
        ("a headache", []),
    ],
)
def test_parts(words: str, found: list[tuple[str, str]]) -> None:
    assert [(mention.part, " ".join(sorted(mention.sides))) for mention in parts_in(words)] == found


def test_a_mention_spans_its_side_in_the_whole_text() -> None:
    words = "knee, then the right small finger"
    mentions = parts_in(words, Span(5, len(words)))
    assert [mention.span.of(words) for mention in mentions] == ["right small finger"]


def test_levels() -> None:
    assert levels_in("L4-5, C5/C6 and T10, not L27 or S1500") == {"L4", "L5", "C5", "C6", "T10"}


def test_overlap() -> None:
    assert overlap("neck", "spine")
    assert overlap("wrist", "upper_extremity")
    assert overlap("thumb", "hand")
    assert not overlap("neck", "low_back")
    assert not overlap("knee", "wrist")
    assert any_overlap(["knee", "neck"], ["spine"])
    assert not any_overlap([], ["spine"])
    assert regions_of("finger") == {"finger", "hand", "upper_extremity"}
