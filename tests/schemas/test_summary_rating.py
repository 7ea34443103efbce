"""A rating that nobody could check is refused: numbers of no line, words of no summary, a low rating of nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.summary_rating import BEST, SCALE, SummaryRating


@dataclass(frozen=True)
class Shown:
    """Nine lines and a summary."""

    summary: str = "Six visits for the right ankle."

    def words_of(self, number: int) -> str | None:
        return f"line {number}" if 1 <= number <= 9 else None

    def says(self, words: str) -> bool:
        return words in self.summary


def rated(*, shown: Shown | None = Shown(), **changed: Any) -> SummaryRating:
    values = {"support": [2], "unsupported": [], "missing": [], "faithfulness": 3, "coverage": 3} | changed
    return SummaryRating.model_validate_json(json.dumps(values), context=shown and {"shown": shown})


def problems(**changed: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        rated(**changed)
    assert caught.value.error_count() == 1
    return str(caught.value.errors(include_url=False, include_context=False)[0]["msg"]).splitlines()


def test_a_good_summary_needs_no_more_than_its_lines() -> None:
    rating = rated(support=[2, 4, 2])
    assert (rating.faithfulness, rating.coverage, rating.support) == (BEST, BEST, (2, 4))


def test_a_low_rating_names_words_and_lines() -> None:
    rating = rated(unsupported=["right ankle", "right ankle"], missing=[3], faithfulness=1, coverage=2)
    assert rating.unsupported == ("right ankle",)
    assert rating.missing == (3,)


@pytest.mark.parametrize("scale", ["faithfulness", "coverage"])
@pytest.mark.parametrize("rating", [0, 4, 2.5, "good", None])
def test_a_rating_is_one_of_three(scale: str, rating: object) -> None:
    assert SCALE == (1, 2, 3)
    with pytest.raises(ValidationError):
        rated(**{scale: rating})


@pytest.mark.parametrize("rating", [1, 2])
def test_a_low_rating_without_what_bears_it_out_is_none(rating: int) -> None:
    (line,) = problems(faithfulness=rating)
    assert line.startswith(f"faithfulness is {rating}, but unsupported names nothing")
    (line,) = problems(coverage=rating)
    assert line.startswith(f"coverage is {rating}, but missing names nothing")


def test_the_best_rating_beside_a_fault_is_none() -> None:
    lines = problems(unsupported=["Six"], missing=[5])
    assert [line.partition(",")[0] for line in lines] == ["faithfulness is 3", "coverage is 3"]


def test_all_that_was_not_shown_is_told_at_once() -> None:
    lines = problems(support=[0, 2, 10], missing=[11], unsupported=["left knee", "Six"], faithfulness=1, coverage=1)
    assert lines == [
        "support: there is no line 0, 10; use the numbers before the lines",
        "missing: there is no line 11; use the numbers before the lines",
        "unsupported 1: its words do not stand in the summary; copy them from it exactly",
    ]


def test_problems_hold_nothing_of_letter_or_answer() -> None:
    told = " ".join(problems(unsupported=["zebra of the letter"], faithfulness=1))
    assert "zebra" not in told


def test_without_a_letter_only_the_shape_is_held() -> None:
    assert rated(shown=None, support=[99], unsupported=["anything"], faithfulness=2).support == (99,)


def test_lines_are_few() -> None:
    with pytest.raises(ValidationError):
        rated(support=list(range(1, 10)))


def test_its_schema_holds_shapes_alone() -> None:
    schema = SummaryRating.model_json_schema()
    assert list(schema["properties"]) == ["support", "unsupported", "missing", "faithfulness", "coverage"]
    assert "description" not in json.dumps(schema)
    assert schema["properties"]["coverage"] == {"maximum": 3, "minimum": 1, "type": "integer"}
