from __future__ import annotations

from schemas import MistakeKind, ReviewCode
from summarizer.document import Span
from summarizer.reading import Doubt
from summarizer.verify.doubts import in_order


def mistake(a: tuple[int, int], b: tuple[int, int], *, material: bool, by: str = "rules") -> Doubt:
    spans = (Span(*a), Span(*b))
    return Doubt(ReviewCode.POSSIBLE_MISTAKE_OF_FACT, by, None, spans, MistakeKind.CARE, material)


def test_material_mistakes_come_before_the_others_and_after_every_other_doubt() -> None:
    light = mistake((0, 9), (50, 60), material=False)
    heavy = mistake((10, 19), (70, 80), material=True)
    other = Doubt(ReviewCode.WEAK_LAYOUT, "layout")
    assert in_order((light, other, heavy)) == (other, heavy, light)


def test_the_same_two_passages_are_told_once() -> None:
    first = mistake((0, 9), (50, 60), material=False)
    again = mistake((52, 60), (0, 5), material=False, by="model")
    assert in_order((first, again)) == (first,)


def test_a_pair_that_one_takes_for_material_is_material() -> None:
    first = mistake((0, 9), (50, 60), material=False)
    again = mistake((0, 9), (50, 60), material=True, by="model")
    assert in_order((first, again)) == (again,)


def test_pairs_that_share_one_passage_stay_two() -> None:
    first = mistake((0, 9), (50, 60), material=False)
    second = mistake((0, 9), (70, 80), material=False)
    assert in_order((first, second)) == (first, second)
